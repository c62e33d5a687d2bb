import { nameProblem, type ConfigScope } from '../model/config';

/** Scheme of configuration files. */
export const SCHEME = 'foundries';

/** A configuration file anywhere: its address alone finds it again after a restart. */
export interface ConfigAddress {
  /** `host[:port]` of the API. */
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
  const factory = `/factories/${escapeName(scope.factory)}`;
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
