/** Brings a window that a test has used to the state that the next one begins with. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { until } from '../../support/until';
import { loadVSCode } from './host';
import { shared, type Server } from './shared';
import { settingsFile, type Window } from './window';

/** What the companion binds its command to. */
const COMPANION_KEY = 'Control+Alt+Shift+F9';
/** One try of what a redraw can undo. */
const TRY = 2_000;
/** A look at the answer, before the key is pressed again. */
const ANSWER_PATIENCE = 3_000;

/** Signed out, without editors, messages and filters, with these settings, and with the devices alone in the side bar. */
export async function bringToKnownState(
  window: Window,
  server: Server,
  settings: Record<string, unknown>,
): Promise<void> {
  const { page, workbench } = window;
  await page.mouse.move(0, 0);
  await closeWhatIsInFront(window);
  await selectNothing(window);
  await carryOut(window, server, settings, true);
  await closeWhatIsInFront(window);
  await workbench.openActivity('Foundries');
  const devices = workbench.view('Devices');
  await devices.showAlone();
  await devices.welcome.getByText('You are not signed in').waitFor();
  // What was previewed and not sent is kept by the extension, whoever is signed in.
  if (await workbench.statusBarItem(/Not sent yet/).isVisible()) {
    throw new Error('Something is still to be sent.');
  }
  await until('no notification', async () => (await workbench.notifications.all()).length === 0, {
    found: () => workbench.notifications.all(),
  });
}

/** Gives a window that is open other settings: the user has these alone afterwards. */
export async function changeSettings(window: Window, server: Server, settings: Record<string, unknown>): Promise<void> {
  await carryOut(window, server, settings, false);
}

async function closeWhatIsInFront({ page, workbench }: Window): Promise<void> {
  const inFront = page.locator('.quick-input-widget:visible, .monaco-menu:visible, .monaco-dialog-box:visible');
  await until('nothing in front of the window', async () => {
    if ((await inFront.count()) === 0 && !(await workbench.quickInput.isOpen())) {
      return true;
    }
    await page.keyboard.press('Escape');
    return false;
  });
}

/** Rows come back selected when they come back, and of several selected ones a menu offers what is for several. */
async function selectNothing({ page }: Window): Promise<void> {
  const selected = page.locator('.sidebar .monaco-list:visible:has(.monaco-list-row.selected)').first();
  await until('no selected row', async () => {
    if ((await selected.count()) === 0) {
      return true;
    }
    await selected.focus({ timeout: TRY });
    await page.keyboard.press('Escape');
    return false;
  });
}

/** Lets the companion (`test/e2e/companion`) work. */
async function carryOut(
  { page, workbench }: Window,
  server: Server,
  settings: Record<string, unknown>,
  signOut: boolean,
): Promise<void> {
  const { userSettings } = await loadVSCode();
  const number = ++shared.orders;
  const order = { number, settingsFile: settingsFile(server), settings: userSettings(settings), signOut };
  writeFileSync(server.orderFile, JSON.stringify(order));
  const answer = `${server.orderFile}.done`;
  const answered = async () => {
    if (await workbench.dialog.isOpen()) {
      await workbench.dialog.click('Sign Out');
    }
    const { number: done, error } = existsSync(answer)
      ? (JSON.parse(readFileSync(answer, 'utf8')) as { number: number; error: string })
      : { number: 0, error: '' };
    return done === number && { error };
  };
  const { error } = await until('the companion to have prepared the window', async () => {
    await page.keyboard.press(COMPANION_KEY);
    return until('its answer', answered, { timeout: ANSWER_PATIENCE });
  });
  if (error !== '') {
    throw new Error(`The companion could not prepare the window: ${error}`);
  }
}
