import * as vscode from 'vscode';
import type { ConfigEntry, ConfigFile, ConfigScope } from '../model/config';
import { entryKey, fileOf, findEntry, setBy, type EntryKey } from '../model/configHistory';
import { parseTime } from '../model/device';
import { isUnreadable } from '../model/secrecy';
import type { Connections } from '../store/connections';
import { explain, scopeLabel } from '../ui/errorText';
import { serverLabel } from '../ui/hostLabel';
import { dateTime } from '../ui/time';
import { formatAddress, parseFolder, SCHEME } from './address';

/** Scheme of old versions of configuration files; read-only. */
export const VERSION_SCHEME = 'foundries-history';

/** One file as an entry of the history has it. Its address alone finds it again. */
export interface ConfigVersion {
  /** Key of the server (`model/serverKey`). */
  readonly host: string;
  readonly scope: ConfigScope;
  /** `''` for the whole entry. */
  readonly file: string;
  readonly key: EntryKey;
}

/** Stands for the time before a configuration's first entry, when there was no file. */
const NOTHING: EntryKey = { at: '', digest: '' };

/**
 * @param entry undefined for the time before the first
 * @returns the URI of a file as an entry has it; where the entry has no such file, it reads as empty
 */
export function versionUri(host: string, scope: ConfigScope, file: string, entry: ConfigEntry | undefined): vscode.Uri {
  // The path is that of the file itself, so that languages are bound to it alike.
  const { authority, path } = formatAddress({ host, scope, file });
  return vscode.Uri.from({
    scheme: VERSION_SCHEME,
    authority,
    path,
    query: JSON.stringify({ file, ...(entry === undefined ? NOTHING : entryKey(entry)) }),
  });
}

/**
 * @param shown tells comparisons of the same entry apart
 * @returns the URI of a comparison in which an entry is shown as a whole; the version that it parses to has no file
 */
export function entryUri(host: string, scope: ConfigScope, entry: ConfigEntry, shown: string): vscode.Uri {
  const uri = versionUri(host, scope, '', entry);
  return uri.with({ query: JSON.stringify({ file: '', ...entryKey(entry), shown }) });
}

/** @returns the version in a URI; undefined where it is none */
export function parseVersion(uri: vscode.Uri): ConfigVersion | undefined {
  const folder = parseFolder({ scheme: SCHEME, authority: uri.authority, path: uri.path });
  if (uri.scheme !== VERSION_SCHEME || folder === undefined) {
    return undefined;
  }
  let query: Partial<Record<string, unknown>>;
  try {
    query = { ...(JSON.parse(uri.query) as object | null) };
  } catch {
    return undefined;
  }
  const { file, at, digest } = query;
  return typeof file === 'string' && typeof at === 'string' && typeof digest === 'string'
    ? { host: folder.host, scope: folder.scope, file, key: { at, digest } }
    : undefined;
}

/** A configuration read less than this ago is good enough to find an entry that never changes. */
const FRESH_MS = 60_000;
/** An entry that is not in a configuration read less than this ago is not kept any more. */
const SETTLED_MS = 1000;

/** Old versions as documents. */
export class ConfigVersions implements vscode.TextDocumentContentProvider {
  private readonly connections: Connections;
  private readonly ready: () => Promise<void>;

  /** @param ready resolves when it is known who is signed in: restored tabs ask before */
  constructor(connections: Connections, ready: () => Promise<void>) {
    this.connections = connections;
    this.ready = ready;
  }

  /** @returns the value, or in its place a sentence that says why it cannot be shown; never rejects */
  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const version = parseVersion(uri);
    if (version === undefined) {
      return vscode.l10n.t('This is not the address of a version of a configuration file.');
    }
    const { host, scope, file, key } = version;
    if (key.at === NOTHING.at) {
      return '';
    }
    await this.ready();
    const configs = this.connections.forFactory(host, scope.factory)?.configs;
    if (configs === undefined) {
      return vscode.l10n.t('Not signed in to {0}. Sign in, then open this version again.', serverLabel(host));
    }
    try {
      for (const maxAge of [FRESH_MS, SETTLED_MS]) {
        const { entries } = await configs.get(scope, maxAge);
        const entry = findEntry(entries, key);
        if (entry !== undefined) {
          const found = fileOf(entry, file);
          return found === undefined ? '' : versionText(entries, entry, found, scope);
        }
      }
      const when = parseTime(key.at);
      return vscode.l10n.t(
        'The version of {0} is no longer kept: the service keeps the last ten changes of each configuration.',
        when === undefined ? key.at : dateTime(when),
      );
    } catch (error) {
      return vscode.l10n.t('This version could not be read. {0}', explain(error).message);
    }
  }
}

/** What is shown of a file as an entry has it: its value, or words where it cannot be read. */
function versionText(
  entries: readonly ConfigEntry[],
  entry: ConfigEntry,
  file: ConfigFile,
  scope: ConfigScope,
): string {
  if (!isUnreadable(scope, file)) {
    return file.value;
  }
  const since = parseTime(setBy(entries, entry, file.name)?.createdAt);
  return [
    since === undefined
      ? vscode.l10n.t('Encrypted value, set before the oldest change that is kept.')
      : vscode.l10n.t('Encrypted value, set {0}.', dateTime(since, 'second')),
    scope.kind === 'device'
      ? vscode.l10n.t('Only {0} can read it.', scopeLabel(scope))
      : vscode.l10n.t('The service keeps it, and does not show it.'),
    vscode.l10n.t('Whether its text differs from that of an earlier value is not known.'),
    '',
  ].join('\n');
}
