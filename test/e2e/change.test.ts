import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { until } from '../support/until';
import { PLAIN_TYPING, signIn } from './steps';
import { useSession } from './support/session';

const SECRET = 'Tr0ub4dor&3';

suite('Waves, targets and CI secrets', () => {
  const session = useSession({
    settings: PLAIN_TYPING,
    factory: { building: false, jobSeconds: 20 },
    viewport: { width: 1400, height: 1300 },
  });
  const workbench = () => session().workbench;
  const requests = () => session().factory.emulator.requests.all();
  const sent = () => requests().filter(({ method }) => method !== 'GET');

  setup(() => signIn(workbench()));

  test('a wave is rolled out to a group: tried, shown whole, and sent as it was shown', async () => {
    const { quickInput, dialog, notifications, editors } = workbench();
    const waves = workbench().view('Waves');
    await waves.showAlone();
    await waves.expand('spring-rollout');
    await workbench().chooseForInput(waves, 'stores', /Roll Out Wave/, /how many devices of group stores/);
    await quickInput.pick(/A Number of Devices/);
    await quickInput.waitFor('How many devices?');
    await quickInput.type('2');
    await quickInput.accept();
    await dialog.waitFor(/Roll out wave spring-rollout \(version 18\) to 2 devices of group stores\?/);
    await dialog.click('Show Everything');
    const page = await editors.waitForText(/"dry-run":false/);
    assert.equal(sent().length, 1);
    await notifications.click(/Nothing was sent yet/, 'Roll Out');
    await notifications.waitFor(/was rolled out: 2 devices/);
    assert.equal(sent().length, 2);
    const { body } = sent()[1]!;
    const uuids = (JSON.parse(body) as { uuids: string[] }).uuids;
    assert.ok(uuids.length === 2 && uuids.every((uuid) => page.includes(uuid)));
    await until(
      'the group to have it',
      async () => ((await waves.row('stores').textContent()) ?? '').includes('2 will update'),
      { found: () => waves.row('stores').textContent() },
    );
  });

  test('a tag is added from the palette, and the job followed to its end', async () => {
    const { quickInput, dialog, notifications } = workbench();
    await workbench().runCommand('Foundries: Promote Target to Tag…');
    await quickInput.waitFor('Promote which targets?');
    const [first] = await quickInput.waitForRows();
    await quickInput.check(first!.label.trim());
    await quickInput.accept();
    await quickInput.waitFor(/to which tag/);
    await quickInput.pick('Another Tag…');
    await quickInput.waitFor(/to which tag/);
    await quickInput.type('candidate');
    await quickInput.accept();
    await dialog.waitFor(/Change the tags of/);
    await dialog.click('Promote');
    await notifications.waitFor(/Changing the tags of/);
    session().control.advance(60);
    await notifications.waitFor(/The tags of .* were changed/);
    const [patch, ...others] = sent();
    assert.equal(others.length, 0);
    assert.match(patch!.body, /^\{"targets":\{"[^"]+":\{"custom":\{"tags":\[("[^"]+",)*"candidate"\]\}\}\}\}$/);
    await workbench().view('Targets').show();
    await workbench().view('Targets').waitForRow('candidate');
    await notifications.click(/The tags of .* were changed/, 'Show Log');
    await workbench().editors.waitFor(/UpdateTargets/);
  });

  test('prune and promote say first whom they concern, and which wave is in progress', async () => {
    const { quickInput, dialog } = workbench();
    await workbench().runCommand('Foundries: Prune Targets…');
    await quickInput.pick('Single Targets…');
    await quickInput.waitFor('Prune which targets?');
    await quickInput.check('raspberrypi4-64-lmp-18');
    await quickInput.accept();
    const prune = await dialog.waitFor(/Prune raspberrypi4-64-lmp-18\?/);
    assert.match(
      prune,
      /Wave spring-rollout is in progress and rolls out version 18, which would be pruned: \d+ of \d+/,
    );
    assert.match(prune, /devices? still runs? what would be pruned, and keeps? it\. Production devices: \d+\./);
    assert.match(
      prune,
      /Devices that follow tag stable: \d+\. Production devices: \d+\. (None is offline|Offline: \d+)\./,
    );
    await dialog.cancel();
    await workbench().runCommand('Foundries: Promote Target to Tag…');
    await quickInput.waitFor('Promote which targets?');
    await quickInput.check('raspberrypi4-64-lmp-23');
    await quickInput.check('intel-corei7-64-lmp-23');
    await quickInput.accept();
    await quickInput.waitFor(/to which tag/);
    await quickInput.pick('stable');
    const promote = await dialog.waitFor(/Change the tags of/);
    assert.match(
      promote,
      /In progress: wave spring-rollout rolls out version 18 to production devices with tag stable: /,
    );
    assert.equal(promote.match(/Devices that follow tag stable: \d+\. Production devices: \d+\./g)?.length, 1, promote);
    await dialog.cancel();
    assert.deepEqual(sent(), []);
  });

  test('a CI secret is set in a password box, and its value is nowhere else', async () => {
    const { quickInput, dialog, notifications, page } = workbench();
    await workbench().runCommand('Foundries: Manage CI Secrets…');
    await quickInput.waitFor(/CI secrets of/);
    await quickInput.pick('New CI Secret…');
    await quickInput.waitFor('New CI secret');
    await quickInput.type('registry.token');
    await quickInput.accept();
    await quickInput.waitFor(/Value of the CI secret registry.token/);
    await quickInput.pick('Type It');
    await until('the password box', () => quickInput.isPassword());
    await quickInput.type(SECRET);
    await quickInput.accept();
    await notifications.waitFor(/The CI secret registry.token was set/);
    const carrying = requests().filter((request) => JSON.stringify(request).includes(SECRET));
    assert.deepEqual(
      carrying.map(({ method }) => method),
      ['PATCH'],
    );
    assert.ok(!(await page.content()).includes(SECRET));
    await workbench().runCommand('Foundries: Show Log');
    // The log has come to the request that carried it.
    await page.locator('.panel .view-line').filter({ hasText: 'PATCH' }).first().waitFor();
    assert.ok(!(await page.content()).includes(SECRET));
    await workbench().runCommand('Foundries: Manage CI Secrets…');
    await quickInput.waitFor(/CI secrets of/);
    await quickInput.pick('registry.token');
    await quickInput.waitFor('CI secret registry.token');
    await quickInput.pick('Delete…');
    await dialog.waitFor(/Delete the CI secret registry.token\?/);
    await dialog.click('Delete');
    await notifications.waitFor(/registry.token was deleted/);
  });
});
