import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { PLAIN_TYPING, signIn } from './steps';
import { useSession } from './support/session';
import { until } from './support/waiting';

suite('Acting on devices', function () {
  this.timeout(120_000);
  const session = useSession({ settings: PLAIN_TYPING });
  const workbench = () => session().workbench;
  const control = (path: string, body: object) =>
    fetch(`${session().factory.url}/_emulator/${path}`, { method: 'POST', body: JSON.stringify(body) });
  const onServer = async (path: string): Promise<unknown> =>
    (await fetch(`${session().factory.url}${path}`, { headers: { 'OSF-TOKEN': 'demo-token' } })).json();

  test('rename with the keyboard: a taken name is said in the box, a free one is in the tree at once', async () => {
    await signIn(workbench());
    const { quickInput } = workbench();
    const devices = workbench().view('Devices');
    const other = (await devices.labels()).find((label) => label !== 'device-01')!;
    await devices.row('device-01').locator('.label-name').click({ button: 'right' });
    await workbench().page.waitForTimeout(500);
    await workbench().screenshot('act-01-menu');
    await workbench().page.keyboard.press('Escape');
    await devices.click('device-01');
    await workbench().page.keyboard.press('F2');
    await quickInput.waitFor('New name of device-01');
    await quickInput.type(other);
    await quickInput.accept();
    assert.match(await quickInput.validationMessage(), /Another device of the Factory has the name/);
    await workbench().screenshot('act-02-taken');
    await quickInput.type('bench 1');
    await quickInput.accept();
    await devices.row('bench 1').waitFor();
    assert.equal(await devices.row('device-01').count(), 0);
  });

  test('several devices move to a new group: one question, one message, Undo', async () => {
    const { quickInput, dialog, notifications } = workbench();
    const devices = workbench().view('Devices');
    const [first, second] = (await devices.rows()).filter(({ level }) => level === 1).slice(1, 3);
    await devices.selectRows(first!.label, second!.label);
    await devices.contextMenu(second!.label, /Move to Group/);
    await quickInput.waitFor('Move 2 devices to which group?');
    await workbench().screenshot('act-03-groups');
    await quickInput.pick('New Device Group…');
    await quickInput.waitFor('New device group');
    await quickInput.type('night shift');
    await quickInput.accept();
    const question = await dialog.waitFor(/Move 2 devices to group night shift\?/);
    assert.ok(question.includes(first!.label) && question.includes(second!.label));
    await workbench().screenshot('act-04-question');
    await dialog.click('Move');
    await notifications.waitFor(/Moved to group night shift: 2 devices/);
    await workbench().view('Configuration').show();
    await workbench().view('Configuration').row('night shift').waitFor();
    await workbench().screenshot('act-05-moved');
    const found = (await onServer('/ota/devices/?factory=getting-started&group=night%20shift')) as { total: number };
    assert.equal(found.total, 2);
  });

  test('a group with devices is not deleted, and its devices can be shown', async () => {
    const { notifications } = workbench();
    await workbench()
      .view('Configuration')
      .contextMenu('night shift', /Delete Group/);
    await notifications.waitFor(/2 devices are in the group night shift/);
    await workbench().screenshot('act-06-assigned');
    await notifications.click(/2 devices are in the group night shift/, 'Show Devices');
    await workbench()
      .view('Devices')
      .waitForRows((rows) => rows.filter(({ level }) => level === 1).length === 2);
    await workbench().screenshot('act-07-filtered');
    await workbench().runCommand('Foundries: Clear Device Filter');
    await workbench().view('Devices').row('bench 1').waitFor();
  });

  test('what of a device can be copied is shown before', async () => {
    const { quickInput } = workbench();
    await workbench().runCommand('Foundries: Copy of Device…');
    await quickInput.waitFor('Copy of which device?');
    await quickInput.type('bench');
    await until('the search', async () => (await quickInput.rows()).length === 1);
    await quickInput.accept();
    await quickInput.waitFor('Copy what of bench 1?');
    await workbench().screenshot('act-08-copy');
    await quickInput.pick('fioctl Command…');
    await quickInput.waitFor('Copy a command that shows what of bench 1?');
    await workbench().screenshot('act-09-fioctl');
    await quickInput.cancel();
  });

  test('a remote action is followed to its result', async () => {
    const { quickInput, dialog, notifications, editors } = workbench();
    // With several selected rows there is no menu for one.
    await workbench().view('Devices').click('bench 1');
    await workbench().view('Devices').collapse('bench 1');
    await workbench()
      .view('Devices')
      .contextMenu('bench 1', /Run Remote Action/, 'Remote');
    await quickInput.waitFor('Run what on bench 1?');
    await workbench().screenshot('act-10-actions');
    await quickInput.pick('diag');
    await dialog.waitFor(/Run diag on bench 1\?/);
    await dialog.click('Run');
    await notifications.waitFor(/waiting for the device/);
    await workbench().screenshot('act-11-waiting');
    await control('check-in', { device: 'bench 1' });
    await control('clock', { advanceSeconds: 20 });
    await notifications.waitFor(/diag on bench 1 succeeded/);
    await notifications.click(/diag on bench 1 succeeded/, 'Show Output');
    await editors.waitForText(/diag done/);
    await workbench().screenshot('act-12-result');
  });

  test('a device is deleted once its name was typed', async () => {
    const { quickInput } = workbench();
    const devices = workbench().view('Devices');
    await devices.contextMenu('bench 1', /Delete Device/);
    await quickInput.waitFor(/Delete (production device )?bench 1/);
    await quickInput.type('bench');
    assert.match(await quickInput.message(), /deny list/);
    await workbench().screenshot('act-13-delete');
    await quickInput.accept();
    assert.match(await quickInput.validationMessage(), /Type the name of the device: bench 1/);
    await quickInput.type('bench 1');
    await quickInput.accept();
    await devices.row('bench 1').waitFor({ state: 'detached' });
    const denied = await onServer('/ota/factories/getting-started/denied-devices/');
    assert.ok(JSON.stringify(denied).includes('bench 1'));
  });
});
