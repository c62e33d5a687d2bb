import assert from 'node:assert/strict';
import fc from 'fast-check';
import { suite, test } from 'mocha';
import { contextAt, namesOfList } from '../../../src/model/tomlContext';
import { readToml } from '../../../src/model/tomlKeys';

/** The context at the `|` in a text. */
function at(marked: string) {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const context = contextAt(text, offset);
  return (
    context && {
      kind: context.kind,
      path: [context.table, context.key].filter((name) => name !== '').join('.'),
      written: text.slice(context.span.start, context.span.end),
      siblings: context.siblings.names(),
      tables: [...context.tables()],
    }
  );
}

suite('What stands at a place of a TOML text', () => {
  test('tables, keys and values, while they are typed', () => {
    const cases: [text: string, kind: string | undefined, path?: string, written?: string][] = [
      ['|', 'key', '', ''],
      ['[|', 'table', '', ''],
      ['[pac|man]', 'table', 'pacman', 'pacman'],
      ['[pacman] |', undefined],
      ['[pacman]\n|', 'key', 'pacman', ''],
      ['[pacman]\n  co|m', 'key', 'pacman.com', 'com'],
      ['[pacman]\ntags|="main"', 'key', 'pacman.tags', 'tags'],
      ['[pacman]\ntags = |', 'value', 'pacman.tags', ''],
      ['[pacman]\ntags = "ma|', 'value', 'pacman.tags', '"ma'],
      ['[pacman]\ntags = "ma|in" # here', 'value', 'pacman.tags', '"main"'],
      ['[pacman]\ntags = "main" # he|re', undefined],
      ['# [pacman]\n# |', undefined],
      ['pacman.tags = "|"', 'value', 'pacman.tags', '""'],
      ['"pacman" . tags = "|"', 'value', 'pacman.tags', '""'],
      ['[ "pacman" ]\r\ntags = "|"\r\n', 'value', 'pacman.tags', '""'],
      ['\ufeff[pacman]\ntags = |1', 'value', 'pacman.tags', '1'],
    ];
    for (const [text, kind, path, written] of cases) {
      const found = at(text);
      assert.deepEqual([found?.kind, found?.path, found?.written], [kind, path, written], JSON.stringify(text));
    }
  });

  test('what only looks like a header or a key inside of a text or a list is none', () => {
    assert.equal(at('[a]\nx = """\n[pacman]\ntags = "1"\n"""\n|')?.path, 'a');
    assert.equal(at("[a]\nx = '''\n[pacman]\n'''\n|")?.path, 'a');
    assert.equal(at('[a]\nx = [\n  "[pacman]", # ]\n  ["b"],\n]\ny| = 1')?.path, 'a.y');
    assert.equal(at('[a]\nx = """ \\""" [b]\n"""\n|')?.path, 'a');
    assert.equal(at('[a]\nx = "\\"[b]" # "\n|')?.path, 'a');
  });

  test('what is not closed ends with its line', () => {
    assert.equal(at('[pacman\ntags = "x\n[logger]\nlog|')?.path, 'logger.log');
    assert.equal(at('[pacman]\ntags = [ "x\n[logger]\nlog|')?.path, 'logger.log');
    assert.equal(at('[pacman]\ntags = {\ntype = "|"')?.path, 'pacman.type');
  });

  test('other keys of the table count wherever they are, and other tables', () => {
    const found = at('[logger]\nloglevel = 1\n[pacman]\na = 1\n|\nb = 2\n[uptane]\nc = 3\n');
    assert.deepEqual(found?.siblings, ['a', 'b']);
    assert.deepEqual(found.tables, ['logger', 'pacman', 'uptane']);
    const dotted = at(
      'pacman.a = 1\n pacman . b = 2\n"pacman".c = 3\n\'pacman\'."d" = 4\nx.pacman.e = 5\npacmans.f = 6\n[pacman]\n|\n"g" = 7\nh.i = 8\n"j".k = 9',
    );
    assert.deepEqual(dotted?.siblings, ['a', 'b', 'c', 'd', 'g']);
  });

  test('it says of each value of a right text what the parser says', () => {
    const name = fc.stringMatching(/^[a-z]{1,4}$/);
    const text = fc.constantFrom(
      '"x"',
      "'it#s'",
      '12',
      'true',
      '[1, 2]',
      '[\n "a", # c\n]',
      '"""\n[z]\nq=1"""',
      '{ k = 1 }',
    );
    const pair = fc.tuple(name, text, fc.constantFrom('', ' # note', '\n'));
    const table = fc.tuple(name, fc.uniqueArray(pair, { selector: ([key]) => key, maxLength: 4 }));
    const document = fc.uniqueArray(table, { selector: ([title]) => title, maxLength: 4 });
    fc.assert(
      fc.property(document, fc.constantFrom('\n', '\r\n'), (tables, eol) => {
        const source = tables
          .map(
            ([title, pairs]) => `[${title}]\n${pairs.map(([key, value, end]) => `${key} = ${value}${end}\n`).join('')}`,
          )
          .join('')
          .replaceAll('\n', eol);
        const read = readToml(source);
        assert.ok(read.ok);
        for (const { path, valueRange, inline } of read.value.keys) {
          if (inline === undefined) {
            const context = contextAt(source, valueRange.start);
            assert.deepEqual(context?.span, valueRange, source);
            assert.equal(`${context.table}.${context.key}`, path.join('.'));
          }
        }
      }),
    );
  });

  test('it neither throws nor runs on for ever on anything', () => {
    const piece = fc.constantFrom(
      '"',
      "'",
      '"""',
      "'''",
      '[',
      ']',
      '{',
      '}',
      '=',
      '#',
      '\n',
      '\r\n',
      '\\',
      ',',
      'a',
      ' ',
      '.',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.nat(60), (pieces, offset) => {
        const source = pieces.join('');
        const { span } = contextAt(source, Math.min(offset, source.length)) ?? {};
        assert.ok(span === undefined || (span.start <= span.end && span.end <= source.length));
      }),
      { numRuns: 2000 },
    );
  });

  test('names in a list', () => {
    const list = (text: string) => namesOfList(text, { start: 0, end: text.length });
    assert.deepEqual(
      list('"a, b c,"')?.names.map(({ name, start, end }) => [name, start, end]),
      [
        ['a', 1, 2],
        ['b', 4, 5],
        ['c', 6, 7],
      ],
    );
    assert.deepEqual(list('"a')?.inner, { start: 1, end: 2 });
    assert.equal(list('"""a"""'), undefined);
    assert.equal(list('12'), undefined);
  });
});
