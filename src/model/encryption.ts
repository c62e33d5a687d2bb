import {
  createCipheriv,
  createECDH,
  createHash,
  createHmac,
  createPublicKey,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import { DeviceKeyError } from './deviceKeyError';

/** What a curve picks (docs/api.md §5.1). */
interface Parameters {
  readonly hash: string;
  readonly cipher: string;
  readonly keyBytes: number;
  readonly fieldBytes: number;
}

const PARAMETERS: ReadonlyMap<string, Parameters> = new Map([
  ['prime256v1', { hash: 'sha256', cipher: 'aes-128-ctr', keyBytes: 16, fieldBytes: 32 }],
  ['secp384r1', { hash: 'sha384', cipher: 'aes-192-ctr', keyBytes: 24, fieldBytes: 48 }],
  ['secp521r1', { hash: 'sha512', cipher: 'aes-256-ctr', keyBytes: 32, fieldBytes: 66 }],
]);

const IV_BYTES = 16;
const UNCOMPRESSED = 0x04;

/** What is random in an encryption. Given only by tests of known answers. */
export interface Chance {
  readonly ephemeralKey: Uint8Array;
  readonly iv: Uint8Array;
}

/**
 * Encrypts a value so that only the device can read it: ECIES as go-ecies does it (docs/api.md §5). The
 * empty message is encrypted like any other: an empty value would keep the device from taking its whole configuration.
 *
 * @param publicKeyPem the device's `public-key`, on P-256, P-384 or P-521; line ends and text around it do not matter
 * @param chance for tests; without it everything is random
 * @returns the value to send: base64 with padding, in one line
 * @throws {DeviceKeyError}
 */
export function encryptForDevice(publicKeyPem: string, message: Uint8Array, chance?: Chance): string {
  const { curve, point, parameters } = readKey(publicKeyPem);
  const { hash, cipher, keyBytes } = parameters;
  const ephemeral = createECDH(curve);
  if (chance === undefined) {
    ephemeral.generateKeys();
  } else {
    ephemeral.setPrivateKey(chance.ephemeralKey);
  }
  const shared = ephemeral.computeSecret(point);
  // One round of the KDF is enough: two keys are exactly one hash long on each of the curves.
  const keys = createHash(hash)
    .update(Buffer.from([0, 0, 0, 1]))
    .update(shared)
    .digest();
  const macKey = createHash(hash).update(keys.subarray(keyBytes)).digest();
  const iv = chance?.iv ?? randomBytes(IV_BYTES);
  const encryption = createCipheriv(cipher, keys.subarray(0, keyBytes), iv);
  const encrypted = Buffer.concat([iv, encryption.update(message), encryption.final()]);
  const tag = createHmac(hash, macKey).update(encrypted).digest();
  return Buffer.concat([ephemeral.getPublicKey(), encrypted, tag]).toString('base64');
}

interface DeviceKey {
  readonly curve: string;
  /** Uncompressed. */
  readonly point: Buffer;
  readonly parameters: Parameters;
}

function readKey(pem: string): DeviceKey {
  if (pem.trim() === '') {
    throw new DeviceKeyError('missing');
  }
  const key = parsePublicKey(pem);
  const curve = key.asymmetricKeyDetails?.namedCurve ?? '';
  const parameters = key.asymmetricKeyType === 'ec' ? PARAMETERS.get(curve) : undefined;
  if (parameters === undefined) {
    throw new DeviceKeyError('unsupported', typeName(key.asymmetricKeyType, curve));
  }
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const coordinate = (text: string) => {
    const bytes = Buffer.from(text, 'base64url');
    return Buffer.concat([Buffer.alloc(parameters.fieldBytes - bytes.length), bytes]);
  };
  return { curve, point: Buffer.concat([Buffer.from([UNCOMPRESSED]), coordinate(x), coordinate(y)]), parameters };
}

/** Takes the block itself: given the whole text, node would also take a private key or a certificate. */
function parsePublicKey(pem: string): KeyObject {
  if (pem.includes('-----BEGIN RSA PUBLIC KEY-----')) {
    throw new DeviceKeyError('unsupported', 'RSA');
  }
  const body = /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----/.exec(pem)?.[1];
  if (body === undefined) {
    throw new DeviceKeyError('broken');
  }
  try {
    return createPublicKey({ key: Buffer.from(body, 'base64'), format: 'der', type: 'spki' });
  } catch {
    throw new DeviceKeyError('broken');
  }
}

function typeName(type: string | undefined, curve: string): string {
  switch (type) {
    case 'ec':
      return curve === '' ? 'EC' : `EC ${curve}`;
    case 'ed25519':
      return 'Ed25519';
    case 'ed448':
      return 'Ed448';
    default:
      return (type ?? '').toUpperCase();
  }
}
