import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { changeAsAnother, PLAIN_TYPING, serverValue, signIn } from './steps';
import { Explorer } from './support/explorer';
import { useSession } from './support/session';

/** Hebrew and Arabic, with an extension in Latin letters, as they are mixed in names. */
const NAMES = ['הגדרות-1.toml', 'إعدادات.conf'];

suite('A window without any folder on a disk', () => {
  const session = useSession({ settings: PLAIN_TYPING });
  const onServer = (file: string) => serverValue(session().factory, file);

  test('whose only folder is a Factory: views, opening and saving, and names from right to left', async () => {
    for (const name of NAMES) {
      await changeAsAnother(session().control, name, 'a = 1\n');
    }
    await signIn(session().workbench);
    const workbench = await session().openWindow(session().factoryFolder);
    try {
      await workbench.openActivity('Explorer');
      const explorer = new Explorer(workbench);
      await explorer.open(/^devices/, /^device-01/, /^config/);
      const { editors } = workbench;
      const [first = '', second = ''] = NAMES;
      await explorer.openFile(new RegExp(`^${first}`));
      await editors.waitFor(first);
      await editors.waitForText('a = 1');
      await editors.setText('a = "from the Explorer"\n');
      await editors.save();
      await editors.waitForDirty(first, false);
      assert.equal(await onServer(first), 'a = "from the Explorer"\n');

      await workbench.openActivity('Foundries');
      const devices = workbench.view('Devices');
      await devices.expand('device-01');
      await devices.doubleClick(second);
      await editors.waitFor(second);
      assert.match(await editors.activeTab(), new RegExp(second));
      await editors.setText('a = "from the view"\n');
      await editors.save();
      await editors.waitForDirty(second, false);
      assert.equal(await onServer(second), 'a = "from the view"\n');
      await devices.row(second).getByText('waiting for the device').waitFor();
    } finally {
      await workbench.close();
    }
  });
});
