import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { until } from '../support/until';
import { FACTORY } from './support/extension';
import { ExtensionClock } from './support/extensionClock';
import { QuickInputs } from './support/quickInputs';
import { roundTrips } from './support/quiet';
import { SignedIn } from './support/signedIn';

const HUB = `hub.foundries.io/${FACTORY}`;

suite('Compose apps of the workspace', () => {
  let factory: SignedIn;
  const inputs = QuickInputs.ofEach();
  const root = () => vscode.workspace.workspaceFolders![0]!.uri;
  const at = (path: string) => vscode.Uri.joinPath(root(), path);
  const write = (path: string, text: string) => vscode.workspace.fs.writeFile(at(path), new TextEncoder().encode(text));
  const titles = async (path: string) =>
    (await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', at(path), 20)).map(
      ({ command }) => command?.title,
    );
  const problems = (path: string) =>
    vscode.languages.getDiagnostics(at(path)).filter(({ source }) => source === 'foundries');

  setup(async () => {
    factory = await SignedIn.start();
  });
  teardown(() => factory.stop());

  const containers = async () => {
    await write(
      '.git/config',
      `[remote "origin"]\n\turl = https://source.foundries.io/factories/${FACTORY}/containers.git\n`,
    );
    await write('shellhttpd/Dockerfile', 'FROM alpine\n');
    await write('shellhttpd/docker-compose.yml', `services:\n  httpd:\n    image: ${HUB}/shellhttpd:latest\n`);
  };
  const opened = async (path: string) => {
    const editor = await vscode.window.showTextDocument(at(path), { preview: false });
    return editor;
  };

  test('a lens on an app of containers.git, which says where the app is once that is known', async () => {
    await containers();
    await opened('shellhttpd/docker-compose.yml');
    await until('lenses', async () => (await titles('shellhttpd/docker-compose.yml')).length === 3);
    assert.deepEqual(await titles('shellhttpd/docker-compose.yml'), [
      'Enable on Device…',
      'Which Devices Run This?',
      'Show in Targets',
    ]);
    assert.deepEqual(
      factory.seen().filter((request) => !request.includes('/devices/')),
      [],
      'nothing is asked for a lens',
    );
    const { session } = factory.api.connections;
    assert.ok('factory' in session);
    await session.factory.targets.load();
    assert.match((await titles('shellhttpd/docker-compose.yml'))[2]!, /^newest in Targets: \S+ \d+$/);
    assert.deepEqual(problems('shellhttpd/docker-compose.yml'), []);
  });

  test('quiet elsewhere', async () => {
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(root(), '*/docker-compose.yml'),
    );
    let seen = false;
    watcher.onDidCreate(() => (seen = true));
    await ExtensionClock.during(async (clock) => {
      await write('web/deep/docker-compose.yaml', '');
      await write('web/docker-compose.yml', 'services:\n  web:\n    image: nginx\n');
      await opened('web/docker-compose.yml');
      // The extension hears of it at the same time, and looks at the folder a moment later.
      await until('the event of the file', () => seen);
      await roundTrips();
      clock.advance(1_000);
      await roundTrips();
    });
    watcher.dispose();
    assert.deepEqual(await titles('web/docker-compose.yml'), []);
    assert.deepEqual(problems('web/deep/docker-compose.yaml'), []);
  });

  test('a mirror without the remote is known by its images', async () => {
    await write('web/docker-compose.yml', `services:\n  web:\n    image: ${HUB}/web\n`);
    await opened('web/docker-compose.yml');
    await until('lenses', async () => (await titles('web/docker-compose.yml')).length === 3);
    await until('a problem', () => problems('web/docker-compose.yml').length === 1);
    const [missing] = problems('web/docker-compose.yml');
    assert.equal(missing!.code, 'composeImage');
    assert.deepEqual([missing!.range.start.line, missing!.range.start.character], [2, 11]);
    await write('web/Dockerfile', 'FROM alpine\n');
    await until('no problem', () => problems('web/docker-compose.yml').length === 0);
  });

  test('a refused name is marked, also of a file that is not open, and mended by a rename', async () => {
    await containers();
    await write('api/docker-compose.yaml', 'services: {}\n');
    await until('a problem', () => problems('api/docker-compose.yaml').length === 1);
    const { document } = await opened('api/docker-compose.yaml');
    const [fix] = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new vscode.Range(0, 0, 0, 0),
      vscode.CodeActionKind.QuickFix.value,
    );
    assert.equal(fix?.title, 'Rename to docker-compose.yml');
    assert.ok(await vscode.workspace.applyEdit(fix.edit!));
    assert.equal((await vscode.workspace.fs.stat(at('api/docker-compose.yml'))).size, 13);
    await until('no problem', () => problems('api/docker-compose.yaml').length === 0);
  });

  test('a disabled folder says so and is not checked', async () => {
    await containers();
    await write('old.disabled/docker-compose.yml', `services:\n  x:\n    image: ${HUB}/nowhere\n`);
    await opened('old.disabled/docker-compose.yml');
    await until('a lens', async () => (await titles('old.disabled/docker-compose.yml')).length === 1);
    assert.match((await titles('old.disabled/docker-compose.yml'))[0]!, /CI ignores this folder/);
    assert.deepEqual(problems('old.disabled/docker-compose.yml'), []);
  });

  test('Show in Targets selects the newest target with the app, with one request', async () => {
    await containers();
    await opened('shellhttpd/docker-compose.yml');
    await until('lenses', async () => (await titles('shellhttpd/docker-compose.yml')).length === 3);
    factory.seen();
    await vscode.commands.executeCommand('foundries.showInTargets', at('shellhttpd'));
    const { tree } = factory.api.targets;
    await until('a selection', () => tree.selection.length === 1);
    const { session } = factory.api.connections;
    assert.ok('factory' in session);
    const newest = session.factory.targets.state.targets
      .filter(({ apps }) => apps.some(({ name }) => name === 'shellhttpd'))
      .reduce((best, { version }) => Math.max(best, version), 0);
    assert.match(tree.selection[0]!.id, new RegExp(`/version/${newest}/target/`));
    assert.equal(factory.seen().filter((request) => request.endsWith('/targets/')).length, 1);
  });

  test('Which Devices Run This lists those that report the app, and shows one', async () => {
    const { session } = factory.api.connections;
    assert.ok('factory' in session);
    const { devices } = await session.connection.client.listDevices({ factory: FACTORY, limit: 1000 });
    const having = devices.filter(({ apps }) => apps.includes('shellhttpd'));
    assert.ok(having.length > 0);
    factory.seen();
    const done = vscode.commands.executeCommand('foundries.devicesWithApp', { app: 'shellhttpd' });
    await inputs.take(await inputs.pick(), /./);
    await done;
    assert.ok(factory.server.emulator.requests.all().some(({ query }) => query.includes('limit=500')));
    const { tree } = factory.api.devices;
    await until('a device', () => tree.selection.length === 1);
    assert.ok(having.some(({ uuid }) => tree.selection[0]!.id.endsWith(uuid)));
  });
});
