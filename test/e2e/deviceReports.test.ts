import { suite, test } from 'mocha';
import { signIn } from './steps';
import { useSession } from './support/session';
import { until } from './support/waiting';

suite('What a device is and reported', function () {
  this.timeout(120_000);
  const session = useSession({ viewport: { width: 1500, height: 1400 } });
  const workbench = () => session().workbench;
  const devices = () => workbench().view('Devices');

  test('a failed update opens to its events, in words', async () => {
    await signIn(workbench());
    await devices().expand('display-04');
    await devices().expand('Updates');
    await devices().expand(/^update to raspberrypi4-64-lmp-23/);
    await devices()
      .row(/installation failed after|download failed after/i)
      .waitFor();
    await workbench().screenshot('80-updates-dark');
    await devices().click(/^Installation failed or rolled back|^Download failed/);
    await workbench().editors.waitFor(/display-04 \(update/);
    await workbench().editors.waitForText(/Result\s+(installation|download) failed after/);
    await workbench().screenshot('81-update-dark');
  });

  test('Details is a page with an outline; its JSON is a click away', async () => {
    await devices().collapse('Updates');
    await devices().click('Details');
    await workbench().editors.waitFor('display-04 (details)');
    await workbench().editors.waitForText(/Identity:/);
    await workbench().screenshot('82-details-dark');
    await session().setSettings({ 'workbench.colorTheme': 'Default Light Modern' });
    await workbench().waitForTheme('light');
    await workbench().screenshot('83-details-light');
    await session().setSettings({ 'workbench.colorTheme': 'Default High Contrast' });
    await workbench().waitForTheme('dark');
    await workbench().screenshot('84-details-contrast');
    await workbench().editors.titleAction(/Show Raw JSON of Device/);
    await workbench().editors.waitFor('display-04.json');
    await workbench().editors.waitForText(/"uuid": "[0-9a-f-]{36}"/);
    await workbench().screenshot('85-json-contrast');
  });

  test('an action opens to its results and files; a file opens as a document', async () => {
    await devices().expand('Actions & Tests');
    await devices().expand(/^diag, passed/);
    await devices().row('console.log').waitFor();
    await devices().click('console.log');
    await workbench().editors.waitFor('console.log');
    await workbench().editors.waitForText(/diag done/);
    await workbench().screenshot('86-artifact-contrast');
  });

  test('by the palette alone: the health of the apps of a device', async () => {
    await workbench().runCommand('Foundries: Show App Health');
    const { quickInput } = workbench();
    await quickInput.waitFor(/App health of which device/);
    await quickInput.type('sensor-01');
    await until('the device', async () => (await quickInput.rows())[0]?.label === 'sensor-01');
    await quickInput.accept();
    await workbench().editors.waitFor('sensor-01 (app health)');
    await workbench().editors.waitForText(/healthy since/);
    await workbench().screenshot('87-health-contrast');
  });
});
