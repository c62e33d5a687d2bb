import assert from 'node:assert/strict';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { suite, test } from 'mocha';
import { until } from '../support/until';
import { PLAIN_TYPING, signIn, valueIn } from './steps';
import { Explorer } from './support/explorer';
import { requestsOf } from './support/requests';
import { useSession } from './support/session';
import type { Workbench } from './support/workbench';

const LAB = 'factories/getting-started/device-groups/lab';
const FIOCTL = /^z-50-fioctl\.toml/;
/** One try of what a redraw can undo. */
const TRY = 2_000;

suite('Dragging files, and the Factory in the Explorer', () => {
  const session = useSession({
    // High enough that a list does not scroll while something is dragged over its rows.
    viewport: { width: 1400, height: 1300 },
    settings: { ...PLAIN_TYPING, 'explorer.confirmDelete': false, 'foundries.config.askForReason': 'never' },
  });
  const writes = () =>
    requestsOf(session().factory)
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path: address }) => `${method} ${address}`);
  const valueOf = (place: string, name: string) => valueIn(session().factory, place, name);

  setup(() => signIn(session().workbench));

  /** As a hand does it: presses, moves in steps over the target, lets go once that is marked. Again where rows have moved. */
  async function drag({ page }: Workbench, from: Locator, to: Locator): Promise<void> {
    const { mouse } = page;
    const middle = async (row: Locator) => {
      const box = await row.boundingBox();
      assert.ok(box !== null);
      return { x: box.x + 60, y: box.y + box.height / 2 };
    };
    await until('the target to be marked', async () => {
      const [a, b] = [await middle(from), await middle(to)];
      await mouse.move(a.x, a.y);
      if ((await from.and(page.locator(':hover')).count()) === 0) {
        return false;
      }
      await mouse.down();
      await mouse.move(a.x + 6, a.y + 4, { steps: 3 });
      await mouse.move(b.x, b.y, { steps: 12 });
      await mouse.move(b.x + 2, b.y, { steps: 3 });
      const isMarked = async () => ((await to.getAttribute('class', { timeout: TRY })) ?? '').includes('drop-target');
      const marked = await until('it', isMarked, { timeout: TRY }).catch(() => false);
      if (!marked) {
        // Onto itself it does nothing.
        await mouse.move(a.x, a.y, { steps: 6 });
      }
      await mouse.up();
      return marked;
    });
  }

  /** A window whose only folder is the Factory, with the files of the group lab. */
  async function withLabInExplorer(act: (workbench: Workbench, explorer: Explorer) => Promise<void>): Promise<void> {
    const workbench = await session().openWindow(session().factoryFolder);
    try {
      await workbench.openActivity('Explorer');
      const explorer = new Explorer(workbench);
      await explorer.open(/^groups/, /^lab/, /^config/);
      session().factory.emulator.requests.clear();
      await act(workbench, explorer);
    } finally {
      await workbench.close();
    }
  }

  test('a file of one device dropped onto another device: asks, then one PATCH', async () => {
    const { workbench } = session();
    const devices = workbench.view('Devices');
    const target = 'display-01';
    await devices.expand('device-01');
    await drag(workbench, await devices.waitForRow('app.config'), await devices.waitForRow(target));
    await workbench.dialog.waitFor(`Copy app.config from device-01 to ${target}?`);
    assert.deepEqual(writes(), []);
    await workbench.dialog.click('Copy');
    await until('the copy', async () => (await valueOf(`devices/${target}`, 'app.config')) !== undefined);
    assert.deepEqual(writes(), [`PATCH /ota/devices/${target}/config/`]);
    assert.equal(await valueOf(`devices/${target}`, 'app.config'), await valueOf('devices/device-01', 'app.config'));
  });

  test('a file of a device dropped onto a group says how many devices it reaches', async () => {
    const { workbench } = session();
    const devices = workbench.view('Devices');
    const groups = workbench.view('Configuration');
    await groups.show();
    await devices.expand('device-01');
    await drag(workbench, await devices.waitForRow('app.config'), await groups.waitForRow('lab'));
    assert.match(await workbench.dialog.waitFor('Copy app.config from device-01 to group lab?'), /It reaches/);
    await workbench.dialog.cancel();
    assert.deepEqual(writes(), []);
  });

  test('the Factory is added to the workspace after asking, and opens in the Explorer', async () => {
    // It is another workspace afterwards.
    session().leavesTraces();
    const { folder, page, workbench } = session();
    await workbench.openActivity('Explorer');
    await workbench.runCommand('Foundries: Add Factory as Workspace Folder');
    await workbench.dialog.waitFor(/Add Factory getting-started to the workspace\?/);
    await workbench.dialog.click('Add Folder');
    // The window comes anew.
    await page.waitForURL(/[?&]workspace=/);
    await workbench.waitUntilReady();
    const explorer = new Explorer(workbench);
    const isEmpty = page.getByText('You have not yet added a folder to the workspace.');
    await until('the folder that was open, beside the Factory', async () => {
      // The side bar is restored some time after it is drawn.
      await workbench.openActivity('Explorer');
      if (await isEmpty.isVisible()) {
        // In a browser, VS Code may read the new workspace before it has written it.
        await workbench.reload();
        return false;
      }
      await explorer.row(path.basename(folder)).waitFor({ timeout: TRY });
      return true;
    });
    await explorer.open(/getting-started \(Factory\)/, /^devices/);
    await explorer.row(/^device-01/).waitFor();
  });

  test('a delete of a group in the Explorer: says why it stays, offers no Retry, and shows it again', async () => {
    await withLabInExplorer(async (workbench, explorer) => {
      const { page } = workbench;
      await explorer.row(/^stores/).click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Switch Tag…' }).waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('Delete');
      await page
        .getByText(/group stores is not deleted or renamed by its folder/)
        .first()
        .waitFor();
      await explorer.row(/^stores/).waitFor();
      assert.equal(await page.getByRole('button', { name: 'Retry' }).count(), 0);
      assert.deepEqual(writes(), []);
    });
  });

  test('delete and Ctrl+Z in the Explorer: gone, and back with what belongs to it', async () => {
    await withLabInExplorer(async ({ dialog, page }, explorer) => {
      const before = await valueOf(LAB, 'z-50-fioctl.toml');
      await explorer.row(FIOCTL).click();
      await page.keyboard.press('Delete');
      assert.match(await dialog.waitFor('Delete z-50-fioctl.toml from group lab?'), /It reaches/);
      await dialog.click('Delete');
      await explorer.row(FIOCTL).waitFor({ state: 'detached' });
      await page.keyboard.press('Control+z');
      await dialog.waitFor();
      await dialog.click('Bring Back');
      await explorer.row(FIOCTL).waitFor();
      assert.equal(await valueOf(LAB, 'z-50-fioctl.toml'), before);
      const sent = session()
        .factory.emulator.requests.all()
        .findLast(({ method }) => method === 'PATCH');
      assert.match(sent?.body ?? '', /aktualizr-toml-update/);
    });
  });

  test('a move to another group is refused, and nothing is sent', async () => {
    await withLabInExplorer(async (workbench, explorer) => {
      const { dialog } = workbench;
      await drag(workbench, explorer.row(FIOCTL), explorer.row(/^stores/));
      await dialog.waitFor();
      await dialog.click('Move');
      await dialog.waitFor(/cannot be moved/);
      assert.deepEqual(writes(), []);
      await dialog.cancel();
    });
  });

  test('a text is found in the configuration with keys alone, and its file opens at the line', async () => {
    const { workbench } = session();
    const { quickInput } = workbench;
    await workbench.runCommand('Foundries: Find in Configuration…');
    await quickInput.waitFor(/Find in Configuration/);
    await quickInput.type('TELEMETRY.example');
    await quickInput.accept();
    await quickInput.waitFor(/Lines with/);
    await quickInput.accept();
    await workbench.editors.waitForTab('telemetry.json');
    assert.deepEqual(writes(), []);
  });
});
