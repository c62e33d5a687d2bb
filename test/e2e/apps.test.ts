import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { until, untilEqual } from '../support/until';
import { openFile, PLAIN_TYPING, serverValue, signIn } from './steps';
import { requestsOf } from './support/requests';
import { useSession } from './support/session';

const FILE = 'z-50-fioctl.toml';
const NONE = '\n[pacman]\n  compose_apps = ""\n';
const ENABLED = '\n[pacman]\n  compose_apps = "shellhttpd"\n';
/** What enables shellhttpd, whichever way the user takes. */
const SENT = [
  {
    path: '/ota/devices/device-01/config/',
    reason: 'Enable shellhttpd from VS Code',
    files: [{ name: FILE, value: ENABLED, unencrypted: true }],
  },
];

suite('Apps of a device and of a group', () => {
  const session = useSession({ settings: { ...PLAIN_TYPING, 'editor.autoIndent': 'none' } });
  const workbench = () => session().workbench;
  const devices = () => workbench().view('Devices');
  const checkbox = (app: string) => devices().row(app).locator('.custom-view-tree-node-item-checkbox');
  const patches = () =>
    requestsOf(session().factory)
      .filter(({ method }) => method === 'PATCH')
      .map(({ path, body }) => ({ path, ...(JSON.parse(body) as { reason: string; files: object[] }) }));
  const isSent = () => until('a PATCH', () => patches().length > 0);
  const openApps = async (): Promise<void> => {
    await devices().expand('device-01');
    await devices().expand('Apps');
    await devices().waitForRow('shellhttpd');
    await devices().waitForRow(/None: no app runs/);
  };

  // The device runs no app.
  setup(async () => {
    await session().control.writeConfig({
      device: 'device-01',
      files: [{ name: FILE, value: NONE, unencrypted: true }],
    });
    await signIn(workbench());
  });

  test('a checkbox enables shellhttpd', async () => {
    await openApps();
    await checkbox('shellhttpd').click();
    await devices().waitForRow(/about to be sent|sending|waiting for the device/);
    await isSent();
    await workbench().notifications.waitFor(/shellhttpd enabled/);
    assert.deepEqual(patches(), SENT);
    assert.equal(await serverValue(session().factory, FILE), ENABLED);
    await devices().waitForRow(/Only the checked apps/);
    await devices()
      .row(/sending/)
      .waitFor({ state: 'detached' });
    const spoken = (await devices().row('shellhttpd').getAttribute('aria-label')) ?? '';
    assert.match(spoken, /app shellhttpd, enabled/);
  });

  test('a click right before the window is reloaded is not lost', async () => {
    await openApps();
    await checkbox('shellhttpd').click();
    await devices().waitForRow(/about to be sent/);
    await workbench().reload();
    await isSent();
    await untilEqual('the text on the server', () => serverValue(session().factory, FILE), ENABLED);
    assert.deepEqual(patches(), SENT);
  });

  test('Undo in the notification takes it back, byte for byte', async () => {
    await openApps();
    await checkbox('shellhttpd').click();
    await workbench().notifications.click(/shellhttpd enabled/, 'Undo');
    await untilEqual('the text on the server', () => serverValue(session().factory, FILE), NONE);
    await devices().waitForRow(/None: no app runs/);
  });

  test('the palette sends the same', async () => {
    const { quickInput } = workbench();
    await workbench().runCommand('Foundries: Enable App…');
    await quickInput.waitFor('Enable an app');
    await quickInput.pick('A device…');
    await quickInput.pick('device-01');
    await quickInput.waitFor(/Enable an app \(device-01\)/);
    await quickInput.pick('shellhttpd');
    await workbench().notifications.waitFor(/shellhttpd enabled/);
    assert.deepEqual(patches(), SENT);
    await devices().expand('device-01');
    await devices().expand('Apps');
    await devices().waitForRow(/Only the checked apps/);
  });

  test('the editor sends the same', async () => {
    await openFile(workbench(), FILE);
    const { editors } = workbench();
    await editors.waitForText('compose_apps = ""');
    await editors.setText(ENABLED);
    await editors.save();
    await isSent();
    await editors.waitForDirty(FILE, false);
    assert.deepEqual(patches(), SENT);
  });

  test('a click is refused while the editor has unsent text, and the box goes back', async () => {
    const { editors } = workbench();
    await openApps();
    await openFile(workbench(), FILE);
    await editors.append('# mine');
    await editors.waitForDirty(FILE, true);
    await checkbox('shellhttpd').click();
    await workbench().notifications.waitFor(/stay as they are: .*text that was not sent/);
    await untilEqual('the box', () => checkbox('shellhttpd').getAttribute('aria-checked'), 'false');
    assert.deepEqual(patches(), []);
    assert.match(await editors.text(), /# mine/);
  });

  test('tags are offered with the target that the device would take', async () => {
    const { quickInput } = workbench();
    await devices().contextMenu('device-01', /Switch Tag/);
    await quickInput.waitFor(/Switch device-01 to which tag/);
    await quickInput.waitForRows((rows) => rows.some(({ label }) => label === 'devel'));
    await quickInput.cancel();
  });

  test('several devices are switched at once, after one question, with a result', async () => {
    const { quickInput, dialog, notifications } = workbench();
    await devices().selectRows('display-01', 'display-03');
    await devices().contextMenu('display-03', /Switch Tag/);
    await quickInput.waitFor(/Switch 2 devices to which tag/);
    await quickInput.pick('devel');
    await dialog.waitFor(/Switch 2 devices to tag devel/);
    assert.deepEqual(patches(), []);
    await dialog.click('Switch');
    await quickInput.waitFor(/Reason for the change/);
    await quickInput.accept();
    await notifications.waitFor(/2 of 2 devices switched/);
    assert.deepEqual(
      patches()
        .map(({ path }) => path)
        .sort(),
      ['display-01', 'display-03'].map((name) => `/ota/devices/${name}/config/`),
    );
  });

  test('a group has boxes too, and says how many devices a click reaches', async () => {
    const view = workbench().view('Configuration');
    await view.showAlone();
    await view.expand('lab');
    await view.expand('Apps');
    await view.waitForRow('shellhttpd');
    const box = view.row('mosquitto').locator('.custom-view-tree-node-item-checkbox');
    await box.click();
    await workbench().dialog.waitFor(/Send z-50-fioctl.toml to group lab/);
    await workbench().dialog.cancel();
    await untilEqual('the box', () => box.getAttribute('aria-checked'), 'false');
    assert.deepEqual(patches(), []);
  });
});
