import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import type { Target } from '../../src/model/target';
import type { Question } from '../../src/ui/questions';
import type { Row } from '../../src/views/rows/row';
import { until } from '../support/until';
import { answering, messages } from './support/answering';
import { FACTORY } from './support/extension';
import { ExtensionClock } from './support/extensionClock';
import { SignedIn } from './support/signedIn';

const TARGETS = `/ota/factories/${FACTORY}/targets/`;
const WAVES = `/ota/factories/${FACTORY}/waves/`;

suite('Changing targets and waves', () => {
  let factory: SignedIn;
  let asked: Question[];
  let choose: (question: Question) => string | undefined;
  let earlier: readonly vscode.TextDocument[];
  setup(async () => {
    earlier = vscode.workspace.textDocuments;
    factory = await SignedIn.start({ building: false });
    asked = [];
    choose = ({ buttons }) => buttons[0];
    factory.api.answerQuestions((question) => {
      asked.push(question);
      return Promise.resolve(choose(question));
    });
  });
  teardown(() => factory.stop());

  const targets = async () => (await factory.data.targets.load()).targets;
  const writes = () => factory.server.emulator.requests.all().filter(({ method }) => method !== 'GET');
  const row = (target: Target) => ({ target });
  const running = async () => {
    const { devices } = await factory.connection.client.listDevices({ factory: FACTORY, limit: 100 });
    const names = new Set(devices.map(({ target }) => target));
    return (await targets()).find(({ name }) => names.has(name))!;
  };

  test('prune: the page has the request to the byte, and the devices; it is what is then received', async () => {
    const target = await running();
    choose = ({ buttons }) => buttons[1];
    void vscode.commands.executeCommand('foundries.pruneTargets', row(target));
    await until('the page', () => pageText(earlier) !== undefined);
    const page = pageText(earlier)!;
    const body = `{"targets":["${target.name}"]}`;
    assert.ok(page.includes(`| DELETE ${TARGETS}\n`), page);
    assert.ok(page.includes(`| ${body}\n`), page);
    assert.match(asked[0]!.detail, /still run/);
    assert.deepEqual(writes(), []);
    choose = ({ buttons }) => buttons[0];
    await vscode.commands.executeCommand('foundries.pruneTargets', row(target));
    assert.deepEqual(
      writes().map((request) => [request.method, request.path, request.body]),
      [['DELETE', TARGETS, body]],
    );
  });

  test('old versions of a tag: the newest are counted in what is there now, and only of the hardware that is shown', async () => {
    const list = factory.data.targets;
    const all = await targets();
    // As it was when nobody had built the newest two yet.
    const versions = [...new Set(all.filter(({ tags }) => tags.includes('main')).map(({ version }) => version))];
    Object.assign(list.state, { targets: all.filter(({ version }) => version < versions[1]!) });
    choose = () => undefined;
    factory.api.targetArrangements.change({ filter: { hardware: 'intel-corei7-64' }, grouping: 'tag' });
    const rows = await factory.api.targets.children();
    const main = rows.find((each) => label(each) === 'main');
    await answering({ showInputBox: () => Promise.resolve('3') }, () =>
      vscode.commands.executeCommand('foundries.pruneTargets', main),
    );
    const named = [...asked[0]!.detail.matchAll(/(\S+-lmp-(\d+)) \(/g)];
    assert.ok(named.length > 0, asked[0]!.detail);
    assert.ok(
      named.every(([, name]) => name!.startsWith('intel-corei7-64')),
      asked[0]!.detail,
    );
    const kept = all
      .filter(({ tags, hardwareIds }) => tags.includes('main') && hardwareIds.includes('intel-corei7-64'))
      .slice(0, 3)
      .map(({ version }) => String(version));
    assert.ok(
      named.every(([, , version]) => !kept.includes(version!)),
      `${kept.join()}: ${asked[0]!.detail}`,
    );
    assert.deepEqual(writes(), []);
  });

  test('the list of targets is read anew when the job has passed', async () => {
    const all = await targets();
    const oldest = all.reduce((a, b) => (b.version < a.version ? b : a));
    await ExtensionClock.during(async (clock) => {
      await vscode.commands.executeCommand('foundries.pruneTargets', row(oldest));
      factory.control.advance(600);
      await clock.until('the target to be gone', () =>
        factory.data.targets.state.targets.every(({ name }) => name !== oldest.name),
      );
    });
  });

  test('a job that failed is told with its log, and nothing has changed', async () => {
    await factory.control.send('POST', 'job', { failNext: true });
    const target = await running();
    const told: string[] = [];
    const { showErrorMessage } = messages(told, (_message, [button]) => button);
    await answering({ showErrorMessage: showErrorMessage! }, () =>
      ExtensionClock.during(async (clock) => {
        await vscode.commands.executeCommand('foundries.pruneTargets', row(target));
        factory.control.advance(600);
        await clock.until('the message', () => told.length > 0);
      }),
    );
    assert.match(told[0]!, /^Pruning .+: build \d+ failed\. Its log says why\.$/);
    assert.ok((await targets()).some(({ name }) => name === target.name));
    await until('the log', () =>
      /UpdateTargets \(\d+\)\.log$/.test(vscode.window.activeTextEditor?.document.uri.path ?? ''),
    );
  });

  test('closing the question sends nothing', async () => {
    choose = () => undefined;
    await vscode.commands.executeCommand('foundries.pruneTargets', row(await running()));
    const [wave] = await factory.api.waves.children();
    await vscode.commands.executeCommand('foundries.completeWave', wave);
    await vscode.commands.executeCommand('foundries.cancelWave', wave);
    assert.equal(asked.length, 3);
    assert.deepEqual(writes(), []);
  });

  test('waves: one request for the list, one more for the progress of one that is opened', async () => {
    factory.seen();
    const rows = await factory.api.waves.children();
    assert.deepEqual(rows.map(label), ['spring-rollout', 'winter']);
    assert.deepEqual(factory.seen(), [`GET ${WAVES}`]);
    const below = await factory.api.waves.children(rows[0]);
    assert.deepEqual(factory.seen(), [`GET ${WAVES}spring-rollout/status/`]);
    assert.ok(['Progress', 'field', 'stores', 'Targets', 'Rollouts'].every((name) => below.map(label).includes(name)));
    const targetsRow = below.find((each) => label(each) === 'Targets');
    assert.ok((await factory.api.waves.children(targetsRow)).map(label).includes('raspberrypi4-64-lmp-18'));
    assert.match(String(rows[0]!.item().description), /active · version 18 · stable · \d+ of \d+ updated/);
    assert.equal(rows[0]!.item().contextValue, 'foundries.wave.active');
  });

  test('a wave is completed after a question that says whom it reaches, and the rows follow', async () => {
    const [wave] = await factory.api.waves.children();
    await vscode.commands.executeCommand('foundries.completeWave', wave);
    assert.match(asked[0]!.detail, /every production device with the tag stable: \d+ of \d+ devices/);
    assert.deepEqual(
      writes().map(({ method, path }) => `${method} ${path}`),
      [`POST ${WAVES}spring-rollout/complete/`],
    );
    const [after] = await factory.api.waves.children();
    assert.equal(after!.item().contextValue, 'foundries.wave.complete');
  });

  test('a list that cannot be fetched is one row with Try Again', async () => {
    factory.fault({ match: { path: WAVES }, status: 403 });
    const rows = await factory.api.waves.children();
    assert.deepEqual(
      rows.map((each) => each.item().contextValue),
      ['foundries.failure'],
    );
    await vscode.commands.executeCommand('foundries.retry', rows[0]);
    await until('the rows', async () => (await factory.api.waves.children()).length === 2);
  });
});

const label = (row: Row) => row.item().label;

/** The page that was opened; VS Code keeps those of earlier tests for a while. */
const pageText = (earlier: readonly vscode.TextDocument[]): string | undefined =>
  vscode.workspace.textDocuments
    .find(
      (document) =>
        !earlier.includes(document) &&
        document.uri.scheme === 'foundries-text' &&
        document.languageId === 'foundries-report',
    )
    ?.getText();
