import assert from 'node:assert/strict';
import fc from 'fast-check';
import { suite, test } from 'mocha';
import { checkSyntax, languageOf, type CheckedLanguage } from '../../../src/language/checks';
import { readYaml } from '../../../src/model/yamlFiles';

suite('Syntax of configuration files', () => {
  test('by the end of the name', () => {
    assert.deepEqual(
      ['z-50-fioctl.toml', 'a/b.JSON', 'x.yml', 'x.yaml', 'app.config', 'toml', 'a.toml/b', ''].map(languageOf),
      ['TOML', 'JSON', 'YAML', 'YAML', undefined, undefined, undefined, undefined],
    );
  });

  const good: [CheckedLanguage, string][] = [
    ['TOML', ''],
    ['TOML', '\n[pacman]\n  compose_apps = "shellhttpd"\n'],
    ['TOML', '\ufeff[pacman]\r\ntags = "main" # a comment\r\n'],
    ['JSON', '{"a": [1, true, null]}\n'],
    ['YAML', 'a: 1\nb:\n  - x\n'],
    ['YAML', '---\na: 1\n---\nb: 2\n'],
    ['YAML', ''],
  ];
  for (const [language, text] of good) {
    test(`${language} ${JSON.stringify(text)} is fine`, () => {
      assert.deepEqual(checkSyntax(language, text), []);
    });
  }

  const bad: [CheckedLanguage, string, string][] = [
    ['TOML', '[pacman\ntags = "main"\n', '\n'],
    ['TOML', '[pacman]\ntags = main\n', 'main'],
    ['TOML', 'a = 1\na = 2\n', 'a'],
    ['JSON', '{"a": }', '}'],
    ['JSON', '{"a": 1,}', '}'],
    ['JSON', '// no\n{}', '// no'],
    ['YAML', 'a: [1, 2\nb: 3\n', 'b'],
    ['YAML', 'a: 1\n a: 2\n', 'a'],
  ];
  for (const [language, text, place] of bad) {
    test(`${language} ${JSON.stringify(text)} is marked near ${JSON.stringify(place)}`, () => {
      const [problem] = checkSyntax(language, text);
      assert.ok(problem !== undefined);
      assert.ok(problem.message.length > 3 && !problem.message.includes('\n'), problem.message);
      const line = (offset: number) => text.slice(0, offset).split('\n').length;
      assert.ok(Math.abs(line(problem.offset) - line(text.lastIndexOf(place))) <= 1, JSON.stringify(problem));
    });
  }

  test('an empty JSON file is no JSON', () => {
    assert.equal(checkSyntax('JSON', '').length, 1);
  });

  test('no text breaks a check, and every mark lies in the text', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<CheckedLanguage[]>('TOML', 'JSON', 'YAML'),
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.json(),
          fc.stringMatching(/^[[\]{}=":,\-a-z0-9\n #'|>&*!%@]{0,40}$/),
        ),
        (language, text) => {
          for (const { offset, length } of checkSyntax(language, text)) {
            assert.ok(offset >= 0 && length >= 0 && offset <= text.length + 1, `${offset}+${length} of ${text.length}`);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('JSON with a byte order mark is wrong for most readers, and what is wrong after it is told too', () => {
    const [mark, ...others] = checkSyntax('JSON', '\ufeff{}');
    assert.match(mark?.message ?? '', /Byte order mark/);
    assert.deepEqual([mark?.offset, others], [0, []]);
    assert.deepEqual(
      checkSyntax('JSON', '\ufeff{,}').map(({ offset }) => offset),
      [0, 2, 3, 3],
    );
  });

  test('a text that is wrong at each character is not read to its end', () => {
    for (const pattern of ['}', '- @\n', '- "\\q"\n']) {
      const { documents, problems } = readYaml(pattern.repeat(10_000));
      assert.deepEqual([documents.length, problems.length], [0, 100], pattern);
      assert.equal(problems[0]?.offset, checkSyntax('YAML', pattern)[0]?.offset, pattern);
    }
  });
});
