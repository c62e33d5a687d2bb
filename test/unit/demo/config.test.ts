/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return -- answers are looked into as they came */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { Client, FACTORY, START, type Json } from './harness';

const CONFIG = '/ota/devices/device-01/config/';
const fileNames = (entry: Json): string[] => entry.files.map((file: { name: string }) => file.name);
const history = async (client: Client, path = CONFIG): Promise<Json[]> => (await client.get(path)).json.config;

suite('emulator: configuration (docs/api.md §2.2, §4.1)', () => {
  test('the list is newest first, under "config"', async () => {
    const { json } = await new Client().get(CONFIG);
    assert.deepEqual(Object.keys(json), ['config', 'total', 'next']);
    const times = json.config.map((entry: Json) => entry['created-at']);
    assert.deepEqual(times, times.toSorted().toReversed());
    const first = json.config.at(-1);
    assert.equal(first.reason, 'Set initial fioconfig device data');
    assert.equal('created-by' in first, false, 'the device itself wrote it');
  });

  test("the guide's device holds what the guide shows", async () => {
    const [latest] = await history(new Client());
    const file = (name: string): Json => latest.files.find((candidate: Json) => candidate.name === name);
    assert.deepEqual(file('app.config'), {
      name: 'app.config',
      value: '[page]\nurl = "https://foundries.io/"\n',
      unencrypted: true,
    });
    assert.deepEqual(file('z-50-fioctl.toml'), {
      name: 'z-50-fioctl.toml',
      value: '\n[pacman]\n  compose_apps = "shellhttpd"\n',
      unencrypted: true,
      'on-changed': ['/usr/share/fioconfig/handlers/aktualizr-toml-update'],
    });
    assert.deepEqual(file('wireguard-client')['on-changed'], ['/usr/share/fioconfig/handlers/factory-config-vpn']);
  });

  test('PATCH answers 201 and the merged set: replaced in place, new at the end', async () => {
    const client = new Client();
    const [before] = await history(client);
    const files = [
      { name: 'new.json', value: '{}', unencrypted: true },
      { name: 'z-50-fioctl.toml', value: '\n[pacman]\n', unencrypted: true },
    ];
    const answer = await client.send('PATCH', CONFIG, { body: { reason: 'because', files } });
    assert.equal(answer.status, 201);
    assert.equal(answer.json['applied-at'], null);
    assert.equal(answer.json['created-by'], '5e13232f73927550af883e7b');
    assert.equal(answer.json['created-at'], '2026-03-10T15:00:00+00:00');
    assert.equal(answer.json.reason, 'because');
    assert.deepEqual(fileNames(answer.json), [...fileNames(before), 'new.json']);
    const replaced = answer.json.files.find((file: Json) => file.name === 'z-50-fioctl.toml');
    assert.deepEqual(replaced, files[1], 'on-changed is taken from the request, too');
    assert.deepEqual((await history(client))[0], answer.json);
    assert.deepEqual((await history(client))[1], before, 'the entry before stays as it was');
  });

  test('unencrypted is false when it is not said', async () => {
    const client = new Client();
    const body = { files: [{ name: 'a', value: 'b' }] };
    const answer = await client.send('POST', `${FACTORY}/config/`, { body });
    assert.deepEqual(answer.json.files, [{ name: 'a', value: 'b', unencrypted: false }]);
    assert.equal(answer.json.reason, '');
  });

  test('POST replaces the whole set', async () => {
    const client = new Client();
    const answer = await client.send('POST', CONFIG, {
      body: { reason: '', files: [{ name: 'a', value: '1', unencrypted: true }] },
    });
    assert.equal(answer.status, 201);
    assert.deepEqual(fileNames((await history(client))[0]), ['a']);
  });

  test('DELETE makes an entry without the file; an unknown file is 404', async () => {
    const client = new Client();
    const before = await history(client);
    assert.equal((await client.send('DELETE', `${CONFIG}app.config/`)).status, 200);
    const after = await history(client);
    assert.equal(after.length, before.length + 1);
    assert.equal(fileNames(after[0]).includes('app.config'), false);
    assert.equal((await client.send('DELETE', `${CONFIG}app.config/`)).status, 404);
    assert.equal((await history(client)).length, after.length);
  });

  test('a file in a sub-directory can be made and deleted, with its slash as it is or encoded', async () => {
    const client = new Client();
    for (const path of ['sub/file.txt', 'sub%2Ffile.txt']) {
      await client.patchFile('device-01', 'sub/file.txt', 'x');
      assert.equal((await client.send('DELETE', `${CONFIG}${path}/`)).status, 200, path);
      assert.equal(fileNames((await history(client))[0]).includes('sub/file.txt'), false);
    }
  });

  test('the last ten changes are kept', async () => {
    const client = new Client();
    for (let i = 0; i < 12; i++) {
      await client.patchFile('device-01', 'counter', String(i));
    }
    const entries = await history(client);
    assert.equal(entries.length, 10);
    assert.equal((await client.get(CONFIG)).json.total, 10);
    const values = entries.map((entry) => entry.files.find((file: Json) => file.name === 'counter').value);
    assert.deepEqual(values, ['11', '10', '9', '8', '7', '6', '5', '4', '3', '2']);
  });

  test('a set of more than 1 MB is refused and changes nothing', async () => {
    const client = new Client();
    const before = await history(client);
    assert.equal((await client.patchFile('device-01', 'big', 'x'.repeat(900_000))).status, 201);
    const answer = await client.patchFile('device-01', 'big2', 'x'.repeat(200_000));
    assert.equal(answer.status, 413);
    assert.equal((await history(client)).length, before.length + 1);
    assert.equal((await client.patchFile('device-01', 'big', 'ü'.repeat(499_000))).status, 201);
    assert.equal(
      (await client.patchFile('device-01', 'big', 'ü'.repeat(501_000))).status,
      413,
      'bytes count, not characters',
    );
  });

  test('what is no ConfigRequest is refused with a list', async () => {
    const client = new Client();
    const bad: unknown[] = [
      {},
      { files: 'x' },
      { files: [{ value: 'x' }] },
      { files: [{ name: 'x' }] },
      { files: [{ name: 'x', value: 1 }] },
      { files: [{ name: 'x', value: '', unencrypted: 'yes' }] },
      { files: [{ name: 'x', value: '', 'on-changed': 'touch' }] },
      { reason: 1, files: [] },
    ];
    for (const body of bad) {
      const answer = await client.send('PATCH', CONFIG, { body });
      assert.equal(answer.status, 400, JSON.stringify(body));
      assert.ok(Array.isArray(answer.json.errors) && answer.json.errors.length > 0);
    }
    assert.equal((await client.send('PATCH', CONFIG, { body: 'nonsense' })).status, 400);
    assert.equal((await history(client)).length, 3);
  });

  test('groups and the Factory have a history of their own, without applied-at', async () => {
    const client = new Client();
    for (const path of [`${FACTORY}/config/`, `${FACTORY}/device-groups/lab/config/`]) {
      const body = { reason: 'r', files: [{ name: 'a', value: '1', unencrypted: false }] };
      const answer = await client.send('PATCH', path, { body });
      assert.equal(answer.status, 201);
      assert.equal('applied-at' in answer.json, false);
      const [latest] = await history(client, path);
      assert.deepEqual(latest, answer.json);
      assert.ok(fileNames(latest).length > 1, 'merged with what was there');
      assert.equal((await client.send('DELETE', `${path}a/`)).status, 200);
    }
    assert.equal((await client.get(`${FACTORY}/device-groups/nope/config/`)).status, 404);
  });

  test('a device is addressed by UUID, too', async () => {
    const client = new Client();
    const path = '/ota/devices/f4120660-ffbf-483f-b2ca-a6186da467f4/config/?factory=getting-started&by-uuid=1';
    assert.equal((await client.send('PATCH', path, { body: { reason: '', files: [] } })).status, 201);
    assert.equal((await history(client)).length, 4);
  });

  test('a change of the tag needs force only if that is asked for', async () => {
    const toml = '\n[pacman]\n  tags = "main"\n';
    const free = new Client();
    assert.equal((await free.patchFile('device-01', 'z-50-fioctl.toml', toml)).status, 201);
    const strict = new Client({ requireForceForTag: true });
    const refused = await strict.patchFile('device-01', 'z-50-fioctl.toml', toml);
    assert.equal(refused.status, 400);
    assert.match(refused.json.message, /force=1/);
    const body = { reason: '', files: [{ name: 'z-50-fioctl.toml', value: toml, unencrypted: true }] };
    assert.equal((await strict.send('PATCH', `${CONFIG}?force=1`, { body })).status, 201);
    assert.equal((await strict.patchFile('device-01', 'other', 'x')).status, 201);
  });

  test('somebody else can change a file meanwhile', async () => {
    const client = new Client();
    const files = [{ name: 'app.config', value: 'theirs' }];
    await client.control('config', { device: 'device-01', files });
    const [latest] = await history(client);
    assert.equal(latest['created-by'], '60a1b2c3d4e5f60718293a4c');
    assert.equal(latest.files.find((file: Json) => file.name === 'app.config').value, 'theirs');
    await client.control('config', { device: 'device-01', files, as: 'device' });
    assert.equal('created-by' in (await history(client))[0], false);
    await client.control('config', { group: 'stores', files });
    assert.equal((await history(client, `${FACTORY}/device-groups/stores/config/`)).length, 1);
    assert.equal(START, client.emulator.clock.now());
  });
});

suite('emulator: device groups (docs/api.md §2.3)', () => {
  const GROUPS = `${FACTORY}/device-groups/`;

  test('list, create, change, delete', async () => {
    const client = new Client();
    const created = await client.send('POST', GROUPS, { body: { name: 'g1', description: 'first' } });
    assert.equal(created.status, 201);
    assert.deepEqual(Object.keys(created.json), ['id', 'name', 'description', 'change-meta']);
    const renamed = await client.send('PATCH', `${GROUPS}g1/`, { body: { name: 'g2', description: 'new' } });
    assert.equal(renamed.status, 200);
    const { groups } = (await client.get(GROUPS)).json;
    assert.deepEqual(
      groups.map((group: Json) => group.name),
      ['lab', 'field', 'stores', 'g2'],
    );
    assert.equal(groups.at(-1).id, created.json.id);
    assert.equal((await client.send('DELETE', `${GROUPS}g2/`)).status, 200);
    assert.equal((await client.send('DELETE', `${GROUPS}g2/`)).status, 404);
  });

  test('a name that exists, and a group with devices, are 409', async () => {
    const client = new Client();
    const exists = await client.send('POST', GROUPS, { body: { name: 'lab' } });
    assert.equal(exists.status, 409);
    assert.deepEqual(exists.json, { message: 'A device group with this name already exists' });
    assert.equal((await client.send('PATCH', `${GROUPS}lab/`, { body: { name: 'field' } })).status, 409);
    assert.equal((await client.send('PATCH', `${GROUPS}lab/`, { body: { name: 'lab' } })).status, 200);
    assert.equal((await client.send('DELETE', `${GROUPS}lab/`)).status, 409);
    const body = { group: '' };
    for (const { name } of (await client.get('/ota/devices/?factory=getting-started&group=lab')).json.devices) {
      await client.send('PATCH', `/ota/devices/${name}/`, { body });
    }
    assert.equal((await client.send('DELETE', `${GROUPS}lab/`)).status, 200);
    assert.equal((await client.send('POST', GROUPS, { body: { description: 'nameless' } })).status, 400);
  });

  test('devices go along when their group is renamed', async () => {
    const client = new Client();
    const before = (await client.get('/ota/devices/?factory=getting-started&group=lab')).json.total;
    await client.send('PATCH', `${GROUPS}lab/`, { body: { name: 'bench' } });
    assert.equal((await client.get('/ota/devices/?factory=getting-started&group=bench')).json.total, before);
    assert.equal((await client.get('/ota/devices/?factory=getting-started&group=lab')).json.total, 0);
  });
});
