import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import { buildOfUrl, hasEnded, statusOf } from '../../../src/model/build';
import { readReason } from '../../../src/model/buildReason';
import { BuildList } from '../../../src/store/builds';
import { followBuild } from '../../../src/store/buildRun';
import { VirtualClock } from '../support/clock';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';
import { failure } from '../support/failure';

suite('Builds: what CI answers', () => {
  let factory: TestFactory;
  setup(async () => {
    factory = await startTestFactory({ devices: 20 });
  });
  teardown(() => factory.close());

  test('the list comes in pages, newest first, and ends', async () => {
    const first = await factory.client.listBuilds(FACTORY, { limit: 10 });
    assert.equal(first.builds.length, 10);
    assert.equal(first.nextPage, 1);
    const ids = first.builds.map(({ id }) => id);
    assert.deepEqual(
      ids,
      [...ids].sort((a, b) => b - a),
    );
    const next = await factory.client.listBuilds(FACTORY, { page: 1, limit: 10 });
    assert.equal(next.builds[0]?.id, ids[9]! - 1);
    const beyond = await factory.client.listBuilds(FACTORY, { page: 9999, limit: 10 });
    assert.deepEqual([beyond.builds, beyond.nextPage], [[], undefined]);
  });

  test('only a build of its own tells its reason', async () => {
    const { builds } = await factory.client.listBuilds(FACTORY, { limit: 3 });
    assert.equal(builds[0]?.reason, undefined);
    const build = await factory.client.getBuild(FACTORY, builds[0]!.id);
    const { sha, branch, subject } = readReason(build.reason ?? '');
    assert.match(sha, /^[0-9a-f]{40}$/);
    assert.equal(branch, 'main');
    assert.notEqual(subject, '');
  });

  test('a run that waits for a worker has no date', async () => {
    await factory.control.push({ branch: 'main', message: 'one' });
    const { builds } = await factory.client.listBuilds(FACTORY, { limit: 1 });
    const [run] = await factory.client.listRuns(FACTORY, builds[0]!.id);
    assert.deepEqual([run?.status, run?.createdAt, run?.completedAt], ['QUEUED', undefined, undefined]);
  });

  test('artifacts are named by their paths, with spaces and folders, and tell their size', async () => {
    const { builds } = await factory.client.listBuilds(FACTORY, { limit: 100 });
    const platform = builds.find(({ trigger }) => trigger.startsWith('platform-'))!;
    const { artifacts } = await factory.client.getRun({
      factory: FACTORY,
      build: platform.id,
      run: platform.runs[0]!.name,
    });
    assert.ok(artifacts.some(({ path }) => path === 'other/manifest with space.xml'));
    assert.ok(artifacts.every(({ size }) => size !== undefined && size > 0));
  });

  test('what CI says of a mistake of its own is never shown: it may be SQL', async () => {
    const error = await failure(factory.client.listBuilds(FACTORY, { page: -1 }));
    assert.equal(error.kind, 'server');
    assert.doesNotMatch(JSON.stringify(error.info), /SQL/);
    assert.doesNotMatch(JSON.stringify(factory.log), /SQL/);
  });

  test('a run is cancelled and queued again', async () => {
    await factory.control.push({ branch: 'main', message: 'one' });
    const { builds } = await factory.client.listBuilds(FACTORY, { limit: 1 });
    const address = { factory: FACTORY, build: builds[0]!.id, run: builds[0]!.runs[0]!.name };
    await factory.client.cancelRun(address);
    assert.equal((await factory.client.getRun(address)).status, 'FAILED');
    await factory.client.rerunRun(address);
    assert.equal((await factory.client.getRun(address)).status, 'QUEUED');
  });

  test('a build is promoted and annotated', async () => {
    const { builds } = await factory.client.listBuilds(FACTORY, { limit: 20 });
    const done = builds.find((build) => build.status === 'PASSED')!;
    await factory.client.promoteBuild(FACTORY, done.id, { name: 'release-1', annotation: 'the first' });
    await factory.client.annotateBuild(FACTORY, done.id, 'still the first');
    const { name, annotation, status } = await factory.client.getBuild(FACTORY, done.id);
    assert.deepEqual([name, annotation, status], ['release-1', 'still the first', 'PROMOTED']);
  });

  test('the newest build is that of a trigger, or any', async () => {
    const any = await factory.client.getLatestBuild(FACTORY, { all: true });
    const { builds } = await factory.client.listBuilds(FACTORY, { limit: 1 });
    assert.equal(any.id, builds[0]?.id);
    const devel = await factory.client.getLatestBuild(FACTORY, { all: true, trigger: 'containers-devel' });
    assert.equal(devel.trigger, 'containers-devel');
    assert.equal((await failure(factory.client.getLatestBuild(FACTORY, { trigger: 'no-such' }))).kind, 'notFound');
  });
});

/** Somebody looks all the time. */
const WATCHED = { isWatched: () => true, onDidChangeWatched: () => ({ dispose: () => undefined }) };

suite('Builds: followed to the end', () => {
  let factory: TestFactory;
  setup(async () => {
    factory = await startTestFactory({ devices: 20, jobSeconds: 8 });
  });
  teardown(() => factory.close());

  test('a build that looks passed while a run waits is not at its end', async () => {
    await factory.control.push({ branch: 'main', message: 'two' });
    const id = (await factory.client.getLatestBuild(FACTORY, { all: true })).id;
    const clock = new VirtualClock(() => factory.network.settled());
    const stop = new AbortController();
    const seen: string[] = [];
    const looks = { count: 0 };
    const following = followBuild(
      {
        getBuild: async (...args) => {
          looks.count += 1;
          factory.control.advance(1);
          return factory.client.getBuild(...args);
        },
      },
      FACTORY,
      id,
      {
        ...WATCHED,
        signal: stop.signal,
        clock,
        onChange: (build) => seen.push(`${build.status} ${statusOf(build)} ${build.runs.length} ${hasEnded(build)}`),
      },
    );
    const state = { ended: false };
    void following.finally(() => (state.ended = true));
    for (let look = 0; look < 300 && !state.ended; look++) {
      await clock.pass(30_000);
    }
    const build = await following;
    assert.equal(build?.status, 'PASSED');
    assert.equal(build.runs.length, 4);
    assert.ok(seen.includes('PASSED RUNNING 4 false'), seen.join('\n'));
    assert.equal(seen.at(-1), 'PASSED PASSED 4 true');
    assert.equal(clock.waiting, 0);
  });

  test('the first refusal ends it, a passing failure does not', async () => {
    const stop = new AbortController();
    const clock = new VirtualClock();
    let looks = 0;
    const kinds = ['network', 'server', 'unauthorized'] as const;
    const following = failure(
      followBuild(
        {
          getBuild: () => Promise.reject(new FactoryError(kinds[looks++]!, { request: 'GET /x', host: 'x' })),
        },
        FACTORY,
        1,
        { ...WATCHED, signal: stop.signal, clock },
      ),
    );
    await clock.pass(1000);
    assert.equal(looks, 1);
    await clock.pass(30_000);
    await clock.pass(30_000);
    assert.equal((await following).kind, 'unauthorized');
    assert.equal(looks, 3);
    await clock.pass(600_000);
    assert.equal(looks, 3);
  });

  test('asks less often while nothing changes, and not at all when ended', async () => {
    const build = await factory.client.getLatestBuild(FACTORY, { all: true });
    const stop = new AbortController();
    const clock = new VirtualClock();
    let looks = 0;
    const following = followBuild(
      {
        getBuild: () => {
          looks += 1;
          return Promise.resolve({ ...build, status: 'RUNNING' });
        },
      },
      FACTORY,
      1,
      { ...WATCHED, signal: stop.signal, clock },
    );
    await clock.pass(10 * 60_000);
    assert.ok(looks > 20 && looks < 35, String(looks));
    stop.abort();
    assert.equal(await following, undefined);
    assert.equal(clock.waiting, 0);
  });

  test('asks nothing while nobody looks, and goes on at once when somebody does', async () => {
    const build = await factory.client.getLatestBuild(FACTORY, { all: true });
    const stop = new AbortController();
    const clock = new VirtualClock();
    const watchers = new Set<() => void>();
    const state = { looks: 0, watched: true };
    const look = (watched: boolean) => {
      state.watched = watched;
      [...watchers].forEach((tell) => tell());
    };
    const following = followBuild(
      {
        getBuild: () => {
          state.looks += 1;
          return Promise.resolve({ ...build, status: 'RUNNING' });
        },
      },
      FACTORY,
      1,
      {
        signal: stop.signal,
        clock,
        isWatched: () => state.watched,
        onDidChangeWatched: (listener) => {
          watchers.add(listener);
          return { dispose: () => watchers.delete(listener) };
        },
      },
    );
    await clock.pass(60_000);
    look(false);
    const before = state.looks;
    await clock.pass(8 * 60 * 60_000);
    assert.equal(state.looks, before);
    look(true);
    await clock.pass(0);
    assert.equal(state.looks, before + 1);
    look(false);
    await clock.pass(60_000);
    stop.abort();
    assert.equal(await following, undefined);
    assert.equal(watchers.size, 0);
  });
});

suite('Builds: the list', () => {
  let factory: TestFactory;
  setup(async () => {
    factory = await startTestFactory({ devices: 20, builds: 120, targets: 400 });
  });
  teardown(() => factory.close());

  test('one request shows it, more come by page, a refresh keeps them', async () => {
    const list = new BuildList(factory.client, FACTORY);
    factory.seen();
    assert.equal((await list.load()).builds.length, 25);
    assert.equal(factory.seen().length, 1);
    await list.loadMore();
    assert.equal(list.state.builds.length, 50);
    await factory.control.push({ branch: 'main', message: 'three' });
    factory.seen();
    await list.refresh();
    assert.equal(factory.seen().length, 1);
    assert.equal(list.state.builds.length, 51);
    await list.loadMore();
    const ids = list.state.builds.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(ids[0]! - ids.at(-1)!, ids.length - 1);
    assert.equal(list.isBusy, true);
  });

  test('what is shown stays when a fetch fails; a reason that was heard stays', async () => {
    const list = new BuildList(factory.client, FACTORY);
    const { builds } = await list.load();
    await list.look(builds[0]!.id);
    await list.refresh();
    assert.notEqual(list.state.builds[0]?.reason, undefined);
    await factory.control.fault({ status: 503, match: { path: '/projects/' }, count: 9 });
    await list.refresh();
    assert.equal(list.state.builds.length, 25);
    assert.ok(list.state.error instanceof FactoryError);
  });

  test('a new build that was heard of is shown first', async () => {
    const list = new BuildList(factory.client, FACTORY);
    await list.load();
    await factory.control.push({ branch: 'main', message: 'four' });
    const newest = await factory.client.getLatestBuild(FACTORY, { all: true });
    list.heard(newest);
    assert.equal(list.state.builds[0]!.id, newest.id);
    list.heard({ ...newest, id: newest.id + 7 });
    assert.equal(list.state.builds[0]!.id, newest.id);
  });
});

suite('Builds: what is read of texts', () => {
  test('a reason of the poller, and one of a person', () => {
    assert.deepEqual(
      readReason('GIT_URL=https://x/containers.git\nGIT_REF=refs/heads/main\nGIT_SHA=d9a0\n\nadd: x\n\nbecause'),
      {
        gitUrl: 'https://x/containers.git',
        branch: 'main',
        sha: 'd9a0',
        commits: [],
        subject: 'add: x',
        message: 'add: x\n\nbecause',
      },
    );
    assert.equal(readReason('Update targets').subject, 'Update targets');
    assert.equal(readReason('').subject, '');
  });

  test('the number of a build in an address of CI', () => {
    assert.deepEqual(buildOfUrl('https://ci.foundries.io/projects/acme/lmp/builds/43/'), { factory: 'acme', id: 43 });
    assert.deepEqual(buildOfUrl('remote: CI job started: https://ci/projects/acme/lmp/builds/43'), {
      factory: 'acme',
      id: 43,
    });
    assert.equal(buildOfUrl('https://ci.foundries.io/projects/acme/lmp/'), undefined);
  });
});
