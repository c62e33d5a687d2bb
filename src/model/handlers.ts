/** Handlers that devices have (docs/api.md §4.6). */
export const KNOWN_HANDLERS = [
  'aktualizr-toml-update',
  'factory-config-vpn',
  'renew-client-cert',
  'fioconfig-oneshot',
] as const;

export type KnownHandler = (typeof KNOWN_HANDLERS)[number];

/** Why a text is no command line. */
export type CommandLineProblem = 'empty' | 'openQuote' | 'openEscape';

/**
 * Splits a command line as a shell would, quotes and backslashes included. The device runs the parts as they are, so
 * nothing is expanded.
 *
 * @returns the parts, or what is wrong with the text
 */
export function parseCommandLine(text: string): readonly string[] | CommandLineProblem {
  const parts: string[] = [];
  let part: string | undefined;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === quote) {
      quote = '';
    } else if (quote === '' && (char === '"' || char === "'")) {
      quote = char;
      part ??= '';
    } else if (char === '\\' && quote !== "'") {
      at += 1;
      if (at === text.length) {
        return 'openEscape';
      }
      part = (part ?? '') + text.charAt(at);
    } else if (quote === '' && /\s/.test(char)) {
      if (part !== undefined) {
        parts.push(part);
        part = undefined;
      }
    } else {
      part = (part ?? '') + char;
    }
  }
  if (quote !== '') {
    return 'openQuote';
  }
  if (part !== undefined) {
    parts.push(part);
  }
  return (parts[0] ?? '') === '' ? 'empty' : parts;
}

/** @returns a command line that `parseCommandLine` splits into these parts again */
export function formatCommandLine(argv: readonly string[]): string {
  return argv.map((part) => (/^[^\s"'\\]+$/.test(part) ? part : `'${part.replace(/'/g, `'"'"'`)}'`)).join(' ');
}
