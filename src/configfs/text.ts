import { createHash } from 'node:crypto';
import { UPDATE_SETTINGS_FILE } from '../model/config';
import type { ConfigAddress } from './address';
import { SaveRefused } from './saveRefused';

/** @returns the text, with its byte order mark and line ends; undefined for bytes that are not UTF-8 */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * @returns the text of a plain value, with its line ends and byte order mark; update settings lose the mark, which an editor neither
 *   shows nor removes, and with which aktualizr-lite rejects them (`model/iniReader.ts`)
 * @throws {SaveRefused} `notText`
 */
export function decodeText(address: ConfigAddress, bytes: Uint8Array): string {
  const text = textOf(bytes);
  if (text === undefined) {
    throw new SaveRefused('notText', address);
  }
  return address.file === UPDATE_SETTINGS_FILE ? text.replace(/^\ufeff/, '') : text;
}

/** @returns what tells texts apart without keeping them */
export const hashOf = (text: string): string => createHash('sha256').update(text, 'utf8').digest('base64');

/** @returns the same for texts that look the same in an editor, which has no byte order mark and one kind of line end */
export const normalHashOf = (text: string): string => hashOf(text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n'));
