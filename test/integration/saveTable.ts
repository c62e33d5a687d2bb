import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import type { ConflictChoice } from '../../src/configfs/documentsHost';
import type { ServerOptions } from '../../src/demo/server';
import { namedPath } from '../support/configPaths';
import { DEVICE, FACTORY, pause, replaceText, SignedIn, TOKEN, until } from './support';

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
  private readonly resets: (() => Thenable<void>)[] = [];

  constructor(readonly factory: SignedIn) {
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
    return vscode.commands.executeCommand('workbench.action.files.save');
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
  async change(body: object): Promise<void> {
    const response = await fetch(`${this.factory.server.url}/_emulator/config`, {
      method: 'POST',
      body: JSON.stringify({ device: DEVICE, ...body }),
    });
    assert.ok(response.ok, await response.text());
  }

  /** The configuration is read anew, as a view or a later look does. */
  async look(): Promise<void> {
    const configs = this.factory.api.connections.forFactory(this.factory.host, FACTORY)!.configs;
    await configs.get({ kind: 'device', factory: FACTORY, device: DEVICE }, 0);
  }

  async renameDevice(from: string, to: string): Promise<void> {
    const response = await fetch(`${this.factory.server.url}/ota/devices/${from}/?factory=${FACTORY}`, {
      method: 'PATCH',
      headers: { 'OSF-TOKEN': TOKEN },
      body: JSON.stringify({ name: to }),
    });
    assert.ok(response.ok, await response.text());
  }

  async anotherDevice(): Promise<string> {
    const { client } = this.factory.api.connections.forFactory(this.factory.host, FACTORY)!;
    const { devices } = await client.listDevices({ factory: FACTORY, limit: 10 });
    return devices.find(({ name }) => !name.startsWith(DEVICE))!.name;
  }

  /** The server's clock, in seconds from now. */
  moveClock(seconds: number): void {
    this.factory.server.emulator.clock.advance(seconds);
  }

  fault(rule: object): void {
    this.factory.server.emulator.faults.add(rule);
  }

  async set(section: string, key: string, value: unknown, language?: string): Promise<void> {
    const scope = language === undefined ? undefined : { languageId: language };
    const settings = vscode.workspace.getConfiguration(section, scope);
    const write = (to: unknown) => settings.update(key, to, vscode.ConfigurationTarget.Global, language !== undefined);
    this.resets.push(() => write(undefined));
    await write(value);
  }

  /** The newest body that was sent. */
  body(): { reason: string; files: Record<string, unknown>[] } {
    const sent = this.factory.server.emulator.requests.all().findLast(({ method }) => method !== 'GET');
    return JSON.parse(sent?.body ?? '{}') as ReturnType<Scene['body']>;
  }

  get isDirty(): boolean {
    // What a tab says is what a person sees; a document may say otherwise while a save is under way.
    return vscode.window.tabGroups.activeTabGroup.activeTab?.isDirty === true;
  }

  requests(): string[] {
    const { emulator } = this.factory.server;
    return emulator.requests.all().map(({ method, path: sent }) => {
      const path = namedPath(emulator, sent);
      return path === `/ota/devices/${DEVICE}/config/` ? method : `${method} ${path}`;
    });
  }

  async end(): Promise<void> {
    delete (this.factory.api.fileSystem as { writeFile?: unknown }).writeFile;
    for (const reset of this.resets) {
      await reset();
    }
    await this.factory.stop();
  }
}

/** Makes a suite of rows, each in a Factory of its own. */
export function rowsOf(title: string, rows: readonly Row[], options: ServerOptions = {}): void {
  suite(title, () => {
    let it: Scene;
    setup(async () => {
      it = new Scene(await SignedIn.start(options));
    });
    teardown(() => it.end());
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
  await until(
    'what is expected',
    () => it.isDirty === row.dirty && it.requests().length >= row.requests.length,
    5000,
  ).catch(() => undefined);
  // For what comes too much.
  await pause(300);
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
