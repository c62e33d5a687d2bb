import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { suite, test } from 'mocha';
import { root } from '../support/scripts';

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const sources = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file: file.split(path.sep).join('/'), text: read(path.join('src', file)) }));
const having = (pattern: RegExp) => sources.filter(({ text }) => pattern.test(text)).map(({ file }) => file);

suite('What SECURITY.md claims', () => {
  test('names tests that there are, for each claim', () => {
    const rows = read('SECURITY.md')
      .split('\n')
      .filter((line) => line.startsWith('| ') && !/^\| (-|Claim )/.test(line));
    assert.ok(rows.length >= 15);
    for (const row of rows) {
      const tests = [...row.matchAll(/\]\((test\/[^)]+)\)/g)].map(([, file]) => file ?? '');
      assert.ok(tests.length > 0, row);
      for (const file of tests) {
        assert.ok(existsSync(path.join(root, file)), file);
      }
    }
  });

  test('what VS Code reads for links is written in one place', () => {
    const shown = /\b(show(Information|Warning|Error)Message|(show|create)InputBox|withProgress|setStatusBarMessage)\b/;
    assert.deepEqual(having(shown).sort(), ['ui/askChecked.ts', 'ui/messages.ts']);
  });

  test('no Markdown may run commands or hold HTML, and there are no webviews', () => {
    assert.deepEqual(having(/\.isTrusted\s*=[^=]|isTrusted:|supportHtml/), []);
    assert.deepEqual(having(/webview/i), []);
    assert.doesNotMatch(read('package.json'), /webview|customEditors|notebooks?"/i);
  });

  test('what goes into Markdown as such is ours', () => {
    const raw = sources.flatMap(({ file, text }) =>
      [...text.matchAll(/appendMarkdown\(([^\n]*)/g)]
        .map(([, argument = '']) => argument)
        // A constant, what literal() has escaped, or the name of a fact, before its value as text.
        .filter(
          (argument) =>
            !/^'[^']*'\)/.test(argument) &&
            !/^(`(\\n)*\$\{)?literal\(/.test(argument) &&
            !/^`[-|] \$\{name\}(:| \|) `\)\.appendText\(/.test(argument),
        )
        .map((argument) => `${file}: ${argument}`),
    );
    assert.deepEqual(raw, []);
  });

  test('programs are run without a shell', () => {
    const git = read('src/reports/gitLog.ts');
    assert.match(git, /import \{ execFile \} from 'node:child_process'/);
    assert.doesNotMatch(git, /\bshell\b/);
    assert.match(git, /if \(!isCommit\(from\) \|\| !isCommit\(to\)\)/);
  });

  test('dependencies are pinned, and audited by CI', () => {
    assert.match(read('.github/workflows/ci.yml'), /run: npm audit --audit-level=low\n/);
    const { dependencies = {}, devDependencies = {} } = JSON.parse(read('package.json')) as Record<
      string,
      Record<string, string> | undefined
    >;
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      assert.match(version, /^\d+\.\d+\.\d+/, name);
    }
  });
});
