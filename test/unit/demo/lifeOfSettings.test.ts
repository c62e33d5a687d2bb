/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return, @typescript-eslint/restrict-plus-operands -- answers are looked into as they came */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { Client, FACTORY, type Json } from './harness';
import { patch, toml } from './settingsChange';

const events = async (client: Client, id: string, name = 'device-01'): Promise<Json[]> =>
  (await client.get(`/ota/devices/${name}/updates/${id}/`)).json;

suite('emulator: devices follow (docs/api.md §4.4, §6.1, §7.1)', () => {
  test('a new tag leads to its newest target, with the events of a new operating system', async () => {
    const client = new Client({ updateSeconds: 100, building: false });
    const before = await client.device();
    await client.patchFile('device-01', 'z-50-fioctl.toml', toml('  tags = "main"\n'));
    await client.control('check-in', { device: 'device-01' });
    const [run] = (await client.get('/ota/devices/device-01/updates/')).json.updates;
    assert.equal(run.target, 'raspberrypi4-64-lmp-23');
    assert.equal(run.version, '23');
    assert.match(run['correlation-id'], /^23-[0-9a-f]{8}-[0-9a-f]{4}-4/);
    const during: string[] = [];
    const statuses = new Set<string>();
    for (let second = 0; second < 110; second += 1) {
      const list = await events(client, run['correlation-id']);
      const device = await client.device();
      const last = list.at(-1)?.eventType.id ?? '';
      if (during.at(-1) !== last) {
        during.push(last);
      }
      statuses.add(device.status);
      assert.equal(device['current-update'], last === 'EcuInstallationCompleted' ? '' : run['correlation-id']);
      assert.equal(device['target-name'], last === 'EcuInstallationCompleted' ? run.target : before['target-name']);
      await client.advance(1);
    }
    assert.deepEqual(during.at(-1), 'EcuInstallationCompleted');
    const list = await events(client, run['correlation-id']);
    assert.deepEqual(
      list.map(({ eventType, event }) => [eventType.id, event.success]),
      [
        ['EcuDownloadStarted', null],
        ['EcuDownloadCompleted', true],
        ['EcuInstallationStarted', null],
        ['EcuInstallationApplied', null],
        ['EcuInstallationCompleted', true],
      ],
    );
    const times = list.map(({ deviceTime }) => deviceTime);
    assert.deepEqual(times, times.toSorted());
    for (const { deviceTime, event } of list) {
      assert.match(deviceTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      assert.equal(event.targetName, run.target);
      assert.equal(event.version, '23');
      assert.equal(event.correlationId, run['correlation-id']);
    }
    assert.ok(statuses.has('Download started') && statuses.has('Installation applied; awaiting update finalization'));
    const after = await client.device();
    assert.equal(after.status, '');
    assert.equal(after['up-to-date'], true);
    assert.equal(after.tag, 'main');
    assert.deepEqual(after['device-tags'], ['main']);
    assert.notEqual(after['ostree-hash'], before['ostree-hash']);
    const target = (await client.get(`${FACTORY}/targets/${run.target}/`)).json;
    assert.equal(after['ostree-hash'], target.hashes.sha256);
    assert.deepEqual(after['docker-apps'], Object.keys(target.custom.docker_compose_apps).toSorted());
    assert.equal(after['apps-state'].ostree, after['ostree-hash']);
    assert.deepEqual(Object.keys(after['apps-state'].apps), after['docker-apps']);
    assert.equal(after['apps-state'].apps.shellhttpd.uri, target.custom.docker_compose_apps.shellhttpd.uri);
  });

  test('other apps of the same target come without "Applied"', async () => {
    const client = new Client({ updateSeconds: 60, building: false });
    await client.patchFile('meter-01', 'z-50-fioctl.toml', toml('  compose_apps = "shellhttpd, unknown"\n'));
    await client.advance(700);
    const device = await client.device('meter-01');
    assert.deepEqual(device['docker-apps'], ['shellhttpd']);
    assert.equal(device['target-name'], 'raspberrypi4-64-lmp-23');
    const list = await events(client, device.updates[0]['correlation-id'], 'meter-01');
    assert.deepEqual(
      list.map(({ eventType }) => eventType.id),
      ['EcuDownloadStarted', 'EcuDownloadCompleted', 'EcuInstallationStarted', 'EcuInstallationCompleted'],
    );
  });

  for (const [value, expected] of [
    ['  compose_apps = ""\n', []],
    ['  compose_apps = " "\n', []],
    ['  compose_apps = "telemetry,mosquitto"\n', ['mosquitto', 'telemetry']],
    ['', ['mosquitto', 'shellhttpd', 'telemetry']],
  ] as const) {
    test(`apps of ${JSON.stringify(value)}`, async () => {
      const client = new Client({ updateSeconds: 10 });
      await client.patchFile('meter-01', 'z-50-fioctl.toml', toml('  compose_apps = "shellhttpd"\n'));
      await client.advance(700);
      await client.patchFile('meter-01', 'z-50-fioctl.toml', toml(value));
      await client.advance(700);
      assert.deepEqual((await client.device('meter-01'))['docker-apps'], expected);
    });
  }

  for (const how of ['download', 'install'] as const) {
    test(`an update that fails (${how}) leaves the device as it was, and is not tried again`, async () => {
      const client = new Client({ updateSeconds: 60, building: false });
      const before = await client.device();
      await client.control('device', { name: 'device-01', failNextUpdate: how });
      await client.patchFile('device-01', 'z-50-fioctl.toml', toml('  tags = "main"\n'));
      await client.advance(2000);
      const device = await client.device();
      assert.equal(device['target-name'], before['target-name']);
      assert.equal(device['up-to-date'], false);
      assert.equal(device['current-update'], '');
      assert.match(device.status, /; failed$/);
      const list = await events(client, device.updates[0]['correlation-id']);
      assert.equal(list.at(-1).event.success, false);
      assert.equal(list.at(-1).eventType.id, how === 'download' ? 'EcuDownloadCompleted' : 'EcuInstallationCompleted');
      assert.notEqual(list.at(-1).event.details, '');
      assert.equal(device.updates.length, before.updates.length + 1);
    });
  }

  test('a lower version is not installed', async () => {
    const client = new Client({ updateSeconds: 10 });
    const before = await client.device('meter-01');
    assert.equal(before.tag, 'main');
    await client.patchFile('meter-01', 'z-50-fioctl.toml', toml('  tags = "stable"\n'));
    await client.advance(900);
    const device = await client.device('meter-01');
    assert.equal(device.tag, 'stable');
    assert.equal(device['target-name'], before['target-name']);
  });

  test('at most ten updates and ten apps-states are kept', async () => {
    const client = new Client({ updateSeconds: 10 });
    for (let i = 0; i < 12; i++) {
      await client.patchFile(
        'meter-01',
        'z-50-fioctl.toml',
        toml(`  compose_apps = "${i % 2 === 0 ? 'shellhttpd' : 'mosquitto'}"\n`),
      );
      await client.advance(600);
    }
    assert.equal((await client.get('/ota/devices/meter-01/updates/')).json.total, 10);
    const states = (await client.get('/ota/devices/meter-01/apps-states/')).json['apps-states'];
    assert.equal(states.length, 10);
    const times = states.map((state: Json) => state.deviceTime);
    assert.deepEqual(times, times.toSorted().toReversed());
  });

  test('the fleet goes on: what was updating ends, what was held back begins', async () => {
    const client = new Client();
    const [updating] = (await client.get('/ota/devices/?factory=getting-started')).json.devices.filter(
      (device: Json) => device['current-update'] !== '',
    );
    await client.advance(600);
    const after = await client.device(updating.name);
    assert.equal(after['current-update'], '');
    assert.ok(Number(after['target-name'].split('-').at(-1)) > Number(updating['target-name'].split('-').at(-1)));
    await patch(client, `${FACTORY}/config/`, 'x', '1');
    await client.advance(600);
    const held = await client.device('kiosk-04');
    assert.equal(held['up-to-date'], false);
    assert.equal(held['current-update'], '', 'it holds its update back, whatever else changes');
    await client.advance(9 * 3600);
    assert.equal((await client.device('kiosk-04'))['up-to-date'], true);
  });

  test('it makes no difference how often one looks', async () => {
    const busy = new Client({ updateSeconds: 100 });
    const idle = new Client({ updateSeconds: 100 });
    for (const client of [busy, idle]) {
      await client.patchFile('device-01', 'z-50-fioctl.toml', toml('  tags = "main"\n'));
      await patch(client, `${FACTORY}/config/`, 'x', '1');
    }
    for (let i = 0; i < 90; i++) {
      await busy.advance(10);
      await busy.get('/ota/devices/?factory=getting-started&limit=1000');
    }
    await idle.advance(900);
    const list = '/ota/devices/?factory=getting-started&limit=1000';
    assert.equal((await idle.get(list)).text, (await busy.get(list)).text);
    for (const name of ['device-01', 'display-02', 'meter-01']) {
      assert.deepEqual(await idle.device(name), await busy.device(name));
    }
  });
});
