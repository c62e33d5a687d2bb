/** Pictures of the views, of files and of states, for the contact sheet: `npm run screenshots`. */
import { test } from 'mocha';
import { changeAsAnother, openFile } from '../e2e/steps';
import { until } from '../support/until';
import { sheetSuite } from './sheet';

sheetSuite('Contact sheet', 1, (sheet) => {
  const { workbench, devices, session, take, takeQuestion, fault, heal, closeEditors, ofDevice, only } = sheet;

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
    await session().control.checkIn('device-01');
    await workbench().runCommand('Foundries: Refresh');
    await take('Fetched by the device');
  });

  test('a conflict', async () => {
    const { editors } = workbench();
    await editors.setText('[page]\nurl = "https://mine.example/"\n');
    await changeAsAnother(session().control, 'app.config', '[page]\nurl = "https://them.example/"\n');
    await editors.save();
    await workbench().dialog.waitFor(/was changed on the server/);
    await take('Conflict');
    await workbench().dialog.click('Compare');
    await editors.waitFor(/server ↔ yours/);
    await workbench().runCommand('Notifications: Clear All Notifications');
    await take('Compared with the server');
    await editors.titleAction(/Use Server Version/);
    await editors.waitForDirty('app.config', false);
    await closeEditors();
  });

  test('update settings with suggestions and marks', async () => {
    const { editors } = workbench();
    await openFile(workbench(), 'z-50-fioctl.toml');
    await editors.setText('[pacman]\ncompose_apps = "shellhttpd,nothere"\ntags = 5\n');
    await editors.squiggles('error').first().waitFor();
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
    await editors.waitForText(/hides that of|FROM/);
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
    await devices().row('api-key').waitFor();
    await devices().doubleClick('api-key');
    await workbench().editors.waitFor('api-key');
    await take('A secret');
    await closeEditors();
  });

  test('finding, filtering, nothing found', async () => {
    await workbench().runCommand('Foundries: Find Device…');
    await workbench().quickInput.waitFor();
    await workbench().quickInput.type('sensor');
    await workbench().quickInput.waitForRows();
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

  test('targets: found, filtered, their pages', async () => {
    const { editors, quickInput } = workbench();
    const targets = await only('Targets');
    await workbench().runCommand('Foundries: Find Target…');
    await quickInput.waitFor(/Find Target/);
    await quickInput.type('shellhttpd stable');
    await quickInput.waitForRows((rows) => rows.every(({ description }) => description.includes('stable')));
    await take('Find Target');
    await quickInput.cancel();
    await workbench().runCommand('Foundries: Filter Targets…');
    await quickInput.waitFor('Filter Targets');
    await take('Filter Targets');
    await quickInput.pick(/intel-corei7-64/);
    await until('the filter', async () => (await targets.message()).includes('intel-corei7-64'));
    await take('Targets, filtered');
    await workbench().runCommand('Foundries: Clear Target Filter');
    // The rows move up when it goes.
    await until('no filter', async () => (await targets.message()) === '');
    await targets.expand('main');
    await targets.expand(/^version 23/);
    await targets.expand(/target raspberrypi4-64-lmp-23/);
    await targets.inlineAction(/target raspberrypi4-64-lmp-23/, /Show Target Details/);
    await editors.waitForText(/Operating system:/);
    await take('Target details');
    await targets.click('shellhttpd');
    await editors.waitForText(/^services:/m);
    await take('Compose file of an app');
    await targets.contextMenu(/target raspberrypi4-64-lmp-23/, /Compare Targets/);
    await quickInput.waitFor(/Compare raspberrypi4-64-lmp-23 with which target/);
    await quickInput.waitForRows((rows) => rows.length > 3);
    await quickInput.pick('15');
    await editors.waitForText(/What differs:/);
    await take('Compared targets');
    await editors.titleAction(/Compare Compose Files/);
    await editors.waitFor(/Compose files: raspberrypi4-64-lmp-15/);
    await take('Compared compose files');
    await closeEditors();
  });

  test('changes of targets, as they are shown before they are made', async () => {
    const { quickInput } = workbench();
    const targets = workbench().view('Targets');
    await targets.row(/target raspberrypi4-64-lmp-23/).waitFor();
    await targets.contextMenu(/target raspberrypi4-64-lmp-23/, /Promote Target to Tag/);
    await quickInput.waitFor(/to which tag/);
    await quickInput.pick('stable');
    await takeQuestion(/Change the tags of/, 'Tags, before they are changed');
    await workbench().runCommand('Foundries: Prune Targets…');
    await quickInput.waitFor('Prune what?');
    await quickInput.pick('Old Versions of a Tag…');
    await quickInput.waitFor(/of which tag/);
    await quickInput.pick('main');
    await quickInput.waitFor(/How many of the newest/);
    await quickInput.accept();
    await takeQuestion(/Prune/, 'Prune, before it is done');
  });

  test('builds', async () => {
    const { editors, quickInput } = workbench();
    const builds = await only('Builds');
    const failed = /^Build \d+, containers-.*failed after/;
    await builds.row(failed).waitFor();
    await builds.expand(failed);
    await builds.expand(/^run build-aarch64, failed/);
    await take('Builds');
    await builds.click(/^run build-aarch64, failed/);
    await editors.waitForText(/Getting the sources/);
    await workbench().runCommand('Foundries: Go to Next Error in Log');
    await take('Log of a run');
    await closeEditors();
    await workbench().runCommand('Foundries: Manage CI Secrets…');
    await quickInput.waitFor(/CI secrets of/);
    await take('CI secrets');
    await quickInput.cancel();
  });

  test('waves', async () => {
    const { quickInput } = workbench();
    const waves = await only('Waves');
    await waves.expand('spring-rollout');
    await waves.row('stores').waitFor();
    await take('Waves');
    await waves.contextMenu('stores', /Roll Out Wave/);
    await quickInput.waitFor(/how many devices of group stores/);
    await take('How far a wave is rolled out');
    await quickInput.pick(/A Number of Devices/);
    await quickInput.waitFor('How many devices?');
    await quickInput.type('2');
    await quickInput.accept();
    await takeQuestion(/Roll out wave/, 'Rollout, before it is sent');
  });

  test('accounts', async () => {
    const { quickInput } = workbench();
    await devices().show();
    await workbench().view('Waves').fold();
    await workbench().runCommand('Foundries: Switch Factory or Account…');
    await quickInput.waitFor(/Switch Factory or Account/);
    await take('Switch Factory or account');
    await quickInput.pick(/Sign In with Application Credentials/);
    await quickInput.waitFor(/application credentials/);
    await take('Application credentials');
    await quickInput.cancel();
    await workbench().view('Targets').show();
    await workbench().view('Configuration').show();
  });

  test('empty', async () => {
    await fault({ match: { method: 'GET', path: '/ota/devices/' }, count: null, body: { devices: [], total: 0 } });
    await workbench().runCommand('Foundries: Refresh');
    await take('No devices');
    heal();
    await workbench().runCommand('Foundries: Refresh');
    await devices().row('device-01').waitFor();
  });

  test('the service fails, and is not reached', async () => {
    const untilFailed = async () => {
      const { requests } = session().factory.emulator;
      requests.clear();
      await workbench().runCommand('Foundries: Refresh');
      await until(
        'the failure to be said',
        async () => requests.all().length > 0 && (await devices().message()) !== '',
      );
    };
    await fault({ match: { path: '/ota/*' }, count: null, status: 503, body: { message: 'busy' } });
    await untilFailed();
    await take('Service fails');
    heal();
    await fault({ match: { path: '/ota/*' }, count: null, cut: -1 });
    await untilFailed();
    await take('Offline, with the rows of before');
    await workbench().reload();
    await workbench().openActivity('Foundries');
    await devices().waitForRow('Devices could not be loaded');
    await take('Offline after a restart');
    heal();
  });

  test('the token is refused', async () => {
    await workbench().runCommand('Foundries: Refresh');
    await devices().row('device-01').waitFor();
    await fault({ match: { path: '/ota/*' }, count: null, status: 401, body: { message: 'no' } });
    await workbench().runCommand('Foundries: Refresh');
    await devices().welcome.waitFor();
    await take('Token refused');
    heal();
  });

  test('the demo', async () => {
    await workbench().runCommand('Foundries: Explore the Demo Factory');
    await workbench().statusBarItem('getting-started (Demo)').waitFor();
    await devices().row('device-01').waitFor();
    await take('Demo');
    await workbench().statusBarItem('getting-started (Demo)').click();
    await workbench().quickInput.waitFor(/Switch Factory or Account/);
    await take('Switch out of the demo');
    await workbench().quickInput.cancel();
  });
});
