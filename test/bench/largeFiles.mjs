// @ts-check
/**
 * A log of 100 MB and an artifact of 132 MB through the real code path: throughput against a bare download of the same bytes to
 * disk in the same process, and how far the memory of a process grows that does nothing else. The server is a process of its own.
 */
import { fork } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const LOG_BYTES = 100 * 1024 * 1024;
const require = createRequire(import.meta.url);

export const names = ['log-100MB', 'artifact-100MB'];

/**
 * @typedef {object} Measured
 * @property {number} seconds the median
 * @property {number} least seconds of the fastest round: on a busy machine the one that was disturbed least
 */

/** @type {import('./support/bench.js').Bench} */
const bench = async ({ quick }) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'foundries-bench-'));
  const server = await startServer(folder);
  try {
    const client = path.join(folder, 'client.cjs');
    await bundle(fileURLToPath(new URL('support/largeFilesClient.ts', import.meta.url)), client);
    const { open } = require(client);
    const files = await open(server.url);
    const file = path.join(folder, 'received');
    const bare = (/** @type {string} */ at) => async () => {
      const response = await fetch(server.url + at, { headers: { 'OSF-TOKEN': 'demo-token' } });
      if (!response.ok || response.body === null) {
        throw new Error(`${at}: ${response.status}`);
      }
      await pipeline(Readable.fromWeb(/** @type {any} */ (response.body)), createWriteStream(file));
    };
    const rounds = quick ? 3 : 11;
    const bareLog = bare(files.paths.log);
    const log = await measured(rounds, {
      bare: bareLog,
      toFile: () => files.logToFile(file),
      toScreen: () => files.logToScreen(),
    });
    const artifact = await measured(rounds, {
      bare: bare(files.paths.artifact),
      toFile: () => files.artifact(file),
    });
    const grown = async (/** @type {string} */ way) => {
      const bytes = [];
      for (let round = 0; round < (quick ? 1 : 3); round++) {
        bytes.push(await growth(client, server.url, way, file));
      }
      return Math.max(...bytes) / 1e6;
    };
    return [
      { name: 'log-100MB', value: log.toFile.seconds / log.bare.seconds, unit: 'x', limit: 1.2 },
      { name: 'log-100MB fastest rounds', value: log.toFile.least / log.bare.least, unit: 'x' },
      { name: 'log-100MB-memory', value: await grown('log'), unit: 'MB', limit: 32 },
      { name: 'log-100MB-shown', value: log.toScreen.seconds / log.bare.seconds, unit: 'x', limit: 1.2 },
      { name: 'log-100MB-shown fastest rounds', value: log.toScreen.least / log.bare.least, unit: 'x' },
      { name: 'log-100MB-shown-memory', value: await grown('shown'), unit: 'MB', limit: 32 },
      { name: 'log-100MB bare', value: log.bare.seconds * 1000, unit: 'ms' },
      { name: 'artifact-100MB', value: artifact.toFile.seconds / artifact.bare.seconds, unit: 'x', limit: 1.2 },
      { name: 'artifact-100MB fastest rounds', value: artifact.toFile.least / artifact.bare.least, unit: 'x' },
      { name: 'artifact-100MB-memory', value: await grown('artifact'), unit: 'MB', limit: 32 },
      { name: 'artifact-100MB bare', value: artifact.bare.seconds * 1000, unit: 'ms' },
      { name: 'artifact-100MB bare, memory', value: await grown('bare'), unit: 'MB' },
    ];
  } finally {
    server.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

export default bench;

/**
 * @param {string} client path of the built client
 * @param {string} url of the server
 * @param {string} way
 * @param {string} file what is written
 * @returns {Promise<number>} bytes by which the resident size of a process of its own grows at most
 */
function growth(client, url, way, file) {
  const child = fork(
    fileURLToPath(new URL('support/largeFilesMemory.mjs', import.meta.url)),
    [client, url, way, file],
    {
      execArgv: [],
    },
  );
  return new Promise((resolve, reject) => {
    child.once('message', (bytes) => resolve(Number(bytes)));
    child.once('exit', (code) => reject(new Error(`measuring the memory of ${way} ended with ${code}`)));
  });
}

/**
 * Measures ways in turn; time counts when code is compiled and connections are made.
 *
 * @template {string} K
 * @param {number} rounds
 * @param {Record<K, () => Promise<unknown>>} ways
 * @returns {Promise<Record<K, Measured>>}
 */
async function measured(rounds, ways) {
  const names = /** @type {K[]} */ (Object.keys(ways));
  const found = /** @type {Record<K, number[]>} */ ({});
  for (let round = -1; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : [...names].reverse()) {
      globalThis.gc?.();
      await new Promise((resolve) => setTimeout(resolve, 100));
      const started = performance.now();
      await ways[name]();
      if (round >= 0) {
        (found[name] ??= []).push((performance.now() - started) / 1000);
      }
    }
  }
  const result = /** @type {Record<K, Measured>} */ ({});
  for (const name of names) {
    const seconds = [...found[name]].sort((a, b) => a - b);
    result[name] = { seconds: seconds[Math.floor(seconds.length / 2)] ?? Number.NaN, least: seconds[0] ?? Number.NaN };
  }
  return result;
}

/** @param {string} source @param {string} outfile */
async function bundle(source, outfile) {
  await esbuild.build({
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    logLevel: 'error',
  });
}

/** @param {string} folder @returns {Promise<{ url: string, stop: () => void }>} */
async function startServer(folder) {
  const bundled = path.join(folder, 'server.cjs');
  await esbuild.build({
    stdin: {
      contents: `import { startFactoryServer } from './src/demo/server';
        void startFactoryServer({ devices: 20, logBytes: ${LOG_BYTES} }).then(({ url }) => process.send?.(url));`,
      resolveDir: fileURLToPath(new URL('../..', import.meta.url)),
      loader: 'ts',
    },
    outfile: bundled,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
  });
  const child = fork(bundled);
  const url = await new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(String(message)));
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return { url, stop: () => child.kill() };
}
