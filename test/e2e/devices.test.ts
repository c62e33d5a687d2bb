import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { until } from '../support/until';
import { callApi, signIn } from './steps';
import { useSession } from './support/session';

suite('Devices of a large Factory', () => {
  const session = useSession({ factory: { devices: 2000 } });
  const workbench = () => session().workbench;
  const devices = () => workbench().view('Devices');

  setup(() => signIn(workbench()));

  test('a device far down is found by a part of its name, shown alone and selected', async () => {
    await workbench().runCommand('Foundries: Find Device…');
    const { quickInput } = workbench();
    await quickInput.waitFor(/Find Device/);
    await quickInput.type('KIOSK');
    const rows = await quickInput.waitForRows(
      (now) => now.length > 3 && now.every(({ label }) => /kiosk/i.test(label)),
      'kiosks',
    );
    const wanted = rows.at(-1)!.label;
    await quickInput.pick(wanted);
    await until(`${wanted} to be selected`, async () => {
      const row = await devices().waitForRow(wanted);
      return (await row.getAttribute('aria-selected')) === 'true';
    });
    assert.deepEqual(
      (await devices().rows()).filter(({ level }) => level === 1).map(({ label }) => label),
      [wanted],
    );
  });

  test('a tag that is typed filters the view', async () => {
    await workbench().runCommand('Foundries: Find Device…');
    const { quickInput } = workbench();
    await quickInput.waitFor(/Find Device/);
    await quickInput.type('main');
    await quickInput.pick(/Tag main/);
    await until('the filter', async () => (await devices().message()).includes('tag main'), {
      found: () => devices().message(),
    });
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
    await devices().waitForRow('device-01');
  });

  test('grouped by device group: counts without a list of them, devices when opened', async () => {
    // The workspace keeps it.
    session().leavesTraces();
    session().factory.emulator.requests.clear();
    await workbench().runCommand('Foundries: Group Devices…');
    await workbench().quickInput.pick(/By device group/);
    await devices().waitForRow('lab');
    const paths = session()
      .factory.emulator.requests.all()
      .map(({ path }) => path);
    assert.deepEqual(paths, ['/ota/factories/getting-started/status/']);
    await devices().expand('lab');
    await devices().waitForRows((rows) => rows.some(({ level }) => level === 2));
  });

  test('devices that are looked at follow the service: one is renamed, one is gone', async () => {
    await devices().selectRows('device-01', 'display-001');
    const device = (name: string) => `/ota/devices/${name}/?factory=getting-started`;
    await callApi(session().factory, device('device-01'), { method: 'PATCH', body: '{"name":"bench-01"}' });
    await callApi(session().factory, device('display-001'), { method: 'DELETE' });
    await devices().row('bench-01').waitFor();
    await devices().row('display-001').waitFor({ state: 'detached' });
  });
});
