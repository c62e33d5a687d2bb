import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { openFile, PLAIN_TYPING, signIn } from './steps';
import { useSession } from './support/session';
import { dumpStorage } from './support/storage';

for (const theme of ['dark', 'light'] as const) {
  suite(`The demo Factory (${theme})`, function () {
    this.timeout(150_000);
    const session = useSession({ settings: PLAIN_TYPING, theme, viewport: { width: 1300, height: 1000 } });
    const workbench = () => session().workbench;
    const devices = () => workbench().view('Devices');
    const asked = () => session().factory.emulator.requests.all().length;

    test('is entered from the welcome view, and a saved file is there', async () => {
      await workbench().openActivity('Foundries');
      await devices().welcome.getByText('You are not signed in').waitFor();
      await workbench().screenshot(`70-welcome-${theme}`);
      // The pictures are low: what is in this view is what they show.
      await devices().showAlone();
      await workbench().picture(`walkthrough-enter-${theme}`);
      await devices().welcomeButton('Explore the Demo Factory');
      await devices().row('device-01').waitFor();
      await workbench().statusBarItem('getting-started (Demo)').waitFor();
      await workbench().screenshot(`71-demo-${theme}`);
      await workbench().picture(`walkthrough-devices-${theme}`);
      await openFile(workbench(), 'app.config');
      const { editors } = workbench();
      await editors.setText('[page]\nurl = "https://demo.example/"\n');
      await editors.save();
      await editors.waitForDirty('app.config', false);
      await workbench().screenshot(`72-demo-saved-${theme}`);
      await workbench().picture(`walkthrough-edit-${theme}`);
      assert.equal(asked(), 0, 'nothing was sent to the address of the settings');
    });

    test('has apps and a history', async () => {
      await devices().expand('Apps');
      await workbench().picture(`walkthrough-apps-${theme}`);
      await devices().collapse('Apps');
      await workbench().runCommand('Foundries: Show Config History');
      const { quickInput } = workbench();
      await quickInput.waitFor(/Show the configuration history of what/);
      await quickInput.pick(/app\.config of device-01/);
      await quickInput.waitFor(/History of/);
      await quickInput.rows();
      await workbench().picture(`walkthrough-history-${theme}`);
      await quickInput.cancel();
    });

    test('is offered by the walkthrough', async () => {
      await workbench().runCommand('Welcome: Open Walkthrough...');
      await workbench().quickInput.pick(/Get Started with a Foundries Factory/);
      const step = workbench().page.getByText('Look around, or sign in').filter({ visible: true });
      await step.first().waitFor();
      await workbench().screenshot(`76-walkthrough-${theme}`);
      await workbench().editors.close(/Welcome/);
    });

    if (theme === 'light') {
      return;
    }

    test('comes back after a reload, new', async () => {
      await workbench().page.waitForTimeout(3000);
      await workbench().reload();
      await workbench().openActivity('Foundries');
      await devices().row('device-01').waitFor();
      await workbench().editors.waitFor('app.config');
      await workbench().editors.waitForText(/example\.com|url|page/);
      assert.equal(await workbench().editors.isDirty('app.config'), false);
      assert.equal(asked(), 0);
    });

    test('is left with one click, and nothing of it is in the storage of the window', async () => {
      await devices().titleAction('Leave Demo');
      await devices().welcome.getByText('You are not signed in').waitFor();
      await workbench().screenshot('73-left');
      assert.equal((await dumpStorage(workbench().page)).includes('two-factories-token'), false);
    });

    test('brings the former account back when it is left', async () => {
      await signIn(workbench());
      const real = workbench().statusBarItem(/getting-started(?! \(Demo\))/);
      const demo = workbench().statusBarItem('getting-started (Demo)');
      const { quickInput } = workbench();
      await real.click();
      await quickInput.waitFor(/Switch Factory or Account/);
      await workbench().screenshot('74-switch');
      await quickInput.pick(/Explore the Demo Factory/);
      await demo.waitFor();
      await demo.click();
      await quickInput.waitFor(/Switch Factory or Account/);
      await workbench().screenshot('75-switch-demo');
      await quickInput.pick(/Leave Demo/);
      await demo.waitFor({ state: 'detached' });
      await real.waitFor();
      await devices().row('device-01').waitFor();
    });
  });
}
