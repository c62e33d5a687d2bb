import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { decryptValue, encryptValue } from '../../../src/demo/world/ecies';
import { makeDeviceKey, publicKeyPem } from '../../../src/demo/world/device-key';

/** The fixed vector of docs/api.md §5. */
const SCALAR = Buffer.from('11'.repeat(32), 'hex');
const VALUE =
  'BNZak5d8qj0bCBhS/1ennkZfFmBXcwS66tUF3TpIWJzzUBheiVNy32Ih6joTdVfkc/3bZ1XwW9UHw8Uz/OnJEoUAAQIDBAUGBwgJCgsMDQ4PKoRAKmHCahatyO6adWUOwnva5IV15N2RM92EtpBt5NcR55Bh4xwAF8CDc9g=';

suite('emulator: what a device decrypts (docs/api.md §5)', () => {
  test('the fixed vector', () => {
    assert.equal(decryptValue(VALUE, SCALAR).toString('utf8'), 'MSG="Hello"\n');
  });

  test('base64 with line breaks is taken, as Go takes it', () => {
    assert.equal(decryptValue(VALUE.replace(/(.{40})/g, '$1\n'), SCALAR).toString('utf8'), 'MSG="Hello"\n');
  });

  test('damaged input is refused in the words of the device', () => {
    const bytes = Buffer.from(VALUE, 'base64');
    const changed = (at: number): string => {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ 1;
      return copy.toString('base64');
    };
    const compressed = Buffer.concat([Buffer.from([2]), bytes.subarray(1)]).toString('base64');
    const cases: [string, RegExp][] = [
      ['', /invalid message/],
      ['not base64!', /illegal base64/],
      [VALUE.replace(/=$/, ''), /illegal base64/],
      [VALUE.replace(/\+|\//g, '_'), /illegal base64/],
      [Buffer.from('plain text').toString('base64'), /invalid public key/],
      [changed(0), /invalid public key/],
      [compressed, /invalid public key/],
      [changed(40), /invalid public key/],
      [changed(70), /invalid message/],
      [changed(85), /invalid message/],
      [changed(bytes.length - 1), /invalid message/],
      [bytes.subarray(0, -1).toString('base64'), /invalid message/],
      [Buffer.concat([bytes, Buffer.from([0])]).toString('base64'), /invalid message/],
      [bytes.subarray(0, 97).toString('base64'), /invalid message/],
    ];
    for (const [value, message] of cases) {
      assert.throws(() => decryptValue(value, SCALAR), message, value.slice(0, 20));
    }
    assert.throws(() => decryptValue(VALUE, makeDeviceKey('other').scalar), /invalid message/);
  });

  test('a device reads what was made for it, the empty message included', () => {
    const key = makeDeviceKey('device');
    for (const message of ['', 'x', 'ü'.repeat(1000)]) {
      const value = encryptValue(Buffer.from(message), key.point, 'source');
      assert.equal(decryptValue(value, key.scalar).toString('utf8'), message);
      assert.equal(Buffer.from(value, 'base64').length, Buffer.byteLength(message) + 113);
    }
  });

  test('the public key of the fixed vector', () => {
    const pem = publicKeyPem({
      scalar: SCALAR,
      point: Buffer.from(
        '040217e617f0b6443928278f96999e69a23a4f2c152bdf6d6cdf66e5b80282d4ed194a7debcb97712d2dda3ca85aa8765a56f45fc758599652f2897c65306e5794',
        'hex',
      ),
    });
    assert.ok(
      pem
        .replace(/\n/g, '')
        .includes('AEAhfmF/C2RDkoJ4+WmZ5pojpPLBUr321s32bluAKC1O0ZSn3ry5dxLS3aPKhaqHZaVvRfx1hZllLyiXxlMG5XlA=='),
    );
  });
});
