import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { callApi, PLAIN_TYPING, signIn } from './steps';
import { useSession } from './support/session';

suite('Acting on devices', () => {
  const session = useSession({ settings: PLAIN_TYPING });
  const workbench = () => session().workbench;
  const devices = () => workbench().view('Devices');
  const devicesOf = async (group: string) =>
    (await callApi(session().factory, `/ota/devices/?factory=getting-started&group=${encodeURIComponent(group)}`)) as {
      total: number;
    };

  setup(() => signIn(workbench()));

  test('rename with the keyboard: a taken name is said in the box, a free one is in the tree at once', async () => {
    const { quickInput } = workbench();
    const other = (await devices().labels()).find((label) => label !== 'device-01')!;
    await devices().click('device-01');
    await workbench().pressForInput('F2', 'New name of device-01');
    await quickInput.type(other);
    await quickInput.accept();
    await quickInput.waitForValidation(/Another device of the Factory has the name/);
    await quickInput.type('bench 1');
    await quickInput.accept();
    await devices().waitForRow('bench 1');
    await devices().row('device-01').waitFor({ state: 'detached' });
  });

  test('several devices move to a new group: one question, one message, Undo', async () => {
    const { quickInput, dialog, notifications } = workbench();
    const [first, second] = (await devices().rows()).filter(({ level }) => level === 1).slice(1, 3);
    await devices().selectRows(first!.label, second!.label);
    await devices().contextMenu(second!.label, /Move to Group/);
    await quickInput.waitFor('Move 2 devices to which group?');
    await quickInput.pick('New Device Group…');
    await quickInput.waitFor('New device group');
    await quickInput.type('night shift');
    await quickInput.accept();
    const question = await dialog.waitFor(/Move 2 devices to group night shift\?/);
    assert.ok(question.includes(first!.label) && question.includes(second!.label));
    await dialog.click('Move');
    const toast = await notifications.waitFor(/Moved to group night shift: 2 devices/);
    assert.ok(toast.buttons.includes('Undo'));
    await workbench().view('Configuration').show();
    await workbench().view('Configuration').waitForRow('night shift');
    assert.equal((await devicesOf('night shift')).total, 2);
  });

  test('a group with devices is not deleted, and its devices can be shown', async () => {
    const { notifications } = workbench();
    const { total } = await devicesOf('lab');
    const refused = new RegExp(`${total} devices are in the group lab`);
    const configuration = workbench().view('Configuration');
    await configuration.show();
    // All rows are there, so that none moves under the pointer.
    await configuration.waitForRow('field');
    await configuration.waitForRow('lab');
    await configuration.contextMenu('lab', /Delete Group/);
    await notifications.click(refused, 'Show Devices');
    await devices().waitForRows((rows) => rows.filter(({ level }) => level === 1).length === total);
    await workbench().runCommand('Foundries: Clear Device Filter');
    await devices().waitForRow('device-01');
  });

  test('what of a device can be copied is shown before', async () => {
    const { quickInput } = workbench();
    await workbench().runCommand('Foundries: Copy of Device…');
    await quickInput.waitFor('Copy of which device?');
    await quickInput.type('device-01');
    await quickInput.waitForRows(([only, ...others]) => only?.label === 'device-01' && others.length === 0);
    await quickInput.accept();
    await quickInput.waitFor('Copy what of device-01?');
    await quickInput.pick('fioctl Command…');
    await quickInput.waitFor('Copy a command that shows what of device-01?');
    await quickInput.cancel();
  });

  test('a remote action is followed to its result', async () => {
    const { quickInput, dialog, notifications, editors } = workbench();
    await devices().contextMenu('device-01', /Run Remote Action/, 'Remote');
    await quickInput.waitFor('Run what on device-01?');
    await quickInput.pick('diag');
    await dialog.waitFor(/Run diag on device-01\?/);
    await dialog.click('Run');
    await notifications.waitFor(/waiting for the device/);
    await session().control.checkIn('device-01');
    session().control.advance(20);
    await notifications.click(/diag on device-01 succeeded/, 'Show Output');
    await editors.waitForText(/diag done/);
  });

  test('a device is deleted once its name was typed', async () => {
    const { quickInput } = workbench();
    await devices().contextMenu('device-01', /Delete Device/);
    await quickInput.waitFor(/Delete (production device )?device-01/);
    await quickInput.type('device');
    assert.match(await quickInput.message(), /deny list/);
    await quickInput.accept();
    await quickInput.waitForValidation(/Type the name of the device: device-01/);
    await quickInput.type('device-01');
    await quickInput.accept();
    await devices().row('device-01').waitFor({ state: 'detached' });
    const denied = await callApi(session().factory, '/ota/factories/getting-started/denied-devices/');
    assert.ok(JSON.stringify(denied).includes('device-01'));
  });
});
