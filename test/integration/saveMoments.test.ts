/** When a save comes: by auto-save, on a document that is not dirty, while another one is under way. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { LONGER, MINE, ORIGINAL, rowsOf, type Row, type Scene } from './saveTable';
import { until } from '../support/until';
import { replaceText } from './support/editors';
import { roundTrips } from './support/quiet';
import { accept } from './support/quickInputs';

const SAVED = ['GET', 'PATCH'];
/** How soon VS Code saves by itself here. */
const DELAY_MS = 20;

/** Auto-save that the user sets for our language, as for the one of `typeElsewhere`. */
async function insistOnAutoSave(it: Scene): Promise<void> {
  await it.set('files.autoSaveDelay', DELAY_MS);
  await it.set('foundries-config:files.autoSave', 'afterDelay');
  await it.set('plaintext:files.autoSave', 'afterDelay');
}

/**
 * Types into a file of the folder, and comes back.
 *
 * @param isSaved waits until VS Code has saved that file by itself: what was typed before would have been saved, too
 */
async function typeElsewhere(it: Scene, isSaved: boolean): Promise<void> {
  const folder = vscode.workspace.workspaceFolders![0]!.uri;
  // VS Code keeps a document for a while after its file is gone.
  const file = vscode.Uri.joinPath(folder, `elsewhere-${it.factory.host.replace(/\W/g, '-')}.txt`);
  await vscode.workspace.fs.writeFile(file, Buffer.from('mine'));
  const editor = await vscode.window.showTextDocument(file, { preview: false });
  await replaceText(editor, 'mine, too');
  const ours = await vscode.window.showTextDocument(it.editor.document, { preview: false });
  it.editor = ours;
  if (isSaved) {
    await until('the other file to be saved', () => !editor.document.isDirty);
  }
  await roundTrips();
}

rowsOf('The save contract: auto-save', [
  ...(['afterDelay', 'onFocusChange', 'onWindowChange'] as const).map<Row>((mode) => ({
    rule: `files.autoSave ${mode} of the user: the language's default wins, nothing is tried`,
    does: async (it) => {
      await it.set('files.autoSaveDelay', DELAY_MS);
      await it.set('files.autoSave', mode);
      await it.type(MINE);
      // The window itself keeps its focus in a test.
      await typeElsewhere(it, mode !== 'onWindowChange');
    },
    requests: [],
    dirty: true,
    value: ORIGINAL,
    text: MINE,
  })),
  {
    rule: 'auto-save that the user insists on for our language (reason 2): refused, once, and Ctrl+S (reason 1) sends',
    given: insistOnAutoSave,
    does: async (it) => {
      await it.type(MINE);
      await until('the refusal', () => it.said.length === 1);
      assert.deepEqual(it.requests(), []);
      assert.equal(it.isDirty, true);
      await it.type(LONGER);
      await typeElsewhere(it, true);
      assert.deepEqual(it.requests(), []);
      await it.ctrlS();
    },
    requests: SAVED,
    dirty: false,
    value: LONGER,
    says: [/^Not sent: press Ctrl\+S to send app\.config to device-01\.$/],
  },
  {
    rule: 'the guard outlives many refusals (VS Code drops a listener that throws): the tenth auto-save is refused too',
    given: insistOnAutoSave,
    does: async (it) => {
      const uri = it.editor.document.uri;
      // Once one was refused, VS Code tries no other before a save has succeeded.
      const refused = async (count: number) => {
        await it.type(`typed ${count}\n`);
        await until('the refusal', () => it.said.length === count);
        await roundTrips();
      };
      await refused(1);
      for (let attempt = 1; attempt <= 5; attempt++) {
        await it.save(`saved ${attempt}\n`);
        await refused(attempt + 1);
      }
      assert.equal(it.editor.document.uri.toString(), uri.toString());
    },
    requests: [...SAVED, ...SAVED, ...SAVED, ...SAVED, ...SAVED],
    dirty: true,
    value: 'saved 5\n',
    says: [1, 2, 3, 4, 5, 6].map(() => /press Ctrl\+S/),
  },
]);

rowsOf('The save contract: while a write is running', [
  {
    rule: 'a second Ctrl+S without an edit adds nothing',
    does: async (it) => {
      it.fault({ match: { method: 'PATCH' }, delayMs: 400 });
      await it.type(MINE);
      await Promise.all([it.ctrlS(), it.written().then(() => it.ctrlS())]);
    },
    requests: SAVED,
    dirty: false,
    value: MINE,
  },
  {
    rule: 'with an edit in between the next write waits for the first, and meets no conflict',
    does: async (it) => {
      it.fault({ match: { method: 'PATCH' }, delayMs: 400 });
      await it.type(MINE);
      const first = it.ctrlS();
      await it.written();
      await it.type(LONGER);
      await Promise.all([first, it.ctrlS()]);
    },
    requests: [...SAVED, ...SAVED],
    dirty: false,
    value: LONGER,
  },
  {
    rule: 'text typed while a slow write runs stays dirty in its tab',
    does: async (it) => {
      it.fault({ match: { method: 'PATCH' }, delayMs: 400 });
      await it.type(MINE);
      const saving = it.ctrlS();
      await it.written();
      await it.type(LONGER);
      await saving;
    },
    requests: SAVED,
    dirty: true,
    value: MINE,
    text: LONGER,
  },
  {
    rule: 'two files of one device, Save All: neither is dropped',
    does: async (it) => {
      await it.type(MINE);
      await it.open('z-50-fioctl.toml');
      await it.type('[pacman]\n');
      await vscode.workspace.saveAll();
    },
    requests: [...SAVED, ...SAVED],
    dirty: false,
    value: MINE,
    also: async (it) => assert.equal(await it.factory.value('z-50-fioctl.toml'), '[pacman]\n'),
  },
  {
    rule: 'two files of one device, Save All, with the reason asked for: each is asked about in its turn, and both are sent',
    does: async (it) => {
      await it.set('foundries.config.askForReason', 'always');
      await it.type(MINE);
      await it.open('z-50-fioctl.toml');
      await it.type('[pacman]\n');
      const saving = vscode.workspace.saveAll();
      const titles: (string | undefined)[] = [];
      for (const count of [1, 2]) {
        titles.push((await it.inputs.pick(count - 1)).title);
        await accept();
        await it.written(count);
      }
      assert.equal(await saving, true);
      assert.deepEqual(titles.sort(), [
        'Reason for the change of app.config (device-01)',
        'Reason for the change of z-50-fioctl.toml (device-01)',
      ]);
    },
    requests: [...SAVED, ...SAVED],
    dirty: false,
    value: MINE,
    also: async (it) => assert.equal(await it.factory.value('z-50-fioctl.toml'), '[pacman]\n'),
  },
]);
