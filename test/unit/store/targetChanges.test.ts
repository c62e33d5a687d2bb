import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import type { Target } from '../../../src/model/target';
import { followBuild } from '../../../src/store/buildRun';
import { TargetChanges, type PlanEnd } from '../../../src/store/targetChanges';
import { TargetList } from '../../../src/store/targetList';
import { VirtualClock } from '../support/clock';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const TARGETS = `/ota/factories/${FACTORY}/targets/`;

suite('Changes of targets', () => {
  let factory: TestFactory;
  let list: TargetList;
  let changes: TargetChanges;
  let newest: readonly Target[];
  setup(async () => {
    factory = await startTestFactory({ building: false, startTime: Date.UTC(2026, 2, 1), jobSeconds: 30 });
    list = new TargetList(factory.client, FACTORY);
    changes = new TargetChanges(factory.client, FACTORY, list);
    const { targets } = await list.load();
    const version = Math.max(...targets.map((target) => target.version));
    newest = targets.filter((target) => target.version === version);
    factory.server.emulator.requests.clear();
  });
  teardown(() => factory.close());

  const writes = () => factory.server.emulator.requests.all().filter(({ method }) => method !== 'GET');
  const tagsNow = async (name: string) => (await factory.client.getTarget(FACTORY, name))?.tags;
  const fault = (rule: object) => factory.server.emulator.faults.add(rule);
  const jobOf = (end: PlanEnd<unknown>) => {
    assert.ok(end.state === 'started' && end.job.build !== undefined, end.state);
    return end.job.build;
  };
  const finish = async (build: number) => {
    factory.control.advance(60);
    const ended = await followBuild(factory.client, FACTORY, build, {
      signal: new AbortController().signal,
      isWatched: () => true,
      onDidChangeWatched: () => ({ dispose: () => undefined }),
      clock: new VirtualClock(),
    });
    return ended?.status;
  };

  test('tags are read fresh, and what was shown is what is received, to the byte', async () => {
    const [target] = newest;
    const plan = await changes.planTags([target!], { kind: 'add', tags: ['stable', 'candidate'] });
    assert.deepEqual(writes(), []);
    const [change] = plan.changes;
    assert.deepEqual(change?.after, [
      ...target!.tags,
      ...['stable', 'candidate'].filter((tag) => !target!.tags.includes(tag)),
    ]);
    const end = await changes.sendTags(plan);
    const [request, ...others] = writes();
    assert.deepEqual([request?.method, request?.path, request?.query, others.length], ['PATCH', TARGETS, '', 0]);
    assert.equal(request?.body, `{"targets":{"${target!.name}":{"custom":{"tags":${JSON.stringify(change.after)}}}}}`);
    assert.equal(await finish(jobOf(end)), 'PASSED');
    assert.deepEqual(await tagsNow(target!.name), change.after);
    assert.deepEqual(await changes.notTagged(plan.changes), []);
  });

  test('several targets are one request, of which those are left out that have the tag', async () => {
    const plan = await changes.planTags(newest, { kind: 'add', tags: ['x'] });
    jobOf(await changes.sendTags(plan));
    const sent = JSON.parse(writes()[0]!.body) as { targets: Record<string, unknown> };
    assert.deepEqual(Object.keys(sent.targets).sort(), newest.map(({ name }) => name).sort());
    const again = await changes.planTags(newest, { kind: 'add', tags: newest[0]!.tags });
    assert.ok(!again.changes.some(({ name }) => name === newest[0]!.name));
  });

  test('a tag that somebody else added meanwhile is not lost: nothing is sent, the new change is shown', async () => {
    const target = newest[0]!;
    const plan = await changes.planTags([target], { kind: 'add', tags: ['mine'] });
    const theirs = new TargetChanges(factory.client, FACTORY, list);
    await finish(jobOf(await theirs.sendTags(await theirs.planTags([target], { kind: 'add', tags: ['theirs'] }))));
    factory.server.emulator.requests.clear();
    const end = await changes.sendTags(plan);
    assert.deepEqual(writes(), []);
    assert.ok(end.state === 'changed');
    assert.deepEqual(end.plan.changes[0]?.after, [...target.tags, 'theirs', 'mine']);
    await finish(jobOf(await changes.sendTags(end.plan)));
    assert.deepEqual(await tagsNow(target.name), [...target.tags, 'theirs', 'mine']);
  });

  test('a job of somebody else that began meanwhile holds a change back; one that is known is told', async () => {
    const [one, other] = [newest[0]!, newest.at(-1)!];
    const plan = await changes.planTags([one], { kind: 'add', tags: ['mine'] });
    assert.deepEqual(plan.underWay, []);
    const job = jobOf(await changes.sendTags(await changes.planTags([other], { kind: 'add', tags: ['theirs'] })));
    factory.server.emulator.requests.clear();
    const end = await changes.sendTags(plan);
    assert.ok(end.state === 'changed');
    assert.deepEqual(end.plan.underWay, [{ build: job }]);
    assert.deepEqual(writes(), []);
    jobOf(await changes.sendTags(end.plan));
  });

  test('without the scope for builds nobody can tell of jobs, and a change goes all the same', async () => {
    fault({ match: { path: `/projects/${FACTORY}/lmp/builds/` }, status: 404, times: 9 });
    const plan = await changes.planTags([newest[0]!], { kind: 'replace', tags: ['x'] });
    assert.equal(plan.underWay, undefined);
    assert.equal((await changes.sendTags(plan)).state, 'started');
  });

  test('pruning names exactly what was shown, and they are gone when the job has passed', async () => {
    const old = list.state.targets.filter(({ version }) => version < newest[0]!.version).slice(0, 2);
    const plan = await changes.planPrune(old);
    assert.deepEqual(writes(), []);
    const end = await changes.sendPrune(plan);
    const [request, ...others] = writes();
    assert.deepEqual([request?.method, request?.path, others.length], ['DELETE', TARGETS, 0]);
    assert.equal(request?.body, `{"targets":["${old[0]!.name}","${old[1]!.name}"]}`);
    assert.ok(end.state === 'started');
    assert.equal(await finish(end.job.build!), 'PASSED');
    assert.deepEqual(await changes.notPruned(plan.targets), []);
    await list.refresh();
    assert.ok(list.state.targets.every(({ name }) => old.every((target) => target.name !== name)));
  });

  test('a job that fails changes nothing, and the next one may pass', async () => {
    await factory.control.send('POST', 'job', { failNext: true });
    const plan = await changes.planPrune(newest);
    const build = jobOf(await changes.sendPrune(plan));
    assert.equal(await finish(build), 'FAILED');
    assert.deepEqual(
      await changes.notPruned(newest),
      newest.map(({ name }) => name),
    );
    assert.equal(await finish(jobOf(await changes.sendPrune(await changes.planPrune(newest)))), 'PASSED');
    assert.deepEqual(await changes.notPruned(newest), []);
  });

  test('a target that somebody pruned meanwhile: nothing is sent, the rest is shown', async () => {
    const old = list.state.targets.filter(({ version }) => version < newest[0]!.version).slice(0, 2);
    const plan = await changes.planPrune(old);
    const theirs = await changes.sendPrune(await changes.planPrune(old.slice(0, 1)));
    assert.ok(theirs.state === 'started');
    await finish(theirs.job.build!);
    factory.server.emulator.requests.clear();
    const end = await changes.sendPrune(plan);
    assert.ok(end.state === 'changed');
    assert.deepEqual(end.plan.gone, [old[0]!.name]);
    assert.deepEqual(
      end.plan.targets.map(({ name }) => name),
      [old[1]!.name],
    );
    assert.deepEqual(writes(), []);
  });

  test('a lost answer: the job that is new is followed, and the change is not sent twice', async () => {
    const plan = await changes.planTags([newest[0]!], { kind: 'add', tags: ['x'] });
    fault({ match: { method: 'PATCH' }, status: 502, applied: true });
    const build = jobOf(await changes.sendTags(plan));
    assert.equal(writes().length, 1);
    assert.equal(await finish(build), 'PASSED');
    const other = await changes.planTags([newest[0]!], { kind: 'add', tags: ['y'] });
    fault({ match: { method: 'PATCH' }, status: 502 });
    await assert.rejects(changes.sendTags(other), (error) => error instanceof FactoryError && error.kind === 'server');
  });

  test('an answer without a job is no failure; a number is taken of an address, never its host', async () => {
    const plan = await changes.planTags([newest[0]!], { kind: 'add', tags: ['x'] });
    fault({ match: { method: 'PATCH' }, status: 202, body: '' });
    assert.deepEqual(await changes.sendTags(plan), { state: 'started', job: { build: undefined, webUrl: '' } });
    fault({
      match: { method: 'PATCH' },
      status: 202,
      body: { 'jobserv-url': `https://evil.example/projects/${FACTORY}/lmp/builds/7/`, 'web-url': null },
    });
    assert.deepEqual(await changes.sendTags(plan), { state: 'started', job: { build: 7, webUrl: '' } });
  });

  test('many versions are read by one look at the whole list', async () => {
    const versions = [...new Map(list.state.targets.map((target) => [target.version, target])).values()];
    factory.seen();
    await changes.planPrune(versions);
    const reads = factory.seen().filter((request) => request === `GET ${TARGETS}`);
    assert.equal(reads.length, versions.length > 25 ? 1 : versions.length);
  });
});
