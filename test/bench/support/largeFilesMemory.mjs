// @ts-check
/**
 * How far the memory of a process grows that downloads one large file and does nothing else: `node largeFilesMemory.mjs
 * CLIENT URL WAY FILE`. Counted from its own start, once a small file was downloaded the same way, so that the code is there.
 */
import { createWriteStream } from 'node:fs';
import { createRequire } from 'node:module';
import process from 'node:process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';

const [client = '', url = '', way = '', file = ''] = process.argv.slice(2);
const files = await createRequire(import.meta.url)(client).open(url);

/** @param {string} at */
const bare = async (at) => {
  const response = await fetch(url + at, { headers: { 'OSF-TOKEN': 'demo-token' } });
  await pipeline(Readable.fromWeb(/** @type {any} */ (response.body)), createWriteStream(file));
};
/** @type {Record<string, () => Promise<unknown>>} */
const ways = {
  bare: () => bare(files.paths.artifact),
  artifact: () => files.artifact(file),
  log: () => files.logToFile(file),
  shown: () => files.logToScreen(),
};
const wanted = ways[way];
if (wanted === undefined) {
  throw new Error(`There is no ${way}.`);
}
await (way === 'bare' ? bare(files.paths.small) : files.small(file));
await setTimeout(300);
const before = process.memoryUsage.rss();
let most = before;
const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 5);
await wanted();
clearInterval(timer);
most = Math.max(most, process.memoryUsage.rss());
process.send?.(most - before);
process.disconnect();
process.exit(0);
