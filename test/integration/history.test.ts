/** What the history of a configuration shows. */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import * as vscode from 'vscode';
import { parseVersion, VERSION_SCHEME } from '../../src/configfs/versions';
import { until } from '../support/until';
import { activeDiff, activeTab, closeEverything, textOf } from './support/editors';
import { DEVICE, FACTORY } from './support/extension';
import { deviceRow, HistoryScene } from './support/historyScene';

const GET = `GET /ota/devices/${DEVICE}/config/`;
const USERS = `GET /ota/factories/${FACTORY}/users/`;
const GUIDE = '[page]\nurl = "https://foundries.io/"\n';

suite('History, effective configuration and comparison', () => {
  const it = HistoryScene.ofEach();
  const entry = (pick: vscode.QuickPick<vscode.QuickPickItem>) =>
    pick.items.map(({ label, description, detail }) => [label, description ?? '', detail ?? ''] as const);

  test('the history of a file: who, when, why, what, delivered or not; one request and one for the names', async () => {
    await it.write('Try $(bug) it', { 'app.config': 'second' });
    it.factory.seen();
    const { done, pick } = await it.list('foundries.showConfigHistory', { uri: it.factory.uri('app.config') });
    assert.deepEqual(it.factory.seen(), [GET, USERS]);
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
    const { done, pick } = await it.list('foundries.showConfigHistory', deviceRow);
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
      const { done, pick } = await it.list('foundries.showConfigHistory', { scope });
      const entries = entry(pick);
      assert.ok(entries.length > 0 && entries.every(([, , detail]) => !detail.includes('fetched')));
      pick.hide();
      await done;
    }
  });

  test('an entry of a file opens as a diff against the one before, read-only, without another request', async () => {
    await it.write('Second', { 'app.config': 'second' });
    it.factory.seen();
    await it.run('foundries.showConfigHistory', it.factory.uri('app.config'), 'Second');
    const { original, modified } = await activeDiff();
    assert.deepEqual([original.scheme, modified.scheme], [VERSION_SCHEME, VERSION_SCHEME]);
    assert.deepEqual([await textOf(original), await textOf(modified)], [GUIDE, 'second']);
    assert.deepEqual(it.factory.seen(), [GET, USERS]);
    assert.equal(vscode.workspace.fs.isWritableFileSystem(VERSION_SCHEME), undefined);
  });

  test('an entry of a device opens all its files together', async () => {
    await it.factory.control.writeConfig({
      device: DEVICE,
      files: [
        { name: 'app.config', value: 'x' },
        { name: 'new', value: 'y' },
      ],
      remove: ['wireguard-client'],
      reason: 'Much',
    });
    await it.run('foundries.showConfigHistory', deviceRow, 'Much');
    const label = () => activeTab()?.label ?? '';
    await until('the files', () => label().startsWith(`${DEVICE}: Much`));
    assert.match(label(), /3 files/);
  });

  test('Compare with Present: the old version, and the document of the file, that can be edited', async () => {
    await it.write('Second', { 'app.config': 'second' });
    await it.run('foundries.compareVersion', it.factory.uri('app.config'), 'API test');
    const { original, modified } = await activeDiff();
    assert.equal(await textOf(original), GUIDE);
    assert.equal(modified.toString(), it.factory.uri('app.config').toString());
    assert.equal(await textOf(modified), 'second');
  });

  test('a version has an address of its own, and says so when it is no longer kept', async () => {
    await it.write('Second', { 'app.config': 'second' });
    await it.run('foundries.showConfigHistory', it.factory.uri('app.config'), 'Second');
    const { original } = await activeDiff();
    assert.deepEqual(parseVersion(vscode.Uri.parse(original.toString())), parseVersion(original));
    await closeEverything();
    assert.equal(await textOf(vscode.Uri.parse(original.toString())), GUIDE);
    await closeEverything();
    for (let n = 0; n < 10; n++) {
      await it.write(`Change ${n}`, { 'app.config': String(n) });
    }
    it.factory.connection.configs.invalidate();
    const stale = original.with({ query: original.query.replace('app.config', './app.config') });
    assert.match(await textOf(stale), /^The version of .+ is no longer kept: the service keeps the last ten changes/);
    await vscode.commands.executeCommand('foundries.restoreVersion', stale);
    assert.match(it.told[0] ?? '', /no longer kept/);
  });

  test('what cannot be read is said once, with a list that closes', async () => {
    it.factory.fault({ status: 403, count: 5, match: { path: '/config/' } });
    await vscode.commands.executeCommand('foundries.showConfigHistory', deviceRow);
    assert.equal(it.told.length, 1);
    assert.match(it.told[0] ?? '', /^Could not read the configuration history of device-01: Not permitted/);
  });
});
