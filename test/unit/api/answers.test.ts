import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { readText } from '../../../src/api/answers';
import { Watchdog } from '../../../src/api/watchdog';

const origin = { request: 'GET /x', host: 'x' };

/** @param chunks bytes as they come in */
async function read(chunks: readonly Uint8Array[]): Promise<string> {
  const watch = new Watchdog(60_000, undefined);
  const body = (async function* () {
    for (const chunk of chunks) {
      await Promise.resolve();
      yield chunk;
    }
  })();
  try {
    const response = { status: 200, headers: { get: () => null }, body };
    return await readText(response, watch, 1e9, origin, () => undefined);
  } finally {
    watch.stop();
  }
}

function inChunks(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.ceil(bytes.byteLength / size);
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}

suite('The text of an answer', () => {
  const long = 'a'.repeat(999_999);
  const texts: [string, Uint8Array][] = [
    ['nothing', Buffer.from('')],
    ['ASCII', Buffer.from('{"name": "device-01"}')],
    ['other characters', Buffer.from('{"name": "Gerät 🚀"}')],
    ['a byte order mark', Buffer.from('\ufeff{}')],
    ['much ASCII', Buffer.from(long.repeat(3))],
    ['much ASCII, then a character that the second piece cuts', Buffer.from(`${long}ü${long}🚀${long}`)],
    ['much ASCII, then what looks like a byte order mark', Buffer.from(`${long}b\ufeffc`)],
    ['bytes that are no UTF-8', Buffer.concat([Buffer.from(`${long}bc`), Buffer.from([0xff, 0xc3, 0x41, 0xe2, 0x82])])],
  ];
  for (const [name, bytes] of texts) {
    test(`${name}: what a decoder makes of all of it, however it is cut`, async () => {
      const whole = new TextDecoder('utf-8').decode(bytes);
      for (const size of bytes.byteLength < 100 ? [1, 2, 7, 100] : [65_536, 1_000_000, 4_000_000]) {
        assert.ok((await read(inChunks(bytes, size))) === whole, `in chunks of ${size}`);
      }
    });
  }
});
