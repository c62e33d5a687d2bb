import { performance } from 'node:perf_hooks';
import { nextLook } from '../../support/clock';

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
};

/** Milliseconds that something took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/**
 * Measures ways of doing something in turn, so that what disturbs the machine disturbs all of them.
 *
 * @returns the median milliseconds of each
 */
export async function interleaved<K extends string>(
  rounds: number,
  ways: Readonly<Record<K, () => Promise<unknown>>>,
): Promise<Readonly<Record<K, number>>> {
  const names = Object.keys(ways) as K[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  for (let round = -10; round < rounds; round++) {
    const order = round % 2 === 0 ? names : [...names].reverse();
    for (const name of order) {
      const ms = await timed(ways[name]);
      // The first rounds are those of the compiler.
      if (round >= 0) {
        times[name].push(ms);
      }
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])])) as Record<K, number>;
}

/**
 * @returns the longest time, in milliseconds, for which the event loop did nothing else while something was done. Where
 *   the machine gave the time to other processes, it does not count.
 */
export async function longestStall(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  let lastUsed = usedMs();
  let going = true;
  const look = () => {
    const now = performance.now();
    const used = usedMs();
    longest = Math.max(longest, Math.min(now - last, used - lastUsed));
    last = now;
    lastUsed = used;
    if (going) {
      setImmediate(look);
    }
  };
  setImmediate(look);
  try {
    await work();
  } finally {
    going = false;
    look();
  }
  return longest;
}

function usedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Bytes in use once all garbage is gone. */
export async function heapUsed(): Promise<number> {
  for (let i = 0; i < 4; i++) {
    globalThis.gc?.();
    await nextLook(5);
  }
  return process.memoryUsage().heapUsed;
}
