import assert from 'node:assert/strict';
import { KeepFresh } from '../../../src/views/keepFresh';
import { DeviceHeadingRow } from '../../../src/views/rows/deviceHeadingRow';
import { DeviceRow } from '../../../src/views/rows/deviceRow';
import type { Row } from '../../../src/views/rows/row';
import { draw, product, type Product } from '../../bench/support/product';
import { desk } from '../../bench/support/vscode';
import { VirtualClock } from '../support/clock';
import { DEVICE, FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const MINUTE = 60_000;

suite('Devices view: what is looked at more often', () => {
  let factory: TestFactory;
  let shown: Product;
  let clock: VirtualClock;
  let keep: KeepFresh;
  const realNow = Date.now;

  setup(async () => {
    factory = await startTestFactory({ devices: 20 });
    shown = product(factory.server.url);
    desk.focused = true;
    clock = new VirtualClock(settled);
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

  async function settled(): Promise<void> {
    for (let quiet = 0; quiet < 5; quiet = shown.open() === 0 ? quiet + 1 : 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

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
    await settled();
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
});
