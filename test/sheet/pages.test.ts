/** Pages and states that the first part of the contact sheet does not come to. */
import { test } from 'mocha';
import { changeAsAnother, openFile, signIn } from '../e2e/steps';
import { sheetSuite } from './sheet';

const TEXT = '[page]\nurl = "https://many.example/"\n';

sheetSuite('Pages and states', 46, (sheet) => {
  const { workbench, devices, session, take, fault, heal, closeEditors, ofDevice, only } = sheet;

  test('what a device reported', async () => {
    await signIn(workbench());
    const { editors } = workbench();
    await only('Devices');
    await devices().expand('display-04');
    await devices().expand('Updates');
    await devices().expand(/^update to raspberrypi4-64-lmp-23/);
    await devices().click(/^Installation failed or rolled back|^Download failed/);
    await editors.waitForText(/Result\s+(installation|download) failed after/);
    await take('Events of an update');
    await devices().collapse('Updates');
    await devices().expand('Actions & Tests');
    await devices().expand(/^diag, passed/);
    await devices().click('console.log');
    await editors.waitForText(/diag done/);
    await take('A file of a remote action');
    await ofDevice('Foundries: Show Raw JSON of Device', 'display-04');
    await editors.waitForText(/"uuid": "/);
    await take('Raw JSON of a device');
    await closeEditors();
    await devices().collapse('display-04');
  });

  test('versions and configurations side by side', async () => {
    const { editors, quickInput } = workbench();
    await changeAsAnother(session().control, 'app.config', '[page]\nurl = "https://one.example/"\n');
    await changeAsAnother(session().control, 'app.config', '[page]\nurl = "https://two.example/"\n');
    await workbench().runCommand('Foundries: Refresh');
    await devices().expand('device-01');
    await devices().contextMenu('app.config', /Show Config History/);
    await quickInput.waitFor(/History of/);
    await quickInput.waitForRows();
    await quickInput.accept();
    await editors.waitFor(/app\.config/);
    await take('What an entry of the history changed');
    await closeEditors();
    await workbench().runCommand('Foundries: Compare Configuration…');
    await quickInput.waitFor(/Compare the configuration of what/);
    await quickInput.pick('lab');
    await quickInput.waitFor(/with that of what/);
    await quickInput.pick('stores');
    await editors.waitFor(/Configuration: /);
    await take('Compared configurations');
    await closeEditors();
  });

  test('a merge', async () => {
    const { editors } = workbench();
    await changeAsAnother(session().control, 'app.config', 'a = 1\nb = 2\nc = 3\nd = 4\n');
    await workbench().runCommand('Foundries: Refresh');
    await openFile(workbench(), 'app.config');
    await editors.waitForText(/d = 4/);
    await editors.setText('a = "mine"\nb = 2\nc = 3\nd = 4\n');
    await changeAsAnother(session().control, 'app.config', 'a = 1\nb = 2\nc = 3\nd = "theirs"\n');
    await editors.save();
    await workbench().dialog.waitFor(/was changed on the server/);
    await workbench().dialog.click('Merge');
    await editors.waitFor(/Merging: app\.config/);
    await take('Merge editor');
    await editors.titleAction(/Complete Merge and Send/);
    await editors.waitForDirty('app.config', false);
    await closeEditors();
    await devices().collapse('device-01');
  });

  test('one file on many devices', async () => {
    const { editors, quickInput, notifications, dialog } = workbench();
    const names = (await devices().labels()).slice(0, 3);
    await devices().selectRows(names[0] ?? '', ...names.slice(1));
    await devices().contextMenu(names[2] ?? '', /Set Config File on Devices/);
    await quickInput.pick('app.config');
    await quickInput.pick(/Start with the Text of device-01/);
    await quickInput.waitFor(/handler where the file is new/);
    await quickInput.accept();
    await editors.waitFor('app.config');
    await editors.setText(TEXT);
    await take('A text for many devices');
    await editors.titleAction(/Continue to Preview/);
    await editors.waitForTab(/Preview: app\.config for 3 devices/);
    await notifications.waitFor(/Look at the preview/);
    await take('Preview for many devices');
    await workbench().runCommand('Notifications: Clear All Notifications');
    await editors.titleAction(/Send to Devices/);
    await dialog.waitFor(/Send app\.config to 3 devices\?/);
    await take('Before many devices are sent to');
    await dialog.click('Send');
    await quickInput.waitFor(/Reason for the change/);
    await quickInput.accept();
    await notifications.click(/: 3 sent/, 'Show Result');
    await quickInput.waitFor('app.config on 3 devices');
    await take('Result for many devices');
    await quickInput.cancel();
    await closeEditors();
  });

  test('the rest about targets', async () => {
    const { editors, quickInput, dialog } = workbench();
    const targets = await only('Targets');
    const target = /target raspberrypi4-64-lmp-23/;
    await targets.expand('main');
    await targets.expand(/^version 23/);
    await targets.row(target).waitFor();
    await targets.contextMenu(target, /Open SBOM/);
    await quickInput.waitFor(/Which SBOM/);
    await quickInput.accept();
    await editors.waitForText(/SPDX-2\.3/);
    await take('SBOM');
    await closeEditors();
    await workbench().runCommand('Foundries: Prune Targets…');
    await quickInput.waitFor('Prune what?');
    await quickInput.pick('Old Versions of a Tag…');
    await quickInput.pick('main');
    await quickInput.waitFor(/How many of the newest/);
    await quickInput.accept();
    await dialog.waitFor(/Prune/);
    await dialog.click('Show Everything');
    await workbench().notifications.waitFor(/Look at the preview/);
    await take('Everything that a prune does');
    await closeEditors();
    await workbench().runCommand('Notifications: Clear All Notifications');
  });

  test('nothing of a kind, and nothing that matches', async () => {
    const { quickInput } = workbench();
    const nothing = (path: string, body: unknown) =>
      fault({ match: { method: 'GET', path }, count: null, status: 200, body });
    await only('Devices');
    await workbench().runCommand('Foundries: Find Device…');
    await quickInput.waitFor(/Find Device/);
    await quickInput.type('main');
    await quickInput.waitForRows((rows) => rows.some(({ label }) => label.includes('Tag main')));
    await quickInput.pick(/Tag main/);
    await nothing('/ota/devices/', { devices: [], total: 0 });
    await workbench().runCommand('Foundries: Refresh');
    await devices().welcome.waitFor();
    await take('No devices match');
    heal();
    await devices().welcomeButton('Clear Filter');
    await devices().row('device-01').waitFor();
    for (const [view, path, body] of [
      ['Targets', '*targets*', { signed: { targets: {} }, signatures: [] }],
      ['Builds', '/lmp/builds/', { status: 'success', data: { builds: [], total: 0 } }],
      ['Waves', '/waves/', { waves: [], total: 0 }],
    ] as const) {
      const shown = await only(view);
      await nothing(path, body);
      await workbench().runCommand('Foundries: Refresh');
      await shown.welcome.waitFor();
      await take(`No ${view.toLowerCase()}`);
      heal();
    }
    await only('Devices');
    await workbench().runCommand('Foundries: Refresh');
  });

  test('the walkthrough', async () => {
    await workbench().runCommand('Welcome: Open Walkthrough...');
    await workbench().quickInput.pick(/Get Started with a Foundries Factory/);
    await workbench().page.getByText('Look around, or sign in').filter({ visible: true }).first().waitFor();
    await take('Walkthrough');
    await closeEditors();
  });

  test('a scope is missing', async () => {
    const { editors } = workbench();
    await openFile(workbench(), 'app.config');
    await editors.setText('a = "refused"\n');
    await fault({
      match: { method: 'PATCH' },
      count: null,
      status: 403,
      body: { message: 'Token does not have scope: devices:update' },
    });
    await editors.save();
    await workbench().notifications.waitFor(/scope/);
    await take('A scope is missing');
    await workbench().runCommand('Notifications: Clear All Notifications');
    await workbench().runCommand('File: Revert File');
    await closeEditors();
    await openFile(workbench(), 'app.config');
    await take('Read-only for want of a scope');
    heal();
    await closeEditors();
  });

  test('secret storage has lost the account', async () => {
    await workbench().page.evaluate('localStorage.clear()');
    await workbench().reload();
    await workbench().openActivity('Foundries');
    await devices().welcome.waitFor();
    await take('Secrets lost');
  });
});

sheetSuite(
  'Restricted Mode',
  90,
  ({ workbench, devices, take }) => {
    test('a folder that is not trusted', async () => {
      await signIn(workbench());
      await devices().expand('device-01');
      await openFile(workbench(), 'app.config');
      await take('Restricted Mode');
    });
  },
  { workspaceTrust: true, settings: { 'security.workspace.trust.startupPrompt': 'never' } },
);
