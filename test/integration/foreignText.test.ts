import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { versionUri } from '../../src/configfs/versions';
import { askChecked } from '../../src/ui/askChecked';
import { showError, showInformation, showInput, showProgress, showWarning, tellBriefly } from '../../src/ui/messages';
import { until } from '../support/until';
import { answering, answeringEach } from './support/answering';
import { DEVICE, FACTORY } from './support/extension';
import { QuickInputs } from './support/quickInputs';
import { SignedIn } from './support/signedIn';

/** What VS Code 1.139.1 makes a link of, in messages, in the titles of a progress and in input boxes. */
const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;
const EVIL = '[Sign in again](command:foundries.signOut)';
/** A name of a file that the service takes. */
const FILE = '[x](command:foundries.signOut)';
const HANDLER = '/usr/[h](command:foundries.signOut)';

suite('Texts of the network are no links', () => {
  let shown: string[];

  setup(() => {
    shown = [];
  });
  answeringEach(() => {
    const tell = (message: string, ...rest: unknown[]) => {
      const detail = (rest[0] as vscode.MessageOptions | undefined)?.detail;
      shown.push(message, ...(detail === undefined ? [] : [detail]));
      return Promise.resolve(undefined);
    };
    return { showInformationMessage: tell, showWarningMessage: tell, showErrorMessage: tell };
  });

  const assertNoLinks = (texts: readonly (string | undefined)[]) => {
    for (const text of texts) {
      assert.doesNotMatch(text ?? '', LINK);
    }
  };

  test('the pattern is one that finds them', () => {
    assert.match(EVIL, LINK);
    assert.match(HANDLER, LINK);
  });

  test('in messages, and in what modal ones say below', async () => {
    await showInformation(EVIL);
    await showWarning(EVIL, { modal: true, detail: `a\n${EVIL}` }, 'Yes');
    await showError(EVIL, 'Yes', 'No');
    assert.equal(shown.length, 4);
    assertNoLinks(shown);
    assert.ok(shown.every((text) => text.includes('Sign in again')));
    assert.match(shown[2] ?? '', /^a\n/);
  });

  test('in the title and the reports of a progress', async () => {
    const titles: (string | undefined)[] = [];
    const withProgress = (options: vscode.ProgressOptions, task: (...all: unknown[]) => unknown) => {
      titles.push(options.title);
      return task({ report: ({ message }: { message?: string }) => titles.push(message) }, undefined);
    };
    await answering({ withProgress }, () =>
      showProgress({ location: vscode.ProgressLocation.Notification, title: EVIL }, (progress) => {
        progress.report({ message: EVIL, increment: 1 });
        return Promise.resolve();
      }),
    );
    assert.equal(titles.length, 2);
    assertNoLinks(titles);
  });

  test('in the prompt and the objections of an input box', async () => {
    let options: vscode.InputBoxOptions = {};
    const showInputBox = (given: vscode.InputBoxOptions) => {
      options = given;
      return Promise.resolve('typed');
    };
    const severity = vscode.InputBoxValidationSeverity.Warning;
    const answer = await answering({ showInputBox }, () =>
      showInput({
        prompt: EVIL,
        validateInput: (value) => (value === 'a' ? EVIL : value === 'b' ? { message: EVIL, severity } : undefined),
      }),
    );
    assert.equal(answer, 'typed');
    const first = await options.validateInput?.('a');
    const second = await options.validateInput?.('b');
    assert.ok(typeof first === 'string' && typeof second === 'object' && second?.severity === severity);
    assertNoLinks([options.prompt, first, second.message]);
    assert.equal(await options.validateInput?.('c'), undefined);
  });

  test('in a box that tries what is typed', async () => {
    const accept = new vscode.EventEmitter<void>();
    const box = vscode.window.createInputBox();
    Object.defineProperty(box, 'onDidAccept', { value: accept.event });
    const done = answering({ createInputBox: () => box }, () =>
      askChecked({
        title: 'A token',
        prompt: EVIL,
        placeholder: '',
        problem: (text) => (text === '' ? EVIL : undefined),
        check: () => Promise.reject(new Error('no')),
        failure: () => EVIL,
      }),
    );
    assertNoLinks([box.prompt]);
    accept.fire();
    assert.ok(typeof box.validationMessage === 'string' && box.validationMessage !== '');
    assertNoLinks([box.validationMessage]);
    box.validationMessage = undefined;
    box.value = 'x';
    accept.fire();
    await until('what the check found', () => typeof box.validationMessage === 'string');
    assertNoLinks([box.validationMessage]);
    box.hide();
    await done;
  });

  test('in the status bar, where they are no icons either', async () => {
    const texts: string[] = [];
    await answering({ setStatusBarMessage: (text: string) => texts.push(text) }, () => {
      tellBriefly('$(trash)\n[x](command:y)\u202e', 1);
      tellBriefly('sent', 1, 'check');
    });
    assert.doesNotMatch(texts.join(), /\$\(trash|[\n\u202e]/);
    assert.equal(texts[1], '$(check) sent');
  });

  suite('names of a Factory', () => {
    let factory: SignedIn;
    const inputs = QuickInputs.ofEach();

    setup(async () => {
      factory = await SignedIn.start();
    });
    teardown(() => factory.stop());

    const write = async (handler: string, reason: string) => {
      const files = [{ name: FILE, value: 'same', unencrypted: true, 'on-changed': [handler] }];
      await factory.control.writeConfig({ device: DEVICE, files, reason, as: '5e13232f73927550af883e7b' });
    };
    /** Runs a command that shows a list, and takes an entry of it. */
    async function choose(command: string, label: string): Promise<void> {
      const done = vscode.commands.executeCommand(command, factory.uri(FILE));
      await inputs.take(await inputs.pick(), label);
      await done;
    }

    test('a handler that changed, in an entry of the history', async () => {
      await write('/usr/bin/true', 'First');
      await write(HANDLER, 'Second');
      await choose('foundries.showConfigHistory', 'Second');
      await until('the message', () => shown.some((text) => text.includes('/usr/[h]')));
      assertNoLinks(shown);
    });

    test('a version that is no longer kept', async () => {
      await write(HANDLER, 'First');
      const scope = { kind: 'device', factory: FACTORY, device: DEVICE } as const;
      const old = { createdAt: '2001-01-01T00:00:00', appliedAt: undefined, createdBy: 'x', reason: '', files: [] };
      await vscode.commands.executeCommand('foundries.restoreVersion', versionUri(factory.host, scope, FILE, old));
      await until('the message', () => shown.some((text) => text.includes('no longer kept')));
      assert.ok(shown.some((text) => text.includes('[x]')));
      assertNoLinks(shown);
    });

    test('what cannot be read', async () => {
      await write(HANDLER, 'First');
      const uri = factory.uri(FILE);
      factory.fault({ match: { path: '/config/' }, status: 403, body: { message: EVIL } });
      await vscode.commands.executeCommand('foundries.showConfigHistory', uri);
      await until('the message', () => shown.length > 0);
      assertNoLinks(shown);
    });
  });
});
