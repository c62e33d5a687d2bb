import {
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  timingSafeEqual,
} from 'node:crypto';

const SIZES: Readonly<
  Record<string, readonly [hash: string, cipher: string, key: number, field: number, tag: number]>
> = {
  prime256v1: ['sha256', 'aes-128-ctr', 16, 32, 32],
  secp384r1: ['sha384', 'aes-192-ctr', 24, 48, 48],
  secp521r1: ['sha512', 'aes-256-ctr', 32, 66, 64],
};

/** Decrypts as a device does, as strictly (docs/api.md §5). Written apart from the encryption, by other means of node. */
export function decryptWithPrivateKey(privateKeyPem: string, value: string): Buffer {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value)) {
    throw new Error('illegal base64 data');
  }
  const bytes = Buffer.from(value, 'base64');
  const privateKey = createPrivateKey(privateKeyPem);
  const crv = privateKey.asymmetricKeyDetails?.namedCurve ?? '';
  const [hash, cipher, keyBytes, fieldBytes, tagBytes] = SIZES[crv]!;
  const pointBytes = 1 + 2 * fieldBytes;
  if (bytes.length < pointBytes + 16 + tagBytes || bytes[0] !== 4) {
    throw new Error('invalid message');
  }
  const [x, y] = [bytes.subarray(1, 1 + fieldBytes), bytes.subarray(1 + fieldBytes, pointBytes)];
  const { crv: jwkCurve } = privateKey.export({ format: 'jwk' });
  const ephemeral = createPublicKey({
    format: 'jwk',
    key: { kty: 'EC', crv: jwkCurve!, x: x.toString('base64url'), y: y.toString('base64url') },
  });
  const shared = diffieHellman({ privateKey, publicKey: ephemeral });
  const derived = createHash(hash)
    .update(Buffer.concat([Buffer.from([0, 0, 0, 1]), shared]))
    .digest();
  const macKey = createHash(hash)
    .update(derived.subarray(keyBytes, 2 * keyBytes))
    .digest();
  const body = bytes.subarray(pointBytes, -tagBytes);
  if (!timingSafeEqual(createHmac(hash, macKey).update(body).digest(), bytes.subarray(-tagBytes))) {
    throw new Error('invalid tag');
  }
  const decryption = createDecipheriv(cipher, derived.subarray(0, keyBytes), body.subarray(0, 16));
  return Buffer.concat([decryption.update(body.subarray(16)), decryption.final()]);
}
