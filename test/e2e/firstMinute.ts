/** A newcomer's way from a fresh window to a sent file of the demo: tested by the first minute, filmed for the README. */
import type { Locator } from 'playwright-core';
import type { Workbench } from './support/workbench';

/** Where a film has a frame: what was reached, and what is clicked next. */
export type Frame = (name: string, next?: Locator) => Promise<void>;

/** Activity bar, Explore the Demo Factory, device, file, text, Ctrl+S. */
export async function firstMinute(workbench: Workbench, frame: Frame = () => Promise.resolve()): Promise<void> {
  const { editors, page } = workbench;
  const devices = workbench.view('Devices');
  const click = async (name: string, what: Locator) => {
    await what.waitFor();
    await frame(name, what);
    await what.click();
  };
  await click('A fresh window', workbench.activityBarItem('Foundries'));
  await click('Signed out', devices.welcome.getByRole('button', { name: 'Explore the Demo Factory' }));
  await click('The demo', devices.row('device-01').locator('.label-name'));
  await click('A device', devices.row('app.config').locator('.label-name'));
  await editors.waitFor('app.config');
  await editors.waitForText(/url = /);
  await click('A configuration file', page.locator('.editor-group-container.active .view-line').first());
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText('[page]\nurl = "https://example.com/hello"\n');
  await editors.waitForDirty('app.config', true);
  await frame('Unsent text');
  await page.keyboard.press('ControlOrMeta+S');
  await editors.waitForDirty('app.config', false);
  await devices.row('app.config').getByText('waiting for the device').waitFor();
  await frame('Sent');
}
