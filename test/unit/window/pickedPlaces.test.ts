/** Who picks a device means that device, also where its name moves while the next question is open. */
import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { handlerCommands } from '../../../src/commands/handlers';
import { secretCommands } from '../../../src/commands/secrets';
import { newConfigFile } from '../../../src/commands/configFiles';
import { copyFilesTo } from '../../../src/commands/copyConfigFiles';
import type { CommandContext, Services } from '../../../src/commands/services';
import { Approval } from '../../../src/configfs/approval';
import { StoredBaselines } from '../../../src/configfs/baseline';
import { formatAddress, parseAddress } from '../../../src/configfs/address';
import { ConfigDocuments } from '../../../src/configfs/documents';
import { editorHost } from '../../../src/configfs/editorHost';
import { FileEdits } from '../../../src/configfs/fileEdits';
import { uriOf } from '../../../src/configfs/fileSystem';
import { ConfigOperations } from '../../../src/configfs/operations';
import { Connections } from '../../../src/store/connections';
import type { Questions } from '../../../src/ui/questions';
import { clearDesk, desk, Uri } from '../../support/vscode';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const FILES = [{ name: 'app.config', value: 'same text' }];

suite('A device that was picked, and whose name moves meanwhile', () => {
  let factory: TestFactory;
  let context: CommandContext;
  let services: Services;
  let uuids: Record<string, string>;
  let hasMoved: boolean;

  setup(async () => {
    clearDesk();
    hasMoved = false;
    factory = await startTestFactory({ devices: 5, way: 'in process' });
    uuids = {};
    for (const name of ['bench', 'twin']) {
      await factory.control.changeDevice({ name, create: true });
      await factory.control.writeConfig({ device: name, files: FILES, reason: `of ${name}` });
      uuids[name] = (await factory.client.getDevice(FACTORY, name)).uuid;
    }
    const account = { id: 'test', label: 'Test', apiUrl: factory.server.url, factory: FACTORY, factories: [FACTORY] };
    const connections = new Connections(
      { accounts: [account] },
      () => factory.client,
      () => ({ apiUrl: factory.server.url, factory: '' }),
    );
    connections.update();
    const { session } = connections;
    assert.ok(session.state === 'signedIn');
    context = session;
    const ask = (question: { readonly buttons: readonly string[] }) => Promise.resolve(question.buttons[0]);
    const questions = { ask } as unknown as Questions;
    const memory = { get: () => undefined, update: () => Promise.resolve(), keys: () => [] };
    const approval = new Approval(connections, questions, memory);
    const host = editorHost(
      connections,
      () => Promise.resolve('cancel'),
      () => Promise.resolve(true),
      approval,
    );
    const baselines = new StoredBaselines(
      memory,
      (address) => uriOf(address).toString(),
      (text) => parseAddress(Uri.parse(text)),
    );
    services = {
      connections,
      documents: new ConfigDocuments(host, baselines),
      ready: () => Promise.resolve(),
      edits: new FileEdits(host),
      questions,
      approval,
      changes: host,
      withFactory: (run: (with_: CommandContext) => unknown) => Promise.resolve(run(context)),
    } as unknown as Services;
    await context.factory.fleet.all.load();
    desk.meet = (box) => {
      const pick = box as unknown as { items: readonly { device?: { name: string } }[]; enter(item: unknown): void };
      const item = pick.items.find(({ device }) => device?.name === 'bench');
      pick.enter(item);
    };
    factory.seen();
  });
  teardown(() => factory.close());

  /** A colleague gives the name to another device, and the list of devices is read anew. */
  async function swap(): Promise<void> {
    if (!hasMoved) {
      hasMoved = true;
      await factory.client.changeDevice(FACTORY, uuids.bench!, { name: 'bench-old' });
      await factory.client.changeDevice(FACTORY, uuids.twin!, { name: 'bench' });
      await context.factory.fleet.all.refresh();
      assert.equal(context.factory.fleet.find('bench')?.uuid, uuids.twin);
      factory.seen();
    }
  }

  const written = () =>
    factory.log.flatMap(({ request }) => (/^(PATCH|PUT|POST) .*config/.test(request) ? [request] : []));

  const labelled =
    (...labels: readonly (string | RegExp)[]) =>
    (items: readonly unknown[]): unknown =>
      (items as readonly { readonly label: string }[]).find(({ label }) =>
        labels.some((wanted) => (typeof wanted === 'string' ? label === wanted : wanted.test(label))),
      );
  const first = labelled('A device…', 'Type It');
  const typing = (text: string, also: () => Promise<unknown> = () => Promise.resolve()) =>
    (async () => {
      await also();
      return text;
    }) as unknown as () => string;

  test('gets a new secret, or nobody does', async () => {
    desk.choose = first;
    desk.type = typing('tok', swap);
    await secretCommands(services)['foundries.newSecret']();
    assert.ok(hasMoved);
    assert.deepEqual(written(), [], desk.messages.join('\n'));
    assert.match(desk.messages.join('\n'), /belongs to another device; the one that you meant is called bench-old/);
  });

  test('gets a new handler for a file that both have, or nobody does', async () => {
    desk.choose = async (items: readonly unknown[]) => {
      const file = labelled('app.config')(items);
      if (file !== undefined) {
        await swap();
      }
      return file ?? labelled('A device…', 'renew-client-cert')(items);
    };
    await handlerCommands(services)['foundries.editHandler']();
    assert.ok(hasMoved);
    assert.deepEqual(written(), [], desk.messages.join('\n'));
    assert.match(desk.messages.join('\n'), /belongs to another device; the one that you meant is called bench-old/);
  });

  test('is the one that a new file is begun for', async () => {
    desk.choose = first;
    desk.type = typing('new.config', swap);
    await newConfigFile(context, services.documents, undefined).catch(() => undefined);
    assert.ok(hasMoved);
    const scope = { kind: 'device', factory: FACTORY, device: 'bench' } as const;
    const host = context.connection.client.server.key;
    assert.equal(services.documents.uuidOf({ host, scope, file: 'new.config' }), uuids.bench);
  });

  test('is the one that a copy is for, also where its name moves while it is read', async () => {
    const scope = { kind: 'device', factory: FACTORY, device: 'bench' } as const;
    const host = context.connection.client.server.key;
    const { configs } = context.connection;
    const getOf = configs.getOf.bind(configs);
    configs.getOf = async (...args) => {
      const found = await getOf(...args);
      await swap();
      return found;
    };
    desk.files.set('/app.config', 'another text');
    const files = {
      connections: services.connections,
      operations: new ConfigOperations({ ...services.changes, check: () => Promise.resolve() }),
      approval: services.approval,
      questions: services.questions,
    };
    const from = { kind: 'device', factory: FACTORY, device: 'device-01' } as const;
    await factory.writeAs([{ name: 'app.config', value: 'another text' }]);
    const uri = Uri.from(formatAddress({ host, scope: from, file: 'app.config' })) as unknown as vscode.Uri;
    await copyFilesTo(files, [{ uri }], { host, scope });
    assert.ok(hasMoved);
    assert.deepEqual(written(), [], desk.messages.join('\n'));
    assert.match(desk.messages.join('\n'), /belongs to another device; the one that you meant is called bench-old/);
  });
});
