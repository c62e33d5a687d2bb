/** X.509 certificates, made when they are needed, so that none of them ever expires unless it is to. */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** What a server needs of a certificate. */
export interface Certificate {
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
}

export interface Authority extends Certificate {
  readonly name: string;
  readonly privateKey: KeyObject;
}

/** What a certificate is for. */
export interface CertificateOptions {
  /** DNS names and IPv4 addresses. */
  readonly names: readonly string[];
  /** Days from today on which it begins and ends to be valid. */
  readonly days: readonly [from: number, to: number];
}

const DAY = 86_400_000;

/** DER (X.690): tag, length, content. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);
const integer = (value: number): Buffer => der(0x02, Buffer.from([value]));
const flag = (value: boolean): Buffer => der(0x01, Buffer.from([value ? 0xff : 0]));
const bits = (content: Buffer): Buffer => der(0x03, Buffer.from([0]), content);
const octets = (content: Buffer): Buffer => der(0x04, content);
const oid = (...bytes: readonly number[]): Buffer => der(0x06, Buffer.from(bytes));
const utcTime = (ms: number): Buffer =>
  der(0x17, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));

const ECDSA_WITH_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const COMMON_NAME = oid(0x55, 0x04, 0x03);
const BASIC_CONSTRAINTS = oid(0x55, 0x1d, 0x13);
const SUBJECT_ALT_NAME = oid(0x55, 0x1d, 0x11);

const nameOf = (common: string): Buffer => sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(common)))));

const altName = (name: string): Buffer =>
  /^[\d.]+$/.test(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name));

let serial = 0;

function certificate(
  subject: string,
  publicKey: KeyObject,
  issuer: Pick<Authority, 'name' | 'privateKey'>,
  [from, to]: readonly [number, number],
  extensions: readonly Buffer[],
): string {
  serial += 1;
  const body = sequence(
    der(0xa0, integer(2)),
    integer(serial),
    ECDSA_WITH_SHA256,
    nameOf(issuer.name),
    sequence(utcTime(Date.now() + from * DAY), utcTime(Date.now() + to * DAY)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signed = sequence(body, ECDSA_WITH_SHA256, bits(sign('sha256', body, issuer.privateKey)));
  const lines = signed.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function keys() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return { publicKey, privateKey, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
}

/** @returns an authority of its own */
export function makeAuthority(name: string): Authority {
  const { publicKey, privateKey, key } = keys();
  const isAuthority = sequence(BASIC_CONSTRAINTS, flag(true), octets(sequence(flag(true))));
  return {
    name,
    privateKey,
    key,
    cert: certificate(name, publicKey, { name, privateKey }, [-30, 30], [isAuthority]),
  };
}

/** @returns a certificate that the authority gives a server */
export function makeCertificate(authority: Authority, { names, days }: CertificateOptions): Certificate {
  const { publicKey, key } = keys();
  const alternatives = sequence(SUBJECT_ALT_NAME, octets(sequence(...names.map(altName))));
  return { key, cert: certificate(names[0] ?? 'server', publicKey, authority, days, [alternatives]) };
}
