/** What a device does to an encrypted value, and what makes one (docs/api.md §5). Only P-256: that is what the simulated devices have. */
import { createCipheriv, createDecipheriv, createECDH, createHash, createHmac, timingSafeEqual } from 'node:crypto';

const POINT = 65;
const IV = 16;
const TAG = 32;
const CIPHER = 'aes-128-ctr';

function deriveKeys(shared: Buffer): { cipherKey: Buffer; macKey: Buffer } {
  const derived = createHash('sha256')
    .update(Buffer.from([0, 0, 0, 1]))
    .update(shared)
    .digest();
  return { cipherKey: derived.subarray(0, 16), macKey: createHash('sha256').update(derived.subarray(16)).digest() };
}

/** Why a value could not be decrypted, in the device's words (docs/api.md §5.3). */
export class UndecryptableError extends Error {
  override readonly name = 'UndecryptableError';
}

/** Decodes base64 as strictly as Go does: the standard alphabet with padding, line breaks allowed. */
function strictBase64(value: string): Buffer {
  const compact = value.replace(/[\r\n]/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact)) {
    throw new UndecryptableError('illegal base64 data');
  }
  return Buffer.from(compact, 'base64');
}

/** Decrypts a value with a device's private scalar. */
export function decryptValue(value: string, scalar: Buffer): Buffer {
  const bytes = strictBase64(value);
  if (bytes.length === 0) {
    throw new UndecryptableError('ecies: invalid message');
  }
  if (bytes[0] !== 2 && bytes[0] !== 3 && bytes[0] !== 4) {
    throw new UndecryptableError('ecies: invalid public key');
  }
  if (bytes.length < POINT + IV + TAG) {
    throw new UndecryptableError('ecies: invalid message');
  }
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(scalar);
  let shared: Buffer;
  try {
    if (bytes[0] !== 4) {
      throw new UndecryptableError('compressed point');
    }
    shared = ecdh.computeSecret(bytes.subarray(0, POINT));
  } catch {
    throw new UndecryptableError('ecies: invalid public key');
  }
  const { cipherKey, macKey } = deriveKeys(shared);
  const message = bytes.subarray(POINT, -TAG);
  if (!timingSafeEqual(createHmac('sha256', macKey).update(message).digest(), bytes.subarray(-TAG))) {
    throw new UndecryptableError('ecies: invalid message');
  }
  const cipher = createDecipheriv(CIPHER, cipherKey, message.subarray(0, IV));
  return Buffer.concat([cipher.update(message.subarray(IV)), cipher.final()]);
}

/**
 * Encrypts a value for a device's public point. The ephemeral key and the initialisation vector come from `source`, so that the
 * same seed gives the same bytes; this is for the emulator's own data and protects nothing.
 */
export function encryptValue(message: Uint8Array, point: Buffer, source: string): string {
  const scalar = createHash('sha256').update(`ephemeral ${source}`).digest();
  scalar[0] = ((scalar[0] ?? 0) & 0x7f) | 0x01;
  const iv = createHash('sha256').update(`iv ${source}`).digest().subarray(0, IV);
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(scalar);
  const { cipherKey, macKey } = deriveKeys(ecdh.computeSecret(point));
  const cipher = createCipheriv(CIPHER, cipherKey, iv);
  const encrypted = Buffer.concat([iv, cipher.update(message), cipher.final()]);
  const tag = createHmac('sha256', macKey).update(encrypted).digest();
  return Buffer.concat([ecdh.getPublicKey(), encrypted, tag]).toString('base64');
}
