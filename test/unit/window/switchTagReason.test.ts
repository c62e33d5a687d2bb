import assert from 'node:assert/strict';
import type { AppServices } from '../../../src/commands/appServices';
import { switchTag } from '../../../src/commands/switchTag';
import { AppChanges } from '../../../src/configfs/appChanges';
import { ConfigOperations } from '../../../src/configfs/operations';
import { SettingsEdits } from '../../../src/configfs/settingsEdits';
import { DeviceRow } from '../../../src/views/rows/deviceRow';
import { until } from '../../support/until';
import { desk } from '../../support/vscode';
import { CommandScene } from '../support/commandScene';

suite('The tag of several devices', () => {
  let it: CommandScene;
  let apps: AppServices;
  let titles: string[];
  setup(async () => {
    it = await CommandScene.start();
    titles = [];
    const { connections, approval, questions } = it.services;
    const settings = new SettingsEdits(it.host);
    const files = { connections, operations: new ConfigOperations(it.host), approval, questions };
    apps = { services: it.services, files, settings, changes: new AppChanges(settings, 0) };
    desk.choose = (items) =>
      (items as readonly { readonly choice?: { readonly tag?: string } }[]).find(
        ({ choice }) => choice?.tag !== undefined,
      );
    desk.meet = (box) => {
      titles.push(box.title);
      void box.enter();
    };
  });
  teardown(() => it.factory.close());

  const rowOf = (name: string): DeviceRow =>
    Object.assign(Object.create(DeviceRow.prototype) as DeviceRow, { device: it.context.factory.fleet.find(name) });

  test('is switched with a reason, which is asked for once, for all of them', async () => {
    const rows = [rowOf('bench'), rowOf('twin')];
    await switchTag(apps, it.context, rows[0], rows);
    await until('it is told', () => desk.messages.length > 0);
    assert.equal(it.written().length, 2, desk.messages.join('\n'));
    assert.match(
      it.asked[0]?.detail ?? '',
      /^It reaches 2 devices\.\nNone of them is a production device\.\nNone is offline\.\n/m,
    );
    assert.deepEqual(titles, ['Reason for the change of z-50-fioctl.toml (2 devices)']);
  });
});
