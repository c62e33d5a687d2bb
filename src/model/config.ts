import path from 'node:path';
import { parseTime } from './device';

/** Whose configuration it is (docs/api.md §2.2). */
export type ConfigScope =
  | { readonly kind: 'device'; readonly factory: string; readonly device: string }
  | { readonly kind: 'group'; readonly factory: string; readonly group: string }
  | { readonly kind: 'factory'; readonly factory: string };

/** A configuration as it is addressed: a device by its uuid where that is known, because a name may move to another device. */
export type ConfigTarget = ConfigScope & { readonly uuid?: string };

/** @returns the configuration that an address is of */
export function scopeOf(target: ConfigTarget): ConfigScope {
  return target.kind === 'device' ? { kind: 'device', factory: target.factory, device: target.device } : target;
}

/** @returns the address of a configuration; of a device by its uuid, where there is one */
export function targetOf(scope: ConfigScope, uuid: string | undefined): ConfigTarget {
  return uuid === undefined || scope.kind !== 'device' ? scopeOf(scope) : { ...scopeOf(scope), uuid };
}

export interface ConfigFile {
  readonly name: string;
  readonly value: string;
  /** True: the value is plain text that the service shows. Absent on the wire means false. */
  readonly unencrypted: boolean;
  /** Command line of the handler that the device runs after a change; undefined where there is none. */
  readonly onChanged: readonly string[] | undefined;
}

/** One entry of a configuration's history: a complete set of files. */
export interface ConfigEntry {
  /** As the service wrote it; tells entries apart. */
  readonly createdAt: string;
  /** When the device fetched it; undefined while it has not, and for groups and factories. */
  readonly appliedAt: string | undefined;
  /** User id of the author; undefined where the device made the entry. */
  readonly createdBy: string | undefined;
  readonly reason: string;
  readonly files: readonly ConfigFile[];
}

/** A change to send: one file, with everything that belongs to it. */
export interface ConfigChange {
  readonly reason: string;
  readonly file: ConfigFile;
}

/** A whole configuration to send in place of what is there. */
export interface ConfigReplacement {
  readonly reason: string;
  readonly files: readonly ConfigFile[];
}

/** The file through which tag and apps of a device are set (docs/api.md §4.4). */
export const UPDATE_SETTINGS_FILE = 'z-50-fioctl.toml';

/** Where a device looks for handlers (docs/api.md §3.5). */
export const HANDLERS_FOLDER = '/usr/share/fioconfig/handlers/';

/** Handlers that a file of this name gets when it is made (docs/api.md §4.6). */
const HANDLER_OF: ReadonlyMap<string, string> = new Map([
  [UPDATE_SETTINGS_FILE, `${HANDLERS_FOLDER}aktualizr-toml-update`],
  ['wireguard-client', `${HANDLERS_FOLDER}factory-config-vpn`],
  ['wireguard-server', `${HANDLERS_FOLDER}factory-config-vpn`],
]);

/** @returns whether the device runs a handler: others it skips with a warning (docs/api.md §3.5) */
export function isHandlerRun(onChanged: readonly string[]): boolean {
  // The device looks at the path as cleaned.
  return path.posix.normalize(onChanged[0] ?? '').startsWith(HANDLERS_FOLDER);
}

/** Files that the service, fioctl or the device's own programs read and write in plain text (docs/api.md §4.4-4.6). */
const READ_BY_OTHERS = new Set([
  UPDATE_SETTINGS_FILE,
  'wireguard-client',
  'wireguard-server',
  'fio-rotate-certs',
  'fio-remote-actions',
]);

/** @returns whether something other than the device's handlers and apps reads the file, so that it has to stay plain */
export function mustStayPlain(name: string): boolean {
  return READ_BY_OTHERS.has(name) || name.startsWith('fioconfig-oneshot-');
}

/** @returns a new file of that name, in plain text, with the handler the name calls for */
export function newConfigFile(name: string, value: string): ConfigFile {
  const handler = HANDLER_OF.get(name);
  return { name, value, unencrypted: true, onChanged: handler === undefined ? undefined : [handler] };
}

/** Files by name, of configurations that have many: each of them is looked up in every entry. */
const indexes = new WeakMap<readonly ConfigFile[], ReadonlyMap<string, ConfigFile>>();
const FEW = 20;

/** @returns the first file of that name; undefined where there is none */
export function fileNamed(files: readonly ConfigFile[], name: string): ConfigFile | undefined {
  if (files.length <= FEW) {
    return files.find((file) => file.name === name);
  }
  let index = indexes.get(files);
  if (index === undefined) {
    index = new Map(files.toReversed().map((file) => [file.name, file]));
    indexes.set(files, index);
  }
  return index.get(name);
}

/** @returns the file of that name in a history's newest entry; undefined where there is none */
export function currentFile(entries: readonly ConfigEntry[], name: string): ConfigFile | undefined {
  return fileNamed(entries[0]?.files ?? [], name);
}

/**
 * @returns the entry that gave the file its present value: the oldest of the unbroken run, from the newest entry on, in
 *   which the file is as it is now; undefined where the newest entry has no such file
 */
export function entryOfFile(entries: readonly ConfigEntry[], name: string): ConfigEntry | undefined {
  const current = currentFile(entries, name);
  if (current === undefined) {
    return undefined;
  }
  let since = entries[0];
  for (const entry of entries) {
    const file = fileNamed(entry.files, name);
    if (file === undefined || !sameFile(file, current)) {
      break;
    }
    since = entry;
  }
  return since;
}

/** @returns whether the device has yet to fetch a file as it is now (docs/api.md §4.2) */
export function isPending(entries: readonly ConfigEntry[], file: ConfigFile): boolean {
  const applied = entries.find(({ appliedAt }) => appliedAt !== undefined);
  const onDevice = applied && fileNamed(applied.files, file.name);
  return onDevice === undefined || !sameFile(onDevice, file);
}

/**
 * When the device fetched the present value of a file: with the first configuration that had it and was applied.
 *
 * @returns milliseconds since the epoch; undefined where it has not, or that is not known any more
 */
export function appliedTime(entries: readonly ConfigEntry[], file: ConfigFile): number | undefined {
  const since = entryOfFile(entries, file.name);
  const withIt = since === undefined ? [] : entries.slice(0, entries.indexOf(since) + 1);
  return parseTime(withIt.findLast(({ appliedAt }) => appliedAt !== undefined)?.appliedAt);
}

/** @returns whether two files are the same in everything that a save would send */
export function sameFile(a: ConfigFile, b: ConfigFile): boolean {
  return (
    a.value === b.value &&
    a.unencrypted === b.unencrypted &&
    JSON.stringify(a.onChanged ?? []) === JSON.stringify(b.onChanged ?? [])
  );
}

/** @returns whether two files are the same, or neither is there */
export function sameOrAbsent(a: ConfigFile | undefined, b: ConfigFile | undefined): boolean {
  return a === undefined || b === undefined ? a === b : sameFile(a, b);
}

/**
 * Whether the value is the base64 of an encrypted message, which only the device can read: an uncompressed point, an IV
 * and a tag take 113 bytes at least (docs/api.md §5). A value that is merely not marked as plain text, as the REST guide's
 * examples send it, is not: it can be shown and edited.
 */
export function isEncrypted(file: ConfigFile): boolean {
  if (file.unencrypted || file.value.length < 152 || !/^[A-Za-z0-9+/\s]+={0,2}$/.test(file.value.trimEnd())) {
    return false;
  }
  const bytes = Buffer.from(file.value, 'base64');
  return bytes.length >= 113 && bytes[0] === 0x04;
}

/** @returns whether the value cannot be read back: encrypted for a device, or kept secret by the service (§4.3) */
export function isSecret(scope: ConfigScope, file: ConfigFile): boolean {
  return scope.kind === 'device' ? isEncrypted(file) : !file.unencrypted;
}

/** Why a file cannot have a name. */
export type NameProblem = 'empty' | 'absolute' | 'parent' | 'blank' | 'control' | 'trailing';

/**
 * A name is a path below the device's secrets folder, which the device joins unchecked (docs/api.md §4.2).
 *
 * @returns what is wrong with it; undefined where nothing is
 */
export function nameProblem(name: string): NameProblem | undefined {
  if (name === '') {
    return 'empty';
  }
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(name)) {
    return 'control';
  }
  if (name !== name.trim()) {
    return 'blank';
  }
  if (/^([/\\]|[A-Za-z]:)/.test(name)) {
    return 'absolute';
  }
  const segments = name.split(/[/\\]/);
  if (segments.some((segment) => segment === '..' || segment === '.')) {
    return 'parent';
  }
  return segments.some((segment) => segment === '') ? 'trailing' : undefined;
}

/**
 * The service takes a configuration of at most "1Mb", "all files and data" (docs/api.md §3.3). Whether that is 10^6 or
 * 2^20 is not said, so the smaller one holds here: what is let through must be taken.
 */
export const CONFIG_LIMIT_BYTES = 1_000_000;

/** @returns bytes of the configuration as it would be after the change: names, values and handlers in UTF-8 */
export function configSize(entry: Pick<ConfigEntry, 'files'> | undefined, change: ConfigFile): number {
  const others = (entry?.files ?? []).filter((file) => file.name !== change.name);
  return [...others, change].reduce(
    (sum, { name, value, onChanged = [] }) =>
      sum + [name, value, ...onChanged].reduce((size, text) => size + Buffer.byteLength(text, 'utf8'), 0),
    0,
  );
}

/** @returns a key that tells scopes apart */
export function scopeKey(scope: ConfigScope): string {
  switch (scope.kind) {
    case 'device':
      return JSON.stringify(['device', scope.factory, scope.device]);
    case 'group':
      return JSON.stringify(['group', scope.factory, scope.group]);
    case 'factory':
      return JSON.stringify(['factory', scope.factory]);
  }
}

/**
 * Whether a configuration can be sent back as it was read. What the service shows of a file of a group or Factory that
 * is not plain text may be other than what it keeps (docs/api.md §4.3): sending that back could destroy the value.
 */
export function canSendBack(scope: ConfigScope, files: readonly ConfigFile[]): boolean {
  return scope.kind === 'device' || files.every(({ unencrypted }) => unencrypted);
}

/** Whether a device, group or Factory may have a file of this name: update settings are not for a whole Factory (§4.4). */
export function isOffered(scope: ConfigScope, name: string): boolean {
  return scope.kind !== 'factory' || name !== UPDATE_SETTINGS_FILE;
}
