import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite, test } from 'mocha';
import { until, untilEqual } from '../support/until';
import { openFile, signIn } from './steps';
import { useSession } from './support/session';

const PLAIN = 'PL41N-text';

suite('Secrets and handlers', () => {
  const session = useSession();
  const workbench = () => session().workbench;

  setup(() => signIn(workbench()));

  /** What device-01 itself reads. */
  async function onDevice(name: string): Promise<string | undefined> {
    const { control } = session();
    await control.checkIn('device-01');
    return ((await control.device('device-01')) as { secrets: Record<string, string> }).secrets[name];
  }
  async function startSecret(name: string): Promise<void> {
    const { quickInput } = workbench();
    await workbench().runCommand('Foundries: New Secret…');
    await quickInput.waitFor(/A new secret for what/);
    await quickInput.pick('A device…');
    await quickInput.pick('device-01');
    await quickInput.waitFor('New secret for device-01');
    await quickInput.type(name);
    await quickInput.accept();
    await quickInput.waitFor(`Value of ${name} for device-01`);
  }
  async function typeValue(value: string): Promise<void> {
    const { quickInput } = workbench();
    await quickInput.pick('Type It');
    await quickInput.waitFor(/ends without a line end|empty value/);
    assert.equal(await quickInput.isPassword(), true);
    await quickInput.type(value);
    await quickInput.accept();
  }
  const requests = () => session().factory.emulator.requests.all();
  const sent = () => JSON.stringify(requests());
  const lastPatch = () => {
    const last = requests().findLast(({ method }) => method === 'PATCH');
    const { files } = JSON.parse(last?.body ?? '{}') as { files: { unencrypted: boolean; 'on-changed': string[] }[] };
    return files[0];
  };

  test('a new secret from the palette: device, name, password box; the device reads it', async () => {
    const { quickInput } = workbench();
    await workbench().runCommand('Foundries: New Secret…');
    await quickInput.waitFor(/A new secret for what/);
    await quickInput.pick('A device…');
    await quickInput.pick('device-01');
    await quickInput.waitFor('New secret for device-01');
    await quickInput.type('../npmtok');
    await quickInput.waitForValidation(/cannot hold \. or \.\./);
    await quickInput.type('npmtok');
    await quickInput.accept();
    await quickInput.waitFor('Value of npmtok for device-01');
    await typeValue(PLAIN);
    await workbench().view('Devices').expand('device-01');
    await workbench().view('Devices').waitForRow('npmtok');
    assert.equal(await onDevice('npmtok'), PLAIN);
    assert.ok(!sent().includes(PLAIN));
  });

  test('a secret from a file, without its line end, and one from the clipboard as it is', async () => {
    const { quickInput, dialog, page } = workbench();
    const folder = await mkdtemp(path.join(tmpdir(), 'secret-'));
    const file = path.join(folder, 'token.txt');
    await writeFile(file, `${PLAIN}-file\r\n`);
    try {
      await startSecret('fromfile');
      await quickInput.pick('From a File…');
      // The dialog of files takes what is typed once it has read its first folder, and what is chosen once it has read the second.
      await quickInput.waitForRows((rows) => rows.some(({ label }) => label === '..'), 'the first folder');
      await quickInput.type(file);
      await quickInput.waitForRows((rows) => rows.some(({ label }) => label === 'token.txt'), 'the second folder');
      await until('the dialog of files to take the file', async () => {
        if (await quickInput.isOpen()) {
          await quickInput.accept();
          // A second Enter would answer the question that comes next.
          await quickInput.widget.waitFor({ state: 'hidden', timeout: 5_000 });
        }
        return true;
      });
      const question = await dialog.waitFor(/Give fromfile of device-01 the value from token\.txt/);
      assert.match(question, /Size: 17 B\. Lines: 1\. It ends with a line end/);
      await dialog.click('Use Without the Line End');
      await untilEqual('the value on the device', () => onDevice('fromfile'), `${PLAIN}-file`);
    } finally {
      await rm(folder, { recursive: true });
    }
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(`${PLAIN}\nclip\n`)})`);
    await startSecret('fromclip');
    await quickInput.pick('From the Clipboard');
    await dialog.waitFor(/the value from the clipboard/);
    await dialog.click('Use as It Is');
    await untilEqual('the value on the device', () => onDevice('fromclip'), `${PLAIN}\nclip\n`);
    assert.ok(!sent().includes(PLAIN));
  });

  test('the page explains itself and replaces the value from its title bar', async () => {
    const { quickInput, editors } = workbench();
    await startSecret('npmtok');
    await typeValue(PLAIN);
    await openFile(workbench(), 'npmtok');
    await editors.waitForText(/Foundries: Replace Value/);
    await editors.titleAction(/Replace Value/);
    await quickInput.waitFor('New value of npmtok for device-01');
    await typeValue('second');
    await untilEqual('the value on the device', () => onDevice('npmtok'), 'second');
  });

  test('a handler from the list; it stays when the file is made secret', async () => {
    const { quickInput, editors, dialog } = workbench();
    await openFile(workbench(), 'app.config');
    await workbench().runCommand('Foundries: Edit Handler…');
    await quickInput.waitFor('Handler of app.config on device-01');
    await quickInput.pick('Other Command Line…');
    await quickInput.type('/usr/bin/touch "/tmp/a b"');
    await quickInput.waitForValidation(/Devices skip handlers outside/);
    await quickInput.accept();
    await until('the handler', () => sent().includes('/tmp/a b'));
    await workbench().runCommand('Foundries: Make Secret');
    const question = await dialog.waitFor(/Make app\.config of device-01 secret/);
    assert.match(question, /cannot be read back/);
    await dialog.click('Make Secret');
    await editors.waitForText(/The value of app\.config is encrypted/);
    assert.equal(lastPatch()?.unencrypted, false);
    assert.deepEqual(lastPatch()?.['on-changed'], ['/usr/bin/touch', '/tmp/a b']);
  });

  test('Make Plain asks for a value, and opens it', async () => {
    const { quickInput, editors, dialog } = workbench();
    await startSecret('npmtok');
    await typeValue(PLAIN);
    await openFile(workbench(), 'npmtok');
    await workbench().runCommand('Foundries: Make Plain…');
    await dialog.waitFor(/Make npmtok of device-01 plain/);
    await dialog.click('Give It a Plain Value…');
    await quickInput.pick('Type It');
    await until('a box that shows what is typed', async () => !(await quickInput.isPassword()));
    await quickInput.type('a = 1');
    await quickInput.accept();
    await editors.waitForText(/a = 1/);
    assert.equal(lastPatch()?.unencrypted, true);
  });
});
