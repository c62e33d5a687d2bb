import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import type { DeviceUpdate } from '../../../src/model/updates';
import { DEVICE, FACTORY, startTestFactory, WAYS, type TestFactory } from '../support/factory';

for (const way of WAYS) {
  suite(`What devices report, decoded, ${way}`, () => {
    let factory: TestFactory;
    setup(async () => {
      factory = await startTestFactory({ way });
    });
    teardown(() => factory.close());

    const answer = (path: string, body: unknown) =>
      factory.server.emulator.faults.add({ match: { path }, status: 200, body });
    const refused = async (promise: Promise<unknown>) => {
      const error: unknown = await promise.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      assert.ok(error instanceof FactoryError && error.kind === 'unexpected', String(error));
      return error.info.serverMessage;
    };

    test('a whole device', async () => {
      const detail = await factory.client.getDeviceDetail(FACTORY, DEVICE);
      assert.equal(detail.device.name, DEVICE);
      assert.match(detail.publicKey, /^-----BEGIN PUBLIC KEY-----/);
      assert.match(detail.aktualizrToml, /polling_sec = 300/);
      assert.match(detail.mac, /^dc:a6:32:/);
      assert.equal((detail.hardware as { class: string }).class, 'system');
      assert.ok(detail.activeConfig?.appliedAt !== undefined);
      assert.ok(detail.activeConfig.files.includes('app.config'));
      assert.equal((detail.raw as { uuid: string }).uuid, detail.device.uuid);
      assert.equal('apps-state' in (detail.raw as object), true);
    });

    test('a device of gaps, and one of nulls', async () => {
      const nulls = Object.fromEntries(
        ['group', 'network-info', 'public-key', 'aktualizr-toml', 'change-meta', 'secondary-ecus', 'active-config'].map(
          (key) => [key, null],
        ),
      );
      for (const more of [{}, { ...nulls, 'hardware-info': null }]) {
        answer('/ota/devices/', { uuid: 'u', name: 'n', ...more });
        const detail = await factory.client.getDeviceDetail(FACTORY, 'n');
        assert.deepEqual(
          [detail.hardware, detail.activeConfig, detail.secondaries, detail.publicKey, detail.updatedAt],
          [undefined, undefined, [], '', undefined],
        );
      }
      answer('/ota/devices/', [{ uuid: 'u', name: 'n' }]);
      await refused(factory.client.getDeviceDetail(FACTORY, 'n'));
      answer('/ota/devices/', { uuid: 'u', name: 'n', 'secondary-ecus': 'none' });
      assert.match((await refused(factory.client.getDeviceDetail(FACTORY, 'n'))) ?? '', /secondary-ecus/);
    });

    test('updates newest first, and the events of each', async () => {
      const { items, total, nextPage } = await factory.client.listUpdates(FACTORY, DEVICE);
      assert.ok(items.length > 0);
      assert.deepEqual([total, nextPage], [items.length, undefined]);
      assert.deepEqual(
        items.map(({ time }) => time),
        items.map(({ time }) => time).sort((a, b) => b! - a!),
      );
      const events = await factory.client.listUpdateEvents(FACTORY, DEVICE, items[0]!.id);
      assert.equal(events[0]?.type, 'EcuDownloadStarted');
      assert.equal(events[0].success, undefined);
      assert.deepEqual([events.at(-1)?.type, events.at(-1)?.success], ['EcuInstallationCompleted', true]);
    });

    test('a list goes on where the service says next, and ends with an empty page', async () => {
      const update = (id: string) => ({ 'correlation-id': id, target: 't', version: 7, time: null });
      answer('/updates/', { updates: [update('a')], total: 2, next: 'http://elsewhere.example/updates/?page=2' });
      const first = await factory.client.listUpdates(FACTORY, DEVICE);
      assert.deepEqual(first.items, [{ id: 'a', target: 't', version: '7', time: undefined } satisfies DeviceUpdate]);
      assert.equal(first.nextPage, 2);
      answer('/updates/', { updates: [], next: 'http://elsewhere.example/updates/?page=3' });
      assert.equal((await factory.client.listUpdates(FACTORY, DEVICE, 2)).nextPage, undefined);
      const { query } = factory.server.emulator.requests.all().at(-1)!;
      assert.equal(new URLSearchParams(query).get('page'), '2');
      answer('/updates/', {});
      assert.deepEqual(await factory.client.listUpdates(FACTORY, DEVICE), { items: [], total: 0, nextPage: undefined });
    });

    test('events of gaps', async () => {
      answer('/updates/', [{}, { eventType: null, event: null }, { event: { success: null, details: null } }]);
      const events = await factory.client.listUpdateEvents(FACTORY, DEVICE, 'x');
      assert.equal(events.length, 3);
      assert.ok(events.every(({ type, success, details }) => type === '' && success === undefined && details === ''));
      answer('/updates/', [{ event: { success: 'yes' } }]);
      assert.match((await refused(factory.client.listUpdateEvents(FACTORY, DEVICE, 'x'))) ?? '', /success/);
    });

    const testOf = async () => {
      const { devices } = await factory.client.listDevices({ factory: FACTORY, limit: 100 });
      for (const { name } of devices) {
        const { items } = await factory.client.listTests(FACTORY, name);
        if (items[0] !== undefined) {
          return { device: name, test: items[0] };
        }
      }
      throw new Error('no device has a test');
    };

    test('a test with its times, results and files', async () => {
      const { device, test: listed } = await testOf();
      assert.ok(listed.createdAt !== undefined && listed.createdAt > 1e12 && listed.createdAt < Date.now());
      factory.seen();
      const whole = await factory.client.getTest(FACTORY, device, listed.id);
      assert.deepEqual(factory.seen(), [`GET /ota/devices/${device}/tests/${listed.id}`]);
      assert.deepEqual(
        whole.results.map(({ name, status }) => [name, status]),
        [
          ['network', 'PASSED'],
          ['docker', 'PASSED'],
        ],
      );
      const chunks: Uint8Array[] = [];
      await factory.client.receiveArtifact(
        { factory: FACTORY, device, test: listed.id, name: 'console.log' },
        { write: (chunk) => void chunks.push(chunk) },
      );
      assert.match(Buffer.concat(chunks).toString(), /diag done/);
      assert.deepEqual(factory.seen(), [`GET /ota/devices/${device}/tests/${listed.id}/console.log`]);
    });

    test('a test that runs has no end', async () => {
      answer('/tests/', { 'test-id': 'x', 'created-on': 1773154984.5, 'completed-on': 0, status: 'RUNNING' });
      const running = await factory.client.getTest(FACTORY, DEVICE, 'x');
      assert.deepEqual([running.createdAt, running.completedAt], [1773154984500, undefined]);
    });

    test('a name of an artifact cannot lead to another address', () => {
      for (const name of ['../../../config/', '..', '.', '', 'a//b', 'a/../b']) {
        assert.throws(
          () =>
            factory.client.receiveArtifact(
              { factory: FACTORY, device: DEVICE, test: 'x', name },
              { write: () => undefined },
            ),
          RangeError,
          name,
        );
      }
      assert.deepEqual(factory.seen(), []);
    });

    test('a slash in the name of an artifact is one in the address, everything else is encoded', async () => {
      answer('/tests/', 'text');
      await factory.client.receiveArtifact(
        { factory: FACTORY, device: DEVICE, test: 'x', name: 'logs/a b?c#d.log' },
        { write: () => undefined },
      );
      assert.deepEqual(factory.seen(), [`GET /ota/devices/${DEVICE}/tests/x/logs/a%20b%3Fc%23d.log`]);
    });

    test('reports on apps, newest first', async () => {
      const reports = await factory.client.listAppsReports(FACTORY, DEVICE);
      assert.ok(reports.length >= 2);
      assert.ok(reports[0]!.at! > reports[1]!.at!);
      assert.equal(reports[0]!.apps[0]?.name, 'shellhttpd');
    });
  });
}
