/** Signed documents in the shape of TUF (foundries-api.md §2.5, §2.6). Nothing is signed: no client of these looks at it. */
import { DAY, isoZulu } from '../clock';
import type { Seed } from '../random';

/** The envelope around targets. */
export function signedTargets(
  seed: Seed,
  targets: Readonly<Record<string, unknown>>,
  version: number,
  now: number,
): Record<string, unknown> {
  return {
    signatures: [{ keyid: seed.hex(64, 'targets key'), method: 'rsassa-pss-sha256', sig: 'AAAA' }],
    signed: { _type: 'Targets', expires: isoZulu(now + 360 * DAY), version, targets },
  };
}

/** The other roles, as empty as they may be. */
export function signedRole(seed: Seed, role: 'Root' | 'Snapshot' | 'Timestamp', now: number): Record<string, unknown> {
  const keyid = seed.hex(64, `${role} key`);
  const signed = { _type: role, expires: isoZulu(now + 360 * DAY), version: 1 };
  const roles = {
    root: { keyids: [keyid], threshold: 1 },
    targets: { keyids: [seed.hex(64, 'targets key')], threshold: 1 },
  };
  return {
    signatures: [{ keyid, method: 'rsassa-pss-sha256', sig: 'AAAA' }],
    signed: role === 'Root' ? { ...signed, consistent_snapshot: false, keys: {}, roles } : { ...signed, meta: {} },
  };
}
