/** An open file stays that of its device, also where VS Code deletes, renames or copies it by a name that moved. */
import assert from 'node:assert/strict';
import type { ConfigAddress } from '../../../src/configfs/address';
import type { AnnouncedMoves } from '../../../src/configfs/announcedMoves';
import { uriOf } from '../../../src/configfs/fileSystem';
import { FileSystemOperations } from '../../../src/configfs/fileSystemOperations';
import { ConfigOperations } from '../../../src/configfs/operations';
import { SaveRefused } from '../../../src/configfs/saveRefused';
import { CommandScene } from '../support/commandScene';
import { DEVICE, FACTORY } from '../support/factory';

suite('An open file of a device whose name has moved', () => {
  let it: CommandScene;
  let files: FileSystemOperations;
  const at = (file: string, device = 'bench') => ({
    host: it.server,
    scope: { kind: 'device', factory: FACTORY, device } as const,
    file,
  });
  const uri = (...of: Parameters<typeof at>) => uriOf(at(...of));

  const filesOf = (deviceOf: (address: ConfigAddress) => string | undefined) => {
    const { approval, connections } = it.services;
    const moves = { take: () => undefined } as unknown as AnnouncedMoves;
    return new FileSystemOperations(new ConfigOperations(it.host), approval, connections, moves, deviceOf);
  };

  setup(async () => {
    it = await CommandScene.start();
    const { documents } = it.services;
    files = filesOf((address) => documents.uuidOf(address));
    await documents.read(at('app.config'));
  });
  teardown(() => it.factory.close());

  const TASKS: Readonly<Record<string, () => Promise<unknown>>> = {
    'is not deleted from the other device': () => files.delete(uri('app.config')),
    'is not renamed on the other device': () => files.rename(uri('app.config'), uri('b.config'), false),
    'is not replaced on the other device': () => files.copy(uri('app.config', DEVICE), uri('app.config'), true),
  };
  for (const [what, task] of Object.entries(TASKS)) {
    test(what, async () => {
      await it.factory.writeAs([{ name: 'app.config', value: 'another text' }]);
      await it.swap();
      await assert.rejects(task(), (error) => error instanceof SaveRefused && error.kind === 'otherDevice');
      assert.deepEqual(it.written(), []);
    });
  }

  test('that is only listed is not deleted from the other device', async () => {
    const { documents } = it.services;
    files = filesOf((address) => documents.listedUuidOf(address));
    await documents.list(it.server, at('').scope);
    await it.swap();
    await assert.rejects(
      files.delete(uri('app.config')),
      (error) => error instanceof SaveRefused && error.kind === 'otherDevice',
    );
    assert.deepEqual(it.written(), []);
    await documents.list(it.server, at('').scope);
    await files.delete(uri('app.config'));
    assert.equal(it.written().length, 1, 'of the device whose files are listed by now');
  });

  test('is deleted where the name is still that of its device', async () => {
    await files.delete(uri('app.config'));
    assert.equal(it.written().length, 1);
  });
});
