import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import path from 'node:path';
import { suite, suiteSetup, test } from 'mocha';
import type { Report } from './hours';
import type { Counts } from './support/counts';

/** Hours that pass; more with `FOUNDRIES_SOAK_HOURS`. Much is read only once, which is over after two of them. */
const HOURS = Math.max(3, Number(process.env.FOUNDRIES_SOAK_HOURS ?? 0));
const MB = 1_000_000;

/** @returns what there is more of than there was */
function grown(before: Counts | undefined, after: Counts | undefined): string[] {
  const names = Object.keys(before ?? {}) as (keyof Counts)[];
  return names
    .filter((name) => name !== 'heap' && name !== 'entries' && (after?.[name] ?? 0) > (before?.[name] ?? 0))
    .map((name) => `${name}: ${before?.[name]}, then ${after?.[name]}`);
}

const heapGrown = (before: Counts | undefined, after: Counts | undefined): number =>
  ((after?.heap ?? Number.NaN) - (before?.heap ?? Number.NaN)) / MB;

suite('Hours of use', () => {
  let report: Report;

  suiteSetup(async function () {
    this.timeout(HOURS * 120_000);
    const child = fork(path.resolve('out', 'unit', 'soak', 'hours.js'), [String(HOURS)], { execArgv: ['--expose-gc'] });
    report = await new Promise<Report>((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`It ended with ${code}.`)));
    });
  });

  test('everything that was done could be done', () => {
    assert.deepEqual(report.failures, []);
    assert.equal(report.hours.length, HOURS);
    assert.ok(report.requests > HOURS * 500, `${report.requests} requests`);
  });

  test('leave no more listeners, timers, requests or documents after each', () => {
    assert.deepEqual(grown(report.hours[1], report.hours.at(-1)), []);
  });

  test('leave no more memory in use', () => {
    const growth = heapGrown(report.hours[1], report.hours.at(-1));
    assert.ok(growth < 2, `${growth} MB`);
  });

  test('keep what was used last, not all that was looked at', () => {
    // Each hour looks at 900 files that are not there.
    for (const { entries } of [...report.hours, ...report.signedOut]) {
      assert.ok(entries < 1000, `${entries} entries`);
    }
  });

  test('signing out and in leaves nothing', () => {
    const [, before] = report.signedOut;
    const after = report.signedOut.at(-1);
    assert.deepEqual(grown(before, after), []);
    assert.equal(after?.timers, 0);
    assert.ok(heapGrown(before, after) < 1, `${heapGrown(before, after)} MB`);
  });

  test('the end of the extension leaves nothing, also in the midst of things', () => {
    assert.ok(report.ended.length > 3);
    for (const { heap: _heap, ...left } of report.ended) {
      assert.deepEqual(left, {
        listeners: 0,
        storeListeners: 0,
        entries: 0,
        abortListeners: 0,
        timers: 0,
        registered: 0,
        sockets: 0,
        documents: 0,
      });
    }
    assert.deepEqual(report.left, []);
    const growth = heapGrown(report.ended[1], report.ended.at(-1));
    assert.ok(growth < 1, `${growth} MB`);
  });
});
