import assert from 'node:assert/strict';
import { checkUpdateSettings } from '../../../src/model/updateChecks';
import { readUpdateSettings } from '../../../src/model/updateSettings';
import { findingText } from '../../../src/ui/findingText';

suite('Marks in update settings', () => {
  const marks = (text: string) => {
    const read = readUpdateSettings(text);
    assert.ok(read.ok);
    return checkUpdateSettings(text, read.value, { apps: undefined, tags: undefined, allTags: false });
  };
  const kinds = (text: string) => marks(text).map(({ kind }) => kind);

  test('of one key do not contradict each other', () => {
    assert.deepEqual(kinds('[pacman]\ntags = 5 # x\n'), ['wrongType']);
    assert.deepEqual(kinds('[pacman]\ntags = "a b"\n'), ['severalTags']);
    assert.deepEqual(kinds('[pacman]\ncompose_apps = "a b" # c\n'), ['comment']);
  });

  test('of an unknown key do not claim that the device reads it', () => {
    const texts = marks('[pacman]\nfoo = 1\n').map((finding) => findingText(finding)[0]);
    assert.equal(texts.length, 2);
    assert.doesNotMatch(texts.join(' '), /gets it as it is/);
  });
});
