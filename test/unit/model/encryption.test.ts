import assert from 'node:assert/strict';
import { createECDH, createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { suite, test } from 'mocha';
import { makeDeviceKey, publicKeyPem } from '../../../src/demo/world/device-key';
import { decryptValue } from '../../../src/demo/world/ecies';
import { DeviceKeyError, type KeyProblem } from '../../../src/model/deviceKeyError';
import { encryptForDevice } from '../../../src/model/encryption';
import { decryptWithPrivateKey } from '../support/ecies';
import negative from './ecies-negative.json';
import fixed from './ecies-vector.json';
import vectors from './ecies-vectors.json';

const OVERHEAD = { 'P-256': 113, 'P-384': 161, 'P-521': 213 } as const;
type Curve = keyof typeof OVERHEAD;

const pemOf = (key: KeyObject): string =>
  key.export({ format: 'pem', type: key.type === 'private' ? 'pkcs8' : 'spki' }).toString();

function pairOn(namedCurve: string): { publicPem: string; privatePem: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve });
  return { publicPem: pemOf(publicKey), privatePem: pemOf(privateKey) };
}

function refused(pem: string, problem: KeyProblem, keyType = ''): void {
  assert.throws(
    () => encryptForDevice(pem, Buffer.from('s3cret')),
    (error) => {
      assert.ok(error instanceof DeviceKeyError, String(error));
      assert.deepEqual([error.problem, error.keyType], [problem, keyType]);
      assert.ok(!error.message.includes('s3cret'));
      return true;
    },
  );
}

suite('Encryption for a device (docs/api.md §5)', () => {
  test('the fixed vector, byte for byte', () => {
    const chance = {
      ephemeralKey: Buffer.from(fixed['ephemeral-private-scalar-hex'], 'hex'),
      iv: Buffer.from(fixed['iv-hex'], 'hex'),
    };
    const value = encryptForDevice(fixed['public-key-pem'], Buffer.from(fixed.plaintext), chance);
    assert.equal(value, fixed['output-base64']);
    assert.equal(
      decryptValue(value, Buffer.from(fixed['device-private-scalar-hex'], 'hex')).toString('utf8'),
      fixed.plaintext,
    );
  });

  for (const vector of vectors) {
    test(`vector: ${vector.name}`, () => {
      const message = Buffer.from(vector.plaintextBase64, 'base64');
      // What the tests decrypt with reads what go-ecies wrote, so it is a judge of what we write.
      assert.deepEqual(decryptWithPrivateKey(vector.privateKeyPem, vector.ciphertextBase64), message);
      const value = encryptForDevice(vector.publicKeyPem, message);
      assert.deepEqual(decryptWithPrivateKey(vector.privateKeyPem, value), message);
      assert.equal(value.length, vector.ciphertextBase64.length);
    });
  }

  for (const vector of negative) {
    test(`the judge is as strict as a device: ${vector.name}`, () => {
      assert.equal(vector.goDecrypts, false);
      assert.throws(() => decryptWithPrivateKey(vector.privateKeyPem, vector.ciphertextBase64));
    });
  }

  for (const [curve, overhead] of Object.entries(OVERHEAD) as [Curve, number][]) {
    test(`${curve}: random messages of every size come back, the empty one too`, () => {
      const { publicPem, privatePem } = pairOn(curve);
      const sizes = [
        0,
        1,
        15,
        16,
        17,
        10_000,
        ...Array.from({ length: 60 }, () => 1 + Math.floor(Math.random() * 500)),
      ];
      for (const size of sizes) {
        const message = randomBytes(size);
        const value = encryptForDevice(publicPem, message);
        assert.match(value, /^[A-Za-z0-9+/]+={0,2}$/);
        assert.equal(Buffer.from(value, 'base64').length, size + overhead);
        assert.deepEqual(decryptWithPrivateKey(privatePem, value), message);
      }
    });

    test(`${curve}: a shared secret and a public point with leading zero bytes`, () => {
      const { publicPem, privatePem } = pairOn(curve);
      const name = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' }[curve];
      const bytes = { 'P-256': 32, 'P-384': 48, 'P-521': 66 }[curve];
      const device = createPublicKey(publicPem).export({ format: 'jwk' });
      const point = Buffer.concat([
        Buffer.from([4]),
        ...[device.x!, device.y!].map((part) => Buffer.from(part, 'base64url')),
      ]);
      const found = { secret: 0, point: 0 };
      // One of 256 begins with a zero byte (on P-521, where the first byte is 0 or 1, every other one).
      for (let scalar = 1; found.secret === 0 || found.point === 0; scalar++) {
        const ephemeralKey = Buffer.alloc(bytes);
        ephemeralKey.writeUInt32BE(scalar, bytes - 4);
        const ecdh = createECDH(name);
        ecdh.setPrivateKey(ephemeralKey);
        const zeros = { secret: ecdh.computeSecret(point)[0] === 0, point: ecdh.getPublicKey()[1] === 0 };
        if (zeros.secret || zeros.point) {
          found.secret += zeros.secret ? 1 : 0;
          found.point += zeros.point ? 1 : 0;
          const value = encryptForDevice(publicPem, Buffer.from('zero'), { ephemeralKey, iv: Buffer.alloc(16, 0xff) });
          assert.equal(decryptWithPrivateKey(privatePem, value).toString(), 'zero');
        }
      }
    }).timeout(30_000);
  }

  test('a simulated device reads it', () => {
    const key = makeDeviceKey('somebody');
    for (const message of ['', 'x', 'Grüße, 世界\n']) {
      const value = encryptForDevice(publicKeyPem(key), Buffer.from(message));
      assert.equal(decryptValue(value, key.scalar).toString('utf8'), message);
    }
  });

  test('the same message twice gives two values', () => {
    const { publicPem } = pairOn('P-256');
    const values = Array.from({ length: 20 }, () => encryptForDevice(publicPem, Buffer.from('same')));
    assert.equal(new Set(values).size, 20);
    assert.equal(
      new Set(values.map((value) => Buffer.from(value, 'base64').subarray(65, 81).toString('hex'))).size,
      20,
    );
  });

  test('a view into a larger buffer: only the view is encrypted', () => {
    const { publicPem, privatePem } = pairOn('P-256');
    const view = new Uint8Array(Buffer.from('xxsecretxx')).subarray(2, 8);
    assert.equal(decryptWithPrivateKey(privatePem, encryptForDevice(publicPem, view)).toString(), 'secret');
  });

  test('a PEM with CRLF, text around it, blanks, or no last line end', () => {
    const { publicPem, privatePem } = pairOn('P-256');
    for (const pem of [
      publicPem.replace(/\n/g, '\r\n'),
      `Device key of device-01:\nSubject: x\n\n${publicPem}and more`,
      `  \n${publicPem.trim()}`,
      `\ufeff${publicPem}`,
    ]) {
      assert.equal(decryptWithPrivateKey(privatePem, encryptForDevice(pem, Buffer.from('hi'))).toString(), 'hi');
    }
  });

  test('no key is refused as missing', () => {
    refused('', 'missing');
    refused(' \r\n', 'missing');
  });

  test('what is no public key is refused as broken', () => {
    const { publicPem, privatePem } = pairOn('P-256');
    const der = Buffer.from(publicPem.replace(/-----.*-----|\s/g, ''), 'base64');
    const offCurve = Buffer.from(der);
    offCurve[offCurve.length - 1]! ^= 1;
    const wrap = (bytes: Buffer) =>
      `-----BEGIN PUBLIC KEY-----\n${bytes.toString('base64')}\n-----END PUBLIC KEY-----\n`;
    refused('not a key', 'broken');
    refused(privatePem, 'broken');
    refused(publicPem.slice(0, -30), 'broken');
    refused(wrap(Buffer.from('nothing')), 'broken');
    refused(wrap(der.subarray(0, -10)), 'broken');
    refused(wrap(offCurve), 'broken');
    refused('ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTY= device', 'broken');
  });

  test('keys that devices do not decrypt with are refused, by name', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
    refused(pemOf(rsa), 'unsupported', 'RSA');
    refused(rsa.export({ format: 'pem', type: 'pkcs1' }).toString(), 'unsupported', 'RSA');
    refused(pemOf(generateKeyPairSync('ed25519').publicKey), 'unsupported', 'Ed25519');
    refused(pemOf(generateKeyPairSync('x25519').publicKey), 'unsupported', 'X25519');
    refused(pairOn('secp224r1').publicPem, 'unsupported', 'EC secp224r1');
    refused(pairOn('secp256k1').publicPem, 'unsupported', 'EC secp256k1');
  });
});
