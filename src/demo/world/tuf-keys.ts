/** Key pairs of TUF roles, in the form that the CLI reads and writes them (docs/api.md §2.5). None of them is a secret. */
import { createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import type { Seed } from '../random';

/** Everything before the 32 bytes of an Ed25519 seed in PKCS #8. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

export interface Signature {
  readonly keyid: string;
  readonly method: string;
  readonly sig: string;
}

/** A key as documents hold it: hexadecimal digits of the 32 bytes. */
export interface WireKey {
  readonly keytype: string;
  readonly keyval: { readonly public?: string; readonly private?: string };
}

/** A key pair; the same text gives the same one. */
export class TufKey {
  /** SHA-256 of the public key in its DER form. */
  readonly id: string;
  readonly public: WireKey;
  readonly private: WireKey;
  readonly #key: KeyObject;

  constructor(seed: Seed, label: string) {
    const scalar = Buffer.from(seed.hex(64, `TUF ${label}`), 'hex');
    this.#key = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, scalar]), format: 'der', type: 'pkcs8' });
    const der = createPublicKey(this.#key).export({ format: 'der', type: 'spki' });
    this.id = createHash('sha256').update(der).digest('hex');
    this.public = { keytype: 'ED25519', keyval: { public: der.subarray(-32).toString('hex') } };
    this.private = { keytype: 'ED25519', keyval: { private: scalar.toString('hex') } };
  }

  /** Signs the canonical form of what is signed. */
  sign(signed: unknown): Signature {
    const sig = sign(null, Buffer.from(canonical(signed)), this.#key).toString('base64');
    return { keyid: this.id, method: 'ed25519', sig };
  }
}

/** JSON with sorted keys and without blanks. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join(',')}]`;
  }
  if (typeof value !== 'object' || value === null) {
    return JSON.stringify(value);
  }
  const fields = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join(',')}}`;
}
