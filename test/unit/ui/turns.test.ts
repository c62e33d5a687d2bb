import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { Turns } from '../../../src/ui/turns';
import { turn } from '../../support/clock';

/** Something that ends when the test says so. */
function held<T>() {
  let end!: (value: T) => void;
  const ended = new Promise<T>((resolve) => (end = resolve));
  let begun = false;
  const run = () => {
    begun = true;
    return ended;
  };
  return { run, end, isBegun: () => begun };
}

suite('Questions in turn', () => {
  test('the second begins when the first has ended, also where that failed', async () => {
    const turns = new Turns();
    const first = held<string>();
    const second = held<string>();
    const answers = [turns.take(first.run), turns.take(second.run)];
    await turn();
    assert.deepEqual([first.isBegun(), second.isBegun()], [true, false]);
    first.end('one');
    await turn();
    assert.equal(second.isBegun(), true);
    second.end('two');
    assert.deepEqual(await Promise.all(answers), ['one', 'two']);
    await assert.rejects(
      turns.take(() => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.equal(await turns.take(() => Promise.resolve('three')), 'three');
  });

  test('one that is taken out of the queue ends at once, is not asked, and holds nobody up', async () => {
    const turns = new Turns();
    const first = held<string>();
    const stop = new AbortController();
    const taken = held<string>();
    const answers = [
      turns.take(first.run),
      turns.take(taken.run, stop.signal),
      turns.take(() => Promise.resolve('last')),
    ];
    stop.abort();
    assert.equal(await answers[1], undefined);
    first.end('one');
    assert.deepEqual(await Promise.all(answers), ['one', undefined, 'last']);
    assert.equal(taken.isBegun(), false);
  });

  test('one that has begun ends by itself', async () => {
    const turns = new Turns();
    const stop = new AbortController();
    const only = held<string>();
    const answer = turns.take(only.run, stop.signal);
    await turn();
    stop.abort();
    await turn();
    only.end('ended');
    assert.equal(await answer, 'ended');
  });
});
