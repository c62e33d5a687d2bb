/** Whether a device is a production device is looked up of the very device that is written to, whatever has its name by now. */
import assert from 'node:assert/strict';
import { copyFilesTo } from '../../../src/commands/copyConfigFiles';
import { deleteConfigFiles, renameConfigFile } from '../../../src/commands/moveConfigFile';
import { ConfigOperations } from '../../../src/configfs/operations';
import { meantAt } from '../../../src/configfs/identityGuard';
import { uriOf } from '../../../src/configfs/fileSystem';
import { newConfigFile } from '../../../src/model/config';
import { desk } from '../../support/vscode';
import { CommandScene } from '../support/commandScene';
import { FACTORY } from '../support/factory';

suite('The question about a production device', () => {
  let it: CommandScene;
  setup(async () => {
    it = await CommandScene.start();
  });
  teardown(() => it.factory.close());

  const scope = { kind: 'device', factory: FACTORY, device: 'bench' } as const;
  const place = () => ({ host: it.server, scope, file: 'app.config' });
  const files = () => ({ ...it.services, operations: new ConfigOperations(it.host) });
  const makeProduction = async (device: string) => {
    await it.factory.control.changeDevice({ name: device, isProd: true });
    await it.context.factory.fleet.all.refresh();
  };
  const warnings = () => it.asked.filter(({ detail }) => detail.includes('production device')).length;

  for (const [what, isKnown] of [
    ['where lists know of the move', true],
    ['where they do not', false],
  ] as const) {
    const swap = async () => {
      await it.swap();
      if (!isKnown) {
        // As the list was before.
        await it.context.factory.fleet.look(it.uuids.bench!);
      }
    };

    test(`is asked of the device that was meant, ${what}`, async () => {
      await makeProduction('bench');
      await swap();
      await it.services.approval.approve({ ...place(), uuid: it.uuids.bench }, 'why');
      assert.equal(warnings(), 1);
    });

    test(`is not asked because another device has its name, ${what}`, async () => {
      await makeProduction('twin');
      await swap();
      await it.services.approval.approve({ ...place(), uuid: it.uuids.bench }, 'why');
      assert.equal(warnings(), 0);
    });

    test(`that was answered for one is asked for the next device of its name, ${what}`, async () => {
      await makeProduction('bench');
      await makeProduction('twin');
      await it.services.approval.approve({ ...place(), uuid: it.uuids.bench }, 'why');
      await swap();
      await it.services.approval.approve({ ...place(), uuid: it.uuids.twin }, 'why');
      assert.equal(warnings(), 2);
      await it.services.approval.approve({ ...place(), uuid: it.uuids.bench }, 'why');
      await it.services.approval.approve({ ...place(), uuid: it.uuids.twin }, 'why');
      assert.equal(warnings(), 2, 'once for each of them');
    });
  }

  const file = () => ({ ...newConfigFile('app.config', 'same text'), onChanged: undefined });
  for (const [what, run] of [
    ['a delete', (chosen) => deleteConfigFiles(files(), [chosen])],
    [
      'a rename',
      (chosen) => {
        desk.type = () => 'b.config';
        return renameConfigFile(files(), chosen);
      },
    ],
    ['a copy', ({ address }) => copyFilesTo(files(), [{ uri: uriOf(address) }], { ...place(), uuid: it.uuids.bench })],
  ] as readonly (readonly [string, (chosen: Parameters<typeof renameConfigFile>[1]) => Promise<unknown>])[]) {
    test(`of ${what} is about the device that was meant, and nothing reaches the other one`, async () => {
      await makeProduction('bench');
      const meant = meantAt(it.host, place(), it.uuids.bench);
      if (what === 'a copy') {
        await it.factory.control.writeConfig({ device: 'bench', files: [{ name: 'app.config', value: 'older' }] });
      }
      await it.swap();
      await run({ address: { ...place(), meant }, file: file() });
      assert.equal(it.asked.length > 0 && warnings() === 0, false, JSON.stringify(it.asked));
      assert.deepEqual(it.written(), [], desk.messages.join('\n'));
    });
  }

  test('of a copy to a name alone is about the device whose files were looked at', async () => {
    await makeProduction('bench');
    await it.factory.control.writeConfig({ device: 'twin', files: [{ name: 'b.config', value: 'b' }] });
    const operations = new ConfigOperations(it.host);
    const services = { ...files(), operations };
    const check = operations.check.bind(operations);
    operations.check = async (...checked) => {
      await check(...checked);
      await it.swap();
    };
    const from = uriOf({ ...place(), scope: { ...scope, device: 'twin' }, file: 'b.config' });
    await copyFilesTo(services, [{ uri: from }], { host: it.server, scope });
    assert.equal(warnings(), 1, JSON.stringify(it.asked));
    assert.deepEqual(it.written(), []);
  });
});
