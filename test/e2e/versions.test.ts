import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { until } from '../support/until';
import { callApi, openFile, serverValue, signIn } from './steps';
import { useSession } from './support/session';

const LAB = '/ota/factories/getting-started/device-groups/lab/config/';

suite('Any two versions, restores and secrets', () => {
  const session = useSession({ theme: 'light' });
  const workbench = () => session().workbench;
  const devices = () => workbench().view('Devices');
  const write = async (reason: string, files: Record<string, string>, more: object = {}) => {
    await session().control.writeConfig({
      device: 'device-01',
      files: Object.entries(files).map(([name, value]) => ({ name, value, ...more })),
      reason,
    });
    session().control.advance(90);
  };
  const patchLab = (file: object, reason: string) =>
    callApi(session().factory, LAB, { method: 'PATCH', body: JSON.stringify({ reason, files: [file] }) });
  const writeThree = async () => {
    await write('First try', {
      'app.config': '[page]\nurl = "https://one.example/"\n',
      'limits.json': '{"cpu": 1}\n',
    });
    await write('Second try', {
      'app.config': '[page]\nurl = "https://two.example/"\n',
      'limits.json': '{"cpu": 2}\n',
    });
    await write('Third try', { 'app.config': '[page]\nurl = "https://three.example/"\n' });
  };

  const compareTwo = async () => {
    const { quickInput, editors } = workbench();
    await writeThree();
    await signIn(workbench());
    await workbench().chooseForInput(devices(), 'device-01', /Show Config History/, /History of device-01/);
    await quickInput.rowButton('First try', /Select for Compare/);
    await quickInput.waitForRows(
      (rows) => rows.some(({ description }) => description.includes('selected for compare')),
      'the mark of the selected one',
    );
    await quickInput.rowButton('Second try', /Compare with Selected/);
    await editors.waitFor(/device-01: .*↔/);
  };

  test('two entries of a list are compared by their buttons', compareTwo);

  test('a comparison of several files has Restore in its title; asked, then everything is sent', async () => {
    const { editors, dialog } = workbench();
    await compareTwo();
    await editors.titleAction(/Restore Config Version/);
    const question = await dialog.waitFor(/Restore device-01 as of/);
    assert.match(question, /app\.config: changed/);
    await dialog.click('Restore');
    const value = (file: string) => serverValue(session().factory, file);
    await until('the second try', async () => ((await value('app.config')) ?? '').includes('two.example'), {
      found: () => value('app.config'),
    });
  });

  test('a group: what a restore reaches, in one question', async () => {
    const { quickInput, dialog, editors } = workbench();
    await patchLab({ name: 'motd', value: 'Hello\n', unencrypted: true }, 'Greet');
    await patchLab({ name: 'motd', value: 'Good bye\n', unencrypted: true }, 'Say good bye');
    await patchLab({ name: 'npmtok', value: '********', unencrypted: false }, 'A secret');
    await patchLab({ name: 'AWS_REGION', value: 'eu-north-1', unencrypted: false }, 'A region');
    await signIn(workbench());
    const view = workbench().view('Configuration');
    await view.showAlone();
    await view.expand('lab');
    await workbench().chooseForInput(view, 'motd', /Show Config History/, /History of motd of group lab/);
    await quickInput.rowButton('Greet', /Restore This Version/);
    const question = await dialog.waitFor(/Restore motd of group lab as of/);
    assert.match(question, /It reaches \d+ devices/);
    await dialog.cancel();
    await view.doubleClick('npmtok');
    await editors.waitFor('npmtok');
    await editors.waitForText(/is a secret of group lab/);
    await view.doubleClick('AWS_REGION');
    await editors.waitFor('AWS_REGION');
    await editors.squiggles('info').first().waitFor();
  });

  test('a value that the device cannot decrypt is marked in the tree and in the text', async () => {
    const { editors, dialog, page } = workbench();
    await write('Oops', { leak: 's3cret\n' }, { unencrypted: false });
    await signIn(workbench());
    await openFile(workbench(), 'leak');
    await editors.squiggles('warning').first().waitFor();
    const spoken = (await devices().row('leak').getAttribute('aria-label')) ?? '';
    assert.match(spoken, /not encrypted, .*the device cannot decrypt it/);
    await editors.focus();
    await page.keyboard.press('ControlOrMeta+Home');
    await page.keyboard.press('ControlOrMeta+.');
    const fixes = page.locator('.action-widget').filter({ hasText: 'Make Secret: encrypt it for the device' });
    await fixes.waitFor();
    await page.keyboard.press('Escape');
    await fixes.waitFor({ state: 'hidden' });
    await devices().contextMenu('leak', /Make Secret/);
    await dialog.waitFor(/Make leak of device-01 secret/);
    await dialog.click('Make Secret');
    await editors.waitForText(/The value of leak is encrypted/);
  });
});
