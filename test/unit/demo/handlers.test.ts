/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-argument -- answers are looked into as they came */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { Client, FACTORY, type Answer, type Json } from './harness';

const HANDLER = '/usr/share/fioconfig/handlers/aktualizr-toml-update';
const ONESHOT = '/usr/share/fioconfig/handlers/fioconfig-oneshot';

/** Writes one plain file with exactly these handlers. */
function write(client: Client, path: string, name: string, value: string, onChanged?: string[]): Promise<Answer> {
  const file = { name, value, unencrypted: true, ...(onChanged === undefined ? {} : { 'on-changed': onChanged }) };
  return client.send('PATCH', path, { body: { reason: '', files: [file] } });
}

const DEVICE = '/ota/devices/device-01/config/';
const toml = (settings: string): string => `\n[pacman]\n${settings}\n`;
const secrets = async (client: Client): Promise<Json> =>
  (await client.get('/_emulator/device?name=device-01')).json.secrets;

suite('emulator: a file has an effect through its handler (docs/api.md §3.5, §4.2, §4.4)', () => {
  for (const [what, onChanged, tag] of [
    ['its handler', [HANDLER], 'main'],
    ['its handler by another path', ['/usr/share/fioconfig/handlers/../handlers//aktualizr-toml-update'], 'main'],
    ['no handler', undefined, 'devel'],
    ['an empty one', [], 'devel'],
    ['one from elsewhere', ['/usr/bin/touch', '/tmp/x'], 'devel'],
    ['one that leads out of its directory', [`${HANDLER}/../../../bin/sh`], 'devel'],
  ] as const) {
    test(`update settings with ${what}`, async () => {
      const client = new Client({ building: false });
      await write(client, DEVICE, 'z-50-fioctl.toml', toml('  tags = "main"'), onChanged && [...onChanged]);
      await client.advance(600);
      assert.equal((await client.device()).tag, tag);
      assert.equal(
        (await secrets(client))['z-50-fioctl.toml'],
        toml('  tags = "main"'),
        'the file is there all the same',
      );
    });
  }

  test('the most specific level decides: without a handler there, the group’s does not run (docs/api.md §4.2)', async () => {
    for (const [onChanged, tag] of [
      [[HANDLER], 'main'],
      [[], 'devel'],
    ] as const) {
      const client = new Client({ building: false });
      await write(client, DEVICE, 'z-50-fioctl.toml', toml('  compose_apps = "shellhttpd"'), [...onChanged]);
      await client.send('PATCH', '/ota/devices/device-01/', { body: { group: 'stores' } });
      await client.advance(300);
      const group = `${FACTORY}/device-groups/stores/config/`;
      await write(client, group, 'z-50-fioctl.toml', toml('  tags = "main"'), [HANDLER]);
      await client.advance(300);
      assert.equal((await client.device()).tag, tag);
    }
  });

  test('a group’s settings without a handler move no device; with one they do', async () => {
    const client = new Client({ building: false });
    const group = `${FACTORY}/device-groups/stores/config/`;
    const path = '/ota/devices/?factory=getting-started&group=stores&match_tag=devel';
    const before = (await client.get(path)).json.total;
    await write(client, group, 'z-50-fioctl.toml', toml('  tags = "devel"'));
    await client.advance(600);
    assert.equal((await client.get(path)).json.total, before);
    await write(client, group, 'z-50-fioctl.toml', toml('  tags = "devel"'), [HANDLER]);
    await client.advance(600);
    assert.ok((await client.get(path)).json.total > before);
  });

  for (const [what, onChanged, status] of [
    ['its handler and the action', [ONESHOT, 'diag'], 200],
    ['its handler alone', [ONESHOT], 404],
    ['no handler', undefined, 404],
    ['another one', ['/bin/sh', 'diag'], 404],
  ] as const) {
    test(`a remote action with ${what}`, async () => {
      const client = new Client();
      const value = 'COMMAND_ID=diag_TS4AAYDMOGTMN7U\nCOMMAND_CAPTURE=1\n';
      await write(client, DEVICE, 'fioconfig-oneshot-diag', value, onChanged && [...onChanged]);
      await client.advance(310);
      assert.equal((await client.get('/ota/devices/device-01/tests/diag_TS4AAYDMOGTMN7U')).status, status);
    });
  }

  test('an empty tag is no tag: it overrides what registration wrote', async () => {
    const client = new Client({ building: false });
    await write(client, DEVICE, 'z-50-fioctl.toml', toml('  tags = ""'), [HANDLER]);
    await client.advance(600);
    const device = await client.device();
    assert.equal(device.tag, undefined);
    assert.deepEqual(device['device-tags'], []);
  });
});

suite('emulator: what a device runs (docs/api.md §7)', () => {
  test('it is up to date when it runs just the apps that it should', async () => {
    const client = new Client({ building: false, updateSeconds: 60 });
    const path = '/ota/devices/meter-01/config/';
    const check = async (apps: string): Promise<Json[]> => {
      await write(client, path, 'z-50-fioctl.toml', toml(apps), [HANDLER]);
      await client.control('check-in', { device: 'meter-01' });
      const during = (await client.device('meter-01'))['up-to-date'];
      await client.advance(90);
      return [during, (await client.device('meter-01'))['up-to-date']];
    };
    assert.equal((await client.device('meter-01'))['up-to-date'], true);
    assert.deepEqual(await check('  compose_apps = "shellhttpd"'), [false, true], 'fewer');
    assert.deepEqual(
      await check('  compose_apps = "shellhttpd,none"'),
      [true, true],
      'an app that is not in the target',
    );
    assert.deepEqual(await check(''), [false, true], 'all of them again');
  });

  test('a report on apps is no older and no younger than the update that led to it', async () => {
    const client = new Client({ building: false, updateSeconds: 10 });
    await write(client, '/ota/devices/meter-01/config/', 'z-50-fioctl.toml', toml('  compose_apps = ""'), [HANDLER]);
    await client.control('check-in', { device: 'meter-01' });
    await client.advance(10);
    const state = (await client.device('meter-01'))['apps-state'];
    assert.deepEqual(state.apps, {});
    assert.equal(Date.parse(state.deviceTime), client.emulator.clock.now());
  });

  test('a target that was deleted stays on its devices, as an orphan', async () => {
    const client = new Client({ building: false });
    const name = (await client.device('meter-01'))['target-name'];
    const before = (await client.get('/ota/devices/meter-01/updates/')).json.total;
    await client.send('DELETE', `${FACTORY}/targets/`, { body: { targets: [name] } });
    await client.advance(3600);
    const device = await client.device('meter-01');
    assert.equal(device['target-name'], name);
    assert.deepEqual(device['docker-apps'], ['mosquitto', 'shellhttpd', 'telemetry']);
    assert.equal((await client.get('/ota/devices/meter-01/updates/')).json.total, before, 'nothing is installed');
  });
});
