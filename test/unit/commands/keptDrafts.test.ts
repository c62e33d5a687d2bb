import assert from 'node:assert/strict';
import { setup, suite, test } from 'mocha';
import { KeptDrafts, type KeptDraft } from '../../../src/commands/many/keptDrafts';
import type { Device } from '../../../src/model/device';
import { TestMemory } from '../support/editor';

const KEY = 'foundries-draft://1/f/devices/x/config/settings.json';
const devices = ['a', 'b'].map((name) => ({ name, uuid: `uuid of ${name}` }) as Device);
const draft: KeptDraft = {
  host: 'h',
  factory: 'f',
  file: 'settings.json',
  place: '2 devices',
  devices,
  newHandler: ['/usr/bin/handler', 'x'],
  text: '{}\n',
  known: '{}\n',
  mtime: 1,
};

suite('Texts that are written for many devices', () => {
  let memory: TestMemory;
  let drafts: KeptDrafts;
  setup(async () => {
    memory = new TestMemory();
    drafts = new KeptDrafts(memory);
    await drafts.set(KEY, draft);
  });

  test('come back after a reload of the window, with the devices and the handler', async () => {
    await drafts.set(KEY, { ...draft, text: '{ "saved": 1 }\n' });
    const again = new KeptDrafts(memory);
    assert.deepEqual(again.get(KEY), { ...draft, text: '{ "saved": 1 }\n' });
    assert.deepEqual(
      again.all().map(({ key, isMissed }) => [key, isMissed]),
      [[KEY, true]],
    );
  });

  test('are missed by nobody where nothing was written, or all of it was sent', async () => {
    assert.equal(drafts.all()[0]?.isMissed, false);
    await drafts.set(KEY, { ...draft, text: 'sent\n', known: 'sent\n' });
    assert.equal(drafts.all()[0]?.isMissed, false);
  });

  test('are gone once they were discarded, also from what is stored', async () => {
    await drafts.set(KEY, { ...draft, text: 'PL41N\n' });
    await drafts.delete(KEY);
    assert.equal(new KeptDrafts(memory).get(KEY), undefined);
    assert.ok(!memory.dump().includes('PL41N'));
  });

  test('a memory that holds something else is passed over', async () => {
    for (const value of ['nonsense', { [KEY]: { ...draft, devices: [1] }, other: null }]) {
      await memory.update('foundries.drafts', value);
      assert.deepEqual(new KeptDrafts(memory).all(), []);
    }
  });
});
