// @ts-check
/**
 * Measures what a list of 20 000 targets (about 25 MB) costs: time against fetching and parsing it bare in the same run, how
 * long the thread that runs everything else is blocked, and how much memory is kept.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';
import vm from 'node:vm';
import esbuild from 'esbuild';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const FACTORY = 'getting-started';

/** The emulator, in a process of its own. */
const EMULATOR = `
  require(process.argv[1]).startFactoryServer({ targets: Number(process.argv[2]), devices: 10 })
    .then(({ url }) => console.log(url));
`;

/** Answers every request with a file, as fast as no service does, in a process of its own. */
const FILE = `
  const body = require('fs').readFileSync(process.argv[1]);
  const server = require('http').createServer((_, response) => response.end(body));
  server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port));
`;

/**
 * @typedef {object} Figures
 * @property {number} targets
 * @property {number} jsonBytes
 * @property {number} ratio time until the list is there, grouped by tag, by that of fetch and `JSON.parse`, where the emulator
 *   serves it; at most 1.5
 * @property {number} ratioAtOnce the same where the bytes are there as fast as the machine can move them
 * @property {number} bareMs fetch and `JSON.parse`, bytes at once, median
 * @property {number} listMs until the list is there, bytes at once, median
 * @property {number} longestStallMs of any run; below 50
 * @property {number} longestStallInThisThreadMs the same where no thread can be started; below 50
 * @property {number} bareStallMs the same of fetching and parsing bare
 * @property {number} keptBytes what the list takes
 * @property {number} keptShare of the JSON's bytes; at most 0.25
 */

export const names = ['targets-20k'];

/** @type {import('./support/bench.js').Bench} */
const bench = async ({ quick }) => {
  const { ratio, ratioAtOnce, bareMs, listMs, longestStallMs, longestStallInThisThreadMs, keptShare } =
    await targets20k(quick ? 3 : 9);
  return [
    { name: 'targets-20k', value: ratio, unit: 'x', limit: 1.5 },
    { name: 'targets-20k with the bytes at once', value: ratioAtOnce, unit: 'x' },
    { name: 'targets-20k rows', value: listMs, unit: 'ms' },
    { name: 'targets-20k bare', value: bareMs, unit: 'ms' },
    { name: 'targets-20k-stall', value: longestStallMs, unit: 'ms', limit: 50 },
    { name: 'targets-20k-stall-without-thread', value: longestStallInThisThreadMs, unit: 'ms', limit: 50 },
    { name: 'targets-20k-heap', value: keptShare, unit: 'of the JSON', limit: 0.25 },
  ];
};

export default bench;

/**
 * @param {number} runs
 * @returns {Promise<Figures>}
 */
async function targets20k(runs, count = 20_000) {
  const folder = mkdtempSync(path.join(tmpdir(), 'targets-bench-'));
  const stops = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    const built = { bundle: true, platform: /** @type {const} */ ('node'), format: /** @type {const} */ ('cjs') };
    await esbuild.build({
      ...built,
      absWorkingDir: ROOT,
      entryPoints: {
        entry: 'test/bench/support/targetsEntry.ts',
        emulator: 'src/demo/server.ts',
        targetsWorker: 'src/api/targetsWorker.ts',
      },
      outdir: folder,
      target: 'node20',
    });
    const require = createRequire(import.meta.url);
    const product = require(path.join(folder, 'entry.js'));
    /** @param {string[]} args */
    const start = async (...args) => {
      const child = spawn(process.execPath, ['-e', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
      stops.push(() => child.kill());
      return /** @type {string} */ (
        await new Promise((resolve) => child.stdout.once('data', (data) => resolve(String(data).trim())))
      );
    };
    const emulator = await start(EMULATOR, path.join(folder, 'emulator.js'), String(count));
    const headers = { 'OSF-TOKEN': 'demo-token' };
    const listPath = `/ota/factories/${FACTORY}/targets/`;
    const answer = await fetch(emulator + listPath, { headers });
    const body = Buffer.from(await answer.arrayBuffer());
    const file = path.join(folder, 'targets.json');
    writeFileSync(file, body);
    let url = await start(FILE, file);

    /** @param {string | undefined} worker */
    const listOf = (worker) => {
      const options = {
        server: product.foundriesServer(url),
        fetch: product.nodeFetch,
        token: () => Promise.resolve('demo-token'),
        userAgent: 'bench',
      };
      return new product.TargetList(product.createClient(new product.Transport(options), worker), FACTORY);
    };
    const bare = async () => {
      const response = await product.nodeFetch(url + listPath, { headers });
      const parts = [];
      for await (const chunk of response.body) {
        parts.push(chunk);
      }
      return Object.keys(JSON.parse(Buffer.concat(parts).toString('utf8'))).length;
    };
    const worker = path.join(folder, 'targetsWorker.js');
    const load = async (/** @type {string | undefined} */ thread) => {
      const list = listOf(thread);
      const { error, targets } = await list.load();
      if (error !== undefined || targets.length < count) {
        throw error ?? new Error(`${targets.length} targets`);
      }
      return list;
    };

    const bares = [];
    const bareStalls = [];
    const lists = [];
    const stalls = [];
    const stallsHere = [];
    await bare();
    await load(worker);
    for (let run = 0; run < runs; run++) {
      const { plain, ours } = await inTurn(run, bare, () => load(worker));
      bares.push(plain.ms);
      bareStalls.push(plain.stall);
      lists.push(ours.ms);
      stalls.push(ours.stall);
      stallsHere.push((await timed(() => load(undefined))).stall);
    }
    url = emulator;
    const served = [];
    await bare();
    for (let run = 0; run < runs; run++) {
      const { plain, ours } = await inTurn(run, bare, () => load(worker));
      served.push(ours.ms / plain.ms);
    }
    const before = await memory();
    const kept = await load(worker);
    const keptBytes = (await memory()) - before;
    const bareMs = median(bares);
    const listMs = median(lists);
    return {
      targets: kept.state.targets.length,
      jsonBytes: body.length,
      bareMs,
      listMs,
      ratio: median(served),
      ratioAtOnce: listMs / bareMs,
      longestStallMs: Math.max(...stalls),
      longestStallInThisThreadMs: Math.max(...stallsHere),
      bareStallMs: Math.max(...bareStalls),
      keptBytes,
      keptShare: keptBytes / body.length,
    };
  } finally {
    stops.reverse().forEach((stop) => stop());
  }
}

/**
 * Measures both one after the other, every other time the other way round.
 *
 * @param {number} run
 * @param {() => Promise<unknown>} bare
 * @param {() => Promise<unknown>} product
 */
async function inTurn(run, bare, product) {
  if (run % 2 === 0) {
    const plain = await timed(bare);
    return { plain, ours: await timed(product) };
  }
  const ours = await timed(product);
  return { plain: await timed(bare), ours };
}

/**
 * @param {() => Promise<unknown>} task
 * @returns milliseconds that it took, and those of the longest turn of the event loop meanwhile
 */
async function timed(task) {
  await memory();
  let stall = 0;
  let last = busyMs();
  const watch = () => {
    const now = busyMs();
    stall = Math.max(stall, now - last);
    last = now;
  };
  const timer = setInterval(watch, 1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  stall = 0;
  const start = performance.now();
  await task();
  const ms = performance.now() - start;
  await new Promise((resolve) => setTimeout(resolve, 20));
  watch();
  clearInterval(timer);
  return { ms, stall };
}

/**
 * @returns milliseconds for which this thread has worked, where the system tells, so that others on the machine do not count;
 *   else those that have passed
 */
function busyMs() {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return performance.now();
  }
}

/** @returns bytes that are held, in the heap and beside it */
async function memory() {
  v8.setFlagsFromString('--expose-gc');
  const gc = vm.runInNewContext('gc');
  for (let turn = 0; turn < 3; turn++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** @param {number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
