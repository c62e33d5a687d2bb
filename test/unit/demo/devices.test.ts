/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return -- answers are looked into as they came */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { Client, FACTORY, GUIDE_UUID, START, type Json } from './harness';

const LIST = '/ota/devices/?factory=getting-started';
const names = (body: Json): string[] => body.devices.map((device: { name: string }) => device.name);

suite('emulator: device list (docs/api.md §2.1.1)', () => {
  test('a page tells where it stands', async () => {
    const { json } = await new Client().get(LIST);
    assert.equal(json.total, 41);
    assert.equal(json.page, 1);
    assert.equal(json.pages, 1);
    assert.equal(json.limit, 1000);
    assert.equal(json.next, null);
    assert.equal(json.devices.length, 41);
  });

  test('next leads through all pages, on the host that was asked, with every filter', async () => {
    const client = new Client();
    const seen: string[] = [];
    let next: string | null = 'https://api.example.test:8443/ota/devices/?factory=getting-started&limit=10&name=*-0%3F';
    const pages: number[] = [];
    while (next !== null) {
      const { json }: { json: Json } = await client.get(next);
      pages.push(json.page);
      seen.push(...names(json));
      next = json.next;
      if (next !== null) {
        const url = new URL(next);
        assert.equal(url.origin, 'https://api.example.test:8443');
        assert.equal(url.searchParams.get('name'), '*-0?');
        assert.equal(url.searchParams.get('factory'), 'getting-started');
      }
    }
    assert.deepEqual(pages, [1, 2, 3, 4, 5]);
    assert.equal(new Set(seen).size, 41);
  });

  test('a last page that is full has no next', async () => {
    const client = new Client();
    await client.send('DELETE', '/ota/devices/device-01/');
    const { json } = await client.get(`${LIST}&limit=10&page=4`);
    assert.deepEqual([json.total, json.devices.length, json.next], [40, 10, null]);
  });

  test('a page after the last is empty', async () => {
    const { json } = await new Client().get(`${LIST}&limit=10&page=99`);
    assert.deepEqual(json.devices, []);
    assert.equal(json.next, null);
    assert.equal(json.total, 41);
  });

  test('only the sizes of the fixed list are taken', async () => {
    const client = new Client();
    for (const limit of [10, 20, 30, 40, 50, 100, 200, 500, 1000]) {
      assert.equal((await client.get(`${LIST}&limit=${limit}`)).status, 200);
    }
    for (const limit of ['7', '0', '-1', 'x', '1001']) {
      const answer = await client.get(`${LIST}&limit=${limit}`);
      assert.equal(answer.status, 400, limit);
      assert.equal(answer.json.message, 'Input payload validation failed');
      assert.ok('limit' in answer.json.errors);
    }
  });

  test('name is a glob for the whole name, name_ilike ignores case', async () => {
    const client = new Client();
    assert.deepEqual(names((await client.get(`${LIST}&name=device-*`)).json), ['device-01']);
    assert.deepEqual(names((await client.get(`${LIST}&name=evice`)).json), []);
    assert.deepEqual(names((await client.get(`${LIST}&name=gateway-0%5B13%5D`)).json), ['gateway-01', 'gateway-03']);
    assert.deepEqual(names((await client.get(`${LIST}&name=gateway-0%5B!1-7%5D`)).json), ['gateway-08']);
    assert.deepEqual(names((await client.get(`${LIST}&name_ilike=DEVICE`)).json), ['device-01']);
    assert.deepEqual(names((await client.get(`${LIST}&name_ilike=DEVICE%25`)).json), ['device-01']);
    assert.deepEqual(names((await client.get(`${LIST}&name_ilike=DEVICE-_1`)).json), ['device-01']);
    assert.deepEqual(names((await client.get(`${LIST}&name_ilike=_evice`)).json), []);
  });

  test('each filter finds just what it names', async () => {
    const client = new Client();
    const all = (await client.get(LIST)).json.devices;
    const check = async (query: string, fits: (device: Json) => boolean): Promise<void> => {
      const { json } = await client.get(`${LIST}&${query}`);
      const expected = all.filter(fits);
      assert.deepEqual(names(json), names({ devices: expected }), query);
      assert.ok(expected.length > 0 && expected.length < all.length, `${query} tells nothing`);
      assert.equal(json.total, expected.length);
    };
    await check('match_tag=main', (device) => device.tag === 'main');
    await check('target_name=intel-corei7-64-lmp-23', (device) => device['target-name'] === 'intel-corei7-64-lmp-23');
    await check('target_name=intel-*', (device) => device['target-name'].startsWith('intel-'));
    await check('group=lab', (device) => device['device-group'] === 'lab');
    await check(`uuid=${GUIDE_UUID}`, (device) => device.uuid === GUIDE_UUID);
    await check('mine=1', (device) => device.owner === '5e13232f73927550af883e7b');
    await check('prod=1', (device) => device['is-prod'] === true);
    await check('prod=0', (device) => device['is-prod'] === false);
    await check(
      'group=stores&prod=0&match_tag=main&mine=1',
      (device) =>
        device['device-group'] === 'stores' &&
        !device['is-prod'] &&
        device.tag === 'main' &&
        device.owner.startsWith('5e13'),
    );
  });

  test('filters see what has changed', async () => {
    const client = new Client();
    await client.send('PATCH', `/ota/devices/device-01/?factory=getting-started`, { body: { group: 'lab' } });
    assert.ok(names((await client.get(`${LIST}&group=lab`)).json).includes('device-01'));
    await client.send('PATCH', `/ota/devices/device-01/?factory=getting-started`, { body: { name: 'zebra' } });
    assert.deepEqual(names((await client.get(`${LIST}&name=device-01`)).json), []);
    assert.deepEqual(names((await client.get(`${LIST}&name=zebra`)).json), ['zebra']);
  });

  test('group without factory is refused', async () => {
    assert.equal((await new Client().get('/ota/devices/?group=lab')).status, 400);
  });

  test('the order is owner then name, or what sortby says', async () => {
    const client = new Client();
    const devices = (await client.get(LIST)).json.devices;
    const key = (device: Json): string => `${device.owner} ${device.name}`;
    assert.deepEqual(devices.map(key), devices.map(key).toSorted());
    const byName = names((await client.get(`${LIST}&sortby=name`)).json);
    assert.deepEqual(byName, byName.toSorted());
    assert.notDeepEqual(byName, names({ devices }));
    assert.deepEqual(names((await client.get(`${LIST}&sortby=-name`)).json), byName.toReversed());
    const seen = (await client.get(`${LIST}&sortby=-last_seen,name`)).json.devices;
    const times = seen.map((device: Json) => device['last-seen']);
    assert.deepEqual(times, times.toSorted().toReversed());
    const ascending = (await client.get(`${LIST}&sortby=last_seen`)).json.devices;
    assert.equal(ascending[0]['last-seen'], '');
    assert.equal((await client.get(`${LIST}&sortby=uuid`)).status, 400);
  });

  test('a device that was renamed or given away stands where it belongs', async () => {
    const client = new Client();
    await client.send('PATCH', '/ota/devices/device-01/', { body: { name: 'kiosk-035' } });
    await client.send('PATCH', '/ota/devices/sensor-01/', { body: { owner: '61f0c3a2b1d4e5960718ffee' } });
    await client.send('DELETE', '/ota/devices/gateway-02/');
    const devices = (await client.get(LIST)).json.devices;
    const key = (device: Json): string => `${device.owner} ${device.name}`;
    assert.equal(devices.length, 40);
    assert.deepEqual(devices.map(key), devices.map(key).toSorted());
    const byName = names((await client.get(`${LIST}&sortby=name`)).json);
    assert.deepEqual(byName, byName.toSorted());
    assert.ok(byName.includes('kiosk-035'));
  });

  test('the fleet shows every condition', async () => {
    const devices: Json[] = (await new Client().get(LIST)).json.devices;
    const age = (device: Json): number => START - Date.parse(device['last-seen']);
    assert.ok(devices.some((device) => device['last-seen'] === ''));
    assert.ok(devices.some((device) => age(device) > 4 * 3_600_000));
    assert.ok(devices.some((device) => device['current-update'] !== ''));
    assert.ok(devices.some((device) => /failed/.test(device.status)));
    assert.ok(devices.some((device) => device['is-prod']));
    assert.ok(devices.some((device) => !device['up-to-date'] && age(device) < 300_000));
    assert.ok(devices.filter((device) => age(device) <= 300_000).length > 20);
    assert.ok(devices.every((device) => device['last-seen'] === '' || Date.parse(device['last-seen']) <= START));
  });

  test('X-Fields is a mask', async () => {
    const { json } = await new Client().get(LIST, { headers: { 'x-fields': '{devices{name,uuid},total}' } });
    assert.deepEqual(Object.keys(json), ['devices', 'total']);
    assert.deepEqual(json.devices[0], { name: 'device-01', uuid: GUIDE_UUID });
  });

  test('keys come as PEM or in the form of OpenSSH', async () => {
    const client = new Client();
    const pem = (await client.get(`${LIST}&uuid=${GUIDE_UUID}`)).json.devices[0]['public-key'];
    assert.match(pem, /^-----BEGIN PUBLIC KEY-----\n.{64}\n.+\n-----END PUBLIC KEY-----\n$/);
    const ssh = (await client.get(`${LIST}&uuid=${GUIDE_UUID}&pubkey_format=OpenSSH`)).json.devices[0]['public-key'];
    assert.match(ssh, /^ecdsa-sha2-nistp256 AAAA/);
    const point = Buffer.from(pem.split('\n').slice(1, 3).join(''), 'base64').subarray(-65);
    const fields: Buffer[] = [];
    let blob = Buffer.from(ssh.split(' ')[1], 'base64');
    while (blob.length > 0) {
      fields.push(blob.subarray(4, 4 + blob.readUInt32BE(0)));
      blob = blob.subarray(4 + blob.readUInt32BE(0));
    }
    assert.deepEqual(fields, [Buffer.from('ecdsa-sha2-nistp256'), Buffer.from('nistp256'), point]);
    assert.equal((await client.get(`${LIST}&pubkey_format=DER`)).status, 400);
  });
});

suite('emulator: one device (docs/api.md §2.1.2, §2.1.3)', () => {
  test('the list says device-group, the device itself says group', async () => {
    const client = new Client();
    await client.send('PATCH', '/ota/devices/device-01/', { body: { group: 'lab' } });
    const row = (await client.get(`${LIST}&name=device-01`)).json.devices[0];
    const device = await client.device();
    assert.equal(row['device-group'], 'lab');
    assert.equal('group' in row, false);
    assert.equal(device.group.name, 'lab');
    assert.equal(typeof device.group.id, 'number');
    assert.equal('device-group' in device, false);
    for (const field of [
      'hardware-info',
      'aktualizr-toml',
      'active-config',
      'apps-state',
      'secondary-ecus',
      'updates',
    ]) {
      assert.ok(field in device, field);
      assert.equal(field in row, false, field);
    }
  });

  test('a UUID addresses a device with by-uuid, and a wrong one none', async () => {
    const client = new Client();
    const byUuid = await client.get(`/ota/devices/${GUIDE_UUID}/?factory=getting-started&by-uuid=1`);
    assert.equal(byUuid.json.name, 'device-01');
    assert.equal((await client.get('/ota/devices/device-01/?by-uuid=1')).status, 404);
    for (const row of (await client.get(LIST)).json.devices) {
      assert.equal((await client.get(`/ota/devices/${row.uuid}/?by-uuid=1`)).json.name, row.name);
    }
  });

  test('an unknown device is 404, also in another Factory', async () => {
    const client = new Client();
    const answer = await client.get('/ota/devices/gateway-99/');
    assert.equal(answer.status, 404);
    assert.deepEqual(answer.json, { message: 'Device(gateway-99) does not exist' });
    const other = await client.get('/ota/devices/device-01/?factory=acme', { token: 'two-factories-token' });
    assert.equal(other.status, 404);
  });

  test('names in paths are decoded', async () => {
    const client = new Client();
    await client.send('PATCH', '/ota/devices/device-01/', { body: { name: 'my device #1' } });
    assert.equal((await client.get('/ota/devices/my%20device%20%231/')).json.uuid, GUIDE_UUID);
  });

  test('rename, owner and group are changed by PATCH, whatever the content type', async () => {
    const client = new Client();
    const renamed = await client.send('PATCH', '/ota/devices/device-01/', { body: { name: 'bench' } });
    assert.equal(renamed.status, 200);
    assert.equal(renamed.json.name, 'bench');
    assert.equal((await client.get('/ota/devices/device-01/')).status, 404);
    const owner = await client.send('PATCH', '/ota/devices/bench/', {
      body: { owner: '60a1b2c3d4e5f60718293a4c' },
      headers: { 'content-type': 'text/plain' },
    });
    assert.equal(owner.json.owner, '60a1b2c3d4e5f60718293a4c');
    assert.equal(
      (await client.send('PATCH', '/ota/devices/bench/', { body: { group: 'field' } })).json.group.name,
      'field',
    );
    assert.equal((await client.send('PATCH', '/ota/devices/bench/', { body: { group: '' } })).json.group, null);
    assert.equal((await client.send('PATCH', '/ota/devices/bench/', { body: { group: 'none' } })).status, 404);
    assert.equal((await client.send('PATCH', '/ota/devices/bench/', { body: { name: 'display-01' } })).status, 409);
    assert.equal((await client.send('PATCH', '/ota/devices/bench/', { body: '{' })).status, 400);
  });

  test('a deleted device is gone and denied, until the denial is taken back', async () => {
    const client = new Client();
    const answer = await client.send('DELETE', '/ota/devices/device-01/', {
      headers: { 'content-type': 'application/json' },
    });
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json, {});
    assert.equal((await client.get('/ota/devices/device-01/')).status, 404);
    const denied = (await client.get(`${FACTORY}/denied-devices/?limit=500&page=1`)).json;
    assert.deepEqual(denied.devices.at(-1), {
      uuid: GUIDE_UUID,
      name: 'device-01',
      owner: '5e13232f73927550af883e7b',
      factory: 'getting-started',
    });
    assert.equal((await client.send('DELETE', `${FACTORY}/denied-devices/${GUIDE_UUID}/`)).status, 200);
    assert.equal((await client.get(`${FACTORY}/denied-devices/`)).json.total, denied.total - 1);
  });

  test('a missing slash is redirected to an absolute address with the query', async () => {
    const answer = await new Client().get('/ota/devices/device-01?factory=getting-started');
    assert.equal(answer.status, 308);
    assert.equal(answer.headers.location, 'http://factory.test/ota/devices/device-01/?factory=getting-started');
  });

  test('a wrong method and an unknown address say so', async () => {
    const client = new Client();
    assert.equal((await client.send('PUT', '/ota/devices/device-01/')).status, 405);
    const unknown = await client.get('/ota/nothing/');
    assert.equal(unknown.status, 404);
    assert.equal(typeof unknown.json.message, 'string');
  });

  test('registering takes the key of the certificate request', async () => {
    const csr = `-----BEGIN CERTIFICATE REQUEST-----
MIHlMIGNAgEAMCsxKTAnBgNVBAMMIDAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5
YWJjZGVmMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEAhfmF/C2RDkoJ4+WmZ5p
ojpPLBUr321s32bluAKC1O0ZSn3ry5dxLS3aPKhaqHZaVvRfx1hZllLyiXxlMG5X
lKAAMAoGCCqGSM49BAMCA0cAMEQCIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZ
GhscHR4fAiAAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHw==
-----END CERTIFICATE REQUEST-----
`;
    const client = new Client();
    const body = {
      name: 'new-one',
      uuid: '11111111-2222-4333-8444-555566667777',
      csr,
      group: 'lab',
      'hardware-id': 'raspberrypi4-64',
    };
    const answer = await client.send('POST', '/ota/devices/?factory=getting-started', { body });
    assert.equal(answer.status, 201);
    assert.ok('client.pem' in answer.json && 'sota.toml' in answer.json);
    const device = await client.device('new-one');
    assert.match(
      device['public-key'],
      /MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEAhfmF\/C2RDkoJ4\+WmZ5pojpPLBUr\n321s32bluAKC1O0ZSn3ry5dxLS3aPKhaqHZaVvRfx1hZllLyiXxlMG5XlA==/,
    );
    const files = [
      { name: 'secret', value: 'AAAA', unencrypted: false },
      { name: 'plain', value: 'x', unencrypted: true },
    ];
    await client.send('PATCH', '/ota/devices/new-one/config/', { body: { reason: '', files } });
    await client.advance(900);
    const [latest] = (await client.get('/ota/devices/new-one/config/')).json.config;
    assert.equal(latest['applied-at'], null, 'its private key is somewhere else');
    assert.equal((await client.send('POST', '/ota/devices/', { body })).status, 409);
    assert.equal((await client.send('POST', '/ota/devices/', { body: { name: 'x', csr: 'no' } })).status, 400);
  });
});
