import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite, test } from 'mocha';
import { openFile, signIn } from './steps';
import { useSession } from './support/session';
import { pause, until } from './support/waiting';

const PLAIN = 'PL41N-text';

suite('Secrets and handlers', function () {
  this.timeout(120_000);
  const session = useSession();
  const workbench = () => session().workbench;
  const server = () => session().factory;

  async function onDevice(): Promise<Record<string, string>> {
    const { url } = server();
    await fetch(`${url}/_emulator/check-in`, { method: 'POST', body: JSON.stringify({ device: 'device-01' }) });
    const state = (await (await fetch(`${url}/_emulator/device?name=device-01`)).json()) as {
      secrets: Record<string, string>;
    };
    return state.secrets;
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
  const sent = () => JSON.stringify(server().emulator.requests.all());

  test('a new secret from the palette: device, name, password box; the device reads it', async () => {
    await signIn(workbench());
    const { quickInput } = workbench();
    await workbench().runCommand('Foundries: New Secret…');
    await quickInput.waitFor(/A new secret for what/);
    await quickInput.pick('A device…');
    await quickInput.pick('device-01');
    await quickInput.waitFor('New secret for device-01');
    await quickInput.type('../npmtok');
    assert.match(await quickInput.validationMessage(), /cannot hold \. or \.\./);
    await quickInput.type('npmtok');
    await quickInput.accept();
    await quickInput.waitFor('Value of npmtok for device-01');
    await workbench().screenshot('secret-source-dark');
    await quickInput.pick('Type It');
    await quickInput.waitFor(/ends without a line end|empty value/);
    assert.equal(await quickInput.isPassword(), true);
    await quickInput.type(PLAIN);
    await workbench().screenshot('secret-box-dark');
    await quickInput.accept();
    await workbench().view('Devices').expand('device-01');
    await workbench().view('Devices').row('npmtok').waitFor();
    assert.equal((await onDevice()).npmtok, PLAIN);
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
      // The dialog of files takes what is typed once it has read its first folder.
      await quickInput.row('..').waitFor();
      await quickInput.type(file);
      await quickInput.row('token.txt').waitFor();
      await pause(500);
      await quickInput.accept();
      const question = await dialog.waitFor(/Give fromfile of device-01 the value from token\.txt/);
      assert.match(question, /Bytes: 17\. Lines: 1\. It ends with a line end/);
      await workbench().screenshot('secret-file-dark');
      await dialog.click('Use Without the Line End');
      await until('the value', async () => (await onDevice()).fromfile === `${PLAIN}-file`);
    } finally {
      await rm(folder, { recursive: true });
    }
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(`${PLAIN}\nclip\n`)})`);
    await startSecret('fromclip');
    await quickInput.pick('From the Clipboard');
    await dialog.waitFor(/the value from the clipboard/);
    await dialog.click('Use as It Is');
    await until('the value', async () => (await onDevice()).fromclip === `${PLAIN}\nclip\n`);
    assert.ok(!sent().includes(PLAIN));
  });

  test('the page explains itself and replaces the value from its title bar', async () => {
    const { quickInput, editors } = workbench();
    await openFile(workbench(), 'npmtok');
    await editors.waitForText(/Foundries: Replace Value/);
    await workbench().screenshot('secret-page-dark');
    await editors.titleAction(/Replace Value/);
    await quickInput.waitFor('New value of npmtok for device-01');
    await quickInput.pick('Type It');
    await quickInput.type('second');
    await quickInput.accept();
    await until('the second value', async () => (await onDevice()).npmtok === 'second');
  });

  test('a handler from the list; it stays when the file is made secret', async () => {
    const { quickInput, editors, dialog } = workbench();
    await openFile(workbench(), 'app.config');
    await editors.select('app.config');
    await workbench().runCommand('Foundries: Edit Handler…');
    await quickInput.waitFor('Handler of app.config on device-01');
    await workbench().screenshot('handlers-dark');
    await quickInput.pick('Other Command Line…');
    await quickInput.type('/usr/bin/touch "/tmp/a b"');
    assert.match(await quickInput.validationMessage(), /Devices skip handlers outside/);
    await workbench().screenshot('handler-warning-dark');
    await quickInput.accept();
    await until('the handler', () => Promise.resolve(sent().includes('/tmp/a b')));
    await workbench().runCommand('Foundries: Make Secret');
    const question = await dialog.waitFor(/Make app\.config of device-01 secret/);
    assert.match(question, /cannot be read back/);
    await workbench().screenshot('make-secret-dark');
    await dialog.click('Make Secret');
    await editors.waitForText(/The value of app\.config is encrypted/);
    const last = server()
      .emulator.requests.all()
      .findLast(({ method }) => method === 'PATCH');
    const { files } = JSON.parse(last?.body ?? '{}') as { files: { unencrypted: boolean; 'on-changed': string[] }[] };
    assert.deepEqual([files[0]?.unencrypted, files[0]?.['on-changed']], [false, ['/usr/bin/touch', '/tmp/a b']]);
  });

  test('Make Plain asks for a value, and opens it', async () => {
    const { quickInput, editors, dialog } = workbench();
    await workbench().runCommand('Foundries: Make Plain…');
    await dialog.waitFor(/Make app\.config of device-01 plain/);
    await dialog.click('Give It a Plain Value…');
    await quickInput.pick('Type It');
    assert.equal(await quickInput.isPassword(), false);
    await quickInput.type('a = 1');
    await quickInput.accept();
    await editors.waitForText(/a = 1/);
    await workbench().screenshot('plain-again-dark');
  });
});
