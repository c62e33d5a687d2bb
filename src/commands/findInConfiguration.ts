import * as vscode from 'vscode';
import { uriOf } from '../configfs/fileSystem';
import type { ConfigScope } from '../model/config';
import type { Device } from '../model/device';
import { findLines, type FoundLine } from '../model/findText';
import { isUnreadable } from '../model/secrecy';
import { forMany } from '../store/forMany';
import { scopeLabel } from '../ui/errorText';
import { asLabel } from '../ui/label';
import { showInformation, showInput, showProgress } from '../ui/messages';
import { showFailure } from '../ui/notify';
import { showQuickPick } from '../ui/picks';
import { plainText } from '../ui/plainText';
import type { DevicesView } from '../views/devicesView';
import { devicesOfRows } from './device/chosen';
import { scopeOfUri } from './explorerSubject';
import type { CommandContext, Services } from './services';

/** Devices that are searched, and lines that are listed. */
const MOST_DEVICES = 200;
const MOST_LINES = 500;
/** A configuration read less than this ago is searched without asking again. */
const FRESH_MS = 60_000;

/** A configuration to look into. */
interface Searched {
  readonly scope: ConfigScope;
  readonly uuid?: string;
}

interface Found {
  readonly scope: ConfigScope;
  readonly file: string;
  readonly line: FoundLine;
}

interface FoundItem extends vscode.QuickPickItem {
  readonly found?: Found;
}

/** What came of a search. */
interface Result {
  readonly found: readonly Found[];
  readonly searched: number;
  /** Values that nobody can read here. */
  readonly encrypted: number;
  readonly failed: readonly { readonly scope: ConfigScope; readonly error: unknown }[];
  readonly stopped: boolean;
}

/** The command that looks for a text in configuration files: VS Code's own search cannot look into a file system of an extension. */
export function findInConfigurationCommands(services: Services, devices: DevicesView) {
  return {
    'foundries.findInConfiguration': (subject?: unknown, selected?: unknown) =>
      services.withFactory((context) => findInConfiguration(context, devices.tree.selection, subject, selected)),
  };
}

/** @param marked rows that are selected in the Devices view */
export async function findInConfiguration(
  context: CommandContext,
  marked: readonly unknown[],
  subject?: unknown,
  selected?: unknown,
): Promise<void> {
  const { connection, factory } = context;
  const { host, scope } = (subject instanceof vscode.Uri ? scopeOfUri(subject) : undefined) ?? {};
  const named =
    scope?.kind === 'device' && host === connection.client.server.key ? factory.fleet.find(scope.device) : undefined;
  const rows = devicesOfRows(subject ?? marked[0], selected ?? marked);
  const chosen = named === undefined ? rows : [named];
  const all = factory.fleet.all;
  const devices = (chosen.length > 0 ? chosen : (await all.load()).devices).slice(0, MOST_DEVICES);
  const { total } = all.state;
  const where =
    chosen.length > 0 || total <= devices.length
      ? vscode.l10n.t('Factory, groups, devices: {0}', devices.length)
      : vscode.l10n.t('Factory, groups, {0} of {1} devices: select others to search them', devices.length, total);
  const text = await showInput({
    title: vscode.l10n.t('Find in Configuration ({0})', where),
    prompt: vscode.l10n.t(
      'Text as it stands in a file; capital letters do not count. Encrypted values are not searched.',
    ),
    ignoreFocusOut: true,
    validateInput: (value) => (value === '' ? vscode.l10n.t('Type a text.') : undefined),
  });
  if (text === undefined || text === '') {
    return;
  }
  const result = await search(context, devices, text);
  await show(context, result, text);
}

async function search(context: CommandContext, devices: readonly Device[], text: string): Promise<Result> {
  const { connection, factory } = context;
  return showProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Searching the configuration for “{0}”', text),
      cancellable: true,
    },
    async (progress, token) => {
      const { groups, error } = await factory.groups.load();
      const whole: ConfigScope = { kind: 'factory', factory: factory.name };
      const places: Searched[] = [
        { scope: whole },
        ...groups.map(({ name }): Searched => ({ scope: { kind: 'group', factory: factory.name, group: name } })),
        ...devices.map(({ name, uuid }): Searched => ({
          scope: { kind: 'device', factory: factory.name, device: name },
          uuid,
        })),
      ];
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      const ended = await forMany(
        places,
        async ({ scope, uuid }) => (await connection.configs.getOf(scope, uuid, FRESH_MS)).entries[0]?.files ?? [],
        {
          signal: stop.signal,
          onProgress: (done, total) =>
            progress.report({ message: vscode.l10n.t('{0} of {1}', done, total), increment: 100 / total }),
        },
      );
      const found: Found[] = [];
      let encrypted = 0;
      for (const { item, ...end } of ended) {
        for (const file of end.state === 'ok' ? end.value : []) {
          if (isUnreadable(item.scope, file)) {
            encrypted += 1;
          } else {
            for (const line of findLines(file.value, text, MOST_LINES - found.length)) {
              found.push({ scope: item.scope, file: file.name, line });
            }
          }
        }
      }
      const failed = ended.flatMap(({ item, ...end }) =>
        end.state === 'failed' ? [{ scope: item.scope, error: end.error }] : [],
      );
      return {
        found,
        searched: ended.filter(({ state }) => state === 'ok').length,
        encrypted,
        failed: error === undefined ? failed : [{ scope: whole, error }, ...failed],
        stopped: token.isCancellationRequested,
      };
    },
  );
}

async function show(context: CommandContext, result: Result, text: string): Promise<void> {
  const { found, searched, encrypted, failed, stopped } = result;
  const [first] = failed;
  const notes = [
    stopped ? vscode.l10n.t('You stopped it. Configurations searched: {0}.', searched) : undefined,
    encrypted === 0 ? undefined : vscode.l10n.t('Encrypted values that were not searched: {0}.', encrypted),
    found.length < MOST_LINES ? undefined : vscode.l10n.t('Only the first {0} lines are listed.', MOST_LINES),
  ].filter((note) => note !== undefined);
  if (first !== undefined) {
    const places = failed.map(({ scope }) => scopeLabel(scope)).slice(0, 5);
    void showFailure(vscode.l10n.t('Not everything was searched ({0})', places.join(', ')), first.error);
  }
  if (found.length === 0) {
    const none = vscode.l10n.t('“{0}” was not found. Configurations searched: {1}.', text, searched);
    void showInformation([none, ...notes].join(' '));
    return;
  }
  const picked = await showQuickPick(itemsOf(found), {
    title: plainText(vscode.l10n.t('Lines with “{0}”: {1}', text, found.length)),
    placeHolder: [vscode.l10n.t('Enter opens the file at the line.'), ...notes].join(' '),
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  if (picked?.found === undefined) {
    return;
  }
  const { scope, file, line } = picked.found;
  const at = new vscode.Position(line.line, line.column);
  const uri = uriOf({ host: context.connection.client.server.key, scope, file });
  await vscode.window.showTextDocument(uri, {
    preview: true,
    selection: new vscode.Range(at, at.translate(0, text.length)),
  });
}

/** Under the place that they are in. */
function itemsOf(found: readonly Found[]): FoundItem[] {
  let last: ConfigScope | undefined;
  return found.flatMap((one): FoundItem[] => {
    const heading =
      one.scope === last
        ? []
        : [{ label: asLabel(scopeLabel(one.scope)), kind: vscode.QuickPickItemKind.Separator } satisfies FoundItem];
    last = one.scope;
    return [
      ...heading,
      {
        label: asLabel(one.line.text),
        description: asLabel(`${one.file}:${String(one.line.line + 1)}`),
        iconPath: new vscode.ThemeIcon('file'),
        found: one,
      },
    ];
  });
}
