/**
 * Foreign text (names, words of a service) for places that read Markdown links or are read by people: `[x](command:…)`
 * stays text, and characters that hide or turn around what follows are shown as a blank.
 */
export function plainText(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, ' ')
      .replace(/\]\(/g, ']\u200b(')
  );
}

/** @returns a text for a log: on one line, without escapes that a terminal would act on when the log is printed there */
export function logLine(text: string): string {
  return plainText(text).replace(/\s+/g, ' ').trim();
}

/** @returns a text as Markdown in which nothing is markup */
export const literal = (text: string): string => text.replace(/[\\`*_{}[\]()#+!<>|~&]/g, '\\$&');
