import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { changeAsAnother, openFile, PLAIN_TYPING, serverValue, signIn } from './steps';
import { useSession } from './support/session';

const MINE = '[page]\nurl = "https://mine.example/"\n';
const SAME_SIZE = '[page]\nurl = "https://them.example/"\n';

suite('A change by somebody else', function () {
  this.timeout(120_000);
  const session = useSession({ settings: PLAIN_TYPING });
  const workbench = () => session().workbench;
  const server = () => session().factory;

  test('is asked about at Ctrl+S; Compare shows both, and nothing is sent', async () => {
    await signIn(workbench());
    await openFile(workbench(), 'app.config');
    const { editors } = workbench();
    await editors.setText(MINE);
    await changeAsAnother(server(), 'app.config', SAME_SIZE);
    await editors.save();
    const question = await workbench().dialog.waitFor(/app\.config of device-01 was changed on the server/);
    assert.match(question, /Reason: by somebody else/);
    assert.deepEqual((await workbench().dialog.buttons()).sort(), [
      'Cancel',
      'Compare',
      'Discard Mine',
      'Merge',
      'Overwrite',
    ]);
    assert.match(question, /By Bo/);
    await workbench().screenshot('10-conflict-dark');
    await workbench().dialog.click('Compare');
    await editors.waitFor(/server ↔ yours/);
    await workbench().page.waitForTimeout(1500);
    await workbench().screenshot('11-compare-dark');
    assert.equal(await serverValue(server(), 'app.config'), SAME_SIZE);
  });

  test('Overwrite on Server in the comparison sends mine', async () => {
    const { editors } = workbench();
    await editors.titleAction(/Overwrite on Server/);
    await editors.select('app.config');
    await editors.waitForDirty('app.config', false);
    assert.equal(await serverValue(server(), 'app.config'), MINE);
  });

  test('Cancel keeps the text unsent; Use Server Version gives it up', async () => {
    const { editors } = workbench();
    await changeAsAnother(server(), 'app.config', SAME_SIZE);
    await editors.setText('[page]\nurl = "https://third.example/"\n');
    await editors.save();
    await workbench().dialog.waitFor(/was changed on the server/);
    await workbench().dialog.click('Cancel');
    const toast = await workbench().notifications.waitFor(/Not sent: app\.config was changed on the server/);
    await workbench().screenshot('12-not-sent-dark');
    assert.equal(await editors.isDirty('app.config'), true);
    await workbench().notifications.dismiss(toast.text);
    await workbench().runCommand('Foundries: Compare with Server');
    await editors.waitFor(/server ↔ yours/);
    await editors.titleAction(/Use Server Version/);
    await editors.waitForDirty('app.config', false);
    await editors.select('app.config');
    await editors.waitForText(/them\.example/);
    assert.equal(await serverValue(server(), 'app.config'), SAME_SIZE);
  });

  test('an editor without unsent text follows the server', async () => {
    await changeAsAnother(server(), 'app.config', MINE);
    await workbench().runCommand('Foundries: Refresh');
    await workbench().view('Devices').collapse('device-01');
    await workbench().view('Devices').expand('device-01');
    await workbench().editors.waitForText(/mine\.example/);
  });

  test('Merge takes both changes, shows them before they are sent, and sends with one button', async () => {
    const { editors } = workbench();
    await changeAsAnother(server(), 'app.config', 'a = 1\nb = 2\nc = 3\nd = 4\ne = 5\n');
    await workbench().runCommand('Foundries: Refresh');
    await workbench().view('Devices').collapse('device-01');
    await workbench().view('Devices').expand('device-01');
    await editors.waitForText(/e = 5/);
    await editors.setText('a = "mine"\nb = 2\nc = 3\nd = 4\ne = 5\n');
    await changeAsAnother(server(), 'app.config', 'a = 1\nb = 2\nc = 3\nd = 4\ne = "theirs"\n');
    await editors.save();
    await workbench().dialog.waitFor(/was changed on the server/);
    await workbench().dialog.click('Merge');
    await editors.waitFor(/Merging: app\.config/);
    await workbench().page.waitForTimeout(2500);
    await workbench().screenshot('13-merge-dark');
    assert.match((await serverValue(server(), 'app.config')) ?? '', /a = 1\n[^]*"theirs"/);
    await editors.titleAction(/Complete Merge and Send/);
    await editors.waitFor('app.config');
    await editors.waitForDirty('app.config', false);
    assert.equal(await serverValue(server(), 'app.config'), 'a = "mine"\nb = 2\nc = 3\nd = 4\ne = "theirs"\n');
  });

  test('Discard Mine takes the version of the server', async () => {
    const { editors } = workbench();
    await editors.setText('a = "given up"\n');
    await changeAsAnother(server(), 'app.config', SAME_SIZE);
    await editors.save();
    await workbench().dialog.waitFor(/was changed on the server/);
    await workbench().dialog.click('Discard Mine');
    await editors.waitForDirty('app.config', false);
    await editors.waitForText(/them\.example/);
    assert.equal(await serverValue(server(), 'app.config'), SAME_SIZE);
  });
});
