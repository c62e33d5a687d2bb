import assert from 'node:assert/strict';
import { setup, suite, test } from 'mocha';
import { FactoryError, type FailureKind } from '../../../src/api/errors';
import { Refreshing } from '../../../src/store/refreshing';
import { VirtualClock } from '../support/clock';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

suite('Refreshing', () => {
  let clock: VirtualClock;
  let looked: boolean;
  let interval: number;
  let fetchedAt: number | undefined;
  let asked: number[];
  let failure: () => unknown;
  let refreshing: Refreshing;

  setup(() => {
    clock = new VirtualClock();
    looked = true;
    interval = MINUTE;
    fetchedAt = clock.now();
    asked = [];
    failure = () => undefined;
    refreshing = new Refreshing(
      {
        isLookedAt: () => looked,
        interval: () => interval,
        fetchedAt: () => fetchedAt,
        refresh: () => {
          asked.push(clock.now());
          const failed = failure();
          if (failed === undefined) {
            fetchedAt = clock.now();
          }
          return Promise.resolve(failed);
        },
      },
      clock,
    );
    refreshing.changed();
  });
  const failed = (kind: FailureKind, retryAfterMs?: number) =>
    new FactoryError(kind, { request: 'GET /', host: 'x', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });

  test('a visible day is one request a minute, a hidden one none', async () => {
    await clock.pass(DAY);
    assert.ok(asked.length > 1300 && asked.length <= 1440, String(asked.length));
    asked.length = 0;
    looked = false;
    refreshing.changed();
    await clock.pass(DAY);
    assert.deepEqual(asked, []);
    assert.equal(clock.waiting, 0);
  });

  test('looked at again: at once when it is old, and not before its time when it is not', async () => {
    looked = false;
    refreshing.changed();
    await clock.pass(10 * MINUTE);
    looked = true;
    refreshing.changed();
    await clock.pass(0);
    assert.equal(asked.length, 1);
    for (let flick = 0; flick < 20; flick++) {
      looked = flick % 2 === 1;
      refreshing.changed();
      await clock.pass(1000);
    }
    assert.equal(asked.length, 1);
  });

  test('what is not there yet is not fetched by the way', async () => {
    fetchedAt = undefined;
    refreshing.changed();
    await clock.pass(MINUTE / 2);
    assert.deepEqual(asked, []);
  });

  test('0 never asks', async () => {
    interval = 0;
    refreshing.changed();
    await clock.pass(DAY);
    assert.deepEqual(asked, []);
  });

  test('503 all day: ever more rarely, at most every quarter of an hour', async () => {
    failure = () => failed('server');
    await clock.pass(DAY);
    assert.ok(asked.length < 105, String(asked.length));
    const waits = asked.slice(1).map((at, i) => at - asked[i]!);
    assert.ok(waits[0]! >= 2 * MINUTE && waits.at(-1)! >= 15 * MINUTE && waits.at(-1)! < 17 * MINUTE);
    failure = () => undefined;
    await clock.pass(20 * MINUTE);
    const before = asked.length;
    await clock.pass(10 * MINUTE);
    assert.ok(asked.length - before >= 9);
  });

  test('429 with Retry-After is not asked before', async () => {
    failure = () => failed('rateLimited', 40 * MINUTE);
    await clock.pass(2 * MINUTE);
    assert.equal(asked.length, 1);
    await clock.pass(38 * MINUTE);
    assert.equal(asked.length, 1);
    refreshing.changed();
    await clock.pass(0);
    assert.equal(asked.length, 1);
  });

  test('disposed of while a request is under way, it leaves no timer', async () => {
    let finish: (() => void) | undefined;
    const slow = new Refreshing(
      {
        isLookedAt: () => true,
        interval: () => MINUTE,
        fetchedAt: () => clock.now() - 2 * MINUTE,
        refresh: () => new Promise((resolve) => (finish = () => resolve(undefined))),
      },
      clock,
    );
    refreshing.dispose();
    slow.changed();
    await clock.pass(0);
    slow.dispose();
    finish!();
    await clock.pass(0);
    assert.equal(clock.waiting, 0);
  });
});
