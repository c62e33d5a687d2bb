/** What a save of update settings does where programs on the device reject them, read them differently, or get no updates from them. */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { until } from '../support/until';
import { openFile, PLAIN_TYPING, serverValue, signIn } from './steps';
import { savePicture } from './support/pictures';
import { requestsOf } from './support/requests';
import { useSession } from './support/session';

const FILE = 'z-50-fioctl.toml';

suite('Saving update settings', () => {
  const session = useSession({ settings: PLAIN_TYPING });
  const sent = () => requestsOf(session().factory).filter(({ method }) => method === 'PATCH').length;

  test('rejected by a reader: refused; an Error, or a tag without targets: asked; a hint: saved', async () => {
    const { workbench } = session();
    const { dialog, editors, notifications, page } = workbench;
    await signIn(workbench);
    await openFile(workbench, FILE);
    const save = async (text: string) => {
      await editors.setText(text);
      await editors.waitForDirty(FILE, true);
      await editors.save();
    };
    const askedAndLeft = async (about: RegExp, name: string) => {
      await dialog.waitFor(about);
      await savePicture(page, name);
      assert.equal(await dialog.focusedButton(), 'Keep Editing');
      await page.keyboard.press('Enter');
      await until('the dialog to close', async () => !(await dialog.isOpen()));
      assert.equal(await editors.isDirty(FILE), true, 'the text stays, unsent');
    };

    await save('[pacman]\ntags = "devel"\ncompose_apps = "shellhttpd\n');
    await notifications.waitFor(/Not sent: z-50-fioctl\.toml is not valid \(TOML, line 3/);
    await savePicture(page, 'refused update settings');
    assert.equal(await editors.isDirty(FILE), true);
    await notifications.dismiss(/Not sent/);

    await save('[pacman]\ntags = "devel"\ncompose_apps = 5\n');
    await askedAndLeft(/compose_apps must be a text in quotes/, 'update settings with an error');
    await save('[pacman]\ntags = "devell"\n');
    await askedAndLeft(/No target has the tag devell/, 'a tag without targets');
    assert.equal(sent(), 0);

    const withHint = '[pacman]\ntags = "devel"\nunheard_of = "1"\n';
    await save(withHint);
    await editors.waitForDirty(FILE, false);
    assert.equal(sent(), 1);
    assert.equal(await serverValue(session().factory, FILE), withHint);
  });
});
