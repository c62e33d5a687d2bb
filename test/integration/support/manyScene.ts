/** One configuration file on several devices, from the command to the result. */
import { setup, teardown } from 'mocha';
import * as vscode from 'vscode';
import type { Device } from '../../../src/model/device';
import type { Question } from '../../../src/ui/questions';
import { until } from '../../support/until';
import { answeringEach, choosing, messages } from './answering';
import { ctrlS, replaceText, tabs } from './editors';
import { DEVICE, FACTORY } from './extension';
import { SignedIn } from './signedIn';

export const DRAFT = 'foundries-draft';
export const PREVIEW = 'foundries-preview';

type Item = vscode.QuickPickItem;

/** A Factory for each test, with three devices that a file is set on, device-01 first. */
export class ManyScene {
  factory!: SignedIn;
  devices: readonly Device[] = [];
  questions: Question[] = [];
  /** What a person answers to a question. */
  answer: (question: Question) => string | undefined = () => undefined;
  /** What a person takes of a list; the first entry if nothing is said. */
  choose: (items: readonly Item[]) => Item | undefined = ([first]) => first;
  /** Messages that need no answer. */
  readonly told: string[] = [];

  /** For the suite that is being defined. */
  static ofEach(): ManyScene {
    const scene = new ManyScene();
    setup(() => scene.begin());
    teardown(async () => {
      await vscode.commands.executeCommand('foundries.discardPreview');
      await scene.factory.stop();
    });
    answeringEach(() => ({ ...messages(scene.told), ...choosing((items) => scene.choose(items)) }));
    return scene;
  }

  private async begin(): Promise<void> {
    this.factory = await SignedIn.start();
    this.questions = [];
    this.told.length = 0;
    this.answer = () => undefined;
    this.choose = ([first]) => first;
    this.factory.api.answerQuestions((question) => {
      this.questions.push(question);
      return Promise.resolve(this.answer(question));
    });
    const { devices } = await this.factory.data.fleet.all.load();
    const others = devices.filter(({ name }) => name !== DEVICE).slice(0, 2);
    this.devices = [devices.find(({ name }) => name === DEVICE)!, ...others];
    this.factory.seen();
  }

  /** Runs the command for some devices. */
  start(devices: readonly Device[] = this.devices): Thenable<unknown> {
    const rows = devices.map((device) => ({
      device,
      scope: { kind: 'device', factory: FACTORY, device: device.name },
    }));
    return vscode.commands.executeCommand('foundries.setConfigFileOnDevices', rows[0], rows);
  }

  /** Writes a text for all three, up to its preview. */
  async write(text: string): Promise<void> {
    await this.start();
    await this.type(text);
  }

  /** Types a text into the draft in front, and saves it, which leads to the preview. */
  async type(text: string): Promise<void> {
    await replaceText(this.draftEditor(), text);
    await ctrlS();
    await until('the preview', () => this.isPreviewed);
  }

  draftEditor(): vscode.TextEditor {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.uri.scheme !== DRAFT) {
      throw new Error(`No text to be written is in front: ${String(editor?.document.uri)}`);
    }
    return editor;
  }

  get isPreviewed(): boolean {
    return tabs().some(({ label }) => label.startsWith('Preview: '));
  }

  send = (): Thenable<unknown> => vscode.commands.executeCommand('foundries.sendToDevices');

  /** Waits until a message tells how it ended. */
  ended = (result: RegExp): Promise<string> =>
    until(`a result ${String(result)}`, () => this.told.find((message) => result.test(message)), {
      found: () => this.told,
    });

  /** Writes since the requests were cleared. */
  writes(): string[] {
    return this.factory
      .requests()
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path}`);
  }

  value(device: Device, file = 'app.config'): Promise<string | undefined> {
    return this.factory.value(file, device.name);
  }
}

export const patchOf = ({ name }: Device): string => `PATCH /ota/devices/${name}/config/`;

export const textsOf = (scheme: string): vscode.TextDocument[] =>
  vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === scheme);

/** Documents of the preview that was opened last; VS Code may keep those of earlier ones for a while. */
export function sidesOfLast(): vscode.TextDocument[] {
  const all = textsOf(PREVIEW);
  const idOf = ({ uri }: vscode.TextDocument) => Number(uri.query.split('/')[0]);
  const last = Math.max(...all.map(idOf));
  return all.filter((document) => idOf(document) === last);
}
