/** When a save comes: by auto-save, on a document that is not dirty, while another one is under way. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { LONGER, MINE, ORIGINAL, rowsOf, type Row } from './saveTable';
import { pause, until } from './support';

const SAVED = ['GET', 'PATCH'];

rowsOf('The save contract: auto-save (§2.2, §2.3, §2.5)', [
  ...(['afterDelay', 'onFocusChange', 'onWindowChange'] as const).map<Row>((mode) => ({
    rule: `files.autoSave ${mode} of the user: the language's default wins, nothing is tried`,
    does: async (it) => {
      await it.set('files', 'autoSave', mode);
      await it.type(MINE);
      await pause(1600);
      await vscode.commands.executeCommand('workbench.action.openSettings');
      await pause(500);
      await vscode.window.showTextDocument(it.editor.document);
    },
    requests: [],
    dirty: true,
    value: ORIGINAL,
    text: MINE,
  })),
  {
    rule: 'auto-save that the user insists on for our language (reason 2): refused, once, and Ctrl+S (reason 1) sends',
    given: (it) => it.set('files', 'autoSave', 'afterDelay', 'foundries-config'),
    does: async (it) => {
      await it.type(MINE);
      await pause(2000);
      assert.deepEqual(it.requests(), []);
      assert.equal(it.isDirty, true);
      await it.type(LONGER);
      await pause(1500);
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
    given: (it) => it.set('files', 'autoSave', 'afterDelay', 'foundries-config'),
    does: async (it) => {
      const uri = it.editor.document.uri;
      for (let attempt = 0; attempt < 5; attempt++) {
        await it.save(`saved ${attempt}\n`);
        await it.type(`typed ${attempt}\n`);
        await pause(1400);
      }
      assert.equal(it.editor.document.uri.toString(), uri.toString());
    },
    requests: [...SAVED, ...SAVED, ...SAVED, ...SAVED, ...SAVED],
    dirty: true,
    value: 'saved 4\n',
    says: [1, 2, 3, 4, 5].map(() => /press Ctrl\+S/),
  },
]);

rowsOf('The save contract: while a write is running (§2.6)', [
  {
    rule: 'a second Ctrl+S without an edit adds nothing',
    does: async (it) => {
      it.fault({ match: { method: 'PATCH' }, delayMs: 800 });
      await it.type(MINE);
      await Promise.all([it.ctrlS(), pause(300).then(() => it.ctrlS())]);
    },
    requests: SAVED,
    dirty: false,
    value: MINE,
  },
  {
    rule: 'with an edit in between the next write waits for the first, and meets no conflict',
    does: async (it) => {
      it.fault({ match: { method: 'PATCH' }, delayMs: 800 });
      await it.type(MINE);
      const first = it.ctrlS();
      await pause(300);
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
      it.fault({ match: { method: 'PATCH' }, delayMs: 800 });
      await it.type(MINE);
      const saving = it.ctrlS();
      await pause(300);
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
      const titles: (string | undefined)[] = [];
      const { createQuickPick } = vscode.window;
      Object.assign(vscode.window, {
        createQuickPick: () => {
          const pick = createQuickPick();
          const show = pick.show.bind(pick);
          Object.assign(pick, {
            show: () => {
              titles.push(pick.title);
              show();
            },
          });
          return pick;
        },
      });
      try {
        await it.set('foundries.config', 'askForReason', 'always');
        await it.type(MINE);
        await it.open('z-50-fioctl.toml');
        await it.type('[pacman]\n');
        const saving = vscode.workspace.saveAll();
        for (const count of [1, 2]) {
          await until('a question', () => titles.length >= count);
          await until('its answer', async () => {
            await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
            await pause(200);
            return it.requests().filter((request) => request === 'PATCH').length >= count;
          });
        }
        assert.equal(await saving, true);
        assert.deepEqual([...titles].sort(), [
          'Reason for the change of app.config (device-01)',
          'Reason for the change of z-50-fioctl.toml (device-01)',
        ]);
      } finally {
        Object.assign(vscode.window, { createQuickPick });
      }
    },
    requests: [...SAVED, ...SAVED],
    dirty: false,
    value: MINE,
    also: async (it) => assert.equal(await it.factory.value('z-50-fioctl.toml'), '[pacman]\n'),
  },
]);
