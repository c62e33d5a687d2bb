/** Saves that VS Code's own check stops, and what programs write after them. */
import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { until } from '../support/until';
import { Scene, MINE } from './saveTable';
import { QuickInputs } from './support/quickInputs';
import { SignedIn } from './support/signedIn';

suite('A save that VS Code itself stops', () => {
  let it: Scene;
  const inputs = QuickInputs.ofEach();
  setup(async () => {
    it = new Scene(await SignedIn.start(), inputs);
    await it.open('app.config');
  });
  teardown(() => it.end());

  test('leaves nothing behind: what a program writes later is a conflict for the editor', async () => {
    const { documents, fileSystem } = it.factory.api;
    const uri = it.factory.uri('app.config');
    const announced = new Promise((resolve) => {
      const listening = vscode.workspace.onWillSaveTextDocument(({ document }) => {
        if (document.uri.toString() === uri.toString()) {
          listening.dispose();
          resolve(undefined);
        }
      });
    });
    let looks = 0;
    const stat = documents.stat.bind(documents);
    documents.stat = async (address) => {
      const view = await stat(address);
      looks += 1;
      // As after a change that the editor has been told of, and did not get round to showing.
      return view === 'folder' ? view : { ...view, mtime: view.mtime + 5000, size: view.size + 5 };
    };
    try {
      await it.type(MINE);
      assert.equal(await it.editor.document.save(), false);
      await announced;
      await until('the look before the write', () => looks > 0);
    } finally {
      delete (documents as { stat?: unknown }).stat;
    }
    assert.deepEqual(it.said, [], 'nothing was to be written');
    await vscode.workspace.fs.writeFile(uri, Buffer.from('of a program'));
    assert.equal(await it.factory.value('app.config'), 'of a program');
    fileSystem.touch(uri);
    await it.editor.document.save();
    await it.ctrlS();
    assert.equal(await it.factory.value('app.config'), 'of a program');
    assert.deepEqual([it.isDirty, it.asked.includes('changed')], [true, true]);
  });
});
