import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import { planRollout } from '../../../src/model/waves';
import { WaveList } from '../../../src/store/waves';
import { WaveWrites } from '../../../src/store/waveWrites';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const WAVE = 'spring-rollout';
const WAVES = `/ota/factories/${FACTORY}/waves/`;
const ROLLOUT = `${WAVES}${WAVE}/rollout/`;

suite('Waves', () => {
  let factory: TestFactory;
  let waves: WaveList;
  let writes: WaveWrites;
  setup(async () => {
    factory = await startTestFactory({ building: false });
    waves = new WaveList(factory.client, FACTORY, () => 4);
    writes = new WaveWrites(factory.client, FACTORY, waves);
    await waves.load();
  });
  teardown(() => factory.close());

  const bodies = () =>
    factory.server.emulator.requests
      .all()
      .filter(({ method, path }) => method === 'POST' && path === ROLLOUT)
      .map(({ body }) => body);
  const reached = async () =>
    (await factory.client.listDevices({ factory: FACTORY, production: true, limit: 1000 })).devices
      .filter(({ inWave }) => inWave)
      .map(({ uuid }) => uuid)
      .sort();
  const fault = (rule: object) => factory.server.emulator.faults.add(rule);
  const group = (groups: { groups: readonly { name: string; rolledOut: boolean }[] } | undefined, name: string) =>
    groups?.groups.find((each) => each.name === name);

  test('showing the list is one request; the first page has what the CLI asks for', () => {
    assert.deepEqual(factory.seen(), [`GET ${WAVES}`]);
    assert.deepEqual(
      waves.state.waves.map(({ name, status, version, tag }) => [name, status, version, tag]),
      [
        [WAVE, 'active', 18, 'stable'],
        ['winter', 'complete', 12, 'stable'],
      ],
    );
  });

  test('progress is asked for one wave, and counts all devices of it', async () => {
    factory.seen();
    const { status } = await waves.progressOf(WAVE).load();
    assert.deepEqual(factory.seen(), [`GET ${WAVES}${WAVE}/status/`]);
    assert.ok(status !== undefined);
    assert.equal(status.updated + status.scheduled + status.unscheduled, status.devices);
    assert.equal(
      status.groups.reduce((sum, { devices }) => sum + devices, 0),
      status.devices,
    );
    assert.ok(group(status, 'field')?.rolledOut === true && group(status, 'stores')?.rolledOut === false);
  });

  test('the targets of a wave are asked for once', async () => {
    factory.seen();
    await waves.targetsOf(WAVE);
    const targets = await waves.targetsOf(WAVE);
    assert.ok(targets.some(({ name, hardwareIds }) => name === 'raspberrypi4-64-lmp-18' && hardwareIds.length === 1));
    assert.deepEqual(factory.seen(), [`GET ${WAVES}${WAVE}/`]);
  });

  test('a rollout to a group: tried without effect, sent as the CLI does, and it reaches what was shown', async () => {
    const before = await reached();
    const plan = await writes.tryRollout(WAVE, { group: 'stores' });
    assert.deepEqual(await reached(), before);
    assert.ok(plan.reach.devices > 0 && plan.reach.names.length === plan.reach.devices);
    const end = await writes.rollout(plan);
    assert.deepEqual(end, { state: 'done', devices: plan.reach.devices });
    const trial = '{"group":"stores","dry-run":true,"return-uuids":true,"return-names":true}';
    // As the CLI's WaveRolloutOptions are written.
    const sent = '{"group":"stores","dry-run":false,"return-uuids":false,"return-names":false}';
    assert.deepEqual(bodies(), [trial, trial, sent]);
    assert.equal(JSON.stringify(plan.body), sent);
    const now = await reached();
    assert.deepEqual(now, [...new Set([...before, ...plan.reach.uuids])].sort());
  });

  test('a rollout to a number of devices names exactly those that were shown', async () => {
    const before = await reached();
    const plan = await writes.tryRollout(WAVE, { limit: 2 });
    assert.equal(plan.reach.devices, 2);
    assert.equal(plan.pinned, true);
    await writes.rollout(plan);
    const sent = `{"uuids":${JSON.stringify(plan.reach.uuids)},"dry-run":false,"return-uuids":false,"return-names":false}`;
    assert.equal(bodies().at(-1), sent);
    assert.equal(JSON.stringify(plan.body), sent);
    assert.deepEqual(await reached(), [...new Set([...before, ...plan.reach.uuids])].sort());
    assert.deepEqual(waves.state.waves[0]?.rollouts.at(-1)?.devices, 2);
  });

  test('a percentage of a group stays within the group', async () => {
    const whole = await writes.tryRollout(WAVE, { group: 'stores' });
    const half = await writes.tryRollout(WAVE, { group: 'stores', percentage: 50 });
    assert.equal(half.reach.devices, Math.ceil(whole.reach.devices / 2));
    await writes.rollout(half);
    const sent = JSON.parse(bodies().at(-1)!) as { group: string; uuids: string[] };
    assert.deepEqual([sent.group, sent.uuids], ['stores', half.reach.uuids]);
  });

  test('a rollout that would reach others by now is not sent, but shown anew', async () => {
    const plan = await writes.tryRollout(WAVE, { group: 'stores' });
    const [uuid] = plan.reach.uuids;
    await factory.client.changeDevice(FACTORY, uuid!, { group: 'lab' });
    const end = await writes.rollout(plan);
    assert.ok(end.state === 'changed');
    assert.ok(!end.plan.reach.uuids.includes(uuid!));
    assert.ok(bodies().every((body) => body.includes('"dry-run":true')));
  });

  test('where the service names no devices, what was asked for is sent, and nothing is claimed', () => {
    const plan = planRollout(WAVE, { limit: 5 }, { devices: 5, uuids: [], names: [] });
    assert.equal(plan.pinned, false);
    assert.equal(JSON.stringify(plan.body), '{"limit":5,"dry-run":false,"return-uuids":false,"return-names":false}');
  });

  test('a lost answer is read back: done once, and not sent twice', async () => {
    const plan = await writes.tryRollout(WAVE, { limit: 1 });
    fault({ match: { method: 'POST', path: ROLLOUT }, status: 502, applied: true });
    assert.deepEqual(await writes.rollout(plan), { state: 'done', devices: 1 });
    assert.equal(bodies().length, 2);
    const other = await writes.tryRollout(WAVE, { limit: 1 });
    fault({ match: { method: 'POST', path: ROLLOUT }, status: 502 });
    await assert.rejects(writes.rollout(other), (error) => error instanceof FactoryError && error.kind === 'server');
  });

  test('a rollout of somebody else that the list does not show yet is not taken for one whose answer was lost', async () => {
    const plan = await writes.tryRollout(WAVE, { limit: 1 });
    await factory.client.rolloutWave(FACTORY, WAVE, (await writes.tryRollout(WAVE, { limit: 1 })).body);
    fault({ match: { method: 'POST', path: ROLLOUT }, status: 502 });
    await assert.rejects(writes.rollout(plan), (error) => error instanceof FactoryError && error.kind === 'server');
  });

  test('complete and cancel are one request, and the list follows', async () => {
    factory.seen();
    await writes.end(WAVE, 'complete');
    assert.equal(factory.seen()[0], `POST ${WAVES}${WAVE}/complete/`);
    assert.equal(waves.state.waves[0]?.status, 'complete');
    await assert.rejects(
      writes.end(WAVE, 'cancel'),
      (error) => error instanceof FactoryError && error.kind === 'rejected',
    );
  });

  test('a cancel whose answer is lost is read back', async () => {
    fault({ match: { method: 'POST', path: `${WAVES}${WAVE}/cancel/` }, status: 502, applied: true });
    await writes.end(WAVE, 'cancel');
    assert.equal(waves.state.waves[0]?.status, 'canceled');
  });

  test('old waves come by page', async () => {
    const page = (from: number, next: string | null) => ({
      waves: Array.from({ length: 20 }, (_, at) => ({
        name: `w${from + at}`,
        version: '3',
        tag: 't',
        status: 'complete',
      })),
      total: 40,
      next,
    });
    const answers = (body: unknown) => fault({ match: { method: 'GET', path: WAVES }, status: 200, body });
    answers(page(0, 'http://elsewhere/?page=2'));
    await waves.refresh();
    assert.deepEqual([waves.state.waves.length, waves.state.hasMore], [20, true]);
    answers(page(0, 'http://elsewhere/?page=2'));
    answers(page(20, null));
    await waves.loadMore();
    assert.deepEqual([waves.state.waves.length, waves.state.hasMore], [40, false]);
    assert.ok(factory.log.every(({ request }) => !request.includes('elsewhere')));
  });

  test('an answer of nulls and gaps', async () => {
    fault({
      match: { path: WAVES },
      status: 200,
      body: { waves: [{ name: 'x', version: null, 'change-meta': null }] },
    });
    const { waves: found } = await factory.client.listWaves(FACTORY, 1);
    assert.deepEqual(found, [{ name: 'x', version: 0, tag: '', status: '', createdAt: undefined, rollouts: [] }]);
    fault({ match: { path: `${WAVES}x/status/` }, status: 200, body: { 'updated-devices': 1 } });
    await assert.rejects(factory.client.getWaveStatus(FACTORY, 'x', 4), /total-devices/);
  });
});
