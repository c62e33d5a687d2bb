/** What counts on a device, and how two places differ. */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import * as vscode from 'vscode';
import { until } from '../support/until';
import { activeDiff, activeTab, textOf } from './support/editors';
import { DEVICE, FACTORY } from './support/extension';
import { deviceRow, HistoryScene } from './support/historyScene';

const GET = `GET /ota/devices/${DEVICE}/config/`;
const LEVELS = [
  GET,
  `GET /ota/devices/${DEVICE}/`,
  `GET /ota/factories/${FACTORY}/config/`,
  `GET /ota/factories/${FACTORY}/device-groups/lab/config/`,
];

suite('History, effective configuration and comparison', () => {
  const it = HistoryScene.ofEach();

  test('the effective configuration: origin of every file, the merge key by key; four requests', async () => {
    await it.factory.ask(`/ota/devices/${DEVICE}/`, 'PATCH', { group: 'lab' });
    await it.write('Own apps', { 'z-50-fioctl.toml': '[pacman]\ntags = "devel"\ncompose_apps = "own"\n' });
    await it.factory.control.writeConfig({
      device: DEVICE,
      files: [{ name: 'AWS_REGION', value: '[click](command:foundries.signOut)' }],
    });
    it.factory.seen();
    await vscode.commands.executeCommand('foundries.showEffectiveConfig', deviceRow);
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
    assert.deepEqual(it.factory.seen().sort(), [...LEVELS].sort());
  });

  test('asked again, the page shows what is there now; without the right to see the Factory, the rest', async () => {
    await vscode.commands.executeCommand('foundries.showEffectiveConfig', deviceRow);
    const { document } = vscode.window.activeTextEditor!;
    await it.write('New', { 'brand.new': 'brand new' });
    it.factory.fault({
      status: 403,
      count: 5,
      match: { path: `/ota/factories/${FACTORY}/config/` },
    });
    await vscode.commands.executeCommand('foundries.showEffectiveConfig', deviceRow);
    await until('the new page', () => document.getText().includes('brand new'));
    assert.match(document.getText(), /^MISSING: the configuration of the Factory could not be read/m);
    assert.ok(!document.getText().includes('wireguard-server'));
  });

  test('two devices: equal, one file, several files; two requests', async () => {
    const [other] = await it.factory.data.fleet.search('kiosk');
    assert.ok(other);
    const both = [deviceRow, { device: other }];
    const compare = (rows: readonly unknown[] = both) =>
      vscode.commands.executeCommand('foundries.compareConfigs', rows[0], rows);
    for (const { device } of both) {
      await it.factory.control.writeConfig({ device: device.name, files: [{ name: 'a', value: '1' }], replace: true });
    }
    it.factory.seen();
    await compare();
    assert.deepEqual(it.factory.seen(), [GET, `GET /ota/devices/${other.name}/config/`]);
    assert.deepEqual(it.told, [`${DEVICE} and ${other.name} have the same configuration: 1 file, which is equal.`]);
    await it.factory.control.writeConfig({ device: other.name, files: [{ name: 'a', value: '2' }] });
    await compare();
    const { original, modified } = await activeDiff();
    assert.deepEqual([await textOf(original), await textOf(modified)], ['1', '2']);
    await it.factory.control.writeConfig({ device: other.name, files: [{ name: 'b', value: '2' }] });
    await compare();
    const label = () => activeTab()?.label ?? '';
    await until('the files', () => label().startsWith(`Configuration: ${DEVICE} ↔ ${other.name}`));
    await compare([deviceRow, deviceRow]);
    assert.equal(it.told.at(-1), 'Pick two different places to compare.');
    await compare([deviceRow, { scope: { kind: 'group', factory: FACTORY, group: 'lab' } }]);
    await until('the files', () => label().startsWith(`Configuration: ${DEVICE} ↔ group lab`));
  });

  test('a difference that no comparison of values shows is said', async () => {
    const [other] = await it.factory.data.fleet.search('kiosk');
    await it.factory.control.writeConfig({ device: DEVICE, files: [{ name: 'a', value: '1' }], replace: true });
    await it.factory.control.writeConfig({
      device: other!.name,
      files: [{ name: 'a', value: '1', 'on-changed': ['/h', 'x'] }],
      replace: true,
    });
    await vscode.commands.executeCommand('foundries.compareConfigs', deviceRow, [deviceRow, { device: other }]);
    assert.deepEqual(it.told, ['Not in the comparison: a: handler none → /h x']);
  });
});
