/** Who picks a device means that device, also where its name moves while the next question is open. */
import assert from 'node:assert/strict';
import { newConfigFile } from '../../../src/commands/configFiles';
import { copyFilesTo } from '../../../src/commands/copyConfigFiles';
import { handlerCommands } from '../../../src/commands/handlers';
import { secretCommands } from '../../../src/commands/secrets';
import { uriOf } from '../../../src/configfs/fileSystem';
import { ConfigOperations } from '../../../src/configfs/operations';
import { desk } from '../../support/vscode';
import { CommandScene, labelled } from '../support/commandScene';
import { DEVICE, FACTORY } from '../support/factory';

const BENCH = { kind: 'device', factory: FACTORY, device: 'bench' } as const;
const MOVED = /belongs to another device; the one that you meant is called bench-old/;

suite('A device that was picked, and whose name moves meanwhile', () => {
  let it: CommandScene;

  setup(async () => {
    it = await CommandScene.start();
    desk.meet = (box) => {
      const pick = box as unknown as { items: readonly { device?: { name: string } }[]; enter(item: unknown): void };
      pick.enter(pick.items.find(({ device }) => device?.name === 'bench'));
    };
  });
  teardown(() => it.factory.close());

  const first = labelled('A device…', 'Type It');
  /** Types while the name moves. */
  const typing = (text: string) =>
    (async () => {
      await it.swap();
      return text;
    }) as unknown as () => string;
  const nothingIsSent = () => {
    const told = desk.messages.join('\n');
    assert.ok(it.hasMoved);
    assert.deepEqual(it.written(), [], told);
    assert.match(told, MOVED);
  };

  test('gets a new secret, or nobody does', async () => {
    desk.choose = first;
    desk.type = typing('tok');
    await secretCommands(it.services)['foundries.newSecret']();
    nothingIsSent();
  });

  test('gets a new handler for a file that both have, or nobody does', async () => {
    desk.choose = async (items) => {
      const file = labelled('app.config')(items);
      if (file !== undefined) {
        await it.swap();
      }
      return file ?? labelled('A device…', 'renew-client-cert')(items);
    };
    await handlerCommands(it.services)['foundries.editHandler']();
    nothingIsSent();
  });

  test('is the one that a new file is begun for', async () => {
    desk.choose = first;
    desk.type = typing('new.config');
    await newConfigFile(it.context, it.services.documents, undefined).catch(() => undefined);
    assert.ok(it.hasMoved);
    assert.equal(it.services.documents.uuidOf({ host: it.server, scope: BENCH, file: 'new.config' }), it.uuids.bench);
  });

  test('is the one that a copy is for, also where its name moves while it is read', async () => {
    const { configs } = it.context.connection;
    const getOf = configs.getOf.bind(configs);
    configs.getOf = async (...args) => {
      const found = await getOf(...args);
      await it.swap();
      return found;
    };
    await it.factory.writeAs([{ name: 'app.config', value: 'another text' }]);
    const { connections, approval, questions } = it.services;
    const files = { connections, operations: new ConfigOperations(it.host), approval, questions };
    const source = uriOf({ host: it.server, scope: { ...BENCH, device: DEVICE }, file: 'app.config' });
    await copyFilesTo(files, [{ uri: source }], { host: it.server, scope: BENCH });
    nothingIsSent();
  });
});
