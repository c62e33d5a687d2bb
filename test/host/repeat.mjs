// @ts-check
/**
 * `npm run test:repeat`: runs tests several times, also on a machine that is kept busy, and prints a table of what came of it.
 * `--help` lists the options.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { choices, choicesHelp, readOptions, wrongChoice } from './options.mjs';
import { root } from './paths.mjs';
import { run, startGuarded } from './processes.mjs';
import { duration } from './progress.mjs';
import { percent, table, waitingShare } from './summary.mjs';

const cores = os.availableParallelism();

const options = readOptions(
  { ...choices, runs: { type: 'string' }, load: { type: 'string' }, clean: { type: 'boolean' } },
  `Usage: npm run test:repeat -- [options]

  --runs N          how often (5)
  --load N          beside N busy loops for each of the ${cores} cores (0)
  --clean           each run in a clone of HEAD of its own, with nothing installed
${choicesHelp}
  --help            this text`,
  (values) => wrongNumber('runs', values.runs, 1) ?? wrongNumber('load', values.load, 0) ?? wrongChoice(values),
);

/**
 * @param {string} name
 * @param {string | undefined} value
 * @param {number} least
 * @returns {string | undefined} what is wrong with it
 */
function wrongNumber(name, value, least) {
  return value === undefined || (/^\d{1,4}$/.test(value) && Number(value) >= least)
    ? undefined
    : `--${name} takes a whole number from ${least}, not "${value}".`;
}

/** @typedef {import('./summary.mjs').Summary} Summary */

/**
 * Keeps the cores busy; ends with this process, however that ends.
 *
 * @param {number} loops
 * @returns {{ close: () => Promise<unknown> }}
 */
function startLoad(loops) {
  const running = Array.from({ length: loops }, (_, index) =>
    startGuarded(`Busy loop ${index + 1}`, process.execPath, ['--eval', 'for (;;);']),
  );
  return { close: () => Promise.all(running.map((loop) => loop.close())) };
}

/** @returns {string[]} for `test/run.mjs` */
function passedOn() {
  const { only, vscode, grep, seed } = options;
  return [
    ...Object.entries({ only, vscode, grep, seed }).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}`, value],
    ),
    ...(options.all === true ? ['--all'] : []),
    ...(options.shuffle === true ? ['--shuffle'] : []),
    '--times',
  ];
}

/**
 * @param {string} folder a clone of the repository's HEAD is put here
 */
async function clone(folder) {
  const { code, output } = await run('git', ['clone', '--quiet', '--no-hardlinks', root, folder]);
  if (code !== 0) {
    throw new Error(`The repository could not be cloned:\n${output}`);
  }
}

/** @param {string} folder */
const remove = (folder) => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });

/**
 * @param {number} number
 * @param {string} logs the run's output goes to a file there
 * @param {string} work a folder for it
 * @returns {Promise<Summary>}
 */
async function runOnce(number, logs, work) {
  fs.mkdirSync(work);
  const summaryFile = path.join(work, 'summary.json');
  const log = path.join(logs, `run-${number}.log`);
  const started = Date.now();
  try {
    const place = options.clean === true ? path.join(work, 'clone') : root;
    /** @type {NodeJS.ProcessEnv} */
    const env = { ...process.env, FOUNDRIES_TEST_SUMMARY: summaryFile };
    if (options.clean === true) {
      await clone(place);
      delete env['FOUNDRIES_TEST_DIR'];
    }
    const { code } = await run(process.execPath, [path.join(place, 'test', 'run.mjs'), ...passedOn()], {
      cwd: place,
      env,
      show: (text) => fs.appendFileSync(log, text),
    });
    /** @type {Summary} */
    const summary = fs.existsSync(summaryFile)
      ? JSON.parse(fs.readFileSync(summaryFile, 'utf8'))
      : { wall: Date.now() - started, cpu: undefined, passed: 0, failed: 1, pending: 0, failures: [] };
    if (code !== 0 && summary.failures.length === 0) {
      summary.failed = Math.max(1, summary.failed);
      summary.failures.push(`ended with ${code}: see ${log}`);
    }
    return summary;
  } finally {
    remove(work);
  }
}

/**
 * @param {number} number
 * @param {Summary} summary
 * @returns {string[]}
 */
function row(number, { wall, cpu, passed, failed, failures }) {
  return [
    String(number),
    duration(wall),
    cpu === undefined ? '?' : duration(cpu),
    percent(waitingShare(wall, cpu, cores)),
    String(passed),
    String(failed),
    failures.join('; ') || '-',
  ];
}

async function main() {
  const runs = Number(options.runs ?? 5);
  const load = startLoad(Number(options.load ?? 0) * cores);
  const logs = fs.mkdtempSync(path.join(os.tmpdir(), 'foundries-repeat-logs-'));
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'foundries-repeat-'));
  process.on('exit', () => remove(work));
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => process.exit(143));
  }
  const rows = [['Run', 'Took', 'Processor', 'Waiting', 'Passed', 'Failed', 'Failures']];
  let red = 0;
  console.log(`${runs} runs, ${Number(options.load ?? 0)} busy loops for each of ${cores} cores. Logs: ${logs}`);
  try {
    for (let number = 1; number <= runs; number++) {
      const summary = await runOnce(number, logs, path.join(work, String(number)));
      red += summary.failed > 0 ? 1 : 0;
      rows.push(row(number, summary));
      console.log(`  run ${rows.at(-1)?.join(' | ')}`);
    }
  } finally {
    await load.close();
  }
  console.log(`\n${table(rows)}\n\n${runs - red} of ${runs} runs passed`);
  process.exitCode = red > 0 ? 1 : 0;
}

await main();
