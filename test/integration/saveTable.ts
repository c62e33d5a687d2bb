import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import type * as vscode from 'vscode';
import type { ConflictChoice } from '../../src/configfs/documentsHost';
import type { ServerOptions } from '../../src/demo/server';
import { CHECK_AFTER_MS } from '../../src/store/configStore';
import { namedPath } from '../support/configPaths';
import type { ForeignWrite } from '../support/factoryControl';
import { until, untilEqual } from '../support/until';
import { ctrlS, replaceText, tabIsDirty } from './support/editors';
import { DEVICE, FACTORY } from './support/extension';
import { ExtensionClock } from './support/extensionClock';
import { QuickInputs } from './support/quickInputs';
import { setSetting } from './support/settings';
import { SignedIn } from './support/signedIn';

export const ORIGINAL = '[page]\nurl = "https://foundries.io/"\n';
export const MINE = '[page]\nurl = "https://mine.example/"\n';
export const SAME_SIZE = '[page]\nurl = "https://FOUNDRIES.io/"\n';
export const LONGER = '[page]\nurl = "https://somebody-else.example/"\n';

/** One rule of saving: what is done in VS Code, and all that comes of it. */
export interface Row {
  readonly rule: string;
  /** The file that is opened first; `app.config` if nothing is said. */
  readonly file?: string;
  /** What was before it is opened. */
  readonly given?: (it: Scene) => unknown;
  readonly does: (it: Scene) => unknown;
  /** Every request since the file was opened; those of the device's configuration by their method. */
  readonly requests: readonly string[];
  readonly dirty: boolean;
  /** Of the file on the server afterwards. */
  readonly value: string | undefined;
  /** In the editor. */
  readonly text?: string;
  /** Conflicts and questions, by kind; none if nothing is said. */
  readonly asks?: readonly string[];
  /** What each write that failed says; none failed if nothing is said. */
  readonly says?: readonly RegExp[];
  readonly also?: (it: Scene) => unknown;
}

/** A signed-in window with one file open. */
export class Scene {
  /** What a person answers to a conflict. */
  conflict: ConflictChoice = 'cancel';
  /** What a person answers to any other question. */
  answer: string | undefined;
  /** Whether a wrong syntax is sent all the same. */
  sendWrong = false;
  readonly asked: string[] = [];
  readonly said: string[] = [];
  editor!: vscode.TextEditor;

  constructor(
    readonly factory: SignedIn,
    readonly inputs: QuickInputs,
  ) {
    const { api } = factory;
    api.answerConflicts((_address, { kind }) => {
      this.asked.push(kind);
      return Promise.resolve(this.conflict);
    });
    api.answerSyntax((_address, language) => {
      this.asked.push(language ?? 'readers');
      return Promise.resolve(this.sendWrong);
    });
    api.answerQuestions(({ message }) => {
      this.asked.push(message);
      return Promise.resolve(this.answer);
    });
    const { fileSystem } = api;
    const write = fileSystem.writeFile.bind(fileSystem);
    fileSystem.writeFile = async (uri, content) => {
      try {
        await write(uri, content);
      } catch (error) {
        this.said.push(error instanceof Error ? error.message : String(error));
        throw error;
      }
    };
  }

  async open(file: string): Promise<void> {
    this.editor = await this.factory.open(file);
  }

  type(text: string): Promise<void> {
    return replaceText(this.editor, text);
  }

  ctrlS(): Thenable<unknown> {
    return ctrlS();
  }

  async save(text: string): Promise<void> {
    await this.type(text);
    await this.ctrlS();
  }

  /** Another user's change of the file that is open. */
  theirs(value: string, file = 'app.config'): Promise<void> {
    return this.factory.writeAs(file, value);
  }

  /** Another user's change that names more than the value. */
  change(write: ForeignWrite): Promise<void> {
    return this.factory.control.writeConfig({ device: DEVICE, ...write });
  }

  /** The configuration is read anew, as a view or a later look does. */
  async look(): Promise<void> {
    await this.factory.connection.configs.get({ kind: 'device', factory: FACTORY, device: DEVICE }, 0);
  }

  async renameDevice(from: string, to: string): Promise<void> {
    await this.factory.ask(`/ota/devices/${from}/`, 'PATCH', { name: to });
  }

  async anotherDevice(): Promise<string> {
    const { devices } = await this.factory.connection.client.listDevices({ factory: FACTORY, limit: 10 });
    return devices.find(({ name }) => !name.startsWith(DEVICE))!.name;
  }

  /** The server's clock, in seconds from now. */
  moveClock(seconds: number): void {
    this.factory.control.advance(seconds);
  }

  fault(rule: Parameters<SignedIn['fault']>[0]): void {
    this.factory.fault(rule);
  }

  /** Writes a user setting; see `setSetting`. */
  set(name: string, value: unknown): Promise<void> {
    return setSetting(name, value);
  }

  /** The newest body that was sent. */
  body(): { reason: string; files: Record<string, unknown>[] } {
    const sent = this.factory.server.emulator.requests.all().findLast(({ method }) => method !== 'GET');
    return JSON.parse(sent?.body ?? '{}') as ReturnType<Scene['body']>;
  }

  get isDirty(): boolean {
    return tabIsDirty();
  }

  /** What came in; not the names that are asked for in their own time: those of update settings in view, and that of a renamed device. */
  requests(): string[] {
    const { emulator } = this.factory.server;
    return emulator.requests
      .all()
      .map(({ method, path }) => ({ method, path: namedPath(emulator, path) }))
      .filter(({ path }) => !/^\/ota\/(?:devices|factories\/[^/]+\/(?:status|targets))\/$/.test(path))
      .map(({ method, path }) => (path === `/ota/devices/${DEVICE}/config/` ? method : `${method} ${path}`));
  }

  /** Waits until a write has reached the service; it may not be answered yet. */
  async written(count = 1): Promise<void> {
    const sent = () => this.requests().filter((request) => request === 'PATCH').length;
    await until(`${count} writes`, () => sent() >= count, { found: () => this.requests() });
  }

  async end(): Promise<void> {
    delete (this.factory.api.fileSystem as { writeFile?: unknown }).writeFile;
    await this.factory.stop();
  }
}

/** Makes a suite of rows, each in a Factory of its own. */
export function rowsOf(title: string, rows: readonly Row[], options: ServerOptions = {}): void {
  suite(title, () => {
    let it: Scene;
    let clock: ExtensionClock;
    const inputs = QuickInputs.ofEach();
    setup(async () => {
      // However long a row takes, it counts its own requests only.
      clock = ExtensionClock.install([CHECK_AFTER_MS]);
      it = new Scene(await SignedIn.start(options), inputs);
    });
    teardown(async () => {
      clock.remove();
      await it.end();
    });
    for (const row of rows) {
      test(row.rule, () => check(it, row));
    }
  });
}

async function check(it: Scene, row: Row): Promise<void> {
  const file = row.file ?? 'app.config';
  await row.given?.(it);
  await it.open(file);
  it.factory.seen();
  await row.does(it);
  const now = () => ({ requests: it.requests().slice(0, row.requests.length), dirty: it.isDirty });
  await untilEqual('what came of it', now, { requests: [...row.requests], dirty: row.dirty });
  // For what comes too much.
  await it.factory.quiet();
  assert.deepEqual(it.requests(), row.requests, 'requests');
  assert.equal(it.isDirty, row.dirty, 'dirty');
  assert.deepEqual(it.asked, row.asks ?? [], 'asked');
  const expected = row.says ?? [];
  assert.equal(it.said.length, expected.length, `said: ${it.said.join(' | ')}`);
  expected.forEach((pattern, index) => assert.match(it.said[index]!, pattern));
  if (row.text !== undefined) {
    assert.equal(it.editor.document.getText(), row.text, 'text');
  }
  await row.also?.(it);
  assert.equal(await it.factory.value(file), row.value, 'value on the server');
}
