import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import type { FactoryData } from '../../src/store/connections';
import type { Device } from '../../src/model/device';
import { pageUri } from '../../src/reports/devicePages';
import type { Row } from '../../src/views/rows/row';
import { followRename } from '../../src/commands/openFiles';
import { until } from '../support/until';
import { tabs } from './support/editors';
import { DEVICE, FACTORY } from './support/extension';
import { SignedIn } from './support/signedIn';

/** What is done to device-01 or the group lab, and how the service and the tree show it. */
interface Act {
  readonly name: string;
  readonly method: string;
  run(data: FactoryData, device: Device): Promise<unknown>;
  wire(device: Record<string, unknown>, groups: readonly Record<string, unknown>[]): unknown;
  tree(devices: readonly Device[], groups: readonly string[]): unknown;
  readonly after: unknown;
}

const MEMBER = '60a1b2c3d4e5f60718293a4c';
const lab = (groups: readonly string[]) => groups.find((label) => label.startsWith('lab'));

const ACTS: readonly Act[] = [
  {
    name: 'rename',
    method: 'PATCH',
    run: (data, device) => data.deviceWrites.change(device, { name: 'bench-1' }),
    wire: (device) => device.name,
    tree: (devices, [uuid]) => devices.find((device) => device.uuid === uuid)?.name,
    after: 'bench-1',
  },
  {
    name: 'move to a group',
    method: 'PATCH',
    run: (data, device) => data.deviceWrites.change(device, { group: 'lab' }),
    wire: ({ group }) => (group as { name: string } | null)?.name ?? '',
    tree: (devices, [uuid]) => devices.find((device) => device.uuid === uuid)?.group,
    after: 'lab',
  },
  {
    name: 'change of the owner',
    method: 'PATCH',
    run: (data, device) => data.deviceWrites.change(device, { owner: MEMBER }),
    wire: ({ owner }) => owner,
    tree: (devices, [uuid]) => devices.find((device) => device.uuid === uuid)?.owner,
    after: MEMBER,
  },
  {
    name: 'description of a group',
    method: 'PATCH',
    run: (data) => data.groups.change('lab', { description: 'on the bench' }),
    wire: (_device, groups) => groups.find(({ name }) => name === 'lab')?.description,
    tree: (_devices, [, ...groups]) => lab(groups)?.replace('lab ', ''),
    after: 'on the bench',
  },
  {
    name: 'new group',
    method: 'POST',
    run: (data) => data.groups.create({ name: 'attic', description: '' }),
    wire: (_device, groups) => groups.some(({ name }) => name === 'attic'),
    tree: (_devices, groups) => groups.includes('attic '),
    after: true,
  },
];

suite('Effects of actions on devices and groups', () => {
  let factory: SignedIn;
  setup(async () => {
    factory = await SignedIn.start({ devices: 60 });
    await Promise.all([factory.api.devices.children(), factory.api.configuration.children()]);
  });
  teardown(() => factory.stop());

  const deviceOf = (row: Row) => (row as { readonly device?: Device }).device;
  const devices = async () => (await factory.api.devices.children()).flatMap((row) => deviceOf(row) ?? []);
  const groupRows = async () =>
    (await factory.api.configuration.children()).map((row) => {
      const { label, description } = row.item();
      return `${label as string} ${String(description)}`;
    });
  const seenBy = async (act: Act, { uuid }: Device) => {
    const [device, { groups }] = (await Promise.all([
      factory.ask(`/ota/devices/${uuid}/?by-uuid=1`),
      factory.ask(`/ota/factories/${FACTORY}/device-groups/`),
    ])) as [Record<string, unknown>, { groups: Record<string, unknown>[] }];
    return {
      wire: act.wire(device, groups),
      tree: act.tree(await devices(), [uuid, ...(await groupRows())]),
    };
  };

  for (const act of ACTS) {
    test(`${act.name}: the service has it, and the tree shows it without being refreshed`, async () => {
      const device = (await devices()).find(({ name }) => name === DEVICE)!;
      assert.notEqual((await seenBy(act, device)).tree, act.after);
      await act.run(factory.data, device);
      assert.deepEqual(await seenBy(act, device), { wire: act.after, tree: act.after });
    });

    test(`${act.name}, refused: the tree shows what the service has`, async () => {
      const device = (await devices()).find(({ name }) => name === DEVICE)!;
      const before = await seenBy(act, device);
      for (const status of [403, 409, 500]) {
        factory.fault({ match: { method: act.method }, status });
        await assert.rejects(act.run(factory.data, device), String(status));
        assert.deepEqual(await seenBy(act, device), before, String(status));
      }
    });
  }

  test('files and pages of a renamed device are open under its new name', async () => {
    const device = (await devices()).find(({ name }) => name === DEVICE)!;
    const page = (name: string) =>
      pageUri({ host: factory.host, factory: FACTORY, device: name, subject: { kind: 'details' } });
    const shown = () =>
      tabs().flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri.toString()] : []));
    await vscode.commands.executeCommand('foundries.showDeviceDetails', {
      page: { host: factory.host, factory: FACTORY, device: DEVICE, subject: { kind: 'details' } },
    });
    await until('the page', () => shown().includes(page(DEVICE).toString()));
    await factory.data.deviceWrites.change(device, { name: 'bench-1' });
    const scope = (name: string) => ({ kind: 'device', factory: FACTORY, device: name }) as const;
    await followRename(factory.host, scope(DEVICE), scope('bench-1'));
    assert.deepEqual(shown(), [page('bench-1').toString()]);
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === page('bench-1').toString());
    assert.match(document?.getText() ?? '', /bench-1/);
  });

  test('a group that somebody else made is shown by the next look by itself', async () => {
    const group = { name: 'elsewhere', description: '' };
    await factory.ask(`/ota/factories/${FACTORY}/device-groups/`, 'POST', group);
    assert.equal(await factory.api.configuration.refreshQuietly(0), undefined);
    assert.ok((await groupRows()).includes('elsewhere '));
    factory.fault({ match: { path: '/device-groups/' }, status: 403 });
    assert.notEqual(await factory.api.configuration.refreshQuietly(0), undefined);
    assert.ok((await groupRows()).includes('elsewhere '));
  });
});
