/**
 * What an event says in its details: fioup sends a JSON document as text (docs/api.md §7.1), aklite plain text.
 *
 * @returns lines: `key: value` of a document, one line for each value however deep; the text itself otherwise
 */
export function detailLines(details: string): readonly string[] {
  const text = details.trim();
  if (text === '') {
    return [];
  }
  if (/^[{[]/.test(text)) {
    try {
      return flatten(JSON.parse(text), '', 0);
    } catch {
      // Text that only begins like a document.
    }
  }
  return text.split(/\r\n|\r|\n/);
}

/** A document that is deeper is hardly meant to be read. */
const DEEPEST = 20;

function flatten(value: unknown, path: string, depth: number): string[] {
  if (typeof value === 'object' && value !== null && depth < DEEPEST) {
    const parts = Array.isArray(value)
      ? value.map((item: unknown, at): [string, unknown] => [shortened(`${path}[${at}]`), item])
      : Object.entries(value).map(([key, item]): [string, unknown] => [
          shortened(path === '' ? key : `${path}.${shortened(key)}`),
          item,
        ]);
    return parts.length > 0 ? parts.flatMap(([key, item]) => flatten(item, key, depth + 1)) : labelled(path, '');
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.split(/\r\n|\r|\n/).flatMap((line, at) => (at === 0 ? labelled(path, line) : [`  ${line}`]));
}

/** Characters of a path: it stands before everything that is below it. */
const LONGEST_PATH = 200;

const shortened = (path: string): string => (path.length > LONGEST_PATH ? `…${path.slice(1 - LONGEST_PATH)}` : path);

const labelled = (path: string, text: string): string[] => [path === '' ? text : `${path}: ${text}`];
