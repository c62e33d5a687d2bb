/**
 * @param start of a quote
 * @param end of its line, where a text in one quote ends at the latest
 * @returns the offset behind a text of TOML; one in three quotes may be many lines long
 */
export function endOfString(text: string, start: number, end: number): number {
  const quote = text.charAt(start);
  const long = quote.repeat(3);
  if (!text.startsWith(long, start)) {
    return endOfLineString(text, start, end);
  }
  let close = text.indexOf(long, start + 3);
  while (close >= 0 && quote === '"' && isEscaped(text, close)) {
    close = text.indexOf(long, close + 1);
  }
  if (close < 0) {
    return text.length;
  }
  // One or two quotes may stand right before the closing three.
  let after = close + 3;
  while (after < close + 5 && text.charAt(after) === quote) {
    after += 1;
  }
  return after;
}

/** @returns the offset behind a text in one quote, which ends with its line */
export function endOfLineString(text: string, start: number, end: number): number {
  const quote = text.charAt(start);
  for (let at = start + 1; at < end; at++) {
    const char = text.charAt(at);
    if (char === '\\' && quote === '"') {
      at += 1;
    } else if (char === quote) {
      return at + 1;
    }
  }
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charAt(at - 1 - backslashes) === '\\') {
    backslashes += 1;
  }
  return backslashes % 2 === 1;
}
