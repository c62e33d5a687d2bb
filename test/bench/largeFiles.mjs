// @ts-check
/**
 * A log of 100 MB and an artifact of 132 MB through the real code path, against a bare download of the same bytes to disk in
 * the same process: throughput, and how far memory grows. The server is a process of its own.
 */
import { fork } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
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

/**
 * @typedef {object} Figure
 * @property {string} name
 * @property {number} megabytes what was transferred
 * @property {number} seconds
 * @property {number} megabytesPerSecond
 * @property {number} [ofBare] share of the throughput of the bare download
 * @property {number} memoryGrowthMb highest resident size during the transfer over that before it
 */

/** @returns {Promise<{ artifact: Figure[], log: Figure[] }>} figures of each way, the bare one first */
export async function benchLargeFiles() {
  const folder = await mkdtemp(path.join(tmpdir(), 'foundries-bench-'));
  const server = await startServer(folder);
  try {
    const client = path.join(folder, 'client.cjs');
    await bundle(fileURLToPath(new URL('largeFiles.ts', import.meta.url)), client);
    const { open } = require(client);
    const files = await open(server.url);
    const file = path.join(folder, 'received');
    const bare = (/** @type {string} */ at) => async () => {
      const response = await fetch(server.url + at, { headers: { 'OSF-TOKEN': 'demo-token' } });
      if (!response.ok || response.body === null) {
        throw new Error(`${at}: ${response.status}`);
      }
      await pipeline(Readable.fromWeb(/** @type {any} */ (response.body)), createWriteStream(file));
      return (await stat(file)).size;
    };
    const sizeOf = async (/** @type {Promise<{ bytes: number }>} */ done) => (await done).bytes;
    // Once for nothing: code is compiled, connections are made.
    await bare(files.paths.log)();
    await files.logToFile(file);
    await files.logToScreen();
    return {
      artifact: await compared([
        ['bare download', bare(files.paths.artifact)],
        ['Download File of Run', () => sizeOf(files.artifact(file))],
      ]),
      log: await compared([
        ['bare download', bare(files.paths.log)],
        ['Download Whole Log', () => sizeOf(files.logToFile(file))],
        ['Show Log of Run', () => sizeOf(files.logToScreen())],
      ]),
    };
  } finally {
    server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {[name: string, run: () => Promise<number>][]} ways @returns {Promise<Figure[]>} */
async function compared(ways) {
  /** @type {Figure[]} */
  const figures = [];
  for (const [name, run] of ways) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const before = process.memoryUsage().rss;
    let most = before;
    const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
    const started = performance.now();
    const bytes = await run();
    const seconds = (performance.now() - started) / 1000;
    clearInterval(timer);
    const megabytesPerSecond = bytes / 1e6 / seconds;
    figures.push({
      name,
      megabytes: round(bytes / 1e6),
      seconds: round(seconds),
      megabytesPerSecond: round(megabytesPerSecond),
      ...(figures[0] === undefined ? {} : { ofBare: round(megabytesPerSecond / figures[0].megabytesPerSecond) }),
      memoryGrowthMb: round((most - before) / 1e6),
    });
  }
  return figures;
}

const round = (/** @type {number} */ value) => Math.round(value * 100) / 100;

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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(JSON.stringify(await benchLargeFiles(), null, 2));
}
