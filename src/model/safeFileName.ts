import { createHash } from 'node:crypto';

/**
 * Bytes of a name in UTF-8. File systems take 255; the ending of a file that is still being written, and a number for a further
 * copy, come on top.
 */
const MOST_BYTES = 150;

/** Windows takes these for devices, whatever ending they have. */
const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\.|$)/i;

/** Control characters, those that hide or turn text, halves of characters, and what some file system does not take. */
const UNSAFE =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff<>:"|?*]|\p{Surrogate}/gu;

/**
 * A name of the network for a file on this machine: the last part of a path, without what a file system or a reader would take
 * for something else. Where it is cut, a part of its hash tells it from other names that begin and end in the same way.
 */
export function safeFileName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const clean = trimmed(last.replace(UNSAFE, '_'));
  const named = clean === '' ? 'artifact' : RESERVED.test(clean) ? `_${clean}` : clean;
  if (Buffer.byteLength(named, 'utf8') <= MOST_BYTES) {
    return named;
  }
  const ending = /(?:\.[A-Za-z0-9_-]{1,10}){0,2}$/.exec(named)?.[0] ?? '';
  const hash = createHash('sha256').update(name, 'utf8').digest('hex').slice(0, 8);
  const start = startOf(named.slice(0, named.length - ending.length), MOST_BYTES - hash.length - ending.length - 1);
  return `${trimmed(start)}-${hash}${ending}`;
}

/** Windows drops dots and spaces at the end; a dot at the beginning hides a file. */
const trimmed = (name: string): string => name.replace(/^[.\s]+/, '').replace(/(?<![.\s])[.\s]+$/, '');

/** @returns as many whole characters as fit */
function startOf(text: string, bytes: number): string {
  let size = 0;
  let start = '';
  for (const char of text) {
    size += Buffer.byteLength(char, 'utf8');
    if (size > bytes) {
      break;
    }
    start += char;
  }
  return start;
}
