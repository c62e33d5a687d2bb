/** The Factory in the Explorer: what cannot be done there says why, and what is done shows at once. */
import assert from 'node:assert/strict';
import { setup, suite, test } from 'mocha';
import * as vscode from 'vscode';
import { factoryPath } from '../../src/configfs/address';
import { until } from '../support/until';
import { answeringEach, messages } from './support/answering';
import { DEVICE, FACTORY } from './support/extension';
import { device, PlacesScene } from './support/placesScene';

suite('The Factory in the Explorer', () => {
  const it = PlacesScene.ofEach();
  const told: string[] = [];
  setup(() => {
    told.length = 0;
  });
  answeringEach(() => messages(told));

  const folder = (below = '') =>
    vscode.Uri.from({ scheme: 'foundries', authority: it.factory.host, path: `${factoryPath(FACTORY)}${below}` });
  const fs = vscode.workspace.fs;
  const rejects = (task: () => Thenable<unknown>, reason: RegExp) =>
    assert.rejects(
      () => Promise.resolve(task()),
      (error: Error) => reason.test(error.message) && !error.message.includes('/factories/'),
    );
  const edit = async (change: (edit: vscode.WorkspaceEdit) => void) => {
    const files = new vscode.WorkspaceEdit();
    change(files);
    return vscode.workspace.applyEdit(files);
  };
  /** Events of files while something is done. */
  async function events(task: () => Promise<unknown>, wanted: string): Promise<string[]> {
    const seen: string[] = [];
    const listening = it.factory.api.fileSystem.onDidChangeFile((changes) =>
      seen.push(...changes.map(({ type, uri }) => `${String(type)} ${uri.path.replace(/.*\/config\//, '')}`)),
    );
    try {
      await task();
      await until(wanted, () => seen.includes(wanted));
      return seen;
    } finally {
      listening.dispose();
    }
  }

  test('a new folder makes neither a device nor a group', async () => {
    for (const [parent, reason] of [
      ['/devices', /A folder is no device/],
      ['/groups', /A folder is no device group/],
    ] as const) {
      await fs.readDirectory(folder(parent));
      await rejects(() => fs.createDirectory(folder(`${parent}/brand-new`)), reason);
      await assert.rejects(() => Promise.resolve(fs.stat(folder(`${parent}/brand-new`))));
    }
    assert.equal((await fs.stat(folder(`/devices/${DEVICE}`))).type, vscode.FileType.Directory);
    assert.deepEqual(it.factory.writes(), []);
  });

  test('a new file beside the folder config says where files go, and offers one', async () => {
    await rejects(
      () => fs.writeFile(folder(`/devices/${DEVICE}/new.txt`), new Uint8Array()),
      /The files of device-01 are in its folder “config”/,
    );
    await until('the offer', () => told.some((text) => text.includes('A new configuration file for device-01?')));
    assert.deepEqual(it.factory.writes(), []);
  });

  test('a move to another device is not made, and a copy is offered', async () => {
    for (const below of ['/devices/device-02/config/app.config', '/devices/device-02/app.config']) {
      told.length = 0;
      await rejects(() => fs.rename(it.factory.uriIn(device, 'app.config'), folder(below)), /cannot be moved/);
      await until('the offer', () => told.some((text) => /app\.config stays where it is.* to device-02/.test(text)));
    }
    assert.deepEqual(it.factory.writes(), []);
  });

  test('a delete that is not possible says why once, and the file is shown again', async () => {
    await it.factory.put(device, { name: 'app/a.conf' });
    await fs.readDirectory(folder(`/devices/${DEVICE}/config`));
    it.factory.seen();
    const remove = (uri: vscode.Uri) => () => edit((files) => files.deleteFile(uri, { recursive: true }));
    const seen = await events(remove(folder(`/devices/${DEVICE}/config/app`)), '2 app');
    assert.equal(seen.length, 1);
    assert.match(told.join(), /is a folder only because/);
    told.length = 0;
    await events(remove(folder(`/devices/${DEVICE}`)), `2 ${folder(`/devices/${DEVICE}`).path}`);
    assert.match(told.join(), /The device device-01 is not deleted or renamed by its folder/);
    assert.deepEqual(it.factory.writes(), []);
  });

  test('a file that is saved in new folders shows with them', async () => {
    const uri = it.factory.uriIn(device, 'sub/dir/file');
    it.factory.api.documents.draft({ host: it.factory.host, scope: device, file: 'sub/dir/file' });
    const editor = await vscode.window.showTextDocument(uri);
    await editor.edit((change) => change.insert(new vscode.Position(0, 0), 'x'));
    const seen = await events(() => Promise.resolve(editor.document.save()), '2 sub/dir/file');
    assert.ok(seen.includes('2 sub'), seen.join());
    assert.ok(seen.includes('2 sub/dir'), seen.join());
  });

  test('says that nobody is signed in, and fills once somebody is', async () => {
    const list = async () => (await fs.readDirectory(folder())).map(([name]) => name);
    const { connections } = it.factory.api;
    const forFactory = connections.forFactory.bind(connections);
    connections.forFactory = () => undefined;
    try {
      assert.deepEqual(await list(), ['Not signed in']);
      const note = Buffer.from(await fs.readFile(folder('/Not signed in'))).toString();
      assert.match(note, /You are not signed in to .*Foundries: Sign In/);
      connections.forFactory = forFactory;
      const seen = await events(
        () => {
          connections.update();
          return Promise.resolve();
        },
        `2 ${folder('/devices').path}`,
      );
      assert.ok(seen.includes(`3 ${folder('/Not signed in').path}`), seen.join());
      assert.deepEqual(await list(), ['config', 'groups', 'devices']);
    } finally {
      connections.forFactory = forFactory;
    }
  });
});
