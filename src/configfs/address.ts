import { nameProblem, scopeKey, type ConfigScope } from '../model/config';

/** Scheme of configuration files. */
export const SCHEME = 'foundries';
/** Scheme of the pages that show what a device receives; read-only. */
export const EFFECTIVE_SCHEME = 'foundries-effective';

/** A configuration file anywhere: its address alone finds it again after a restart. */
export interface ConfigAddress {
  /** Key of the server (`model/serverKey`). */
  readonly host: string;
  readonly scope: ConfigScope;
  /** Name of the file; may hold `/`. */
  readonly file: string;
}

/** A place that holds files: `…/devices/device-01/config`, with the part of a name that is a folder. */
export interface ConfigFolder {
  readonly host: string;
  readonly scope: ConfigScope;
  readonly prefix: string;
}

/** A folder above the files: a Factory, its groups, its devices, or one of these. */
export type Place =
  | { readonly kind: 'root' | 'devices' | 'groups'; readonly host: string; readonly factory: string }
  | { readonly kind: 'owner'; readonly host: string; readonly factory: string; readonly scope: ConfigScope };

/** The parts of a URI that an address takes; as VS Code has them, decoded. */
export interface UriParts {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
}

/**
 * @returns `foundries://HOST/factories/F/devices/D/config/FILE`, `…/factories/F/groups/G/config/FILE` or
 *   `…/factories/F/config/FILE`; a `/` or `%` in a name other than the file's is written as `%2F`, `%25`
 */
export function formatAddress({ host, scope, file }: ConfigAddress): UriParts {
  return { scheme: SCHEME, authority: host, path: `${scopePath(scope)}/${file}` };
}

/** @returns a key that tells files apart */
export const addressKey = ({ host, scope, file }: ConfigAddress): string => `${host} ${scopeKey(scope)} ${file}`;

/** @returns the address in a URI; undefined where it is none */
export function parseAddress(uri: UriParts): ConfigAddress | undefined {
  const folder = parseFolder(uri);
  if (folder === undefined || folder.prefix === '' || nameProblem(folder.prefix) !== undefined) {
    return undefined;
  }
  return { host: folder.host, scope: folder.scope, file: folder.prefix };
}

/** @returns the folder in a URI, whose `prefix` is `''` for a scope's own; undefined where it is none */
export function parseFolder(uri: UriParts): ConfigFolder | undefined {
  if (uri.scheme !== SCHEME || uri.authority === '') {
    return undefined;
  }
  const [empty, root, factory, ...rest] = uri.path.split('/');
  if (empty !== '' || root !== 'factories' || !factory) {
    return undefined;
  }
  const found = scopeOf(unescapeName(factory), rest);
  return found === undefined ? undefined : { host: uri.authority, ...found };
}

/** @returns the folder above the files that a URI names; undefined where it is none. Whether it exists is not asked. */
export function parsePlace(uri: UriParts): Place | undefined {
  const [empty, root, escaped, kind, name, ...rest] = uri.path.replace(/\/$/, '').split('/');
  if (uri.scheme !== SCHEME || uri.authority === '' || empty !== '' || root !== 'factories' || !escaped) {
    return undefined;
  }
  const host = uri.authority;
  const factory = unescapeName(escaped);
  if (kind === undefined) {
    return isProbe(escaped) ? undefined : { kind: 'root', host, factory };
  }
  if ((kind !== 'devices' && kind !== 'groups') || rest.length > 0 || name === '') {
    return undefined;
  }
  if (name === undefined) {
    return { kind, host, factory };
  }
  if (isProbe(name)) {
    return undefined;
  }
  const found = scopeOf(factory, [kind, name, 'config']);
  return found === undefined ? undefined : { kind: 'owner', host, factory, scope: found.scope };
}

/** @returns path of the folder of a Factory: `/factories/acme` */
export function factoryPath(factory: string): string {
  return `/factories/${escapeName(factory)}`;
}

/** @returns the name as a folder in an address: a slash in it is not one */
export function folderName(name: string): string {
  return escapeName(name);
}

/**
 * Whether tools look for a file of this name in every folder. Such a look must not cost a request: the file is there only
 * if it is known to be.
 */
export function isProbe(name: string): boolean {
  return PROBES.has(name.split('/')[0] ?? '');
}

const PROBES: ReadonlySet<string> = new Set([
  '.DS_Store',
  '.devcontainer',
  '.devcontainer.json',
  '.editorconfig',
  '.git',
  '.gitattributes',
  '.github',
  '.gitignore',
  '.gitmodules',
  '.hg',
  '.idea',
  '.svn',
  '.vscode',
]);

function scopeOf(factory: string, rest: readonly string[]): Pick<ConfigFolder, 'scope' | 'prefix'> | undefined {
  const [kind, name, config, ...file] = rest;
  if (kind === 'config') {
    return { scope: { kind: 'factory', factory }, prefix: rest.slice(1).join('/') };
  }
  if (!name || config !== 'config') {
    return undefined;
  }
  const prefix = file.join('/');
  switch (kind) {
    case 'devices':
      return { scope: { kind: 'device', factory, device: unescapeName(name) }, prefix };
    case 'groups':
      return { scope: { kind: 'group', factory, group: unescapeName(name) }, prefix };
    default:
      return undefined;
  }
}

function scopePath(scope: ConfigScope): string {
  const factory = factoryPath(scope.factory);
  switch (scope.kind) {
    case 'device':
      return `${factory}/devices/${escapeName(scope.device)}/config`;
    case 'group':
      return `${factory}/groups/${escapeName(scope.group)}/config`;
    case 'factory':
      return `${factory}/config`;
  }
}

const escapeName = (name: string): string => name.replace(/%/g, '%25').replace(/\//g, '%2F');
const unescapeName = (name: string): string => name.replace(/%2F/gi, '/').replace(/%25/g, '%');
