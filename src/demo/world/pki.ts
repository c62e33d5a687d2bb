/** The certificates of a Factory: none at first, until a user sets up a PKI (docs/api.md §2.5). */
import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import type { Seed } from '../random';
import { makeDeviceKey, publicKeyPem, type DeviceKey } from './device-key';

/** Requests that the service makes, by the field that asks for one. */
const REQUESTS = { 'ca-csr': 'ca', 'tls-csr': 'ota-lite', 'est-tls-csr': 'est' } as const;
/** What a user uploads. */
const FIELDS = ['root-crt', 'ca-crt', 'tls-crt', 'est-tls-crt', 'ca-revoke-crl'] as const;

const pem = (label: string, der: Buffer): string =>
  `-----BEGIN ${label}-----\n${der.toString('base64').replace(/(.{64})(?=.)/g, '$1\n')}\n-----END ${label}-----\n`;

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const SEQUENCE = 0x30;
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const COMMON_NAME = oid('550403');
const SUBJECT_ALT_NAME = oid('551d11');
const EXTENSION_REQUEST = oid('2a864886f70d01090e');
const ECDSA_WITH_SHA256 = oid('2a8648ce3d040302');

function privateKey({ scalar, point }: DeviceKey): KeyObject {
  const encode = (bytes: Buffer): string => bytes.toString('base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)];
  return createPrivateKey({
    key: { kty: 'EC', crv: 'P-256', x: encode(x), y: encode(y), d: encode(scalar) },
    format: 'jwk',
  });
}

/** A certificate request (PKCS #10) for a host name. */
function request(key: DeviceKey, name: string): string {
  const subject = der(SEQUENCE, der(0x31, der(SEQUENCE, COMMON_NAME, der(0x0c, Buffer.from(name)))));
  const spki = Buffer.from(publicKeyPem(key).replace(/-----[^-]+-----|\s/g, ''), 'base64');
  const names = der(SEQUENCE, der(0x82, Buffer.from(name)));
  const extensions = der(SEQUENCE, der(SEQUENCE, SUBJECT_ALT_NAME, der(0x04, names)));
  const attributes = der(0xa0, der(SEQUENCE, EXTENSION_REQUEST, der(0x31, extensions)));
  const info = der(SEQUENCE, der(0x02, Buffer.from([0])), subject, spki, attributes);
  const signature = sign('sha256', info, privateKey(key));
  const whole = der(SEQUENCE, info, der(SEQUENCE, ECDSA_WITH_SHA256), der(0x03, Buffer.from([0]), signature));
  return pem('CERTIFICATE REQUEST', whole);
}

export class Pki {
  readonly #seed: Seed;
  readonly #factory: string;
  #certs: Readonly<Record<string, string>> = {};
  #changed: { readonly by: string; readonly at: number } | undefined;
  #created: { readonly by: string; readonly at: number } | undefined;
  #requests = 0;

  constructor(seed: Seed, factory: string) {
    this.#seed = seed;
    this.#factory = factory;
  }

  /** Makes the requests that are asked for, each for a new key. */
  request(wanted: Readonly<Record<string, unknown>>): Record<string, string> {
    this.#requests += 1;
    return Object.fromEntries(
      Object.entries(REQUESTS)
        .filter(([field]) => wanted[field] === true)
        .map(([field, host]) => {
          const key = makeDeviceKey(`${this.#seed.hex(32, field)} ${this.#requests}`);
          return [field, request(key, `${host}.${this.#factory}.example.com`)];
        }),
    );
  }

  /** Stores what a user has signed. */
  store(given: Readonly<Record<string, unknown>>, by: string, at: number): void {
    const certs = FIELDS.flatMap((field): [string, string][] => {
      const value = given[field];
      return typeof value === 'string' && value !== '' ? [[field, value]] : [];
    });
    this.#certs = { ...this.#certs, ...Object.fromEntries(certs) };
    this.#created ??= { by, at };
    this.#changed = { by, at };
  }

  /** The certificates there are; undefined: nobody has set up a PKI. */
  toWire(isoTime: (time: number) => string): object | undefined {
    const [created, changed] = [this.#created, this.#changed];
    return created === undefined || changed === undefined
      ? undefined
      : {
          ...this.#certs,
          'change-meta': {
            'created-by': created.by,
            'created-at': isoTime(created.at),
            'updated-by': changed.by,
            'updated-at': isoTime(changed.at),
          },
        };
  }
}
