import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { signIn } from './steps';
import { useSession } from './support/session';
import { until } from './support/waiting';

suite('Devices of a large Factory', function () {
  this.timeout(120_000);
  const session = useSession({ factory: { devices: 2000 } });
  const workbench = () => session().workbench;
  const devices = () => workbench().view('Devices');

  test('a device far down is found by a part of its name, shown alone and selected', async () => {
    await signIn(workbench());
    await workbench().runCommand('Foundries: Find Device…');
    const { quickInput } = workbench();
    await quickInput.waitFor(/Find Device/);
    await quickInput.type('KIOSK');
    const rows = await until('kiosks', async () => {
      const now = await quickInput.rows();
      return now.length > 3 && now.every(({ label }) => /kiosk/i.test(label)) && now;
    });
    await workbench().screenshot('70-find-dark');
    const wanted = rows.at(-1)!.label;
    await quickInput.pick(new RegExp(wanted));
    await devices().row(wanted).waitFor();
    await workbench().screenshot('71-found-dark');
  });

  test('a tag that is typed filters the view', async () => {
    await workbench().runCommand('Foundries: Find Device…');
    const { quickInput } = workbench();
    await quickInput.waitFor(/Find Device/);
    await quickInput.type('main');
    await until('the tag', async () => (await quickInput.rows()).some(({ label }) => label.includes('Tag main')));
    await workbench().screenshot('72-find-tag-dark');
    await quickInput.pick(/Tag main/);
    await until('the filter', async () => (await devices().message()).includes('tag main'));
    await workbench().screenshot('73-filtered-dark');
    const { faults } = session().factory.emulator;
    faults.add({
      match: { method: 'GET', path: '/ota/devices/' },
      count: null,
      status: 200,
      body: { devices: [], total: 0 },
    });
    await workbench().runCommand('Foundries: Refresh');
    await devices().welcome.getByText('No device fits the filter').waitFor();
    await devices().welcomeButton('Clear Filter');
    faults.clear();
    await workbench().runCommand('Foundries: Refresh');
    await devices().row('device-01').waitFor();
  });

  test('grouped by device group: counts without a list of them, devices when opened', async () => {
    session().factory.emulator.requests.clear();
    await workbench().runCommand('Foundries: Group Devices…');
    await workbench().quickInput.pick(/By device group/);
    await devices().row('lab').waitFor();
    const paths = session()
      .factory.emulator.requests.all()
      .map(({ path }) => path);
    assert.deepEqual(paths, ['/ota/factories/getting-started/status/']);
    await devices().expand('lab');
    await workbench().page.waitForTimeout(800);
    await workbench().screenshot('74-grouped-dark');
  });

  test('a device that is looked at follows the service: renamed, then gone', async () => {
    await workbench().runCommand('Foundries: Group Devices…');
    await workbench().quickInput.pick(/Not grouped/);
    await devices().row('device-01').waitFor();
    await devices().click('device-01');
    const call = (device: string, init: RequestInit) =>
      fetch(`${session().factory.url}/ota/devices/${device}/?factory=getting-started`, {
        ...init,
        headers: { 'OSF-TOKEN': 'demo-token', 'Content-Type': 'application/json' },
      });
    await call('device-01', { method: 'PATCH', body: JSON.stringify({ name: 'bench-01' }) });
    await devices().row('bench-01').waitFor({ timeout: 40_000 });
    await workbench().screenshot('75-renamed-dark');
    await call('bench-01', { method: 'DELETE' });
    await devices().row('bench-01').waitFor({ state: 'detached', timeout: 40_000 });
    await workbench().screenshot('76-gone-dark');
  });
});
