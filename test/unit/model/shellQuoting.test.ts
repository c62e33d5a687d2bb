import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { suite, test } from 'mocha';
import { fioctlCommand, shellWord } from '../../../src/model/shellCommands';

/** What is pasted goes into whatever shell is open, so that no name may be a command in any of them. */
const SHELLS: readonly {
  readonly name: string;
  readonly args: readonly string[];
  /** What it makes of `$'…'`: the text, something else, or an error instead of the whole line. */
  readonly ansi: 'text' | 'other' | 'error';
}[] = [
  { name: 'sh', args: ['-c'], ansi: 'other' },
  { name: 'dash', args: ['-c'], ansi: 'other' },
  { name: 'busybox', args: ['sh', '-c'], ansi: 'other' },
  { name: 'bash', args: ['--norc', '-c'], ansi: 'text' },
  { name: 'zsh', args: ['-f', '-c'], ansi: 'text' },
  { name: 'fish', args: ['--no-config', '-c'], ansi: 'error' },
];

const INJECTIONS: readonly string[] = [
  "it's",
  "'; touch INJECTED; '",
  "\u0007'; touch INJECTED; '",
  "\n'; touch INJECTED; echo '",
  "\u0007\\'; touch INJECTED; '",
  "\\'; touch INJECTED; '",
  "\\\\'; touch INJECTED; '",
  '"; touch INJECTED; "',
  '\u0007"; touch INJECTED; "',
  '$(touch INJECTED)',
  '\u0007$(touch INJECTED)',
  '`touch INJECTED`',
  '\u001b[201~`touch INJECTED`',
  '\u2019; touch INJECTED; \u2018',
  '\u0007\u2019; touch INJECTED; \u201c',
  'a\\',
  'a\u0007\\',
  "''''",
  '\\\\\\',
  "'\\'\\''\\'",
  '',
  ' ',
  '!!',
  '*',
  '~',
  '#',
  '-rf',
  '日本\u202e語\u{1f600}',
];

const HIDDEN_TEXT = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/; // eslint-disable-line no-control-regex
const isThere = (name: string, args: readonly string[]) =>
  spawnSync(name, [...args, 'exit 0'], { stdio: 'ignore' }).status === 0;

/** @returns what a shell hands to a program for each word, and how it ends; it must do nothing else */
function readBy({ name, args }: (typeof SHELLS)[number], words: readonly string[]) {
  const home = mkdtempSync(path.join(tmpdir(), 'foundries-shell-'));
  const cwd = path.join(home, 'work');
  mkdirSync(cwd);
  try {
    // fish keeps files of its own at home.
    const env = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', HOME: home };
    const script = words.map((word) => `printf '%s\\0' ${word}`).join('\n');
    const { status, stdout, stderr } = spawnSync(name, [...args, script], { encoding: 'utf8', env, cwd });
    assert.deepEqual(readdirSync(cwd), [], 'nothing was run');
    return { status, stderr, seen: stdout.split('\0').slice(0, -1) };
  } finally {
    rmSync(home, { recursive: true });
  }
}

suite('Names in copied command lines', () => {
  for (const shell of SHELLS) {
    const isRefused = (text: string) => shell.ansi === 'error' && HIDDEN_TEXT.test(text);
    const reads = (all: readonly string[]) => {
      const texts = all.filter((text) => !isRefused(text));
      const { seen, ...ended } = readBy(shell, texts.map(shellWord));
      assert.deepEqual(ended, { status: 0, stderr: '' });
      assert.equal(seen.length, texts.length);
      texts.forEach((text, at) => {
        if (shell.ansi === 'text' || !HIDDEN_TEXT.test(text)) {
          assert.equal(seen[at], text, shellWord(text));
        }
      });
    };

    test(`${shell.name} reads one word of each, and runs nothing`, function () {
      if (!isThere(shell.name, shell.args)) {
        console.log(`      ${shell.name} is not on this machine`);
        this.skip();
      }
      reads(INJECTIONS);
      for (const text of INJECTIONS.filter(isRefused)) {
        const { stderr, seen } = readBy(shell, [shellWord(text)]);
        assert.match(stderr, /^fish: /, shellWord(text));
        assert.deepEqual(seen, []);
      }
    });

    test(`${shell.name} reads one word of any text`, function () {
      if (!isThere(shell.name, shell.args)) {
        console.log(`      ${shell.name} is not on this machine`);
        this.skip();
      }
      const unit = fc.constantFrom(
        ...Array.from('\'"\\$`!;&|<>()[]{}*?~#- \t\n\r\u0007\u001b\u0085\u202e\u2018\u2019\u201c\u201d'),
        ...Array.from('abé日'),
        'touch INJECTED',
      );
      const text = fc.array(unit, { maxLength: 12 }).map((parts) => parts.join(''));
      fc.assert(fc.property(fc.array(text, { minLength: 50, maxLength: 50 }), reads), { numRuns: 20 });
    });
  }

  test('no word holds a quote or backslash that another shell reads otherwise', () => {
    for (const text of INJECTIONS.filter((one) => HIDDEN_TEXT.test(one))) {
      // All between `$'` and the last quote is letters, digits and escapes to each of them.
      assert.match(shellWord(text), /^\$'(?:[^'"`$\\!;&|<>(){}\u2018-\u201e]|\\u[0-9a-f]{4})*'$/u, text);
    }
    for (const text of INJECTIONS.filter((one) => !HIDDEN_TEXT.test(one))) {
      // fish: a backslash in single quotes; PowerShell: curly quotes in them.
      assert.match(shellWord(text), /^(?:'[^'\\\u2018-\u201b]*'|"(?:['\u2018-\u201b]|\\\\)+"|[\w/:.,=@%+-]+)+$/u, text);
    }
  });

  test('a uuid that begins with a dash is no option of fioctl', () => {
    const subject = { factory: 'acme', name: 'a b', baseUrl: 'https://api.example', bearer: false };
    assert.equal(
      fioctlCommand({ ...subject, uuid: '--token=x' }, 'device'),
      'fioctl devices show --factory acme --by-uuid -- --token=x',
    );
  });
});
