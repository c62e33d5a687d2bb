import assert from 'node:assert/strict';
import { KeepFresh } from '../../../src/views/keepFresh';
import { DeviceHeadingRow } from '../../../src/views/rows/deviceHeadingRow';
import { DeviceRow } from '../../../src/views/rows/deviceRow';
import type { Row } from '../../../src/views/rows/row';
import { draw, product, type Product } from '../../bench/support/product';
import { clearDesk, desk } from '../../support/vscode';
import { inVirtualTime } from '../../support/virtualTime';
import { VirtualClock } from '../support/clock';
import { DEVICE, FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const MINUTE = 60_000;

suite('Devices view: what is looked at more often', () => {
  let factory: TestFactory;
  let shown: Product;
  let clock: VirtualClock;
  let keep: KeepFresh;
  /** Requests under way at once, at most. */
  let mostOpen: number;
  const realNow = Date.now;

  setup(async () => {
    clearDesk();
    factory = await startTestFactory({ devices: 20, way: 'in process' });
    mostOpen = 0;
    shown = product(factory.server.url, (...of) => {
      mostOpen = Math.max(mostOpen, factory.network.open + 1);
      return factory.fetch(...of);
    });
    clock = new VirtualClock(() => factory.network.settled());
    clock.start(realNow());
    Date.now = () => clock.now();
    keep = new KeepFresh(shown.connections, shown.view, clock);
  });
  teardown(() => {
    Date.now = realNow;
    keep.dispose();
    shown.view.dispose();
    return factory.close();
  });

  const tree = () => desk.trees.get('foundries.devices')!;
  const deviceRow = (rows: readonly Row[], name: string) =>
    rows.find((row): row is DeviceRow => row instanceof DeviceRow && row.device.name === name)!;
  /** Looks at one device that were made while time passed. */
  async function looks(uuid: string, ms: number): Promise<number> {
    shown.log.length = 0;
    await clock.pass(ms);
    return shown.log.filter(({ request }) => request.includes(uuid)).length;
  }

  test('an open device is, until it is gone', async () => {
    const row = deviceRow((await draw(shown.view)).rows, DEVICE);
    tree().expanded.fire({ element: row });
    assert.ok((await looks(row.device.uuid, 2 * MINUTE)) >= 6);
    await factory.client.deleteDevice(FACTORY, row.device.uuid);
    assert.ok((await looks(row.device.uuid, MINUTE)) <= 1);
    assert.deepEqual(shown.view.watched, []);
    assert.equal(await looks(row.device.uuid, 60 * MINUTE), 0);
  });

  test('an open device is not while its heading is folded, and is again when that opens', async () => {
    shown.arrangements.change({ grouping: 'tag' });
    await factory.network.settled();
    const { rows } = await draw(shown.view);
    const heading = rows.find((row): row is DeviceHeadingRow => row instanceof DeviceHeadingRow)!;
    tree().expanded.fire({ element: heading });
    const row = (await draw(shown.view, heading)).rows.find((below): below is DeviceRow => below instanceof DeviceRow)!;
    tree().expanded.fire({ element: row });
    assert.ok((await looks(row.device.uuid, 2 * MINUTE)) >= 6);
    tree().collapsed.fire({ element: heading });
    assert.equal(await looks(row.device.uuid, 60 * MINUTE), 0);
    tree().expanded.fire({ element: heading });
    await draw(shown.view, heading);
    assert.ok((await looks(row.device.uuid, 2 * MINUTE)) >= 6);
  });

  test('a device that was just sent something is for ten minutes, although nothing of it is selected or open', async () => {
    const row = deviceRow((await draw(shown.view)).rows, DEVICE);
    assert.equal(await looks(row.device.uuid, 5 * MINUTE), 0);
    const { session } = shown.connections;
    assert.ok(session.state === 'signedIn');
    const file = { name: 'x', value: 'y', unencrypted: true, onChanged: [] };
    await session.connection.configs.update({ kind: 'device', factory: FACTORY, device: DEVICE }, () => ({
      reason: 'why',
      file,
    }));
    const made = await looks(row.device.uuid, 12 * MINUTE);
    assert.ok(made >= 30 && made <= 41, String(made));
    assert.equal(await looks(row.device.uuid, 60 * MINUTE), 0);
  });

  test('the newest updates of an open list tell their results, two asked for at a time; a folded one asks nothing', async () => {
    const { rows: devices } = await draw(shown.view);
    const fault = (path: string, body: unknown, count: number) =>
      factory.server.emulator.faults.add({ match: { path }, status: 200, body, count });
    const update = (id: number) => ({ 'correlation-id': `u${id}`, target: `x-lmp-${id}`, version: `${id}`, time: '' });
    const event = (id: string, minute: number, success: boolean | null) => ({
      deviceTime: `2026-03-10T14:3${minute}:00Z`,
      eventType: { id },
      event: { success },
    });
    fault('/ota/devices/*/updates/', { updates: [7, 6, 5, 4, 3, 2, 1].map(update), total: 7, next: null }, 1);
    const events = [event('EcuDownloadStarted', 0, null), event('EcuInstallationCompleted', 2, true)];
    fault('/ota/devices/*/updates/*/', events, 5);
    const device = deviceRow(devices, DEVICE);
    const below = (await draw(shown.view, device)).rows;
    const updates = below.find(({ id }) => id.endsWith('/updates'))!;
    shown.log.length = 0;
    const { rows } = await draw(shown.view, updates);
    await factory.network.settled();
    assert.equal(shown.log.length, 1);
    const redrawn: string[] = [];
    tree().changed.event((row) => redrawn.push((row as Row | undefined)?.id ?? ''));
    mostOpen = 0;
    // A view waits until VS Code has drawn what it answered.
    await inVirtualTime(
      async (time) => {
        tree().expanded.fire({ element: updates });
        await time.pass(10);
      },
      () => factory.network.settled(),
    );
    const asked = shown.log.slice(1).map(({ request }) => request);
    assert.equal(rows.length, 7);
    assert.equal(asked.length, 5);
    assert.ok(asked.every((request) => /device-01\/updates\/./.test(request)));
    assert.equal(mostOpen, 2);
    assert.equal(new Set(redrawn).size, redrawn.length);
    assert.match(String((await draw(shown.view, updates)).items[0]?.description), / after 2 min/);
    // Nothing changes what is known of those that have ended.
    await factory.network.settled();
    const before = shown.log.length;
    await inVirtualTime(
      async (time) => {
        await draw(shown.view, updates);
        await time.pass(10);
      },
      () => factory.network.settled(),
    );
    assert.equal(shown.log.length, before);
    tree().collapsed.fire({ element: updates });
  });
});
