import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import type { Device } from '../../src/model/device';
import type { Target } from '../../src/model/target';
import type { Row } from '../../src/views/rows/row';
import { until } from '../support/until';
import { answeringEach, choosing, inTurn, messages } from './support/answering';
import { FACTORY } from './support/extension';
import { ExtensionClock } from './support/extensionClock';
import { SignedIn } from './support/signedIn';

const TWO = 'raspberrypi4-64-lmp-2';
const THREE = 'raspberrypi4-64-lmp-3';
const TARGETS = `/ota/factories/${FACTORY}/targets`;

suite('What targets are and how they differ', () => {
  let factory: SignedIn;
  let told: string[];
  /** What is chosen of the pick lists that come, one after the other. */
  let picks: RegExp[];

  setup(async () => {
    told = [];
    picks = [];
    factory = await SignedIn.start();
  });
  answeringEach(() => ({ ...messages(told), ...choosing((items) => inTurn(picks)(items)) }));
  teardown(() => factory.stop());

  const run = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(command, ...args);
  /** Documents of this Factory; VS Code keeps those of earlier tests for a while. */
  const opened = () =>
    vscode.workspace.textDocuments.flatMap(({ uri }) => (uri.authority === factory.host ? [uri] : []));
  const row = (name: string, more: object = {}) => ({
    target: { name, version: Number(/\d+$/.exec(name)?.[0]) },
    ...more,
  });
  const page = async (has: RegExp) => {
    const active = () => vscode.window.activeTextEditor?.document;
    await until(`a page with ${String(has)}`, () => {
      const document = active();
      return document?.uri.scheme === 'foundries-target' && has.test(document.getText());
    });
    return active()!;
  };
  /** The sides of the comparison that is open, as `left right`. */
  const sides = async (): Promise<string[]> => {
    const shown = () => {
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      return input instanceof vscode.TabInputTextDiff
        ? [input]
        : ((input as { readonly textDiffs?: readonly vscode.TabInputTextDiff[] } | undefined)?.textDiffs ?? []);
    };
    await until('a comparison', () => shown().length > 0);
    return shown().map(({ original, modified }) => {
      const subject = (uri: vscode.Uri) => JSON.parse(uri.query) as { target: string; app: string };
      assert.equal(subject(original).app, subject(modified).app);
      assert.equal(original.path, modified.path, 'a change, not a rename');
      return `${subject(original).app} ${subject(original).target} ${subject(modified).target}`;
    });
  };

  test('two targets of the REST guide, selected in the view: the page says what really differs', async () => {
    const targets: Record<string, Row> = {};
    const gather = async (rows: readonly Row[]): Promise<void> => {
      for (const each of rows) {
        const { target } = each as Row & { target?: Target };
        if (target === undefined) {
          await gather((await each.children?.()) ?? []);
        } else {
          targets[target.name] = each;
        }
      }
    };
    const state = await factory.data.targets.load();
    assert.ok(state.tags.length > 0);
    await gather(await factory.api.targets.children());
    factory.seen();
    await run('foundries.compareTargets', targets[THREE], [targets[THREE], targets[TWO]]);
    const document = await page(/What differs:/);
    assert.equal(document.languageId, 'foundries-target');
    // The view also asks for counts, whenever that is.
    const asked = factory.seen().filter((request) => !request.endsWith('/status/'));
    assert.deepEqual(asked.sort(), [`GET ${TARGETS}/${TWO}/`, `GET ${TARGETS}/${THREE}/`]);
    const text = document.getText();
    for (const part of [
      /^raspberrypi4-64-lmp-2 → raspberrypi4-64-lmp-3$/m,
      /^The OS is another one; mosquitto added\.$/m,
      /^ {4}OS +changed: cfacf42873aa → f190733c5769$/m,
      /^ {4}LmP version +the same: /m,
      /^ {4}Tags +removed: devel; added: main$/m,
      /^ {4}shellhttpd, the same +sha256:/m,
    ]) {
      assert.match(text, part);
    }
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    assert.deepEqual(
      symbols.map(({ name }) => name),
      ['What differs', 'Apps', 'Commits', 'Operating system', 'When'],
    );
    await run('foundries.compareComposeFiles', document.uri);
    // An app of one of the two is shown alone.
    await until('the compose file of the app that came', () =>
      opened().some(({ query }) => query.includes(THREE) && query.includes('"mosquitto"')),
    );
    assert.equal(
      vscode.window.tabGroups.activeTabGroup.activeTab?.label.startsWith(`Compose files: ${TWO} ↔ ${THREE}`),
      true,
    );
    assert.deepEqual(told, []);
    assert.ok(!opened().some(({ query }) => query.includes(TWO) && query.includes('"app"')));
  });

  test('two targets with the same apps have no compose files to show', async () => {
    const [from, to] = ['raspberrypi4-64-lmp-23', 'intel-corei7-64-lmp-23'];
    await run('foundries.compareTargets', row(from), [row(from), row(to)]);
    await run('foundries.compareComposeFiles', (await page(/What differs:/)).uri);
    assert.deepEqual(told, [`${from} and ${to} have no app that differs between them.`]);
  });

  test('by the palette alone: a version and its hardware, and another one', async () => {
    picks = [/^9 /, /intel/, /^4 /];
    await run('foundries.compareTargets');
    const text = (await page(/What differs:/)).getText();
    assert.match(text, /^intel-corei7-64-lmp-4 → intel-corei7-64-lmp-9$/m, 'the older first, and of the same hardware');
    assert.deepEqual(picks, []);
  });

  test('the compose files of the apps that differ; what cannot be read is told', async () => {
    const [from, to] = ['raspberrypi4-64-lmp-9', 'raspberrypi4-64-lmp-23'];
    await run('foundries.compareTargets', row(from), [row(from), row(to)]);
    const document = await page(/3 changed/);
    factory.seen();
    await run('foundries.compareComposeFiles', document.uri);
    assert.deepEqual(await sides(), [`mosquitto ${from} ${to}`, `shellhttpd ${from} ${to}`]);
    assert.equal(told.length, 1);
    assert.match(told[0]!, /^Not compared: telemetry: raspberrypi4-64-lmp-9: Unable to read the app manifest/);
    assert.equal(factory.seen().filter((request) => request.includes('/compose-apps/')).length, 6);
  });

  test('one app that differs is one diff; a failure of all is told', async () => {
    const [from, to] = ['raspberrypi4-64-lmp-4', 'raspberrypi4-64-lmp-9'];
    await run('foundries.compareTargets', row(from), [row(from), row(to)]);
    const document = await page(/What differs:/);
    factory.fault({ match: { path: '/compose-apps/shellhttpd/' }, status: 403, count: 1 });
    await run('foundries.compareComposeFiles', document.uri);
    assert.match(told[0] ?? '', /^Not compared: shellhttpd: Not permitted/);
    await run('foundries.compareComposeFiles', document.uri);
    assert.deepEqual(await sides(), [`shellhttpd ${from} ${to}`]);
  });

  test('a device with the newest target for it, and its target from its page', async () => {
    const devices = await factory.api.devices.children();
    const device = devices.find((each) => (each as Row & { device?: Device }).device?.name === 'sensor-03');
    picks = [/^The Newest for Tag main raspberrypi4-64-lmp-23/];
    await run('foundries.compareDeviceWithTarget', device);
    const text = (await page(/What differs:/)).getText();
    assert.match(text, /^raspberrypi4-64-lmp-17 → raspberrypi4-64-lmp-23$/m);
    assert.match(text, /^sensor-03 ran raspberrypi4-64-lmp-17 when this was compared\.$/m);
    await run('foundries.showDeviceDetails', device);
    await until('its page', () => vscode.window.activeTextEditor?.document.uri.scheme === 'foundries-device');
    await run('foundries.showTargetDetails', vscode.window.activeTextEditor!.document.uri);
    assert.match((await page(/^Operating system:$/m)).getText(), /^raspberrypi4-64-lmp-17$/m);
  });

  test('details: a few requests, what fails of them is said in its place, and Refresh asks again', async () => {
    factory.fault({ match: { path: '/sboms/' }, status: 403, count: 1 });
    await run('foundries.showTargetDetails', row('raspberrypi4-64-lmp-15'));
    const document = await page(/^Operating system:$/m);
    assert.deepEqual(factory.seen().sort(), [
      `GET ${TARGETS}/15/testing/`,
      `GET ${TARGETS}/raspberrypi4-64-lmp-15/`,
      `GET ${TARGETS}/raspberrypi4-64-lmp-15/sboms/`,
    ]);
    assert.match(document.getText(), /^Software bills of materials:\n +They could not be read\. Not permitted/m);
    assert.match(document.getText(), /^ {4}diag +passed/m);
    await run('foundries.refreshTargetPage', document.uri);
    await page(/shellhttpd\/arm64\.spdx\.json +build 15, build-aarch64/);
    assert.equal(factory.seen().length, 3);
    await run('foundries.showTargetJson', document.uri);
    await until('its JSON', () => vscode.window.activeTextEditor?.document.languageId === 'foundries-report-json');
    const json = JSON.parse(vscode.window.activeTextEditor!.document.getText()) as { custom: { version: string } };
    assert.equal(json.custom.version, '15');
    assert.deepEqual(factory.seen(), [], 'the answer is there already');
  });

  test('of a version for several hardware ids, that which is picked; a target that is gone says so', async () => {
    const below = [row('raspberrypi4-64-lmp-9'), row('intel-corei7-64-lmp-9')];
    picks = [/intel/];
    await run('foundries.showTargetDetails', { children: () => below });
    await page(/^intel-corei7-64-lmp-9$/m);
    await run('foundries.showTargetDetails', row('raspberrypi4-64-lmp-22'));
    await page(/raspberrypi4-64-lmp-22 \(details\): this could not be read\. .*Refresh tries again\./);
  });

  test('an app opens as its compose file: from a target, and from a device', async () => {
    await run('foundries.openComposeApp', row('raspberrypi4-64-lmp-23', { app: { name: 'shellhttpd', uri: '' } }));
    const document = await page(/^services:/m);
    assert.equal(document.languageId, 'foundries-target-yaml');
    assert.match(document.getText(), /^# Files: docker-compose\.yml, Dockerfile, httpd\.sh$/m);
    const device = { place: { scope: { kind: 'device', device: 'device-01' } } };
    await run('foundries.openComposeApp', { app: { name: 'shellhttpd' }, context: device });
    await until('the running one', () => vscode.window.activeTextEditor?.document.uri.path.includes(TWO) === true);
    await run('foundries.openComposeApp', row('raspberrypi4-64-lmp-9', { app: 'telemetry' }));
    await page(/^# The service could not read it: Unable to read the app manifest$/m);
    picks = [/^mosquitto/];
    await run('foundries.openComposeApp', row('raspberrypi4-64-lmp-9'));
    await page(/broker:/);
  });

  test('an SBOM opens as a document or is kept as a file; so is the file of a test', async () => {
    const name = 'raspberrypi4-64-lmp-15';
    picks = [/^shellhttpd/];
    await run('foundries.openSbom', row(name));
    const document = await page(/"spdxVersion"/);
    assert.equal(document.languageId, 'foundries-report-json');
    const folder = mkdtempSync(path.join(tmpdir(), 'foundries-sbom-'));
    try {
      const file = path.join(folder, 'sbom.json');
      await run('foundries.downloadSbom', document.uri, vscode.Uri.file(file));
      assert.equal(readFileSync(file, 'utf8'), document.getText());
      picks = [/^diag/];
      await run('foundries.showTargetTest', row(name));
      const ran = await page(/^Single results:$/m);
      picks = [/^console\.log/];
      await run('foundries.openTestFile', ran.uri);
      const log = await page(/done/);
      factory.fault({ match: { path: '/console.log' }, cut: 3, count: null });
      await ExtensionClock.during(async (clock) => {
        const before = told.length;
        const downloading = run(
          'foundries.downloadTestFile',
          log.uri,
          vscode.Uri.file(path.join(folder, 'console.log')),
        );
        await clock.until('the message that it failed', () => told.length > before);
        await downloading;
      });
      assert.ok(readdirSync(folder).every((found) => !found.endsWith('.part')));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  suite('Commits, from a clone in the workspace', () => {
    let clone: string;
    let shas: string[];
    const git = (...args: string[]) => execFileSync('git', ['-C', clone, ...args], { encoding: 'utf8' }).trim();

    setup(() => {
      clone = path.join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, 'sources');
      mkdirSync(clone);
      git('init', '--quiet');
      git('config', 'user.email', 'ada@example.com');
      git('config', 'user.name', 'Ada');
      git('config', 'commit.gpgsign', 'false');
      shas = ['first', 'second', 'third https://example.com'].map((message) => {
        writeFileSync(path.join(clone, 'file'), message);
        git('add', 'file');
        git('commit', '--quiet', '--message', message);
        return git('rev-parse', 'HEAD');
      });
    });
    teardown(() => rmSync(clone, { recursive: true, force: true }));

    const between = async (from: string, to: string) => {
      for (const [name, sha] of [
        ['old-1', from],
        ['new-2', to],
      ] as const) {
        const custom = { version: name.slice(-1), 'containers-sha': sha, targetFormat: 'OSTREE' };
        factory.fault({ match: { path: `/targets/${name}/` }, status: 200, body: { custom }, count: 9 });
      }
      await run('foundries.compareTargets', row('old-1'), [row('old-1'), row('new-2')]);
      return (await page(/^Commits:$/m)).uri;
    };

    test('what came, and what went', async () => {
      await run('foundries.showCommits', await between(shas[0]!, shas[2]!));
      const text = (await page(/Commits that are new \(2\):/)).getText();
      assert.match(text, /third https:\/\/example\.com \(Ada\)\n.*second \(Ada\)/);
      assert.doesNotMatch(text, /not in it any more/);
      assert.equal(vscode.window.activeTextEditor?.document.languageId, 'foundries-report');
    });

    test('a way back', async () => {
      await run('foundries.showCommits', await between(shas[2]!, shas[1]!));
      const text = (await page(/Commits that are not in it any more \(1\):/)).getText();
      assert.match(text, /Commits that are new \(0\):\n +None\./);
    });

    test('a commit that is not fetched, and no clone at all', async () => {
      await run('foundries.showCommits', await between(shas[1]!, 'f'.repeat(40)));
      await page(/sources does not have the commit f{40}\. Fetch there/);
      rmSync(clone, { recursive: true });
      await run('foundries.refreshTargetPage', vscode.window.activeTextEditor!.document.uri);
      await page(/No folder of this workspace is a clone of containers\.git of the Factory getting-started/);
    });
  });
});
