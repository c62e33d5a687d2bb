import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { PLAIN_TYPING } from './steps';
import { useSession } from './support/session';

suite('In German', () => {
  const session = useSession({ language: 'de', settings: PLAIN_TYPING, viewport: { width: 1300, height: 1000 } });

  test('views, commands, rows and pages are translated', async () => {
    const { workbench } = session();
    const { quickInput } = workbench;
    const devices = workbench.view('Geräte');
    await workbench.openActivity('Foundries');
    // From the manifest: names of views, welcome texts, commands.
    await devices.welcome.getByText('Sie sind bei keiner Factory angemeldet').waitFor();
    await devices.welcomeButton('Demo-Factory erkunden');
    // From the code: rows, the status bar, pickers, pages.
    const row = await devices.waitForRow('device-01');
    assert.match((await row.getAttribute('aria-label')) ?? '', /Gerät|Target|zuletzt gesehen/);
    await workbench.runCommand('Foundries: Verlauf der Konfiguration anzeigen');
    await quickInput.waitFor(/Den Verlauf der Konfiguration wovon anzeigen\?/);
    await quickInput.cancel();
    await workbench.runCommand('Foundries: Details des Geräts anzeigen');
    await quickInput.waitFor(/Details welches Geräts\?/);
    await quickInput.pick(/device-01/);
    await workbench.editors.waitFor(/device-01.*Details/);
  });
});
