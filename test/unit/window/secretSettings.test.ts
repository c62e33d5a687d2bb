/** Update settings are read as they are on the device: one rule holds for them, also where their value is a secret. */
import assert from 'node:assert/strict';
import { ManyCommands, type ManyServices } from '../../../src/commands/many/setConfigFile';
import type { Drafts } from '../../../src/commands/many/drafts';
import { secretCommands } from '../../../src/commands/secrets';
import { encryptForDevice } from '../../../src/model/encryption';
import { desk } from '../../support/vscode';
import { CommandScene, labelled } from '../support/commandScene';
import { FACTORY } from '../support/factory';

const SETTINGS = 'z-50-fioctl.toml';

suite('Update settings as a secret', () => {
  let it: CommandScene;
  const row = (device: string) => ({
    scope: { kind: 'device', factory: FACTORY, device },
    device: it.context.factory.fleet.find(device),
  });
  setup(async () => {
    it = await CommandScene.start();
    desk.choose = labelled(SETTINGS, 'Type It', 'Secret Value…');
  });
  teardown(() => it.factory.close());

  /** Types the value, and before that the name where it is asked for. */
  const typing = (value: string) => {
    desk.type = (options) => ((options as { readonly password?: boolean }).password === true ? value : SETTINGS);
  };

  test('that a program rejects are not sent as a new secret', async () => {
    typing('[pacman');
    await secretCommands(it.services)['foundries.newSecret'](row('bench'));
    assert.deepEqual(it.written(), []);
    assert.match(desk.messages.join('\n'), /z-50-fioctl\.toml.*TOML/);
  });

  test('that are as they should be are sent', async () => {
    typing('[pacman]');
    await secretCommands(it.services)['foundries.newSecret'](row('bench'));
    assert.equal(it.written().length, 1, desk.messages.join('\n'));
  });

  for (const [what, value, isSent] of [
    ['that a program rejects are not sent to several devices', '[pacman', false],
    ['that are as they should be are sent to several devices', '[pacman]', true],
  ] as const) {
    test(what, async () => {
      for (const device of ['bench', 'twin']) {
        const { publicKey } = await it.factory.client.getDeviceKey(FACTORY, device);
        const file = { name: SETTINGS, value: encryptForDevice(publicKey, Buffer.from('')), unencrypted: false };
        await it.factory.control.writeConfig({ device, files: [file] });
      }
      typing(value);
      const services = { ...it.services, host: it.host, devices: { tree: { selection: [] } } };
      const many = new ManyCommands(services as unknown as ManyServices, {} as unknown as Drafts);
      await many.commands['foundries.setConfigFileOnDevices'](row('bench'), [row('bench'), row('twin')]);
      const told = desk.messages.join('\n');
      many.dispose();
      if (isSent) {
        assert.match(told, /Look at the preview/);
      } else {
        assert.doesNotMatch(told, /Look at the preview/);
        assert.match(told, /z-50-fioctl\.toml.*TOML/);
      }
    });
  }
});
