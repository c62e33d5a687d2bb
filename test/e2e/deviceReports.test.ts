import { suite, test } from 'mocha';
import { signIn } from './steps';
import { useSession } from './support/session';

suite('What a device is and reported', () => {
  const session = useSession({ viewport: { width: 1500, height: 1400 } });
  const workbench = () => session().workbench;
  const devices = () => workbench().view('Devices');

  setup(() => signIn(workbench()));

  test('a failed update opens to its events, in words', async () => {
    await devices().expand('display-04');
    await devices().expand('Updates');
    await devices().expand(/^update to raspberrypi4-64-lmp-23/);
    await devices().waitForRow(/installation failed after|download failed after/i);
    await devices().click(/^Installation failed or rolled back|^Download failed/);
    await workbench().editors.waitFor(/display-04 \(update/);
    await workbench().editors.waitForText(/Result\s+(installation|download) failed after/);
  });

  test('Details is a page with an outline; its JSON is a click away', async () => {
    const { editors } = workbench();
    await devices().expand('display-04');
    await devices().click('Details');
    await editors.waitFor('display-04 (details)');
    await editors.waitForText(/Identity:/);
    await workbench().runCommand('Explorer: Focus on Outline View');
    const outline = workbench().view('Outline');
    await outline.waitForRow(/Identity/);
    await editors.titleAction(/Show Raw JSON of Device/);
    await editors.waitFor('display-04.json');
    await editors.waitForText(/"uuid": "[0-9a-f-]{36}"/);
  });

  test('an action opens to its results and files; a file opens as a document', async () => {
    await devices().expand('display-04');
    await devices().expand('Actions & Tests');
    await devices().expand(/^diag, passed/);
    await devices().click('console.log');
    await workbench().editors.waitFor('console.log');
    await workbench().editors.waitForText(/diag done/);
  });

  test('by the palette alone: the health of the apps of a device', async () => {
    await workbench().runCommand('Foundries: Show App Health');
    const { quickInput } = workbench();
    await quickInput.waitFor(/App health of which device/);
    await quickInput.type('sensor-01');
    await quickInput.waitForRows(([first]) => first?.label === 'sensor-01');
    await quickInput.accept();
    await workbench().editors.waitFor('sensor-01 (app health)');
    await workbench().editors.waitForText(/healthy since/);
  });
});
