import { createHash } from 'node:crypto';

/** Characters of a name that an id repeats: less than a cut one has, so that no name is equal to another one's cut form. */
const LONGEST = 150;
const START = 100;

/**
 * @param name of something, as the network tells it: of any length, with any characters
 * @returns the name as a part of the id of a row, without a `/`; two names never have the same
 */
export function idPart(name: string): string {
  const part = name.replace(/[%/]/g, encodeURIComponent);
  // As UTF-16, where no two texts are written alike.
  return part.length <= LONGEST
    ? part
    : `${part.slice(0, START)}#${createHash('sha256').update(part, 'utf16le').digest('hex')}`;
}
