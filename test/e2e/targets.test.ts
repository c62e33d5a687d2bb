import { suite, test } from 'mocha';
import { signIn } from './steps';
import { useSession } from './support/session';
import { dumpStorage } from './support/storage';
import { until } from './support/waiting';

suite('What targets are and how they differ', function () {
  this.timeout(120_000);
  const session = useSession({ viewport: { width: 1500, height: 1400 } });
  const workbench = () => session().workbench;
  const targets = () => workbench().view('Targets');

  test('a target opens as a page, by the button of its row', async () => {
    await signIn(workbench());
    await workbench().view('Devices').header.click();
    await targets().show();
    await targets().expand('main');
    await targets().expand(/^version 23/);
    await targets().expand(/target raspberrypi4-64-lmp-23/);
    await targets().inlineAction(/target raspberrypi4-64-lmp-23/, /Show Target Details/);
    await workbench().editors.waitFor('raspberrypi4-64-lmp-23 (details)');
    await workbench().editors.waitForText(/Operating system:/);
    await workbench().screenshot('90-target-dark');
    await workbench().editors.titleAction(/Show Raw JSON of Target/);
    await workbench().editors.waitForText(/"targetFormat": "OSTREE"/);
  });

  test('an app opens as its compose file', async () => {
    await targets().click('shellhttpd');
    await workbench().editors.waitForText(/^services:/m);
    await workbench().screenshot('91-compose-dark');
  });

  test('two targets are compared by the menu of a row, and their compose files side by side', async () => {
    const { quickInput } = workbench();
    await targets().contextMenu(/target raspberrypi4-64-lmp-23/, /Compare Targets/);
    await quickInput.waitFor(/Compare raspberrypi4-64-lmp-23 with which target/);
    await until('versions', async () => (await quickInput.rows()).length > 3);
    await workbench().screenshot('92-pick-dark');
    await quickInput.pick('15');
    await workbench().editors.waitFor(/raspberrypi4-64-lmp-15 → raspberrypi4-64-lmp-23/);
    await workbench().editors.waitForText(/What differs:/);
    await workbench().screenshot('93-comparison-dark');
    await session().setSettings({ 'workbench.colorTheme': 'Default Light Modern' });
    await workbench().waitForTheme('light');
    await workbench().screenshot('94-comparison-light');
    await workbench().editors.titleAction(/Compare Compose Files/);
    await workbench().editors.waitFor(/Compose files: raspberrypi4-64-lmp-15/);
    const shown = workbench().page.locator('.editor-group-container.active');
    await until('both sides', async () => {
      const words = (await shown.innerText()).replaceAll('\u00a0', ' ');
      return words.includes('# Compose app shellhttpd') && words.includes('# Compose app telemetry');
    });
    await workbench().screenshot('95-compose-files-light');
  });

  test('a page is there again after a restart', async () => {
    await workbench().runCommand('Foundries: Show Target Details');
    const { quickInput } = workbench();
    await quickInput.waitFor(/Details of which target/);
    await until('versions', async () => (await quickInput.rows()).length > 3);
    await quickInput.pick('9');
    await quickInput.pick('intel-corei7-64');
    await workbench().editors.waitFor('intel-corei7-64-lmp-9 (details)');
    await workbench().editors.waitForText(/Operating system:/);
    await until('the tab to be kept', async () =>
      (await dumpStorage(workbench().page)).includes('intel-corei7-64-lmp-9'),
    );
    await workbench().reload();
    await workbench().editors.waitFor('intel-corei7-64-lmp-9 (details)');
    await workbench().editors.waitForText(/Operating system:/);
  });
});
