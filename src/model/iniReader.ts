import type { TextRange } from './tomlKeys';

/**
 * `z-50-fioctl.toml` as aktualizr-lite reads it. It does not know TOML: libaktualizr gives every `.toml` file to boost's
 * `read_ini` (foundriesio/aktualizr `libaktualizr-posix/config_utils.h`; boost `property_tree/ini_parser.hpp`), and deletes the
 * double quotes of text values. docs/api.md §4.4.
 */

/** Why aktualizr-lite rejects a file. It then exits at its start, and installs no update until the file is corrected. */
export type IniFault =
  /** The line is neither a comment nor a section, and has no `=`. */
  | 'noEquals'
  /** Nothing is before the `=`. */
  | 'noKey'
  /** A line begins with `[` and has no `]`. */
  | 'openSection'
  | 'duplicateSection'
  | 'duplicateKey'
  /** A byte order mark before something that is no `key = value`. */
  | 'byteOrderMark';

/** A `key = value` line. */
export interface IniKey {
  /** `''` before the first section. */
  readonly section: string;
  readonly key: string;
  /** What follows the `=`, without blanks around it; quotes and comments are part of it. */
  readonly value: string;
  /** The line without its line break. */
  readonly line: TextRange;
}

/** What aktualizr-lite reads, up to the first line that it rejects. */
export interface IniFile {
  readonly keys: readonly IniKey[];
  /** The line that makes it reject the whole file. */
  readonly fault: (TextRange & { readonly kind: IniFault }) | undefined;
}

const BOM = '\ufeff';

/** Reads a text as boost's INI reader does; one pass. */
export function readIni(text: string): IniFile {
  const keys: IniKey[] = [];
  const top = new Map<string, IniKey>();
  const sections = new Map<string, Map<string, IniKey>>();
  let fault: IniFile['fault'];
  let section = '';
  let container = top;
  for (let start = 0; start < text.length && fault === undefined;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = { start, end: end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end };
    const written = trimmed(text.slice(start, end));
    start = end + 1;
    const reject = (kind: IniFault) => (fault = { ...line, kind: written.startsWith(BOM) ? 'byteOrderMark' : kind });
    if (written === '' || written.startsWith(';') || written.startsWith('#')) {
      continue;
    }
    if (written.startsWith('[')) {
      if (container !== top && container.size === 0) {
        // A section without keys is dropped when the next one begins, so its name may come again.
        sections.delete(section);
      }
      const close = written.indexOf(']');
      section = trimmed(written.slice(1, Math.max(1, close)));
      if (close < 0) {
        reject('openSection');
      } else if (top.has(section) || sections.has(section)) {
        reject('duplicateSection');
      } else {
        sections.set(section, (container = new Map<string, IniKey>()));
      }
      continue;
    }
    const equals = written.indexOf('=');
    if (equals <= 0) {
      reject(equals < 0 ? 'noEquals' : 'noKey');
      continue;
    }
    const key = { section, key: trimmed(written.slice(0, equals)), value: trimmed(written.slice(equals + 1)), line };
    if (container.has(key.key)) {
      reject('duplicateKey');
    } else {
      container.set(key.key, key);
      keys.push(key);
    }
  }
  return { keys, fault };
}

/** @returns a value as libaktualizr hands it on as text: every double quote is deleted */
export const withoutQuotes = (value: string): string => value.replaceAll('"', '');

/** Blanks as C++ has them: a byte order mark is none. */
function trimmed(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isBlank(text.charCodeAt(start))) {
    start += 1;
  }
  while (end > start && isBlank(text.charCodeAt(end - 1))) {
    end -= 1;
  }
  return text.slice(start, end);
}

const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);
