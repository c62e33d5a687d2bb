import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { PLAIN_TYPING, signIn } from './steps';
import { useSession } from './support/session';
import { until } from './support/waiting';

const TEXT = '[page]\nurl = "https://many.example/"\n';

suite('One file on many devices', function () {
  this.timeout(120_000);
  const session = useSession({ settings: PLAIN_TYPING });
  const workbench = () => session().workbench;
  const writes = () =>
    session()
      .factory.emulator.requests.all()
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path}`);
  const fault = (rule: object) =>
    fetch(`${session().factory.url}/_emulator/faults`, { method: 'POST', body: JSON.stringify(rule) });
  let names: string[];

  test('three selected devices: which file, and what it is to hold, without anything being sent', async () => {
    await signIn(workbench());
    const devices = workbench().view('Devices');
    names = (await devices.labels()).slice(0, 3);
    await devices.selectRows(names[0]!, ...names.slice(1));
    await devices.row(names[2]!).locator('.label-name').click({ button: 'right' });
    await workbench().page.waitForTimeout(500);
    await workbench().screenshot('many-01-menu');
    await workbench().page.keyboard.press('Escape');
    await devices.contextMenu(names[2]!, /Set Config File on Devices/);
    const { quickInput, editors } = workbench();
    await quickInput.waitFor('Set a configuration file on 3 devices');
    await workbench().screenshot('many-02-files');
    await quickInput.pick('app.config');
    await quickInput.waitFor('Set app.config on 3 devices');
    await workbench().screenshot('many-03-sources');
    await quickInput.pick(/Start with the Text of device-01/);
    await quickInput.waitFor(/handler where the file is new/);
    await workbench().screenshot('many-04-handler');
    await quickInput.accept();
    await editors.waitFor('app.config');
    await editors.setText(TEXT);
    await workbench().screenshot('many-05-draft');
    await editors.titleAction(/Continue to Preview/);
    await workbench()
      .editors.tab(/Not sent yet: app\.config for 3 devices/)
      .waitFor();
    await workbench().notifications.waitFor(/Nothing was sent yet/);
    await workbench().page.waitForTimeout(2000);
    await workbench().screenshot('many-06-preview');
    assert.deepEqual(writes(), []);
  });

  test('when the message is gone, nothing is lost: the title and the status bar lead to the question', async () => {
    const { notifications, dialog, editors, quickInput } = workbench();
    // It goes to the bell by itself after a while.
    await workbench().runCommand('Notifications: Clear All Notifications');
    await workbench()
      .statusBarItem(/Not sent yet: app\.config/)
      .click();
    await dialog.waitFor(/Send app\.config to 3 devices\?/);
    await workbench().screenshot('many-07-question');
    await workbench().page.keyboard.press('Escape');
    await editors.titleAction(/Send to Devices/);
    const question = await dialog.waitFor(/Send app\.config to 3 devices\?/);
    assert.match(question, /Another text: 1\.\s+New file, without a handler: 2\./);
    assert.match(question, /Production devices: |None of them is a production device/);
    assert.deepEqual(writes(), []);
    await fault({ match: { method: 'PATCH', path: `/${names[1]!}/` }, status: 500 });
    await dialog.click('Send');
    await quickInput.waitFor(/Reason for the change of app\.config \(3 devices\)/);
    assert.deepEqual(writes(), []);
    await quickInput.accept();
    await notifications.waitFor(/2 sent, 1 failed/);
    await workbench().screenshot('many-08-sent');
    assert.equal(writes().length, 3);
    assert.deepEqual(
      (await editors.tabs()).filter((tab) => tab.includes('Not sent')),
      [],
    );
  });

  test('the result by device; a further try does what is left', async () => {
    const { notifications, quickInput } = workbench();
    await notifications.click(/2 sent, 1 failed/, 'Show Result');
    await quickInput.waitFor('app.config on 3 devices');
    const rows = await quickInput.rows();
    assert.deepEqual(
      rows.map(({ label }) => label),
      [`Try Again on ${names[1]!}`, 'Show as Text', names[1], names[0], names[2]],
    );
    await workbench().screenshot('many-09-result');
    // VS Code hides a fourth message within 800 ms; no person is that fast.
    await workbench().page.waitForTimeout(1000);
    await quickInput.pick(/Try Again/);
    await notifications.waitFor(/: 3 sent/);
    assert.equal(writes().length, 4);
    await notifications.click(/: 3 sent/, 'Show Result');
    await quickInput.pick('Show as Text');
    await workbench().editors.waitForText(/sent \(3\)/);
    await workbench().screenshot('many-10-text');
  });

  test('from the palette: what is checked stays so while one searches; a secret is asked for in dots', async () => {
    const { quickInput, editors, dialog, notifications } = workbench();
    // Without a selection of several the palette starts with nothing.
    await workbench().view('Devices').click(names[0]!);
    await workbench().runCommand('Foundries: Set Config File on Devices…');
    await quickInput.waitFor(/on which devices/);
    await until('the found devices', async () => (await quickInput.rows()).length > 3);
    await quickInput.pick('device-01');
    await quickInput.type(names[1]!);
    await until('the search', async () => (await quickInput.rows()).length < 4);
    await quickInput.pick(names[1]!);
    await quickInput.type('');
    await until('all again', async () => (await quickInput.rows()).length > 3);
    await workbench().page.waitForTimeout(1000);
    await workbench().screenshot('many-11-picker');
    await quickInput.accept();
    await quickInput.waitFor('Set a configuration file on 2 devices');
    await quickInput.pick('New File…');
    await quickInput.waitFor(/name on the devices/);
    await quickInput.type('npmtok');
    await quickInput.accept();
    await quickInput.waitFor('Set npmtok on 2 devices');
    await quickInput.pick('Secret Value…');
    await quickInput.waitFor(/handler where the file is new/);
    await quickInput.accept();
    await quickInput.waitFor(/Where does the value come from/);
    await quickInput.pick('Type It');
    await until('dots', () => quickInput.isPassword());
    await quickInput.type('s3cr3t');
    await workbench().screenshot('many-12-secret');
    await quickInput.accept();
    await editors.tab(/Not sent yet: npmtok/).waitFor();
    await workbench().page.waitForTimeout(2000);
    await workbench().screenshot('many-13-secret-preview');
    await notifications.click(/Nothing was sent yet/, "Don't Send");
    await editors.tab(/Not sent yet: npmtok/).waitFor({ state: 'detached' });
    assert.equal(await dialog.isOpen(), false);
    assert.equal(writes().length, 4);
  });
});
