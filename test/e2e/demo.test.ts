import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { until } from '../support/until';
import { openFile, PLAIN_TYPING, signIn } from './steps';
import { walkthroughPicture } from './support/pictures';
import { useSession } from './support/session';
import { dumpStorage } from './support/storage';

const DEMO = 'getting-started (Demo)';
/** For the pictures of the walkthrough, which are there in both. */
const theme = process.env.FOUNDRIES_TEST_THEME === 'light' ? 'light' : 'dark';

suite('The demo Factory', () => {
  const session = useSession({ settings: PLAIN_TYPING, theme, viewport: { width: 1300, height: 1000 } });
  const workbench = () => session().workbench;
  const devices = () => workbench().view('Devices');
  const asked = () => session().factory.emulator.requests.all().length;
  const picture = (step: string) => walkthroughPicture(workbench().page, `walkthrough-${step}-${theme}`);
  const enter = async () => {
    await devices().welcomeButton('Explore the Demo Factory');
    await devices().waitForRow('device-01');
    await workbench().statusBarItem(DEMO).waitFor();
  };

  test('is entered from the welcome view, and a saved file is there', async () => {
    const { editors } = workbench();
    await devices().welcome.getByText('You are not signed in').waitFor();
    await picture('enter');
    await enter();
    await picture('devices');
    await openFile(workbench(), 'app.config');
    await editors.setText('[page]\nurl = "https://demo.example/"\n');
    await editors.save();
    await editors.waitForDirty('app.config', false);
    await picture('edit');
    assert.equal(asked(), 0, 'nothing was sent to the address of the settings');
  });

  test('has apps and a history', async () => {
    const { quickInput } = workbench();
    await enter();
    // The pictures show a file, too.
    await openFile(workbench(), 'app.config');
    await devices().expand('Apps');
    await devices().waitForRow('shellhttpd');
    await picture('apps');
    await devices().collapse('Apps');
    await workbench().runCommand('Foundries: Show Config History');
    await quickInput.waitFor(/Show the configuration history of what/);
    await quickInput.pick(/app\.config of device-01/);
    await quickInput.waitFor(/History of/);
    await quickInput.waitForRows();
    await picture('history');
  });

  test('is offered by the walkthrough', async () => {
    await workbench().runCommand('Welcome: Open Walkthrough...');
    await workbench().quickInput.pick(/Get Started with a Foundries Factory/);
    await workbench().page.getByText('Look around, or sign in').filter({ visible: true }).first().waitFor();
  });

  test('comes back after a reload, new', async () => {
    const { editors } = workbench();
    await enter();
    await openFile(workbench(), 'app.config');
    await editors.setText('[page]\nurl = "https://demo.example/"\n');
    await editors.save();
    await editors.waitForDirty('app.config', false);
    await until('the tab to be kept', async () =>
      (await dumpStorage(workbench().page))
        .split('editorpart.state')
        .slice(1)
        .some((state) => state.includes('demo.invalid')),
    );
    await workbench().reload();
    await workbench().openActivity('Foundries');
    await devices().waitForRow('device-01');
    await editors.waitFor('app.config');
    const text = await editors.waitForText(/url/);
    assert.ok(!text.includes('demo.example'), text);
    assert.equal(await editors.isDirty('app.config'), false);
    assert.equal(asked(), 0);
  });

  test('is left with one click, and nothing of it is in the storage of the window', async () => {
    await enter();
    await devices().titleAction('Leave Demo');
    await devices().welcome.getByText('You are not signed in').waitFor();
    assert.equal((await dumpStorage(workbench().page)).includes('two-factories-token'), false);
  });

  test('brings the former account back when it is left', async () => {
    const { quickInput } = workbench();
    const real = workbench().statusBarItem(/getting-started(?! \(Demo\))/);
    const demo = workbench().statusBarItem(DEMO);
    await signIn(workbench());
    await real.click();
    await quickInput.waitFor(/Switch Factory or Account/);
    await quickInput.pick(/Explore the Demo Factory/);
    await demo.click();
    await quickInput.waitFor(/Switch Factory or Account/);
    await quickInput.pick(/Leave Demo/);
    await demo.waitFor({ state: 'detached' });
    await real.waitFor();
    await devices().waitForRow('device-01');
  });
});
