/** Whose file it is. */
import assert from 'node:assert/strict';
import { setup, suite, test } from 'mocha';
import { SaveRefused } from '../../../src/configfs/saveRefused';
import { TestMemory, TestWindow } from '../support/editor';
import { DEVICE, FACTORY } from '../support/factory';
import { GET, PATCH, ORIGINAL, MINE, THEIRS, SavingScene } from '../support/savingScene';

suite('Saving a configuration file', () => {
  const it = SavingScene.ofEach();

  suite('identity', () => {
    /** Gives the name of the device to another one, whose file has the same text. */
    async function replaceDevice(): Promise<void> {
      const { client, transport } = it.factory;
      const { devices } = await client.listDevices({ factory: FACTORY, limit: 10 });
      const other = devices.find((device) => device.name !== DEVICE)!;
      for (const [from, to] of [
        [DEVICE, 'device-01-old'],
        [other.name, DEVICE],
      ] as const) {
        const path = `/ota/devices/${from}/`;
        await transport.send({ method: 'PATCH', path, query: { factory: FACTORY }, body: { name: to } });
      }
      await it.factory.writeAs([{ name: 'app.config', value: ORIGINAL }]);
      it.factory.seen();
    }

    test('a name that moved to another device is not written to', async () => {
      const mine = await new TestWindow(it.factory, new TestMemory(), 'app.config').open();
      await replaceDevice();
      mine.type(MINE);
      await assert.rejects(mine.save(), (error) => error instanceof SaveRefused && error.kind === 'otherDevice');
      assert.equal(await it.factory.value('app.config'), ORIGINAL);
    });

    test('a clean editor that followed the name to another device does not write to it', async () => {
      const mine = await new TestWindow(it.factory, new TestMemory(), 'app.config').open();
      await replaceDevice();
      await mine.configs.get(mine.address.scope, 0);
      await mine.idle();
      mine.type(MINE);
      await assert.rejects(mine.save(), (error) => error instanceof SaveRefused && error.kind === 'otherDevice');
      assert.equal(await it.factory.value('app.config'), ORIGINAL);
    });

    test('a long history of the same device is no stranger', async () => {
      const mine = await new TestWindow(it.factory, new TestMemory(), 'app.config').open();
      for (let index = 0; index < 12; index++) {
        await it.factory.writeAs([{ name: 'other', value: String(index) }]);
      }
      mine.type(MINE);
      await mine.save();
      assert.equal(await it.factory.value('app.config'), MINE);
    });

    suite('where no list has told which device it is', () => {
      const DEVICE_GET = `GET /ota/devices/${DEVICE}/`;
      const opened = async (file = 'app.config') =>
        new TestWindow(it.factory, it.memory, file, null).open().then(async (shown) => {
          await answered();
          return shown;
        });
      /** Until the question that nobody waits for is answered. */
      const answered = () => it.factory.network.settled();
      const outgrow = async () => {
        for (let index = 0; index < 12; index++) {
          await it.factory.writeAs([{ name: 'other', value: String(index) }]);
        }
      };
      setup(() => {
        it.memory = new TestMemory();
      });

      test('it is asked for once, whatever is opened, and saves stay one GET and one PATCH', async () => {
        const mine = await opened();
        await mine.documents.read({ ...mine.address, file: 'z-50-fioctl.toml' });
        await mine.documents.read({ ...mine.address, file: 'wireguard-client' });
        await answered();
        assert.deepEqual(it.factory.seen(), [GET, DEVICE_GET, GET]);
        mine.type(MINE);
        await mine.save();
        assert.deepEqual(it.factory.seen(), [GET, PATCH]);
      });

      test('so a name that moved to another device is not written to', async () => {
        const mine = await opened();
        await replaceDevice();
        mine.type(MINE);
        await assert.rejects(mine.save(), (error) => error instanceof SaveRefused && error.kind === 'otherDevice');
        assert.equal(await it.factory.value('app.config'), ORIGINAL);
      });

      test('and a long history of the same device is no stranger', async () => {
        const mine = await opened();
        await outgrow();
        mine.type(MINE);
        await mine.save();
        assert.deepEqual(mine.conflicts, []);
      });

      test('where even that failed, a save that cannot be proven right asks, and sends if told to', async () => {
        it.factory.server.emulator.faults.add({ match: { path: '/ota/devices/device-0?/' }, status: 403 });
        const mine = await opened();
        await replaceDevice();
        mine.type(MINE);
        await assert.rejects(mine.save(), (error) => error instanceof SaveRefused && error.kind === 'conflict');
        assert.deepEqual(
          mine.conflicts.map(({ kind }) => kind),
          ['unproven'],
        );
        assert.equal(it.factory.seen().includes(PATCH), false);
        mine.answer = 'overwrite';
        await mine.save();
        assert.equal(await it.factory.value('app.config'), MINE);
        mine.type(THEIRS);
        await mine.save();
        assert.equal(mine.conflicts.length, 2, 'asked once more for the save that was sent, and no more');
      });

      test('it is not asked while the history proves it, and learnt at the next look', async () => {
        it.factory.server.emulator.faults.add({ match: { path: '/ota/devices/device-0?/' }, status: 403 });
        const mine = await opened();
        mine.type(MINE);
        await mine.save();
        assert.deepEqual(mine.conflicts, []);
        it.factory.seen();
        await mine.documents.revalidate(mine.address);
        await answered();
        assert.deepEqual(it.factory.seen(), [DEVICE_GET, GET]);
        await outgrow();
        mine.type(THEIRS);
        await mine.save();
        assert.deepEqual(mine.conflicts, []);
      });

      test('what is learnt after the name moved is not taken for the device that was opened', async () => {
        it.factory.server.emulator.faults.add({ match: { path: '/ota/devices/device-0?/' }, status: 403 });
        const mine = await opened();
        mine.type(MINE);
        await replaceDevice();
        await mine.configs.get(mine.address.scope, 0);
        await mine.documents.revalidate(mine.address);
        await answered();
        await assert.rejects(mine.save(), SaveRefused);
        assert.equal(mine.conflicts[0]?.kind, 'unproven');
        assert.equal(await it.factory.value('app.config'), ORIGINAL);
      });
    });
  });
});
