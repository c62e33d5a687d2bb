// @ts-check
/**
 * A log of 100 MB and an artifact of 132 MB through the real code path, against a bare download of the same bytes to disk in
 * the same process: throughput, and how far memory grows. The server is a process of its own.
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
 * @property {number} growth bytes by which the resident size rose over that after a bare download, at most
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
    const rounds = quick ? 3 : 5;
    const bareLog = bare(files.paths.log);
    const bareArtifact = bare(files.paths.artifact);
    const log = await measured(rounds, bareLog, {
      bare: bareLog,
      toFile: () => files.logToFile(file),
      toScreen: () => files.logToScreen(),
    });
    const artifact = await measured(rounds, bareArtifact, { bare: bareArtifact, toFile: () => files.artifact(file) });
    return [
      { name: 'log-100MB', value: log.toFile.seconds / log.bare.seconds, unit: 'x', limit: 1.2 },
      { name: 'log-100MB-memory', value: beyond(log.toFile, log.bare), unit: 'MB', limit: 32 },
      { name: 'log-100MB-shown', value: log.toScreen.seconds / log.bare.seconds, unit: 'x', limit: 1.2 },
      { name: 'log-100MB-shown-memory', value: beyond(log.toScreen, log.bare), unit: 'MB', limit: 32 },
      { name: 'log-100MB bare', value: log.bare.seconds * 1000, unit: 'ms' },
      { name: 'log-100MB bare, memory', value: log.bare.growth / 1e6, unit: 'MB' },
      { name: 'artifact-100MB', value: artifact.toFile.seconds / artifact.bare.seconds, unit: 'x', limit: 1.2 },
      { name: 'artifact-100MB-memory', value: beyond(artifact.toFile, artifact.bare), unit: 'MB', limit: 32 },
      { name: 'artifact-100MB bare', value: artifact.bare.seconds * 1000, unit: 'ms' },
      { name: 'artifact-100MB bare, memory', value: artifact.bare.growth / 1e6, unit: 'MB' },
    ];
  } finally {
    server.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

export default bench;

/**
 * Downloading bare makes the process grow, too, by as much as the garbage collector leaves for later.
 *
 * @param {Measured} ours
 * @param {Measured} bare
 * @returns megabytes by which ours grows more
 */
const beyond = (ours, bare) => Math.max(0, ours.growth - bare.growth) / 1e6;

/**
 * Measures ways in turn. Memory counts from the first round on, time when code is compiled and connections are made.
 *
 * @template {string} K
 * @param {number} rounds
 * @param {() => Promise<unknown>} bare
 * @param {Record<K, () => Promise<unknown>>} ways with the bare one
 * @returns {Promise<Record<K, Measured>>}
 */
async function measured(rounds, bare, ways) {
  const names = /** @type {K[]} */ (Object.keys(ways));
  const found = /** @type {Record<K, { seconds: number[], growth: number[] }>} */ ({});
  for (const name of names) {
    found[name] = { seconds: [], growth: [] };
  }
  await bare();
  globalThis.gc?.();
  await new Promise((resolve) => setTimeout(resolve, 200));
  const before = process.memoryUsage().rss;
  for (let round = -1; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : [...names].reverse()) {
      globalThis.gc?.();
      await new Promise((resolve) => setTimeout(resolve, 200));
      let most = before;
      const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
      const started = performance.now();
      await ways[name]();
      const seconds = (performance.now() - started) / 1000;
      clearInterval(timer);
      found[name].growth.push(most - before);
      if (round >= 0) {
        found[name].seconds.push(seconds);
      }
    }
  }
  const result = /** @type {Record<K, Measured>} */ ({});
  for (const name of names) {
    const { seconds, growth } = found[name];
    result[name] = {
      seconds: [...seconds].sort((a, b) => a - b)[Math.floor(seconds.length / 2)] ?? Number.NaN,
      growth: Math.max(...growth),
    };
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
