import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { PLAIN_TYPING, signIn } from './steps';
import { useSession } from './support/session';

suite('Configuration of groups and of the Factory', function () {
  this.timeout(120_000);
  const session = useSession({ settings: PLAIN_TYPING });
  const workbench = () => session().workbench;
  const view = () => workbench().view('Configuration');
  const writes = () =>
    session()
      .factory.emulator.requests.all()
      .filter(({ method }) => method !== 'GET');
  const dialog = () => workbench().page.locator('.monaco-dialog-box');

  test('rows for the Factory and each group open to their files', async () => {
    await signIn(workbench());
    await view().show();
    await view().expand('lab');
    await view().row('z-50-fioctl.toml').waitFor();
    const spoken = (await view().row('lab').getAttribute('aria-label')) ?? '';
    assert.match(spoken, /^device group lab, Devices on the lab bench/);
    await workbench().screenshot('places-01-configuration');
  });

  test('a save for a group says what it reaches, asks for the reason, and is sent', async () => {
    await view().doubleClick('z-50-fioctl.toml');
    const { editors } = workbench();
    await editors.waitFor('z-50-fioctl.toml');
    await editors.setText('[pacman]\ntags = "main"\n');
    await editors.save();
    await dialog().getByText('Send z-50-fioctl.toml to group lab?').waitFor();
    await dialog().getByText('It reaches', { exact: false }).waitFor();
    await workbench().screenshot('places-02-reach');
    assert.deepEqual(writes(), []);
    await dialog().getByRole('button', { name: 'Send', exact: true }).click();
    const input = workbench().quickInput;
    await input.waitFor(/Reason for the change/);
    await workbench().screenshot('places-03-reason');
    await input.type('Trying the main tag');
    await input.accept();
    await editors.waitForDirty('z-50-fioctl.toml', false);
    const [sent] = writes();
    assert.equal((JSON.parse(sent?.body ?? '{}') as { reason?: string }).reason, 'Trying the main tag');
  });

  test('F2 renames the selected file and its tab follows; Delete asks', async () => {
    await view().click('z-50-fioctl.toml');
    await view().row('lab').locator('.label-name').click();
    await view().expand('lab');
    // Past the apps of the group.
    await workbench().page.keyboard.press('ArrowDown');
    await workbench().page.keyboard.press('ArrowDown');
    await workbench().page.keyboard.press('Space');
    await workbench().page.keyboard.press('F2');
    const input = workbench().quickInput;
    await input.waitFor(/New name of z-50-fioctl.toml/);
    await workbench().screenshot('places-04-rename');
    await input.type('z-60.toml');
    await input.accept();
    await dialog().getByRole('button', { name: 'Rename', exact: true }).click();
    await input.waitFor(/Reason for the change/);
    assert.ok((await input.rows()).some(({ label }) => label === 'Trying the main tag'));
    await workbench().screenshot('places-05-recent-reasons');
    await input.accept();
    await view().row('z-60.toml').waitFor();
    await workbench().editors.waitFor('z-60.toml');
    await view().contextMenu('z-60.toml', /Delete Config File/);
    await dialog().getByText('Delete z-60.toml from group lab?').waitFor();
    await workbench().screenshot('places-06-delete');
    await workbench().page.keyboard.press('Escape');
    assert.equal(writes().length, 2);
  });
});
