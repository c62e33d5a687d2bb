/** What VS Code does on a save (measured), row by row, and what this file system makes of it. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { formatAddress, parseAddress } from '../../src/configfs/address';
import { StoredBaselines } from '../../src/configfs/baseline';
import { ConfigDocuments } from '../../src/configfs/documents';
import { SaveRefused } from '../../src/configfs/saveRefused';
import { LONGER, MINE, ORIGINAL, rowsOf, SAME_SIZE, type Row, type Scene } from './saveTable';
import { DEVICE } from './support/extension';

const SAVED = ['GET', 'PATCH'];
const CONFLICT = /^Not sent: app\.config was changed on the server/;
const SECRET = Buffer.concat([Buffer.from([4]), Buffer.alloc(140, 7)]).toString('base64');
const HANDLER = ['/usr/share/fioconfig/handlers/aktualizr-toml-update'];

rowsOf('The save contract: documents and their times', [
  {
    rule: 'plain save = stat, write, stat: one GET and one PATCH, none of them for a stat',
    does: (it) => it.save(MINE),
    requests: SAVED,
    dirty: false,
    value: MINE,
    also: (it) =>
      assert.deepEqual(it.body(), {
        reason: 'Change app.config from VS Code',
        files: [{ name: 'app.config', value: MINE, unencrypted: true }],
      }),
  },
  {
    rule: 'opening = read and stats: ten files of one device, and one of them twice, are one GET',
    given: async (it) => {
      for (let file = 0; file < 8; file++) {
        await it.theirs(String(file), `file-${file}`);
      }
      for (const file of ['z-50-fioctl.toml', ...[...Array(8).keys()].map((n) => `file-${n}`)]) {
        await it.open(file);
      }
      assert.deepEqual(it.requests(), ['GET']);
    },
    does: (it) => it.open('file-3'),
    requests: [],
    dirty: false,
    value: ORIGINAL,
  },
  ...conflictRows('newer mtime + other size: a conflict, although VS Code sees it too', LONGER, 10),
  ...conflictRows('newer mtime + same size: a conflict, which VS Code overwrites silently', SAME_SIZE, 10),
  ...conflictRows('older mtime + other size: a conflict', LONGER, -3600),
  ...conflictRows('older mtime + same size: a conflict', SAME_SIZE, -3600),
  {
    rule: 'same mtime + other size: a conflict, which VS Code overwrites silently',
    given: async (it) => {
      await it.theirs(SAME_SIZE);
      await it.look();
    },
    // Within the second that the server tells.
    does: async (it) => {
      await it.theirs(LONGER);
      await it.save(MINE);
    },
    requests: ['GET'],
    dirty: true,
    value: LONGER,
    asks: ['changed'],
    says: [CONFLICT],
  },
  {
    rule: 'writeFile throws: dirty, and says why; Ctrl+S again sends',
    does: async (it) => {
      it.fault({ match: { method: 'PATCH' }, status: 500 });
      await it.save(MINE);
      assert.equal(it.isDirty, true);
      await it.ctrlS();
    },
    // After a failure of the service it is looked whether the change arrived all the same.
    requests: [...SAVED, 'GET', ...SAVED],
    dirty: false,
    value: MINE,
    says: [/had a problem|500/],
  },
  {
    rule: 'accepted but not written: not shown as saved',
    does: async (it) => {
      it.fault({ match: { method: 'PATCH' }, status: 200, body: {} });
      await it.save(MINE);
    },
    requests: ['GET', 'PATCH', 'GET'],
    dirty: true,
    value: ORIGINAL,
    says: [/does not show it/],
  },
  {
    rule: 'stat after the write never fails: the answer of the PATCH is the truth, also where nothing can be read any more',
    does: async (it) => {
      it.fault({ match: { method: 'PATCH' }, delayMs: 300 });
      const saving = it.save(MINE);
      await it.written();
      it.fault({ match: { method: 'GET' }, status: 500, count: null });
      await saving;
      await it.factory.quiet();
      it.factory.server.emulator.faults.clear();
    },
    requests: SAVED,
    dirty: false,
    value: MINE,
  },
  {
    rule: 'permissions: Readonly: an encrypted value takes no typing, and Ctrl+S does nothing',
    given: (it) => it.change({ files: [{ name: 'app.config', value: SECRET, unencrypted: false }] }),
    does: async (it) => {
      await vscode.commands.executeCommand('type', { text: '#' });
      await it.ctrlS();
    },
    requests: [],
    dirty: false,
    value: SECRET,
    also: (it) => assert.match(it.editor.document.getText(), /^The value of app\.config is encrypted\./),
  },
  ...[LONGER, SAME_SIZE].map<Row>((theirs) => ({
    rule: `Changed event, clean document (${theirs === LONGER ? 'other' : 'same'} size, older mtime): shows the new text`,
    does: async (it) => {
      it.moveClock(-3600);
      await it.theirs(theirs);
      await it.look();
    },
    requests: ['GET'],
    dirty: false,
    value: theirs,
    text: theirs,
  })),
  {
    rule: 'Changed event, dirty document: the text stays, the next save is a conflict',
    does: async (it) => {
      await it.type(MINE);
      await it.theirs(SAME_SIZE);
      await it.look();
      await it.factory.quiet();
      await it.ctrlS();
    },
    requests: ['GET', 'GET'],
    dirty: true,
    value: SAME_SIZE,
    text: MINE,
    asks: ['changed'],
    says: [CONFLICT],
  },
  {
    rule: 'Deleted event, dirty document: kept; saving asks, and makes the file again with its handler',
    file: 'z-50-fioctl.toml',
    does: async (it) => {
      await it.type('[pacman]\ntags = "main"\n');
      await it.change({ files: [], remove: ['z-50-fioctl.toml'] });
      await it.look();
      it.conflict = 'overwrite';
      await it.ctrlS();
    },
    requests: ['GET', 'GET', 'GET', 'PATCH'],
    dirty: false,
    value: '[pacman]\ntags = "main"\n',
    asks: ['deleted'],
    also: (it) => assert.deepEqual(it.body().files[0]?.['on-changed'], HANDLER),
  },
  {
    rule: 'Deleted event, clean document: the tab stays, and nothing is made again by itself',
    does: async (it) => {
      await it.change({ files: [], remove: ['app.config'] });
      await it.look();
    },
    requests: ['GET'],
    dirty: false,
    value: undefined,
    text: ORIGINAL,
  },
  {
    rule: 'mtime goes backwards after a save: later conflicts are found',
    does: async (it) => {
      await it.save(MINE);
      it.moveClock(-3600);
      await it.theirs(LONGER);
      await it.save(ORIGINAL);
    },
    requests: [...SAVED, 'GET'],
    dirty: true,
    value: LONGER,
    asks: ['changed'],
    says: [CONFLICT],
  },
  {
    rule: 'dirty document, window reload: what was opened is remembered, without its text, and the conflict still found',
    does: async (it) => {
      await it.type(MINE);
      await it.theirs(SAME_SIZE);
      const address = parseAddress(it.editor.document.uri)!;
      const { context } = it.factory.api;
      assert.equal(JSON.stringify(context.workspaceState.get('foundries.openFiles')).includes('foundries.io/"'), false);
      await assert.rejects(
        documentsAfterRestart(it).save(address, Buffer.from(MINE), 'manual'),
        (error) => error instanceof SaveRefused && error.kind === 'conflict',
      );
    },
    requests: ['GET'],
    dirty: true,
    value: SAME_SIZE,
    text: MINE,
    asks: ['changed'],
  },
  {
    rule: 'files.saveConflictResolution: overwriteFileOnDisk switches off the check of VS Code, not this one',
    does: async (it) => {
      await it.set('files.saveConflictResolution', 'overwriteFileOnDisk');
      await it.theirs(LONGER);
      await it.save(MINE);
    },
    requests: ['GET'],
    dirty: true,
    value: LONGER,
    asks: ['changed'],
    says: [CONFLICT],
  },
]);

rowsOf('The save contract: documents that are not dirty', [
  {
    rule: 'Ctrl+S calls writeFile: unchanged text is not sent',
    does: (it) => it.ctrlS(),
    requests: ['GET'],
    dirty: false,
    value: ORIGINAL,
  },
  {
    rule: 'Ctrl+S after a save: not sent again',
    does: async (it) => {
      await it.save(MINE);
      await it.ctrlS();
    },
    requests: [...SAVED, 'GET'],
    dirty: false,
    value: MINE,
  },
  {
    rule: 'document.save() and Save All: nothing at all',
    does: async (it) => {
      await it.editor.document.save();
      await vscode.workspace.saveAll();
    },
    requests: [],
    dirty: false,
    value: ORIGINAL,
  },
  ...[LONGER, SAME_SIZE].map<Row>((theirs) => ({
    rule: `Ctrl+S, server newer + ${theirs === LONGER ? 'other' : 'same'} size: shows it, and puts no old value back`,
    does: async (it) => {
      await it.theirs(theirs);
      await it.ctrlS();
    },
    requests: ['GET'],
    dirty: false,
    value: theirs,
    text: theirs,
  })),
  {
    rule: 'Ctrl+S while nothing can be reached: no failure, for nothing was to be sent',
    does: async (it) => {
      it.fault({ status: 403, count: null });
      await it.ctrlS();
      it.factory.server.emulator.faults.clear();
    },
    requests: ['GET'],
    dirty: false,
    value: ORIGINAL,
  },
]);

function conflictRows(rule: string, theirs: string, seconds: number): Row[] {
  const meet = async (it: Scene) => {
    it.moveClock(seconds);
    await it.theirs(theirs);
    await it.save(MINE);
  };
  return [
    {
      rule,
      does: meet,
      requests: ['GET'],
      dirty: true,
      value: theirs,
      text: MINE,
      asks: ['changed'],
      says: [CONFLICT],
    },
    {
      rule: `${rule}; Overwrite sends it`,
      does: async (it) => {
        it.conflict = 'overwrite';
        await meet(it);
      },
      requests: ['GET', 'GET', 'PATCH'],
      dirty: false,
      value: MINE,
      asks: ['changed'],
    },
  ];
}

/** The documents as they are made when the window comes back: nothing but what was stored. */
function documentsAfterRestart(it: Scene): ConfigDocuments {
  const { connections, context } = it.factory.api;
  return new ConfigDocuments(
    {
      configs: (host, { factory }) => connections.forFactory(host, factory)?.configs,
      knownUuid: () => undefined,
      fetchUuid: () => Promise.resolve(undefined),
      fetchKey: () => Promise.resolve(undefined),
      openText: () => ({ text: MINE, dirty: true }),
      resolveConflict: (_address, { kind }) => {
        it.asked.push(kind);
        return Promise.resolve('cancel');
      },
      check: () => Promise.resolve(),
      approve: () => Promise.resolve(`after a restart of ${DEVICE}`),
    },
    new StoredBaselines(
      context.workspaceState,
      (address) => vscode.Uri.from(formatAddress(address)).toString(),
      (text) => parseAddress(vscode.Uri.parse(text)),
    ),
  );
}
