import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { changeAsAnother, openFile, PLAIN_TYPING, serverValue, signIn } from './steps';
import { useSession } from './support/session';

const MINE = '[page]\nurl = "https://mine.example/"\n';
const SAME_SIZE = '[page]\nurl = "https://them.example/"\n';
const BASE = 'a = 1\nb = 2\nc = 3\nd = 4\ne = 5\n';

suite('A change by somebody else', () => {
  const session = useSession({ settings: PLAIN_TYPING });
  const workbench = () => session().workbench;
  const onServer = () => serverValue(session().factory, 'app.config');
  /** Changes the file in the open editor, while somebody else does too, and saves it. */
  const saveOver = async (mine: string, theirs: string): Promise<string> => {
    await workbench().editors.setText(mine);
    await changeAsAnother(session().control, 'app.config', theirs);
    await workbench().editors.save();
    return workbench().dialog.waitFor(/app\.config of device-01 was changed on the server/);
  };

  setup(async () => {
    await signIn(workbench());
  });

  test('is asked about at Ctrl+S; Compare shows both, and nothing is sent', async () => {
    const { dialog, editors } = workbench();
    await openFile(workbench(), 'app.config');
    const question = await saveOver(MINE, SAME_SIZE);
    assert.match(question, /Reason: by somebody else/);
    assert.deepEqual((await dialog.buttons()).sort(), ['Cancel', 'Compare', 'Discard Mine', 'Merge', 'Overwrite']);
    assert.match(question, /By Bo/);
    await dialog.click('Compare');
    await editors.waitFor(/server ↔ yours/);
    assert.equal(await onServer(), SAME_SIZE);
  });

  test('Overwrite on Server in the comparison sends mine', async () => {
    const { dialog, editors } = workbench();
    await openFile(workbench(), 'app.config');
    await saveOver(MINE, SAME_SIZE);
    await dialog.click('Compare');
    await editors.waitFor(/server ↔ yours/);
    await editors.titleAction(/Overwrite on Server/);
    await editors.select('app.config');
    await editors.waitForDirty('app.config', false);
    assert.equal(await onServer(), MINE);
  });

  test('Cancel keeps the text unsent; Use Server Version gives it up', async () => {
    const { dialog, editors, notifications } = workbench();
    await openFile(workbench(), 'app.config');
    await saveOver('[page]\nurl = "https://third.example/"\n', SAME_SIZE);
    await dialog.click('Cancel');
    const toast = await notifications.waitFor(/Not sent: app\.config was changed on the server/);
    assert.equal(await editors.isDirty('app.config'), true);
    await notifications.dismiss(toast.text);
    await workbench().runCommand('Foundries: Compare with Server');
    await editors.waitFor(/server ↔ yours/);
    await editors.titleAction(/Use Server Version/);
    await editors.waitForDirty('app.config', false);
    await editors.select('app.config');
    await editors.waitForText(/them\.example/);
    assert.equal(await onServer(), SAME_SIZE);
  });

  test('an editor without unsent text follows the server', async () => {
    await openFile(workbench(), 'app.config');
    await changeAsAnother(session().control, 'app.config', MINE);
    await workbench().runCommand('Foundries: Refresh');
    await workbench().view('Devices').collapse('device-01');
    await workbench().view('Devices').expand('device-01');
    await workbench().editors.waitForText(/mine\.example/);
  });

  test('Merge takes both changes, shows them before they are sent, and sends with Ctrl+S or a button that says so', async () => {
    const { dialog, editors } = workbench();
    await changeAsAnother(session().control, 'app.config', BASE);
    await openFile(workbench(), 'app.config');
    await editors.waitForText(/e = 5/);
    await saveOver(BASE.replace('a = 1', 'a = "mine"'), BASE.replace('e = 5', 'e = "theirs"'));
    await dialog.click('Merge');
    await editors.waitFor(/Merging: app\.config/);
    assert.equal(await onServer(), BASE.replace('e = 5', 'e = "theirs"'));
    await workbench()
      .statusBarItem(/Complete Merge and Send/)
      .waitFor();
    await workbench().page.keyboard.press('Control+s');
    await editors.waitFor('app.config');
    await editors.waitForDirty('app.config', false);
    assert.equal(await onServer(), 'a = "mine"\nb = 2\nc = 3\nd = 4\ne = "theirs"\n');
  });

  test('Discard Mine takes the version of the server', async () => {
    const { dialog, editors } = workbench();
    await openFile(workbench(), 'app.config');
    await saveOver('a = "given up"\n', SAME_SIZE);
    await dialog.click('Discard Mine');
    await editors.waitForDirty('app.config', false);
    await editors.waitForText(/them\.example/);
    assert.equal(await onServer(), SAME_SIZE);
  });
});
