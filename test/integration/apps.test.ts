import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import type { SettingsPlace } from '../../src/configfs/settingsEdits';
import type { AppRow } from '../../src/views/rows/appRows';
import type { Row } from '../../src/views/rows/row';
import { until } from '../support/until';
import { answering, messages } from './support/answering';
import { DEVICE, FACTORY } from './support/extension';
import { ExtensionClock } from './support/extensionClock';
import { SignedIn } from './support/signedIn';

const FILE = 'z-50-fioctl.toml';
const place = (host: string): SettingsPlace => ({ host, scope: { kind: 'device', factory: FACTORY, device: DEVICE } });

/** The classes of the extension's bundle are not those of this one. */
const isApp = (row: Row): row is AppRow => row.id.includes('/apps/app/') && 'app' in row;

suite('Apps below a device', () => {
  let factory: SignedIn;
  setup(async () => {
    factory = await SignedIn.start();
  });
  teardown(() => factory.stop());

  const start = async (text: string | undefined): Promise<void> => {
    const files = text === undefined ? [] : [{ name: FILE, value: text, unencrypted: true }];
    await factory.control.writeConfig({ device: DEVICE, files, replace: true });
    await factory.api.devices.refresh();
    factory.seen();
  };
  const appsOf = async (): Promise<Row[]> => {
    const { devices } = factory.api;
    const device = (await devices.children()).find((row) => row.item().label === DEVICE);
    const apps = (await devices.children(device)).find((row) => row.id.endsWith('/apps'));
    assert.ok(apps !== undefined);
    return devices.children(apps);
  };
  const appRow = async (name: string): Promise<AppRow> => {
    const row = (await appsOf()).find((candidate) => isApp(candidate) && candidate.app.name === name);
    assert.ok(row !== undefined && isApp(row), name);
    return row;
  };
  const check = (row: AppRow, on: boolean): void => {
    const state = on ? vscode.TreeItemCheckboxState.Checked : vscode.TreeItemCheckboxState.Unchecked;
    factory.api.apps.checked({ items: [[row, state]] });
  };
  const note = async (): Promise<string> => {
    const row = (await appsOf()).find((candidate) => candidate.id.endsWith('/setting'));
    return String(row?.item().description);
  };
  /** Clicks, and lets the time pass in which further clicks would join them. */
  const clickAndSend = (clicks: () => unknown) =>
    ExtensionClock.during(async (clock) => {
      await clicks();
      clock.advance(1_000);
      const uuid = factory.data.fleet.find(DEVICE)?.uuid;
      await factory.api.appChanges.settled({ ...place(factory.host), uuid });
    });

  test('default, none and a list look different, and say so', async () => {
    await start('[pacman]\n');
    assert.match(await note(), /^Default: all apps of its target/);
    assert.equal((await appRow('shellhttpd')).app.enabled, true);
    await start('[pacman]\ncompose_apps = ""\n');
    assert.match(await note(), /^None: no app runs/);
    assert.equal((await appRow('shellhttpd')).app.enabled, false);
    await start('[pacman]\ncompose_apps = "shellhttpd,gone"\n');
    assert.match(await note(), /^Only the checked apps/);
    const item = (await appRow('gone')).item();
    assert.match(String(item.description), /not in the target/);
    assert.match(item.accessibilityInformation?.label ?? '', /app gone, enabled, not in the target/);
  });

  test('a file that is not valid has no boxes, and says what is wrong with it', async () => {
    await start('[pacman]\ntags = 1 2\n');
    const rows = await appsOf();
    assert.ok(rows.some((row) => String(row.item().description).includes('line 2')));
    for (const row of rows.filter(isApp)) {
      assert.equal(row.item().checkboxState, undefined);
    }
  });

  test('the default without a known target has no boxes, and a command sends nothing', async () => {
    await start('[pacman]\n');
    factory.fault({ status: 404, match: { method: 'GET', path: '/targets/' }, count: 50 });
    const rows = await appsOf();
    assert.ok(rows.some((row) => /The apps of .* are not known/.test(String(row.item().description))));
    for (const row of rows.filter(isApp)) {
      assert.equal(row.item().checkboxState, undefined, row.app.name);
    }
    factory.seen();
    const told: string[] = [];
    await answering(messages(told), () =>
      vscode.commands.executeCommand('foundries.enableApp', { ...place(factory.host), app: 'shellhttpd' }),
    );
    assert.ok(factory.seen().some((request) => request.includes('/config/')));
    assert.match(told.join(), /nothing was sent/);
    assert.equal(factory.api.appChanges.wanted(place(factory.host)), undefined);
    assert.equal(await factory.value(FILE), '[pacman]\n');
  });

  test('a device that reports nothing yet asks for one target only', async () => {
    await start('[pacman]\n');
    await appsOf();
    const requests = factory.server.emulator.requests.all().filter(({ path }) => path.includes('/targets/'));
    assert.ok(
      requests.every(({ path }) => /\/targets\/.+/.test(path)),
      requests.map(({ path }) => path).join(),
    );
  });

  test('a refused write puts the boxes back', async () => {
    await start('[pacman]\ncompose_apps = "shellhttpd"\n');
    factory.fault({ status: 403, match: { method: 'PATCH' } });
    await clickAndSend(async () => {
      check(await appRow('shellhttpd'), false);
      assert.equal((await appRow('shellhttpd')).app.enabled, false);
      assert.match(String((await appRow('shellhttpd')).item().description), /about to be sent|sending/);
    });
    assert.equal((await appRow('shellhttpd')).app.enabled, true);
    assert.equal(await factory.value(FILE), '[pacman]\ncompose_apps = "shellhttpd"\n');
  });

  test('what was clicked right before signing out is sent, with the account that it was clicked with', async () => {
    await start('[pacman]\n');
    check(await appRow('shellhttpd'), false);
    await answering({ showInformationMessage: () => Promise.resolve('Sign Out') }, () =>
      vscode.commands.executeCommand('foundries.signOut'),
    );
    assert.equal(factory.api.accounts.accounts.length, 0);
    const writes = factory.requests().filter(({ method }) => method !== 'GET');
    assert.deepEqual(
      writes.map(({ method, path, status }) => [method, path, status < 300]),
      [['PATCH', `/ota/devices/${DEVICE}/config/`, true]],
    );
  });

  test('Undo App Change takes back what was changed last, and deletes a file that was made for it', async () => {
    await start(undefined);
    const [first] = (await appsOf()).filter(isApp);
    assert.ok(first !== undefined);
    await clickAndSend(() => check(first, false));
    assert.match((await factory.value(FILE)) ?? '', /^\n\[pacman\]\n {2}compose_apps = /);
    factory.seen();
    await vscode.commands.executeCommand('foundries.undoAppChange');
    await until('the file to be gone', async () => (await factory.value(FILE)) === undefined);
    assert.ok(factory.seen().includes(`DELETE /ota/devices/${DEVICE}/config/${FILE}/`));
  });

  test('an open editor without unsent text follows', async () => {
    await start('# mine\n[pacman]\ncompose_apps = "shellhttpd" # why\n');
    const editor = await factory.open(FILE);
    await clickAndSend(async () => check(await appRow('shellhttpd'), false));
    await until('the new text', () => editor.document.getText() === '# mine\n[pacman]\n# why\ncompose_apps = ""\n');
    assert.equal(editor.document.isDirty, false);
  });
});
