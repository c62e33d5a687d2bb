import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import type { ConfigFile, ConfigScope } from '../../../src/model/config';
import { isUnreadable, secrecyOf, type Secrecy } from '../../../src/model/secrecy';

const device: ConfigScope = { kind: 'device', factory: 'f', device: 'd' };
const group: ConfigScope = { kind: 'group', factory: 'f', group: 'g' };
const factory: ConfigScope = { kind: 'factory', factory: 'f' };
const SHARED: readonly ConfigScope[] = [group, factory];
const file = (value: string, unencrypted = false): ConfigFile => ({
  name: 'x',
  value,
  unencrypted,
  onChanged: undefined,
});
/** Of the shape of a value that is encrypted for a device. */
const SEALED = Buffer.concat([Buffer.from([4]), Buffer.alloc(140, 7)]).toString('base64');

suite('How secret a value is', () => {
  test('marked as plain text it is plain, whatever it looks like', () => {
    for (const scope of [device, group, factory]) {
      assert.equal(secrecyOf(scope, file(SEALED, true)), 'plain');
    }
  });

  test('of a device: encrypted, or a text that the device fails to decrypt, the empty one too', () => {
    assert.equal(secrecyOf(device, file(SEALED)), 'sealed');
    for (const value of ['', 'hunter2', '[page]\n', Buffer.alloc(200).toString('base64')]) {
      assert.equal(secrecyOf(device, file(value)), 'exposed', value);
    }
  });

  test('of a group or the Factory: what the service shows is a text, or something in its place', () => {
    const expected: [string, Secrecy][] = [
      ['eu-central-1', 'shown'],
      ['MSG="Hello"\nLEVEL=3\n', 'shown'],
      ['ghp_1234567890', 'shown'],
      ['the quick brown fox jumps over the lazy dog', 'shown'],
      ['', 'hidden'],
      [' \n', 'hidden'],
      ['********', 'hidden'],
      [SEALED, 'hidden'],
      [SEALED.replace(/(.{64})/g, '$1\n'), 'hidden'],
      [Buffer.alloc(48, 200).toString('base64url'), 'hidden'],
      ['ab\ufffd\u0003', 'hidden'],
    ];
    for (const [value, secrecy] of expected) {
      for (const shared of SHARED) {
        assert.equal(secrecyOf(shared, file(value)), secrecy, JSON.stringify(value));
        assert.equal(isUnreadable(shared, file(value)), secrecy === 'hidden');
      }
    }
  });
});
