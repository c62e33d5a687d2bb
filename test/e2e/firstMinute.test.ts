import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { until } from '../support/until';
import { firstMinute } from './firstMinute';
import { changeAsAnother, PLAIN_TYPING, serverValue, signIn } from './steps';
import { clicks, countClicks } from './support/hand';
import { useSession } from './support/session';

/** One try of what a redraw can undo. */
const TRY = 2_000;
const { log } = console;

suite('The first minute', () => {
  const session = useSession({ settings: PLAIN_TYPING, ownWindow: true });
  const workbench = () => session().workbench;
  const devices = () => workbench().view('Devices');
  const step = (name: string) => workbench().page.locator(`[data-done-step-id$="#${name}"]`).first();
  const openWalkthrough = async () => {
    await workbench().runCommand('Welcome: Open Walkthrough...');
    await workbench().quickInput.pick(/Get Started with a Foundries Factory/);
    await step('enter').waitFor();
  };

  test('from the installed extension to a file of the demo that is edited and sent: at most six clicks', async () => {
    const { page } = workbench();
    await countClicks(page);
    const started = Date.now();
    await firstMinute(workbench());
    const seconds = (Date.now() - started) / 1000;
    log(`      to a sent file of the demo: ${seconds.toFixed(1)} s, ${await clicks(page)} clicks`);
    assert.ok((await clicks(page)) > 0, 'clicks are counted');
    assert.ok((await clicks(page)) <= 6, `${await clicks(page)} clicks`);
    assert.ok(seconds < 60, `${seconds} s`);
    assert.deepEqual(session().factory.emulator.requests.all(), [], 'nothing leaves the window');
  });

  test('the walkthrough is completed by what is done, step by step', async () => {
    const { editors, page } = workbench();
    const done = async () => {
      const steps = ['enter', 'devices', 'edit', 'apps', 'history'];
      const states = await Promise.all(steps.map((name) => step(name).getAttribute('aria-checked', { timeout: TRY })));
      return steps.filter((_, index) => states[index] === 'true').join(' ');
    };
    const untilDone = (steps: string) =>
      until(`these steps to be done: ${steps}`, async () => (await done()) === steps, { found: done });
    await openWalkthrough();
    assert.equal(await done(), '');
    await page.getByRole('button', { name: 'Explore the Demo Factory' }).first().click();
    await until('the first step', async () => (await done()).startsWith('enter'), { found: done });
    await workbench().openActivity('Foundries');
    await devices().waitForRow('device-01');
    await untilDone('enter devices');
    await workbench().chooseForInput(devices(), 'device-01', /Show Config History/, /History of/);
    await workbench().quickInput.cancel();
    await untilDone('enter devices history');
    await devices().expand('device-01');
    await devices().expand('Apps');
    await devices().waitForRow('shellhttpd');
    await devices().row('shellhttpd').locator('.custom-view-tree-node-item-checkbox').click();
    await untilDone('enter devices apps history');
    await devices().collapse('Apps');
    await devices().doubleClick('app.config');
    await editors.waitFor('app.config');
    await editors.setText('[page]\nurl = "https://example.com/"\n');
    await editors.save();
    await editors.waitForDirty('app.config', false);
    // Its tab has made way, and one with nothing left to do is not shown again by itself.
    await openWalkthrough();
    await untilDone('enter devices edit apps history');
  });

  test('a step that was done before the walkthrough was first opened is completed as well', async () => {
    await signIn(workbench());
    await openWalkthrough();
    await devices().click('device-01');
    await until('the first step', async () => (await step('enter').getAttribute('aria-checked')) === 'true');
  });
});

suite('Signing in, and working without a mouse', () => {
  const session = useSession({ settings: PLAIN_TYPING });
  const workbench = () => session().workbench;
  const devices = () => workbench().view('Devices');

  test('from a pasted token to the first device in one step', async () => {
    const { dialog, notifications, page, quickInput } = workbench();
    await devices().welcomeButton('Sign In');
    await quickInput.waitFor(/Sign in to/);
    await quickInput.type('demo-token');
    await countClicks(page);
    const started = Date.now();
    await quickInput.accept();
    await devices().row('device-01').waitFor();
    log(`      from the pasted token to the first device: ${((Date.now() - started) / 1000).toFixed(1)} s`);
    await workbench().statusBarItem('getting-started').waitFor();
    assert.equal(await quickInput.isOpen(), false, 'one Factory is not asked for');
    assert.equal(await dialog.isOpen(), false);
    assert.deepEqual(
      (await notifications.all()).filter(({ buttons }) => buttons.length > 0),
      [],
    );
    assert.equal(await clicks(page), 0);
  });

  test('by keys alone: to a file, a save, a conflict, and its merge', async () => {
    const { dialog, editors, page, quickInput } = workbench();
    const { control, factory } = session();
    const press = (key: string) => page.keyboard.press(key);
    /** F1, the name, Enter. */
    const run = async (command: string) => {
      await until(`${command} to be chosen from the palette`, async () => {
        if (!(await quickInput.isOpen())) {
          await quickInput.openPalette();
          await page.keyboard.insertText(command);
        }
        const [first] = await quickInput.drawnRows();
        if (first?.label !== command) {
          return false;
        }
        await press('Enter');
        return true;
      });
    };
    const focused = async () =>
      (await devices().pane.locator('.monaco-list-row.focused').first().getAttribute('aria-label', {
        timeout: TRY,
      })) ?? '';
    await changeAsAnother(control, 'app.config', 'a = 1\nb = 2\nc = 3\n');
    await countClicks(page);

    await run('Foundries: Sign In');
    await quickInput.waitFor(/Sign in to/);
    await page.keyboard.insertText('demo-token');
    await press('Enter');
    await devices().row('device-01').waitFor();
    await run('Foundries: Focus on Devices View');
    await until('the first device to have the focus', async () => {
      await press('Home');
      return (await focused()).startsWith('device-01');
    });
    await until('its files', async () => {
      // Rows that are drawn anew in that moment take no key.
      await press('ArrowRight');
      await devices().row('app.config').waitFor({ timeout: TRY });
      return true;
    });
    await until('the file to have the focus', async () => {
      if ((await focused()).includes('app.config')) {
        return true;
      }
      await press('ArrowDown');
      return false;
    });
    await until('the file to be open', async () => {
      await press('Enter');
      await editors.tab('app.config').waitFor({ timeout: TRY });
      return true;
    });
    await editors.waitForText(/a = 1/);
    await until('the cursor in the text', async () => {
      await press('ControlOrMeta+1');
      return (await page.locator('.editor-group-container.active .monaco-editor.focused').count()) > 0;
    });

    const write = async (text: string) => {
      await press('ControlOrMeta+A');
      await page.keyboard.insertText(text);
      await press('ControlOrMeta+S');
    };
    await write('a = 1\nb = 2\nc = "saved"\n');
    await editors.waitForDirty('app.config', false);
    assert.equal(await serverValue(factory, 'app.config'), 'a = 1\nb = 2\nc = "saved"\n');

    await changeAsAnother(control, 'app.config', 'a = "theirs"\nb = 2\nc = "saved"\n');
    await write('a = 1\nb = 2\nc = "mine"\n');
    await dialog.waitFor(/app\.config of device-01 was changed on the server/);
    // The button that is chosen takes the Enter key.
    assert.equal(await page.locator('.monaco-dialog-box .monaco-button:focus').innerText(), 'Merge');
    await press('Enter');
    await editors.waitFor(/Merging: app\.config/);
    await run('Foundries: Complete Merge and Send');
    await editors.waitFor('app.config');
    await editors.waitForDirty('app.config', false);
    assert.equal(await serverValue(factory, 'app.config'), 'a = "theirs"\nb = 2\nc = "mine"\n');
    assert.equal(await clicks(page), 0);
  });
});
