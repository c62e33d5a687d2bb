import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { changeAsAnother, openFile, PLAIN_TYPING, serverValue, signIn } from './steps';
import { useSession } from './support/session';
import { until } from './support/waiting';

const GUIDE = '[page]\nurl = "https://foundries.io/"\n';
const THEIRS = '[page]\nurl = "https://theirs.example/"\ntitle = "New"\n';

suite('The history of a configuration', function () {
  this.timeout(120_000);
  const session = useSession({ settings: PLAIN_TYPING });
  const workbench = () => session().workbench;
  const server = () => session().factory;

  test('from the title of an editor: who changed the file, when and why; Enter shows what', async () => {
    await signIn(workbench());
    await changeAsAnother(server(), 'app.config', THEIRS);
    await openFile(workbench(), 'app.config');
    const { editors, quickInput } = workbench();
    await editors.titleAction(/Show Config History/);
    await quickInput.waitFor(/History of app\.config of device-01/);
    const rows = await until('names in the list', async () => {
      const now = await quickInput.rows();
      return now[0]?.description.includes('Bo Example') === true && now;
    });
    assert.deepEqual(
      rows.map(({ label }) => label),
      ['by somebody else', 'API test'],
    );
    assert.match(rows[0]?.ariaLabel ?? '', /by somebody else.*Bo Example.*in force.*changed.*waiting for the device/);
    await workbench().screenshot('60-history-dark');
    await quickInput.accept();
    await editors.waitFor(/app\.config.*changed/);
    await workbench().page.waitForTimeout(1500);
    await workbench().screenshot('61-history-diff-dark');
  });

  test('an old version is restored by the button of its entry, after asking', async () => {
    const { quickInput, editors, dialog } = workbench();
    await workbench()
      .view('Devices')
      .contextMenu('app.config', /Show Config History/);
    await quickInput.waitFor(/History of app\.config/);
    const row = quickInput.row('API test');
    await row.hover();
    await workbench().screenshot('62-history-buttons-dark');
    await row.getByRole('button', { name: /Restore This Version/ }).click();
    const question = await dialog.waitFor(/Restore app\.config of device-01 as of/);
    assert.match(question, /app\.config: changed/);
    await workbench().screenshot('63-restore-dark');
    await dialog.click('Restore');
    await until('the old value', async () => (await serverValue(server(), 'app.config')) === GUIDE);
    await editors.select('app.config');
    await editors.waitForText(/foundries\.io/);
  });

  test('a device: its entries, and what it receives', async () => {
    const { quickInput, editors } = workbench();
    await workbench()
      .view('Devices')
      .contextMenu('device-01', /Show Config History/);
    await quickInput.waitFor(/History of device-01/);
    await until('the device among the authors', async () =>
      (await quickInput.rows()).some(({ description }) => description.includes('the device')),
    );
    await workbench().screenshot('64-device-history-dark');
    await quickInput.pick(/Set initial fioconfig/);
    await editors.waitFor(/device-01: Set initial/);
    await workbench().page.waitForTimeout(1500);
    await workbench().screenshot('65-entry-dark');
    await workbench()
      .view('Devices')
      .contextMenu('device-01', /Show Effective Configuration/);
    await editors.waitFor(/effective configuration/);
    await editors.waitForText(/hides that of|FROM/);
    await workbench().screenshot('66-effective-dark');
  });

  test('two selected devices are compared', async () => {
    const { editors } = workbench();
    const devices = workbench().view('Devices');
    await devices.collapse('device-01');
    const labels = await devices.labels();
    const other = labels[1] ?? '';
    await devices.selectRows('device-01', other);
    await devices.row(other).locator('.label-name').click({ button: 'right' });
    await workbench().page.waitForTimeout(500);
    await workbench().screenshot('67-compare-menu-dark');
    await workbench().page.keyboard.press('Escape');
    await devices.contextMenu(other, /Compare Configuration/, 'Compare');
    await editors.waitFor(new RegExp(`Configuration: .*${other}`));
    await workbench().page.waitForTimeout(1500);
    await workbench().screenshot('68-compare-dark');
  });
});
