import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { readIni, withoutQuotes } from '../../../src/model/iniReader';
import { readToml } from '../../../src/model/tomlKeys';
import { compareReaders, isRejection, type ReaderFinding } from '../../../src/model/updateReaders';
import { applyChange } from '../../../src/model/updateSettings';

function findings(text: string): ReaderFinding[] {
  const read = readToml(text);
  assert.ok(read.ok, text);
  return compareReaders(text, read.value);
}

/** What aktualizr-lite gets: `table.key` → value. */
function onDevice(text: string): Record<string, string> {
  const { keys, fault } = readIni(text);
  assert.equal(fault, undefined);
  return Object.fromEntries(keys.map(({ section, key, value }) => [`${section}.${key}`, withoutQuotes(value)]));
}

const fixed = (text: string): string =>
  findings(text)
    .flatMap(({ fix, twinFix }) => [fix, twinFix])
    .filter((change) => change !== undefined)
    .sort((a, b) => b.start - a.start)
    .reduce((done, change) => applyChange(done, change), text);

suite('Readers of z-50-fioctl.toml: the same for all', () => {
  for (const [name, text] of [
    ['as fioctl writes it', '\n[pacman]\n  compose_apps = "web"\n  docker_apps = "web"\n  tags = "main"\n'],
    ['Windows line ends', '[pacman]\r\n  tags = "main"\r\n  compose_apps = "web"\r\n'],
    ['a table below', '[pacman]\n  tags = "main"\n[pacman.extra]\n  x = "1"\n'],
    ['comments on lines of their own', '# one\n[pacman] # two\n  # three\n  tags = "main"\n'],
    ['an equals sign in a value', '[bootloader]\nreboot_command = "x --a=b"\n'],
    ['numbers', '[uptane]\npolling_sec = 60\n[logger]\nloglevel = 2\n'],
    ['flags', '[pacman]\nstop_apps_before_update = "1"\ndocker_prune = "0"\n'],
    ['an empty file', ''],
    ['blanks in a value', '[pacman]\ncompose_apps = " "\n'],
    ['what fioup alone reads', '[uptane]\npolling_seconds = "60" # seconds\n'],
  ] as const) {
    test(name, () => assert.deepEqual(findings(text), []));
  }
});

suite('Readers of z-50-fioctl.toml: rejected', () => {
  for (const [name, text, kind] of [
    [
      'a text over several lines',
      '[pacman]\n  tags = "main"\n  compose_apps = """\\\n    web,\\\n    db"""\n',
      'rejected',
    ],
    ['a byte order mark', '\ufeff[pacman]\n  tags = "main"\n', 'rejected'],
    ['a byte order mark before a comment', '\ufeff# a\n[pacman]\n  tags = "main"\n', 'rejected'],
    ['a list over several lines', '[pacman]\ntags = "a"\n[x]\ny = [\n  "a",\n]\n', 'rejected'],
    ['the same name in two forms', '[a]\nx = 1\n[b."a"]\n[a."b"]\n[ a.b]\n', undefined],
    ['a flag in words', '[pacman]\n  stop_apps_before_update = "true"\n', 'flag'],
    ['an empty flag', '[pacman]\n  docker_prune = ""\n', 'flag'],
    ['a flag with a blank', '[pacman]\n  docker_prune = " 1"\n', 'flag'],
    ['a flag with a comment', '[pacman]\n  docker_prune = "0" # keep\n', 'flag'],
    ['a flag of TOML', '[pacman]\n  docker_prune = true\n', 'flag'],
    ['a flag in single quotes', "[pacman]\n  stop_apps_before_update = '1'\n", 'flag'],
    ['keys outside of a table', 'tags = "main"\ncompose_apps = "web"\n', 'noTable'],
  ] as const) {
    test(name, () => {
      const read = readToml(text);
      const found = read.ok ? compareReaders(text, read.value) : [];
      assert.equal(found.find(isRejection)?.kind, kind);
    });
  }

  test('the fix is what all readers take', () => {
    assert.equal(
      fixed('[pacman]\n  tags = "main"\n  compose_apps = """\\\n    web,\\\n    db"""\n'),
      '[pacman]\n  tags = "main"\n  compose_apps = "web,db"\n',
    );
    assert.equal(fixed('\ufeff[pacman]\n  tags = "main"\n'), '[pacman]\n  tags = "main"\n');
    assert.equal(
      fixed('[pacman]\n  stop_apps_before_update = "true"\n'),
      '[pacman]\n  stop_apps_before_update = "1"\n',
    );
    const text = fixed('tags = "main"\ncompose_apps = "web"\n');
    assert.equal(text, '[pacman]\ntags = "main"\ncompose_apps = "web"\n');
    assert.deepEqual(findings(text), []);
  });

  test('keys of several tables have no fix, nor those whose table is there already', () => {
    for (const text of ['tags = "a"\nloglevel = 1\n', 'tags = "a"\n[pacman]\ndocker_prune = "1"\n', 'own = 1\n']) {
      assert.ok(findings(text).every(({ kind, fix }) => kind === 'noTable' && fix === undefined));
    }
  });
});

suite('Readers of z-50-fioctl.toml: read differently', () => {
  test('a comment behind a text becomes part of it', () => {
    const text = '[pacman]\n  tags = "main" # follow\n  compose_apps = "web" # was "web,db"\n';
    assert.equal(onDevice(text)['pacman.compose_apps'], 'web # was web,db');
    assert.deepEqual(
      findings(text).map((found) => [found.kind, text.slice(found.start, found.end)]),
      [
        ['comment', '# follow'],
        ['comment', '# was "web,db"'],
      ],
    );
    const right = '[pacman]\n  # follow\n  tags = "main"\n  # was "web,db"\n  compose_apps = "web"\n';
    assert.equal(fixed(text), right);
    assert.deepEqual(onDevice(right), { 'pacman.tags': 'main', 'pacman.compose_apps': 'web' });
  });

  test('a number with a comment is none', () => {
    const text = '[uptane]\r\n  polling_sec = 60 # fast\r\n';
    assert.deepEqual(
      findings(text).map(({ kind }) => kind),
      ['comment'],
    );
    assert.equal(fixed(text), '[uptane]\r\n  # fast\r\n  polling_sec = 60\r\n');
  });

  for (const [name, text, kind, right] of [
    ['a literal text', "[pacman]\ntags = 'main'\n", 'otherValue', '[pacman]\ntags = "main"\n'],
    ['an escape', '[pacman]\ntags = "m\\u0061in"\n', 'otherValue', '[pacman]\ntags = "main"\n'],
    ['a backslash', '[pacman]\ncallback_program = "c:\\\\x"\n', 'otherValue', undefined],
    ['a quote', '[pacman]\ncallback_program = "a \\" b"\n', 'otherValue', undefined],
    ['three quotes on one line', '[pacman]\ntags = """main"""\n', undefined, undefined],
    ['a quoted key', '[pacman]\n"tags" = "main"\n', 'notFound', '[pacman]\ntags = "main"\n'],
    ['a quoted table', '["pacman"]\ntags = "main"\n', 'notFound', undefined],
    ['dotted keys', 'pacman.tags = "main"\n', 'notFound', undefined],
    ['an inline table', 'pacman = { tags = "main" }\n', 'notFound', undefined],
    ['a number with an underscore', '[uptane]\npolling_sec = 3_600\n', 'otherValue', '[uptane]\npolling_sec = 3600\n'],
    ['a hexadecimal number', '[uptane]\npolling_sec = 0x3c\n', 'otherValue', '[uptane]\npolling_sec = 60\n'],
    ['names without commas', '[pacman]\ncompose_apps = "a b"\n', 'noCommas', '[pacman]\ncompose_apps = "a,b"\n'],
  ] as const) {
    test(name, () => {
      const [found] = findings(text);
      assert.equal(found?.kind, kind);
      assert.equal(found?.fix === undefined ? undefined : fixed(text), right);
      assert.ok(found === undefined || !isRejection(found));
    });
  }
});

suite('The INI reader of aktualizr-lite', () => {
  for (const [text, fault] of [
    ['[pacman\n', 'openSection'],
    ['[a]\nx=1\n[a]\n', 'duplicateSection'],
    ['[a]\n[a]\n', undefined],
    ['a=1\n[a]\n', 'duplicateSection'],
    ['[a]\nx=1\nx=2\n', 'duplicateKey'],
    ['[a]\n= 1\n', 'noKey'],
    ['[a]\nx\n', 'noEquals'],
    ['\ufeff[a]\n', 'byteOrderMark'],
  ] as const) {
    test(`${fault === undefined ? 'takes' : 'rejects'} ${JSON.stringify(text)}`, () =>
      assert.equal(readIni(text).fault?.kind, fault));
  }

  test('takes comments with ; and #, and the same key in two sections', () => {
    const { keys, fault } = readIni('; a\n # b\n[a]\nx=1\n[b]\nx=2\n');
    assert.equal(fault, undefined);
    assert.deepEqual(
      keys.map(({ section, key, value }) => [section, key, value]),
      [
        ['a', 'x', '1'],
        ['b', 'x', '2'],
      ],
    );
  });
});
