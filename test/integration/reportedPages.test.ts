import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import type { Device } from '../../src/model/device';
import type { Row } from '../../src/views/rows/row';
import { DeviceReportsScene } from './support/deviceReportsScene';

suite('What devices are and report', () => {
  const scene = DeviceReportsScene.ofEach();
  const { run, below, child, deviceRow, page } = scene;

  suite('Pages of what it reported', () => {
    test('an update: each event in words, the failure in full', async () => {
      const [update] = await below(await child(await deviceRow('display-04'), /^Updates$/));
      const long = Array.from({ length: 300 }, (_, at) => `line ${at}: could not start`).join('\n');
      scene.factory.fault({
        match: { path: '/ota/devices/*/updates/*/' },
        status: 200,
        body: [
          { deviceTime: '2026-03-10T14:30:00Z', eventType: { id: 'EcuDownloadStarted' }, event: { success: null } },
          {
            deviceTime: '2026-03-10T14:31:33Z',
            eventType: { id: 'EcuInstallationCompleted' },
            event: { success: false, details: long },
          },
        ],
      });
      await run('foundries.showUpdate', update);
      const text = (await page()).getText();
      assert.match(text, /Result\s+installation failed after 1 min 33 s/);
      assert.match(text, /^2\. Installation failed or rolled back:$/m);
      assert.match(text, /\| line 299: could not start/);
    });

    test('the health of apps: since when, which service, its last lines', async () => {
      const name = await unhealthyDevice(scene);
      await run('foundries.showAppHealth', await deviceRow(name));
      const text = (await page()).getText();
      assert.match(text, /Not healthy: \w+\./);
      assert.match(text, /^\w+ \(unhealthy\):\n {4}unhealthy since .+\n {4}healthy from .+ or earlier to /m);
      assert.match(text, /Service \w+\s+restarting, Restarting \(1\) 3 seconds ago, unhealthy/);
      assert.match(text, /\| .*\.conf: not found/);
    });

    test('a test with its results', async () => {
      const [diag] = await below(await child(await deviceRow('display-04'), /^Actions/));
      await run('foundries.showTest', diag);
      const text = (await page()).getText();
      assert.match(text, /^diag on display-04: passed$/m);
      assert.match(text, /docker {2,}passed/);
    });
  });
});

async function unhealthyDevice({ below, factory }: DeviceReportsScene): Promise<string> {
  for (const row of await below()) {
    const name = (row as Row & { device?: Device }).device?.name ?? '';
    if (JSON.stringify(await factory.ask(`/ota/devices/${name}/apps-states/`)).includes('unhealthy')) {
      return name;
    }
  }
  throw new Error('All devices are healthy.');
}
