import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { parseAddress } from '../../src/configfs/address';
import type { Device } from '../../src/model/device';
import type { Question } from '../../src/ui/questions';
import { DEVICE, FACTORY, pause, replaceText, SignedIn, until } from './support';

const SECRET = 'PL41N-Grüße\nin two lines\n';
const DRAFT = 'foundries-draft';
const PREVIEW = 'foundries-preview';

/** Documents of the preview that was opened last; VS Code may keep those of earlier ones for a while. */
function sidesOfLast(): vscode.TextDocument[] {
  const all = vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === PREVIEW);
  const idOf = ({ uri }: vscode.TextDocument) => Number(uri.query.split('/')[0]);
  const last = Math.max(...all.map(idOf));
  return all.filter((document) => idOf(document) === last);
}

suite('One file on many devices', () => {
  let factory: SignedIn;
  let devices: Device[];
  let questions: Question[];
  let answer: (question: Question) => string | undefined;

  setup(async () => {
    factory = await SignedIn.start();
    questions = [];
    answer = () => undefined;
    factory.api.answerQuestions((question) => {
      questions.push(question);
      return Promise.resolve(answer(question));
    });
    await setting('askForReason', 'never');
    const list = factory.api.connections.forFactory(factory.host, FACTORY)!.factory(FACTORY).fleet.all;
    const loaded = await list.load();
    const others = loaded.devices.filter(({ name }) => name !== DEVICE).slice(0, 2);
    devices = [loaded.devices.find(({ name }) => name === DEVICE)!, ...others];
    factory.seen();
  });
  teardown(async () => {
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await vscode.commands.executeCommand('foundries.discardPreview');
    await vscode.commands.executeCommand('notifications.clearAll');
    await setting('askForReason', undefined);
    await factory.stop();
  });

  const setting = (name: string, value: unknown) =>
    vscode.workspace.getConfiguration('foundries.config').update(name, value, vscode.ConfigurationTarget.Global);
  const writes = () =>
    factory.server.emulator.requests
      .all()
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path}`);
  const patch = ({ name }: Device) => `PATCH /ota/devices/${name}/config/`;
  const value = (device: Device, file = 'app.config') => factory.value(file, device.name);
  const texts = (scheme: string) => vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === scheme);
  const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));
  const isPreviewed = () => tabs().some((label) => label.startsWith('Not sent yet'));
  const start = (those: readonly Device[] = devices) => {
    const rows = those.map((device) => ({
      device,
      scope: { kind: 'device', factory: FACTORY, device: device.name },
    }));
    void vscode.commands.executeCommand('foundries.setConfigFileOnDevices', rows[0], rows);
  };
  /** Enter in one picker after the other: the first of what each offers. */
  const acceptUntil = (what: string, holds: () => boolean) =>
    until(what, async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      await pause(400);
      return holds();
    });
  const front = () => vscode.window.activeTextEditor?.document.uri.scheme;
  async function write(text: string): Promise<void> {
    start();
    await acceptUntil('the text to be written', () => front() === DRAFT);
    await replaceText(vscode.window.activeTextEditor!, text);
    await vscode.commands.executeCommand('workbench.action.files.save');
    await until('the preview', isPreviewed);
  }
  const send = () => vscode.commands.executeCommand('foundries.sendToDevices');
  const sent = (count: number) => until(`${count} writes`, () => writes().length === count);
  const changeAsAnother = (device: Device, text: string) =>
    fetch(`${factory.server.url}/_emulator/config`, {
      method: 'POST',
      body: JSON.stringify({ device: device.name, files: [{ name: 'app.config', value: text }] }),
    });

  test('nothing is sent by writing, saving, previewing, closing the preview, or an open question', async () => {
    await write('many = 1\n');
    assert.equal(texts(DRAFT)[0]?.isDirty, false);
    // Older versions of VS Code read what is in view, newer ones all.
    await until('a side', () => texts(PREVIEW).length > 0);
    assert.equal(texts(PREVIEW).filter((document) => document.getText() === 'many = 1\n').length, 3);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await send();
    assert.match(questions[0]?.message ?? '', /^Send app\.config to 3 devices\?$/);
    assert.match(questions[0]?.detail ?? '', /Another text: 1\.\nNew file, without a handler: 2\./);
    // Something else may only begin once this is decided.
    start();
    await until('the question', () => questions.length === 2);
    assert.match(questions[1]?.message ?? '', /was previewed and not sent/);
    answer = ({ buttons }) => buttons.find((button) => button.startsWith("Don't"));
    await send();
    await send();
    await pause(300);
    assert.equal(questions.length, 3);
    assert.deepEqual(writes(), []);
  });

  test('a text that was saved and not sent outlives its tab, and auto-save does not save it', async () => {
    await write('many = 1\n');
    // That of an earlier test may not be gone yet.
    const draft = texts(DRAFT).at(-1);
    assert.ok(draft !== undefined);
    assert.equal(draft.languageId, 'foundries-config');
    await vscode.commands.executeCommand('foundries.discardPreview');
    const autoSave = (value: string | undefined) =>
      vscode.workspace
        .getConfiguration('files', { languageId: 'foundries-config' })
        .update('autoSave', value, vscode.ConfigurationTarget.Global, true);
    await autoSave('afterDelay');
    try {
      await replaceText(await vscode.window.showTextDocument(draft.uri), 'many = 2\n');
      await pause(2500);
      assert.equal(draft.isDirty, true);
    } finally {
      await autoSave(undefined);
    }
    await until('the preview', async () => {
      // An auto-save that is under way takes a save by hand along with it.
      await vscode.window.showTextDocument(draft.uri);
      await vscode.commands.executeCommand('workbench.action.files.save');
      await pause(500);
      return isPreviewed();
    });
    await vscode.commands.executeCommand('foundries.discardPreview');
    const mine = () =>
      vscode.window.tabGroups.all
        .flatMap((group) => group.tabs)
        .filter(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === draft.uri.toString());
    await vscode.window.tabGroups.close(mine());
    await until('the tab to go', () => mine().length === 0);
    await pause(1500);
    const again = await vscode.window.showTextDocument(draft.uri);
    assert.equal(again.document.getText(), 'many = 2\n');
    await vscode.commands.executeCommand('foundries.continueToPreview');
    await until('the preview', isPreviewed);
    answer = () => 'Send';
    await send();
    await sent(3);
    await until('the tab to go', () => mine().length === 0);
  });

  test('what changed after the preview is a conflict; trying again previews it anew, and only it', async () => {
    await write('many = 1\n');
    await changeAsAnother(devices[0]!, 'theirs = 1\n');
    answer = () => 'Send';
    await send();
    await sent(2);
    assert.deepEqual(writes().sort(), devices.slice(1).map(patch).sort());
    assert.deepEqual(await Promise.all(devices.map((device) => value(device))), [
      'theirs = 1\n',
      'many = 1\n',
      'many = 1\n',
    ]);
    assert.equal(isPreviewed(), false);
    await vscode.commands.executeCommand('foundries.retryOnDevices');
    await until('a preview', isPreviewed);
    assert.equal(writes().length, 2);
    await until('their text', () => texts(PREVIEW).some((document) => document.getText() === 'theirs = 1\n'));
    await send();
    assert.match(questions.at(-1)?.message ?? '', /^Send app\.config to device-01\?$/);
    await sent(3);
    assert.equal(await value(devices[0]!), 'many = 1\n');
    // A device that was sent to is watched until it has fetched it, as after a save.
    const watched = factory.api.deliveries.pending.map(({ scope }) => scope.device);
    assert.deepEqual(watched.sort(), devices.map(({ name }) => name).sort());
  });

  test('a preview that is replaced or given up while the reason is asked for is not sent', async () => {
    await setting('askForReason', 'always');
    const { createQuickPick } = vscode.window;
    let pickers = 0;
    try {
      await write('many = 1\n');
      const draft = texts(DRAFT).at(-1)!;
      answer = ({ buttons }) => buttons[0];
      Object.assign(vscode.window, {
        createQuickPick: () => {
          pickers += 1;
          return createQuickPick();
        },
      });
      const first = send();
      await until('the reason to be asked for', () => pickers === 1);
      // A typo is found, and set right.
      await replaceText(await vscode.window.showTextDocument(draft.uri), 'many = 2\n');
      await vscode.commands.executeCommand('workbench.action.files.save');
      await until('the second preview', () => sidesOfLast().some((document) => document.getText() === 'many = 2\n'));
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      await first;
      await pause(500);
      assert.deepEqual(writes(), []);
      // The second one can be sent, although the question about the first was never answered; or given up.
      const second = send();
      await until('the reason to be asked for again', () => pickers === 2);
      await vscode.commands.executeCommand('foundries.discardPreview');
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      await second;
      await pause(500);
      assert.deepEqual([writes(), isPreviewed()], [[], false]);
    } finally {
      Object.assign(vscode.window, { createQuickPick });
    }
  });

  test('a failure is tried again without a new question, where all is as it was agreed to', async () => {
    await write('many = 1\n');
    await fetch(`${factory.server.url}/_emulator/faults`, {
      method: 'POST',
      body: JSON.stringify({ match: { method: 'PATCH', path: `/${devices[1]!.name}/` }, status: 500 }),
    });
    answer = () => 'Send';
    await send();
    await sent(3);
    assert.equal(await value(devices[1]!), undefined);
    await until('the further try', async () => {
      // The first has to end before.
      void vscode.commands.executeCommand('foundries.retryOnDevices');
      await pause(400);
      return writes().length === 4;
    });
    assert.equal(questions.length, 1);
    await until('the file', async () => (await value(devices[1]!)) === 'many = 1\n');
  });

  test('wrong update settings lead to no preview; the text stays and can be set right', async () => {
    start(devices.slice(0, 1));
    await until('the picker', async () => {
      await pause(500);
      await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return true;
    });
    await acceptUntil('the text to be written', () => front() === DRAFT);
    const editor = vscode.window.activeTextEditor!;
    assert.match(editor.document.uri.path, /z-50-fioctl\.toml$/);
    const right = editor.document.getText();
    const problems = () => vscode.languages.getDiagnostics(editor.document.uri).map(({ message }) => message);
    await replaceText(editor, '[pacman\n');
    await until('the wrong syntax in Problems', () => problems().some((message) => message.startsWith('TOML:')));
    await replaceText(editor, '[pacman]\ncompose_app = "x"\ntags = 1\n');
    await until('a wrong type in Problems', () => problems().some((message) => message.includes('pacman.tags')));
    assert.ok(problems().some((message) => message.includes('Is compose_apps meant?')));
    const at = (line: number, character: number) =>
      [editor.document.uri, new vscode.Position(line, character)] as const;
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', ...at(2, 1));
    assert.equal(hovers.length, 1);
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      ...at(3, 0),
    );
    assert.ok(items.some(({ label }) => label === 'compose_apps'));
    // Names are those of the Factory.
    await replaceText(editor, '[pacman]\ntags = "main"\ncompose_apps = "shelhttpd"\n');
    await until('a wrong name in Problems', () => problems().some((message) => message.includes('shelhttpd')));
    await replaceText(editor, '[pacman\n');
    await vscode.commands.executeCommand('workbench.action.files.save');
    await pause(1000);
    assert.deepEqual([isPreviewed(), editor.document.getText()], [false, '[pacman\n']);
    await replaceText(editor, `${right}\n# more\n`);
    await vscode.commands.executeCommand('foundries.continueToPreview');
    await until('the preview', isPreviewed);
    assert.deepEqual(writes(), []);
  });

  test('a secret: no text of it in the preview, in a document, in a request or in the log; each device reads it', async () => {
    const two = devices.slice(1);
    answer = ({ buttons }) => buttons[0];
    for (const device of two) {
      const address = parseAddress(factory.uri('a-secret', device.name))!;
      await factory.api.edits.apply(address, undefined, { kind: 'secret', value: Buffer.from('old') }, () =>
        Promise.resolve(false),
      );
    }
    factory.server.emulator.requests.clear();
    questions = [];
    await vscode.env.clipboard.writeText(SECRET);
    const earlier = sidesOfLast();
    const sides = () => sidesOfLast().filter((document) => !earlier.includes(document));
    start(two);
    // The file, and then the clipboard as what the value comes from.
    await until('the pickers', async () => {
      await pause(500);
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      await pause(700);
      await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return true;
    });
    await until('the preview', isPreviewed);
    // Older versions of VS Code read what is in view, newer ones all.
    await until('a device with both sides', () => sides().length >= 2);
    assert.match(questions[0]?.message ?? '', /Give a-secret of 2 devices the value from the clipboard/);
    assert.ok(sides().every((document) => /[Ee]ncrypted/.test(document.getText())));
    assert.deepEqual(writes(), []);
    await send();
    await sent(2);
    await pause(500);
    const requests = factory.server.emulator.requests.all();
    const documents = vscode.workspace.textDocuments.map((document) => document.getText());
    assert.ok(!JSON.stringify([requests, documents, factory.api.logged]).includes('PL41N'));
    for (const { name } of two) {
      await fetch(`${factory.server.url}/_emulator/check-in`, {
        method: 'POST',
        body: JSON.stringify({ device: name }),
      });
      const state = await fetch(`${factory.server.url}/_emulator/device?name=${name}`);
      assert.equal(((await state.json()) as { secrets: Record<string, string> }).secrets['a-secret'], SECRET);
    }
  });
});

suite('One file on three hundred devices', () => {
  let factory: SignedIn;

  setup(async () => {
    factory = await SignedIn.start({ devices: 300 });
    await setReason('never');
  });
  teardown(async () => {
    await vscode.commands.executeCommand('notifications.clearAll');
    await setReason(undefined);
    await factory.stop();
  });

  const setReason = (value: unknown) =>
    vscode.workspace
      .getConfiguration('foundries.config')
      .update('askForReason', value, vscode.ConfigurationTarget.Global);

  test('is previewed in a moment, a hundred of them, and sent with one GET and one PATCH each', async function () {
    const list = factory.api.connections.forFactory(factory.host, FACTORY)!.factory(FACTORY).fleet.all;
    await list.load();
    await list.loadMore();
    await list.loadMore();
    const { devices } = list.state;
    assert.equal(devices.length, 300);
    const rows = devices.map((device) => ({
      device,
      scope: { kind: 'device', factory: FACTORY, device: device.name },
    }));
    const text = 'many = 1\n'.repeat(50);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: text }));
    factory.server.emulator.requests.clear();
    const requests = () => factory.server.emulator.requests.all();
    const times = [Date.now()];
    void vscode.commands.executeCommand('foundries.setConfigFileOnDevices', rows[0], rows);
    await until('all to be read', () => requests().length === 300, 60_000);
    times.push(Date.now());
    await pause(1000);
    // The last of what is offered is the text of the editor.
    await vscode.commands.executeCommand('workbench.action.quickOpenSelectPrevious');
    const earlier = sidesOfLast();
    const previews = () =>
      sidesOfLast().filter((document) => document.uri.query.endsWith('new') && !earlier.includes(document));
    let accepted = 0;
    await until(
      'the preview',
      async () => {
        if (previews().length === 0) {
          accepted = Date.now();
          await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
          await pause(700);
        }
        return previews().length > 0;
      },
      60_000,
    );
    times.push(accepted, Date.now());
    // Older versions of VS Code read what is in view, newer ones all: a hundred at most.
    await pause(2000);
    assert.ok(previews().length <= 100);
    assert.deepEqual([...new Set(previews().map((document) => document.getText()))], [text]);
    assert.ok(requests().every(({ method }) => method === 'GET'));
    let question: Question | undefined;
    factory.api.answerQuestions((asked) => {
      question = asked;
      return Promise.resolve('Send');
    });
    factory.server.emulator.requests.clear();
    times.push(Date.now());
    await vscode.commands.executeCommand('foundries.sendToDevices');
    const patches = () => requests().filter(({ method }) => method === 'PATCH');
    await until('all to be sent', () => patches().length === 300, 60_000);
    times.push(Date.now());
    assert.match(question?.message ?? '', /^Send \S+ to 300 devices\?$/);
    assert.equal(new Set(patches().map(({ path }) => path)).size, 300);
    const configs = requests().filter(({ path }) => path.endsWith('/config/'));
    assert.equal(configs.length, 600);
    const [begun = 0, read = 0, asked = 0, previewed = 0, confirmed = 0, sent = 0] = times;
    const [reading, previewing, sending] = [read - begun, previewed - asked, sent - confirmed];
    assert.ok(previewing < 15_000, `previewed in ${previewing} ms`);
    this.test!.title += ` (read in ${reading} ms, previewed in ${previewing} ms, sent in ${sending} ms)`;
  }).timeout(180_000);
});
