import { currentFile, newConfigFile, type ConfigEntry, type ConfigFile } from './config';

export const VPN_CLIENT_FILE = 'wireguard-client';
const VPN_SERVER_FILE = 'wireguard-server';

/** Why the VPN of a device cannot be switched. */
export type WireguardTrouble =
  /** The Factory has no VPN server. */
  | 'noServer'
  /** It has one that is switched off. */
  | 'serverOff'
  /** The device has not told its key. */
  | 'noKey'
  /** The file has keys on which the device's program ends. */
  | 'unknownKey'
  /** No address is left, or the server's is none. */
  | 'noAddress';

export class WireguardError extends Error {
  override readonly name = 'WireguardError';
  readonly trouble: WireguardTrouble;

  constructor(trouble: WireguardTrouble) {
    super(trouble);
    this.trouble = trouble;
  }
}

/** Keys of the device's file; its parser ends at any other (docs/api.md §4.6). */
const CLIENT_KEYS = new Set(['address', 'pubkey', 'enabled']);

interface Line {
  readonly text: string;
  readonly key: string;
  readonly value: string;
}

function linesOf(text: string): Line[] {
  return text.split(/\r?\n/).map((line) => {
    const at = line.indexOf('=');
    return { text: line, key: at < 0 ? line.trim() : line.slice(0, at).trim(), value: line.slice(at + 1).trim() };
  });
}

const valueOf = (lines: readonly Line[], name: string): string | undefined =>
  lines.find(({ key }) => key === name)?.value;

/** @returns the address that the device has in the VPN; undefined where it has none */
export function vpnAddressOf(file: Pick<ConfigFile, 'value'> | undefined): string | undefined {
  const address = valueOf(linesOf(file?.value ?? ''), 'address');
  return address === '' ? undefined : address;
}

/** @returns whether the device is to be in the VPN */
export function isVpnEnabled(file: Pick<ConfigFile, 'value'> | undefined): boolean {
  return vpnAddressOf(file) !== undefined && valueOf(linesOf(file?.value ?? ''), 'enabled') !== '0';
}

/**
 * @param entries the Factory's configuration, newest first
 * @returns the server's address in the VPN
 * @throws {WireguardError} `noServer`, `serverOff`
 */
export function vpnServerAddress(entries: readonly ConfigEntry[]): string {
  const lines = linesOf(currentFile(entries, VPN_SERVER_FILE)?.value ?? '');
  const address = valueOf(lines, 'server_address');
  if (address === undefined || address === '') {
    throw new WireguardError('noServer');
  }
  if (valueOf(lines, 'enabled') === '0') {
    throw new WireguardError('serverOff');
  }
  return address;
}

/**
 * @param server the server's address in the VPN
 * @param taken addresses that devices have, in use or not
 * @returns the first free address above the server's
 * @throws {WireguardError} `noAddress`
 */
export function firstFreeAddress(server: string, taken: ReadonlySet<string>): string {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/\d+)?$/.exec(server)?.slice(1).map(Number) ?? [];
  if (parts.length === 4 && parts.every((part) => part <= 255)) {
    const start = parts.reduce((sum, part) => sum * 256 + part, 0);
    // What a network of 16 bits holds; the first and last of each 256 may mean something else.
    for (let next = start + 1; next < start + 65_536 && next < 2 ** 32; next++) {
      const last = next % 256;
      const address = [next / 2 ** 24, next / 2 ** 16, next / 2 ** 8, next].map((part) => Math.floor(part) % 256);
      const text = address.join('.');
      if (last !== 0 && last !== 255 && !taken.has(text)) {
        return text;
      }
    }
  }
  throw new WireguardError('noAddress');
}

/**
 * Puts a device into the VPN, or takes it out: `address` is added where it has none, `enabled=0` stands there only while it
 * is out (docs/api.md §4.6). Its other lines stay.
 *
 * @param address is called where the device needs one
 * @returns the file to send; undefined where it is so already
 * @throws {WireguardError} `noKey`, `unknownKey`, and what `address` throws
 */
export function withVpn(file: ConfigFile | undefined, enabled: boolean, address: () => string): ConfigFile | undefined {
  const lines = linesOf(file?.value ?? '').filter(({ text }) => text.trim() !== '');
  if (file === undefined || (valueOf(lines, 'pubkey') ?? '') === '') {
    throw new WireguardError('noKey');
  }
  if (lines.some(({ key }) => !CLIENT_KEYS.has(key))) {
    throw new WireguardError('unknownKey');
  }
  if (enabled ? isVpnEnabled(file) : valueOf(lines, 'enabled') === '0') {
    return undefined;
  }
  const kept = lines.filter(({ key, value }) => key !== 'enabled' && !(key === 'address' && value === ''));
  const first = enabled ? (kept.some(({ key }) => key === 'address') ? [] : [`address=${address()}`]) : ['enabled=0'];
  const value = [...first, ...kept.map(({ key, value: text }) => `${key}=${text}`)].join('\n');
  // The device reports its file without the handler that acts on it.
  const { onChanged } = newConfigFile(VPN_CLIENT_FILE, '');
  return { ...file, value, unencrypted: true, onChanged };
}
