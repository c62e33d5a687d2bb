import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { DEVICE } from './support/extension';
import { DeviceReportsScene, descriptionOf, labelOf } from './support/deviceReportsScene';

suite('What devices are and report', () => {
  const scene = DeviceReportsScene.ofEach();
  const { run, below, child, deviceRow } = scene;

  suite('Rows below a device', () => {
    test('come after its files, and ask nothing before they are opened', async () => {
      const rows = await below(await deviceRow(DEVICE));
      assert.deepEqual(rows.slice(-3).map(labelOf), ['Updates', 'Actions & Tests', 'Details']);
      const [apps, ...files] = rows.slice(0, -3);
      assert.equal(labelOf(apps), 'Apps');
      assert.ok(files.length > 0 && files.every((row) => 'uri' in row));
      assert.deepEqual(scene.factory.seen(), [`GET /ota/devices/${DEVICE}/config/`]);
    });

    test('updates: one request for the list, one for each that is opened, and its result from then on', async () => {
      const updates = await child(await deviceRow('display-04'), /^Updates$/);
      scene.factory.seen();
      const [failed, current] = await below(updates);
      assert.deepEqual(scene.factory.seen(), ['GET /ota/devices/display-04/updates/']);
      assert.match(labelOf(failed), /^lmp-\d+$/);
      assert.doesNotMatch(descriptionOf(failed), /failed/);
      assert.match(descriptionOf(current), /^current · /);
      const events = await below(failed);
      assert.equal(scene.factory.seen().length, 1);
      assert.equal(labelOf(events[0]), 'Download started');
      const last = events.at(-1);
      assert.match(labelOf(last), /failed/);
      assert.match(descriptionOf(last), /^after .+ · (Failed to start Compose App|Insufficient storage)/);
      assert.match(descriptionOf(failed), /(download|installation) failed after \d/);
      assert.match(failed?.item().accessibilityInformation?.label ?? '', /^update to raspberrypi4.*failed after/);
      await below(failed);
      assert.deepEqual(scene.factory.seen(), []);
    });

    test('applied is waiting for a reboot, and success null no failure', async () => {
      const [update] = await below(await child(await deviceRow('gateway-02'), /^Updates$/));
      const event = (id: string, success: boolean | null, second: number) => ({
        deviceTime: `2026-03-10T14:30:0${second}Z`,
        eventType: { id },
        event: { success, details: '{"reason": "Reboot is required", "code": 7}' },
      });
      scene.factory.fault({
        match: { path: '/ota/devices/*/updates/*/' },
        status: 200,
        body: [event('EcuInstallationStarted', null, 1), event('EcuInstallationApplied', null, 5)],
      });
      const rows = await below(update);
      assert.deepEqual(rows.map(labelOf), ['Installation started', 'Installed, waiting for a reboot']);
      assert.equal(descriptionOf(rows[1]), 'after 4 s · reason: Reboot is required, code: 7');
      assert.match(descriptionOf(update), /installed, waiting for a reboot/);
    });

    for (const [status, words] of [
      [403, /Not permitted/],
      [404, /does not know it/],
      [500, /has a problem/],
    ] as const) {
      test(`a ${status} is a row with the reason and Try Again; the other parts still work`, async () => {
        const device = await deviceRow('display-04');
        const updates = await child(device, /^Updates$/);
        scene.factory.fault({ match: { path: '/display-04/updates/' }, status, count: status === 500 ? 3 : 1 });
        const [failure] = await below(updates);
        assert.match(labelOf(failure), /Updates could not be loaded/);
        assert.match(descriptionOf(failure), words);
        assert.equal(labelOf((await below(await child(device, /^Actions/)))[0]), 'diag');
        await run('foundries.retry', failure);
        assert.match(labelOf((await below(updates))[0]), /^lmp-/);
      });
    }

    test('a list that goes on has a row for more', async () => {
      const update = (id: string) => ({ 'correlation-id': id, target: `x-lmp-${id}`, version: id, time: '' });
      const updates = await child(await deviceRow(DEVICE), /^Updates$/);
      scene.factory.fault({
        match: { path: '/updates/' },
        status: 200,
        body: { updates: [update('3')], total: 2, next: 'y' },
      });
      const [, more] = await below(updates);
      assert.equal(labelOf(more), 'Load More');
      for (const id of ['3', '2']) {
        scene.factory.fault({
          match: { path: '/updates/' },
          status: 200,
          body: { updates: [update(id)], total: 2, next: id === '3' ? 'y' : null },
        });
      }
      await run('foundries.loadMore', more);
      assert.deepEqual((await below(updates)).map(labelOf), ['lmp-3', 'lmp-2']);
    });

    test('tests with result and duration; their single results and files', async () => {
      const [diag] = await below(await child(await deviceRow('display-04'), /^Actions/));
      assert.match(descriptionOf(diag), /^passed after 2\.5 s · /);
      const rows = await below(diag);
      assert.deepEqual(
        rows.map((row) => `${labelOf(row)} ${descriptionOf(row)}`.trim()),
        ['network passed', 'docker passed', 'console.log', 'dmesg.log'],
      );
    });

    test('two files of the same name are one row', async () => {
      const [diag] = await below(await child(await deviceRow('display-04'), /^Actions/));
      scene.factory.fault({
        match: { path: '/tests/' },
        status: 200,
        body: { 'test-id': 'x', artifacts: ['a', 'a', 'b'] },
      });
      assert.deepEqual((await below(diag)).map(labelOf), ['a', 'b']);
    });
  });
});
