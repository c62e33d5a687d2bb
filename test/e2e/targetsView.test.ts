import { suite, test } from 'mocha';
import { until } from '../support/until';
import { signIn } from './steps';
import { useSession } from './support/session';

suite('Targets of a large Factory', () => {
  const session = useSession({ factory: { targets: 3000, devices: 60 }, viewport: { width: 1280, height: 1100 } });
  const workbench = () => session().workbench;
  const targets = () => workbench().view('Targets');

  setup(async () => {
    await signIn(workbench());
    await targets().showAlone();
  });

  test('a version is found by a part of an app and shown among its own', async () => {
    const { quickInput } = workbench();
    await targets().expand('main');
    await targets().waitForRows((rows) => rows.some(({ description }) => /\d+ devices?/.test(description)));
    await workbench().runCommand('Foundries: Find Target…');
    await quickInput.waitFor(/Find Target/);
    await quickInput.type('telemetry stable');
    await quickInput.waitForRows(
      (rows) => rows.length > 3 && rows.every(({ description }) => description.includes('stable')),
      'targets with the tag alone',
    );
    await quickInput.type('1000 raspberrypi4');
    await quickInput.waitForRows(([first]) => first?.label.trim() === '1000');
    await quickInput.accept();
    await targets().waitForRow('1000');
  });

  test('filtered by hardware, by version', async () => {
    // The workspace keeps how targets are grouped.
    session().leavesTraces();
    const { quickInput } = workbench();
    await targets().waitForRows((rows) => rows.some(({ label }) => label === 'main'));
    await workbench().runCommand('Foundries: Group Targets…');
    await quickInput.pick(/By version/);
    await workbench().runCommand('Foundries: Filter Targets…');
    await quickInput.waitFor('Filter Targets');
    await quickInput.pick(/intel-corei7-64/);
    const message = () => targets().message();
    await until('the filter', async () => (await message()).includes('hardware intel-corei7-64'), { found: message });
    await targets().titleAction(/Clear Target Filter/);
    await until('no filter', async () => !(await message()).includes('hardware'), { found: message });
  });
});
