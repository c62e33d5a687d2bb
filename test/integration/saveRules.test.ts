/** The rules of saving: what is promised whatever VS Code does. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../support/until';
import { TOKEN } from './support/extension';
import { ExtensionClock } from './support/extensionClock';
import { roundTrips } from './support/quiet';
import { addAccount } from './support/signedIn';
import { LONGER, MINE, ORIGINAL, rowsOf, SAME_SIZE, type Row, type Scene } from './saveTable';

const SAVED = ['GET', 'PATCH'];
const SECRET = Buffer.concat([Buffer.from([4]), Buffer.alloc(140, 7)]).toString('base64');
const HANDLER = ['/usr/share/fioconfig/handlers/aktualizr-toml-update'];
const SETTINGS = 'z-50-fioctl.toml';

const write = async (it: Scene, file: string, bytes: Uint8Array): Promise<void> => {
  await assert.rejects(() => Promise.resolve(vscode.workspace.fs.writeFile(it.factory.uri(file), bytes)));
};

rowsOf('Rule 1, compare-and-swap of our own', [
  {
    rule: 'somebody changed another file of the device: no conflict, and both changes stay',
    does: async (it) => {
      await it.theirs('theirs', 'other');
      await it.save(MINE);
    },
    requests: SAVED,
    dirty: false,
    value: MINE,
    also: async (it) => assert.equal(await it.factory.value('other'), 'theirs'),
  },
  {
    rule: 'somebody made the same change: nothing is sent, nothing asked',
    does: async (it) => {
      await it.theirs(MINE);
      await it.save(MINE);
    },
    requests: ['GET'],
    dirty: false,
    value: MINE,
  },
  {
    rule: 'on-changed and unencrypted survive a save',
    file: SETTINGS,
    does: (it) => it.save('[pacman]\ntags = "main"\n'),
    requests: SAVED,
    dirty: false,
    value: '[pacman]\ntags = "main"\n',
    also: (it) =>
      assert.deepEqual(it.body().files, [
        { name: SETTINGS, value: '[pacman]\ntags = "main"\n', unencrypted: true, 'on-changed': HANDLER },
      ]),
  },
  {
    rule: 'Overwrite counts for what was seen: another change meanwhile is asked about again',
    does: async (it) => {
      await it.theirs(SAME_SIZE);
      let times = 0;
      it.factory.api.answerConflicts(async (_address, { kind }) => {
        it.asked.push(kind);
        times += 1;
        if (times === 1) {
          await it.theirs(LONGER);
        }
        return times === 1 ? 'overwrite' : 'cancel';
      });
      await it.save(MINE);
    },
    requests: ['GET', 'GET'],
    dirty: true,
    value: LONGER,
    asks: ['changed', 'changed'],
    says: [/^Not sent: app\.config was changed/],
  },
  {
    rule: 'Discard: Revert takes the version of the server, and the next save is no conflict',
    does: async (it) => {
      await it.theirs(LONGER);
      await it.save(MINE);
      await vscode.commands.executeCommand('workbench.action.files.revert');
      await until('the version of the server', () => it.editor.document.getText() === LONGER);
      await it.save(MINE);
    },
    requests: ['GET', ...SAVED],
    dirty: false,
    value: MINE,
    asks: ['changed'],
    says: [/^Not sent/],
  },
  {
    rule: 'deleted on the server: said so; Cancel keeps the text and makes nothing',
    does: async (it) => {
      await it.change({ files: [], remove: ['app.config'] });
      await it.save(MINE);
    },
    requests: ['GET'],
    dirty: true,
    value: undefined,
    text: MINE,
    asks: ['deleted'],
    says: [/^Not sent/],
  },
  {
    rule: 'closing forgets what was read: opened again, the newer text is the base',
    does: async (it) => {
      await ExtensionClock.during(async (clock) => {
        await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
        await roundTrips();
        clock.advance(2_000);
      });
      await it.theirs(LONGER);
      it.factory.connection.configs.invalidate();
      await it.open('app.config');
      await until('the newer text', () => it.editor.document.getText() === LONGER);
      await it.save(MINE);
    },
    requests: ['GET', ...SAVED],
    dirty: false,
    value: MINE,
  },
  {
    rule: 'the name of the device went to another one: not sent',
    does: async (it) => {
      await it.renameDevice('device-01', 'device-01-old');
      await it.renameDevice(await it.anotherDevice(), 'device-01');
      await it.theirs(ORIGINAL);
      it.factory.server.emulator.requests.clear();
      await it.save(MINE);
    },
    requests: ['GET', 'GET /ota/devices/device-01-old/config/'],
    dirty: true,
    value: ORIGINAL,
    says: [/device-01 was renamed to device-01-old|the name device-01 now belongs to another device/],
  },
]);

rowsOf('Rule 2, no silent success and no false failure', [
  {
    rule: 'a PATCH whose answer is cut is read back, and shown as saved',
    does: async (it) => {
      it.fault({ match: { method: 'PATCH' }, cut: true, applied: true });
      await it.save(MINE);
    },
    requests: [...SAVED, 'GET'],
    dirty: false,
    value: MINE,
  },
  {
    rule: 'a PATCH that was cut before it arrived is not',
    does: async (it) => {
      it.fault({ match: { method: 'PATCH' }, cut: -1, applied: false });
      await it.save(MINE);
    },
    requests: [...SAVED, 'GET'],
    dirty: true,
    value: ORIGINAL,
    says: [/cut/],
  },
  {
    rule: 'not permitted: says so',
    does: async (it) => {
      it.fault({ match: { method: 'PATCH' }, status: 403 });
      await it.save(MINE);
    },
    requests: SAVED,
    dirty: true,
    value: ORIGINAL,
    says: [/^Not sent\. See the other message\.$/],
  },
  {
    rule: 'signed out: the text stays, and it says what to do',
    does: async (it) => {
      await it.type(MINE);
      for (const { id } of [...it.factory.api.accounts.accounts]) {
        await it.factory.api.accounts.remove(id);
      }
      await it.ctrlS();
    },
    requests: [],
    dirty: true,
    value: ORIGINAL,
    text: MINE,
    says: [/^Not sent\. See the other message\.$/],
  },
  {
    rule: 'text that was thrown away while nobody was signed in is not shown when the file is opened next',
    does: async (it) => {
      await it.type(MINE);
      const { api, server } = it.factory;
      const [account] = api.accounts.accounts;
      await api.accounts.remove(account!.id);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
      await addAccount(api, account!.id, server.url, TOKEN);
      await it.open('app.config');
      await until('the text of the service', () => it.editor.document.getText() === ORIGINAL);
    },
    requests: ['GET'],
    dirty: false,
    value: ORIGINAL,
  },
]);

/** Update settings with a value that a row can name. */
const givenSettings = (it: Scene) =>
  it.change({ files: [{ name: SETTINGS, value: '[pacman]\n', 'on-changed': HANDLER }] });

rowsOf('Rules 3 and 4, only what was checked', [
  {
    rule: 'update settings that do not parse: refused, with the place',
    file: SETTINGS,
    given: givenSettings,
    does: (it) => it.save('[pacman]\ntags = main\n'),
    requests: [],
    dirty: true,
    value: '[pacman]\n',
    says: [/z-50-fioctl\.toml is not valid \(TOML, line 2: .* might not update again\.$/],
  },
  ...(
    [
      ['settings.json', 'JSON', '{"a": }\n'],
      ['settings.toml', 'TOML', 'a = \n'],
      ['settings.yaml', 'YAML', 'a: [1\n'],
    ] as const
  ).flatMap(([file, language, wrong]): Row[] => [
    {
      rule: `${language} that does not parse: asked about; "no" sends nothing`,
      file,
      given: (it) => it.theirs('', file),
      does: (it) => it.save(wrong),
      requests: [],
      dirty: true,
      value: '',
      text: wrong,
      asks: [language],
      says: [/^Canceled\. Nothing was sent\.$/],
    },
    {
      rule: `${language} that does not parse: "yes" sends it`,
      file,
      given: (it) => it.theirs('', file),
      does: async (it) => {
        it.sendWrong = true;
        await it.save(wrong);
      },
      requests: SAVED,
      dirty: false,
      value: wrong,
      asks: [language],
    },
  ]),
  {
    rule: 'a handler outside the folder: a warning in Problems, no obstacle, and kept',
    given: (it) =>
      it.change({ files: [{ name: 'app.config', value: ORIGINAL, 'on-changed': ['/usr/bin/touch', '/tmp/x'] }] }),
    does: (it) => it.save(MINE),
    requests: SAVED,
    dirty: false,
    value: MINE,
    also: (it) => {
      assert.deepEqual(it.body().files[0]?.['on-changed'], ['/usr/bin/touch', '/tmp/x']);
      const [problem] = vscode.languages.getDiagnostics(it.editor.document.uri);
      assert.equal(problem?.severity, vscode.DiagnosticSeverity.Warning);
    },
  },
  {
    rule: 'a total above 1 MB: refused with the numbers',
    does: (it) => it.save('x'.repeat(1_000_001)),
    requests: ['GET'],
    dirty: true,
    value: ORIGINAL,
    says: [/would take 10\d{5} bytes; the service takes 1000000 bytes\.$/],
  },
  {
    rule: 'bytes that are not UTF-8: refused with the reason',
    does: (it) => write(it, 'app.config', new Uint8Array([0x61, 0xff, 0xfe])),
    requests: [],
    dirty: false,
    value: ORIGINAL,
    says: [/^Not sent: the text is not UTF-8/],
  },
  {
    rule: 'names that are absolute, or go up: refused',
    does: async (it) => {
      const config = it.editor.document.uri.path.replace(/\/[^/]*$/, '');
      for (const path of [
        `${config}//etc/passwd`,
        `${config}/a//b`,
        `${config}/C:/x`,
        `${config}/a\u0007b`,
        '/factories',
      ]) {
        const uri = it.editor.document.uri.with({ path });
        await assert.rejects(() => Promise.resolve(vscode.workspace.fs.writeFile(uri, Buffer.from('x'))), path);
      }
    },
    requests: [],
    dirty: false,
    value: ORIGINAL,
    says: [1, 2, 3, 4, 5].map(() => /^A configuration file belongs in the folder/),
  },
]);

rowsOf('Byte for byte', [
  {
    rule: 'CRLF is kept through an edit',
    given: (it) => it.theirs('a = 1\r\nb = 2\r\n'),
    does: async (it) => {
      await it.editor.edit((edit) => edit.insert(new vscode.Position(1, 0), 'new = 3\r\n'));
      await it.ctrlS();
    },
    requests: SAVED,
    dirty: false,
    value: 'a = 1\r\nnew = 3\r\nb = 2\r\n',
  },
  {
    rule: 'a byte order mark is kept through an edit',
    given: (it) => it.theirs('\ufeffa = 1\n'),
    does: async (it) => {
      await it.editor.edit((edit) => edit.insert(new vscode.Position(1, 0), 'b = 2\n'));
      await it.ctrlS();
    },
    requests: SAVED,
    dirty: false,
    value: '\ufeffa = 1\nb = 2\n',
  },
  {
    rule: 'mixed line ends, which VS Code makes equal in the editor: Ctrl+S without an edit sends nothing',
    given: (it) => it.theirs('a = 1\r\nb = 2\nc = 3\r\n'),
    does: (it) => it.ctrlS(),
    requests: ['GET'],
    dirty: false,
    value: 'a = 1\r\nb = 2\nc = 3\r\n',
  },
  {
    rule: "the user's clean-up on save does not touch a value",
    does: async (it) => {
      await it.set('files.insertFinalNewline', true);
      await it.set('files.trimTrailingWhitespace', true);
      await it.save('a = 1   \nb = 2');
    },
    requests: SAVED,
    dirty: false,
    value: 'a = 1   \nb = 2',
  },
  {
    rule: 'an empty value is a value',
    does: (it) => it.save(''),
    requests: SAVED,
    dirty: false,
    value: '',
  },
]);

rowsOf('Rule 7, secrets', [
  {
    rule: 'a file that became secret meanwhile: plain text is never sent in its place, not even by Overwrite',
    does: async (it) => {
      await it.type(MINE);
      await it.change({ files: [{ name: 'app.config', value: SECRET, unencrypted: false }] });
      it.conflict = 'overwrite';
      await it.ctrlS();
    },
    requests: ['GET'],
    dirty: true,
    value: SECRET,
    text: MINE,
    says: [/is encrypted, and this text would replace it/],
  },
  {
    rule: 'the page about a secret is never written as its value',
    given: (it) => it.change({ files: [{ name: 'app.config', value: SECRET, unencrypted: false }] }),
    does: (it) => write(it, 'app.config', Buffer.from('The value of app.config is encrypted.')),
    requests: [],
    dirty: false,
    value: SECRET,
    says: [/is encrypted/],
  },
]);
