import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { ageAmong, hardwareOf, versionOf } from '../../../src/model/targetAge';
import { makeTarget } from '../support/targetValues';

suite('How old a target is', () => {
  const target = (version: number, tags: string[], hardwareIds = ['rpi']) =>
    makeTarget(`${hardwareIds[0] ?? ''}-lmp-${version}`, version, { hardwareIds, tags });
  const all = [
    target(1, ['main']),
    target(2, ['main', 'devel']),
    target(3, ['main']),
    target(4, ['devel']),
    target(5, ['main']),
    target(6, ['main'], ['intel']),
  ];

  test('targets of the tag and for the hardware count', () => {
    const age = ageAmong(all, { target: 'rpi-lmp-1', tag: 'main' });
    assert.deepEqual([age.running?.version, age.newest?.version, age.newestVersion, age.newer], [1, 5, 6, 3]);
  });

  test('the newest itself, a tag without targets, a target that is gone', () => {
    assert.equal(ageAmong(all, { target: 'rpi-lmp-5', tag: 'main' }).newer, 0);
    const none = ageAmong(all, { target: 'rpi-lmp-1', tag: 'other' });
    assert.deepEqual([none.newest, none.newestVersion], [undefined, undefined]);
    const gone = ageAmong(all, { target: 'rpi-lmp-0', tag: 'devel' });
    assert.deepEqual([gone.running, gone.newest?.version, gone.newer], [undefined, 4, 2]);
    assert.equal(ageAmong(all, { target: '', tag: 'main' }).newest?.version, 6);
  });

  test('the version is in the name, with a tag behind it or not', () => {
    const names = ['raspberrypi4-64-lmp-42', 'rpi-lmp-42-devel', 'rpi-lmp-42-2024', 'custom-7', 'custom', ''];
    assert.deepEqual(names.map(versionOf), [42, 42, 42, 7, undefined, undefined]);
  });

  test('the hardware is that of the target, else the beginning of its name', () => {
    assert.deepEqual(hardwareOf('rpi-lmp-1', all[5]), ['intel']);
    assert.deepEqual(hardwareOf('raspberrypi4-64-lmp-1', undefined), ['raspberrypi4-64']);
    assert.deepEqual(hardwareOf('custom', undefined), []);
  });
});
