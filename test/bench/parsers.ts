import { performance } from 'node:perf_hooks';
import { HOSTILE, type HostileCase } from '../support/hostile';
import type { Bench } from './support/bench';

export const names = ['parsers-growth'];

/** Milliseconds from which a time tells something. */
const MEASURABLE = 15;

/** How time grows where the input is twice as long: a reader that compares all with all takes four times as long. */
const bench: Bench = ({ quick }) => {
  let worst = 0;
  for (const one of Object.values(HOSTILE).flat()) {
    const { ratio, size, ms } = growth(one, quick ? 3 : 5);
    if (process.env.FOUNDRIES_ALL_PARSERS !== undefined || ratio > LIMIT) {
      console.log(`  ${ratio.toFixed(2)}  ${one.name} (${size}: ${ms.toFixed(1)} ms)`);
    }
    worst = Math.max(worst, ratio);
  }
  return Promise.resolve([{ name: 'parsers-growth', value: worst, unit: 'x', limit: LIMIT }]);
};

const LIMIT = 3;

/** @returns t(2n)/t(n), for the smallest n of which the time can be measured */
function growth(one: HostileCase, rounds: number): { ratio: number; size: number; ms: number } {
  let size = 1000;
  while (size < one.large / 2 && fastest(one.make(size), 2) < MEASURABLE) {
    size *= 2;
  }
  let ratio = Number.POSITIVE_INFINITY;
  let ms = Number.NaN;
  // What disturbs the machine makes a round slower, never faster; a try that was disturbed is repeated.
  for (let tries = 0; tries < 3 && ratio > LIMIT; tries++) {
    const half = fastest(one.make(size), rounds);
    const whole = fastest(one.make(2 * size), rounds);
    ratio = Math.min(ratio, half < 1 ? (whole < MEASURABLE ? 1 : whole / half) : whole / half);
    ms = half;
  }
  return { ratio, size, ms };
}

function fastest(work: () => unknown, rounds: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const from = performance.now();
    work();
    best = Math.min(best, performance.now() - from);
  }
  return best;
}

export default bench;
