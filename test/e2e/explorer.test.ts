import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { suite, test } from 'mocha';
import { PLAIN_TYPING, serverValue, signIn } from './steps';
import { useSession } from './support/session';
import { until } from './support/waiting';

suite('Dragging files, and the Factory in the Explorer', function () {
  this.timeout(120_000);
  const session = useSession({
    // High enough that a list does not scroll while something is dragged over its rows.
    viewport: { width: 1400, height: 1300 },
    settings: { ...PLAIN_TYPING, 'explorer.confirmDelete': false, 'foundries.config.askForReason': 'never' },
  });
  const workbench = () => session().workbench;
  const page = () => workbench().page;
  const dialog = () => page().locator('.monaco-dialog-box');
  const writes = () =>
    session()
      .factory.emulator.requests.all()
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path: address }) => `${method} ${address}`);
  /** A row of the Explorer, by its name. */
  const file = (name: string | RegExp): Locator =>
    page().locator('.explorer-folders-view').getByRole('treeitem', { name });
  const valueOf = async (place: string, name: string): Promise<string | undefined> => {
    const response = await fetch(`${session().factory.url}/ota/${place}/config/?factory=getting-started`, {
      headers: { 'OSF-TOKEN': 'demo-token' },
    });
    const { config } = (await response.json()) as { config: { files: { name: string; value: string }[] }[] };
    return config[0]?.files.find((found) => found.name === name)?.value;
  };

  /** As a hand does it: presses, moves in steps over the target, and lets go. */
  async function drag(from: Locator, to: Locator, picture: string): Promise<void> {
    await from.waitFor();
    await to.waitFor();
    const [a, b] = [await from.boundingBox(), await to.boundingBox()];
    assert.ok(a !== null && b !== null);
    const { mouse } = page();
    await mouse.move(a.x + 60, a.y + a.height / 2);
    await mouse.down();
    await mouse.move(a.x + 66, a.y + a.height / 2 + 4, { steps: 3 });
    await mouse.move(b.x + 60, b.y + b.height / 2, { steps: 12 });
    await mouse.move(b.x + 62, b.y + b.height / 2, { steps: 3 });
    await page().waitForTimeout(300);
    await workbench().screenshot(picture);
    await mouse.up();
  }

  test('a file of one device dropped onto another device: asks, then one PATCH', async () => {
    await signIn(workbench());
    const devices = workbench().view('Devices');
    await devices.expand('device-01');
    await devices.row('app.config').waitFor();
    const target = 'display-01';
    await drag(devices.row('app.config'), devices.row(target), 'explorer-01-drag-device');
    await dialog().getByText(`Copy app.config from device-01 to ${target}?`).waitFor();
    await workbench().screenshot('explorer-02-drop-device');
    assert.deepEqual(writes(), []);
    await dialog().getByRole('button', { name: 'Copy', exact: true }).click();
    await until('the copy', async () => (await valueOf(`devices/${target}`, 'app.config')) !== undefined);
    assert.deepEqual(writes(), [`PATCH /ota/devices/${target}/config/`]);
    assert.equal(await valueOf(`devices/${target}`, 'app.config'), await serverValue(session().factory, 'app.config'));
  });

  test('a file of a device dropped onto a group says how many devices it reaches', async () => {
    session().factory.emulator.requests.clear();
    const groups = workbench().view('Configuration');
    await groups.show();
    const devices = workbench().view('Devices');
    await drag(devices.row('app.config'), groups.row('lab'), 'explorer-03-drag-group');
    await dialog().getByText('Copy app.config from device-01 to group lab?').waitFor();
    await dialog().getByText('It reaches', { exact: false }).waitFor();
    await workbench().screenshot('explorer-04-drop-group');
    await page().keyboard.press('Escape');
    assert.deepEqual(writes(), []);
  });

  test('the Factory is added to the workspace after asking, and opens in the Explorer', async () => {
    await workbench().openActivity('Explorer');
    writeFileSync(path.join(session().folder, 'dropped.txt'), 'from the Explorer\n');
    await workbench().screenshot('explorer-05-before');
    await workbench().runCommand('Foundries: Add Factory as Workspace Folder');
    await dialog()
      .getByText(/Add Factory getting-started to the workspace\?/)
      .waitFor();
    await workbench().screenshot('explorer-05-add');
    await dialog().getByRole('button', { name: 'Add Folder', exact: true }).click();
    // The window comes anew.
    await page().waitForURL(/[?&]workspace=/);
    await workbench().waitUntilReady();
    await workbench().openActivity('Explorer');
    await file(/getting-started \(Factory\)/).waitFor({ timeout: 60_000 });
    await workbench().screenshot('explorer-06-folder');
    // The folder that was open stays.
    await file(path.basename(session().folder)).waitFor();
  });

  async function open(...names: RegExp[]): Promise<void> {
    for (const name of names) {
      const row = file(name).first();
      await row.waitFor();
      if ((await row.getAttribute('aria-expanded')) !== 'true') {
        await row.click();
      }
      await until(`${name.source} open`, async () => (await row.getAttribute('aria-expanded')) === 'true');
    }
  }

  test('delete and Ctrl+Z in the Explorer: gone, and back with what belongs to it', async () => {
    await open(/getting-started \(Factory\)/, /^groups/, /^lab/, /^config/);
    await workbench().screenshot('explorer-07-group');
    session().factory.emulator.requests.clear();
    const before = await valueOf('factories/getting-started/device-groups/lab', 'z-50-fioctl.toml');
    await file(/^z-50-fioctl\.toml/).click();
    await page().keyboard.press('Delete');
    await dialog().getByText('Delete z-50-fioctl.toml from group lab?').waitFor();
    await dialog().getByText('It reaches', { exact: false }).waitFor();
    await workbench().screenshot('explorer-08-delete');
    await dialog().getByRole('button', { name: 'Delete', exact: true }).click();
    await until('no file', async () => !(await file(/^z-50-fioctl\.toml/).isVisible()));
    await page().keyboard.press('Control+z');
    await workbench().screenshot('explorer-09-undo');
    await dialog().getByRole('button', { name: 'Bring Back', exact: true }).click();
    await file(/^z-50-fioctl\.toml/).waitFor();
    assert.equal(await valueOf('factories/getting-started/device-groups/lab', 'z-50-fioctl.toml'), before);
    const sent = session()
      .factory.emulator.requests.all()
      .findLast(({ method }) => method === 'PATCH');
    assert.match(sent?.body ?? '', /aktualizr-toml-update/);
  });

  test('a move to another group is refused, and nothing is sent', async () => {
    session().factory.emulator.requests.clear();
    // The Explorer takes no drag of a row that it is about to draw anew.
    await file(/^z-50-fioctl\.toml/).click();
    await page().waitForTimeout(1000);
    await drag(file(/^z-50-fioctl\.toml/), file(/^stores/), 'explorer-10-move');
    await dialog().getByRole('button', { name: 'Move', exact: true }).click();
    await dialog()
      .getByText(/belongs in the folder “config”/)
      .waitFor();
    await workbench().screenshot('explorer-11-move-refused');
    assert.deepEqual(writes(), []);
  });
});
