/** What commands on apps and tags do where the device or its settings have moved on since they were looked at. */
import assert from 'node:assert/strict';
import { setup, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import type { Device } from '../../src/model/device';
import type { Question } from '../../src/ui/questions';
import type { DeviceRow } from '../../src/views/rows/deviceRow';
import { until } from '../support/until';
import { answeringEach, choosing, messages } from './support/answering';
import { DEVICE, FACTORY } from './support/extension';
import { suiteWithSettings } from './support/settings';
import { SignedIn } from './support/signedIn';

const FILE = 'z-50-fioctl.toml';
const pacman = (line: string) => `[pacman]\n${line}\n`;

suiteWithSettings('Apps and tags that are chosen late', { 'foundries.config.askForReason': 'never' }, () => {
  let factory: SignedIn;
  let questions: Question[];
  /** What is done while a question or a list is open, in order; each once. */
  let meanwhile: (() => unknown)[];
  let answer: (question: Question) => string | undefined;
  /** What is made of the entries of each list. */
  let choose: (items: readonly vscode.QuickPickItem[]) => unknown;
  let lists: string[];

  setup(async () => {
    factory = await SignedIn.start();
    questions = [];
    meanwhile = [];
    lists = [];
    answer = ({ buttons }) => buttons[0];
    factory.api.answerQuestions((question) => {
      questions.push(question);
      return Promise.resolve(answer(question));
    });
  });
  answeringEach(() => ({ ...messages([]), ...choosing((items) => choose(items)) }));
  teardown(() => factory.stop());

  const fleet = () => factory.data.fleet;
  const scopeOf = (device: string) => ({ kind: 'device' as const, factory: FACTORY, device });
  /** Whoever is asked picks the entry of this name. */
  function pick(label: string): void {
    choose = async (items) => {
      lists.push(items.map((item) => item.label).join());
      await meanwhile.shift()?.();
      return items.find((item) => item.label === label);
    };
  }
  const write = (text: string, device = DEVICE) =>
    factory.control.writeConfig({ device, files: [{ name: FILE, value: text, unencrypted: true }] });
  const patches = () => factory.server.emulator.requests.all().filter(({ method }) => method === 'PATCH').length;
  const value = (device = DEVICE) => factory.value(FILE, device);

  /** A device with three apps in its target. */
  async function withThreeApps(): Promise<Device> {
    const { devices } = await fleet().all.load();
    const found = devices.find(({ target }) => Number(/-lmp-(\d+)$/.exec(target)?.[1]) >= 9);
    assert.ok(found !== undefined);
    return found;
  }
  const older = (device: Device): Device => ({ ...device, target: device.target.replace(/\d+$/, '6') });

  test('Disable App… reads which target the device runs now, and turns off that app alone', async () => {
    const device = await withThreeApps();
    await write(pacman('# nothing is set'), device.name);
    fleet().heard(older(device));
    pick('mosquitto');
    await vscode.commands.executeCommand('foundries.disableApp', { scope: scopeOf(device.name) });
    await until('the write', () => patches() === 1);
    assert.deepEqual(lists, ['mosquitto,shellhttpd,telemetry']);
    assert.match((await value(device.name)) ?? '', /compose_apps = "shellhttpd,telemetry"/);
  });

  test('Disable App… reads it again after the list was open for a while', async () => {
    const device = await withThreeApps();
    await write(pacman('# nothing is set'), device.name);
    const { client } = factory.connection;
    const getDevice = client.getDevice.bind(client);
    // The device moves on while the list is open.
    Object.assign(client, {
      getDevice: async (...which: Parameters<typeof getDevice>) => older(await getDevice(...which)),
    });
    meanwhile = [() => Object.assign(client, { getDevice })];
    pick('mosquitto');
    await vscode.commands.executeCommand('foundries.disableApp', { scope: scopeOf(device.name) });
    await until('the write', () => patches() === 1);
    assert.match((await value(device.name)) ?? '', /compose_apps = "shellhttpd,telemetry"/);
  });

  test('Switch Tag… says what would be taken from what the device runs now', async () => {
    const device = await withThreeApps();
    fleet().heard({ ...device, target: device.target.replace(/^.+-lmp-/, 'toaster-lmp-') });
    let details: (string | undefined)[] = [];
    choose = (items) => {
      details = items.map(({ detail }) => detail);
      return undefined;
    };
    await vscode.commands.executeCommand('foundries.switchTag', { scope: scopeOf(device.name) });
    assert.ok(details.length > 0);
    assert.ok(!details.some((detail) => detail?.includes('no target fits')), details.join());
  });

  test('Switch Tag… asks before it replaces a tag that somebody set meanwhile; No leaves it', async () => {
    await write(pacman('tags = "main"'));
    const theirs = () => write(pacman('tags = "stable"'));
    answer = ({ buttons, message }) => (message.includes('meanwhile') ? undefined : buttons[0]);
    meanwhile = [theirs];
    pick('devel');
    await vscode.commands.executeCommand('foundries.switchTag', { scope: scopeOf(DEVICE) });
    const asked = () => questions.filter(({ message }) => message.includes('meanwhile'));
    assert.equal(asked().length, 1);
    assert.match(asked()[0]!.detail, /stable/);
    assert.equal(patches(), 0);
    assert.equal(await value(), pacman('tags = "stable"'));
    // Yes sends it.
    await write(pacman('tags = "main"'));
    meanwhile = [theirs];
    answer = ({ buttons }) => buttons[0];
    await vscode.commands.executeCommand('foundries.switchTag', { scope: scopeOf(DEVICE) });
    assert.equal(asked().length, 2);
    assert.equal(await value(), pacman('tags = "devel"'));
    assert.equal(patches(), 1);
  });

  test('Switch Tag… does not ask about what somebody changed in the rest of the file, nor set to the same tag', async () => {
    await write(pacman('tags = "main"'));
    meanwhile = [() => write(pacman('tags = "main"\ncompose_apps = "a"'))];
    pick('devel');
    await vscode.commands.executeCommand('foundries.switchTag', { scope: scopeOf(DEVICE) });
    assert.equal(await value(), pacman('tags = "devel"\ncompose_apps = "a"'));
    meanwhile = [() => write(pacman('tags = "main"'))];
    pick('main');
    await vscode.commands.executeCommand('foundries.switchTag', { scope: scopeOf(DEVICE) });
    assert.ok(!questions.some(({ message }) => message.includes('meanwhile')));
  });

  test('Switch Tag… of several devices asks about the one whose tag was set meanwhile, and switches the others', async () => {
    const { devices } = factory.api;
    const rows = (await devices.children()).filter((row): row is DeviceRow => 'device' in row).slice(0, 3);
    const names = rows.map(({ device }) => device.name);
    assert.equal(names.length, 3);
    for (const name of names) {
      await write(pacman('tags = "main"'), name);
    }
    meanwhile = [() => write(pacman('tags = "stable"'), names[1])];
    answer = ({ buttons, message }) => (message.includes('meanwhile') ? undefined : buttons[0]);
    pick('devel');
    await vscode.commands.executeCommand('foundries.switchTag', rows[0], rows);
    await until('the question', () => questions.some(({ message }) => message.includes('meanwhile')));
    const asked = questions.find(({ message }) => message.includes('meanwhile'));
    assert.match(asked?.detail ?? '', new RegExp(`${names[1]}: .*stable`));
    const values = await Promise.all(names.map((name) => value(name)));
    assert.deepEqual(
      values,
      names.map((_name, at) => pacman(`tags = "${at === 1 ? 'stable' : 'devel'}"`)),
    );
  });
});
