/**
 * How z-50-fioctl.toml with each construct of TOML is judged before it is saved (docs/api.md §4.4). What the readers make of each
 * was measured with boost's `read_ini` 1.74 and with go-toml 1.9, also decoding into tables as update-server does.
 */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { judgeUpdateSettings } from '../../../src/configfs/updateGuard';
import { checkUpdateSettings } from '../../../src/model/updateChecks';
import { readUpdateSettings } from '../../../src/model/updateSettings';
import { findingText } from '../../../src/ui/findingText';

type Judged = 'saved' | 'hint' | 'warning' | 'prompt' | 'refused';

/** A row of a table of `[pacman]`, which every reader knows, or of `[foo]`, which none does. */
const pacman = (line: string): string => `[pacman]\n${line}\n`;
const foo = (line: string): string => `[foo]\n${line}\n`;

const TABLE: Readonly<Record<string, readonly (readonly [construct: string, text: string, judged: Judged])[]>> = {
  'tables and lists of tables': [
    ['a table', pacman('tags = "a"'), 'saved'],
    ['a table of an unknown name', foo('x = "1"'), 'hint'],
    ['blanks in a header', '[ pacman ]\ntags = "a"\n', 'saved'],
    ['a table below', '[pacman]\ntags = "a"\n[pacman.extra]\nx = "1"\n', 'saved'],
    ['a table below that comes first', '[pacman.extra]\nx = "1"\n[pacman]\ntags = "a"\n', 'saved'],
    ['empty tables', '[pacman]\n[pacman.extra]\n[uptane]\n', 'saved'],
    ['a list of tables', '[[pacman]]\ntags = "a"\n', 'refused'],
    ['a list of tables with blanks', '[[ pacman ]]\ntags = "a"\n', 'refused'],
    ['a list of two tables', '[[pacman]]\ntags = "a"\n[[pacman]]\ntags = "b"\n', 'refused'],
    ['an empty list of tables', '[[x]]\n[[x]]\n', 'refused'],
    ['a list of tables of another name', '[pacman]\ntags = "a"\n[[x]]\ny = "1"\n', 'refused'],
    ['a table in a list of tables', '[[x]]\n[x.y]\nz = "1"\n', 'refused'],
    ['a list of tables in a table', '[pacman]\ntags = "a"\n[[pacman.x]]\ny = "1"\n', 'prompt'],
    ['a quoted header', '["pacman"]\ntags = "a"\n', 'prompt'],
    ['a header in single quotes', '[\'pacman\']\ntags = "a"\n', 'prompt'],
    ['an escape in a header', '["pac\\u006dan"]\ntags = "a"\n', 'prompt'],
    ['a quoted part of a header', '[pacman."extra"]\nx = "1"\n', 'saved'],
    ['a closing bracket in a header', '["a]b"]\nx = "1"\n', 'refused'],
    ['an opening bracket in a header', '["a[b"]\nx = "1"\n', 'refused'],
    ['a quote in a header', '["a\\"b"]\nx = "1"\n', 'refused'],
    ['a table twice', '[pacman]\ntags = "a"\n[pacman]\ntype = "b"\n', 'refused'],
    ['a table that dotted keys have made', 'pacman.tags = "a"\n[pacman]\n', 'refused'],
    ['a key in the line of a header', '[pacman] tags = "a"\n', 'refused'],
    ['another case', '[Pacman]\nTags = "a"\n', 'hint'],
  ],
  keys: [
    ['outside of a table', 'tags = "a"\n', 'refused'],
    ['a list outside of a table', 'pacman = [{ tags = "a" }]\n', 'refused'],
    ['twice', pacman('tags = "a"\ntags = "b"'), 'refused'],
    ['unknown', pacman('own = "a"'), 'warning'],
    ['of digits', pacman('1 = "a"'), 'warning'],
    ['quoted', pacman('"tags" = "a"'), 'prompt'],
    ['in single quotes', pacman('\'tags\' = "a"'), 'prompt'],
    ['empty', foo('"" = "1"'), 'prompt'],
    ['with a dot in quotes', foo('"a.b" = "1"'), 'prompt'],
    ['with an equals sign', foo('"a=b" = "1"'), 'prompt'],
    ['two with an equals sign', foo('"a=b" = "1"\n"a=c" = "2"'), 'refused'],
    ['with a quote', foo('"a\\"b" = "1"'), 'refused'],
    ['with a backslash before the end', foo('"a\\\\" = "1"'), 'prompt'],
    ['with a quote in single quotes', foo('\'a"b\' = "1"'), 'prompt'],
    ['with a number sign', foo('"#a" = "1"'), 'prompt'],
    ['dotted, before the first table', 'pacman.tags = "a"\n', 'prompt'],
    ['dotted, three deep', 'a.b.c = "1"\n', 'prompt'],
    ['dotted, in a table', pacman('extra.x = "1"'), 'prompt'],
    ['dotted, in an unknown table', foo('extra.x = "1"'), 'prompt'],
    ['dotted, with blanks', foo('a . b = "1"'), 'prompt'],
    ['dotted, of numbers', foo('3.14 = "1"'), 'prompt'],
    ['without a value', pacman('tags ='), 'refused'],
    ['without an equals sign', pacman('tags'), 'refused'],
    ['two in a line', pacman('tags = "a" type = "b"'), 'refused'],
  ],
  'inline tables': [
    ['in place of a table', 'pacman = { tags = "a" }\n', 'prompt'],
    ['empty in place of a table', 'pacman = {}\n', 'saved'],
    ['in a table', pacman('x = { a = "1" }'), 'prompt'],
    ['in an unknown table', foo('x = { a = "1" }'), 'prompt'],
    ['one in another', foo('x = { a = { b = "1" } }'), 'prompt'],
    ['with a quote in a key', foo('x = { "a\\"b" = 1 }'), 'refused'],
    ['with a date', foo('x = { a = 2026-01-01 }'), 'refused'],
    ['over several lines', foo('x = {\na = "1" }'), 'refused'],
    ['with a comma at the end', foo('x = { a = "1", }'), 'refused'],
  ],
  texts: [
    ['empty', pacman('compose_apps = ""'), 'saved'],
    ['with a number sign', pacman('callback_program = "a#b"'), 'saved'],
    ['with a semicolon', pacman('callback_program = "a;b"'), 'saved'],
    ['with an equals sign', pacman('callback_program = "a=b"'), 'saved'],
    ['with brackets', pacman('callback_program = "[x]"'), 'saved'],
    ['with a tab', pacman('callback_program = "a\tb"'), 'saved'],
    ['with other letters', pacman('callback_program = "ü😀"'), 'saved'],
    ['with blanks around it', pacman('compose_apps = " a "'), 'saved'],
    ['in single quotes', pacman("tags = 'a'"), 'prompt'],
    ['empty in single quotes', pacman("compose_apps = ''"), 'prompt'],
    ['in single quotes in a table below', "[pacman.extra]\nx = '1'\n", 'prompt'],
    ['with an escaped letter', pacman('tags = "\\u0061"'), 'prompt'],
    ['with a long escape', pacman('tags = "\\U00000061"'), 'prompt'],
    ['with an escaped tab', pacman('callback_program = "a\\tb"'), 'prompt'],
    ['with an escaped quote', pacman('callback_program = "a \\"b\\""'), 'prompt'],
    ['with an escape of TOML 1.1', pacman('callback_program = "a\\eb"'), 'refused'],
    ['with half a pair', pacman('callback_program = "\\ud800"'), 'refused'],
    ['with a wrong escape', pacman('callback_program = "a\\qb"'), 'refused'],
    ['with a control character', pacman('callback_program = "\u0001"'), 'refused'],
    ['without quotes', pacman('tags = a'), 'refused'],
    ['in three quotes', pacman('tags = """a"""'), 'saved'],
    ['in three single quotes', pacman("tags = '''a'''"), 'prompt'],
    ['in three quotes and one more', pacman('tags = """a""""'), 'refused'],
    ['in three quotes, with an escaped one at the end', pacman('tags = """a\\""""'), 'prompt'],
    ['in three single quotes and one more', pacman("tags = '''a''''"), 'refused'],
    ['over several lines', pacman('tags = """\na"""'), 'refused'],
    ['over several lines with equals signs', pacman('callback_program = """\nx = 1"""'), 'prompt'],
    ['that sets a key for INI', '[pacman.extra]\nx = """\n[pacman]\ntags = "other" """\n', 'prompt'],
    ['of fioup alone that sets a key for INI', pacman('prune_unused_images = """\ntags = "b" """'), 'prompt'],
    ['of fioup alone with a comment', pacman('prune_unused_images = "1" # c'), 'saved'],
  ],
  lists: [
    ['in place of a text', pacman('tags = ["a"]'), 'prompt'],
    ['of texts', foo('x = ["a", "b"]'), 'prompt'],
    ['of numbers', foo('x = [1, 2]'), 'prompt'],
    ['of inline tables', foo('x = [{ a = 1 }, { b = 2 }]'), 'prompt'],
    ['empty', foo('x = []'), 'prompt'],
    ['over several lines', foo('x = [\n  "a",\n]'), 'refused'],
    ['over several lines with equals signs', foo('x = [ "a=1",\n "b=2" ]'), 'prompt'],
    ['over several lines, with a section for INI', foo('x = [ "a=1",\n["b=2"] ]\ny = "1"'), 'prompt'],
    ['of dates', foo('x = [2026-01-01]'), 'refused'],
    ['of numbers that are too large', foo('x = [1, [9223372036854775808]]'), 'refused'],
  ],
  'numbers, flags and dates': [
    ['a number', '[uptane]\npolling_sec = 60\n', 'saved'],
    ['a number with a sign', '[uptane]\npolling_sec = +60\n', 'saved'],
    ['a number in quotes', '[uptane]\npolling_sec = "60"\n', 'prompt'],
    ['a number with an underscore', '[uptane]\npolling_sec = 3_600\n', 'prompt'],
    ['hexadecimal', '[uptane]\npolling_sec = 0x3c\n', 'prompt'],
    ['octal', foo('x = 0o17'), 'prompt'],
    ['binary', foo('x = 0b11'), 'prompt'],
    ['a leading zero', foo('x = 012'), 'refused'],
    ['the largest', foo('x = 9223372036854775807'), 'hint'],
    ['the smallest', foo('x = -9223372036854775808'), 'hint'],
    ['too large', foo('x = 9_223_372_036_854_775_808'), 'refused'],
    ['too small', foo('x = -9223372036854775809'), 'refused'],
    ['too large in hexadecimal', foo('x = 0xffffffffffffffff'), 'refused'],
    ['much too large', foo(`x = 1${'0'.repeat(5000)}`), 'refused'],
    ['a fraction', foo('x = 1.5'), 'hint'],
    ['an exponent', foo('x = 1e06'), 'hint'],
    ['infinity', foo('x = -inf'), 'hint'],
    ['a fraction with an underscore', foo('x = 1_0.5'), 'prompt'],
    ['a fraction that is too large', foo('x = 1e400'), 'refused'],
    ['true', foo('x = true'), 'hint'],
    ['True', foo('x = True'), 'refused'],
    ['a flag in quotes', pacman('docker_prune = "1"'), 'saved'],
    ['a flag as a number', pacman('docker_prune = 0'), 'prompt'],
    ['a flag as true', pacman('docker_prune = true'), 'refused'],
    ['a time of a day', foo('x = 2026-01-01T10:00:00Z'), 'hint'],
    ['a time of a day with a blank', foo('x = 2026-01-01 10:00:00.123'), 'hint'],
    ['a time', foo('x = 10:00:00'), 'hint'],
    ['a date', foo('x = 2026-01-01'), 'refused'],
    ['a date in place of a text', pacman('tags = 2026-01-01'), 'refused'],
    ['a time in small letters', foo('x = 2026-01-01t10:00:00z'), 'refused'],
    ['a leap second', foo('x = 10:00:60'), 'refused'],
    ['ten decimals', foo('x = 10:00:00.1234567890'), 'refused'],
    ['no such date', foo('x = 2026-02-30T10:00:00Z'), 'refused'],
  ],
  'comments, line ends and marks': [
    ['a comment on a line of its own', `# a = b\n${pacman('  # c\ntags = "a"')}`, 'saved'],
    ['a comment behind a header', '[pacman] # c ]\ntags = "a"\n', 'saved'],
    ['a comment behind a text', pacman('tags = "a" # c'), 'prompt'],
    ['a comment behind a text, without a blank', pacman('tags = "a"#c'), 'prompt'],
    ['a comment behind a number', '[uptane]\npolling_sec = 60 # c\n', 'prompt'],
    ['a comment in a table below', '[pacman.extra]\nx = "1" # c\n', 'prompt'],
    ['a semicolon behind a text', pacman('tags = "a" ; c'), 'refused'],
    ['a semicolon before a line', pacman('; c\ntags = "a"'), 'refused'],
    ['a control character in a comment', `# \u0001\n${pacman('tags = "a"')}`, 'refused'],
    ['a byte order mark', `\ufeff${pacman('tags = "a"')}`, 'refused'],
    ['a byte order mark further on', pacman('\ufefftags = "a"'), 'refused'],
    ['carriage returns and line feeds', '[pacman]\r\ntags = "a"\r\n', 'saved'],
    ['both line ends', '[pacman]\r\ntags = "a"\n', 'saved'],
    ['carriage returns alone', '[pacman]\rtags = "a"\r', 'refused'],
    ['no line end', '[pacman]\ntags = "a"', 'saved'],
    ['tabs', pacman('\ttags\t=\t"a"\t'), 'saved'],
    ['a form feed', pacman('\ftags = "a"'), 'refused'],
    ['nothing', '', 'saved'],
    ['blanks alone', ' \n\t\n', 'saved'],
    ['a comment alone', '# c\n', 'saved'],
  ],
};

async function judged(text: string): Promise<Judged> {
  const names = { apps: new Set(['a']), tags: new Set(['a', 'b']), allTags: true };
  const verdict = await judgeUpdateSettings(text, text, { names, hasTargets: () => Promise.resolve(true) });
  if (verdict !== undefined) {
    assert.ok(verdict.reasons.every((reason) => reason.trim() !== ''));
    return verdict.kind === 'ask' ? 'prompt' : 'refused';
  }
  const read = readUpdateSettings(text);
  assert.ok(read.ok);
  const severities = checkUpdateSettings(text, read.value, names).map((finding) => findingText(finding)[1]);
  return severities.length === 0
    ? 'saved'
    : severities.every((one) => one >= vscode.DiagnosticSeverity.Information)
      ? 'hint'
      : 'warning';
}

for (const [title, rows] of Object.entries(TABLE)) {
  suite(`z-50-fioctl.toml is judged: ${title}`, () => {
    for (const [construct, text, expected] of rows) {
      test(`${construct}: ${expected}`, async () => assert.equal(await judged(text), expected));
    }
  });
}
