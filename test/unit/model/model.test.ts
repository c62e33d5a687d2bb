import { webDevicesPage, webSettingsPage } from '../../../src/model/webUi';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { suite, test } from 'mocha';
import {
  configSize,
  currentFile,
  entryOfFile,
  isEncrypted,
  nameProblem,
  newConfigFile,
  type ConfigEntry,
  type ConfigFile,
} from '../../../src/model/config';
import { deviceState, parseTime, type Device } from '../../../src/model/device';
import { groupByTag, type Target } from '../../../src/model/target';

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

const file = (name: string, value: string, over: Partial<ConfigFile> = {}): ConfigFile => ({
  name,
  value,
  unencrypted: true,
  onChanged: undefined,
  ...over,
});
const entry = (createdAt: string, files: ConfigFile[]): ConfigEntry => ({
  createdAt,
  appliedAt: undefined,
  createdBy: undefined,
  reason: '',
  files,
});

suite('Configuration history', () => {
  const history = [
    entry('4', [file('a', '2'), file('b', 'x')]),
    entry('3', [file('a', '2')]),
    entry('2', [file('a', '1')]),
    entry('1', [file('a', '2')]),
  ];

  test('the newest entry is in force', () => {
    assert.equal(currentFile(history, 'a')?.value, '2');
    assert.equal(currentFile(history, 'none'), undefined);
    assert.equal(currentFile([], 'a'), undefined);
  });

  test('a file dates from the entry that last changed it', () => {
    assert.equal(entryOfFile(history, 'a')?.createdAt, '3');
    assert.equal(entryOfFile(history, 'b')?.createdAt, '4');
    assert.equal(entryOfFile(history, 'none'), undefined);
  });

  test('a new update settings file gets its handler', () => {
    assert.deepEqual(newConfigFile('z-50-fioctl.toml', '').onChanged, [
      '/usr/share/fioconfig/handlers/aktualizr-toml-update',
    ]);
    assert.equal(newConfigFile('app.config', '').onChanged, undefined);
    assert.equal(newConfigFile('app.config', '').unencrypted, true);
  });

  test('the size counts bytes of names and values, the changed file once', () => {
    assert.equal(configSize(history[0], file('a', 'äö')), 'a'.length + 4 + 'bx'.length);
    assert.equal(configSize(undefined, file('n', '')), 1);
    assert.equal(configSize(undefined, { ...file('n', ''), onChanged: ['/usr/bin/true', 'ü'] }), 1 + 13 + 2);
  });
});

suite('Encrypted values', () => {
  const blob = Buffer.concat([Buffer.from([4]), Buffer.alloc(112, 7)]).toString('base64');

  test('a long enough base64 of an uncompressed point', () => {
    assert.equal(isEncrypted(file('s', blob, { unencrypted: false })), true);
  });

  test('text that is only not marked as plain is no secret', () => {
    for (const value of ['', '[page]\nurl = "x"\n', 'token123', 'x'.repeat(400), blob.slice(0, 40)]) {
      assert.equal(isEncrypted(file('s', value, { unencrypted: false })), false, value);
    }
    assert.equal(isEncrypted(file('s', blob)), false);
  });
});

suite('File names', () => {
  for (const [name, problem] of [
    ['app.config', undefined],
    ['app/conf.json', undefined],
    ['.env', undefined],
    ['..name', undefined],
    ['ümläut (1).txt', undefined],
    ['', 'empty'],
    ['/etc/passwd', 'absolute'],
    ['C:\\x', 'absolute'],
    ['\\x', 'absolute'],
    ['../x', 'parent'],
    ['a/../x', 'parent'],
    ['a\\..\\x', 'parent'],
    ['a/./x', 'parent'],
    ['a//b', 'trailing'],
    ['a/', 'trailing'],
    [' a', 'blank'],
    ['a\nb', 'control'],
  ] as const) {
    test(`${JSON.stringify(name)}: ${problem ?? 'fine'}`, () => {
      assert.equal(nameProblem(name), problem);
    });
  }
});

suite('Targets by tag', () => {
  const target = (name: string, version: number, tags: string[], hardware = 'x'): Target => ({
    name,
    version,
    hardwareIds: [hardware],
    tags,
    apps: [],
    commits: [],
    ostreeHash: '',
    lmpVersion: '',
    arch: '',
    buildUri: '',
    createdAt: undefined,
  });

  test('newest first, hardware together, several tags in each, untagged last', () => {
    const tags = groupByTag([
      target('a-2', 2, ['main']),
      target('b-10', 10, ['main', 'devel'], 'b'),
      target('a-10', 10, ['main', 'devel'], 'a'),
      target('a-99', 99, []),
      target('a-3', 3, ['old']),
    ]);
    assert.deepEqual(
      tags.map(({ tag, versions }) => [tag, versions.map(({ version, targets }) => [version, targets.length])]),
      [
        ['devel', [[10, 2]]],
        [
          'main',
          [
            [10, 2],
            [2, 1],
          ],
        ],
        ['old', [[3, 1]]],
        ['', [[99, 1]]],
      ],
    );
    assert.deepEqual(
      tags[0]?.versions[0]?.targets.map(({ name }) => name),
      ['a-10', 'b-10'],
    );
  });

  test('no target is lost or counted twice in a tag', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(5), fc.array(fc.constantFrom('a', 'b', 'constructor', '__proto__')))),
        (specs) => {
          const targets = specs.map(([version, tags], index) => target(`t${index}`, version, tags));
          for (const { tag, versions } of groupByTag(targets)) {
            const inTag = versions.flatMap((version) => version.targets);
            const expected = targets.filter(({ tags }) => (tag === '' ? tags.length === 0 : tags.includes(tag)));
            assert.deepEqual(new Set(inTag), new Set(expected));
            assert.equal(inTag.length, expected.length);
          }
        },
      ),
    );
  });
});

suite('The web interface', () => {
  test('is beside the API, where the address of the API tells so', () => {
    assert.equal(webDevicesPage('https://api.foundries.io', 'a b'), 'https://app.foundries.io/factories/a%20b/devices');
    assert.equal(
      webDevicesPage('https://api.meds.example.com', 'f'),
      'https://app.meds.example.com/factories/f/devices',
    );
    for (const other of [
      'http://127.0.0.1:8080',
      'https://foundries.example.com',
      'https://api.example.com/x',
      'https://api',
      '',
    ]) {
      assert.equal(webDevicesPage(other, 'f'), undefined, other);
      assert.equal(webSettingsPage(other, 'tokens'), undefined, other);
    }
  });

  test('makes the credentials of its own server alone', () => {
    assert.equal(webSettingsPage('https://api.foundries.io', 'tokens'), 'https://app.foundries.io/settings/tokens/');
    assert.equal(
      webSettingsPage('https://api.meds.example.com', 'credentials'),
      'https://app.meds.example.com/settings/credentials/',
    );
  });
});
