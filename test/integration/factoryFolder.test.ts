import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import * as vscode from 'vscode';
import { factoryPath } from '../../src/configfs/address';
import { DEVICE, FACTORY } from './support/extension';
import { device, PlacesScene } from './support/placesScene';
import { SignedIn } from './support/signedIn';

suite('Where files live', () => {
  const it = PlacesScene.ofEach();

  suite('A Factory as a folder', () => {
    const folder = (below = '') =>
      vscode.Uri.from({ scheme: 'foundries', authority: it.factory.host, path: `${factoryPath(FACTORY)}${below}` });
    const list = async (below: string) =>
      (await vscode.workspace.fs.readDirectory(folder(below))).map(([name]) => name);

    const LIST = 'GET /ota/devices/';

    test('holds configuration, groups and devices; groups and devices cost a request each', async () => {
      assert.deepEqual(await list(''), ['config', 'groups', 'devices']);
      assert.deepEqual(await list('/devices/any-device'), ['config']);
      assert.deepEqual(it.factory.seen(), []);
      assert.deepEqual(await list('/groups'), ['field', 'lab', 'stores']);
      assert.deepEqual(it.factory.seen(), [`GET /ota/factories/${FACTORY}/device-groups/`]);
      assert.deepEqual(await list('/groups/lab/config'), ['z-50-fioctl.toml']);
      it.factory.seen();
      const names = await list('/devices');
      assert.equal(names.length, 40);
      assert.ok(names.includes(DEVICE));
      assert.deepEqual(it.factory.seen(), [LIST]);
      assert.equal((await list('/devices')).length, 40);
      assert.deepEqual(it.factory.seen(), [], 'what is known is not asked for again');
      assert.equal(it.factory.api.folders.provideFileDecoration(folder('/devices')), undefined);
    });

    test('lists no more than some of many devices, says so, and follows what becomes known', async () => {
      await it.factory.stop();
      it.factory = await SignedIn.start({ devices: 350 });
      assert.equal((await list('/devices')).length, 100);
      assert.deepEqual(it.factory.seen(), [LIST]);
      const said = () => it.factory.api.folders.provideFileDecoration(folder('/devices'))?.tooltip ?? '';
      assert.match(said(), /^100 of 350 devices are listed here\. .*Find Device…/);
      const events: vscode.FileChangeEvent[] = [];
      const listening = it.factory.api.fileSystem.onDidChangeFile((changes) => events.push(...changes));
      try {
        const all = it.factory.data.fleet.all;
        await all.loadMore();
        await all.loadMore();
        assert.equal((await list('/devices')).length, 200);
        assert.match(said(), /^200 of 350 /);
        assert.deepEqual([...new Set(events.map(({ type }) => type))], [vscode.FileChangeType.Created]);
        assert.equal(events.length, 100);
      } finally {
        listening.dispose();
      }
    });

    test('a failure to list the devices is one of the folder', async () => {
      it.factory.fault({ match: { path: '/ota/devices/' }, status: 403 });
      await assert.rejects(() => list('/devices'));
    });

    test('what tools look for everywhere costs no request', async () => {
      for (const name of ['/.vscode', '/.vscode/settings.json', '/.git', '/.editorconfig', '/devices/.git']) {
        await assert.rejects(() => Promise.resolve(vscode.workspace.fs.stat(folder(name))), name);
      }
      for (const name of ['.git/config', '.editorconfig', '.vscode/settings.json']) {
        await assert.rejects(() => Promise.resolve(vscode.workspace.fs.stat(it.factory.uriIn(device, name))), name);
        await assert.rejects(() => Promise.resolve(vscode.workspace.fs.readFile(it.factory.uriIn(device, name))), name);
      }
      assert.deepEqual(it.factory.seen(), []);
    });

    test('is added only after saying what that does', async () => {
      const before = vscode.workspace.workspaceFolders?.length ?? 0;
      await vscode.commands.executeCommand('foundries.addWorkspaceFolder');
      assert.match(it.questions[0]!.detail, /restarts its extensions/);
      assert.equal(vscode.workspace.workspaceFolders?.length ?? 0, before);
    });
  });
});
