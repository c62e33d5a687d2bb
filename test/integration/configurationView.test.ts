import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import * as vscode from 'vscode';
import { FACTORY } from './support/extension';
import { PlacesScene } from './support/placesScene';

const LAB_CONFIG = `/ota/factories/${FACTORY}/device-groups/lab/config/`;

suite('Where files live', () => {
  const it = PlacesScene.ofEach();

  suite('The Configuration view', () => {
    test('the Factory and each group, with one request; each opens to its files with one', async () => {
      const labels = (await it.rows()).map((found) => found.item().label);
      assert.deepEqual(labels, [FACTORY, 'field', 'lab', 'stores']);
      assert.deepEqual(it.factory.seen(), [`GET /ota/factories/${FACTORY}/device-groups/`]);
      const files = await it.rows(await it.row('lab'));
      assert.deepEqual(
        files.map((found) => found.item().label),
        ['Apps', 'z-50-fioctl.toml'],
      );
      assert.equal(files[1]!.item().description, '', 'nobody knows whether all devices have it');
      assert.deepEqual(it.factory.seen(), [`GET ${LAB_CONFIG}`]);
      assert.equal((await it.rows(await it.row('stores'))).at(-1)!.item().label, 'No configuration files');
    });

    test('a failure is a row with Try Again; the next try shows the rows', async () => {
      it.factory.fault({ match: { path: '*/device-groups/*' }, status: 403 });
      const [failure] = await it.rows();
      assert.equal(failure!.item().label, 'Device groups could not be loaded');
      assert.equal(failure!.item().contextValue, 'foundries.failure');
      it.factory.server.emulator.faults.clear();
      await vscode.commands.executeCommand('foundries.retry', failure);
      assert.equal((await it.rows()).length, 4);
    });
  });
});
