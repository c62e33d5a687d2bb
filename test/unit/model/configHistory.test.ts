import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import type { ConfigEntry, ConfigFile } from '../../../src/model/config';
import {
  changesBetween,
  entryKey,
  findEntry,
  historySteps,
  restoreRisk,
  sameFiles,
  setBy,
} from '../../../src/model/configHistory';

const file = (name: string, value = '1', more: Partial<ConfigFile> = {}): ConfigFile => ({
  name,
  value,
  unencrypted: true,
  onChanged: undefined,
  ...more,
});
const entry = (second: number, files: ConfigFile[], more: Partial<ConfigEntry> = {}): ConfigEntry => ({
  createdAt: `2026-01-01T00:00:${String(second).padStart(2, '0')}+00:00`,
  appliedAt: undefined,
  createdBy: 'ada',
  reason: `change ${second}`,
  files,
  ...more,
});
/** What an encrypted value looks like. */
const secret = (name: string, seed: number): ConfigFile =>
  file(name, Buffer.alloc(120, seed).fill(4, 0, 1).toString('base64'), { unencrypted: false });

suite('What changed between two sets of files', () => {
  test('added, changed and removed, by name; the order of files does not count', () => {
    const before = [file('b'), file('gone'), file('same')];
    const after = [file('same'), file('a'), file('b', '2')];
    assert.deepEqual(
      changesBetween(before, after).map(({ name, kind }) => `${name} ${kind}`),
      ['a added', 'b changed', 'gone removed'],
    );
    assert.ok(sameFiles([file('a'), file('b')], [file('b'), file('a')]));
    assert.ok(!sameFiles([file('a'), file('b')], [file('a')]));
  });

  test('a handler or the mark of plain text alone is a change, and said to be one', () => {
    const aspects = (after: ConfigFile) => changesBetween([file('a')], [after])[0]?.aspects;
    assert.deepEqual(aspects(file('a', '1', { onChanged: ['/h'] })), ['handler']);
    assert.deepEqual(aspects(file('a', '1', { unencrypted: false })), ['encryption']);
    assert.deepEqual(aspects(file('a', '2', { onChanged: ['/h'], unencrypted: false })), [
      'value',
      'handler',
      'encryption',
    ]);
    assert.equal(aspects(file('a', '1', { onChanged: [] })), undefined);
  });
});

suite('The history of a configuration', () => {
  const entries = [
    entry(4, [file('b', '2')]),
    entry(3, [file('a', '2'), file('b', '2')]),
    entry(2, [file('a', '1'), file('b', '2')]),
    entry(1, [file('a', '1')]),
  ];
  const told = (of: readonly ConfigEntry[], name?: string) =>
    historySteps(of, name).map(
      ({ entry: { reason }, changes }) =>
        `${reason}: ${changes?.map((change) => `${change.name} ${change.kind}`).join() ?? 'unknown'}`,
    );

  test('each entry with what it changed against the one before', () => {
    assert.deepEqual(told(entries), [
      'change 4: a removed',
      'change 3: a changed',
      'change 2: b added',
      'change 1: a added',
    ]);
  });

  test('for one file: only entries in which it changed, its removal too', () => {
    assert.deepEqual(told(entries, 'a'), ['change 4: a removed', 'change 3: a changed', 'change 1: a added']);
    assert.deepEqual(told(entries, 'b'), ['change 2: b added']);
    assert.deepEqual(told(entries, 'c'), []);
  });

  test('of the oldest of ten nobody can tell what it changed: it may have been there before', () => {
    const ten = Array.from({ length: 10 }, (_, place) => entry(30 - place, [file('a', String(place)), file('b')]));
    assert.equal(told(ten).at(-1), 'change 21: unknown');
    assert.deepEqual(told(ten, 'b'), ['change 21: unknown']);
    assert.equal(told(ten.slice(0, 9)).at(-1), 'change 22: a added,b added');
  });

  test('an entry that changed nothing is shown, but not for a file', () => {
    const same = [entry(2, [file('a')]), entry(1, [file('a')])];
    assert.deepEqual(told(same), ['change 2: ', 'change 1: a added']);
    assert.deepEqual(told(same, 'a'), ['change 1: a added']);
  });

  test('an entry is found again; two of one second are told apart', () => {
    const [a, b] = [entry(1, [file('a', 'x')]), entry(1, [file('a', 'y')])];
    for (const one of [a, b]) {
      const readAnew = [b, a].map((other) => ({ ...other, appliedAt: '2026-01-01T01:00:00+00:00' }));
      assert.equal(findEntry(readAnew, entryKey(one))?.files[0]?.value, one.files[0]?.value);
    }
    assert.equal(findEntry(entries, entryKey(a)), undefined);
  });

  test('when a value was set: the oldest entry of its run, unless that may be older than what is kept', () => {
    const [e4, e3, e2] = entries as [ConfigEntry, ConfigEntry, ConfigEntry];
    assert.equal(setBy(entries, e4, 'b'), e2);
    assert.equal(setBy(entries, e3, 'a'), e3);
    const back = [entry(3, [file('a', '1')]), entry(2, [file('a', '2')]), entry(1, [file('a', '1')])];
    assert.equal(setBy(back, back[0]!, 'a'), back[0]);
    const ten = Array.from({ length: 10 }, (_, place) => entry(30 - place, [file('a')]));
    assert.equal(setBy(ten, ten[0]!, 'a'), undefined);
  });
});

suite('What is dangerous about a restore', () => {
  test('encrypted values, and more so after the device has written them anew itself', () => {
    const old = entry(1, [secret('token', 1), file('plain')]);
    const changed = entry(2, [secret('token', 2), file('plain')]);
    const rotated = entry(2, [secret('token', 2), file('plain')], { createdBy: undefined });
    const risk = (newer: ConfigEntry) => restoreRisk([newer, old], old, changesBetween(newer.files, old.files));
    assert.deepEqual(risk(changed), { encrypted: ['token'], keyChanged: false, commands: [] });
    assert.equal(risk(rotated).keyChanged, true);
  });

  test('a device that only wrote plain files has not changed its key', () => {
    const old = entry(1, [secret('token', 1)]);
    const own = entry(2, [secret('token', 1), file('fio-remote-actions')], { createdBy: undefined });
    const newest = entry(3, [secret('token', 3)]);
    assert.equal(restoreRisk([newest, own, old], old, changesBetween(newest.files, old.files)).keyChanged, false);
  });

  test('values that are not touched, or go away, are no risk', () => {
    const newer = [secret('token', 1), file('a', '2'), secret('new', 5), file('fioconfig-oneshot-diag')];
    const old = entry(1, [secret('token', 1), file('a')]);
    assert.deepEqual(restoreRisk([entry(2, newer), old], old, changesBetween(newer, old.files)).encrypted, []);
    assert.deepEqual(restoreRisk([entry(2, newer), old], old, changesBetween(newer, old.files)).commands, []);
  });

  test('files that make a device act are named', () => {
    const old = entry(1, [file('fioconfig-oneshot-reboot', 'COMMAND_ID=1'), file('fio-rotate-certs')]);
    const { commands } = restoreRisk([entry(2, []), old], old, changesBetween([], old.files));
    assert.deepEqual(commands, ['fio-rotate-certs', 'fioconfig-oneshot-reboot']);
  });
});
