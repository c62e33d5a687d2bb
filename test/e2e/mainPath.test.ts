import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { PLAIN_TYPING } from './steps';
import { useSession } from './support/session';
import { until } from './support/waiting';

const CONFIG = '/ota/devices/device-01/config/';

suite('From signing in to a saved configuration file', function () {
  this.timeout(120_000);
  const session = useSession({ settings: PLAIN_TYPING });
  const workbench = () => session().workbench;
  const requests = () => session().factory.emulator.requests;
  const patches = () =>
    requests()
      .all()
      .filter(({ method }) => method === 'PATCH');
  const devices = () => workbench().view('Devices');

  test('signed out, the views say so and offer to sign in', async () => {
    await workbench().openActivity('Foundries');
    const welcome = devices().welcome;
    await welcome.getByText('You are not signed in').waitFor();
    await welcome.getByRole('button', { name: 'Sign In' }).waitFor();
    await welcome.getByText('Create a token').waitFor();
    await workbench().screenshot('01-signed-out');
    assert.deepEqual(requests().all(), [], 'nothing is asked before somebody signs in');
  });

  test('a refused token says why, and can be corrected', async () => {
    await devices().welcomeButton('Sign In');
    const input = workbench().quickInput;
    await input.waitFor(/Sign in to 127\.0\.0\.1/);
    assert.equal(await input.isPassword(), true);
    await input.type('not-a-token');
    await input.accept();
    await input.waitFor(/Sign in to/);
    const message = await until('a reason', () => input.validationMessage());
    assert.match(message, /refused the token.*Cannot find a user/);
    await workbench().screenshot('02-refused-token');
  });

  test('a good token fills the views', async () => {
    const input = workbench().quickInput;
    await input.type('demo-token');
    await input.accept();
    const rows = await devices().waitForRows();
    const [first] = rows;
    assert.ok(first !== undefined);
    await devices().row('device-01').waitFor();
    const spoken = (await devices().row('device-01').getAttribute('aria-label')) ?? '';
    assert.match(spoken, /^device-01, online, target raspberrypi4-64-lmp-2, tag devel, last seen/);
    await workbench().view('Targets').waitForRows();
    await workbench().statusBarItem('getting-started').waitFor();
    await workbench().screenshot('03-signed-in-dark');
  });

  test('targets open to versions, hardware, apps and commits', async () => {
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
    const newest = String(versions[0]);
    await targets.expand(newest);
    await targets.row('intel-corei7-64').waitFor();
    await targets.expand('intel-corei7-64');
    await targets.row('shellhttpd').waitFor();
    await targets.row('containers').waitFor();
    await workbench().screenshot('04-targets-dark');
    await devices().showAlone();
  });

  test('a configuration file opens as a document', async () => {
    await devices().expand('device-01');
    await devices().row('app.config').waitFor();
    requests().clear();
    await devices().click('app.config');
    await workbench().editors.waitFor('app.config');
    await workbench().editors.waitForText(/url = "https:\/\/foundries.io\/"/);
    await devices().doubleClick('z-50-fioctl.toml');
    await workbench().editors.waitForText(/compose_apps = "shellhttpd"/);
    await devices().doubleClick('app.config');
    await workbench().editors.waitForText(/foundries.io/);
    assert.deepEqual(requests().all(), [], 'files of a configuration that was read need no further request');
    await workbench().screenshot('05-open-file-dark');
  });

  test('typing is not sent; Ctrl+S sends one PATCH', async () => {
    const { editors } = workbench();
    await editors.setText('[page]\nurl = "https://example.com/"\n');
    await editors.waitForDirty('app.config', true);
    await workbench().page.waitForTimeout(2500);
    assert.deepEqual(patches(), [], 'the auto-save of a browser-hosted VS Code sends nothing');
    requests().clear();
    await editors.save();
    await editors.waitForDirty('app.config', false);
    const sent = patches();
    assert.equal(sent.length, 1);
    assert.equal(sent[0]?.path, CONFIG);
    assert.deepEqual(JSON.parse(sent[0].body), {
      reason: 'Change app.config from VS Code',
      files: [{ name: 'app.config', value: '[page]\nurl = "https://example.com/"\n', unencrypted: true }],
    });
    assert.equal(
      requests()
        .all()
        .filter(({ method }) => method === 'GET').length,
      1,
    );
    await devices().row('app.config').getByText('waiting for the device').waitFor();
    await workbench().page.waitForTimeout(1500);
    assert.equal(await devices().row('app.config').getByText('waiting for the device').isVisible(), true, 'it stays');
    await workbench().screenshot('06-saved-dark');
  });

  test('Ctrl+S on unchanged text sends nothing', async () => {
    requests().clear();
    await workbench().editors.save();
    await workbench().page.waitForTimeout(1000);
    assert.deepEqual(patches(), []);
  });
});
