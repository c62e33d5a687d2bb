import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { firstMinute } from './firstMinute';
import { changeAsAnother, PLAIN_TYPING, serverValue } from './steps';
import { clicks, countClicks } from './support/hand';
import { useSession } from './support/session';
import { until } from './support/waiting';
import { Workbench } from './support/workbench';

suite('The first minute, and without a mouse', function () {
  this.timeout(120_000);
  const session = useSession({ settings: PLAIN_TYPING });
  const workbench = () => session().workbench;
  const server = () => session().factory;
  const devices = () => workbench().view('Devices');
  const { log } = console;

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
    assert.deepEqual(server().emulator.requests.all(), [], 'nothing leaves the window');
  });

  test('from a pasted token to the first device in one step', async () => {
    const { dialog, notifications, page, quickInput } = workbench();
    await devices().titleAction('Leave Demo');
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
    const press = (key: string) => page.keyboard.press(key);
    /** F1, the name, Enter. */
    const run = async (command: string) => {
      await until('the command palette', async () => {
        await press('F1');
        await quickInput.waitFor(/Type the name of a command|^/);
        return (await quickInput.value()).startsWith('>');
      });
      await page.keyboard.insertText(command);
      await until(command, async () => (await quickInput.rows())[0]?.label === command);
      await press('Enter');
    };
    const focused = async () =>
      (await devices().pane.locator('.monaco-list-row.focused').first().getAttribute('aria-label')) ?? '';
    await changeAsAnother(server(), 'app.config', 'a = 1\nb = 2\nc = 3\n');
    await run('View: Close All Editors');
    await run('Foundries: Refresh');
    await countClicks(page);

    await run('Foundries: Focus on Devices View');
    await press('Home');
    await until('the first device', async () => (await focused()).startsWith('device-01'));
    await until('its files', async () => {
      // Rows that are drawn anew in that moment take no key.
      await press('ArrowRight');
      await devices().row('app.config').waitFor({ timeout: 3_000 });
      return true;
    });
    await until('the file', async () => {
      if ((await focused()).includes('app.config')) {
        return true;
      }
      await press('ArrowDown');
      return false;
    });
    await press('Enter');
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
    assert.equal(await serverValue(server(), 'app.config'), 'a = 1\nb = 2\nc = "saved"\n');

    await changeAsAnother(server(), 'app.config', 'a = "theirs"\nb = 2\nc = "saved"\n');
    await write('a = 1\nb = 2\nc = "mine"\n');
    await dialog.waitFor(/app\.config of device-01 was changed on the server/);
    // The button that is chosen takes the Enter key.
    assert.equal(await page.locator('.monaco-dialog-box .monaco-button:focus').innerText(), 'Merge');
    await press('Enter');
    await editors.waitFor(/Merging: app\.config/);
    await run('Foundries: Complete Merge and Send');
    await editors.waitFor('app.config');
    await editors.waitForDirty('app.config', false);
    assert.equal(await serverValue(server(), 'app.config'), 'a = "theirs"\nb = 2\nc = "mine"\n');
    assert.equal(await clicks(page), 0);
  });

  test('the walkthrough is completed by what is done, step by step', async () => {
    const fresh = await session().browser.newContext({ viewport: { width: 1400, height: 900 } });
    try {
      const page = await fresh.newPage();
      await page.goto(session().vscode.url);
      const newcomer = new Workbench(page);
      await newcomer.waitUntilReady();
      const box = (step: string) => page.locator(`[data-done-step-id$="#${step}"]`).first();
      const done = async () => {
        const steps = ['enter', 'devices', 'edit', 'apps', 'history'];
        const states = await Promise.all(steps.map((step) => box(step).getAttribute('aria-checked')));
        return steps.filter((_, index) => states[index] === 'true').join(' ');
      };
      const open = async () => {
        await newcomer.runCommand('Welcome: Open Walkthrough...');
        await newcomer.quickInput.pick(/Get Started with a Foundries Factory/);
        await box('enter').waitFor();
      };
      await open();
      assert.equal(await done(), '');
      await page.getByRole('button', { name: 'Explore the Demo Factory' }).first().click();
      await until('the first step', async () => (await done()).startsWith('enter'));
      await newcomer.openActivity('Foundries');
      const tree = newcomer.view('Devices');
      await tree.row('device-01').waitFor();
      await until('the devices', async () => (await done()) === 'enter devices');
      await tree.contextMenu('device-01', /Show Config History/);
      await newcomer.quickInput.waitFor(/History of/);
      await newcomer.quickInput.cancel();
      await until('the history', async () => (await done()) === 'enter devices history');
      await tree.expand('device-01');
      await tree.expand('Apps');
      await tree.row('shellhttpd').locator('.custom-view-tree-node-item-checkbox').click();
      await until('the apps', async () => (await done()) === 'enter devices apps history');
      await newcomer.screenshot('first-minute-walkthrough');
      await tree.collapse('Apps');
      await tree.doubleClick('app.config');
      await newcomer.editors.waitFor('app.config');
      await newcomer.editors.setText('[page]\nurl = "https://example.com/"\n');
      await newcomer.editors.save();
      await newcomer.editors.waitForDirty('app.config', false);
      // Its tab has made way, and one with nothing left to do is not shown again by itself.
      await open();
      await until('the file', async () => (await done()) === 'enter devices edit apps history');
    } finally {
      await fresh.close();
    }
  });

  test('a step that was done before the walkthrough was first opened is completed as well', async () => {
    const { page, quickInput } = workbench();
    const box = page.locator('[data-done-step-id$="#enter"]').first();
    await workbench().runCommand('Welcome: Open Walkthrough...');
    await quickInput.pick(/Get Started with a Foundries Factory/);
    await box.waitFor();
    await devices().click('device-01');
    await until('the first step', async () => (await box.getAttribute('aria-checked')) === 'true');
  });
});
