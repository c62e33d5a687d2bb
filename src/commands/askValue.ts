import * as vscode from 'vscode';
import type { ConfigAddress } from '../configfs/address';
import { SaveRefused } from '../configfs/saveRefused';
import { bytesText } from '../model/bytes';
import { CONFIG_LIMIT_BYTES } from '../model/config';
import { scopeLabel } from '../ui/errorText';
import { showInformation, showInput } from '../ui/messages';
import { showFailure } from '../ui/notify';
import { showQuickPick } from '../ui/picks';
import { plainText } from '../ui/plainText';
import type { Questions } from '../ui/questions';

type Source = 'type' | 'clipboard' | 'file';

interface SourceItem extends vscode.QuickPickItem {
  readonly source: Source;
}

/** What a value is for. */
export interface ValueOf {
  /** Of the file, or whatever else the value is given to. */
  readonly name: string;
  /** The device, or what there is of several, in words. */
  readonly place: string;
  /** Why a file of so many bytes cannot be the value; undefined where it can. */
  tooLarge(size: number): Error | undefined;
}

/**
 * Asks for the value of a file: typed, from a file, or from the clipboard. It is in memory only.
 *
 * @param hidden shows dots for what is typed
 * @param place where the file is, in words
 * @returns undefined where the user gave up
 */
export async function askValue(
  questions: Questions,
  address: ConfigAddress,
  title: string,
  hidden: boolean,
  place = scopeLabel(address.scope),
): Promise<Uint8Array | undefined> {
  const tooLarge = (size: number) =>
    size > CONFIG_LIMIT_BYTES ? new SaveRefused('tooLarge', address, { size, limit: CONFIG_LIMIT_BYTES }) : undefined;
  return askValueOf(questions, { name: address.file, place, tooLarge }, title, hidden);
}

/** Like `askValue`, for a value of anything. */
export async function askValueOf(
  questions: Questions,
  of: ValueOf,
  title: string,
  hidden: boolean,
): Promise<Uint8Array | undefined> {
  for (;;) {
    const picked = await showQuickPick(sources(hidden), {
      title,
      placeHolder: vscode.l10n.t('Where does the value come from?'),
      ignoreFocusOut: true,
    });
    if (picked === undefined) {
      return undefined;
    }
    const value = await read(questions, picked.source, of, title, hidden);
    if (value !== 'again') {
      return value;
    }
  }
}

function sources(hidden: boolean): SourceItem[] {
  return [
    {
      source: 'type',
      label: vscode.l10n.t('Type It'),
      iconPath: new vscode.ThemeIcon(hidden ? 'key' : 'edit'),
      description: hidden ? vscode.l10n.t('one line, shown as dots') : vscode.l10n.t('one line'),
    },
    {
      source: 'clipboard',
      label: vscode.l10n.t('From the Clipboard'),
      iconPath: new vscode.ThemeIcon('clippy'),
      description: vscode.l10n.t('as it is, with all its lines'),
    },
    {
      source: 'file',
      label: vscode.l10n.t('From a File…'),
      iconPath: new vscode.ThemeIcon('file'),
      description: vscode.l10n.t('as it is, byte for byte'),
    },
  ];
}

/** @returns `again` to be asked for another source */
function read(
  questions: Questions,
  source: Source,
  of: ValueOf,
  title: string,
  hidden: boolean,
): Promise<Uint8Array | undefined | 'again'> {
  switch (source) {
    case 'type':
      return typed(title, hidden);
    case 'clipboard':
      return fromClipboard(questions, of);
    case 'file':
      return fromFile(questions, of, title);
  }
}

async function typed(title: string, hidden: boolean): Promise<Uint8Array | undefined> {
  const value = await showInput({
    title,
    prompt: vscode.l10n.t('The value. It ends without a line end.'),
    password: hidden,
    ignoreFocusOut: true,
    validateInput: (text) =>
      text === ''
        ? {
            message: vscode.l10n.t('Enter gives it an empty value.'),
            severity: vscode.InputBoxValidationSeverity.Info,
          }
        : undefined,
  });
  return value === undefined ? undefined : new TextEncoder().encode(value);
}

async function fromClipboard(questions: Questions, of: ValueOf): Promise<Uint8Array | undefined | 'again'> {
  const text = await vscode.env.clipboard.readText();
  if (text === '') {
    void showInformation(vscode.l10n.t('There is no text in the clipboard.'));
    return 'again';
  }
  return confirmed(questions, of, new TextEncoder().encode(text), vscode.l10n.t('the clipboard'));
}

async function fromFile(questions: Questions, of: ValueOf, title: string): Promise<Uint8Array | undefined | 'again'> {
  const [uri] = (await vscode.window.showOpenDialog({ title, openLabel: vscode.l10n.t('Use as Value') })) ?? [];
  if (uri === undefined) {
    return 'again';
  }
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    const refused = of.tooLarge(size);
    if (refused !== undefined) {
      throw refused;
    }
    const name = uri.path.split('/').at(-1) ?? uri.path;
    return await confirmed(questions, of, await vscode.workspace.fs.readFile(uri), name);
  } catch (error) {
    void showFailure(vscode.l10n.t('Could not read {0}', uri.path), error);
    return 'again';
  }
}

/**
 * What nobody has typed is confirmed without being shown. It may lose the line end that most files have, and Windows line ends, with
 * which Linux programs do not load a private key.
 */
async function confirmed(
  questions: Questions,
  { name, place }: ValueOf,
  value: Uint8Array,
  source: string,
): Promise<Uint8Array | undefined | 'again'> {
  const withoutEnd = withoutLineEnd(value);
  const use = vscode.l10n.t('Use as It Is');
  const cut = vscode.l10n.t('Use Without the Line End');
  const withFeeds = withLineFeeds(value);
  const feeds = vscode.l10n.t('Use with Line Feeds');
  const lines = value.reduce((count, byte) => count + (byte === 10 ? 1 : 0), value.at(-1) === 10 ? 0 : 1);
  const chosen = await questions.ask({
    message: plainText(vscode.l10n.t('Give {0} of {1} the value from {2}?', name, place, source)),
    detail: [
      vscode.l10n.t('Size: {0}. Lines: {1}.', bytesText(value.length), lines),
      ...(withoutEnd === undefined ? [] : [vscode.l10n.t('It ends with a line end.')]),
      ...(withFeeds === undefined
        ? []
        : [vscode.l10n.t('It has Windows line ends (CRLF). On Linux, a private key does not load with them.')]),
    ].join(' '),
    buttons: [...(withFeeds === undefined ? [] : [feeds]), use, ...(withoutEnd === undefined ? [] : [cut])],
  });
  const answers = new Map([
    [feeds, withFeeds],
    [use, value],
    [cut, withoutEnd],
  ]);
  return (chosen === undefined ? undefined : answers.get(chosen)) ?? 'again';
}

/** @returns the value with line feeds for line ends; undefined where it has no others */
function withLineFeeds(value: Uint8Array): Uint8Array | undefined {
  const feeds = value.filter((byte, at) => byte !== 13 || value[at + 1] !== 10);
  return feeds.length === value.length ? undefined : feeds;
}

function withoutLineEnd(value: Uint8Array): Uint8Array | undefined {
  if (value.at(-1) !== 10) {
    return undefined;
  }
  return value.subarray(0, value.at(-2) === 13 ? -2 : -1);
}
