/** Signed documents in the shape of TUF (docs/api.md §2.5, §2.6). */
import { DAY, isoZulu } from '../clock';
import type { TufKey } from './tuf-keys';

/** The envelope around targets. Their signature is of no use: nobody of the emulator's checks it, and they may be 25 MB. */
export function signedTargets(
  key: TufKey,
  targets: Readonly<Record<string, unknown>>,
  version: number,
  now: number,
): Record<string, unknown> {
  return {
    signatures: [{ keyid: key.id, method: 'ed25519', sig: 'AAAA' }],
    signed: { _type: 'Targets', expires: isoZulu(now + 360 * DAY), version, targets },
  };
}

/** The other roles, as empty as they may be. */
export function signedRole(key: TufKey, role: 'Snapshot' | 'Timestamp', now: number): Record<string, unknown> {
  const signed = { _type: role, expires: isoZulu(now + 360 * DAY), version: 1, meta: {} };
  return { signatures: [key.sign(signed)], signed };
}
