import { suite, test } from 'mocha';
import { signIn } from './steps';
import { useSession } from './support/session';
import { until } from './support/waiting';

suite('Targets of a large Factory', function () {
  this.timeout(120_000);
  const session = useSession({ factory: { targets: 3000, devices: 60 }, viewport: { width: 1280, height: 1100 } });
  const workbench = () => session().workbench;
  const targets = () => workbench().view('Targets');

  test('a version is found by a part of an app and shown among its own', async () => {
    await signIn(workbench());
    await targets().waitForRows((rows) => rows.some(({ label }) => label === 'main'));
    await targets().expand('main');
    await until('devices', async () =>
      (await targets().rows()).some(({ description }) => /\d+ devices?/.test(description)),
    );
    await workbench().screenshot('80-targets-dark');
    await workbench().runCommand('Foundries: Find Target…');
    const { quickInput } = workbench();
    await quickInput.waitFor(/Find Target/);
    await quickInput.type('telemetry stable');
    await until('targets with the tag alone', async () => {
      const rows = await quickInput.rows();
      return rows.length > 3 && rows.every(({ description }) => description.includes('stable'));
    });
    await workbench().screenshot('81-find-target-dark');
    await quickInput.type('1000 raspberrypi4');
    await until('one', async () => (await quickInput.rows())[0]?.label.trim() === '1000');
    await workbench().screenshot('82-find-target-version-dark');
    await quickInput.accept();
    await targets().row('1000').waitFor();
    await workbench().screenshot('83-found-target-dark');
  });

  test('filtered by hardware, by version', async () => {
    await workbench().runCommand('Foundries: Group Targets…');
    await workbench().quickInput.pick(/By version/);
    await workbench().runCommand('Foundries: Filter Targets…');
    await workbench().quickInput.waitFor('Filter Targets');
    await workbench().screenshot('84-filter-targets-dark');
    await workbench().quickInput.pick(/intel-corei7-64/);
    await until('the filter', async () => (await targets().message()).includes('hardware intel-corei7-64'));
    await workbench().screenshot('85-filtered-targets-dark');
    await targets().titleAction(/Clear Target Filter/);
    await until('no filter', async () => !(await targets().message()).includes('hardware'));
  });
});
