import * as vscode from 'vscode';
import { plainText } from './plainText';
import { treesAtRest } from './treesAtRest';

// What VS Code shows here it reads for links: `[x](command:…)` in a message, in the title of a progress or in the prompt of an
// input box would run that command when it is clicked. Names of devices, files and groups, and words of a service stand in
// nearly all of them, so that all go through here (ESLint finds those that do not), and none has to remember to clean them.

/** Characters of a message in the status bar. */
const MOST_BRIEF = 160;

type Show = typeof vscode.window.showInformationMessage;

/** `vscode.window.showInformationMessage` with text that stays text. */
export const showInformation = cleaned('showInformationMessage');
/** `vscode.window.showWarningMessage` with text that stays text. */
export const showWarning = cleaned('showWarningMessage');
/** `vscode.window.showErrorMessage` with text that stays text. */
export const showError = cleaned('showErrorMessage');

function cleaned(name: 'showInformationMessage' | 'showWarningMessage' | 'showErrorMessage'): Show {
  const show = (message: string, ...rest: unknown[]) =>
    // Looked up at each call: tests answer in place of the window.
    (vscode.window[name] as (...all: unknown[]) => unknown)(plainText(message), ...rest.map(cleanDetail));
  return show as Show;
}

/** The details of a modal message are among its options; buttons are texts of ours. */
function cleanDetail(part: unknown): unknown {
  if (typeof part !== 'object' || part === null || !('detail' in part) || typeof part.detail !== 'string') {
    return part;
  }
  return { ...part, detail: plainText(part.detail) };
}

/** `vscode.window.showInputBox` with a prompt and with objections that stay text. */
export async function showInput(options: vscode.InputBoxOptions, token?: vscode.CancellationToken) {
  const box: vscode.InputBoxOptions = { ...options };
  if (options.prompt !== undefined) {
    box.prompt = plainText(options.prompt);
  }
  if (options.validateInput !== undefined) {
    box.validateInput = async (value) => cleanProblem(await options.validateInput?.(value));
  }
  await treesAtRest();
  return vscode.window.showInputBox(box, token);
}

function cleanProblem(problem: string | vscode.InputBoxValidationMessage | null | undefined) {
  return typeof problem === 'string'
    ? plainText(problem)
    : problem && { ...problem, message: plainText(problem.message) };
}

/** What a progress tells. */
export interface ProgressStep {
  readonly message?: string;
  readonly increment?: number;
  /** A command of ours behind the message, which has no buttons. */
  readonly link?: { readonly label: string; readonly command: `foundries.${string}`; readonly argument: string };
}

/** `vscode.window.withProgress` with a title and with reports that stay text. */
export function showProgress<T>(
  options: vscode.ProgressOptions,
  task: (progress: vscode.Progress<ProgressStep>, token: vscode.CancellationToken) => Thenable<T>,
): Thenable<T> {
  const { title } = options;
  return vscode.window.withProgress(
    title === undefined ? options : { ...options, title: plainText(title) },
    (raw, token) =>
      task(
        {
          report: ({ message, increment, link }) =>
            raw.report({
              ...(message === undefined ? {} : { message: plainText(message) + linkText(link) }),
              ...(increment === undefined ? {} : { increment }),
            }),
        },
        token,
      ),
  );
}

/** Nothing in the argument ends the link, or can be more than the argument. */
function linkText(link: ProgressStep['link']): string {
  if (link === undefined) {
    return '';
  }
  const argument = encodeURIComponent(JSON.stringify([link.argument])).replace(
    /[()']/g,
    (mark) => `%${mark.charCodeAt(0).toString(16)}`,
  );
  return ` ([${plainText(link.label)}](command:${link.command}?${argument}))`;
}

/** `vscode.window.setStatusBarMessage` with text that stays text, on one line: `$(…)` in it is no icon. */
export function tellBriefly(text: string, ms: number, icon?: string): void {
  const words = plainText(text).replace(/\s+/g, ' ').replace(/\$\(/g, '$ (').slice(0, MOST_BRIEF);
  vscode.window.setStatusBarMessage(icon === undefined ? words : `$(${icon}) ${words}`, ms);
}
