/** A merge is one with the device of the editor: what is completed after its name went to another device reaches neither by mistake. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { parseAddress } from '../../../src/configfs/address';
import { uriOf } from '../../../src/configfs/fileSystem';
import { MergeEditor } from '../../../src/configfs/mergeEditor';
import { SaveRefused } from '../../../src/configfs/saveRefused';
import { desk, show, type Document } from '../../support/vscode';
import { CommandScene } from '../support/commandScene';
import { FACTORY } from '../support/factory';

suite('A merge of a file of a device whose name moves', () => {
  let it: CommandScene;
  let merge: MergeEditor;
  let document: Document;
  /** What the merge editor was opened with. */
  let opened: { readonly base: vscode.Uri; readonly input2: { readonly uri: vscode.Uri }; readonly output: vscode.Uri };
  let refused: unknown;
  const { executeCommand } = vscode.commands;
  const { tabGroups } = vscode.window;

  const place = () => ({
    host: it.server,
    scope: { kind: 'device', factory: FACTORY, device: 'bench' } as const,
    file: 'app.config',
  });
  const textOf = (uri: vscode.Uri) => Buffer.from(merge.readFile(uri)).toString();
  const valueOf = async (device: 'bench' | 'twin') => {
    const entries = await it.factory.client.listConfig({ ...place().scope, uuid: it.uuids[device]! });
    return entries[0]?.files.find(({ name }) => name === 'app.config')?.value;
  };

  setup(async () => {
    it = await CommandScene.start();
    refused = undefined;
    const { documents } = it.services;
    const at = (uri: vscode.Uri) => parseAddress(uri)!;
    desk.fileSystems.set('foundries', {
      stat: async (uri: vscode.Uri) => (await documents.stat(at(uri))) as { mtime: number; size: number },
      readFile: async (uri: vscode.Uri) => (await documents.read(at(uri))).bytes,
      writeFile: (uri: vscode.Uri, bytes: Uint8Array) => documents.save(at(uri), bytes, 'manual'),
      onDidChangeFile: () => ({ dispose: () => undefined }),
    } as never);
    merge = new MergeEditor(documents);
    ({ document } = (await show(uriOf(place()) as never)) as { document: Document });
    documents.settle(place());
    document.set('mine', true);
    await it.factory.control.writeConfig({ device: 'bench', files: [{ name: 'app.config', value: 'theirs' }] });
    Object.assign(vscode.commands, {
      executeCommand: async (id: string, argument: typeof opened) => {
        if (id === '_open.mergeEditor') {
          opened = argument;
        } else if (id === 'mergeEditor.acceptMerge') {
          await merge.writeFile(opened.output, Buffer.from(result));
          return { successful: true };
        }
        return undefined;
      },
    });
    Object.assign(vscode.window, {
      tabGroups: { ...tabGroups, activeTabGroup: { activeTab: { input: { result: undefined } } } },
    });
    it.factory.seen();
  });
  teardown(async () => {
    Object.assign(vscode.commands, { executeCommand });
    Object.assign(vscode.window, { tabGroups });
    merge.dispose();
    await it.factory.close();
  });

  const result = 'merged: mine, theirs';
  const complete = async () => {
    Object.assign(vscode.window, {
      tabGroups: { ...tabGroups, activeTabGroup: { activeTab: { input: { result: opened.output } } } },
    });
    it.factory.log.length = 0;
    await merge.complete().catch((error: unknown) => (refused = error));
  };

  test('is sent where it did not move', async () => {
    await merge.open(uriOf(place()));
    assert.equal(textOf(opened.input2.uri), 'theirs');
    await complete();
    assert.equal(refused, undefined);
    assert.deepEqual([await valueOf('bench'), await valueOf('twin')], [result, 'same text']);
  });

  test('is not sent to the other device when it is completed, and stays in the editor', async () => {
    await merge.open(uriOf(place()));
    await it.swap();
    await complete();
    assert.ok(refused instanceof SaveRefused && refused.kind === 'otherDevice', String(refused));
    assert.deepEqual(it.written(), []);
    assert.deepEqual([await valueOf('bench'), await valueOf('twin')], ['theirs', 'same text']);
    assert.deepEqual([document.getText(), document.isDirty], [result, true]);
  });

  test('is one with the text of its own device, where the name moved before', async () => {
    await it.swap();
    await merge.open(uriOf(place()));
    assert.equal(textOf(opened.input2.uri), 'theirs');
    assert.equal(textOf(opened.base), 'same text');
    await complete();
    assert.ok(refused instanceof SaveRefused && refused.kind === 'otherDevice', String(refused));
    assert.deepEqual(it.written(), []);
    assert.deepEqual([await valueOf('bench'), await valueOf('twin')], ['theirs', 'same text']);
  });
});
