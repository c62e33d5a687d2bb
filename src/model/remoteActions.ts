import { randomBytes } from 'node:crypto';
import { currentFile, HANDLERS_FOLDER, type ConfigEntry, type ConfigFile } from './config';

/** The file in which a device tells what it can be asked to run (docs/api.md §4.5). */
const OFFERED = 'fio-remote-actions';
/** The base32 of RFC 4648, as the CLI draws from it. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * @param entries the device's configuration, newest first
 * @returns the actions that the device offers. Names that could not stand in a file name and in a line that a shell reads
 *   are left out.
 */
export function offeredActions(entries: readonly ConfigEntry[]): readonly string[] {
  const names = (currentFile(entries, OFFERED)?.value ?? '').split(/[\s,]+/);
  return [...new Set(names.filter((name) => /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/.test(name)))];
}

/** @returns a new id of a run of the action; the device tells of the run under it, and runs each id once */
export function newRunId(action: string): string {
  const random = Array.from(randomBytes(15), (byte) => ALPHABET[byte & 31]).join('');
  return `${action.replace(/\./g, '_').slice(0, 32)}_${random}`;
}

/** @returns the file that makes a device run the action once (docs/api.md §4.5) */
export function oneshotFile(action: string, runId: string): ConfigFile {
  return {
    name: `fioconfig-oneshot-${action}`,
    value: `COMMAND_ID=${runId}\nCOMMAND_CAPTURE=1\n`,
    unencrypted: true,
    onChanged: [`${HANDLERS_FOLDER}fioconfig-oneshot`, action],
  };
}
