import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import type { Device } from '../../src/model/device';
import type { Question } from '../../src/ui/questions';
import type { Row } from '../../src/views/rows/row';
import { until } from '../support/until';
import { DEVICE, FACTORY } from './support/extension';
import { ExtensionClock } from './support/extensionClock';
import { setSetting } from './support/settings';
import { SignedIn } from './support/signedIn';

suite('Acting on devices and groups', () => {
  let factory: SignedIn;
  let asked: Question[];
  setup(async () => {
    factory = await SignedIn.start({ devices: 60 });
    factory.api.arrangements.change({ sort: 'name' });
    await children();
    asked = [];
    factory.api.answerQuestions((question) => {
      asked.push(question);
      return Promise.resolve(question.buttons[0]);
    });
    factory.seen();
  });
  teardown(() => factory.stop());

  const children = (row?: Row) => factory.api.devices.children(row);
  const devices = async (parent?: Row) => (await children(parent)).flatMap((row) => deviceOf(row) ?? []);
  const rowsWhere = async (wanted: (device: Device) => boolean, parent?: Row) =>
    (await children(parent)).filter((row) => deviceOf(row) !== undefined && wanted(deviceOf(row)!));
  const rowOf = async (name: string) => (await rowsWhere((device) => device.name === name))[0]!;
  const groupOf = async (name: string) =>
    ((await factory.ask(`/ota/devices/${name}/`)) as { group: { name: string } | null }).group?.name ?? '';

  test('a renamed device has its new name in the tree', async () => {
    const device = deviceOf(await rowOf(DEVICE))!;
    await factory.data.deviceWrites.change(device, { name: 'bench/1' });
    const names = (await devices()).map(({ name }) => name);
    assert.ok(names.includes('bench/1') && !names.includes(DEVICE));
  });

  test('two devices are moved: one question, a PATCH for each, and the tree shows it', async () => {
    const two = (await rowsWhere(({ group, production }) => group !== 'lab' && !production)).slice(0, 2);
    const names = two.map((row) => deviceOf(row)!.name);
    const groups = ((await factory.ask(`/ota/factories/${FACTORY}/device-groups/`)) as { groups: { name: string }[] })
      .groups;
    const target = groups.map(({ name }) => name).find((name) => two.every((row) => deviceOf(row)!.group !== name))!;
    factory.seen();
    await vscode.commands.executeCommand('foundries.moveToGroup', two[0], two, target);
    assert.equal(asked.length, 1);
    assert.match(asked[0]!.message, /^Move 2 devices to group /);
    assert.ok(names.every((name) => asked[0]!.detail.includes(name)));
    assert.equal(factory.writes().length, 2);
    const shown = (await devices()).filter(({ name }) => names.includes(name));
    assert.deepEqual(
      shown.map(({ group }) => group),
      [target, target],
    );
    assert.deepEqual(await Promise.all(names.map(groupOf)), [target, target]);
  });

  test('dragged from one group onto another: it stands below that one, without a refresh by hand', async () => {
    factory.api.arrangements.change({ grouping: 'group' });
    const headings = (await children()).filter((row) => 'heading' in row) as (Row & {
      heading: { name: string; devices: number };
    })[];
    const [from, to] = headings.filter(({ heading }) => heading.name !== '');
    const row = (await rowsWhere(() => true, from))[0]!;
    await children(to);
    const { name } = deviceOf(row)!;
    const transfer = new vscode.DataTransfer();
    factory.api.drops.handleDrag([row], transfer);
    await factory.api.drops.handleDrop(to, transfer);
    await until('the move', async () => (await groupOf(name)) === to!.heading.name);
    assert.equal(asked.length, 1);
    await until('the rows', async () => {
      const now = (await children()) as typeof headings;
      const [before, after] = [from, to].map((was) => now.find(({ id }) => id === was!.id)!);
      return (
        after!.heading.devices === to!.heading.devices + 1 &&
        !(await devices(before)).some((device) => device.name === name) &&
        (await devices(after)).some((device) => device.name === name)
      );
    });
  });

  test('a move that is refused for one device is done for the other, and the rows are true', async () => {
    const two = (await rowsWhere(({ group }) => group === '')).slice(0, 2);
    const [first, second] = two.map((row) => deviceOf(row)!);
    factory.fault({ match: { method: 'PATCH', path: first!.uuid }, status: 409 });
    await vscode.commands.executeCommand('foundries.moveToGroup', two[0], two, 'lab');
    const group = async (name: string) => (await devices()).find((device) => device.name === name)?.group;
    assert.equal(await group(first!.name), '');
    assert.equal(await group(second!.name), 'lab');
  });

  test('closing the question sends nothing', async () => {
    factory.api.answerQuestions(() => Promise.resolve(undefined));
    const two = (await rowsWhere(({ group }) => group === '')).slice(0, 2);
    await vscode.commands.executeCommand('foundries.moveToGroup', two[0], two, 'lab');
    await vscode.commands.executeCommand('foundries.enableWireguard', two[0], two);
    assert.deepEqual(factory.writes(), []);
  });

  test('a deleted device is gone from the tree; one that somebody else deleted too', async () => {
    const [one, other] = await devices();
    await factory.data.deviceWrites.remove(one!);
    await factory.ask(`/ota/devices/${other!.name}/`, 'DELETE');
    await assert.rejects(factory.data.deviceWrites.change(other!, { name: 'x' }));
    const left = (await devices()).map(({ uuid }) => uuid);
    assert.ok(!left.includes(one!.uuid) && !left.includes(other!.uuid));
  });

  test('name, UUID, address and command lines land on the clipboard', async () => {
    const row = await rowOf(DEVICE);
    const { uuid, ip } = deviceOf(row)!;
    const copied = async (command: string, rows?: Row[]) => {
      await vscode.commands.executeCommand(command, row, rows);
      return vscode.env.clipboard.readText();
    };
    assert.equal(await copied('foundries.copyDeviceName'), DEVICE);
    assert.equal(await copied('foundries.copyDeviceUuid'), uuid);
    assert.equal(await copied('foundries.copyDeviceIp'), ip);
    assert.equal(await copied('foundries.copySshCommand'), `ssh fio@${ip}`);
    const [first, second] = await rowsWhere(() => true);
    assert.equal(
      await copied('foundries.copyDeviceName', [first!, second!]),
      `${deviceOf(first)!.name}\n${deviceOf(second)!.name}`,
    );
    assert.deepEqual(factory.seen(), []);
  });

  test('an empty group is deleted after asking; one with devices is not', async () => {
    const groupRow = async (name: string) =>
      (await factory.api.configuration.children()).find(
        (row) => (row as { scope?: { group?: string } }).scope?.group === name,
      );
    await factory.data.groups.create({ name: 'empty', description: '' });
    await until('the new group', async () => (await groupRow('empty')) !== undefined);
    await vscode.commands.executeCommand('foundries.deleteGroup', await groupRow('empty'));
    assert.match(asked[0]!.message, /Delete the device group empty\?/);
    assert.equal(await groupRow('empty'), undefined);
    factory.seen();
    await vscode.commands.executeCommand('foundries.deleteGroup', await groupRow('lab'));
    assert.equal(asked.length, 1);
    assert.deepEqual(factory.seen(), ['GET /ota/devices/']);
    assert.ok((await groupRow('lab')) !== undefined);
  });

  test('a remote action is asked about, sent once, and followed to its end', () =>
    ExtensionClock.during(async (clock) => {
      await vscode.commands.executeCommand('foundries.runRemoteAction', await rowOf(DEVICE), undefined, 'diag');
      assert.match(asked[0]!.message, /Run diag on device-01\?/);
      assert.match(
        (await factory.value('fioconfig-oneshot-diag')) ?? '',
        /^COMMAND_ID=diag_[A-Z2-7]{15}\nCOMMAND_CAPTURE=1\n$/,
      );
      assert.equal(factory.writes().length, 1);
      await factory.control.checkIn(DEVICE);
      factory.control.advance(20);
      const looks = () => factory.seen().filter((request) => request.includes('/tests/diag_')).length;
      await clock.until('a look at the result', () => looks() > 0);
      await until('its end', () => factory.api.logged.some((line) => line.includes('/tests/diag_')));
      clock.advance(60_000);
      await factory.quiet();
      assert.equal(looks(), 0);
    }));

  test('an action that the device does not offer is not sent', async () => {
    await vscode.commands.executeCommand('foundries.runRemoteAction', await rowOf(DEVICE), undefined, 'wipe');
    assert.deepEqual([asked, factory.writes()], [[], []]);
  });

  test('WireGuard goes on with the first free address, and off again; no two devices get the same', async () => {
    const two = (await rowsWhere(({ production }) => !production)).filter((row) => deviceOf(row)!.name !== DEVICE);
    const addresses = async () =>
      (
        (await factory.ask(`/ota/factories/${FACTORY}/wireguard-ips/`)) as {
          name: string;
          ip: string;
          enabled: boolean;
        }[]
      ).filter(({ name }) => names.includes(name));
    const names = two.slice(0, 3).map((row) => deviceOf(row)!.name);
    // The reason is an input box.
    await setSetting('foundries.config.askForReason', 'never');
    await vscode.commands.executeCommand('foundries.enableWireguard', two[0], two.slice(0, 3));
    const on = await addresses();
    assert.equal(new Set(on.map(({ ip }) => ip)).size, 3);
    assert.ok(on.every(({ enabled }) => enabled));
    await vscode.commands.executeCommand('foundries.disableWireguard', two[0], [two[0]]);
    assert.equal((await addresses()).find(({ name }) => name === names[0])?.enabled, false);
    assert.match((await factory.value('wireguard-client', names[0])) ?? '', /^enabled=0\naddress=[\d.]+\npubkey=\S+$/);
  });
});

const deviceOf = (row: Row | undefined) => (row as { readonly device?: Device } | undefined)?.device;
