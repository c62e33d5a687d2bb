import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import type { Row } from '../../src/views/rows/row';
import { until } from '../support/until';
import { answering, messages } from './support/answering';
import { SignedIn } from './support/signedIn';

suite('Builds', () => {
  let session: SignedIn;
  setup(async () => {
    session = await SignedIn.start({ devices: 20, jobSeconds: 60 });
  });
  teardown(() => session.stop());

  const view = () => session.api.builds;
  const labelOf = (shown: Row | undefined) => shown?.item().label as string;
  const labels = (rows: readonly Row[]) => rows.map(labelOf);
  const row = (rows: readonly Row[], label: RegExp): Row => {
    const found = rows.find((candidate) => label.test(`${labelOf(candidate)} ${String(candidate.item().description)}`));
    assert.ok(found !== undefined, `${label} in ${labels(rows).join(', ')}`);
    return found;
  };
  const page = () => vscode.window.activeTextEditor?.document;

  test('one request shows the builds; one more the reason of a build; none the runs', async () => {
    const rows = await view().children();
    assert.deepEqual(session.seen(), ['GET /projects/getting-started/lmp/builds/']);
    const passed = row(rows, /passed after/);
    const item = passed.item();
    assert.match(String(item.accessibilityInformation?.label), /^Build \d+, .*passed after/);
    assert.match(String(item.description), /^[^·]+ · [^·]*(?:ago|now) · /, 'when, before what the icon says already');
    const below = await view().children(passed);
    assert.equal(session.seen().length, 1);
    assert.ok(below.length >= 2, labels(below).join());
    assert.ok(below.some((candidate) => candidate.item().contextValue === 'foundries.run.ended'));
  });

  test('a token that may not read builds is not told that there are none', async () => {
    const said: string[] = [];
    const record = messages([], (message, buttons) => void said.push([message, ...buttons].join(' | ')));
    const scopes = ['devices:read', 'targets:read'] as const;
    const principal = { user: '1', factories: ['getting-started'], listed: true, scopes };
    session.server.emulator.world.tokens.set('no-ci-token', principal);
    const [account] = session.api.accounts.accounts;
    await session.api.accounts.add(account!, 'no-ci-token');
    await answering(record, async () => {
      await vscode.commands.executeCommand('foundries.showLatestBuild');
      await vscode.commands.executeCommand('foundries.ciSecrets');
      await until('both messages', () => said.length === 2, { found: () => said });
    });
    assert.match(said[0]!, /shows no builds of this Factory\. The token may lack the scope ci:read.*\| Sign In \|/);
    assert.match(said[1]!, /does not know it, or does not show it to this token.*scope ci:read.*\| Sign In \|/);
  });

  test('the files of a run are a tree; one opens as a document, one is downloaded whole', async () => {
    const build = row(await view().children(), /platform-.*passed/);
    const run = (await view().children(build)).find(({ id }) => id.includes('/run/'))!;
    const files = await view().children(run);
    assert.equal(labels(files)[0], 'other');
    assert.deepEqual(labels(await view().children(files[0])), ['manifest with space.xml']);
    await vscode.commands.executeCommand('foundries.openRunFile', row(files, /^os-release/));
    await until('the file', () => page()?.getText().includes('ID=lmp') === true);
    const folder = mkdtempSync(path.join(tmpdir(), 'builds-'));
    try {
      const target = vscode.Uri.file(path.join(folder, 'os-release'));
      void vscode.commands.executeCommand('foundries.downloadRunFile', row(files, /^os-release/), target);
      await until('the download', () => existsSync(target.fsPath));
      assert.equal(readFileSync(target.fsPath, 'utf8'), page()?.getText());
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('a log opens as a document without escapes, folds by step and has its errors in the outline', async () => {
    const build = row(await view().children(), /containers-.*failed/);
    const run = (await view().children(build)).find((candidate) =>
      String(candidate.item().description).includes('failed'),
    )!;
    await vscode.commands.executeCommand('foundries.showRunLog', run);
    await until('the log', () => page()?.getText().includes('Script completed with error(s)') === true);
    const document = page()!;
    assert.match(document.uri.path, /\.log$/);
    const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      'vscode.executeFoldingRangeProvider',
      document.uri,
    );
    assert.ok(folds.length >= 2);
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    assert.ok(
      symbols.some(({ name }) => name.endsWith('Running script inside container')),
      symbols.map(({ name }) => name).join(),
    );
    await vscode.commands.executeCommand('foundries.nextLogError');
    assert.match(document.lineAt(vscode.window.activeTextEditor!.selection.active.line).text, /^ERROR: /);
  });

  test('a run is cancelled when that was answered, and only one that has not ended', async () => {
    await session.control.push({ branch: 'main', message: 'to be cancelled' });
    await view().children();
    await view().refresh();
    const build = row(await view().children(), /waiting for a worker/);
    const [run] = (await view().children(build)).filter(({ id }) => id.includes('/run/'));
    session.seen();
    session.api.answerQuestions(() => Promise.resolve(undefined));
    await vscode.commands.executeCommand('foundries.cancelRun', run);
    assert.deepEqual(session.seen(), []);
    session.api.answerQuestions(({ buttons }) => Promise.resolve(buttons[0]));
    await vscode.commands.executeCommand('foundries.cancelRun', run);
    const sent = session.seen();
    assert.equal(sent.filter((request) => request.startsWith('POST')).length, 1, sent.join('\n'));
    // The same row again: it has ended meanwhile, and would become what it is not.
    const told: string[] = [];
    await answering(messages(told), () => vscode.commands.executeCommand('foundries.cancelRun', run));
    assert.equal(told.length, 1);
    assert.deepEqual(
      session.seen().filter((request) => request.startsWith('POST')),
      [],
    );
    await vscode.commands.executeCommand('foundries.rerunRun', run);
    assert.equal(session.seen().filter((request) => /POST .*\/rerun$/.test(request)).length, 1);
  });

  test('a log that is closed while it comes in is given up, and read anew when it is opened again', async () => {
    await session.stop();
    // More than is shown of one.
    session = await SignedIn.start({ devices: 20, logBytes: 4_000_000 });
    const build = row(await view().children(), /platform-.*passed/);
    const run = (await view().children(build)).find(({ id }) => id.includes('/run/'));
    session.fault({ match: { path: '/storage/' }, hang: 'inside' });
    void vscode.commands.executeCommand('foundries.showRunLog', run);
    await until('it is read', () =>
      session.server.emulator.requests.all().some(({ path }) => path.includes('/storage/')),
    );
    await until('the tab', () => page()?.uri.path.endsWith('.log') === true);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await until('the request is given up', () => session.api.logged.at(-1)?.includes('console.log') === true);
    await vscode.commands.executeCommand('foundries.showRunLog', run);
    await until('the end', () => page()?.getText().endsWith('== Done') === true);
    const text = page()?.getText() ?? '';
    assert.match(text, /lines \(.* MB\) are not shown here\. “Download Whole Log/);
    assert.ok(text.length < 3_000_000);
  });

  test('the latest build is shown', async () => {
    await vscode.commands.executeCommand('foundries.showLatestBuild');
    await until('the row', () => view().tree.selection.length === 1);
    assert.match(labelOf(view().tree.selection[0]), /^Build \d+$/);
  });
});
