import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { until } from '../support/until';
import { PLAIN_TYPING, signIn } from './steps';
import { useSession } from './support/session';

const REASON = 'Trying the main tag';

suite('Configuration of groups and of the Factory', () => {
  const session = useSession({ settings: PLAIN_TYPING });
  const workbench = () => session().workbench;
  const view = () => workbench().view('Configuration');
  const writes = () =>
    session()
      .factory.emulator.requests.all()
      .filter(({ method }) => method !== 'GET');

  setup(async () => {
    await signIn(workbench());
    await view().showAlone();
    await view().expand('lab');
  });

  test('rows for the Factory and each group open to their files', async () => {
    await view().waitForRow('z-50-fioctl.toml');
    const spoken = (await view().row('lab').getAttribute('aria-label')) ?? '';
    assert.match(spoken, /^device group lab, Devices on the lab bench/);
  });

  test('a save for a group says what it reaches, asks for the reason, and is sent', async () => {
    const { dialog, editors, quickInput } = workbench();
    await view().doubleClick('z-50-fioctl.toml');
    await editors.waitFor('z-50-fioctl.toml');
    await editors.setText('[pacman]\ntags = "main"\n');
    await editors.save();
    assert.match(await dialog.waitFor('Send z-50-fioctl.toml to group lab?'), /It reaches/);
    assert.deepEqual(writes(), []);
    await dialog.click('Send');
    await quickInput.waitFor(/Reason for the change/);
    await quickInput.type(REASON);
    await quickInput.accept();
    await editors.waitForDirty('z-50-fioctl.toml', false);
    const [sent] = writes();
    assert.equal((JSON.parse(sent?.body ?? '{}') as { reason?: string }).reason, REASON);
  });

  test('keys act on the row that the arrow keys have reached, whatever is selected; Enter deletes nothing', async () => {
    const { dialog, page, quickInput } = workbench();
    const devices = workbench().view('Devices');
    await devices.showAlone();
    await devices.expand('device-01');
    await devices.click('app.config');
    const isSelected = async (label: string) => (await devices.row(label).getAttribute('aria-selected')) === 'true';
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Delete');
    await dialog.waitFor('Delete fio-remote-actions from device-01?');
    assert.equal(await dialog.focusedButton(), 'Keep');
    await page.keyboard.press('Enter');
    await until('the dialog to close', async () => !(await dialog.isOpen()));
    await workbench().pressForInput('F2', 'New name of fio-remote-actions');
    await quickInput.cancel();
    assert.deepEqual([await isSelected('app.config'), await isSelected('fio-remote-actions')], [true, false]);
    assert.deepEqual(writes(), []);
    // With Shift both are selected, and both are meant.
    await devices.click('app.config');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Delete');
    assert.match(await dialog.waitFor('Delete 2 files from device-01?'), /app\.config, fio-remote-actions/);
    await dialog.click('Delete');
    await devices.waitForRows((rows) =>
      rows.every(({ label }) => !['app.config', 'fio-remote-actions'].includes(label)),
    );
    assert.deepEqual(
      writes().map(({ method, path }) => `${method} ${path.slice(path.lastIndexOf('/', path.length - 2))}`),
      ['DELETE /app.config/', 'DELETE /fio-remote-actions/'],
    );
  });

  test('F2 renames the selected file and its tab follows; Delete asks', async () => {
    const { dialog, editors, page, quickInput } = workbench();
    await view().doubleClick('z-50-fioctl.toml');
    await editors.waitFor('z-50-fioctl.toml');
    const rename = async (from: string, to: string): Promise<void> => {
      await view().click('lab');
      await view().expand('lab');
      // Past the apps of the group.
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Space');
      await workbench().pressForInput('F2', `New name of ${from}`);
      await quickInput.type(to);
      await quickInput.accept();
      await dialog.waitFor();
      await dialog.click('Rename');
      await quickInput.waitFor(/Reason for the change/);
    };
    await rename('z-50-fioctl.toml', 'z-60.toml');
    await quickInput.type(REASON);
    await quickInput.accept();
    await view().waitForRow('z-60.toml');
    await editors.waitFor('z-60.toml');
    await rename('z-60.toml', 'z-70.toml');
    // The reason that was given last is offered.
    await quickInput.waitForRows((rows) => rows.some(({ label }) => label === REASON));
    await quickInput.accept();
    await view().waitForRow('z-70.toml');
    await editors.waitFor('z-70.toml');
    const before = writes().length;
    await view().contextMenu('z-70.toml', /Delete Config File/);
    await dialog.waitFor('Delete z-70.toml from group lab?');
    await dialog.cancel();
    assert.equal(writes().length, before);
  });
});
