/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return, @typescript-eslint/restrict-plus-operands -- answers are looked into as they came */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { Client, FACTORY, START, type Answer, type Json } from './harness';

const WAVES = `${FACTORY}/waves/`;
const SPRING = `${WAVES}spring-rollout/`;
const PROD = '/ota/devices/?factory=getting-started&prod=1&match_tag=stable';

const rollout = (client: Client, body: object): Promise<Answer> => client.send('POST', `${SPRING}rollout/`, { body });
const status = async (client: Client, wave = 'spring-rollout'): Promise<Json> =>
  (await client.get(`${WAVES}${wave}/status/`)).json;
const lastOf = (answer: Answer): Json => answer.json['rollout-history'].at(-1);
const names = (groups: Json): string[] => groups.map((group: Json) => group.name);

/** What the help texts of fioctl say about waves. */
suite('emulator: waves as the CLI describes them (docs/api.md §2.6)', () => {
  test('a wave has an end only when it was completed or canceled', async () => {
    const client = new Client();
    const meta = async (): Promise<Json> => (await client.get(SPRING)).json['change-meta'];
    assert.deepEqual([(await meta())['updated-at'], (await meta())['updated-by']], ['', '']);
    await rollout(client, { group: 'stores' });
    assert.deepEqual([(await meta())['updated-at'], (await meta())['updated-by']], ['', '']);
    await client.send('POST', `${SPRING}complete/`);
    assert.match((await meta())['updated-at'], /^\d{4}-/);
    assert.notEqual((await meta())['updated-by'], '');
    const created = await client.send('POST', WAVES, {
      body: { name: 'fresh', version: '18', tag: 'stable', targets: {} },
    });
    assert.deepEqual([created.json['change-meta']['updated-at'], created.json['change-meta']['updated-by']], ['', '']);
  });

  test('without a group it is Factory-wide, whatever part of the devices that is', async () => {
    const client = new Client();
    const some = lastOf(await rollout(client, { limit: 2 }));
    assert.deepEqual(
      [some['is-factory-wide'], some['is-full-group'], some['num-devices'], some['group-name']],
      [true, false, 2, ''],
    );
    const { devices } = (await client.get(PROD)).json;
    const one = lastOf(await rollout(client, { uuids: [devices.find((device: Json) => !device['is-wave']).uuid] }));
    assert.deepEqual([one['is-factory-wide'], one['num-devices']], [true, 1]);
  });

  for (const [what, body, isFull] of [
    ['alone', {}, true],
    ['with a limit that all are within', { limit: 10_000 }, false],
    ['with all percent', { percentage: 100 }, false],
  ] as const) {
    test(`a group ${what} ${isFull ? 'is' : 'is not'} a full group: later members ${isFull ? 'get' : 'do not get'} it`, async () => {
      const client = new Client();
      const history = lastOf(await rollout(client, { group: 'lab', ...body }));
      assert.deepEqual(
        [history['is-full-group'], history['is-factory-wide'], history['group-name']],
        [isFull, false, 'lab'],
      );
      await client.control('device', { create: true, name: 'late', group: 'lab', isProd: true, tag: 'stable' });
      await client.patchFile('late', 'z-50-fioctl.toml', '[pacman]\n  tags = "stable"\n');
      await client.advance(700);
      const late = await client.device('late');
      assert.equal(late.tag, 'stable');
      assert.equal(late['is-wave'], isFull);
    });
  }

  test('a limit takes the devices that were active last', async () => {
    const client = new Client();
    const { devices } = (await client.get(PROD)).json;
    const waiting = devices.filter((device: Json) => !device['is-wave']);
    const seen = waiting.map((device: Json) => Date.parse(device['last-seen'])).sort((a: number, b: number) => b - a);
    const dry = (await rollout(client, { limit: 2, 'dry-run': true, 'return-uuids': true })).json;
    const chosen = waiting.filter((device: Json) => dry['device-uuids'].includes(device.uuid));
    assert.deepEqual(
      chosen.map((device: Json) => Date.parse(device['last-seen'])).sort((a: number, b: number) => b - a),
      seen.slice(0, 2),
    );
  });

  test('groups with a rollout of their own come first, in its order; then others; then devices of no group', async () => {
    const client = new Client();
    await client.advance(60);
    await rollout(client, { group: 'stores' });
    await client.advance(60);
    await rollout(client, { limit: 1 });
    const before = await status(client);
    assert.deepEqual(names(before['rollout-groups']), ['field', 'stores']);
    assert.ok(before['rollout-groups'].every((group: Json) => /^\d{4}-/.test(group['rollout-at'])));
    assert.ok(Date.parse(before['rollout-groups'][0]['rollout-at']) < START);
    assert.ok(before['other-groups'].every((group: Json) => group['rollout-at'] === ''));
    const others = names(before['other-groups']);
    assert.deepEqual(others, [...others.filter((name) => name !== '').sort(), ...others.filter((name) => name === '')]);
    for (const end of ['complete', 'cancel']) {
      const other = new Client();
      await rollout(other, { group: 'stores' });
      await other.send('POST', `${SPRING}${end}/`);
      const after = await status(other);
      assert.deepEqual(names(after['rollout-groups']), ['field', 'stores'], end);
      assert.ok(
        after['rollout-groups'].every((group: Json) => /^\d{4}-/.test(group['rollout-at'])),
        end,
      );
    }
  });

  test('of an active wave, only devices of groups that it was rolled out to count as updated', async () => {
    const client = new Client({ building: false });
    const body = { name: 'old', version: '1', tag: 'stable', targets: {} };
    await client.send('POST', `${SPRING}complete/`);
    await client.send('POST', WAVES, { body });
    const fresh = await status(client, 'old');
    assert.ok(fresh['total-devices'] > 5);
    assert.equal(fresh['updated-devices'], 0, 'every device has a newer version, but nothing was rolled out');
    assert.deepEqual(fresh['rollout-groups'], []);
    await client.send('POST', `${WAVES}old/rollout/`, { body: { group: 'field' } });
    const rolled = await status(client, 'old');
    assert.equal(rolled['updated-devices'], rolled['rollout-groups'][0]['devices-total']);
    await client.send('POST', `${WAVES}old/cancel/`);
    const canceled = await status(client, 'old');
    assert.equal(canceled['updated-devices'], canceled['total-devices']);
    assert.equal(canceled['scheduled-devices'], 0);
  });

  test('what is not scheduled is older, and no rollout reaches it', async () => {
    const client = new Client();
    for (const end of [undefined, 'complete', 'cancel']) {
      const other = end === undefined ? client : new Client();
      if (end !== undefined) {
        await other.send('POST', `${SPRING}${end}/`);
      }
      const it = await status(other);
      const groups = [...it['rollout-groups'], ...it['other-groups']];
      const sum = (key: string): number => groups.reduce((all: number, group: Json) => all + group[key], 0);
      assert.equal(it['scheduled-devices'], sum('devices-scheduled-for-update'), end);
      assert.equal(it['scheduled-devices'] + it['unscheduled-devices'], sum('devices-on-older-version'), end);
      assert.equal(sum('devices-total'), it['total-devices'], end);
    }
  });

  test('a group that was deleted has no name in the history, and a renamed one its new name', async () => {
    const client = new Client();
    await client.send('POST', `${FACTORY}/device-groups/`, { body: { name: 'brief' } });
    await rollout(client, { group: 'brief' });
    await client.send('PATCH', `${FACTORY}/device-groups/brief/`, { body: { name: 'short' } });
    const history = async (): Promise<Json> => (await client.get(SPRING)).json['rollout-history'].at(-1);
    assert.equal((await history())['group-name'], 'short');
    assert.equal((await client.send('DELETE', `${FACTORY}/device-groups/short/`)).status, 200);
    assert.deepEqual(
      [(await history())['group-name'], (await history())['is-full-group'], (await history())['is-factory-wide']],
      ['', true, false],
    );
    assert.ok(!names((await status(client))['rollout-groups']).includes(''));
  });

  test('all active waves are asked for without a name', async () => {
    const client = new Client();
    assert.deepEqual(Object.keys((await client.get(`${FACTORY}/wave-targets/?name=`)).json), ['spring-rollout']);
  });
});

suite('emulator: small things that the CLI trips over', () => {
  test('devices without an address are not in the VPN list', async () => {
    const client = new Client();
    await client.patchFile('device-01', 'wireguard-client', 'address=\nenabled=0\npubkey=x\n');
    const before = (await client.get(`${FACTORY}/wireguard-ips/`)).json;
    assert.ok(!before.some((row: Json) => row.ip === ''), JSON.stringify(before));
    await client.patchFile('device-01', 'wireguard-client', 'address=10.42.42.77\npubkey=x\n');
    const after = (await client.get(`${FACTORY}/wireguard-ips/`)).json;
    assert.ok(after.some((row: Json) => row.name === 'device-01' && row.ip === '10.42.42.77'));
  });

  test('packages of an SPDX document carry a license that the CLI can show', async () => {
    const client = new Client();
    const [sbom] = (await client.get(`${FACTORY}/targets/raspberrypi4-64-lmp-21/sboms/`)).json;
    const { packages } = (await client.get(sbom.uri, { headers: { accept: 'application/spdx.json' } })).json;
    for (const { name, versionInfo, licenseConcluded, licenseDeclared } of packages) {
      assert.ok(name !== '' && versionInfo !== '' && licenseConcluded !== '');
      assert.ok(licenseConcluded === licenseDeclared || licenseConcluded === 'NOASSERTION');
    }
  });

  test('a test of a target names its device', async () => {
    const client = new Client();
    const { versions } = (await client.get(`${FACTORY}/testing/`)).json;
    const { tests } = (await client.get(`${FACTORY}/targets/${versions[0]}/testing/`)).json;
    assert.ok(tests.length > 0);
    for (const test of tests) {
      assert.equal((await client.device(test['device-name'])).uuid, test['device-uuid']);
    }
  });
});
