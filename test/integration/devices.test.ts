import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import type { Device } from '../../src/model/device';
import type { Row } from '../../src/views/rows/row';
import { PLAIN } from '../../src/model/deviceSelection';
import { until } from '../support/until';
import { SignedIn } from './support/signedIn';

suite('The Devices view', () => {
  let factory: SignedIn;
  setup(async () => {
    factory = await SignedIn.start({ devices: 250 });
    await factory.api.devices.children();
    factory.seen();
  });
  teardown(() => factory.stop());
  const children = () => factory.api.devices.children();
  const labels = async () => (await children()).map(labelOf);

  test('a filter is a request of its own, said above the rows, and remembered', async () => {
    factory.api.arrangements.change({ filter: { tag: 'devel', production: false } });
    const rows = await children();
    assert.ok(rows.length > 0);
    assert.ok(rows.map(deviceOf).every((device) => device?.tag === 'devel' && !device.production));
    assert.deepEqual(factory.seen(), ['GET /ota/devices/']);
    assert.match(factory.api.devices.tree.message ?? '', /^Only devices: not production, tag devel\. \d+ found\.$/);
    const stored = factory.api.context.workspaceState.get('foundries.devices.arrangement');
    assert.deepEqual(stored, { ...PLAIN, filter: { tag: 'devel', production: false } });
  });

  test('nothing that fits is no empty Factory', async () => {
    factory.api.arrangements.change({ filter: { name: 'no such device' } });
    assert.deepEqual(await labels(), []);
    // The view's own text says so, with buttons; VS Code hides it beside a message.
    assert.equal(factory.api.devices.tree.message ?? '', '');
  });

  test('grouped by tag: one request for the headings, one for each that is opened', async () => {
    factory.api.arrangements.change({ grouping: 'tag' });
    const headings = await children();
    assert.deepEqual(factory.seen(), [`GET /ota/factories/getting-started/status/`]);
    const devel = headings.find((row) => labelOf(row) === 'devel')!;
    assert.match(String(devel.item().description), /^\d+ · \d+ online$/);
    const below = await factory.api.devices.children(devel);
    assert.ok(
      below.filter((row) => 'device' in row).every((row) => deviceOf(row)?.tag === 'devel' && row.parent === devel),
    );
    assert.ok(deviceOf(below[0]));
    assert.deepEqual(factory.seen(), ['GET /ota/devices/']);
  });

  test('a heading that cannot be loaded says so below it, and its Try Again brings the devices', async () => {
    factory.api.arrangements.change({ grouping: 'group' });
    const [heading] = await children();
    factory.fault({ match: { path: '/ota/devices/' }, status: 500, count: 3 });
    const [failure] = await factory.api.devices.children(heading);
    assert.match(labelOf(failure), /could not be loaded/);
    await (failure as unknown as { retry(): Promise<void> }).retry();
    const rows = await factory.api.devices.children(heading);
    assert.ok(deviceOf(rows[0]));
  });

  test('what fails to be counted leaves a row with the reason', async () => {
    factory.fault({
      match: { path: '/ota/factories/getting-started/status/' },
      status: 500,
      count: 3,
    });
    factory.api.arrangements.change({ grouping: 'target' });
    const [failure] = await children();
    assert.match(labelOf(failure), /could not be loaded/);
    await until('the counts', async () => {
      await factory.api.devices.refresh();
      return (await labels()).some((label) => label.startsWith('Version '));
    });
  });

  test('a device in a list of one heading is revealed by its row', async () => {
    factory.api.arrangements.change({ filter: { name: 'kiosk' } });
    const [row] = await children();
    assert.equal((await factory.api.devices.rowOf(deviceOf(row)!.uuid))?.id, row?.id);
    assert.equal(await factory.api.devices.rowOf('nobody'), undefined);
  });
});

const deviceOf = (row: Row | undefined) => (row as { readonly device?: Device } | undefined)?.device;

const labelOf = (row: Row | undefined): string => {
  const label = row?.item().label;
  return typeof label === 'string' ? label : '';
};
