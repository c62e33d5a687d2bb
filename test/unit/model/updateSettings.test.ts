import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { appsOf, isEnabled, listOf, sameApps, toggled, type AppsSetting } from '../../../src/model/appsSetting';
import { UPDATE_KEYS } from '../../../src/model/updateKeys';
import { editSettings, readUpdateSettings, withApps, withTag, type Read } from '../../../src/model/updateSettings';

function value<T>(read: Read<T>): T {
  assert.ok(read.ok, read.ok ? '' : read.problem.message);
  return read.value;
}

function problem(read: Read<unknown>): { message: string; offset: number; line: number } {
  assert.ok(!read.ok);
  return read.problem;
}

const only = (...apps: string[]): AppsSetting => ({ kind: 'only', apps });

suite('Update settings: reading', () => {
  const read = (text: string) => value(readUpdateSettings(text));

  test('a missing key, an empty list and a list are three things', () => {
    assert.deepEqual(read('[pacman]\n').composeApps, { kind: 'default' });
    assert.deepEqual(read('[pacman]\ncompose_apps = ""\n').composeApps, { kind: 'none' });
    assert.deepEqual(read('[pacman]\ncompose_apps = " , "\n').composeApps, { kind: 'none' });
    assert.deepEqual(read('[pacman]\ncompose_apps = "b,a"\n').composeApps, only('b', 'a'));
  });

  test('lists are split at commas and blanks, as on the device', () => {
    assert.deepEqual(
      read('[pacman]\ncompose_apps = "a, b  c,,a"\ntags = "main devel"').composeApps,
      only('a', 'b', 'c'),
    );
    assert.deepEqual(read('[pacman]\ntags = "main devel"').tags, ['main', 'devel']);
    assert.equal(read('').tags, undefined);
  });

  test('all ways to write the key', () => {
    for (const text of [
      '[pacman]\ncompose_apps = "a,b"',
      "\ufeff[ \"pacman\" ]\r\n'compose_apps'='a,b'",
      'pacman.compose_apps = """\\\n   a,b"""',
      'pacman = { type = "x", compose_apps = "a,b" }',
      "pacman.\"compose_apps\" = '''a,b'''",
      '[pacman.sub]\n[pacman]\n"compose\\u005fapps" = "a,b"\n',
    ]) {
      assert.deepEqual(read(text).composeApps, only('a', 'b'), text);
    }
  });

  test('the same name elsewhere is something else', () => {
    const { composeApps, tags } = read('tags = "x"\n[other]\ncompose_apps = "a"\n[pacman.sub]\ntags = "y"\n');
    assert.deepEqual([composeApps, tags], [{ kind: 'default' }, undefined]);
  });

  test('what is no text is not guessed at', () => {
    for (const text of ['[pacman]\ncompose_apps = ["a"]', '[pacman.compose_apps]\n', '[[pacman]]\n', 'pacman = 1']) {
      assert.deepEqual(read(text).composeApps, { kind: 'unclear' }, text);
    }
  });

  test('places count a byte order mark and surrogates', () => {
    const text = '\ufeff# 😀\n[pacman] # 😀\n  tags = "😀" # x\n';
    const { keys, tables } = read(text);
    assert.deepEqual(
      [tables[0]!.header, keys[0]!.range, keys[0]!.keyRange, keys[0]!.valueRange].map(({ start, end }) =>
        text.slice(start, end),
      ),
      ['[pacman]', 'tags = "😀"', 'tags', '"😀"'],
    );
  });

  test('a wrong document is a problem with its place', () => {
    const text = '\ufeff[pacman]\r\ntags = "a"\r\ntags = "b"\r\n';
    const { message, line, offset } = problem(readUpdateSettings(text));
    assert.match(message, /multiple times/);
    assert.deepEqual([line, offset], [3, text.lastIndexOf('tags')]);
    assert.equal(problem(readUpdateSettings('[pacman]\ntags = 1 2')).line, 2);
  });
});

suite('Update settings: editing in place', () => {
  const cases: [string, string, AppsSetting, string][] = [
    ['a new file as fioctl writes it', '', only('shellhttpd'), '\n[pacman]\n  compose_apps = "shellhttpd"\n'],
    ['its reset form', '\n[pacman]\n', only('a', 'b'), '\n[pacman]\n  compose_apps = "a,b"\n'],
    [
      'none is not the default',
      '[pacman]\ntags = "x"\n',
      { kind: 'none' },
      '[pacman]\ntags = "x"\ncompose_apps = ""\n',
    ],
    ['only the value', '[pacman]\n compose_apps="a"\n#d\n', only('b'), '[pacman]\n compose_apps="b"\n#d\n'],
    [
      'a comment behind the value, which aktualizr-lite would read as part of it',
      '[pacman]\n compose_apps="a" # c\n#d\n',
      only('b'),
      '[pacman]\n # c\n compose_apps="b"\n#d\n',
    ],
    [
      'both twins',
      '[pacman]\ndocker_apps="a"\ncompose_apps="a"',
      only('b'),
      '[pacman]\ndocker_apps="b"\ncompose_apps="b"',
    ],
    ['a twin alone', '[pacman]\ndocker_apps="a"\n', only('b'), '[pacman]\ndocker_apps="b"\ncompose_apps = "b"\n'],
    [
      'both twins go',
      '[pacman]\ndocker_apps="a"\ncompose_apps="a"\ntags="t"\n',
      { kind: 'default' },
      '[pacman]\ntags="t"\n',
    ],
    [
      'a comment at the end of a line stays',
      '[pacman]\n  compose_apps = "a" # why\n',
      { kind: 'default' },
      '[pacman]\n  # why\n',
    ],
    [
      'windows lines',
      '[pacman]\r\n\ttags = "x"\r\n[o]\r\n',
      only('a'),
      '[pacman]\r\n\ttags = "x"\r\n\tcompose_apps = "a"\r\n[o]\r\n',
    ],
    ['no final line end', '[pacman]\ntags = "x"', only('a'), '[pacman]\ntags = "x"\ncompose_apps = "a"'],
    [
      'another table only',
      '[logger]\nloglevel = 1',
      only('a'),
      '[logger]\nloglevel = 1\n\n[pacman]\n  compose_apps = "a"',
    ],
    [
      'comments of the next table',
      '[pacman] # p\n# about o\n[o]\n',
      only('a'),
      '[pacman] # p\n  compose_apps = "a"\n# about o\n[o]\n',
    ],
    [
      'dotted keys become a table, which INI readers know',
      '# top\npacman.tags = "x" # why\npacman.type = "t"\n[o]\ny = "1"\n',
      only('a'),
      '# top\n# why\n[o]\ny = "1"\n\n[pacman]\n  tags = "x"\n  type = "t"\n  compose_apps = "a"\n',
    ],
    ['quoted dotted keys', '"pacman" . tags = "x"', only('a'), '\n[pacman]\n  tags = "x"\n  compose_apps = "a"\n'],
    [
      'an inline table',
      'pacman = { tags = "x" } # c',
      only('a'),
      '# c\n\n[pacman]\n  tags = "x"\n  compose_apps = "a"\n',
    ],
    ['an empty inline table', 'pacman = {}\n', only('a'), '\n[pacman]\n  compose_apps = "a"\n'],
    ['a blank inline table', 'pacman = { }\n', only('a'), '\n[pacman]\n  compose_apps = "a"\n'],
    [
      'out of an inline table',
      'pacman = {compose_apps="a", tags="x"}',
      { kind: 'default' },
      '\n[pacman]\n  tags = "x"\n',
    ],
    ['a quoted table and key', '["pacman"]\n"tags" = "x"\n', only('a'), '[pacman]\ntags = "x"\ncompose_apps = "a"\n'],
    ['a byte order mark', '\ufeff[pacman]\n', only('a'), '[pacman]\n  compose_apps = "a"\n'],
    ['a literal text', "[pacman]\ncompose_apps = 'a'\n", only('a'), '[pacman]\ncompose_apps = "a"\n'],
    [
      'a table below only',
      '[pacman.sub]\nx = 1\n',
      only('a'),
      '[pacman.sub]\nx = 1\n\n[pacman]\n  compose_apps = "a"\n',
    ],
    [
      'a list of lines',
      '[pacman]\ncompose_apps = """\na,\nb"""\nt = 1',
      only('b'),
      '[pacman]\ncompose_apps = "b"\nt = 1',
    ],
    ['a value of another type', '[pacman]\ncompose_apps = ["a"]\n', only('a'), '[pacman]\ncompose_apps = "a"\n'],
  ];
  for (const [name, before, setting, after] of cases) {
    test(name, () => assert.equal(value(withApps(before, setting)), after));
  }

  test('what is so already is not written again', () => {
    for (const [text, setting] of [
      ['[pacman]\ncompose_apps = "a,b"', only('a', 'b')],
      ['[pacman]\n', { kind: 'default' }],
      ['', { kind: 'default' }],
      ['[pacman]\ncompose_apps = ""', { kind: 'none' }],
    ] as const) {
      assert.equal(value(withApps(text, setting)), text);
    }
  });

  test('the tag, and back to the one of the device', () => {
    const text = '[pacman]\n  tags = "main" # bench\n  x = 1\n';
    assert.equal(value(withTag(text, 'devel')), '[pacman]\n  # bench\n  tags = "devel"\n  x = 1\n');
    assert.equal(value(withTag(text, undefined)), '[pacman]\n  # bench\n  x = 1\n');
  });

  test('any text can be written and read back, or is refused because INI cannot hold it', () => {
    const odd = "a=b'c#;[d]é😀";
    const text = value(editSettings('', [{ key: 'callback_program', value: odd }]));
    assert.equal(value(readUpdateSettings(text)).keys[0]!.text, odd);
    for (const impossible of ['a"b', 'a\\b', 'a\nb', '\u0001']) {
      const { message } = problem(editSettings('', [{ key: 'callback_program', value: impossible }]));
      assert.match(message, /aktualizr-lite would read another value/);
    }
  });

  test('a file that a program on the device rejects is not written, whoever made it so', () => {
    for (const text of [
      '[pacman]\ntags = "x"\n[o]\ny = [\n  1,\n]\n',
      'b = 1\n[pacman]\ntags = "x"\n',
      '[pacman]\nstop_apps_before_update = "yes"\n',
    ]) {
      assert.match(problem(withApps(text, only('a'))).message, /rejects the file/);
    }
  });

  test('a document that is wrong, or has no place for the key, is left alone', () => {
    for (const [text, expected] of [
      ['[pacman]\ntags = "a"\ntags = "b"', /multiple times/],
      ['[pacman]\n[pacman]\n', /multiple times/],
      ['[[pacman]]\n', /list of tables/],
      ['pacman = "x"\n', /is a value here/],
      ['[pacman.tags]\nx = 1', /pacman\.tags is a table here/],
      ['[pacman]\ntags.x = 1', /pacman\.tags is a table here/],
      ['pacman = { tags = { x = 1 } }', /pacman\.tags is a table here/],
      ['[pacman\n', /./],
      ['<<<<<<< yours\n', /./],
    ] as const) {
      assert.match(problem(withTag(text, 'devel')).message, expected, text);
      assert.match(problem(withTag(text, undefined)).message, expected, text);
    }
  });

  test('a megabyte is edited as anything else', () => {
    const text = `[pacman]\n${'# a comment that says nothing\n'.repeat(20_000)}x1 = 1\n[o]\n${Array.from({ length: 20_000 }, (_, at) => `key${at} = "value"`).join('\n')}\n`;
    assert.equal(value(withApps(text, only('a'))).length, text.length + 'compose_apps = "a"\n'.length);
  });
});

suite('Update settings: turning apps on and off', () => {
  const target = ['alpha', 'beta', 'gamma'];

  test('the first that goes off leaves the others on', () => {
    assert.deepEqual(toggled({ kind: 'default' }, 'beta', false, target), only('alpha', 'gamma'));
  });

  test('the last that goes off leaves none, which is not the default', () => {
    assert.deepEqual(toggled(only('beta'), 'beta', false, target), { kind: 'none' });
    assert.equal(listOf({ kind: 'none' }), '');
  });

  test('the last that comes on leaves a list, which is not the default', () => {
    assert.deepEqual(toggled(only('gamma', 'alpha'), 'beta', true, target), only('gamma', 'alpha', 'beta'));
  });

  test('names that the target does not have stay in the list', () => {
    assert.deepEqual(toggled(only('old', 'beta'), 'beta', false, target), only('old'));
  });

  test('an app that no list names comes on beside the default', () => {
    assert.deepEqual(toggled({ kind: 'default' }, 'new', true, target), only('alpha', 'beta', 'gamma', 'new'));
  });

  test('what is so already stays as it is', () => {
    const setting = only('b', 'a');
    assert.equal(toggled(setting, 'a', true, target), setting);
    assert.equal(toggled(setting, 'c', false, target), setting);
    const all: AppsSetting = { kind: 'default' };
    assert.equal(toggled(all, 'beta', true, target), all);
  });

  test('reading and writing fit together', () => {
    for (const setting of [{ kind: 'default' }, { kind: 'none' }, only('b', 'a')] as const) {
      assert.deepEqual(appsOf(listOf(setting)), setting);
    }
    assert.ok(isEnabled({ kind: 'default' }, 'x') && !isEnabled({ kind: 'none' }, 'x') && isEnabled(only('x'), 'x'));
    assert.ok(sameApps(only('a', 'b'), only('b', 'a')) && !sameApps(only('a'), only('a', 'b')));
    assert.ok(!sameApps({ kind: 'none' }, { kind: 'default' }));
  });
});

test('documented keys are told once each', () => {
  const names = UPDATE_KEYS.map(({ table, key }) => `${table}.${key}`);
  assert.equal(new Set(names).size, names.length);
  assert.ok(UPDATE_KEYS.every(({ table, type }) => table !== 'pacman' || type === 'string'));
});
