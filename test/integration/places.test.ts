import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { factoryPath, formatAddress } from '../../src/configfs/address';
import type { ConfigScope } from '../../src/model/config';
import type { Question } from '../../src/ui/questions';
import type { Row } from '../../src/views/rows/row';
import { DEVICE, FACTORY, pause, replaceText, SignedIn, until } from './support';

const DEVICE_CONFIG = `/ota/devices/${DEVICE}/config/`;
const LAB_CONFIG = `/ota/factories/${FACTORY}/device-groups/lab/config/`;
const device: ConfigScope = { kind: 'device', factory: FACTORY, device: DEVICE };
const lab: ConfigScope = { kind: 'group', factory: FACTORY, group: 'lab' };
const whole: ConfigScope = { kind: 'factory', factory: FACTORY };

/** How long a quick input takes to be there, at most. */
const QUICK_INPUT_MS = 700;

suite('Where files live', () => {
  let factory: SignedIn;
  let questions: Question[];
  let answer: string | undefined;
  let temporary: string;

  setup(async () => {
    factory = await SignedIn.start({ devices: 40 });
    questions = [];
    answer = undefined;
    factory.api.answerQuestions((question) => {
      questions.push(question);
      return Promise.resolve(answer);
    });
    temporary = mkdtempSync(path.join(tmpdir(), 'places-'));
  });
  teardown(async () => {
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await setting('confirmGroupSaves', undefined);
    await setting('askForReason', undefined);
    await factory.stop();
    rmSync(temporary, { recursive: true });
  });

  const setting = (name: string, value: unknown) =>
    vscode.workspace.getConfiguration('foundries.config').update(name, value, vscode.ConfigurationTarget.Global);
  const uriIn = (scope: ConfigScope, file: string) =>
    vscode.Uri.from(formatAddress({ host: factory.host, scope, file }));
  const ctrlS = () => vscode.commands.executeCommand('workbench.action.files.save');
  const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const tabIsDirty = () => vscode.window.tabGroups.activeTabGroup.activeTab?.isDirty === true;
  const writes = () => factory.seen().filter((request) => !request.startsWith('GET'));
  const client = () => factory.api.connections.forFactory(factory.host, FACTORY)!.client;
  const filesOf = async (scope: ConfigScope) => (await client().listConfig(scope))[0]?.files ?? [];
  const latest = async (scope: ConfigScope) => (await client().listConfig(scope))[0]!;
  const rows = (row?: Row) => factory.api.configuration.children(row);
  const row = async (label: string, below?: Row): Promise<Row> =>
    (await rows(below)).find((candidate) => candidate.item().label === label)!;
  const deviceRow = () => ({ scope: device }) as unknown as Row;

  suite('The Configuration view', () => {
    test('the Factory and each group, with one request; each opens to its files with one', async () => {
      const labels = (await rows()).map((found) => found.item().label);
      assert.deepEqual(labels, [FACTORY, 'field', 'lab', 'stores']);
      assert.deepEqual(factory.seen(), [`GET /ota/factories/${FACTORY}/device-groups/`]);
      const files = await rows(await row('lab'));
      assert.deepEqual(
        files.map((found) => found.item().label),
        ['Apps', 'z-50-fioctl.toml'],
      );
      assert.equal(files[1]!.item().description, '', 'nobody knows whether all devices have it');
      assert.deepEqual(factory.seen(), [`GET ${LAB_CONFIG}`]);
      assert.equal((await rows(await row('stores'))).at(-1)!.item().label, 'No configuration files');
    });

    test('a failure is a row with Try Again; the next try shows the rows', async () => {
      factory.server.emulator.faults.add({ match: { path: '*/device-groups/*' }, status: 403 });
      const [failure] = await rows();
      assert.equal(failure!.item().label, 'Device groups could not be loaded');
      assert.equal(failure!.item().contextValue, 'foundries.failure');
      factory.server.emulator.faults.clear();
      await vscode.commands.executeCommand('foundries.retry', failure);
      assert.equal((await rows()).length, 4);
    });
  });

  suite('Saving for many devices', () => {
    const edit = async (scope: ConfigScope, file: string) => {
      await setting('askForReason', 'never');
      const editor = await vscode.window.showTextDocument(uriIn(scope, file), { preview: false });
      await replaceText(editor, '[pacman]\ntags = "main"\n');
      factory.seen();
      return editor;
    };

    test('says how many devices it reaches; Cancel sends nothing and keeps the text', async () => {
      const { devices } = await client().listDevices({ factory: FACTORY, limit: 1000 });
      const inLab = devices.filter(({ group }) => group === 'lab');
      await edit(lab, 'z-50-fioctl.toml');
      await ctrlS();
      assert.equal(questions.length, 1);
      assert.match(questions[0]!.message, /^Send z-50-fioctl.toml to group lab\?$/);
      assert.match(questions[0]!.detail, new RegExp(`It reaches ${inLab.length} device`));
      const production = inLab.filter((found) => found.production).length;
      assert.match(
        questions[0]!.detail,
        production === 0 ? /None of them is a production/ : new RegExp(`Production devices: ${production}`),
      );
      assert.match(questions[0]!.detail, /None is offline|Offline, to get it when they are back: \d+/);
      assert.deepEqual(questions[0]!.buttons, ['Send', "Send and Don't Ask Again"]);
      assert.deepEqual(factory.seen().sort(), [
        'GET /ota/devices/',
        'GET /ota/devices/',
        `GET /ota/factories/${FACTORY}/status/`,
      ]);
      assert.equal(tabIsDirty(), true);
    });

    test('Send: then one GET and one PATCH', async () => {
      await edit(lab, 'z-50-fioctl.toml');
      answer = 'Send';
      await ctrlS();
      await until('a clean tab', () => !tabIsDirty());
      assert.deepEqual(factory.seen().slice(-2), [`GET ${LAB_CONFIG}`, `PATCH ${LAB_CONFIG}`]);
      assert.equal((await latest(lab)).reason, "Use the target's default apps, switch to tag main from VS Code");
    });

    test("Don't Ask Again is remembered, and costs no count", async () => {
      const editor = await edit(whole, 'AWS_REGION');
      answer = "Send and Don't Ask Again";
      await ctrlS();
      await until('a clean tab', () => !tabIsDirty());
      await replaceText(editor, 'eu-north-1');
      factory.seen();
      await ctrlS();
      await until('a clean tab', () => !tabIsDirty());
      assert.equal(questions.length, 1);
      assert.equal(factory.seen().length, 2);
    });

    test('numbers that cannot be had are called unknown', async () => {
      await edit(whole, 'AWS_REGION');
      factory.server.emulator.faults.add({ match: { path: '/ota/devices/' }, status: 403, count: 2 });
      await ctrlS();
      assert.match(questions[0]!.detail, /could not be found out/);
      assert.match(questions[0]!.detail, /production devices is not known/);
      assert.match(questions[0]!.detail, /offline is not known/);
      assert.match(questions[0]!.detail, /Not permitted/);
    });

    test('a production device is asked about once', async () => {
      const connection = factory.api.connections.forFactory(factory.host, FACTORY)!;
      const devices = connection.factory(FACTORY).fleet.all;
      await devices.load();
      const name = devices.state.devices.find((found) => found.production)!.name;
      const scope: ConfigScope = { kind: 'device', factory: FACTORY, device: name };
      const uri = uriIn(scope, 'hello.txt');
      await assert.rejects(() => Promise.resolve(vscode.workspace.fs.writeFile(uri, Buffer.from('1'))));
      assert.match(questions[0]!.detail, /production device/);
      assert.deepEqual(questions[0]!.buttons, ['Send']);
      answer = 'Send';
      await vscode.workspace.fs.writeFile(uri, Buffer.from('1'));
      await vscode.workspace.fs.writeFile(uri, Buffer.from('2'));
      assert.equal(questions.length, 2);
    });
  });

  suite('The reason', () => {
    const save = async (scope: ConfigScope, file: string, text: string) => {
      await setting('confirmGroupSaves', false);
      await replaceText(await vscode.window.showTextDocument(uriIn(scope, file), { preview: false }), text);
      factory.seen();
      const saving = ctrlS();
      await pause(QUICK_INPUT_MS);
      return saving;
    };

    test('of a group is asked for; Enter takes the proposed one', async () => {
      const saving = save(lab, 'z-50-fioctl.toml', '[pacman]\n');
      await pause(2 * QUICK_INPUT_MS);
      assert.deepEqual(writes(), []);
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      await saving;
      await until('a clean tab', () => !tabIsDirty());
      assert.equal((await latest(lab)).reason, "Use the target's default apps from VS Code");
    });

    test('Escape sends nothing and keeps the text', async () => {
      const saving = save(lab, 'z-50-fioctl.toml', '[pacman]\n');
      await pause(2 * QUICK_INPUT_MS);
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      await saving;
      assert.deepEqual(writes(), []);
      assert.equal(tabIsDirty(), true);
    });

    test('of a device is asked for only if wanted', async () => {
      await save(device, 'app.config', '1\n');
      await until('a clean tab', () => !tabIsDirty());
      await setting('askForReason', 'always');
      const saving = save(device, 'app.config', '2\n');
      await pause(2 * QUICK_INPUT_MS);
      assert.deepEqual(writes(), []);
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      await saving;
      await until('a clean tab', () => !tabIsDirty());
    });
  });

  suite('Whole files', () => {
    const fileRow = async (file: string, below: string) => row(file, await row(below));

    test('Delete asks, and sends one DELETE', async () => {
      const found = await fileRow('AWS_REGION', FACTORY);
      factory.seen();
      await vscode.commands.executeCommand('foundries.deleteConfigFile', found);
      assert.deepEqual(writes(), []);
      assert.match(questions[0]!.message, /^Delete AWS_REGION from Factory getting-started\?$/);
      assert.match(questions[0]!.detail, /It reaches 40 devices\./);
      answer = 'Delete';
      await vscode.commands.executeCommand('foundries.deleteConfigFile', found);
      assert.deepEqual(writes(), [`DELETE /ota/factories/${FACTORY}/config/AWS_REGION/`]);
      const labels = (await rows(await row(FACTORY))).map((shown) => shown.item().label);
      assert.deepEqual(labels, ['wireguard-server']);
    });

    test('Delete asks for the reason that a name with a slash can carry, and says where none is taken', async () => {
      const file = { name: 'app/a.conf', value: '1', unencrypted: true, onChanged: undefined };
      await client().patchConfig(lab, { reason: 'r', file });
      const [slashed, settings] = [await fileRow('app/a.conf', 'lab'), await fileRow('z-50-fioctl.toml', 'lab')];
      factory.seen();
      answer = 'Delete';
      const deleting = vscode.commands.executeCommand('foundries.deleteConfigFile', slashed);
      await until('the question', () => questions.length === 1);
      assert.doesNotMatch(questions[0]!.detail, /reason/);
      await pause(2 * QUICK_INPUT_MS);
      assert.deepEqual(writes(), []);
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      await deleting;
      assert.deepEqual(writes(), [`POST ${LAB_CONFIG}`]);
      assert.equal((await latest(lab)).reason, 'Delete app/a.conf from VS Code');
      factory.seen();
      await vscode.commands.executeCommand('foundries.deleteConfigFile', settings);
      assert.match(questions[1]!.detail, /the service takes none for a delete/);
      assert.deepEqual(writes(), [`DELETE ${LAB_CONFIG}z-50-fioctl.toml/`]);
    });

    test('Delete closes the tab, but not one with unsent text', async () => {
      const uri = uriIn(whole, 'AWS_REGION');
      const editor = await vscode.window.showTextDocument(uri, { preview: false });
      await replaceText(editor, 'mine');
      answer = 'Delete';
      const found = await fileRow('AWS_REGION', FACTORY);
      void vscode.commands.executeCommand('foundries.deleteConfigFile', found);
      await until('the question', () => questions.length === 1);
      await pause(500);
      assert.deepEqual(writes(), []);
      assert.equal(editor.document.getText(), 'mine');
      await vscode.commands.executeCommand('workbench.action.files.revert');
      await vscode.commands.executeCommand('foundries.deleteConfigFile', found);
      await until('no tab', () => tabs().length === 0);
    });

    test('through the file system: rename keeps what belongs to the file, in one POST', async () => {
      const before = (await filesOf(device)).find(({ name }) => name === 'z-50-fioctl.toml')!;
      factory.seen();
      await vscode.workspace.fs.rename(uriIn(device, 'z-50-fioctl.toml'), uriIn(device, 'z-60.toml'));
      const sent = writes();
      assert.deepEqual(sent, [`POST ${DEVICE_CONFIG}`]);
      const after = await filesOf(device);
      assert.deepEqual(
        after.find(({ name }) => name === 'z-60.toml'),
        { ...before, name: 'z-60.toml' },
      );
      assert.equal((await latest(device)).reason, 'Rename z-50-fioctl.toml to z-60.toml from VS Code');
    });

    test('through the file system: a rename onto another file, or to another place, is refused', async () => {
      const rename = (to: vscode.Uri) => Promise.resolve(vscode.workspace.fs.rename(uriIn(device, 'app.config'), to));
      await assert.rejects(() => rename(uriIn(lab, 'app.config')));
      await assert.rejects(() => rename(uriIn(device, 'z-50-fioctl.toml')));
      assert.deepEqual(writes(), []);
    });

    test('through the file system: copy and delete', async () => {
      await vscode.workspace.fs.copy(uriIn(device, 'app.config'), uriIn(device, 'copy.config'));
      assert.equal(await factory.value('copy.config'), await factory.value('app.config'));
      await vscode.workspace.fs.delete(uriIn(device, 'app.config'));
      assert.equal(await factory.value('app.config'), undefined);
      assert.deepEqual(writes(), [`PATCH ${DEVICE_CONFIG}`, `DELETE ${DEVICE_CONFIG}app.config/`]);
    });

    test('copy and paste from a group onto a device: says what goes where, then one PATCH', async () => {
      await vscode.commands.executeCommand('foundries.copyConfigFile', await fileRow('telemetry.json', 'field'));
      factory.seen();
      await vscode.commands.executeCommand('foundries.pasteConfigFile', deviceRow());
      assert.match(questions[0]!.message, /^Copy telemetry.json from group field to device-01\?$/);
      assert.deepEqual(writes(), []);
      answer = 'Copy';
      await vscode.commands.executeCommand('foundries.pasteConfigFile', deviceRow());
      assert.deepEqual(writes(), [`PATCH ${DEVICE_CONFIG}`]);
      assert.match((await factory.value('telemetry.json')) ?? '', /telemetry.example.com/);
    });

    test('a copy over another file says that it brings another handler', async () => {
      const handler = '/usr/share/fioconfig/handlers/x';
      const file = { name: 'telemetry.json', value: '{}', unencrypted: true, onChanged: [handler] };
      await client().patchConfig(device, { reason: 'r', file });
      await client().patchConfig(lab, {
        reason: 'r',
        file: { ...file, onChanged: ['/usr/share/fioconfig/handlers/y'] },
      });
      await vscode.commands.executeCommand('foundries.copyConfigFile', await fileRow('telemetry.json', 'field'));
      answer = 'Replace';
      await vscode.commands.executeCommand('foundries.pasteConfigFile', deviceRow());
      assert.doesNotMatch(questions[0]!.detail, /handler/);
      const pasted = (await filesOf(device)).find(({ name }) => name === 'telemetry.json');
      assert.deepEqual(pasted?.onChanged, [handler]);
      await vscode.commands.executeCommand('foundries.copyConfigFile', await fileRow('telemetry.json', 'lab'));
      answer = undefined;
      await vscode.commands.executeCommand('foundries.pasteConfigFile', deviceRow());
      assert.match(
        questions[1]!.detail,
        /Replaces the present telemetry\.json: .*\ntelemetry\.json then runs the handler .*\/y instead of .*\/x\./,
      );
    });

    const drop = async (target: Row, ...uris: vscode.Uri[]) => {
      const data = new vscode.DataTransfer();
      data.set('text/uri-list', new vscode.DataTransferItem(uris.map(String).join('\r\n')));
      await factory.api.drops.handleDrop(target, data);
    };

    test('files dropped from the Explorer: new ones and existing ones are told apart', async () => {
      await setting('askForReason', 'never');
      writeFileSync(path.join(temporary, 'telemetry.json'), '{ "interval": 5 }\n');
      writeFileSync(path.join(temporary, 'new.txt'), 'hello\r\n');
      writeFileSync(path.join(temporary, 'picture.png'), Buffer.from([0x89, 0xff, 0xfe]));
      const uris = ['telemetry.json', 'new.txt', 'picture.png'].map((name) =>
        vscode.Uri.file(path.join(temporary, name)),
      );
      answer = 'Skip Existing';
      await drop(await row('field'), ...uris);
      await until('the new file', async () => (await filesOf({ ...lab, group: 'field' })).length === 2);
      assert.deepEqual(questions[0]!.buttons, ['Replace', 'Skip Existing']);
      assert.match(questions[0]!.detail, /New: new.txt from .*new.txt/);
      assert.match(questions[0]!.detail, /Replaces the present telemetry.json/);
      assert.match(questions[0]!.detail, /Left out: .*not UTF-8/);
      assert.match(questions[0]!.detail, /It reaches \d+ device/);
      const files = await filesOf({ ...lab, group: 'field' });
      assert.equal(files.find(({ name }) => name === 'new.txt')?.value, 'hello\r\n');
      assert.match(files.find(({ name }) => name === 'telemetry.json')!.value, /telemetry.example.com/);
    });

    test('a secret of a device dropped elsewhere is refused before anything is asked', async () => {
      const value = Buffer.concat([Buffer.from([4]), Buffer.alloc(140, 7)]).toString('base64');
      const file = { name: 'token', value, unencrypted: false, onChanged: undefined };
      await client().patchConfig(device, { reason: 'r', file });
      factory.seen();
      await drop(await row('lab'), uriIn(device, 'token'));
      await pause(500);
      assert.deepEqual(questions, []);
      assert.deepEqual(writes(), []);
    });

    test('update settings are not offered to a whole Factory', async () => {
      await drop(await row(FACTORY), uriIn(lab, 'z-50-fioctl.toml'));
      await pause(500);
      assert.deepEqual(questions, []);
      assert.deepEqual(writes(), []);
    });
  });

  suite('A Factory as a folder', () => {
    const folder = (below = '') =>
      vscode.Uri.from({ scheme: 'foundries', authority: factory.host, path: `${factoryPath(FACTORY)}${below}` });
    const list = async (below: string) =>
      (await vscode.workspace.fs.readDirectory(folder(below))).map(([name]) => name);

    const LIST = 'GET /ota/devices/';

    test('holds configuration, groups and devices; groups and devices cost a request each', async () => {
      assert.deepEqual(await list(''), ['config', 'groups', 'devices']);
      assert.deepEqual(await list('/devices/any-device'), ['config']);
      assert.deepEqual(factory.seen(), []);
      assert.deepEqual(await list('/groups'), ['field', 'lab', 'stores']);
      assert.deepEqual(factory.seen(), [`GET /ota/factories/${FACTORY}/device-groups/`]);
      assert.deepEqual(await list('/groups/lab/config'), ['z-50-fioctl.toml']);
      factory.seen();
      const names = await list('/devices');
      assert.equal(names.length, 40);
      assert.ok(names.includes(DEVICE));
      assert.deepEqual(factory.seen(), [LIST]);
      assert.equal((await list('/devices')).length, 40);
      assert.deepEqual(factory.seen(), [], 'what is known is not asked for again');
      assert.equal(factory.api.folders.provideFileDecoration(folder('/devices')), undefined);
    });

    test('lists no more than some of many devices, says so, and follows what becomes known', async () => {
      await factory.stop();
      factory = await SignedIn.start({ devices: 350 });
      assert.equal((await list('/devices')).length, 100);
      assert.deepEqual(factory.seen(), [LIST]);
      const said = () => factory.api.folders.provideFileDecoration(folder('/devices'))?.tooltip ?? '';
      assert.match(said(), /^100 of 350 devices are listed here\. .*Find Device…/);
      const events: vscode.FileChangeEvent[] = [];
      const listening = factory.api.fileSystem.onDidChangeFile((changes) => events.push(...changes));
      try {
        const all = factory.api.connections.forFactory(factory.host, FACTORY)!.factory(FACTORY).fleet.all;
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
      factory.server.emulator.faults.add({ match: { path: '/ota/devices/' }, status: 403 });
      await assert.rejects(() => list('/devices'));
    });

    test('what tools look for everywhere costs no request', async () => {
      for (const name of ['/.vscode', '/.vscode/settings.json', '/.git', '/.editorconfig', '/devices/.git']) {
        await assert.rejects(() => Promise.resolve(vscode.workspace.fs.stat(folder(name))), name);
      }
      for (const name of ['.git/config', '.editorconfig', '.vscode/settings.json']) {
        await assert.rejects(() => Promise.resolve(vscode.workspace.fs.stat(uriIn(device, name))), name);
        await assert.rejects(() => Promise.resolve(vscode.workspace.fs.readFile(uriIn(device, name))), name);
      }
      assert.deepEqual(factory.seen(), []);
    });

    test('is added only after saying what that does', async () => {
      const before = vscode.workspace.workspaceFolders?.length ?? 0;
      await vscode.commands.executeCommand('foundries.addWorkspaceFolder');
      assert.match(questions[0]!.detail, /restarts its extensions/);
      assert.equal(vscode.workspace.workspaceFolders?.length ?? 0, before);
    });
  });
});
