import assert from 'node:assert/strict';
import type { Wave, WaveGroup, WaveRollout } from '../../../src/model/waves';
import { rolloutText } from '../../../src/ui/waveTexts';
import { WaveGroupRow } from '../../../src/views/rows/waveRows';
import type { Row } from '../../../src/views/rows/row';

suite('Waves in words (docs/api.md §2.6)', () => {
  const rollout = (more: Partial<WaveRollout>): WaveRollout => ({
    group: '',
    by: '',
    at: 0,
    wholeGroup: false,
    wholeFactory: false,
    devices: 2,
    ...more,
  });
  const TEXTS: readonly (readonly [Partial<WaveRollout>, string])[] = [
    [{ wholeFactory: true }, '2 devices of the Factory'],
    [{ wholeFactory: true, devices: 1 }, '1 device of the Factory'],
    [{ group: 'lab', wholeGroup: true }, 'Group lab'],
    [{ group: 'lab' }, '2 devices of group lab'],
    [{ wholeGroup: true }, 'A deleted group'],
    [{}, '2 devices of a deleted group'],
  ];
  for (const [more, text] of TEXTS) {
    test(`a rollout ${JSON.stringify(more)}`, () => {
      assert.equal(rolloutText(rollout(more)), text);
    });
  }

  const group: WaveGroup = {
    name: 'lab',
    rolledOut: false,
    rolledOutAt: undefined,
    devices: 3,
    online: 1,
    onWave: 1,
    onNewer: 0,
    onOlder: 2,
    scheduled: 0,
  };
  for (const [status, text] of [
    ['active', 'not rolled out'],
    ['complete', 'at wave completion (done)'],
    ['canceled', 'never (wave canceled)'],
  ] as const) {
    test(`a group without a rollout of its own in a wave that is ${status}`, () => {
      const wave: Wave = { name: 'w', version: 1, tag: 'stable', status, createdAt: 0, rollouts: [] };
      const row = new WaveGroupRow({ id: 'parent' } as Row, wave, group);
      assert.equal(row.item().description, `1 of 3 updated · 1 online · ${text}`);
    });
  }
});
