import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { forMany } from '../../../src/store/forMany';
import { turn } from '../../support/clock';

const pause = async (turns: number): Promise<void> => {
  for (let left = turns; left > 0; left--) {
    await turn();
  }
};
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at);

suite('Something for each of many', () => {
  test('results come in the order of the items, whatever ends first; a failure keeps no other from being done', async () => {
    const progress: string[] = [];
    const ended = await forMany(
      upTo(5),
      async (item) => {
        await pause(10 - 2 * item);
        if (item === 1) {
          throw new Error('one');
        }
        return item * 10;
      },
      { onProgress: (done, total) => progress.push(`${done}/${total}`) },
    );
    assert.deepEqual(
      ended.map((end) => (end.state === 'ok' ? end.value : [end.state, end.item])),
      [0, ['failed', 1], 20, 30, 40],
    );
    assert.deepEqual(progress, ['1/5', '2/5', '3/5', '4/5', '5/5']);
    assert.deepEqual(await forMany([], () => Promise.resolve(1)), []);
  });

  test('no more are under way at once than allowed', async () => {
    let [now, most] = [0, 0];
    const task = async () => {
      now += 1;
      most = Math.max(most, now);
      await pause(1);
      now -= 1;
    };
    await forMany(upTo(30), task, { parallel: 3 });
    assert.equal(most, 3);
  });

  test('after a cancel what is under way ends, and the rest is skipped', async () => {
    const stop = new AbortController();
    const begun: number[] = [];
    const ended = await forMany(
      upTo(6),
      async (item) => {
        begun.push(item);
        if (item === 2) {
          stop.abort();
        }
        await pause(2);
        return item;
      },
      { parallel: 2, signal: stop.signal },
    );
    assert.deepEqual(begun, [0, 1, 2]);
    assert.deepEqual(
      ended.map(({ state }) => state),
      ['ok', 'ok', 'ok', 'skipped', 'skipped', 'skipped'],
    );
    assert.ok(ended.every((end) => end.state !== 'skipped' || !('error' in end)));
  });

  test('a failure that stops all is told to those that were not begun', async () => {
    const end = new Error('end');
    const ended = await forMany(upTo(4), (item) => (item === 1 ? Promise.reject(end) : Promise.resolve(item)), {
      parallel: 1,
      stopsAt: (error) => error === end,
    });
    assert.deepEqual(
      ended.map(({ state }) => state),
      ['ok', 'failed', 'skipped', 'skipped'],
    );
    assert.deepEqual(ended[3], { item: 3, state: 'skipped', error: end });
  });
});
