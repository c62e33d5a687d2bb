/** File-path style patterns: `*`, `?`, `[..]` (docs/api.md §2.1.1). */

/** Turns a pattern into an expression for whole names. */
export function globExpression(pattern: string): RegExp {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern.charAt(i);
    const close = char === '[' ? pattern.indexOf(']', i + 2) : -1;
    if (char === '*') {
      source += '.*';
    } else if (char === '?') {
      source += '.';
    } else if (close > 0) {
      const inside = pattern.slice(i + 1, close).replace(/[\\\]]/g, '\\$&');
      source += `[${inside.replace(/^[!^]/, '^')}]`;
      i = close;
    } else {
      source += char.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    }
  }
  try {
    return new RegExp(`^${source}$`, 'su');
  } catch {
    // A class such as [z-a] fits nothing.
    return /^(?!)/;
  }
}

/** SQL's ILIKE: `%` any text, `_` one character, and a part of the name when there is neither (inferred.ts). */
export function ilikeExpression(pattern: string, partWithoutWildcard: boolean): RegExp {
  const escaped = pattern.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const source = escaped.replace(/%/g, '.*').replace(/_/g, '.');
  return partWithoutWildcard && source === escaped ? new RegExp(escaped, 'iu') : new RegExp(`^${source}$`, 'isu');
}
