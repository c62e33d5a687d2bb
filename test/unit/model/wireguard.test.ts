import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { offeredActions, newRunId, oneshotFile } from '../../../src/model/remoteActions';
import {
  firstFreeAddress,
  isVpnEnabled,
  vpnServerAddress,
  WireguardError,
  withVpn,
  type WireguardTrouble,
} from '../../../src/model/wireguard';

const file = (value: string, name = 'wireguard-client') => ({ name, value, unencrypted: true, onChanged: undefined });
const entries = (value: string, name: string) => [
  { createdAt: '', appliedAt: undefined, createdBy: undefined, reason: '', files: [file(value, name)] },
];
const trouble = (wanted: WireguardTrouble) => (error: unknown) =>
  error instanceof WireguardError && error.trouble === wanted;
const never = () => assert.fail('no address is needed');

suite('WireGuard of a device', () => {
  test('as a device reports it: it gets an address and its handler, and is no longer off', () => {
    const on = withVpn(file('enabled=0\n\npubkey=abc='), true, () => '10.42.42.7');
    assert.equal(on?.value, 'address=10.42.42.7\npubkey=abc=');
    assert.deepEqual(on.onChanged, ['/usr/share/fioconfig/handlers/factory-config-vpn']);
    assert.equal(isVpnEnabled(on), true);
    assert.equal(withVpn(on, true, never), undefined);
  });

  test('off and on again keeps its address', () => {
    const on = file('address=10.42.42.7\npubkey=abc=');
    const off = withVpn(on, false, never);
    assert.equal(off?.value, 'enabled=0\naddress=10.42.42.7\npubkey=abc=');
    assert.equal(isVpnEnabled(off), false);
    assert.equal(withVpn(off, false, never), undefined);
    assert.equal(withVpn(off, true, never)?.value, on.value);
  });

  test('nothing is sent that its program would end at', () => {
    assert.throws(() => withVpn(undefined, true, never), trouble('noKey'));
    assert.throws(() => withVpn(file('enabled=0'), true, never), trouble('noKey'));
    assert.throws(() => withVpn(file('pubkey=a\nmtu=1400'), true, never), trouble('unknownKey'));
    assert.throws(() => withVpn(file('# mine\npubkey=a'), false, never), trouble('unknownKey'));
  });

  test('the first free address above the server', () => {
    assert.equal(firstFreeAddress('10.42.42.1', new Set()), '10.42.42.2');
    assert.equal(firstFreeAddress('10.42.42.1', new Set(['10.42.42.2', '10.42.42.4'])), '10.42.42.3');
    const full = new Set(Array.from({ length: 253 }, (_, at) => `10.42.42.${at + 2}`));
    assert.equal(firstFreeAddress('10.42.42.1', full), '10.42.43.1');
    assert.equal(firstFreeAddress('192.168.255.254/16', new Set()), '192.169.0.1');
    for (const wrong of ['', 'fd00::1', '10.0.0', '10.0.0.256']) {
      assert.throws(() => firstFreeAddress(wrong, new Set()), trouble('noAddress'));
    }
  });

  test('a Factory without a server, or with one that is off', () => {
    assert.equal(
      vpnServerAddress(entries('endpoint=a:1\nserver_address=10.1.0.1\npubkey=x', 'wireguard-server')),
      '10.1.0.1',
    );
    assert.throws(() => vpnServerAddress([]), trouble('noServer'));
    assert.throws(
      () => vpnServerAddress(entries('enabled=0\nserver_address=10.1.0.1', 'wireguard-server')),
      trouble('serverOff'),
    );
  });
});

suite('Remote actions', () => {
  test('what a device offers, by commas or lines; what could end in a shell is left out', () => {
    const offered = offeredActions(entries('diag, reboot\napt-update\n,$(id),a=b,../x,diag', 'fio-remote-actions'));
    assert.deepEqual(offered, ['diag', 'reboot', 'apt-update']);
    assert.deepEqual(offeredActions([]), []);
  });

  test('each run has an id of its own, and the file that asks for it', () => {
    const id = newRunId('diag');
    assert.match(id, /^diag_[A-Z2-7]{15}$/);
    assert.notEqual(newRunId('diag'), id);
    assert.deepEqual(oneshotFile('diag', id), {
      name: 'fioconfig-oneshot-diag',
      value: `COMMAND_ID=${id}\nCOMMAND_CAPTURE=1\n`,
      unencrypted: true,
      onChanged: ['/usr/share/fioconfig/handlers/fioconfig-oneshot', 'diag'],
    });
  });
});
