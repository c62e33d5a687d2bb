import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { untilEqual } from '../support/until';
import { changeAsAnother, openFile, PLAIN_TYPING, serverValue, signIn } from './steps';
import { useSession } from './support/session';

const GUIDE = '[page]\nurl = "https://foundries.io/"\n';
const THEIRS = '[page]\nurl = "https://theirs.example/"\ntitle = "New"\n';

suite('The history of a configuration', () => {
  const session = useSession({ settings: PLAIN_TYPING });
  const workbench = () => session().workbench;
  const devices = () => workbench().view('Devices');

  setup(async () => {
    await changeAsAnother(session().control, 'app.config', THEIRS);
    await signIn(workbench());
  });

  test('from the title of an editor: who changed the file, when and why; Enter shows what', async () => {
    await openFile(workbench(), 'app.config');
    const { editors, quickInput } = workbench();
    await editors.titleAction(/Show Config History/);
    await quickInput.waitFor(/History of app\.config of device-01/);
    const rows = await quickInput.waitForRows(
      ([first]) => first?.description.includes('Bo Example') === true,
      'names in the list',
    );
    assert.deepEqual(
      rows.map(({ label }) => label),
      ['by somebody else', 'API test'],
    );
    assert.match(rows[0]?.ariaLabel ?? '', /by somebody else.*Bo Example.*in force.*changed.*waiting for the device/);
    await quickInput.accept();
    await editors.waitFor(/app\.config.*changed/);
  });

  test('an old version is restored by the button of its entry, after asking', async () => {
    const { quickInput, editors, dialog } = workbench();
    await openFile(workbench(), 'app.config');
    await devices().contextMenu('app.config', /Show Config History/);
    await quickInput.waitFor(/History of app\.config/);
    await quickInput.rowButton('API test', /Restore This Version/);
    const question = await dialog.waitFor(/Restore app\.config of device-01 as of/);
    assert.match(question, /app\.config: changed/);
    await dialog.click('Restore');
    await untilEqual('the value on the server', () => serverValue(session().factory, 'app.config'), GUIDE);
    await editors.select('app.config');
    await editors.waitForText(/foundries\.io/);
  });

  test('a device: its entries, and what it receives', async () => {
    const { quickInput, editors } = workbench();
    await devices().contextMenu('device-01', /Show Config History/);
    await quickInput.waitFor(/History of device-01/);
    await quickInput.waitForRows(
      (rows) => rows.some(({ description }) => description.includes('the device')),
      'the device among the authors',
    );
    await quickInput.pick(/Set initial fioconfig/);
    await editors.waitFor(/device-01: Set initial/);
    await devices().contextMenu('device-01', /Show Effective Configuration/);
    await editors.waitFor(/effective configuration/);
    await editors.waitForText(/hides that of|FROM/);
  });

  test('two selected devices are compared', async () => {
    const { editors } = workbench();
    const other = (await devices().labels())[1] ?? '';
    await devices().selectRows('device-01', other);
    await devices().contextMenu(other, /Compare Configuration/, 'Compare');
    await editors.waitFor(new RegExp(`Configuration: .*${other}`));
  });
});
