import assert from 'node:assert/strict';
import { setup, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { repositoryFiles, repositoryFolders } from '../../src/ui/repositories';
import { WorkspaceBuilds } from '../../src/views/workspaceBuilds';
import { until } from '../support/until';
import { FACTORY } from './support/extension';
import { roundTrips } from './support/quiet';
import { suiteWithSettings } from './support/settings';
import { SignedIn } from './support/signedIn';

const REMOTE = (factory: string, repository: string) =>
  `[core]\n\tbare = false\n[remote "origin"]\n\turl = https://source.foundries.io/factories/${factory}/${repository}.git\n`;

// The extension's own item looked at the folder when it was empty, and asks nothing.
suiteWithSettings('The build of the workspace', { 'foundries.refresh.intervalSeconds': 60 }, () => {
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
  const asked = () => session.server.emulator.requests.all().filter(({ path }) => path.includes('/lmp/builds/')).length;
  /** Reads what the item reads, after it: it knows the folder then, and has asked if it wants to. */
  const scanned = async () => {
    const folders = await repositoryFolders(() => true);
    await Promise.all(folders.map((folder) => repositoryFiles(folder)));
    await roundTrips();
    await session.quiet();
  };
  const look = async () => {
    const { session: shown } = session.api.connections;
    assert.equal(shown.state, 'signedIn');
    await shown.factory.builds.refresh();
  };
  setup(async () => {
    session = await SignedIn.start({ devices: 3, jobSeconds: 60, building: false });
  });
  teardown(async () => {
    item?.dispose();
    item = undefined;
    await session.stop();
  });

  test('is shown while it is under way, and for a while how it ended', async () => {
    await clone('containers', 'main');
    await session.control.push({ branch: 'main', message: 'from the workspace' });
    item = new WorkspaceBuilds(session.api.connections);
    await until('a build', () => item?.text !== undefined);
    assert.match(item.text!, /^\$\(sync~spin\) Build \d+ (?:waiting for a worker|running)$/);
    assert.equal(asked(), 1, 'one look, and no other before the interval is over');
    session.control.advance(600);
    await look();
    assert.match(item.text!, /^\$\(pass\) Build \d+ passed(?:, promoted)?$/);
  });

  test('one that failed says so', async () => {
    await clone('containers', 'main');
    await session.control.push({ branch: 'main', message: 'does not build', failing: 'build-aarch64' });
    item = new WorkspaceBuilds(session.api.connections);
    await until('a build', () => item?.text !== undefined);
    session.control.advance(600);
    await look();
    assert.match(item.text!, /^\$\(error\) Build \d+ failed$/);
  });

  test('says nothing of another branch, another repository, or a build that had ended before', async () => {
    await session.control.push({ branch: 'main', message: 'somebody else' });
    for (const [repository, branch] of [
      ['containers', 'devel'],
      ['lmp-manifest', 'main'],
    ] as const) {
      await clone(repository, branch);
      item = new WorkspaceBuilds(session.api.connections);
      await scanned();
      await look();
      assert.equal(item.text, undefined, `${repository} ${branch}`);
      item.dispose();
    }
    await clone('containers', 'main');
    item = new WorkspaceBuilds(session.api.connections);
    await until('the build, for its own branch', () => item?.text !== undefined);
    item.dispose();
    session.control.advance(600);
    await look();
    item = new WorkspaceBuilds(session.api.connections);
    await scanned();
    assert.equal(item.text, undefined, 'it had ended before');
  });

  test('asks nothing for a clone of something else, nor of another Factory', async () => {
    await clone('containers', 'main', 'another-factory');
    item = new WorkspaceBuilds(session.api.connections);
    await scanned();
    assert.equal(asked(), 0);
    assert.equal(item.text, undefined);
  });
});
