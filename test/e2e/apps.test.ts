import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { openFile, PLAIN_TYPING, serverValue, signIn } from './steps';
import { useSession } from './support/session';
import { until } from './support/waiting';

const FILE = 'z-50-fioctl.toml';
const NONE = '\n[pacman]\n  compose_apps = ""\n';
const ENABLED = '\n[pacman]\n  compose_apps = "shellhttpd"\n';

suite('Apps of a device and of a group', function () {
  this.timeout(120_000);
  const session = useSession({ settings: { ...PLAIN_TYPING, 'editor.autoIndent': 'none' } });
  const workbench = () => session().workbench;
  const devices = () => workbench().view('Devices');
  const checkbox = (app: string) => devices().row(app).locator('.custom-view-tree-node-item-checkbox');
  const patches = () =>
    session()
      .factory.emulator.requests.all()
      .filter(({ method }) => method === 'PATCH')
      .map(({ path, body }) => ({ path, ...(JSON.parse(body) as { reason: string; files: object[] }) }));
  const control = async (path: string, body: unknown): Promise<void> => {
    const response = await fetch(`${session().factory.url}/_emulator/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    assert.ok(response.ok, await response.text());
  };
  /** The device runs no app, and the window knows. */
  const startWithNone = async (): Promise<void> => {
    await control('config', { device: 'device-01', files: [{ name: FILE, value: NONE, unencrypted: true }] });
    await workbench().runCommand('Foundries: Refresh');
    await workbench().openActivity('Foundries');
    if (await devices().row('Apps').isVisible()) {
      await devices()
        .row(/None: no app runs/)
        .waitFor();
    }
    session().factory.emulator.requests.clear();
  };
  const isSent = () => until('a PATCH', () => Promise.resolve(patches().length > 0));
  const byHand: object[] = [];

  test('a checkbox enables shellhttpd', async () => {
    await startWithNone();
    await signIn(workbench());
    await devices().expand('device-01');
    await devices().expand('Apps');
    await devices().row('shellhttpd').waitFor();
    await devices()
      .row(/None: no app runs/)
      .waitFor();
    await workbench().screenshot('apps-01-none-dark');
    await checkbox('shellhttpd').click();
    await devices()
      .row(/about to be sent|sending|waiting for the device/)
      .waitFor();
    await workbench().screenshot('apps-02-clicked-dark');
    await isSent();
    byHand.push(...patches());
    await workbench().notifications.waitFor(/shellhttpd enabled/);
    assert.equal(await serverValue(session().factory, FILE), ENABLED);
    await devices()
      .row(/Only the checked apps/)
      .waitFor();
    await devices()
      .row(/sending/)
      .waitFor({ state: 'detached' });
    await workbench().screenshot('apps-03-sent-dark');
    const spoken = (await devices().row('shellhttpd').getAttribute('aria-label')) ?? '';
    assert.match(spoken, /app shellhttpd, enabled/);
  });

  test('Undo in the notification takes it back, byte for byte', async () => {
    await workbench().notifications.click(/shellhttpd enabled/, 'Undo');
    await until('the old text', async () => (await serverValue(session().factory, FILE)) === NONE);
    await devices()
      .row(/None: no app runs/)
      .waitFor();
  });

  test('the palette sends the same', async () => {
    await startWithNone();
    const { quickInput } = workbench();
    await workbench().runCommand('Foundries: Enable App…');
    await quickInput.waitFor('Enable an app');
    await quickInput.pick('A device…');
    await quickInput.pick('device-01');
    await quickInput.waitFor(/Enable an app \(device-01\)/);
    await workbench().screenshot('apps-04-palette-dark');
    await quickInput.pick('shellhttpd');
    await workbench().notifications.waitFor(/shellhttpd enabled/);
    assert.deepEqual(patches(), byHand);
    await devices()
      .row(/Only the checked apps/)
      .waitFor();
  });

  test('the editor sends the same', async () => {
    await startWithNone();
    await openFile(workbench(), FILE);
    const { editors } = workbench();
    await editors.waitForText('compose_apps = ""');
    await editors.setText(ENABLED);
    await editors.save();
    await isSent();
    await editors.waitForDirty(FILE, false);
    assert.deepEqual(patches(), byHand);
    assert.equal(byHand.length, 1);
  });

  test('a click is refused while the editor has unsent text, and the box goes back', async () => {
    const { editors } = workbench();
    await editors.append('# mine');
    await editors.waitForDirty(FILE, true);
    session().factory.emulator.requests.clear();
    await checkbox('shellhttpd').click();
    await workbench().notifications.waitFor(/stay as they are: .*text that was not sent/);
    await workbench().screenshot('apps-05-unsent-dark');
    await until(
      'the box checked again',
      async () => (await checkbox('shellhttpd').getAttribute('aria-checked')) === 'true',
    );
    assert.deepEqual(patches(), []);
    assert.match(await editors.text(), /# mine/);
    await workbench().runCommand('File: Revert File');
  });

  test('tags are offered with the target that the device would take', async () => {
    const { quickInput } = workbench();
    await devices().contextMenu('device-01', /Switch Tag/);
    await quickInput.waitFor(/Switch device-01 to which tag/);
    await workbench().screenshot('apps-06-tags-dark');
    const rows = await quickInput.rows();
    assert.ok(
      rows.some(({ label }) => label === 'devel'),
      JSON.stringify(rows),
    );
    await quickInput.cancel();
  });

  test('several devices are switched at once, after one question, with a result', async () => {
    const { quickInput, page, dialog, notifications } = workbench();
    session().factory.emulator.requests.clear();
    await devices().collapse('device-01');
    await devices().selectRows('display-01', 'display-03');
    await devices().contextMenu('display-03', /Switch Tag/);
    await quickInput.waitFor(/Switch 2 devices to which tag/);
    await workbench().screenshot('apps-09-many-tags-dark');
    await quickInput.pick('devel');
    await dialog.waitFor(/Switch 2 devices to tag devel/);
    await workbench().screenshot('apps-10-many-question-dark');
    assert.deepEqual(patches(), []);
    await dialog.click('Switch');
    await notifications.waitFor(/2 of 2 devices switched/);
    await workbench().screenshot('apps-11-many-done-dark');
    assert.deepEqual(
      patches()
        .map(({ path }) => path)
        .sort(),
      ['display-01', 'display-03'].map((name) => `/ota/devices/${name}/config/`),
    );
    await page.keyboard.press('Escape');
  });

  test('a group has boxes too, and says how many devices a click reaches', async () => {
    const view = workbench().view('Configuration');
    await view.showAlone();
    await view.expand('lab');
    await view.expand('Apps');
    await view.row('shellhttpd').waitFor();
    await session().setSettings({ 'workbench.colorTheme': 'Default Light Modern' });
    await workbench().waitForTheme('light');
    await workbench().screenshot('apps-07-group-light');
    session().factory.emulator.requests.clear();
    await view.row('mosquitto').locator('.custom-view-tree-node-item-checkbox').click();
    await workbench().dialog.waitFor(/Send z-50-fioctl.toml to group lab/);
    await workbench().screenshot('apps-08-reach-light');
    await workbench().page.keyboard.press('Escape');
    await until('the box to go back', async () => {
      const box = view.row('mosquitto').locator('.custom-view-tree-node-item-checkbox');
      return (await box.getAttribute('aria-checked')) !== 'true';
    });
    assert.deepEqual(patches(), []);
  });
});
