import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { deviceState, parseTime, type Device } from '../../../src/model/device';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-03-10T12:00:00Z');

const device = (over: Partial<Device>): Device => ({
  uuid: 'u',
  name: 'n',
  factory: 'f',
  owner: '',
  target: '',
  tag: '',
  group: '',
  status: '',
  currentUpdate: '',
  upToDate: true,
  production: false,
  inWave: false,
  apps: [],
  lmpVersion: '',
  ostreeHash: '',
  hostname: '',
  ip: '',
  lastSeen: NOW - 60_000,
  createdAt: '',
  ...over,
});

suite('Device state', () => {
  const cases: [string, Partial<Device>, string][] = [
    ['seen lately', {}, 'online'],
    ['never seen', { lastSeen: undefined, currentUpdate: 'x' }, 'neverSeen'],
    ['silent for 4 hours and a bit', { lastSeen: NOW - 4 * HOUR - 1 }, 'offline'],
    ['silent for 4 hours', { lastSeen: NOW - 4 * HOUR }, 'online'],
    ['offline hides an update', { lastSeen: NOW - 5 * HOUR, currentUpdate: 'x' }, 'offline'],
    ['updating', { currentUpdate: '42-x', status: 'Download failed' }, 'updating'],
    ['failed', { status: 'Installation completed; failed' }, 'failed'],
    ['a word that only begins like it', { status: 'failover ready' }, 'online'],
    ['behind', { upToDate: false }, 'outdated'],
    ['not told whether behind', { upToDate: undefined }, 'online'],
    ['a clock ahead of ours', { lastSeen: NOW + HOUR }, 'online'],
  ];
  for (const [name, over, state] of cases) {
    test(`${name}: ${state}`, () => {
      assert.equal(deviceState(device(over), NOW, 4), state);
    });
  }

  test('0 hours: never offline', () => {
    assert.equal(deviceState(device({ lastSeen: 1 }), NOW, 0), 'online');
  });
});

suite('Times', () => {
  test('a missing zone is UTC', () => {
    assert.equal(parseTime('2024-11-11T15:59:07'), Date.parse('2024-11-11T15:59:07Z'));
    assert.equal(parseTime('2024-11-11T15:59:07+00:00'), Date.parse('2024-11-11T15:59:07Z'));
    assert.equal(parseTime('2024-11-11T17:59:07+02:00'), Date.parse('2024-11-11T15:59:07Z'));
  });

  test('what is no date is none', () => {
    // Also days that are written as the others and are none.
    for (let day = Date.UTC(1999, 11, 25); day < Date.UTC(2005, 0, 9); day += 86_400_000) {
      const text = new Date(day + 3_723_456).toISOString();
      assert.equal(parseTime(text), Date.parse(text), text);
    }
    for (const text of [
      '2023-02-29',
      '2024-04-31',
      '2024-00-10',
      '2024-13-10',
      '2024-11-00',
      '2024-11-32',
      '2024/11/11',
    ]) {
      const time = Date.parse(`${text}T15:59:07Z`);
      assert.equal(parseTime(`${text}T15:59:07Z`), Number.isNaN(time) ? undefined : time, text);
    }
    assert.deepEqual(['', null, undefined, 'yesterday'].map(parseTime), [undefined, undefined, undefined, undefined]);
  });
});
