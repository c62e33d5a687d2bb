import assert from 'node:assert/strict';
import { setup, suite, suiteSetup, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { WorkspaceBuilds } from '../../src/views/workspaceBuilds';
import { extension, FACTORY, pause, SignedIn, until } from './support';

const REMOTE = (factory: string, repository: string) =>
  `[core]\n\tbare = false\n[remote "origin"]\n\turl = https://source.foundries.io/factories/${factory}/${repository}.git\n`;

suite('The build of the workspace', () => {
  let session: SignedIn;
  let item: WorkspaceBuilds | undefined;
  const git = () => vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, '.git');

  /** The folder of the window becomes a clone, as git leaves one. */
  async function clone(repository: string, branch: string, factory = FACTORY): Promise<void> {
    const write = (name: string, text: string) =>
      vscode.workspace.fs.writeFile(vscode.Uri.joinPath(git(), name), Buffer.from(text));
    await write('config', REMOTE(factory, repository));
    await write('HEAD', `ref: refs/heads/${branch}\n`);
  }
  const control = async (name: string, body: object) => {
    const answer = await fetch(`${session.server.url}/_emulator/${name}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    assert.ok(answer.ok, await answer.clone().text());
  };
  const asked = () => session.server.emulator.requests.all().filter(({ path }) => path.includes('/lmp/builds/')).length;
  const look = async () => {
    const { session: shown } = session.api.connections;
    assert.equal(shown.state, 'signedIn');
    await shown.factory.builds.refresh();
  };
  const setInterval = (seconds: number) =>
    vscode.workspace
      .getConfiguration('foundries')
      .update('refresh.intervalSeconds', seconds, vscode.ConfigurationTarget.Global);

  suiteSetup(async function () {
    this.timeout(20_000);
    if (!extension().isActive) {
      await extension().activate();
      // The one of the extension itself looks at the folder then: before there is a clone in it.
      await pause(4000);
    }
  });
  setup(async () => {
    session = await SignedIn.start({ devices: 3, jobSeconds: 60, building: false });
    await setInterval(60);
  });
  teardown(async () => {
    item?.dispose();
    item = undefined;
    await setInterval(0);
    await vscode.workspace.fs.delete(git(), { recursive: true });
    await session.stop();
  });

  test('is shown while it is under way, and for a while how it ended', async () => {
    await clone('containers', 'main');
    await control('push', { branch: 'main', message: 'from the workspace' });
    item = new WorkspaceBuilds(session.api.connections);
    await until('a build', () => item?.text !== undefined);
    assert.match(item.text!, /^\$\(sync~spin\) Build \d+ (?:waiting for a worker|running)$/);
    assert.equal(asked(), 1, 'one look, and no other before the interval is over');
    await control('clock', { advanceSeconds: 600 });
    await look();
    assert.match(item.text!, /^\$\(pass\) Build \d+ passed(?:, promoted)?$/);
  });

  test('one that failed says so', async () => {
    await clone('containers', 'main');
    await control('push', { branch: 'main', message: 'does not build', failing: 'build-aarch64' });
    item = new WorkspaceBuilds(session.api.connections);
    await until('a build', () => item?.text !== undefined);
    await control('clock', { advanceSeconds: 600 });
    await look();
    assert.match(item.text!, /^\$\(error\) Build \d+ failed$/);
  });

  test('says nothing of another branch, another repository, or a build that had ended before', async () => {
    await control('push', { branch: 'main', message: 'somebody else' });
    for (const [repository, branch] of [
      ['containers', 'devel'],
      ['lmp-manifest', 'main'],
    ] as const) {
      await clone(repository, branch);
      item = new WorkspaceBuilds(session.api.connections);
      await pause(300);
      await look();
      assert.equal(item.text, undefined, `${repository} ${branch}`);
      item.dispose();
    }
    await clone('containers', 'main');
    item = new WorkspaceBuilds(session.api.connections);
    await until('the build, for its own branch', () => item?.text !== undefined);
    item.dispose();
    await control('clock', { advanceSeconds: 600 });
    await look();
    item = new WorkspaceBuilds(session.api.connections);
    await pause(300);
    assert.equal(item.text, undefined, 'it had ended before');
  });

  test('asks nothing for a clone of something else, nor of another Factory', async () => {
    await clone('containers', 'main', 'another-factory');
    item = new WorkspaceBuilds(session.api.connections);
    await pause(500);
    assert.equal(asked(), 0);
    assert.equal(item.text, undefined);
  });
});
