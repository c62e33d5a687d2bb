/** Histories of configurations and the lists that show them. */
import { setup, teardown } from 'mocha';
import * as vscode from 'vscode';
import type { ServerOptions } from '../../../src/demo/server';
import { answeringEach } from './answering';
import { DEVICE } from './extension';
import { QuickInputs } from './quickInputs';
import { SignedIn } from './signedIn';

/** A user who is somebody else. */
export const ADA = '5e13232f73927550af883e7b';
export const BO = '60a1b2c3d4e5f60718293a4c';

/** What a command on device-01 is called with. */
export const deviceRow = { device: { name: DEVICE } };

/** A modal message. */
interface Asked {
  readonly message: string;
  readonly detail: string;
  readonly buttons: readonly string[];
}

/** A Factory for each test, with questions and messages answered by what they say. */
export class HistoryScene {
  factory!: SignedIn;
  readonly inputs = QuickInputs.ofEach();
  /** Modal messages, in order. */
  readonly questions: Asked[] = [];
  /** All other messages, in order. */
  readonly told: string[] = [];
  /** Buttons that are pressed, by part of the message, or what is done before. */
  readonly answers = new Map<string, string | (() => Promise<string>)>();

  /** @param author who makes the changes of others */
  private constructor(private readonly author: string) {}

  /** For the suite that is being defined. */
  static ofEach(options: ServerOptions = {}, author = ADA): HistoryScene {
    const scene = new HistoryScene(author);
    setup(async () => {
      scene.factory = await SignedIn.start(options);
      scene.questions.length = 0;
      scene.told.length = 0;
      scene.answers.clear();
    });
    const show = scene.show.bind(scene);
    answeringEach(() => ({ showInformationMessage: show, showWarningMessage: show, showErrorMessage: show }));
    teardown(() => scene.factory.stop());
    return scene;
  }

  /** Writes files of device-01 as somebody else. */
  write(
    reason: string,
    files: Readonly<Record<string, string>>,
    more: { readonly unencrypted?: boolean; readonly 'on-changed'?: readonly string[] } = {},
  ): Promise<void> {
    return this.factory.control.writeConfig({
      device: DEVICE,
      files: Object.entries(files).map(([name, value]) => ({ name, value, ...more })),
      reason,
      as: this.author,
    });
  }

  /** Runs a command that shows a list, and waits until that is filled. */
  async list(command: string, subject: unknown) {
    const after = this.inputs.picks.length;
    const done = vscode.commands.executeCommand(command, subject);
    return { done, pick: await this.inputs.pick(after) };
  }

  /** Runs a command, and takes an entry of each list that it shows. */
  async run(command: string, subject: unknown, ...labels: (string | RegExp)[]): Promise<void> {
    const after = this.inputs.picks.length;
    const done = vscode.commands.executeCommand(command, subject);
    for (const [place, label] of labels.entries()) {
      await this.inputs.take(await this.inputs.pick(after + place), label);
    }
    await done;
  }

  private async show(message: string, ...rest: unknown[]): Promise<string | undefined> {
    const [options, ...buttons] = rest;
    if (typeof options === 'object' && (options as vscode.MessageOptions).modal === true) {
      const { detail = '' } = options as vscode.MessageOptions;
      this.questions.push({ message, detail, buttons: buttons as string[] });
    } else {
      this.told.push(message);
    }
    const answer = [...this.answers].find(([part]) => message.includes(part))?.[1];
    return typeof answer === 'function' ? answer() : answer;
  }
}
