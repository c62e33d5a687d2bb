import * as vscode from 'vscode';
import { parseAddress, SCHEME } from '../../configfs/address';
import type { DeviceRead } from '../../configfs/manyFiles';
import { SaveRefused } from '../../configfs/saveRefused';
import { decodeText } from '../../configfs/text';
import {
  CONFIG_LIMIT_BYTES,
  currentFile,
  mustStayPlain,
  newConfigFile,
  UPDATE_SETTINGS_FILE,
  type ConfigFile,
} from '../../model/config';
import { isUnreadable } from '../../model/secrecy';
import type { Connections } from '../../store/connections';
import { asLabel } from '../../ui/label';
import { showInput } from '../../ui/messages';
import { showQuickPick } from '../../ui/picks';
import { nameHint } from '../configFiles';
import { pickHandler } from '../handlers';
import { formatCount } from './placeText';
import { DRAFT_SCHEME } from './drafts';

/** A text from elsewhere. */
interface Text {
  /** What its file could be called. */
  readonly name: string;
  read(): Promise<string>;
}

/** Where the content of the file comes from. */
export type Source =
  | { readonly kind: 'text'; readonly text: string }
  /** To be written, starting with a text. */
  | { readonly kind: 'write'; readonly start: string }
  | { readonly kind: 'secret' };

/** What devices have of a file. */
export interface Holders {
  readonly name: string;
  /** How many have it. */
  readonly count: number;
  readonly encrypted: number;
  /** The different texts with the devices that have them, the most frequent first. */
  readonly versions: readonly { readonly text: string; readonly devices: readonly string[] }[];
  /** The handlers, the most frequent first; `[]` stands for none. */
  readonly handlers: readonly (readonly string[])[];
}

/** @returns the files that the devices have: those of most devices first, what programs write for themselves last */
export function filesOf(reads: readonly DeviceRead[]): Holders[] {
  const names = new Set(reads.flatMap((read) => (read.state === 'ok' ? (read.value[0]?.files ?? []) : []).map(nameOf)));
  return [...names]
    .map((name) => holdersOf(reads, name))
    .sort(
      (a, b) =>
        Number(isOfDevice(a.name)) - Number(isOfDevice(b.name)) || b.count - a.count || a.name.localeCompare(b.name),
    );
}

/** @returns what the devices have of one file */
export function holdersOf(reads: readonly DeviceRead[], name: string): Holders {
  const texts = new Map<string, string[]>();
  const handlers = new Map<string, number>();
  let count = 0;
  let encrypted = 0;
  for (const read of reads) {
    const file = read.state === 'ok' ? currentFile(read.value, name) : undefined;
    if (file === undefined) {
      continue;
    }
    count += 1;
    const handler = JSON.stringify(file.onChanged ?? []);
    handlers.set(handler, (handlers.get(handler) ?? 0) + 1);
    if (isUnreadable({ kind: 'device' }, file)) {
      encrypted += 1;
    } else {
      const devices = texts.get(file.value) ?? [];
      devices.push(read.item.scope.device);
      texts.set(file.value, devices);
    }
  }
  return {
    name,
    count,
    encrypted,
    versions: [...texts]
      .map(([text, devices]) => ({ text, devices }))
      .sort((a, b) => b.devices.length - a.devices.length),
    handlers: [...handlers].sort(([, a], [, b]) => b - a).map(([handler]) => JSON.parse(handler) as string[]),
  };
}

interface FileItem extends vscode.QuickPickItem {
  readonly choose?: () => Promise<{ name: string; text?: string } | undefined>;
}

/**
 * Asks which file is to be set.
 *
 * @returns its name, and its text where that was picked along; undefined where the user gave up
 * @throws {SaveRefused} where a text cannot be taken
 */
export async function chooseFile(
  reads: readonly DeviceRead[],
  editor: Text | undefined,
  title: string,
): Promise<{ name: string; text?: string } | undefined> {
  const holders = filesOf(reads);
  const named = async (text: Text | undefined) => {
    const name = text === undefined ? undefined : await askName(title, text.name);
    return text === undefined || name === undefined ? undefined : { name, text: await text.read() };
  };
  const items: FileItem[] = [
    ...holders.map((held): FileItem => ({
      label: asLabel(held.name),
      description: heldText(held, reads.length),
      iconPath: new vscode.ThemeIcon(held.encrypted > 0 ? 'lock' : 'file'),
      choose: () => Promise.resolve({ name: held.name }),
    })),
    { label: vscode.l10n.t('another file'), kind: vscode.QuickPickItemKind.Separator },
    {
      label: vscode.l10n.t('New File…'),
      description: vscode.l10n.t('to be written here, or a secret'),
      iconPath: new vscode.ThemeIcon('new-file'),
      choose: async () => {
        const name = await askName(title, '');
        return name === undefined ? undefined : { name };
      },
    },
    {
      label: vscode.l10n.t('Local File…'),
      iconPath: new vscode.ThemeIcon('folder-opened'),
      choose: async () => named(await localFile(title)),
    },
    ...(editor === undefined
      ? []
      : [
          {
            label: vscode.l10n.t('Text of the Editor'),
            description: asLabel(editor.name),
            iconPath: new vscode.ThemeIcon('edit'),
            choose: () => named(editor),
          },
        ]),
  ];
  const picked = await showQuickPick(items, {
    title,
    placeHolder: vscode.l10n.t('Which file? Nothing is sent before you have seen what changes'),
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  return picked?.choose?.();
}

/** Versions that are offered to start with, at most. */
const MOST_VERSIONS = 8;

interface SourceItem extends vscode.QuickPickItem {
  readonly choose?: () => Promise<Source | undefined>;
}

/**
 * Asks what the file is to hold.
 *
 * @returns undefined where the user gave up
 * @throws {SaveRefused} where a text cannot be taken
 */
export async function chooseSource(
  held: Holders,
  editor: Text | undefined,
  title: string,
): Promise<Source | undefined> {
  const { name, count, encrypted, versions } = held;
  const secret: SourceItem = {
    label: vscode.l10n.t('Secret Value…'),
    description: vscode.l10n.t('encrypted for each device with its own key'),
    iconPath: new vscode.ThemeIcon('key'),
    choose: () => Promise.resolve({ kind: 'secret' }),
  };
  if (count > 0 && encrypted === count) {
    return { kind: 'secret' };
  }
  const asText = async (text: Text | undefined): Promise<Source | undefined> =>
    text === undefined ? undefined : { kind: 'text', text: await text.read() };
  const items: SourceItem[] = [
    ...(versions.length === 0
      ? [
          {
            label: vscode.l10n.t('Write It'),
            description: vscode.l10n.t('in an editor; Ctrl+S leads to the preview'),
            iconPath: new vscode.ThemeIcon('edit'),
            choose: () => Promise.resolve<Source>({ kind: 'write', start: '' }),
          },
        ]
      : versions.slice(0, MOST_VERSIONS).map(({ text, devices: [first = '', ...others] }): SourceItem => ({
          label: vscode.l10n.t('Start with the Text of {0}', asLabel(first)),
          description:
            others.length === 0
              ? vscode.l10n.t('in an editor; Ctrl+S leads to the preview')
              : vscode.l10n.t('and {0} more have the same; Ctrl+S leads to the preview', formatCount(others.length)),
          iconPath: new vscode.ThemeIcon('edit'),
          choose: () => Promise.resolve({ kind: 'write', start: text }),
        }))),
    ...(editor === undefined
      ? []
      : [
          {
            label: vscode.l10n.t('Text of the Editor'),
            description: asLabel(editor.name),
            iconPath: new vscode.ThemeIcon('go-to-file'),
            choose: () => asText(editor),
          },
        ]),
    {
      label: vscode.l10n.t('Local File…'),
      iconPath: new vscode.ThemeIcon('folder-opened'),
      choose: async () => asText(await localFile(title)),
    },
    ...(mustStayPlain(name) ? [] : [secret]),
  ];
  const picked = await showQuickPick(items, {
    title,
    placeHolder:
      encrypted === 0
        ? vscode.l10n.t('What is {0} to hold?', name)
        : vscode.l10n.t(
            'What is {0} to hold? Where it is encrypted ({1}), only a secret value can take its place',
            name,
            formatCount(encrypted),
          ),
    ignoreFocusOut: true,
  });
  return picked?.choose?.();
}

/**
 * Asks for the handler on devices that do not have the file; not where all have it.
 *
 * @returns `none` where there is nothing to ask or the user wants none; undefined where the user gave up
 */
export async function chooseHandler(
  held: Holders,
  devices: number,
  title: string,
): Promise<readonly string[] | 'none' | undefined> {
  if (held.count >= devices) {
    return 'none';
  }
  const usual = newConfigFile(held.name, '').onChanged;
  const current = held.handlers[0] ?? usual ?? [];
  const note =
    held.handlers.length > 0
      ? vscode.l10n.t('as on devices that have the file')
      : usual === undefined
        ? vscode.l10n.t('as for most files')
        : vscode.l10n.t('as usual for this file');
  const chosen = await pickHandler(vscode.l10n.t('{0}: handler where the file is new', title), current, note);
  return chosen?.length === 0 ? 'none' : chosen;
}

function askName(title: string, value: string): Thenable<string | undefined> {
  return showInput({
    title,
    value,
    prompt: vscode.l10n.t('The name on the devices, which write it to /var/run/secrets. Folders are allowed.'),
    placeHolder: 'app.config',
    ignoreFocusOut: true,
    validateInput: (name) => nameHint(name, { kind: 'device', factory: '', device: '' }),
  });
}

/** Schemes of pages of ours and of VS Code, which are no text of a file. */
const PAGES: readonly string[] = ['output', 'foundries-effective', 'foundries-result'];

/**
 * @returns the text in front, saved or not; undefined where there is none, or where it is only what is shown in place of an
 *   encrypted value
 */
export function editorText(connections: Connections): Text | undefined {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined || PAGES.includes(document.uri.scheme)) {
    return undefined;
  }
  const { scheme, path } = document.uri;
  const address = parseAddress(scheme === DRAFT_SCHEME ? document.uri.with({ scheme: SCHEME }) : document.uri);
  const { scope, host } = address ?? {};
  const known =
    scheme === SCHEME && scope && host
      ? connections.forFactory(host, scope.factory)?.configs.peek(scope)?.entries
      : undefined;
  const file = currentFile(known ?? [], address?.file ?? '');
  return file !== undefined && scope !== undefined && isUnreadable(scope, file)
    ? undefined
    : {
        name: address?.file ?? path.slice(path.lastIndexOf('/') + 1),
        read: () => Promise.resolve(document.getText()),
      };
}

async function localFile(title: string): Promise<Text | undefined> {
  const [uri] = (await vscode.window.showOpenDialog({ title, openLabel: vscode.l10n.t('Use for Devices') })) ?? [];
  if (uri === undefined) {
    return undefined;
  }
  const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
  return { name, read: () => readLocal(uri, name) };
}

async function readLocal(uri: vscode.Uri, name: string): Promise<string> {
  const address = {
    host: uri.authority,
    scope: { kind: 'device', factory: '', device: vscode.l10n.t('each device') },
    file: name,
  } as const;
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > CONFIG_LIMIT_BYTES) {
    throw new SaveRefused('tooLarge', address, { size, limit: CONFIG_LIMIT_BYTES });
  }
  return decodeText(address, await vscode.workspace.fs.readFile(uri));
}

function heldText({ count, encrypted, versions }: Holders, devices: number): string {
  return [
    vscode.l10n.t('on {0} of {1}', formatCount(count), formatCount(devices)),
    ...(versions.length > 1 ? [vscode.l10n.t('{0} different texts', formatCount(versions.length))] : []),
    ...(encrypted === 0
      ? []
      : [encrypted === count ? vscode.l10n.t('encrypted') : vscode.l10n.t('encrypted on {0}', formatCount(encrypted))]),
  ].join(' · ');
}

/** Every device has such files, and nobody edits them. */
const isOfDevice = (name: string): boolean => mustStayPlain(name) && name !== UPDATE_SETTINGS_FILE;

const nameOf = ({ name }: ConfigFile): string => name;
