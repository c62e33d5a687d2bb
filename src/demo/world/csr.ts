/** The public key in a certificate request: as much of ASN.1 as that takes. */

interface Element {
  readonly tag: number;
  readonly whole: Buffer;
  readonly content: Buffer;
  readonly rest: Buffer;
}

function readElement(bytes: Buffer): Element | undefined {
  const tag = bytes[0];
  const first = bytes[1];
  if (tag === undefined || first === undefined) {
    return undefined;
  }
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  if (lengthBytes > 4 || bytes.length < 2 + lengthBytes) {
    return undefined;
  }
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(2, lengthBytes);
  const start = 2 + lengthBytes;
  if (bytes.length < start + length) {
    return undefined;
  }
  return {
    tag,
    whole: bytes.subarray(0, start + length),
    content: bytes.subarray(start, start + length),
    rest: bytes.subarray(start + length),
  };
}

const SEQUENCE = 0x30;

/** PEM of the request's SubjectPublicKeyInfo: request → info → (version, subject, key, …). */
export function publicKeyOfCsr(pem: string): string | undefined {
  const base64 = /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----([^-]+)-----END/.exec(pem)?.[1];
  const request = base64 === undefined ? undefined : readElement(Buffer.from(base64, 'base64'));
  const info = request === undefined ? undefined : readElement(request.content);
  const version = info === undefined ? undefined : readElement(info.content);
  const subject = version === undefined ? undefined : readElement(version.rest);
  const key = subject === undefined ? undefined : readElement(subject.rest);
  if (key?.tag !== SEQUENCE) {
    return undefined;
  }
  const lines = key.whole.toString('base64').replace(/(.{64})(?=.)/g, '$1\n');
  return `-----BEGIN PUBLIC KEY-----\n${lines}\n-----END PUBLIC KEY-----\n`;
}
