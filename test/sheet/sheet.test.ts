/** Pictures of every view, page and state, for the contact sheet: `npm run screenshots`. */
import { suite, test } from 'mocha';
import { changeAsAnother, openFile, PLAIN_TYPING } from '../e2e/steps';
import { useSession } from '../e2e/support/session';
import { pause, until } from '../e2e/support/waiting';

const THEMES = { dark: 'Default Dark Modern', light: 'Default Light Modern', contrast: 'Default High Contrast' };
const wanted = (process.env.FOUNDRIES_SHEET_THEMES ?? Object.keys(THEMES).join()).split(',');

for (const [theme, colorTheme] of Object.entries(THEMES).filter(([name]) => wanted.includes(name))) {
  suite(`Contact sheet, ${theme}`, function () {
    this.timeout(120_000);
    const session = useSession({
      settings: { ...PLAIN_TYPING, 'workbench.colorTheme': colorTheme, 'foundries.refresh.intervalSeconds': 0 },
      viewport: { width: 1280, height: 800 },
    });
    const workbench = () => session().workbench;
    const devices = () => workbench().view('Devices');
    let taken = 0;

    /** One picture: a cell of the sheet. */
    async function take(name: string): Promise<void> {
      await pause(700);
      await workbench().screenshot(`${String(++taken).padStart(2, '0')} ${name} (${theme})`);
    }
    const emulator = (path: string, method: string, body?: unknown) =>
      fetch(`${session().factory.url}/_emulator/${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const fault = (rule: unknown) => emulator('faults', 'POST', rule);
    const heal = () => emulator('faults', 'DELETE');
    async function closeEditors(): Promise<void> {
      await workbench().runCommand('View: Close All Editors');
    }
    /** A command that asks for a device, answered with one. */
    async function ofDevice(command: string, device: string): Promise<void> {
      const { quickInput } = workbench();
      await workbench().runCommand(command);
      await quickInput.waitFor(/device/i);
      await quickInput.type(device);
      await until(device, async () => (await quickInput.rows())[0]?.label === device);
      await quickInput.accept();
    }

    test('signed out', async () => {
      await workbench().openActivity('Foundries');
      await devices().welcomeButton('Sign In');
      await workbench().quickInput.waitFor(/Sign in to/);
      await take('Sign in');
      await workbench().quickInput.cancel();
      await take('Signed out');
    });

    test('devices', async () => {
      await devices().welcomeButton('Sign In');
      await workbench().quickInput.waitFor(/Sign in to/);
      await workbench().quickInput.type('demo-token');
      await workbench().quickInput.accept();
      await devices().row('device-01').waitFor();
      await take('Devices');
      await devices().expand('device-01');
      await devices().row('app.config').waitFor();
      await take('A device');
    });

    test('a configuration file is edited, sent and applied', async () => {
      const { editors } = workbench();
      await openFile(workbench(), 'app.config');
      await take('A configuration file');
      await editors.setText('[page]\nurl = "https://example.com/"\n');
      await take('Unsent text');
      await editors.save();
      await editors.waitForDirty('app.config', false);
      await devices()
        .row(/app\.config/)
        .waitFor();
      await take('Sent, waiting for the device');
      await emulator('check-in', 'POST', { device: 'device-01' });
      await workbench().runCommand('Foundries: Refresh');
      await take('Fetched by the device');
    });

    test('a conflict', async () => {
      const { editors } = workbench();
      await editors.setText('[page]\nurl = "https://mine.example/"\n');
      await changeAsAnother(session().factory, 'app.config', '[page]\nurl = "https://them.example/"\n');
      await editors.save();
      await workbench().dialog.waitFor(/was changed on the server/);
      await take('Conflict');
      await workbench().dialog.click('Compare');
      await editors.waitFor(/server ↔ yours/);
      await pause(1200);
      await take('Compared with the server');
      await editors.titleAction(/Use Server Version/);
      await pause(500);
      await closeEditors();
    });

    test('update settings with suggestions and marks', async () => {
      const { editors } = workbench();
      await openFile(workbench(), 'z-50-fioctl.toml');
      await editors.setText('[pacman]\ncompose_apps = "shellhttpd,nothere"\ntags = 5\n');
      await pause(2500);
      await workbench().runCommand('View: Toggle Problems');
      await take('Update settings, checked');
      await workbench().runCommand('View: Toggle Problems');
      await workbench().runCommand('File: Revert File');
      await closeEditors();
    });

    test('the pages of a device', async () => {
      const { editors } = workbench();
      await ofDevice('Foundries: Show Device Details', 'display-04');
      await editors.waitFor('display-04 (details)');
      await take('Details');
      await ofDevice('Foundries: Show App Health', 'sensor-01');
      await editors.waitFor('sensor-01 (app health)');
      await take('App health');
      await ofDevice('Foundries: Show Effective Configuration', 'device-01');
      await pause(1500);
      await take('Effective configuration');
      await closeEditors();
    });

    test('history', async () => {
      await devices().contextMenu('app.config', /Show Config History/);
      await workbench().quickInput.waitFor();
      await take('History');
      await workbench().quickInput.cancel();
    });

    test('a secret', async () => {
      await workbench().runCommand('Foundries: New Secret…');
      await workbench().quickInput.waitFor(/A new secret for what/);
      await workbench().quickInput.pick('A device…');
      await workbench().quickInput.pick('device-01');
      await workbench().quickInput.waitFor('New secret for device-01');
      await workbench().quickInput.type('api-key');
      await workbench().quickInput.accept();
      await workbench().quickInput.waitFor('Value of api-key for device-01');
      await workbench().quickInput.pick('Type It');
      await workbench().quickInput.waitFor(/ends without a line end|empty value/);
      await workbench().quickInput.type('not shown');
      await take('Value of a secret');
      await workbench().quickInput.accept();
      await devices()
        .row(/^api-key/)
        .waitFor();
      await devices().doubleClick(/^api-key/);
      await workbench().editors.waitFor('api-key');
      await take('A secret');
      await closeEditors();
    });

    test('finding, filtering, nothing found', async () => {
      await workbench().runCommand('Foundries: Find Device…');
      await workbench().quickInput.waitFor();
      await workbench().quickInput.type('sensor');
      await workbench().quickInput.rows();
      await take('Find Device');
      await workbench().quickInput.cancel();
    });

    test('targets and configuration', async () => {
      await devices().collapse('device-01');
      const targets = workbench().view('Targets');
      await targets.show();
      await targets.waitForRows();
      const tag = (await targets.labels())[0] ?? '';
      await targets.expand(tag);
      await take('Targets');
      await targets.collapse(tag);
      const configuration = workbench().view('Configuration');
      await configuration.show();
      const rows = await configuration.waitForRows();
      await configuration.expand(rows[0]?.label ?? '');
      await take('Configuration');
      await configuration.collapse(rows[0]?.label ?? '');
    });

    test('empty', async () => {
      await fault({ match: { method: 'GET', path: '/ota/devices/' }, count: null, body: { devices: [], total: 0 } });
      await workbench().runCommand('Foundries: Refresh');
      await take('No devices');
      await heal();
    });

    test('the service fails, and is not reached', async () => {
      await fault({ match: { path: '/ota/*' }, count: null, status: 503, body: { message: 'busy' } });
      await workbench().runCommand('Foundries: Refresh');
      await pause(4000);
      await take('Service fails');
      await heal();
      await fault({ match: { path: '/ota/*' }, count: null, cut: -1 });
      await workbench().runCommand('Foundries: Refresh');
      await pause(4000);
      await take('Offline, with the rows of before');
      await workbench().reload();
      await workbench().openActivity('Foundries');
      await pause(6000);
      await take('Offline after a restart');
      await heal();
    });

    test('the token is refused', async () => {
      await workbench().runCommand('Foundries: Refresh');
      await devices().row('device-01').waitFor();
      await fault({ match: { path: '/ota/*' }, count: null, status: 401, body: { message: 'no' } });
      await workbench().runCommand('Foundries: Refresh');
      await devices().welcome.waitFor();
      await take('Token refused');
      await heal();
    });
  });
}
