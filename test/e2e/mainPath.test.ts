import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { until } from '../support/until';
import { openFile, PLAIN_TYPING, signIn } from './steps';
import { requestsOf } from './support/requests';
import { useSession } from './support/session';
import { untilAutoSaved } from './support/autoSave';

const CONFIG = '/ota/devices/device-01/config/';
const CHANGED = '[page]\nurl = "https://example.com/"\n';

suite('From signing in to a saved configuration file', () => {
  const session = useSession({ settings: PLAIN_TYPING });
  const workbench = () => session().workbench;
  const requests = () => session().factory.emulator.requests;
  const patches = () => requestsOf(session().factory).filter(({ method }) => method === 'PATCH');
  const devices = () => workbench().view('Devices');

  test('signed out, the views say so and offer to sign in', async () => {
    await workbench().openActivity('Foundries');
    const { welcome } = devices();
    await welcome.getByText('You are not signed in').waitFor();
    await welcome.getByRole('button', { name: 'Sign In' }).waitFor();
    await welcome.getByText('Create a token').waitFor();
    assert.deepEqual(requests().all(), [], 'nothing is asked before somebody signs in');
  });

  test('a refused token says why, and can be corrected', async () => {
    const { quickInput } = workbench();
    await devices().welcomeButton('Sign In');
    await quickInput.waitFor(/Sign in to 127\.0\.0\.1/);
    assert.equal(await quickInput.isPassword(), true);
    await quickInput.type('not-a-token');
    await quickInput.accept();
    await quickInput.waitForValidation(/refused the token.*Cannot find a user/);
    await quickInput.type('demo-token');
    await quickInput.accept();
    await devices().waitForRow('device-01');
  });

  test('a good token fills the views', async () => {
    await workbench().view('Targets').show();
    await signIn(workbench());
    const row = await devices().waitForRow('device-01');
    const spoken = (await row.getAttribute('aria-label')) ?? '';
    assert.match(spoken, /^device-01, online, target raspberrypi4-64-lmp-2, tag devel, last seen/);
    await workbench().view('Targets').waitForRows();
    await workbench().statusBarItem('getting-started').waitFor();
  });

  test('targets open to versions, hardware, apps and commits', async () => {
    await signIn(workbench());
    const targets = workbench().view('Targets');
    await targets.showAlone();
    await targets.expand('devel');
    const versions = (await targets.waitForRows((rows) => rows.some(({ label }) => label === '2')))
      .map(({ label }) => Number(label))
      .filter((version) => !Number.isNaN(version));
    assert.deepEqual(
      versions,
      [...versions].sort((a, b) => b - a),
      'newest first',
    );
    await targets.expand(String(versions[0]));
    await targets.expand('intel-corei7-64');
    await targets.waitForRow('shellhttpd');
    await targets.waitForRow('containers');
  });

  test('a configuration file opens as a document', async () => {
    const { editors } = workbench();
    await signIn(workbench());
    await devices().expand('device-01');
    await devices().waitForRow('app.config');
    requests().clear();
    await devices().click('app.config');
    await editors.waitFor('app.config');
    await editors.waitForText(/url = "https:\/\/foundries.io\/"/);
    await devices().doubleClick('z-50-fioctl.toml');
    await editors.waitForText(/compose_apps = "shellhttpd"/);
    await devices().doubleClick('app.config');
    await editors.waitForText(/foundries.io/);
    assert.deepEqual(requests().all(), [], 'files of a configuration that was read need no further request');
  });

  test('typing is not sent; Ctrl+S sends one PATCH', async () => {
    const { editors } = workbench();
    await signIn(workbench());
    await openFile(workbench(), 'app.config');
    await editors.setText(CHANGED);
    await editors.waitForDirty('app.config', true);
    await untilAutoSaved(session());
    assert.deepEqual(patches(), [], 'the auto-save of a browser-hosted VS Code sends nothing');
    await editors.select('app.config');
    assert.equal(await editors.isDirty('app.config'), true);
    requests().clear();
    await editors.save();
    await editors.waitForDirty('app.config', false);
    const sent = patches();
    assert.equal(sent.length, 1);
    assert.equal(sent[0]?.path, CONFIG);
    assert.deepEqual(JSON.parse(sent[0].body), {
      reason: 'Change app.config from VS Code',
      files: [{ name: 'app.config', value: CHANGED, unencrypted: true }],
    });
    // What comes after the PATCH looks for changes by others.
    const asked = requestsOf(session().factory).map(({ method }) => method);
    assert.deepEqual(asked.slice(0, asked.indexOf('PATCH')), ['GET']);
    const waiting = devices().row('app.config').getByText('waiting for the device');
    await waiting.waitFor();
    requests().clear();
    await workbench().runCommand('Foundries: Refresh');
    await until('the configuration to be read again', () =>
      requestsOf(session().factory).some(
        ({ method, path, status }) => method === 'GET' && path === CONFIG && status === 200,
      ),
    );
    await until('the devices to be read again', () =>
      requests()
        .all()
        .some(({ path }) => path === '/ota/devices/'),
    );
    assert.equal(await waiting.isVisible(), true, 'it stays');
  });

  test('Ctrl+S on unchanged text sends nothing', async () => {
    const { editors } = workbench();
    await signIn(workbench());
    await openFile(workbench(), 'app.config');
    await editors.save();
    // Whatever came of that was there before this.
    await editors.setText(CHANGED);
    await editors.save();
    await editors.waitForDirty('app.config', false);
    assert.deepEqual(
      patches().map(({ body }) => (JSON.parse(body) as { files: { value: string }[] }).files[0]?.value),
      [CHANGED],
    );
  });
});
