/** The config files that the reference knows by name (docs/api.md §4.6). */
import { posix } from 'node:path';
import type { ConfigFile } from './config-history';

export const UPDATE_SETTINGS = 'z-50-fioctl.toml';
export const UPDATE_SETTINGS_HANDLER = '/usr/share/fioconfig/handlers/aktualizr-toml-update';
export const VPN_HANDLER = '/usr/share/fioconfig/handlers/factory-config-vpn';
export const ONESHOT_HANDLER = '/usr/share/fioconfig/handlers/fioconfig-oneshot';
export const ONESHOT_PREFIX = 'fioconfig-oneshot-';
export const REMOTE_ACTIONS = 'fio-remote-actions';

/** A file whose value everybody may read. */
export function plainFile(name: string, value: string, ...onChanged: string[]): ConfigFile {
  return { name, value, unencrypted: true, onChanged };
}

/** A file whose value is encrypted, or kept from being shown. */
export function secretFile(name: string, value: string, ...onChanged: string[]): ConfigFile {
  return { name, value, unencrypted: false, onChanged };
}

/** `z-50-fioctl.toml` with this text. */
export function updateSettings(value: string): ConfigFile {
  return plainFile(UPDATE_SETTINGS, value, UPDATE_SETTINGS_HANDLER);
}

/** Whether a device runs this handler for a file: one outside the directory of handlers is skipped (docs/api.md §3.5). */
export function runsHandler(file: ConfigFile, handler: string): boolean {
  const [program] = file.onChanged;
  return program !== undefined && posix.normalize(program) === handler;
}
