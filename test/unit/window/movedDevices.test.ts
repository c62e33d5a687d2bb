/** What is done to a device of an old row reaches that device, or nothing, whatever has its name by now. */
import assert from 'node:assert/strict';
import { manageCommands } from '../../../src/commands/device/manage';
import type { DevicesView } from '../../../src/views/devicesView';
import { DeviceRow } from '../../../src/views/rows/deviceRow';
import { until } from '../../support/until';
import { desk, type ShownInput } from '../../support/vscode';
import { CommandScene } from '../support/commandScene';
import { FACTORY } from '../support/factory';

suite('A row of a device whose name has moved', () => {
  let it: CommandScene;
  const GROUPS = ['rack', 'shelf', 'repair'];
  setup(async () => {
    it = await CommandScene.start();
    for (const name of GROUPS) {
      await it.factory.client.createGroup(FACTORY, { name, description: '' });
    }
    await put('bench', 'rack');
    await it.context.factory.fleet.all.refresh();
    it.factory.seen();
  });
  teardown(() => it.factory.close());

  /** A colleague moves a device to a group. */
  const put = (device: string, group: string) => it.factory.client.changeDevice(FACTORY, it.uuids[device]!, { group });
  const commands = () => manageCommands(it.services, { tree: { selection: [] } } as unknown as DevicesView);
  const rowOf = (...names: string[]) =>
    names.map((name) =>
      Object.assign(Object.create(DeviceRow.prototype) as DeviceRow, {
        id: name,
        device: it.context.factory.fleet.find(name)!,
      }),
    );
  const now = async (name: string) => (await it.context.factory.fleet.look(it.uuids[name]!))!;
  const groups = async (...names: string[]) => Promise.all(names.map(async (name) => (await now(name)).group));
  const move = async (rows: readonly DeviceRow[], group: string) => {
    await commands()['foundries.moveToGroup'](rows[0], rows, group);
    await until('it is told', () => desk.messages.length > 0);
  };
  /** Undo is chosen once something else has happened. */
  const undoAfter = (meanwhile: () => Promise<unknown>) => {
    const { fleet } = it.context.factory;
    const settle = fleet.groupsChanged.bind(fleet);
    fleet.groupsChanged = async () => {
      fleet.groupsChanged = settle;
      await settle();
      await meanwhile();
    };
    desk.answer = (_message, buttons) => buttons.find((button) => button === 'Undo');
  };
  const undone = () => until('the undo is told', () => desk.messages.length > 1);
  const nothing = () => Promise.resolve();

  test('is moved to a group itself', async () => {
    const rows = rowOf('bench');
    await it.swap();
    await move(rows, 'shelf');
    assert.deepEqual(await groups('bench', 'twin'), ['shelf', '']);
  });

  test('comes back where it was, also where names move before that', async () => {
    undoAfter(() => it.swap());
    await move(rowOf('bench'), 'shelf');
    await undone();
    assert.deepEqual(await groups('bench', 'twin'), ['rack', '']);
  });

  test('comes back where it was and not where the old row had it', async () => {
    const rows = rowOf('bench');
    await put('bench', 'repair');
    undoAfter(nothing);
    await move(rows, 'shelf');
    await undone();
    assert.deepEqual(await groups('bench'), ['repair']);
  });

  test('stays where a colleague put it since, and that is told', async () => {
    undoAfter(() => put('bench', 'repair'));
    await move(rowOf('bench', 'twin'), 'shelf');
    await undone();
    assert.deepEqual(await groups('bench', 'twin'), ['repair', '']);
    assert.match(desk.messages.at(-1) ?? '', /group repair/);
  });

  test('is not taken out of a group that it was in already', async () => {
    const rows = rowOf('bench');
    await put('bench', 'shelf');
    undoAfter(nothing);
    await move(rows, 'shelf');
    assert.deepEqual(await groups('bench'), ['shelf']);
  });

  test('is renamed itself', async () => {
    const rows = rowOf('bench');
    desk.meet = (box) => {
      void it.swap().then(() => {
        (box as ShownInput).type('gateway');
        return box.enter();
      });
    };
    await commands()['foundries.renameDevice'](rows[0]);
    await until('it has its name', async () => (await now('bench')).name === 'gateway');
    assert.equal((await now('twin')).name, 'bench');
  });

  test('gets another owner itself', async () => {
    const rows = rowOf('bench');
    const before = await now('twin');
    const users = await it.factory.client.listUsers(FACTORY);
    const other = users.find(({ id }) => id !== before.owner)!;
    desk.choose = async (items) => {
      await it.swap();
      return (items as readonly { readonly user: { readonly id: string } }[]).find(({ user }) => user.id === other.id);
    };
    await commands()['foundries.changeOwner'](rows[0], rows);
    await until('it is told', () => desk.messages.length > 0);
    assert.deepEqual([(await now('bench')).owner, (await now('twin')).owner], [other.id, before.owner]);
  });
});
