/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-call, @typescript-eslint/restrict-plus-operands -- answers are looked into as they came */
import assert from 'node:assert/strict';
import {
  createCipheriv,
  createHash,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
} from 'node:crypto';
import { suite, test } from 'mocha';
import { Client, FACTORY, handlerOf, type Json } from './harness';
import { patch, toml } from './settingsChange';

/** What a client does, written from docs/api.md §5; nothing of the emulator's own is used. */
function encryptFor(pem: string, message: string): string {
  const ephemeral = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: createPublicKey(pem) });
  const derived = createHash('sha256')
    .update(Buffer.from([0, 0, 0, 1]))
    .update(shared)
    .digest();
  const iv = Buffer.alloc(16, 7);
  const cipher = createCipheriv('aes-128-ctr', derived.subarray(0, 16), iv);
  const encrypted = Buffer.concat([iv, cipher.update(message, 'utf8'), cipher.final()]);
  const macKey = createHash('sha256').update(derived.subarray(16)).digest();
  const { x = '', y = '' } = ephemeral.publicKey.export({ format: 'jwk' });
  const coordinate = (text: string): Buffer => Buffer.from(text, 'base64url');
  const point = Buffer.concat([Buffer.from([4]), coordinate(x), coordinate(y)]);
  const tag = createHmac('sha256', macKey).update(encrypted).digest();
  return Buffer.concat([point, encrypted, tag]).toString('base64');
}

const inner = async (client: Client, name = 'device-01'): Promise<Json> =>
  (await client.get(`/_emulator/device?name=${name}`)).json;
const latest = async (client: Client, name = 'device-01'): Promise<Json> =>
  (await client.get(`/ota/devices/${name}/config/`)).json.config[0];

suite('emulator: devices check in (docs/api.md §4.2)', () => {
  test('a set waits for the next check-in, and is applied then', async () => {
    const client = new Client();
    const before = await client.device();
    await client.patchFile('device-01', 'app.config', 'changed');
    const seconds = 300 - (client.emulator.clock.now() - Date.parse(before['last-seen'])) / 1000;
    await client.advance(Math.floor(seconds) - 2);
    assert.equal((await latest(client))['applied-at'], null);
    assert.equal((await client.device())['active-config']['created-at'], before['active-config']['created-at']);
    await client.advance(4);
    const entry = await latest(client);
    const device = await client.device();
    assert.equal(entry['applied-at'], device['last-seen']);
    assert.deepEqual(device['active-config'], entry);
    assert.equal((await inner(client)).secrets['app.config'], 'changed');
  });

  test('the period can be set', async () => {
    const client = new Client({ checkInSeconds: 5 });
    await client.patchFile('device-01', 'app.config', 'changed');
    await client.advance(5);
    assert.notEqual((await latest(client))['applied-at'], null);
  });

  test('a check-in can be forced', async () => {
    const client = new Client();
    await client.patchFile('device-01', 'app.config', 'changed');
    await client.control('check-in', { device: 'device-01' });
    assert.equal((await latest(client))['applied-at'], '2026-03-10T15:00:00+00:00');
    assert.equal((await client.device())['last-seen'], '2026-03-10T15:00:00+00:00');
  });

  test('a device that is offline takes nothing', async () => {
    const client = new Client();
    await client.control('device', { name: 'device-01', online: false });
    await client.patchFile('device-01', 'app.config', 'changed');
    await client.advance(86_400);
    assert.equal((await latest(client))['applied-at'], null);
    await client.control('device', { name: 'device-01', online: true });
    await client.advance(300);
    assert.notEqual((await latest(client))['applied-at'], null);
  });

  test('a file of the device goes before one of its group, and that before one of the Factory', async () => {
    const client = new Client();
    await client.send('PATCH', '/ota/devices/device-01/', { body: { group: 'field' } });
    await patch(client, `${FACTORY}/config/`, 'f', 'factory');
    await client.advance(300);
    assert.equal((await inner(client)).secrets.f, 'factory');
    await patch(client, `${FACTORY}/device-groups/field/config/`, 'f', 'group');
    await client.advance(300);
    assert.equal((await inner(client)).secrets.f, 'group');
    await patch(client, '/ota/devices/device-01/config/', 'f', 'device');
    await client.advance(300);
    assert.equal((await inner(client)).secrets.f, 'device');
    await client.send('DELETE', '/ota/devices/device-01/config/f/');
    await client.advance(300);
    assert.equal((await inner(client)).secrets.f, 'group');
  });

  test('the update settings are merged key by key', async () => {
    const client = new Client();
    await client.send('PATCH', '/ota/devices/device-01/', { body: { group: 'stores' } });
    await patch(
      client,
      `${FACTORY}/device-groups/stores/config/`,
      'z-50-fioctl.toml',
      toml('  tags = "main"\n  compose_apps = "mosquitto"\n'),
    );
    await client.advance(300);
    const device = await client.device();
    assert.equal(device.tag, 'main', "the tag is the group's");
    assert.deepEqual((await inner(client))['wanted-apps'], ['shellhttpd'], "the apps are the device's own");
  });
});

suite('emulator: devices decrypt (docs/api.md §5)', () => {
  test('an encrypted value arrives as it was', async () => {
    const client = new Client();
    const pem = (await client.device())['public-key'];
    const message = 'MSG="Grüße"\n';
    await client.patchFile('device-01', 'secret.conf', encryptFor(pem, message), { unencrypted: false });
    await client.advance(300);
    const state = await inner(client);
    assert.equal(state['config-error'], null);
    assert.equal(state.secrets['secret.conf'], message);
    assert.notEqual((await latest(client))['applied-at'], null);
  });

  test('a device of the fleet begins with an encrypted file that it can read', async () => {
    const client = new Client();
    const entry = await latest(client, 'display-01');
    const file = entry.files.find((candidate: Json) => candidate.name === 'shellhttpd.conf');
    assert.equal(file.unencrypted, false);
    assert.equal(Buffer.from(file.value, 'base64').length, 24 + 113);
    assert.equal((await inner(client, 'display-01')).secrets['shellhttpd.conf'], 'MSG="Hello from fioctl"\n');
  });

  for (const [what, value] of [
    ['plain text', 'not encrypted'],
    ['the empty string that fioctl sends for an empty value', ''],
    ['a value for another device', 'other'],
  ] as const) {
    test(`${what} blocks the whole set, until it is replaced`, async () => {
      const client = new Client();
      const wrong = value === 'other' ? encryptFor((await client.device('display-01'))['public-key'], 'x') : value;
      const files = [
        { name: 'bad', value: wrong, unencrypted: false },
        {
          name: 'z-50-fioctl.toml',
          value: toml('  tags = "main"\n'),
          unencrypted: true,
          ...handlerOf('z-50-fioctl.toml'),
        },
        { name: 'app.config', value: 'good', unencrypted: true },
      ];
      await client.send('PATCH', '/ota/devices/device-01/config/', { body: { reason: '', files } });
      await client.advance(900);
      const device = await client.device();
      assert.equal(device.tag, 'devel', 'the rest of the set has no effect either');
      assert.equal((await latest(client))['applied-at'], null);
      const state = await inner(client);
      assert.notEqual(state['config-error'], null);
      assert.notEqual(state.secrets['app.config'], 'good');
      await client.send('DELETE', '/ota/devices/device-01/config/bad/');
      await client.advance(300);
      assert.equal((await inner(client)).secrets['app.config'], 'good');
      assert.equal((await client.device()).tag, 'main');
    });
  }
});

suite('emulator: remote actions (docs/api.md §4.5)', () => {
  const oneshot = (client: Client, action: string, id: string): Promise<unknown> =>
    client.patchFile('device-01', `fioconfig-oneshot-${action}`, `COMMAND_ID=${id}\nCOMMAND_CAPTURE=1\n`, {
      'on-changed': ['/usr/share/fioconfig/handlers/fioconfig-oneshot', action],
    });
  const TESTS = '/ota/devices/device-01/tests/';

  test('an action runs once for each command, and leaves a test with its log', async () => {
    const client = new Client();
    const id = 'diag_TS4AAYDMOGTMN7U';
    const before = (await client.get(TESTS)).json.total;
    await oneshot(client, 'diag', id);
    assert.equal((await client.get(`${TESTS}${id}`)).status, 404);
    await client.advance(303);
    const test = (await client.get(`${TESTS}${id}`)).json;
    assert.equal(test['test-id'], id);
    assert.equal(test.name, 'diag');
    assert.equal(test.status, 'PASSED');
    assert.ok(Number.isFinite(test['created-on']) && test['completed-on'] > test['created-on']);
    assert.deepEqual(test.artifacts, ['console.log', 'dmesg.log']);
    assert.match((await client.get(`${TESTS}${id}/console.log`)).text, /diag done/);
    assert.equal((await client.get(`${TESTS}${id}/none.log`)).status, 404);
    await client.patchFile('device-01', 'other', 'x');
    await client.advance(900);
    const all = (await client.get(TESTS)).json;
    assert.equal(all.total, before + 1, 'not run again');
    assert.equal(all.tests[0]['test-id'], id);
    await oneshot(client, 'diag', 'diag_AAAAAAAAAAAAAAA');
    await client.advance(303);
    assert.equal((await client.get(TESTS)).json.total, before + 2);
  });

  test('while it runs, the test says so', async () => {
    const client = new Client();
    await oneshot(client, 'diag', 'diag_TS4AAYDMOGTMN7U');
    await client.control('check-in', { device: 'device-01' });
    await client.advance(1);
    const test = (await client.get(`${TESTS}diag_TS4AAYDMOGTMN7U`)).json;
    assert.equal(test.status, 'RUNNING');
    assert.equal(test['completed-on'], 0);
  });

  test('an action that the device does not have fails', async () => {
    const client = new Client();
    await oneshot(client, 'wipe', 'wipe_TS4AAYDMOGTMN7U');
    await client.advance(310);
    assert.equal((await client.get(`${TESTS}wipe_TS4AAYDMOGTMN7U`)).json.status, 'FAILED');
  });

  test('a command id that the gateway would refuse runs nothing', async () => {
    const client = new Client();
    await oneshot(client, 'diag', 'short');
    await client.advance(310);
    assert.equal((await client.get(`${TESTS}short`)).status, 404);
  });
});
