import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { until } from '../support/until';
import { PLAIN_TYPING, signIn } from './steps';
import { useSession } from './support/session';

const TEXT = '[page]\nurl = "https://many.example/"\n';

suite('One file on many devices', () => {
  const session = useSession({ settings: PLAIN_TYPING });
  const workbench = () => session().workbench;
  const writes = () =>
    session()
      .factory.emulator.requests.all()
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path}`);
  let names: string[];

  setup(async () => {
    await signIn(workbench());
    names = (await workbench().view('Devices').labels()).slice(0, 3);
  });

  /** Three devices, a file, a text: up to the preview of what would be sent. */
  async function comeToPreview(): Promise<void> {
    const { quickInput, editors, notifications } = workbench();
    const devices = workbench().view('Devices');
    await devices.selectRows(names[0]!, ...names.slice(1));
    await workbench().chooseForInput(
      devices,
      names[2]!,
      /Set Config File on Devices/,
      'Set a configuration file on 3 devices',
    );
    await quickInput.pick('app.config');
    await quickInput.waitFor('Set app.config on 3 devices');
    await quickInput.pick(/Start with the Text of device-01/);
    await quickInput.waitFor(/handler where the file is new/);
    await quickInput.accept();
    await editors.waitFor('app.config');
    await editors.setText(TEXT);
    await editors.titleAction(/Continue to Preview/);
    await editors.waitForTab(/Preview: app\.config for 3 devices/);
    await notifications.waitFor(/Look at the preview/);
  }

  const answerReason = async (): Promise<void> => {
    const { quickInput } = workbench();
    await quickInput.waitFor(/Reason for the change of app\.config \(3 devices\)/);
    await quickInput.accept();
  };

  test('three selected devices: which file, and what it is to hold, without anything being sent', async () => {
    await comeToPreview();
    assert.deepEqual(writes(), []);
    await workbench().notifications.click(/Look at the preview/, "Don't Send");
    await workbench()
      .editors.tab(/Preview: app\.config/)
      .waitFor({ state: 'detached' });
    assert.deepEqual(writes(), []);
  });

  test('when the message is gone, nothing is lost: the title and the status bar lead to the question', async () => {
    const { notifications, dialog, editors } = workbench();
    await comeToPreview();
    // It goes to the bell by itself after a while.
    await workbench().runCommand('Notifications: Clear All Notifications');
    await workbench()
      .statusBarItem(/Not sent yet: app\.config/)
      .click();
    await answerReason();
    await dialog.waitFor(/Send app\.config to 3 devices\?/);
    await dialog.cancel();
    await editors.titleAction(/Send to Devices/);
    await answerReason();
    const question = await dialog.waitFor(/Send app\.config to 3 devices\?/);
    assert.match(question, /1 device gets another text\.\s+2 devices get it as a new file\./);
    assert.match(question, /Reason: Set app\.config on 3 devices from VS Code/);
    assert.match(question, /Production devices: |None of them is a production device/);
    assert.deepEqual(writes(), []);
    await dialog.click('Send');
    await notifications.waitFor(/: 3 sent/);
    await workbench().statusBarItem('app.config: 3 sent').waitFor();
    assert.equal(writes().length, 3);
    assert.deepEqual(
      (await editors.tabs()).filter((tab) => tab.includes('Preview')),
      [],
    );
  });

  test('the result by device; a further try does what is left', async () => {
    const { notifications, dialog, editors, quickInput } = workbench();
    await comeToPreview();
    await session().control.fault({ match: { method: 'PATCH', path: `/${names[1]!}/` }, status: 500 });
    await editors.titleAction(/Send to Devices/);
    await answerReason();
    await dialog.waitFor(/Send app\.config to 3 devices\?/);
    await dialog.click('Send');
    await notifications.click(/2 sent, 1 failed/, 'Show Result');
    assert.equal(writes().length, 3);
    await quickInput.waitFor('app.config on 3 devices');
    const rows = await quickInput.waitForRows();
    assert.deepEqual(
      rows.map(({ label }) => label),
      [`Try Again on ${names[1]!}`, 'Show as Text', names[1], names[0], names[2]],
    );
    await quickInput.pick(/Try Again/);
    await notifications.click(/: 3 sent/, 'Show Result');
    assert.equal(writes().length, 4);
    await quickInput.pick('Show as Text');
    await editors.waitForText(/sent \(3\)/);
  });

  test('from the palette: what is checked stays so while one searches; a secret is asked for in dots', async () => {
    const { quickInput, editors, dialog, notifications } = workbench();
    await workbench().runCommand('Foundries: Set Config File on Devices…');
    await quickInput.waitFor(/on which devices/);
    await quickInput.waitForRows((rows) => rows.length > 3, 'the found devices');
    await quickInput.check('device-01');
    await quickInput.type(names[1]!);
    await quickInput.waitForRows((rows) => rows.length < 4, 'the search');
    await quickInput.check(names[1]!);
    await quickInput.type('');
    await quickInput.waitForRows((rows) => rows.length > 3, 'all again');
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
    await quickInput.accept();
    await editors.waitForTab(/Preview: npmtok/);
    await notifications.click(/Look at the preview/, "Don't Send");
    await editors.tab(/Preview: npmtok/).waitFor({ state: 'detached' });
    assert.equal(await dialog.isOpen(), false);
    assert.deepEqual(writes(), []);
  });
});
