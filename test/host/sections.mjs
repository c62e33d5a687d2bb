// @ts-check
/** The parts of a run: runs each, prints it in one piece, and keeps its results and what it took. */
import process from 'node:process';
import { measured } from './cpu.mjs';
import { duration } from './progress.mjs';
import { addResults, noResults } from './results.mjs';

/**
 * @typedef {import('./results.mjs').Results} Results
 * @typedef {(text: string) => void} Write
 * @typedef {(write: Write) => Promise<Results>} Work
 * @typedef {{ title: string, wall: number, cpu: number | undefined, results: Results }} Section in milliseconds
 */

/** @type {Write} */
export const show = (text) => void process.stdout.write(text);

export class Sections {
  /** @type {Section[]} in the order in which they ended */
  ended = [];
  total = noResults();

  /**
   * @param {string} title
   * @param {Work} work
   * @param {Write} [write]
   * @returns {Promise<boolean>} whether nothing failed
   */
  async run(title, work, write = show) {
    const started = Date.now();
    write(`\n=== ${title}\n`);
    const { result: results, cpu } = await measured(async () => {
      try {
        return await work(write);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        write(`${message}\n`);
        return { ...noResults(), failed: 1, failures: [message.split('\n')[0] ?? ''] };
      }
    });
    const wall = Date.now() - started;
    this.ended.push({ title, wall, cpu, results });
    addResults(this.total, { ...results, failures: results.failures.map((failure) => `${title}: ${failure}`) });
    const pending = results.pending > 0 ? `, ${results.pending} pending` : '';
    const used = cpu === undefined ? '' : `, ${duration(cpu)} of processor time`;
    write(`--- ${title}: ${results.passed} passed, ${results.failed} failed${pending} (${duration(wall)}${used})\n`);
    return results.failed === 0;
  }

  /**
   * @param {string} title
   * @returns {boolean} whether it ran and nothing of it failed
   */
  passed(title) {
    return this.ended.some((section) => section.title === title && section.results.failed === 0);
  }
}

/**
 * @typedef {object} Job
 * @property {string} title
 * @property {Work} work
 * @property {Promise<unknown> | undefined} [after] what has to end first; never rejects
 */

/**
 * @param {string} title
 * @param {(write: Write) => Promise<{ code: number }>} command
 * @returns {Job} a command that passes or fails as one check
 */
export function check(title, command) {
  return {
    title,
    work: async (write) => {
      const { code } = await command(write);
      return code === 0
        ? { ...noResults(), passed: 1 }
        : { ...noResults(), failed: 1, failures: [`the command ended with ${code}`] };
    },
  };
}

/**
 * Runs jobs side by side. What each of several prints is kept together, until it has ended.
 *
 * @param {Sections} sections
 * @param {Job[][]} queues each in the order in which its jobs begin
 * @param {number[][]} lanes for each of those that run at once: the queues it takes its jobs from, the first that has any
 */
export async function runSideBySide(sections, queues, lanes) {
  const alone = queues.flat().length === 1 || lanes.length === 1;
  const waiting = queues.map((queue) => [...queue]);
  await Promise.all(
    lanes.map(async (from) => {
      const next = () =>
        from
          .map((index) => waiting[index] ?? [])
          .find((queue) => queue.length > 0)
          ?.shift();
      for (let job = next(); job !== undefined; job = next()) {
        await job.after;
        if (alone) {
          await sections.run(job.title, job.work);
          continue;
        }
        console.log(`    started: ${job.title}`);
        let printed = '';
        await sections.run(job.title, job.work, (text) => (printed += text));
        show(printed);
      }
    }),
  );
}
