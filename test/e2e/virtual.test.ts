import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { changeAsAnother, PLAIN_TYPING, serverValue, signIn } from './steps';
import { useSession } from './support/session';
import { until } from './support/waiting';
import { Workbench } from './support/workbench';

/** Hebrew and Arabic, with an extension in Latin letters, as they are mixed in names. */
const NAMES = ['הגדרות-1.toml', 'إعدادات.conf'];

suite('A window without any folder on a disk', function () {
  this.timeout(120_000);
  const session = useSession({ settings: PLAIN_TYPING });
  const server = () => session().factory;

  test('whose only folder is a Factory: views, opening and saving, and names from right to left', async () => {
    for (const name of NAMES) {
      await changeAsAnother(server(), name, 'a = 1\n');
    }
    await signIn(session().workbench);
    const { host } = new URL(server().url);
    const page = await session().context.newPage();
    const address = new URL(session().vscode.url);
    address.search = new URLSearchParams({ folder: `foundries://http@${host}/factories/getting-started` }).toString();
    await page.goto(address.href);
    const workbench = new Workbench(page);
    await workbench.waitUntilReady();
    await workbench.openActivity('Explorer');
    const explorer = page.locator('.explorer-folders-view');
    for (const folder of [/^devices/, /^device-01/, /^config/]) {
      const row = explorer.getByRole('treeitem', { name: folder }).last();
      await row.waitFor();
      if ((await row.getAttribute('aria-expanded')) !== 'true') {
        await row.click();
      }
      await until(`${folder.source} open`, async () => (await row.getAttribute('aria-expanded')) === 'true');
    }
    const { editors } = workbench;
    const [first = '', second = ''] = NAMES;
    await explorer.getByRole('treeitem', { name: new RegExp(`^${first}`) }).dblclick();
    await editors.waitFor(first);
    await editors.waitForText('a = 1');
    await editors.setText('a = "from the Explorer"\n');
    await editors.save();
    await editors.waitForDirty(first, false);
    assert.equal(await serverValue(server(), first), 'a = "from the Explorer"\n');
    await workbench.screenshot('virtual-01-explorer');

    await workbench.openActivity('Foundries');
    const devices = workbench.view('Devices');
    await devices.expand('device-01');
    await devices.doubleClick(second);
    await editors.waitFor(second);
    assert.match(await editors.activeTab(), new RegExp(second));
    await editors.setText('a = "from the view"\n');
    await editors.save();
    await editors.waitForDirty(second, false);
    assert.equal(await serverValue(server(), second), 'a = "from the view"\n');
    await devices.row(second).getByText('waiting for the device').waitFor();
    await workbench.screenshot('virtual-02-view');
    await page.close();
  });
});
