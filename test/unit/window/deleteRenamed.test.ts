import assert from 'node:assert/strict';
import { manageCommands } from '../../../src/commands/device/manage';
import type { DevicesView } from '../../../src/views/devicesView';
import { DeviceRow } from '../../../src/views/rows/deviceRow';
import { until } from '../../support/until';
import { desk } from '../../support/vscode';
import { CommandScene } from '../support/commandScene';
import { FACTORY } from '../support/factory';

suite('A device that is to be deleted', () => {
  let it: CommandScene;
  setup(async () => {
    it = await CommandScene.start();
    desk.meet = (box) => {
      box.type('bench');
      void box.enter();
    };
  });
  teardown(() => it.factory.close());

  /** Deletes the device of the row `bench`, whose name is typed. */
  async function remove(row: DeviceRow): Promise<string[]> {
    const view = { tree: { selection: [] } } as unknown as DevicesView;
    await manageCommands(it.services, view)['foundries.deleteDevice'](row, undefined);
    await until('it is told', () => desk.messages.length > 0);
    const { devices } = await it.factory.client.listDevices({ factory: FACTORY, limit: 20 });
    return devices.map(({ uuid }) => uuid);
  }
  const bench = () =>
    Object.assign(Object.create(DeviceRow.prototype) as DeviceRow, { device: it.context.factory.fleet.find('bench') });

  test('and has another name by now is left alone: another name was typed', async () => {
    const row = bench();
    await it.factory.client.changeDevice(FACTORY, it.uuids.bench!, { name: 'gateway' });
    await it.factory.client.changeDevice(FACTORY, it.uuids.twin!, { name: 'bench' });
    const left = await remove(row);
    assert.ok(left.includes(it.uuids.bench!) && left.includes(it.uuids.twin!));
    assert.match(desk.messages.join('\n'), /bench was renamed to gateway/);
  });

  test('and kept its name is deleted', async () => {
    const left = await remove(bench());
    assert.ok(!left.includes(it.uuids.bench!) && left.includes(it.uuids.twin!));
  });
});
