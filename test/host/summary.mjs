// @ts-check
/** What a run says at its end: how long it took, what was slow, what failed. */
import fs from 'node:fs';
import os from 'node:os';
import process from 'node:process';
import { duration } from './progress.mjs';

const SLOWEST = 20;

/** @typedef {import('./sections.mjs').Section} Section */

/**
 * @typedef {object} Summary as FOUNDRIES_TEST_SUMMARY's file has it
 * @property {number} wall in milliseconds
 * @property {number | undefined} cpu processor time in milliseconds, where it is counted
 * @property {number} passed
 * @property {number} failed
 * @property {number} pending
 * @property {string[]} failures
 */

/**
 * @param {number} wall
 * @param {number | undefined} cpu
 * @param {number} cores
 * @returns {number | undefined} the share of the time in which a core had nothing to do for this, 0 to 1
 */
export function waitingShare(wall, cpu, cores) {
  return cpu === undefined ? undefined : Math.max(0, 1 - cpu / (wall * cores));
}

/** @param {number | undefined} share */
export const percent = (share) => (share === undefined ? '?' : `${Math.round(share * 100)}%`);

/**
 * @param {string[][]} rows the first holds the titles
 * @returns {string} with columns, those that begin with a digit to the right
 */
export function table(rows) {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  const numeric = widths.map((_, index) => rows.slice(1).every((row) => /^[\d?]/.test(row[index] ?? '')));
  return rows
    .map((row) =>
      row
        .map((cell, index) =>
          numeric[index] === true ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/**
 * @param {readonly Section[]} sections
 * @returns {string} what each took, and the slowest tests
 */
export function times(sections) {
  const timed = sections.map(({ title, wall, cpu }) => [
    title,
    duration(wall),
    cpu === undefined ? '?' : duration(cpu),
    percent(waitingShare(wall, cpu, 1)),
  ]);
  const slowest = sections
    .flatMap(({ title, results }) => [...results.tests, ...results.hooks].map((test) => ({ suite: title, ...test })))
    .sort((a, b) => b.ms - a.ms)
    .slice(0, SLOWEST)
    .map(({ suite, title, ms }) => [duration(ms), suite, title]);
  return [
    table([['Section', 'Took', 'Processor', 'Waiting'], ...timed]),
    table([['Slowest', 'Suite', 'Test'], ...slowest]),
  ].join('\n\n');
}

/**
 * @param {Summary} summary
 * @param {number | undefined} limit in milliseconds, for what has one
 * @returns {string} how long it took, and how much of that was waiting
 */
export function took({ wall, cpu }, limit) {
  const cores = os.availableParallelism();
  const budget = limit === undefined ? '' : ` of ${duration(limit)}`;
  const late = limit !== undefined && wall > limit ? ' (more than it should on two idle cores)' : '';
  const used =
    cpu === undefined
      ? ''
      : ` Processor time: ${duration(cpu)} on ${cores} cores, ${percent(waitingShare(wall, cpu, cores))} of the run was waiting.`;
  return `This took ${duration(wall)}${budget}${late}.${used}`;
}

/**
 * Leaves the summary for whoever started the run (`test:repeat`).
 *
 * @param {Summary} summary
 */
export function writeSummary(summary) {
  const file = process.env['FOUNDRIES_TEST_SUMMARY'];
  if (file !== undefined && file !== '') {
    fs.writeFileSync(file, JSON.stringify(summary));
  }
}
