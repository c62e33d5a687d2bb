/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return -- answers are looked into as they came */
/** The emulator's answers next to those of a real jobserv, recorded in the same situations (docs/api.md §2.7). */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { Client, type Json } from './harness';
import { form, kinds, recorded, textForm } from './jobserv-forms';

const LMP = 'https://api.foundries.io/projects/getting-started/lmp/';
const BUILDS = `${LMP}builds/`;

const real = (name: string): Json => JSON.parse(recorded(name));

/** Moves time until a build is what was wanted. */
async function untilBuild(client: Client, path: string, fits: (build: Json) => boolean): Promise<Json> {
  for (let turn = 0; turn < 3000; turn++) {
    const { json } = await client.get(path);
    if (fits(json.data.build)) {
      return json;
    }
    await client.advance(0.5);
  }
  return assert.fail('it never came so far');
}

async function pushed(client: Client, body: object = {}): Promise<string> {
  return `${BUILDS}${(await client.control('push', body)).json.build_id}/`;
}

/** `tests` is there only where a run has tests, so it is compared apart. */
const untested = ({ tests: _tests, ...run }: Json): Json => run;
const withUntested = (json: Json): Json => ({
  ...json,
  data: { build: { ...json.data.build, runs: json.data.build.runs.map(untested) } },
});

/** Any status that the real one has for a build. */
const anyStatus = (build: Json): Json => {
  assert.match(build.status, /^(?:QUEUED|RUNNING|RUNNING_WITH_FAILURES|PASSED|FAILED|PROMOTED)$/);
  return { ...build, status: 'completed' in build ? 'ended' : 'under way' };
};

suite('emulator next to recorded answers of a real jobserv (docs/api.md §2.7)', () => {
  test('an unknown build, to the byte', async () => {
    const answer = await new Client().get(`${BUILDS}999/`);
    assert.equal(answer.status, 404);
    assert.deepEqual(answer.json, real('error-404.json'));
  });

  test('a run that no worker has taken', async () => {
    const client = new Client({ building: false });
    const { json } = await client.get(`${await pushed(client)}runs/build-amd64/?version=v2`);
    assert.deepEqual(form(json), form(real('run-queued-never-taken.json')));
  });

  test('a run that was canceled in the queue', async () => {
    const client = new Client({ building: false });
    const path = `${await pushed(client)}runs/build-amd64/`;
    await client.ci('POST', `${path}cancel`);
    const { json } = await client.get(`${path}?version=v2`);
    assert.deepEqual(form(json), form(real('run-canceled-in-queue.json')));
  });

  test('a build that is passed while publish-compose-apps is queued', async () => {
    const client = new Client({ building: false });
    const titles = ['shellhttpd: Größere Puffer', 'Bump base image to alpine 3.20'];
    const path = await pushed(client, { titles });
    const json = await untilBuild(client, path, ({ status }) => status === 'PASSED');
    assert.deepEqual(form(withUntested(json)), form(real('build-passed-publish-queued.json')));
  });

  test('a build of three commits, one of whose runs failed and was queued again', async () => {
    const client = new Client({ building: false });
    const titles = ['shellhttpd: Fix port (#12) <b>', 'Second, with ümlauts', 'First of three'];
    const path = await pushed(client, { titles, failing: 'build-amd64' });
    await untilBuild(client, path, ({ status }) => status === 'FAILED');
    await client.ci('POST', `${path}runs/build-amd64/rerun`);
    const ended = ({ status, runs }: Json): boolean =>
      status === 'PASSED' && runs.length === 4 && runs.every((run: Json) => run.status === 'PASSED');
    const json = await untilBuild(client, path, ended);
    assert.deepEqual(form(withUntested(json)), form(real('build-git-poller-three-commits.json')));
  });

  test('a page of builds', async () => {
    const client = new Client({ building: false });
    const titles = ['one'];
    const before = await pushed(client, { titles });
    await untilBuild(client, before, ({ status }) => status === 'PASSED');
    await pushed(client, { titles });
    const { data } = (await client.get(`${BUILDS}?limit=4`)).json;
    const recordedPage = real('builds-list.json').data;
    const { builds, ...page } = data;
    const { builds: recordedBuilds, ...otherPage } = recordedPage;
    assert.deepEqual(form({ ...page, builds: [] }), form({ ...otherPage, builds: [] }));
    assert.equal(data.pages, Math.ceil(data.total / 4));
    assert.deepEqual([data.page, data.limit, data.builds.length], [0, 4, 4]);
    const shell = ({ runs, ...build }: Json): Json => ({ ...anyStatus(build), runs: runs.length > 0 });
    const known = new Set(kinds(recordedBuilds.map(shell)));
    assert.deepEqual(
      kinds(builds.map(shell)).filter((one) => !known.has(one)),
      [],
    );
    const runsOf = (all: readonly Json[]): string[] =>
      kinds(all.flatMap(({ runs }) => runs.map((run: Json) => untested(anyStatus(run)))));
    const knownRuns = new Set(runsOf(recordedBuilds));
    assert.deepEqual(
      runsOf(builds).filter((one) => !knownRuns.has(one)),
      [],
    );
  });

  test('a run that failed, with its worker, events and files', async () => {
    const client = new Client({ building: false });
    const path = await pushed(client, { failing: 'build-amd64' });
    await untilBuild(client, path, ({ status }) => status === 'FAILED');
    const { run } = (await client.get(`${path}runs/build-amd64/?version=v2`)).json.data;
    const { run: realRun } = real('run-real-runner-artifacts-v2.json').data;
    const withoutFiles = (of: Json): Json => ({ ...untested(of), artifacts: [] });
    assert.deepEqual(form(withoutFiles(run)), form(withoutFiles(realRun)));
    for (const { artifacts, url } of [run, realRun]) {
      assert.ok(artifacts.length > 0);
      for (const artifact of artifacts) {
        assert.deepEqual(Object.keys(artifact), ['url', 'size_bytes']);
        assert.ok(artifact.url.startsWith(url) && Number.isSafeInteger(artifact.size_bytes));
        const name: string = artifact.url.slice(url.length);
        assert.equal(
          name,
          name
            .split('/')
            .map((part) => encodeURIComponent(decodeURIComponent(part)))
            .join('/'),
        );
      }
      assert.equal(artifacts.filter((file: Json) => file.url === `${url}console.log`).length, 1);
    }
    const tested = (await client.get(`${BUILDS}21/runs/build-amd64/?version=v2`)).json.data.run;
    assert.deepEqual(Object.keys(tested), Object.keys(realRun));
    assert.equal(textForm(tested.tests), textForm(realRun.tests));
  });

  test('the definition of a run', async () => {
    const client = new Client({ building: false });
    const { json } = await client.get(`${await pushed(client)}runs/build-amd64/.rundef.json`);
    const realOne = real('rundef.json');
    /** What a project defines itself. */
    const own = ({ container, script, secrets, 'console-progress': progress, ...rest }: Json): unknown => {
      assert.ok([container, script].every((text) => typeof text === 'string' && text !== ''));
      assert.ok(Object.keys(secrets).length > 0 && Object.values(secrets).every((value) => value === 'TODO'));
      assert.ok(progress === null || typeof progress['progress-pattern'] === 'string');
      return form({ ...rest, env: Object.entries(rest.env).map(([name, value]) => [name, form(value, name)]) });
    };
    const env = { H_RUN: 'a run', H_BUILD: '1' };
    const named = (of: Json): Json => ({ ...of, env: { ...of.env, ...env } });
    assert.deepEqual(own(named(json)), own(named(realOne)));
    assert.deepEqual(Object.keys(json), Object.keys(realOne));
    assert.deepEqual([json.env.H_BUILD, json.env.H_RUN], ['24', 'build-amd64']);
  });

  test('triggers', async () => {
    const { json } = await new Client().get(`${LMP}triggers/`);
    const oneSecret = (of: Json): Json => ({
      ...of,
      data: of.data.map((trigger: Json) => ({ ...trigger, user: 'a user', secrets: trigger.secrets.slice(0, 1) })),
    });
    assert.deepEqual(form(oneSecret(json)), form(oneSecret(real('triggers.json'))));
  });

  test('the log of a run that failed, without what the script itself says', async () => {
    const client = new Client({ storage: 'local', building: false });
    const path = await pushed(client, { failing: 'build-amd64' });
    await untilBuild(client, path, ({ status }) => status === 'FAILED');
    const { text } = await client.get(`${path}runs/build-amd64/console.log`);
    const framed = (log: string): string[] => {
      const lines = log.split('\n');
      const start = lines.findIndex((line) => line.includes('Pulling container'));
      const bound = lines.findIndex((line) => line.includes('Preparing bind mounts'));
      const script = lines.findIndex((line) => line.includes('Running with "--privileged"'));
      const end = lines.indexOf('Script completed with error(s)');
      assert.ok(start > 0 && bound > start && script > bound && end > script);
      return [...lines.slice(0, start), ...lines.slice(bound, script + 1), ...lines.slice(end)].map((line) =>
        textForm(line)
          .replace(/worker: \S+$/, 'worker: <worker>')
          .replace(/Creating secret: \S+$/, 'Creating secret: <secret>')
          .replace(/H_BUILD=\d+$/, 'H_BUILD=<id>')
          .replace(/H_RUN=\S+$/, 'H_RUN=<run>'),
      );
    };
    assert.deepEqual(framed(text), framed(recorded('console-real-runner-failed.log')));
  });
});
