import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { judgeUpdateSettings, type Verdict } from '../../../src/configfs/updateGuard';

suite('Whether update settings may be saved', () => {
  const asked: string[] = [];
  const judge = (text: string, before = '', tags: Readonly<Record<string, boolean | undefined>> = {}) =>
    judgeUpdateSettings(text, before, {
      names: undefined,
      hasTargets: (tag) => {
        asked.push(tag);
        return Promise.resolve(tags[tag]);
      },
    });
  const kindOf = async (text: string): Promise<Verdict['kind'] | undefined> => (await judge(text))?.kind;

  for (const [name, text] of [
    ['wrong TOML', '[pacman\n'],
    ['a text over several lines', '[pacman]\ncompose_apps = """\\\n a"""\n'],
    ['a flag in words', '[pacman]\ndocker_prune = "yes"\n'],
    ['a key outside of a table', 'tags = "main"\n'],
  ] as const) {
    test(`refused: ${name}`, async () => assert.equal(await kindOf(text), 'refuse'));
  }

  for (const [name, text] of [
    ['a comment behind a value', '[pacman]\ntags = "main" # x\n'],
    ['a number with a comment', '[uptane]\npolling_sec = 60 # x\n'],
    ['an Error in Problems', '[pacman]\ncompose_apps = 5\n'],
    ['a dotted key', 'pacman.tags = "main"\n'],
    ['names without commas', '[pacman]\ncompose_apps = "a b"\n'],
  ] as const) {
    test(`asked about: ${name}`, async () => assert.equal(await kindOf(text), 'ask'));
  }

  for (const [name, text] of [
    ['what is right', '[pacman]\ntags = "main"\ncompose_apps = "a,b"\n'],
    ['a key that nobody knows', '[pacman]\nown = "1"\n[other]\nx = 1\n'],
    ['a number out of range', '[pacman]\nstorage_watermark = "5"\n'],
    ['an empty file', ''],
  ] as const) {
    test(`saved: ${name}`, async () => assert.equal(await kindOf(text), undefined));
  }

  test('a tag that no target has is asked about, with its name; one that cannot be looked up is not', async () => {
    const text = '[pacman]\ntags = "mian"\n';
    const verdict = await judge(text, '', { mian: false });
    assert.equal(verdict?.kind, 'ask');
    assert.match(verdict.reasons.join(), /No target has the tag mian/);
    assert.equal(await judge(text, '', { mian: undefined }), undefined);
    assert.equal(await judge(text, '', { mian: true }), undefined);
  });

  test('a tag that the server has already is not looked up', async () => {
    asked.length = 0;
    assert.equal(await judge('[pacman]\ntags = "gone"\ncompose_apps = "a"\n', '[pacman]\ntags = "gone"\n'), undefined);
    assert.deepEqual(asked, []);
  });

  test('a reason names its line', async () => {
    const verdict = await judge('[pacman]\n\ntags = "main" # x\n');
    assert.match(verdict?.reasons[0] ?? '', /^Line 3: .*comment/);
  });
});
