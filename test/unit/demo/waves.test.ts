/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return, @typescript-eslint/restrict-plus-operands -- answers are looked into as they came */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { Client, FACTORY, START, type Json } from './harness';

const WAVES = `${FACTORY}/waves/`;

suite('emulator: waves (docs/api.md §2.6)', () => {
  test('the list has no targets, a single wave has them when asked', async () => {
    const client = new Client();
    const { waves, total, next } = (await client.get(`${WAVES}?limit=20&page=1`)).json;
    assert.equal(total, 2);
    assert.equal(next, null);
    const [spring, winter] = waves;
    assert.deepEqual([spring.name, spring.status, spring.version], ['spring-rollout', 'active', '18']);
    assert.deepEqual([winter.name, winter.status, winter.version], ['winter', 'complete', '12']);
    assert.equal(spring.targets, null);
    const group = Object.values<Json>(spring['rollout-groups'])[0];
    assert.deepEqual(Object.keys(group), ['group-id', 'group-name', 'created-at', 'created-by']);
    assert.equal((await client.get(`${WAVES}?status=complete`)).json.waves[0].name, 'winter');
    assert.equal((await client.get(`${WAVES}?tag=none`)).json.total, 0);
    assert.equal((await client.get(`${WAVES}?limit=1`)).json.next, `http://factory.test${WAVES}?limit=1&page=2`);
    const shown = (await client.get(`${WAVES}spring-rollout/?show-targets=1`)).json;
    assert.deepEqual(Object.keys(shown.targets.signed.targets).length, 2);
    assert.equal((await client.get(`${WAVES}spring-rollout/`)).json.targets, null);
    assert.equal((await client.get(`${WAVES}nope/`)).status, 404);
  });

  test('the status counts production devices; version is a number there', async () => {
    const client = new Client();
    const prod = (await client.get('/ota/devices/?factory=getting-started&prod=1&match_tag=stable')).json.devices;
    const status = (await client.get(`${WAVES}$active$/status/?offline-threshold=4`)).json;
    assert.equal(status.name, 'spring-rollout');
    assert.equal(status.version, 18);
    assert.equal(status['finished-at'], '');
    assert.equal(status['total-devices'], prod.length);
    assert.equal(
      status['updated-devices'] + status['scheduled-devices'] + status['unscheduled-devices'],
      status['total-devices'],
    );
    const groups = [...status['rollout-groups'], ...status['other-groups']];
    assert.equal(
      groups.reduce((sum: number, group: Json) => sum + group['devices-total'], 0),
      prod.length,
    );
    assert.deepEqual(
      status['rollout-groups'].map((group: Json) => group.name),
      ['field'],
    );
    const online = prod.filter((device: Json) => START - Date.parse(device['last-seen']) <= 4 * 3_600_000).length;
    assert.equal(
      groups.reduce((sum: number, group: Json) => sum + group['devices-online'], 0),
      online,
    );
    assert.ok(online < prod.length, 'some are offline');
    for (const group of groups) {
      const counted = group.targets.reduce((sum: number, target: Json) => sum + target.devices, 0);
      assert.ok(counted <= group['devices-total']);
    }
  });

  test('a rollout can be tried, and then reaches just these devices', async () => {
    const client = new Client({ building: false, updateSeconds: 20 });
    const rollout = (body: object): Promise<Json> => client.send('POST', `${WAVES}spring-rollout/rollout/`, { body });
    const dry = await rollout({ group: 'stores', 'dry-run': true, 'return-names': true, 'return-uuids': true });
    assert.equal(dry.status, 200);
    assert.ok(dry.json['device-num'] > 0);
    assert.equal(dry.json['device-names'].length, dry.json['device-num']);
    const history = dry.json['rollout-history'].length;
    assert.equal((await client.get(`${WAVES}spring-rollout/`)).json['rollout-history'].length, history);
    const [name] = dry.json['device-names'].filter((candidate: string) => candidate !== 'display-02');
    const real = await rollout({ group: 'stores' });
    assert.equal(real.json['rollout-history'].length, history + 1);
    assert.deepEqual(real.json['device-names'], []);
    assert.equal((await client.device(name))['is-wave'], true);
    await client.advance(900);
    for (const candidate of dry.json['device-names']) {
      const device = await client.device(candidate);
      const online = Date.parse(device['last-seen']) > START;
      assert.equal(device['target-name'].endsWith('-lmp-18'), online, candidate);
    }
    const others = (await client.get('/ota/devices/?factory=getting-started&prod=1&group=lab')).json.devices;
    assert.ok(others.some((device: Json) => device['target-name'].endsWith('-lmp-12')));
    assert.ok(others.every((device: Json) => !device['is-wave']));
  });

  test('a limit and a percentage choose some', async () => {
    const client = new Client();
    const count = async (body: object): Promise<number> =>
      (await client.send('POST', `${WAVES}spring-rollout/rollout/`, { body: { ...body, 'dry-run': true } })).json[
        'device-num'
      ];
    const all = await count({});
    assert.ok(all > 2);
    assert.equal(await count({ limit: 2 }), 2);
    assert.equal(await count({ percentage: 50 }), Math.ceil(all / 2));
    const uuids = ['x'.repeat(61)];
    assert.equal((await client.send('POST', `${WAVES}spring-rollout/rollout/`, { body: { uuids } })).status, 400);
  });

  test('completing reaches every production device, canceling none', async () => {
    const client = new Client({ building: false, updateSeconds: 20 });
    const complete = await client.send('POST', `${WAVES}spring-rollout/complete/`);
    assert.equal(complete.json.status, 'complete');
    await client.advance(900);
    const { devices } = (await client.get('/ota/devices/?factory=getting-started&prod=1&group=lab')).json;
    assert.ok(devices.some((device: Json) => device['target-name'].endsWith('-lmp-18')));
    assert.equal((await client.send('POST', `${WAVES}spring-rollout/cancel/`)).status, 400);
    const other = new Client({ building: false, updateSeconds: 20 });
    await other.send('POST', `${WAVES}spring-rollout/cancel/`);
    await other.advance(900);
    const rows = (await other.get('/ota/devices/?factory=getting-started&prod=1&group=lab')).json.devices;
    assert.ok(rows.every((device: Json) => !device['target-name'].endsWith('-lmp-18')));
  });

  test('a wave goes along with a group that is renamed', async () => {
    const client = new Client();
    const status = async (): Promise<Json> => (await client.get(`${WAVES}spring-rollout/status/`)).json;
    const before = await status();
    assert.equal(before['rollout-groups'][0].name, 'field');
    await client.send('PATCH', `${FACTORY}/device-groups/field/`, { body: { name: 'outdoors' } });
    const after = await status();
    assert.equal(after['rollout-groups'][0].name, 'outdoors');
    for (const key of ['scheduled-devices', 'updated-devices', 'unscheduled-devices']) {
      assert.equal(after[key], before[key], key);
    }
    const name = 'all-of-lab';
    const tag = 'main';
    await client.send('POST', WAVES, { body: { name, tag, version: '23', targets: {} } });
    await client.control('device', { create: true, name: 'bench', group: 'lab', isProd: true });
    await client.send('POST', `${WAVES}${name}/rollout/`, { body: { group: 'lab' } });
    await client.send('PATCH', `${FACTORY}/device-groups/lab/`, { body: { name: 'bench' } });
    assert.equal((await client.device('bench'))['is-wave'], true);
  });

  test('one active wave per tag', async () => {
    const client = new Client();
    const body = { name: 'next', version: '18', tag: 'stable', targets: { signed: { targets: {} }, signatures: [] } };
    assert.equal((await client.send('POST', WAVES, { body })).status, 409);
    await client.send('POST', `${WAVES}spring-rollout/complete/`);
    assert.equal((await client.send('POST', WAVES, { body })).status, 201);
    assert.equal((await client.get(`${WAVES}$active$/`)).json.name, 'next');
    assert.equal((await client.send('POST', WAVES, { body: { name: 'x' } })).status, 400);
  });

  test('production targets by tag, wave targets by name, 404 when there are none', async () => {
    const client = new Client();
    const { json } = await client.get(`${FACTORY}/prod-targets/?tag=stable,none`);
    assert.deepEqual(Object.keys(json), ['stable']);
    assert.ok('raspberrypi4-64-lmp-12' in json.stable.signed.targets);
    assert.equal((await client.get(`${FACTORY}/prod-targets/?tag=none`)).status, 404);
    const wave = (await client.get(`${FACTORY}/wave-targets/?name=spring-rollout`)).json;
    assert.ok('raspberrypi4-64-lmp-18' in wave['spring-rollout'].signed.targets);
    assert.equal((await client.get(`${FACTORY}/wave-targets/?name=x`)).status, 404);
  });
});

suite('emulator: the Factory at a glance (docs/api.md §2.4)', () => {
  test('the status agrees with the devices', async () => {
    const client = new Client();
    const devices: Json[] = (await client.get('/ota/devices/?factory=getting-started')).json.devices;
    const status = (await client.get(`${FACTORY}/status/?offline-threshold=4`)).json;
    assert.deepEqual(Object.keys(status), ['total-devices', 'tags', 'prod-tags', 'wave-tags']);
    assert.equal(status['total-devices'], 41);
    for (const [list, isProd] of [
      ['tags', false],
      ['prod-tags', true],
    ] as const) {
      for (const tag of status[list]) {
        const rows = devices.filter((device) => (device.tag ?? '') === tag.name && device['is-prod'] === isProd);
        assert.equal(tag['devices-total'], rows.length, `${list} ${tag.name}`);
        const online = rows.filter((row) => START - Date.parse(row['last-seen']) <= 4 * 3_600_000);
        assert.equal(tag['devices-online'], online.length);
        const onLatest = rows.filter((row) => row['target-name'].endsWith(`-lmp-${tag['latest-target']}`));
        assert.equal(tag['devices-on-latest'], onLatest.length);
        const running = rows.filter((row) => row['target-name'] !== '');
        assert.equal(
          tag.targets.reduce((sum: number, target: Json) => sum + target.devices, 0),
          running.length,
        );
        const grouped = rows.filter((row) => row['device-group'] !== null);
        assert.equal(
          tag['device-groups'].reduce((sum: number, group: Json) => sum + group['devices-total'], 0),
          grouped.length,
        );
      }
    }
    assert.deepEqual(
      status.tags.map((tag: Json) => tag.name),
      ['', 'devel', 'main', 'stable'].filter((name) => status.tags.some((tag: Json) => tag.name === name)),
    );
    assert.equal(status.tags.find((tag: Json) => tag.name === 'main')['latest-target'], 23);
  });

  test('the threshold is in hours', async () => {
    const client = new Client();
    const online = async (hours: number): Promise<number> => {
      const status = (await client.get(`${FACTORY}/status/?offline-threshold=${hours}`)).json;
      return [...status.tags, ...status['prod-tags']].reduce(
        (sum: number, tag: Json) => sum + tag['devices-online'],
        0,
      );
    };
    const [four, day, year] = [await online(4), await online(24), await online(24 * 365)];
    assert.ok(four < day && day < year && year < 41, `${four} ${day} ${year}`);
  });

  test('a target that is gone makes orphans', async () => {
    const client = new Client({ building: false });
    const main = async (): Promise<Json> =>
      (await client.get(`${FACTORY}/status/`)).json.tags.find((tag: Json) => tag.name === 'main');
    assert.equal((await main())['devices-on-orphan'], 0);
    const targets = ['raspberrypi4-64-lmp-23', 'intel-corei7-64-lmp-23'];
    await client.send('DELETE', `${FACTORY}/targets/`, { body: { targets } });
    await client.advance(60);
    const after = await main();
    assert.ok(after['devices-on-orphan'] > 0);
    assert.equal(after['latest-target'], 21);
    assert.equal(after.targets.find((target: Json) => target.version === 23)['is-orphan'], true);
  });

  test('VPN addresses, event queues, certificates', async () => {
    const client = new Client();
    const ips = (await client.get(`${FACTORY}/wireguard-ips/`)).json;
    assert.ok(ips.length > 0);
    for (const row of ips) {
      assert.match(row.ip, /^10\.42\.42\.\d+$/);
      const { config } = (await client.get(`/ota/devices/${row.name}/config/`)).json;
      const file = config[0].files.find((candidate: Json) => candidate.name === 'wireguard-client');
      assert.ok(file.value.includes(`address=${row.ip}\n`));
      assert.equal(row.enabled, !file.value.includes('enabled=0'));
    }
    await client.patchFile('device-01', 'wireguard-client', 'address=10.42.42.250\nenabled=0\npubkey=x');
    const more = (await client.get(`${FACTORY}/wireguard-ips/`)).json;
    assert.deepEqual(
      more.find((row: Json) => row.name === 'device-01'),
      {
        name: 'device-01',
        ip: '10.42.42.250',
        enabled: false,
        pubkey: 'x',
      },
    );
    const QUEUES = `${FACTORY}/event-queues/`;
    assert.equal((await client.send('POST', QUEUES, { body: { label: 'q', type: 'pull' } })).status, 201);
    assert.equal((await client.send('POST', QUEUES, { body: { label: 'q', type: 'pull' } })).status, 409);
    assert.deepEqual(
      (await client.get(QUEUES)).json.map((queue: Json) => queue.label),
      ['ops-hook', 'q'],
    );
    assert.equal((await client.send('DELETE', `${QUEUES}q/`)).status, 200);
    assert.equal((await client.send('DELETE', `${QUEUES}q/`)).status, 404);
    assert.equal((await client.get(`${FACTORY}/certs/`)).status, 206);
  });
});
