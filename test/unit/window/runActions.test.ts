import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cancelRuns, downloadLog, rerunRun, type ChosenRun } from '../../../src/commands/runActions';
import type { Services } from '../../../src/commands/services';
import { Connections } from '../../../src/store/connections';
import type { Question } from '../../../src/ui/questions';
import { FactoryControl } from '../../support/factoryControl';
import { clearDesk, desk, Uri } from '../../support/vscode';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';

suite('Runs: what is asked and told', () => {
  let factory: TestFactory;
  let control: FactoryControl;
  let asked: Question[];
  let answer: (question: Question) => string | undefined;
  let services: Services;
  let connections: Connections;
  let folder: string;

  setup(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'foundries-runs-'));
    clearDesk();
    desk.saveAs = Uri.file(path.join(folder, 'saved.log'));
    asked = [];
    answer = ({ buttons }) => buttons[0];
    factory = await startTestFactory({ devices: 20, way: 'in process', startTime: Date.UTC(2026, 2, 10) });
    control = new FactoryControl(factory.server.emulator);
    const account = { id: 'test', label: 'Test', apiUrl: factory.server.url, factory: FACTORY, factories: [FACTORY] };
    connections = new Connections(
      { accounts: [account] },
      () => factory.client,
      () => ({ apiUrl: factory.server.url, factory: '' }),
      () => 4,
    );
    connections.update();
    const ask = (question: Question) => {
      asked.push(question);
      return Promise.resolve(answer(question));
    };
    services = { connections, questions: { ask } } as unknown as Services;
  });
  teardown(async () => {
    rmSync(folder, { recursive: true });
    await factory.close();
  });

  function chosen(build: number, run: string): ChosenRun {
    const { session } = connections;
    assert.ok(session.state === 'signedIn');
    return { factory: FACTORY, build, run, host: 'factory.test', connection: session.connection };
  }
  const passedContainers = async () => {
    const { builds } = await factory.client.listBuilds(FACTORY);
    return builds.find(({ status, trigger }) => status === 'PASSED' && trigger.startsWith('containers-'))!;
  };
  const freshRun = async () => {
    await control.push();
    const build = await factory.client.getLatestBuild(FACTORY, { all: true });
    return chosen(build.id, build.runs[0]!.name);
  };
  const posted = () => factory.seen().filter((request) => request.startsWith('POST'));

  test('a run that what follows it exists for: the other one is offered, and run again', async () => {
    const build = await passedContainers();
    await rerunRun(services, chosen(build.id, 'build-armhf'));
    assert.deepEqual(asked[0]?.buttons, ['Rerun publish-compose-apps', 'Rerun Anyway']);
    assert.match(asked[0].detail, /publish-compose-apps exists already.*CI marks it as failed/);
    assert.deepEqual(posted(), [
      `POST /projects/getting-started/lmp/builds/${build.id}/runs/publish-compose-apps/rerun`,
    ]);
  });

  test('it is run again all the same if that is wanted', async () => {
    answer = ({ buttons }) => buttons[1];
    const build = await passedContainers();
    await rerunRun(services, chosen(build.id, 'build-armhf'));
    assert.deepEqual(posted(), [`POST /projects/getting-started/lmp/builds/${build.id}/runs/build-armhf/rerun`]);
  });

  test('what follows has failed: it has to be run again, too', async () => {
    const run = await freshRun();
    const publish = { factory: FACTORY, build: run.build, run: 'publish-compose-apps' };
    control.advance(600);
    await factory.client.cancelRun(publish);
    answer = () => undefined;
    factory.seen();
    await rerunRun(services, run);
    assert.match(asked[0]?.detail ?? '', /won't start again when .* has passed: rerun it, too/);
    assert.deepEqual(posted(), []);
  });

  test('nothing follows, or nothing yet: one plain question', async () => {
    const build = await passedContainers();
    await rerunRun(services, chosen(build.id, 'publish-compose-apps'));
    assert.deepEqual(asked[0]?.buttons, ['Rerun']);
    assert.doesNotMatch(asked[0].detail, /exists already/);
  });

  test('what cannot be canceled without harm is told, and nothing is sent', async () => {
    const run = await freshRun();
    control.advance(20);
    await factory.client.cancelRun(run);
    factory.seen();
    await cancelRuns(services, [run]);
    assert.deepEqual(posted(), []);
    assert.deepEqual(desk.messages, [`${run.run} is already being canceled.`]);
  });

  test('a run that waits has no log to download: the waiting line is none', async () => {
    const run = await freshRun();
    await downloadLog(run);
    assert.deepEqual(desk.messages, [`${run.run} has no log yet: it is waiting for a worker.`]);
    assert.equal(desk.savedName, '', 'nobody is asked where to save it');
  });

  test('a run that is queued again while somebody chooses a name', async () => {
    const run = await freshRun();
    control.advance(20);
    const { client } = run.connection;
    const getRun = client.getRun.bind(client);
    client.getRun = async (...args) => {
      const before = await getRun(...args);
      await factory.client.rerunRun(run);
      return before;
    };
    await downloadLog(run);
    assert.match(desk.messages.join(), /has no log yet: it is waiting for a worker/);
    assert.deepEqual(readdirSync(folder), []);
  });

  test('the log of a run that goes on is kept as what it is: its beginning', async () => {
    const run = await freshRun();
    control.advance(20);
    await downloadLog(run);
    assert.equal(desk.savedName, `${run.run} (${run.build}) so far.log`);
    assert.match(desk.messages[0] ?? '', /^This is the log so far: build-aarch64 is running\. /);
    assert.match(readFileSync(path.join(folder, 'saved.log'), 'utf8'), /^# Run sent to worker: /);
  });

  test('the log of a run that has ended is whole, and no more is said', async () => {
    const build = await passedContainers();
    await downloadLog(chosen(build.id, 'build-armhf'));
    assert.equal(desk.savedName, `build-armhf (${build.id}).log`);
    assert.match(desk.messages[0] ?? '', /was saved as/);
    assert.doesNotMatch(desk.messages[0] ?? '', /so far/);
  });
});
