import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import type { ConfigScope } from '../../src/model/config';
import { until } from '../support/until';
import { ctrlS, replaceText, tabIsDirty } from './support/editors';
import { device, lab, PlacesScene } from './support/placesScene';
import { accept, escape, QuickInputs } from './support/quickInputs';
import { setSetting, suiteWithSettings } from './support/settings';

suite('Where files live', () => {
  const it = PlacesScene.ofEach();

  suiteWithSettings('The reason', { 'foundries.config.confirmGroupSaves': false }, () => {
    const inputs = QuickInputs.ofEach();

    /** Types a text. */
    const type = async (scope: ConfigScope, file: string, text: string) => {
      await replaceText(await it.factory.openIn(scope, file), text);
      it.factory.seen();
    };

    test('of a group is asked for; Enter takes the proposed one', async () => {
      await type(lab, 'z-50-fioctl.toml', '[pacman]\n');
      const saving = ctrlS();
      await inputs.pick();
      await it.factory.quiet();
      assert.deepEqual(it.factory.writes(), []);
      await accept();
      await saving;
      await until('a clean tab', () => !tabIsDirty());
      assert.equal((await it.latest(lab)).reason, "Use the target's default apps from VS Code");
    });

    test('Escape sends nothing and keeps the text', async () => {
      await type(lab, 'z-50-fioctl.toml', '[pacman]\n');
      const saving = ctrlS();
      await inputs.pick();
      await escape();
      await saving;
      assert.deepEqual(it.factory.writes(), []);
      assert.equal(tabIsDirty(), true);
    });

    test('of a device is asked for only if wanted', async () => {
      await type(device, 'app.config', '1\n');
      await ctrlS();
      await until('a clean tab', () => !tabIsDirty());
      await setSetting('foundries.config.askForReason', 'always');
      assert.deepEqual(inputs.picks, []);
      await type(device, 'app.config', '2\n');
      const saving = ctrlS();
      await inputs.pick();
      await it.factory.quiet();
      assert.deepEqual(it.factory.writes(), []);
      await accept();
      await saving;
      await until('a clean tab', () => !tabIsDirty());
    });
  });
});
