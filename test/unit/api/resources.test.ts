import assert from 'node:assert/strict';
import { suite, suiteSetup, suiteTeardown, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import { DEVICE, FACTORY, startTestFactory, WAYS, type TestFactory } from '../support/factory';

for (const way of WAYS) {
  suite(`What the service answers, decoded, ${way}`, () => {
    let factory: TestFactory;
    suiteSetup(async () => {
      factory = await startTestFactory({ way, devices: 25 });
    });
    suiteTeardown(() => factory.close());

    const answer = (body: unknown, path = '/ota/') =>
      factory.server.emulator.faults.add({ match: { path }, status: 200, body });
    const devices = () => factory.client.listDevices({ factory: FACTORY, limit: 10 });
    async function refused(promise: Promise<unknown>): Promise<string> {
      try {
        await promise;
      } catch (error) {
        assert.ok(error instanceof FactoryError && error.kind === 'unexpected', String(error));
        return error.info.serverMessage ?? '';
      }
      throw new assert.AssertionError({ message: 'it was taken' });
    }

    test('the device of the REST guide', async () => {
      const device = await factory.client.getDevice(FACTORY, DEVICE);
      assert.equal(device.uuid, 'f4120660-ffbf-483f-b2ca-a6186da467f4');
      assert.deepEqual([device.tag, device.target], ['devel', 'raspberrypi4-64-lmp-2']);
      assert.ok(device.lastSeen !== undefined && device.lastSeen > Date.now() - 3_600_000);
    });

    test('pages are walked to the end, and no device is on two', async () => {
      const names: string[] = [];
      let page: number | undefined = 1;
      while (page !== undefined) {
        const answered: Awaited<ReturnType<typeof devices>> = await factory.client.listDevices({
          factory: FACTORY,
          limit: 10,
          page,
        });
        assert.equal(answered.total, 25);
        names.push(...answered.devices.map(({ name }) => name));
        page = answered.nextPage;
      }
      assert.equal(new Set(names).size, 25);
      assert.equal(names.length, 25);
    });

    test('keys of the prototype are no more than unknown fields', async () => {
      const evil = '"__proto__":{"polluted":true,"tag":"evil"},"constructor":{"prototype":{"polluted":true}}';
      answer(`{${evil},"devices":[{${evil},"uuid":"u","name":"n"}],"next":null}`);
      const page = await devices();
      const [device] = page.devices;
      assert.deepEqual([device?.name, device?.tag], ['n', '']);
      for (const object of [page, device, {}]) {
        assert.equal((object as { polluted?: unknown }).polluted, undefined);
      }
    });

    test('a device of nulls and gaps', async () => {
      const empty = { uuid: 'u', name: 'n' };
      const nulls = Object.fromEntries(
        ['last-seen', 'tag', 'device-tags', 'docker-apps', 'network-info', 'device-group', 'is-prod', 'up-to-date'].map(
          (key) => [key, null],
        ),
      );
      answer({ devices: [empty, { ...empty, uuid: 'v', ...nulls, 'a-new-field': { deep: [1] } }], next: null });
      const page = await devices();
      assert.equal(page.devices.length, 2);
      for (const device of page.devices) {
        assert.deepEqual(
          [device.tag, device.apps, device.lastSeen, device.upToDate, device.production, device.ip],
          ['', [], undefined, undefined, false, ''],
        );
      }
    });

    test('a list without devices, total and next', async () => {
      answer({});
      assert.deepEqual(await devices(), { devices: [], total: 0, nextPage: undefined });
    });

    test('an empty page ends the list, whatever its next says', async () => {
      answer({ devices: [], next: 'http://127.0.0.1/ota/devices/?page=2' });
      assert.equal((await devices()).nextPage, undefined);
    });

    test('a server that tells pages but no next', async () => {
      answer({ devices: [{ uuid: 'u', name: 'n' }], page: 1, pages: 3 });
      assert.equal((await devices()).nextPage, 2);
    });

    test('wrong types are refused, and the field is named', async () => {
      answer({
        devices: [
          { uuid: 'u', name: 'n' },
          { uuid: 'u', name: 7 },
        ],
      });
      assert.match(await refused(devices()), /devices\[1\]\.name/);
      answer({ devices: 'none' });
      assert.match(await refused(devices()), /^devices:/);
      answer([]);
      await refused(devices());
      answer({ config: [{ files: [{ name: 'a', value: 'b', 'on-changed': 'x' }] }] });
      assert.match(
        await refused(factory.client.listConfig({ kind: 'device', factory: FACTORY, device: DEVICE })),
        /config\[0\]\.files\[0\]\.on-changed/,
      );
    });

    test('what is no JSON is refused in words', async () => {
      factory.server.emulator.faults.add({ status: 200, proxyHtml: true });
      assert.match(await refused(devices()), /web page/);
      factory.server.emulator.faults.add({ garbage: true });
      assert.match(await refused(devices()), /not valid JSON/);
      factory.server.emulator.faults.add({ status: 204, body: '' });
      assert.match(await refused(devices()), /empty/);
    });

    test('targets: what is none for a device is left out', async () => {
      answer({
        good: { custom: { version: '7', tags: null, hardwareIds: ['x'] }, hashes: null, length: 0 },
        number: { custom: { version: 8, hardwareIds: ['x'] } },
        binary: { custom: { version: '9', targetFormat: 'BINARY' } },
        nameless: { custom: { version: 'latest' } },
        bare: {},
        __proto__: { custom: { version: '1' } },
      });
      const targets = await factory.client.listTargets(FACTORY);
      assert.deepEqual(
        targets.map(({ name, version }) => [name, version]),
        [
          ['number', 8],
          ['good', 7],
        ],
      );
    });

    test('the targets of the REST guide', async () => {
      const targets = await factory.client.listTargets(FACTORY);
      const target = targets.find(({ name }) => name === 'raspberrypi4-64-lmp-3');
      assert.deepEqual([target?.version, target?.hardwareIds], [3, ['raspberrypi4-64']]);
      assert.match(target?.ostreeHash ?? '', /^[0-9a-f]{64}$/);
    });

    test('names are encoded into paths', async () => {
      await assert.rejects(factory.client.getDevice(FACTORY, 'a?b/c d%'));
      assert.equal(factory.seen().at(-1), 'GET /ota/devices/a%3Fb%2Fc%20d%25/');
    });

    for (const name of ['..', '.', '']) {
      test(`a device named ${JSON.stringify(name)} cannot lead to another resource`, async () => {
        factory.seen();
        await assert.rejects(
          Promise.resolve().then(() => factory.client.getDevice(FACTORY, name)),
          RangeError,
        );
        assert.deepEqual(factory.seen(), []);
      });
    }

    test('on-changed is sent where there is one, and left out where there is none', async () => {
      const scope = { kind: 'device', factory: FACTORY, device: DEVICE } as const;
      for (const onChanged of [['/usr/share/fioconfig/handlers/x', 'y'], undefined]) {
        factory.seen();
        const entry = await factory.client.patchConfig(scope, {
          reason: 'r',
          file: { name: 'f', value: 'v', unencrypted: true, onChanged },
        });
        const body = JSON.parse(factory.server.emulator.requests.all().at(-1)?.body ?? '') as unknown;
        assert.deepEqual(body, {
          reason: 'r',
          files: [{ name: 'f', value: 'v', unencrypted: true, ...(onChanged ? { 'on-changed': onChanged } : {}) }],
        });
        assert.ok((entry?.files.length ?? 0) > 1, 'the answer holds all files');
      }
    });
  });
}
