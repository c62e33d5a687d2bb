import * as v from 'valibot';
import { maybeFlag, text } from './decode';
import { pathOf, requestJson } from './json';
import type { Transport } from './transport';

/** An address that a device has in the Factory's VPN. */
export interface VpnAddress {
  readonly device: string;
  readonly ip: string;
  readonly enabled: boolean;
}

/**
 * The addresses that are taken in the VPN, `GET …/wireguard-ips/` (docs/api.md §2.4).
 *
 * @throws {FactoryError}
 */
export async function listVpnAddresses(
  transport: Transport,
  factory: string,
  signal?: AbortSignal,
): Promise<VpnAddress[]> {
  const answer = await requestJson(
    transport,
    { method: 'GET', path: pathOf('ota', 'factories', factory, 'wireguard-ips') },
    v.nullable(v.array(v.object({ name: text, ip: text, enabled: maybeFlag }))),
    signal,
  );
  return (answer ?? []).map(({ name, ip, enabled }) => ({ device: name, ip, enabled: enabled !== false }));
}
