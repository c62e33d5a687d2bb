import { createHash } from 'node:crypto';
import type { ConfigAddress } from './address';
import { SaveRefused } from './saveRefused';

/**
 * @returns the text of a plain value, with its byte order mark and line ends
 * @throws {SaveRefused} `notText`
 */
export function decodeText(address: ConfigAddress, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SaveRefused('notText', address);
  }
}

/** @returns what tells texts apart without keeping them */
export const hashOf = (text: string): string => createHash('sha256').update(text, 'utf8').digest('base64');

/** @returns the same for texts that look the same in an editor, which has no byte order mark and one kind of line end */
export const normalHashOf = (text: string): string => hashOf(text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n'));
