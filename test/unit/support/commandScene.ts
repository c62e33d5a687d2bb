import assert from 'node:assert/strict';
import type { CommandContext, Services } from '../../../src/commands/services';
import { parseAddress } from '../../../src/configfs/address';
import { Approval } from '../../../src/configfs/approval';
import { StoredBaselines } from '../../../src/configfs/baseline';
import { ConfigDocuments } from '../../../src/configfs/documents';
import { editorHost, hasUnsentText } from '../../../src/configfs/editorHost';
import { FileEdits } from '../../../src/configfs/fileEdits';
import { uriOf } from '../../../src/configfs/fileSystem';
import { Connections } from '../../../src/store/connections';
import type { Question, Questions } from '../../../src/ui/questions';
import { clearDesk, Uri } from '../../support/vscode';
import { FACTORY, startTestFactory, type TestFactory } from './factory';

/** A file that both devices have. */
const FILES = [{ name: 'app.config', value: 'same text' }];

/** Commands around two devices, `bench` and `twin`, in a window whose user says the same to all questions. */
export class CommandScene {
  /** uuids of the devices by the names that they had at first. */
  readonly uuids: Record<string, string> = {};
  /** Questions that were asked. */
  readonly asked: Question[] = [];
  /** What was said where it was asked whether a text that something is wrong with is to be sent. */
  readonly askedToSend: string[] = [];
  /** What the user says to all questions. */
  says: 'yes' | 'no' = 'yes';
  hasMoved = false;
  readonly factory: TestFactory;
  readonly context: CommandContext;
  readonly services: Services;
  readonly host: ReturnType<typeof editorHost> & { readonly hasUnsentText: typeof hasUnsentText };

  private constructor(factory: TestFactory) {
    this.factory = factory;
    const account = { id: 'test', label: 'Test', apiUrl: factory.server.url, factory: FACTORY, factories: [FACTORY] };
    const connections = new Connections(
      { accounts: [account] },
      () => factory.client,
      () => ({ apiUrl: factory.server.url, factory: '' }),
    );
    connections.update();
    const { session } = connections;
    assert.ok(session.state === 'signedIn');
    this.context = session;
    const ask = (question: Question) => {
      this.asked.push(question);
      return Promise.resolve(this.says === 'yes' ? question.buttons[0] : undefined);
    };
    const questions = { ask } as unknown as Questions;
    const memory = { get: () => undefined, update: () => Promise.resolve(), keys: () => [] };
    const approval = new Approval(connections, questions, memory);
    this.host = {
      ...editorHost(
        connections,
        () => Promise.resolve('cancel'),
        (_address, _language, problem) => {
          this.askedToSend.push(problem);
          return Promise.resolve(this.says === 'yes');
        },
        approval,
      ),
      hasUnsentText,
    };
    const baselines = new StoredBaselines(
      memory,
      (address) => uriOf(address).toString(),
      (text) => parseAddress(Uri.parse(text)),
    );
    this.services = {
      connections,
      documents: new ConfigDocuments(this.host, baselines),
      ready: () => Promise.resolve(),
      edits: new FileEdits(this.host),
      questions,
      approval,
      changes: this.host,
      withFactory: (run: (with_: CommandContext) => unknown) => Promise.resolve(run(this.context)),
    } as unknown as Services;
  }

  static async start(): Promise<CommandScene> {
    clearDesk();
    const scene = new CommandScene(await startTestFactory({ devices: 5, way: 'in process' }));
    const { factory, context, uuids } = scene;
    for (const name of ['bench', 'twin']) {
      await factory.control.changeDevice({ name, create: true });
      await factory.control.writeConfig({ device: name, files: FILES, reason: `of ${name}` });
      uuids[name] = (await factory.client.getDevice(FACTORY, name)).uuid;
    }
    await context.factory.fleet.all.load();
    factory.seen();
    return scene;
  }

  get server(): string {
    return this.context.connection.client.server.key;
  }

  /** A colleague gives the name to another device, and the list of devices is read anew. */
  async swap(): Promise<void> {
    if (!this.hasMoved) {
      this.hasMoved = true;
      const { factory, context, uuids } = this;
      await factory.client.changeDevice(FACTORY, uuids.bench!, { name: 'bench-old' });
      await factory.client.changeDevice(FACTORY, uuids.twin!, { name: 'bench' });
      await context.factory.fleet.all.refresh();
      assert.equal(context.factory.fleet.find('bench')?.uuid, uuids.twin);
      factory.seen();
    }
  }

  /** Changes of configurations that were sent. */
  written(): string[] {
    return this.factory.log.flatMap(({ request }) =>
      /^(PATCH|PUT|POST|DELETE) .*config/.test(request) ? [request] : [],
    );
  }
}

/** @returns chooses the first row that is labelled so */
export const labelled =
  (...labels: readonly string[]) =>
  (items: readonly unknown[]): unknown =>
    (items as readonly { readonly label: string }[]).find(({ label }) => labels.includes(label));
