import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { formatAddress } from '../../src/configfs/address';
import { entryUri, versionUri, VERSION_SCHEME } from '../../src/configfs/versions';
import type { ConfigEntry, ConfigScope } from '../../src/model/config';
import type { Question } from '../../src/ui/questions';
import { DEVICE, FACTORY, pause, SignedIn, until } from './support';

const device: ConfigScope = { kind: 'device', factory: FACTORY, device: DEVICE };
const lab: ConfigScope = { kind: 'group', factory: FACTORY, group: 'lab' };
const row = { device: { name: DEVICE } };
/** Bo. */
const THEM = '60a1b2c3d4e5f60718293a4c';

suite('Any two versions, and restoring with approval', () => {
  let factory: SignedIn;
  let questions: Question[];
  /** Buttons that are pressed, by part of the question. */
  let answers: Map<string, string>;
  let told: string[];
  let picks: vscode.QuickPick<vscode.QuickPickItem>[];
  const { showErrorMessage, showWarningMessage, showInformationMessage, createQuickPick } = vscode.window;

  setup(async () => {
    factory = await SignedIn.start({ devices: 40 });
    questions = [];
    told = [];
    picks = [];
    answers = new Map();
    const answerTo = (message: string) => [...answers].find(([part]) => message.includes(part))?.[1];
    factory.api.answerQuestions((question) => {
      questions.push(question);
      return Promise.resolve(answerTo(question.message));
    });
    const tell = (message: string) => {
      told.push(message);
      return Promise.resolve(answerTo(message));
    };
    Object.assign(vscode.window, {
      showErrorMessage: tell,
      showWarningMessage: tell,
      showInformationMessage: tell,
      createQuickPick: () => {
        const pick = createQuickPick();
        picks.push(pick);
        return pick;
      },
    });
  });
  teardown(async () => {
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    Object.assign(vscode.window, { showErrorMessage, showWarningMessage, showInformationMessage, createQuickPick });
    await setting('askForReason', undefined);
    await factory.stop();
  });

  const setting = (name: string, value: unknown) =>
    vscode.workspace.getConfiguration('foundries.config').update(name, value, vscode.ConfigurationTarget.Global);
  const connection = () => factory.api.connections.forFactory(factory.host, FACTORY)!;
  const entries = (scope: ConfigScope) => connection().client.listConfig(scope);
  const post = async (body: object) => {
    const response = await fetch(`${factory.server.url}/_emulator/config`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    assert.ok(response.ok, await response.text());
  };
  const write = (reason: string, files: Record<string, string>, more: object = {}) =>
    post({
      device: DEVICE,
      files: Object.entries(files).map(([name, value]) => ({ name, value, ...more })),
      reason,
      as: THEM,
    });
  const later = () =>
    fetch(`${factory.server.url}/_emulator/clock`, { method: 'POST', body: '{"advanceSeconds": 90}' });
  const text = async (uri: vscode.Uri) => (await vscode.workspace.openTextDocument(uri)).getText();
  const tab = () => vscode.window.tabGroups.activeTabGroup.activeTab;
  const diff = async (): Promise<vscode.TabInputTextDiff> => {
    await until('a comparison', () => tab()?.input instanceof vscode.TabInputTextDiff);
    return tab()?.input as vscode.TabInputTextDiff;
  };
  /** Takes an entry of the list that is shown next. */
  async function take(count: number, label: string | RegExp): Promise<void> {
    await until('a filled list', () => picks.length > count && picks.at(-1)?.busy === false);
    const pick = picks.at(-1)!;
    const item = pick.items.find((one) => (typeof label === 'string' ? one.label === label : label.test(one.label)));
    assert.ok(item, `${String(label)} in ${pick.items.map((one) => one.label).join()}`);
    pick.activeItems = [item];
    // The list is told a moment later.
    await pause(100);
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
  }
  async function run(command: string, subject: unknown, ...labels: (string | RegExp)[]): Promise<void> {
    const count = picks.length;
    const done = vscode.commands.executeCommand(command, subject);
    for (const [place, label] of labels.entries()) {
      await take(count + place, label);
    }
    await done;
  }
  const writes = () => factory.seen().filter((request) => !request.startsWith('GET'));

  suite('Comparing', () => {
    test('two versions of a file, in any order: the older one left, without what is the same', async () => {
      await write('One', { 'app.config': '1' });
      await write('Two', { 'app.config': '2' });
      await write('One again', { 'app.config': '1' });
      const count = picks.length;
      await run('foundries.compareVersions', factory.uri('app.config'), 'Two', 'API test');
      const { original, modified } = await diff();
      assert.deepEqual([original.scheme, modified.scheme], [VERSION_SCHEME, VERSION_SCHEME]);
      assert.match(await text(original), /foundries\.io/);
      assert.equal(await text(modified), '2');
      assert.match(picks[count + 1]?.title ?? '', /^Compare app\.config of device-01 as of .+ with…$/);
      await run('foundries.compareVersions', factory.uri('app.config'), 'One again', 'Two');
      const second = picks.at(-1)!.items.map(({ label }) => label);
      assert.deepEqual(second, ['Two', 'API test'], 'not itself, not the equal one');
    });

    test('with the one in force: the right side is the document of the file', async () => {
      await write('One', { 'app.config': '1' });
      await write('Two', { 'app.config': '2' });
      await run('foundries.compareVersions', factory.uri('app.config'), 'Two', 'One');
      const { original, modified } = await diff();
      assert.equal(await text(original), '1');
      assert.equal(modified.toString(), factory.uri('app.config').toString());
    });

    test('two versions of a device: all files that differ, together; of one second to the second', async () => {
      await write('One', { a: '1', b: '1' });
      await write('Two', { a: '2', c: '2' });
      await write('Three', { a: '3' });
      await run('foundries.compareVersions', row, 'Two', 'API test');
      await until('the files', () => tab()?.label.includes('↔') === true);
      assert.match(tab()?.label ?? '', /^device-01: .+ ↔ .+3 files/);
    });

    test('of the document of an old version: only the other one is asked for', async () => {
      await write('One', { 'app.config': '1' });
      await write('Two', { 'app.config': '2' });
      await run('foundries.showConfigHistory', factory.uri('app.config'), 'One');
      const { modified: one } = await diff();
      await run('foundries.compareVersions', one, 'Two');
      await until('now', async () => (await diff()).modified.scheme === 'foundries');
      assert.equal(await text((await diff()).original), '1');
    });

    test('encrypted values are words that say when they were set, not noise', async () => {
      const blob = (seed: number) => Buffer.alloc(130, seed).fill(4, 0, 1).toString('base64');
      await write('First', { token: blob(1) }, { unencrypted: false });
      await later();
      await write('Second', { token: blob(2) }, { unencrypted: false });
      await later();
      await write('Third', { token: blob(3) }, { unencrypted: false });
      await run('foundries.compareVersions', factory.uri('token'), 'First', 'Second');
      const { original, modified } = await diff();
      const [a, b] = [await text(original), await text(modified)];
      assert.match(a, /^Encrypted value, set .+\.\nOnly device-01 can read it/);
      assert.notEqual(a, b);
    });
  });

  suite('Restoring', () => {
    test('a group: one question with the numbers, then the reason; that is what is sent', async () => {
      await connection().client.patchConfig(lab, {
        reason: 'Newer',
        file: { name: 'x', value: '1', unencrypted: true, onChanged: undefined },
      });
      const old = (await entries(lab))[1]!;
      answers.set('Restore group lab', 'Restore');
      factory.seen();
      const count = picks.length;
      const done = vscode.commands.executeCommand(
        'foundries.restoreVersion',
        entryUri(factory.host, lab, old, 'whatever is shown'),
      );
      await until('the reason', () => picks.length > count);
      const pick = picks.at(-1)!;
      assert.equal(pick.title, 'Reason for the change of group lab');
      assert.match(pick.value, /^Restore all files as of \d{4}-/);
      assert.deepEqual(writes(), []);
      pick.value = 'Back to what worked';
      await pause(200);
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      await done;
      assert.equal(questions.length, 1);
      assert.match(questions[0]!.detail, /x: removed[^]*It reaches \d+ devices?\.[^]*Offline|None is offline/i);
      assert.doesNotMatch(questions[0]!.detail, /Reason in the history/);
      assert.deepEqual(questions[0]!.buttons, ['Restore', 'Compare First']);
      const [now] = await entries(lab);
      assert.deepEqual([now?.reason, now?.files], ['Back to what worked', old.files]);
    });

    test('Escape at the reason, or at the question, sends nothing', async () => {
      await connection().client.patchConfig(lab, {
        reason: 'Newer',
        file: { name: 'x', value: '1', unencrypted: true, onChanged: undefined },
      });
      const subject = entryUri(factory.host, lab, (await entries(lab))[1]!, '');
      factory.seen();
      await vscode.commands.executeCommand('foundries.restoreVersion', subject);
      answers.set('Restore group lab', 'Restore');
      const count = picks.length;
      const done = vscode.commands.executeCommand('foundries.restoreVersion', subject);
      await until('the reason', () => picks.length > count);
      await pause(200);
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      await done;
      assert.equal(questions.length, 2);
      assert.deepEqual(writes(), []);
      assert.deepEqual(told, []);
    });

    test('from a comparison with the present, where VS Code names the present side', async () => {
      await write('Newer', { 'app.config': 'new' });
      answers.set('Restore app.config', 'Restore');
      await run('foundries.compareVersion', factory.uri('app.config'), 'API test');
      const { modified } = await diff();
      assert.equal(modified.scheme, 'foundries');
      await vscode.commands.executeCommand('foundries.restoreVersion', modified);
      assert.match((await factory.value('app.config')) ?? '', /foundries\.io/);
      assert.deepEqual(picks.length, 1, 'nothing more was asked');
    });

    test('a version that the device could not decrypt is warned of', async () => {
      await write('Leak', { token: 's3cret' }, { unencrypted: false });
      await write('Mended', { token: 's3cret' }, { unencrypted: true });
      await run('foundries.restoreVersion', factory.uri('token'), 'Leak');
      assert.match(questions[0]!.detail, /token was marked as encrypted but was not: device-01 fails to decrypt it/);
      assert.deepEqual(writes(), []);
    });

    test('what the service does not show of a group is left as it is: said before, and sent by no way', async () => {
      await connection().client.patchConfig(lab, {
        reason: 'Secret',
        file: { name: 'token', value: '********', unencrypted: false, onChanged: undefined },
      });
      await connection().client.patchConfig(lab, {
        reason: 'Newer',
        file: { name: 'x', value: '1', unencrypted: true, onChanged: undefined },
      });
      factory.seen();
      const [, old] = await entries(lab);
      await vscode.commands.executeCommand('foundries.restoreVersion', entryUri(factory.host, lab, old!, ''));
      assert.match(questions[0]?.detail ?? '', /Left as it is, because the service does not show its value: token\./);
      assert.equal(told.length, 0);
      // Alone there is nothing that could be done.
      await vscode.commands.executeCommand('foundries.restoreVersion', versionUri(factory.host, lab, 'token', old));
      assert.match(told[0] ?? '', /^Not restored: the service does not show the value of token/);
      assert.deepEqual([writes(), questions.length], [[], 1]);
    });
  });

  suite('A change that was replaced', () => {
    /** Somebody writes between our look and our POST. */
    function race(change: () => Promise<void>): void {
      const { client } = connection() as { client: { postConfig: (...call: unknown[]) => Promise<unknown> } };
      const { postConfig } = client;
      client.postConfig = async (...call) => {
        client.postConfig = postConfig;
        await change();
        return postConfig(...call);
      };
    }
    const restoreFirst = async () => {
      const [, old] = await entries(device);
      answers.set(`Restore ${DEVICE}`, 'Restore');
      await vscode.commands.executeCommand('foundries.restoreVersion', entryUri(factory.host, device, old!, ''));
    };
    const files = (entry: ConfigEntry | undefined) =>
      Object.fromEntries((entry?.files ?? []).map(({ name, value }) => [name, value]));

    test('by a restore: who, when and what; put back file by file, as any change is', async () => {
      await write('Old', { a: 'old', b: 'old' });
      await write('New', { a: 'new', b: 'new' });
      race(() => write('Urgent fix', { a: 'fixed' }));
      answers.set('replaced one', 'Put It Back…');
      answers.set('Put back what', 'Put It Back');
      await restoreFirst();
      await until('theirs', async () => (await factory.value('a')) === 'fixed');
      assert.match(told[0] ?? '', /^Your change of device-01 replaced one that Bo Example made .+“Urgent fix”\): a\.$/);
      assert.match(questions.at(-1)!.detail, /^This will be changed:\na: changed$/);
      const [now, ours] = await entries(device);
      assert.deepEqual([files(now).b, files(ours).a], ['old', 'old']);
      assert.equal(now?.reason, 'Put back "Urgent fix", replaced by mistake');
    });

    test('not to another device that got the name while the message, or the question, was open', async () => {
      await write('Old', { a: 'old' });
      await write('New', { a: 'new' });
      const list = factory.api.connections.forFactory(factory.host, FACTORY)!.factory(FACTORY).fleet.all;
      const { devices } = await list.load();
      const [mine, other] = [
        devices.find(({ name }) => name === DEVICE)!,
        devices.find(({ name }) => name !== DEVICE)!,
      ];
      await post({ device: other.name, files: [{ name: 'a', value: 'old' }], reason: 'Another device' });
      const { client } = connection();
      const swap = async () => {
        await client.changeDevice(FACTORY, mine.uuid, { name: 'retired' });
        await client.changeDevice(FACTORY, other.uuid, { name: DEVICE });
      };
      race(() => write('Urgent fix', { a: 'fixed' }));
      let swapped = false;
      Object.assign(vscode.window, {
        showWarningMessage: async (message: string) => {
          if (message.includes('replaced one')) {
            await swap();
            factory.seen();
            swapped = true;
            return 'Put It Back…';
          }
          return undefined;
        },
      });
      answers.set('Put back what', 'Put It Back');
      await restoreFirst();
      await until('the message', () => swapped);
      await until('a look at who it is', () =>
        factory.server.emulator.requests.all().some(({ path }) => path === `/ota/devices/${DEVICE}/`),
      );
      await pause(500);
      assert.deepEqual(writes(), []);
      // And a restore whose question was open meanwhile.
      await client.changeDevice(FACTORY, other.uuid, { name: 'another' });
      await client.changeDevice(FACTORY, mine.uuid, { name: DEVICE });
      await list.load();
      const [, old] = await entries(device);
      let asked = false;
      factory.api.answerQuestions(async () => {
        asked = true;
        await client.changeDevice(FACTORY, mine.uuid, { name: 'retired' });
        await client.changeDevice(FACTORY, other.uuid, { name: DEVICE });
        factory.seen();
        return 'Restore';
      });
      await vscode.commands.executeCommand('foundries.restoreVersion', entryUri(factory.host, device, old!, 'a'));
      assert.equal(asked, true);
      assert.deepEqual(writes(), []);
    });

    test('by a rename: their text goes to the new name, and what they deleted is deleted', async () => {
      await write('Files', { a: '1', b: '1' });
      race(() =>
        post({ device: DEVICE, files: [{ name: 'a', value: 'theirs' }], remove: ['b'], reason: 'R', as: THEM }),
      );
      answers.set('replaced one', 'Put It Back…');
      answers.set('Put back what', 'Put It Back');
      await vscode.workspace.fs.rename(factory.uri('a'), factory.uri('c'));
      await until('theirs', async () => (await factory.value('c')) === 'theirs');
      await until('b gone', async () => (await factory.value('b')) === undefined);
      assert.equal(await factory.value('a'), undefined);
    });

    test('a secret of a group that the service does not show is not sent back as what it shows', async () => {
      const put = (reason: string, name: string, value: string, unencrypted: boolean) =>
        connection().client.patchConfig(lab, { reason, file: { name, value, unencrypted, onChanged: undefined } });
      await setting('askForReason', 'never');
      await put('Old', 'a', '1', true);
      await put('New', 'a', '2', true);
      race(() => put('Theirs', 'token', '********', false).then(() => undefined));
      answers.set('replaced', 'Put It Back…');
      answers.set('Restore group lab', 'Restore');
      await vscode.commands.executeCommand(
        'foundries.restoreVersion',
        entryUri(factory.host, lab, (await entries(lab))[1]!, ''),
      );
      await until('what to do', () => told.some((message) => message.includes('does not show the value of token')));
      assert.equal(
        (await entries(lab))[0]?.files.some(({ name }) => name === 'token'),
        false,
      );
    });

    test('left alone it stays replaced; Compare shows both', async () => {
      await write('Old', { a: 'old' });
      await write('New', { a: 'new' });
      race(() => write('Theirs', { a: 'theirs' }));
      answers.set('replaced one', 'Compare');
      await restoreFirst();
      const { original, modified } = await diff();
      assert.deepEqual([await text(original), await text(modified)], ['theirs', 'old']);
      assert.equal(await factory.value('a'), 'old');
    });
  });

  suite('A device that no list holds', () => {
    const uriIn = (name: string) =>
      vscode.Uri.from(
        formatAddress({
          host: factory.host,
          scope: { kind: 'device', factory: FACTORY, device: name },
          file: 'hello.txt',
        }),
      );
    const aDevice = async (production: boolean) => {
      const { devices } = await connection().client.listDevices({ factory: FACTORY, limit: 100 });
      const { fleet } = connection().factory(FACTORY);
      return devices.find((one) => one.production === production && fleet.find(one.name) === undefined)!.name;
    };
    const send = (name: string, value: string) =>
      Promise.resolve(vscode.workspace.fs.writeFile(uriIn(name), Buffer.from(value)));

    test('is asked who it is, once: a production device is asked about', async () => {
      const name = await aDevice(true);
      await assert.rejects(send(name, '0'));
      answers.set('Send hello.txt', 'Send');
      factory.seen();
      await send(name, '1');
      await send(name, '2');
      assert.equal(questions.length, 2, 'once more after Cancel, then no more');
      assert.match(questions[0]!.detail, /is a production device/);
      assert.ok(!factory.seen().includes(`GET /ota/devices/${name}/`));
    });

    test('any other is saved without a question: one GET more, the first time', async () => {
      const name = await aDevice(false);
      await send(name, '0');
      assert.deepEqual(questions, []);
      assert.equal(factory.seen().filter((request) => request === `GET /ota/devices/${name}/`).length, 1);
      await send(name, '1');
      assert.ok(!factory.seen().includes(`GET /ota/devices/${name}/`));
    });

    test('what cannot be found out is asked about; an unreachable service is a failure', async () => {
      const name = await aDevice(false);
      factory.server.emulator.faults.add({ status: 403, count: 2, match: { path: `/ota/devices/${name}/` } });
      await assert.rejects(send(name, '0'));
      assert.match(questions[0]!.detail, /^Whether .+ is a production device could not be found out\. Not permitted/);
      factory.server.emulator.faults.clear();
      factory.server.emulator.faults.add({ cut: -1, count: null, match: { path: `/ota/devices/${name}/` } });
      await assert.rejects(send(name, '0'), /was cut|Cannot reach/);
      assert.equal(questions.length, 1);
    });
  });
});
