import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { parseVersion, VERSION_SCHEME } from '../../src/configfs/versions';
import { closeEverything, DEVICE, FACTORY, pause, replaceText, SignedIn, TOKEN, until } from './support';

const GET = `GET /ota/devices/${DEVICE}/config/`;
const PATCH = `PATCH /ota/devices/${DEVICE}/config/`;
const POST = `POST /ota/devices/${DEVICE}/config/`;
const USERS = `GET /ota/factories/${FACTORY}/users/`;
const GUIDE = '[page]\nurl = "https://foundries.io/"\n';
const row = { device: { name: DEVICE } };
const LEVELS = [
  GET,
  `GET /ota/devices/${DEVICE}/`,
  `GET /ota/factories/${FACTORY}/config/`,
  `GET /ota/factories/${FACTORY}/device-groups/lab/config/`,
];

interface Question {
  message: string;
  detail: string;
  modal: boolean;
}

suite('History, effective configuration and comparison', () => {
  let factory: SignedIn;
  let questions: Question[];
  let told: string[];
  /** Buttons that are pressed, by part of the question. */
  let answers: Map<string, string>;
  let picks: vscode.QuickPick<vscode.QuickPickItem>[];
  const { showWarningMessage, showInformationMessage, createQuickPick } = vscode.window;

  setup(async () => {
    factory = await SignedIn.start();
    questions = [];
    told = [];
    picks = [];
    answers = new Map();
    const window = vscode.window as unknown as Record<string, unknown>;
    window.showWarningMessage = (message: string, options?: vscode.MessageOptions) => {
      const { detail = '', modal = false } = typeof options === 'object' ? options : {};
      questions.push({ message, detail, modal });
      return Promise.resolve([...answers].find(([part]) => message.includes(part))?.[1]);
    };
    window.showInformationMessage = (message: string) => {
      told.push(message);
      return Promise.resolve(undefined);
    };
    window.createQuickPick = () => {
      const pick = createQuickPick();
      picks.push(pick);
      return pick;
    };
  });
  teardown(async () => {
    Object.assign(vscode.window, { showWarningMessage, showInformationMessage, createQuickPick });
    await factory.stop();
  });

  const control = async (body: object, path = 'config') => {
    const response = await fetch(`${factory.server.url}/_emulator/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    assert.ok(response.ok, await response.text());
  };
  const write = (value: string, reason: string, file = 'app.config', more: object = {}) =>
    control({ device: DEVICE, files: [{ name: file, value, ...more }], reason, as: '5e13232f73927550af883e7b' });
  const body = (method: string) =>
    JSON.parse(factory.server.emulator.requests.all().findLast((one) => one.method === method)?.body ?? '{}') as {
      reason: string;
      files: { name: string; value: string }[];
    };
  const tabInput = () => vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const diff = async (): Promise<vscode.TabInputTextDiff> => {
    await until('a comparison', () => tabInput() instanceof vscode.TabInputTextDiff);
    return tabInput() as vscode.TabInputTextDiff;
  };
  const text = async (uri: vscode.Uri) => (await vscode.workspace.openTextDocument(uri)).getText();
  /** Runs a command that shows a list, and waits until that is filled. */
  async function list(command: string, subject: unknown) {
    const count = picks.length;
    const done = vscode.commands.executeCommand(command, subject);
    await until('a filled list', () => picks.length > count && picks.at(-1)?.busy === false);
    return { done, pick: picks.at(-1)! };
  }
  const entry = (pick: vscode.QuickPick<vscode.QuickPickItem>) =>
    pick.items.map(({ label, description, detail }) => [label, description ?? '', detail ?? ''] as const);
  /** Runs a command that shows a list, and takes an entry of it. */
  async function choose(command: string, subject: unknown, label: string): Promise<void> {
    const { done, pick } = await list(command, subject);
    const item = pick.items.find((one) => one.label === label);
    assert.ok(item, `${label} in ${pick.items.map((one) => one.label).join()}`);
    pick.activeItems = [item];
    // The list is told a moment later.
    await pause(100);
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    await done;
  }

  test('the history of a file: who, when, why, what, delivered or not; one request and one for the names', async () => {
    await write('second', 'Try $(bug) it');
    factory.seen();
    const { done, pick } = await list('foundries.showConfigHistory', { uri: factory.uri('app.config') });
    assert.deepEqual(factory.seen(), [GET, USERS]);
    const [newest, first, ...none] = entry(pick);
    assert.deepEqual(none, []);
    assert.equal(newest?.[0], 'Try \\$(bug) it');
    assert.match(newest[1], /^just now · Ada Example · in force$/);
    assert.match(newest[2], /· changed · waiting for the device$/);
    assert.equal(first?.[0], 'API test');
    assert.match(first[1], /ago · Ada Example$/);
    assert.match(first[2], /· added · fetched by the device /);
    assert.deepEqual(
      pick.items.map(({ buttons }) => buttons?.map(({ tooltip }) => tooltip)),
      [['Select for Compare'], ['Compare with Present', 'Select for Compare', 'Restore This Version']],
    );
    pick.hide();
    await done;
  });

  test('the history of a device: every entry, with the files it changed; the device itself among the authors', async () => {
    const { done, pick } = await list('foundries.showConfigHistory', row);
    const entries = entry(pick);
    assert.match(entries[0]?.[2] ?? '', /· app\.config added ·/);
    const last = entries.at(-1)!;
    assert.match(last[0], /^Set initial fioconfig device data$/);
    assert.match(last[1], /· the device$/);
    assert.match(last[2], /fio-remote-actions added, wireguard-client added/);
    pick.hide();
    await done;
  });

  test('of a group and of the Factory, where nothing is said of delivery', async () => {
    for (const scope of [
      { kind: 'group', factory: FACTORY, group: 'lab' },
      { kind: 'factory', factory: FACTORY },
    ]) {
      const { done, pick } = await list('foundries.showConfigHistory', { scope });
      const entries = entry(pick);
      assert.ok(entries.length > 0 && entries.every(([, , detail]) => !detail.includes('fetched')));
      pick.hide();
      await done;
    }
  });

  test('an entry of a file opens as a diff against the one before, read-only, without another request', async () => {
    await write('second', 'Second');
    factory.seen();
    await choose('foundries.showConfigHistory', factory.uri('app.config'), 'Second');
    const { original, modified } = await diff();
    assert.deepEqual([original.scheme, modified.scheme], [VERSION_SCHEME, VERSION_SCHEME]);
    assert.deepEqual([await text(original), await text(modified)], [GUIDE, 'second']);
    assert.deepEqual(factory.seen(), [GET, USERS]);
    assert.equal(vscode.workspace.fs.isWritableFileSystem(VERSION_SCHEME), undefined);
  });

  test('an entry of a device opens all its files together', async () => {
    await control({
      device: DEVICE,
      files: [
        { name: 'app.config', value: 'x' },
        { name: 'new', value: 'y' },
      ],
      remove: ['wireguard-client'],
      reason: 'Much',
    });
    await choose('foundries.showConfigHistory', row, 'Much');
    const label = () => vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? '';
    await until('the files', () => label().startsWith(`${DEVICE}: Much`));
    assert.match(label(), /3 files/);
  });

  test('Compare with Present: the old version, and the document of the file, that can be edited', async () => {
    await write('second', 'Second');
    await choose('foundries.compareVersion', factory.uri('app.config'), 'API test');
    const { original, modified } = await diff();
    assert.equal(await text(original), GUIDE);
    assert.equal(modified.toString(), factory.uri('app.config').toString());
    assert.equal(await text(modified), 'second');
  });

  test('restoring a file: asked, one GET and one PATCH, with what belonged to it; the open editor follows', async () => {
    const handler = '/usr/share/fioconfig/handlers/x';
    await write('old', 'Old', 'app.config', { unencrypted: false, 'on-changed': [handler] });
    await write('new', 'New');
    const editor = await factory.open('app.config');
    assert.equal(editor.document.getText(), 'new');
    answers.set('Restore app.config', 'Restore');
    await choose('foundries.restoreVersion', factory.uri('app.config'), 'Old');
    const { reason, files } = body('PATCH');
    assert.match(reason, /^Restore app\.config as of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
    assert.deepEqual(files, [{ name: 'app.config', value: 'old', unencrypted: false, 'on-changed': [handler] }]);
    assert.deepEqual(factory.seen().slice(-3), [USERS, GET, PATCH]);
    assert.equal(questions.length, 1);
    assert.ok(questions[0]?.modal);
    assert.match(questions[0].detail, /app\.config: changed \(handler, encryption\)/);
    assert.ok(questions[0].detail.includes(reason));
    await until('the editor to follow', () => editor.document.getText() === 'old');
    assert.equal(editor.document.isDirty, false);
  });

  test('unsent text in an editor survives a restore, and its save is a conflict', async () => {
    await write('new', 'New');
    const editor = await factory.open('app.config');
    await replaceText(editor, 'mine');
    answers.set('Restore app.config', 'Restore');
    await choose('foundries.restoreVersion', factory.uri('app.config'), 'API test');
    assert.equal(await factory.value('app.config'), GUIDE);
    assert.equal(editor.document.getText(), 'mine');
    const conflicts: string[] = [];
    factory.api.answerConflicts((_address, { kind }) => {
      conflicts.push(kind);
      return Promise.resolve('cancel');
    });
    await vscode.window.showTextDocument(editor.document);
    await vscode.commands.executeCommand('workbench.action.files.save');
    assert.deepEqual(conflicts, ['changed']);
    assert.equal(await factory.value('app.config'), GUIDE);
  });

  test('saying no sends nothing', async () => {
    await write('new', 'New');
    factory.seen();
    await choose('foundries.restoreVersion', factory.uri('app.config'), 'API test');
    assert.equal(questions.length, 1);
    assert.deepEqual(factory.seen(), [GET, USERS]);
  });

  test('restoring everything: the changes are listed, and one POST replaces the set', async () => {
    await control({
      device: DEVICE,
      files: [
        { name: 'app.config', value: 'x' },
        { name: 'new', value: 'y' },
        { name: 'fioconfig-oneshot-reboot', value: 'COMMAND_ID=1' },
      ],
      remove: ['wireguard-client'],
      reason: 'Much',
    });
    await control({ device: DEVICE, files: [], remove: ['fioconfig-oneshot-reboot', 'app.config'], reason: 'Less' });
    answers.set(`Restore ${DEVICE}`, 'Restore');
    await choose('foundries.restoreVersion', row, 'Much');
    assert.match(questions[0]?.detail ?? '', /app\.config: added\nfioconfig-oneshot-reboot: added/);
    assert.match(questions[0]?.detail ?? '', /commands, which devices will run again: fioconfig-oneshot-reboot/);
    assert.deepEqual(factory.seen().slice(-3), [GET, POST, GET]);
    await choose('foundries.restoreVersion', row, 'API test');
    const detail = questions[1]?.detail ?? '';
    for (const line of ['app.config: changed', 'new: removed', 'wireguard-client: added']) {
      assert.ok(detail.includes(line), detail);
    }
    assert.equal(await factory.value('app.config'), GUIDE);
    assert.equal(await factory.value('new'), undefined);
  });

  test('a secret of a group is neither restored nor put in danger, whatever is shown of it', async () => {
    const lab = { kind: 'group', factory: FACTORY, group: 'lab' } as const;
    const subject = { scope: lab };
    const { client } = factory.api.connections.forFactory(factory.host, FACTORY)!;
    const put = (name: string, value: string, unencrypted: boolean, reason: string) =>
      client.patchConfig(lab, { reason, file: { name, value, unencrypted, onChanged: undefined } });
    await put('npmtok', 'REDACTED', false, 'Secret');
    await put('a', 'old', true, 'Old');
    await put('a', 'new', true, 'New');
    answers.set('Restore group lab', 'Restore');
    await vscode.workspace
      .getConfiguration('foundries.config')
      .update('askForReason', 'never', vscode.ConfigurationTarget.Global);
    try {
      factory.seen();
      await choose('foundries.restoreVersion', subject, 'Old');
    } finally {
      await vscode.workspace
        .getConfiguration('foundries.config')
        .update('askForReason', undefined, vscode.ConfigurationTarget.Global);
    }
    assert.match(questions[0]?.detail ?? '', /a: changed\nLeft as it is, .* not show its value: npmtok\./);
    const path = `/ota/factories/${FACTORY}/device-groups/lab/config/`;
    assert.deepEqual(
      factory.seen().filter((one) => !one.startsWith('GET')),
      [`PATCH ${path}`],
    );
    const { entries } = await factory.api.connections.forFactory(factory.host, FACTORY)!.configs.get(lab, 0);
    assert.equal(entries[0]?.files.find(({ name }) => name === 'a')?.value, 'old');
  });

  test('a change by somebody else while one thinks: nothing is sent, and it is said', async () => {
    await write('new', 'New');
    for (const [subject, part] of [
      [factory.uri('app.config'), 'Restore app.config'],
      [row, `Restore ${DEVICE}`],
    ] as const) {
      questions = [];
      const ask = vscode.window.showWarningMessage;
      Object.assign(vscode.window, {
        showWarningMessage: async (message: string, options?: vscode.MessageOptions) => {
          questions.push({ message, detail: '', modal: options?.modal === true });
          if (message.includes(part)) {
            await write(`theirs for ${part}`, 'Theirs');
            return 'Restore';
          }
          return undefined;
        },
      });
      await choose('foundries.restoreVersion', subject, 'API test');
      Object.assign(vscode.window, { showWarningMessage: ask });
      assert.match(questions[1]?.message ?? '', /Nothing was restored: .* was changed since/);
      assert.deepEqual(
        factory.seen().filter((one) => !one.startsWith('GET')),
        [],
      );
      assert.equal(await factory.value('app.config'), `theirs for ${part}`);
    }
  });

  test('another file changed by somebody else does not stop the restore of this one, and is kept', async () => {
    await write('new', 'New');
    Object.assign(vscode.window, {
      showWarningMessage: async () => {
        await write('1', 'Theirs', 'theirs');
        return 'Restore';
      },
    });
    await choose('foundries.restoreVersion', factory.uri('app.config'), 'API test');
    assert.equal(await factory.value('app.config'), GUIDE);
    assert.equal(await factory.value('theirs'), '1');
  });

  test('an encrypted value is words, not noise; restoring it warns of the key', async () => {
    const blob = (seed: number) => Buffer.alloc(130, seed).fill(4, 0, 1).toString('base64');
    await write(blob(1), 'Secret', 'token', { unencrypted: false });
    await control({ advanceSeconds: 90 }, 'clock');
    await write(blob(2), 'Other secret', 'token', { unencrypted: false });
    await choose('foundries.showConfigHistory', factory.uri('token'), 'Other secret');
    const { original, modified } = await diff();
    for (const uri of [original, modified]) {
      const words = await text(uri);
      assert.match(words, /^Encrypted value, set .+\.\nOnly device-01 can read it\.\nWhether /);
      assert.ok(!words.includes('AQEB') && !words.includes('AgIC'));
    }
    await choose('foundries.restoreVersion', factory.uri('token'), 'Secret');
    assert.match(questions[0]?.detail ?? '', /encrypted values \(token\): if the key of device-01 has changed since/);
  });

  test('a version has an address of its own, and says so when it is no longer kept', async () => {
    await write('second', 'Second');
    await choose('foundries.showConfigHistory', factory.uri('app.config'), 'Second');
    const { original } = await diff();
    assert.deepEqual(parseVersion(vscode.Uri.parse(original.toString())), parseVersion(original));
    await closeEverything();
    assert.equal(await text(vscode.Uri.parse(original.toString())), GUIDE);
    await closeEverything();
    for (let n = 0; n < 10; n++) {
      await write(String(n), `Change ${n}`);
    }
    factory.api.connections.forFactory(factory.host, FACTORY)?.configs.invalidate();
    const stale = original.with({ query: original.query.replace('app.config', './app.config') });
    assert.match(await text(stale), /^The version of .+ is no longer kept: the service keeps the last ten changes/);
    await vscode.commands.executeCommand('foundries.restoreVersion', stale);
    assert.match(questions[0]?.message ?? '', /no longer kept/);
  });

  test('what cannot be read is said once, with a list that closes', async () => {
    const { showErrorMessage } = vscode.window;
    const errors: string[] = [];
    Object.assign(vscode.window, { showErrorMessage: (message: string) => Promise.resolve(void errors.push(message)) });
    try {
      factory.server.emulator.faults.add({ status: 403, count: 5, match: { path: '/config/' } });
      await vscode.commands.executeCommand('foundries.showConfigHistory', row);
      assert.equal(errors.length, 1);
      assert.match(errors[0] ?? '', /^Could not read the configuration history of device-01: Not permitted/);
    } finally {
      Object.assign(vscode.window, { showErrorMessage });
    }
  });

  test('the effective configuration: origin of every file, the merge key by key; four requests', async () => {
    const grouped = await fetch(`${factory.server.url}/ota/devices/${DEVICE}/?factory=${FACTORY}`, {
      method: 'PATCH',
      headers: { 'OSF-TOKEN': TOKEN },
      body: JSON.stringify({ group: 'lab' }),
    });
    assert.ok(grouped.ok);
    await write('[pacman]\ntags = "devel"\ncompose_apps = "own"\n', 'Own apps', 'z-50-fioctl.toml');
    await control({ device: DEVICE, files: [{ name: 'AWS_REGION', value: '[click](command:foundries.signOut)' }] });
    factory.seen();
    await vscode.commands.executeCommand('foundries.showEffectiveConfig', row);
    const { document } = vscode.window.activeTextEditor!;
    const page = document.getText();
    assert.equal(document.languageId, 'foundries-report');
    assert.match(page, /^Effective configuration of device-01\nFactory getting-started, device group lab/);
    assert.match(page, /^z-50-fioctl\.toml +merged key by key: the device, group lab$/m);
    assert.match(page, /^ {4}compose_apps = "own" +from the device +hides "shellhttpd" of group lab$/m);
    assert.match(page, /^ {4}docker_apps = "shellhttpd" +from group lab$/m);
    assert.match(page, /^AWS_REGION +the device +hides that of the Factory$/m);
    assert.match(page, /^wireguard-server +the Factory$/m);
    // A heading, in its colour and in the outline.
    assert.match(page, /^AWS_REGION \(from the device.*\):$/m);
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    assert.ok(symbols.some(({ name }) => name.startsWith('AWS_REGION ')));
    assert.match(page, /^ {4}\| \[click\]\(command:foundries\.signOut\)$/m);
    assert.deepEqual(factory.seen().sort(), [...LEVELS].sort());
  });

  test('asked again, the page shows what is there now; without the right to see the Factory, the rest', async () => {
    await vscode.commands.executeCommand('foundries.showEffectiveConfig', row);
    const { document } = vscode.window.activeTextEditor!;
    await write('brand new', 'New', 'brand.new');
    factory.server.emulator.faults.add({
      status: 403,
      count: 5,
      match: { path: `/ota/factories/${FACTORY}/config/` },
    });
    await vscode.commands.executeCommand('foundries.showEffectiveConfig', row);
    await until('the new page', () => document.getText().includes('brand new'));
    assert.match(document.getText(), /^MISSING: the configuration of the Factory could not be read/m);
    assert.ok(!document.getText().includes('wireguard-server'));
  });

  test('two devices: equal, one file, several files; two requests', async () => {
    const [other] = await factory.api.connections
      .forFactory(factory.host, FACTORY)!
      .factory(FACTORY)
      .fleet.search('kiosk');
    assert.ok(other);
    const both = [row, { device: other }];
    const compare = (rows: readonly unknown[] = both) =>
      vscode.commands.executeCommand('foundries.compareConfigs', rows[0], rows);
    for (const { device } of both) {
      await control({ device: device.name, files: [{ name: 'a', value: '1' }], replace: true });
    }
    factory.seen();
    await compare();
    assert.deepEqual(factory.seen(), [GET, `GET /ota/devices/${other.name}/config/`]);
    assert.deepEqual(told, [`${DEVICE} and ${other.name} have the same configuration: 1 files, all equal.`]);
    await control({ device: other.name, files: [{ name: 'a', value: '2' }] });
    await compare();
    const { original, modified } = await diff();
    assert.deepEqual([await text(original), await text(modified)], ['1', '2']);
    await control({ device: other.name, files: [{ name: 'b', value: '2' }] });
    await compare();
    const label = () => vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? '';
    await until('the files', () => label().startsWith(`Configuration: ${DEVICE} ↔ ${other.name}`));
    await compare([row, row]);
    assert.equal(told.at(-1), 'Pick two different places to compare.');
    await compare([row, { scope: { kind: 'group', factory: FACTORY, group: 'lab' } }]);
    await until('the files', () => label().startsWith(`Configuration: ${DEVICE} ↔ group lab`));
  });

  test('a difference that no comparison of values shows is said', async () => {
    const [other] = await factory.api.connections
      .forFactory(factory.host, FACTORY)!
      .factory(FACTORY)
      .fleet.search('kiosk');
    await control({ device: DEVICE, files: [{ name: 'a', value: '1' }], replace: true });
    await control({
      device: other!.name,
      files: [{ name: 'a', value: '1', 'on-changed': ['/h', 'x'] }],
      replace: true,
    });
    await vscode.commands.executeCommand('foundries.compareConfigs', row, [row, { device: other }]);
    assert.deepEqual(told, ['Not in the comparison: a: handler none → /h x']);
  });
});
