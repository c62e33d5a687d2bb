import assert from 'node:assert/strict';
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
