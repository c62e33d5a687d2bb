/** The key pair of a simulated device (docs/api.md §5): the emulator holds the private half, which is no secret. */
import { createECDH, createHash } from 'node:crypto';

/** Everything before the public point in the SubjectPublicKeyInfo of a P-256 key. */
const SPKI_HEAD = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');

/** A P-256 key pair made from text: the same text gives the same key. */
export interface DeviceKey {
  readonly scalar: Buffer;
  readonly point: Buffer;
}

/** Makes the key pair. */
export function makeDeviceKey(source: string): DeviceKey {
  const scalar = createHash('sha256').update(`device key ${source}`).digest();
  // Below the order of the curve, and never zero.
  scalar[0] = ((scalar[0] ?? 0) & 0x7f) | 0x01;
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(scalar);
  return { scalar, point: ecdh.getPublicKey() };
}

/** The `public-key` field: PEM, SubjectPublicKeyInfo. */
export function publicKeyPem(key: DeviceKey): string {
  const base64 = Buffer.concat([SPKI_HEAD, key.point]).toString('base64');
  return `-----BEGIN PUBLIC KEY-----\n${base64.slice(0, 64)}\n${base64.slice(64)}\n-----END PUBLIC KEY-----\n`;
}

/** The `public-key` field with `pubkey_format=OpenSSH` (docs/api.md §2.1.1). */
export function publicKeyOpenSsh(pem: string): string {
  const point = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64').subarray(-65);
  const field = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const blob = Buffer.concat([field(Buffer.from('ecdsa-sha2-nistp256')), field(Buffer.from('nistp256')), field(point)]);
  return `ecdsa-sha2-nistp256 ${blob.toString('base64')}`;
}
