import { isEncrypted, UPDATE_SETTINGS_FILE, type ConfigFile, type ConfigScope } from './config';

/** How secret the value of a file is, and who can read it (docs/api.md §4.3). */
export type Secrecy =
  /** Marked as plain text. */
  | 'plain'
  /** Encrypted for the device, which alone can read it. */
  | 'sealed'
  /** Marked as encrypted for a device, but is not: the device cannot decrypt it, and then takes no file at all (§4.2). */
  | 'exposed'
  /** Of a group or Factory: kept encrypted by the service, which shows something else in its place. */
  | 'hidden'
  /** Of a group or Factory: kept encrypted by the service, which shows what looks like the value. */
  | 'shown';

/** @returns how secret a value is, as far as what the service shows of it tells */
export function secrecyOf({ kind }: Pick<ConfigScope, 'kind'>, file: ConfigFile): Secrecy {
  if (file.unencrypted) {
    return 'plain';
  }
  if (kind === 'device') {
    return isEncrypted(file) ? 'sealed' : 'exposed';
  }
  return isLegible(file.value) ? 'shown' : 'hidden';
}

/**
 * Decides for all of the product whether the content of a file is known.
 *
 * @returns whether what the service shows is not the value, so that it can neither be shown as a text nor be changed nor be
 *   sent back
 */
export function isUnreadable(scope: Pick<ConfigScope, 'kind'>, file: ConfigFile): boolean {
  const secrecy = secrecyOf(scope, file);
  return secrecy === 'sealed' || secrecy === 'hidden';
}

/**
 * @param file undefined: there is none
 * @returns the text that a file holds, `''` where there is no file; undefined where it is not known (`isUnreadable`)
 */
export function knownText(scope: Pick<ConfigScope, 'kind'>, file: ConfigFile | undefined): string | undefined {
  return file === undefined ? '' : isUnreadable(scope, file) ? undefined : file.value;
}

/** @returns whether a value has a syntax: what is encrypted has none, but update settings are read as they are */
export function hasSyntax(scope: Pick<ConfigScope, 'kind'>, file: ConfigFile): boolean {
  return file.name === UPDATE_SETTINGS_FILE || !isUnreadable(scope, file);
}

/**
 * A file with another text. Marked as encrypted, a plain text would keep a device from taking any of its files
 * (docs/api.md §4.2), so there it is marked as what it is, also where it replaces a value that was marked wrongly. A
 * group or Factory keeps the mark: the service encrypts what it is sent (§4.3).
 */
export function withText(scope: Pick<ConfigScope, 'kind'>, file: ConfigFile, value: string): ConfigFile {
  const changed = { ...file, value };
  return secrecyOf(scope, changed) === 'exposed' ? { ...changed, unencrypted: true } : changed;
}

/**
 * What the service shows of a secret that it keeps is not documented (§4.3). Nothing, a mask and the encodings of bytes are
 * no text that anybody wrote; a long word that only looks like them is taken for one, which loses nothing.
 */
function isLegible(value: string): boolean {
  const text = value.trim();
  return (
    text !== '' &&
    !/^[*•●.xX]+$/.test(text) &&
    // eslint-disable-next-line no-control-regex
    !/[\u0000-\u0008\u000e-\u001f\u007f\ufffd]/.test(text) &&
    !/^[A-Za-z0-9+/_-]{40,}={0,2}$/.test(text.replace(/\r?\n/g, ''))
  );
}
