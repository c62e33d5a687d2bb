import { performance } from 'node:perf_hooks';
import { pickDevice } from '../../src/commands/pickDevice';
import { REST_MS } from '../../src/commands/searchAsTyped';
import { LoadMoreRow } from '../../src/views/rows/loadMoreRow';
import { nextLook } from '../support/clock';
import { until } from '../support/until';
import type { Bench, BenchContext, Figure } from './support/bench';
import { heapUsed, interleaved, longestStall, median, timed } from './support/measure';
import { bare, draw, FACTORY, product, type Product } from './support/product';
import { desk } from './support/vscode';

export const names = ['list-100k-first', 'search', 'scroll', 'heap'];

const MANY = 100_000;
const FEW = 100;
const PAGES = 10;
const HELD = 10_000;
/** Between two key presses of somebody who types fast. */
const KEY_MS = 90;

/** A Factory of 100 000 devices. */
const bench: Bench = async (context) => {
  const many = await context.factory({ devices: MANY, replay: true });
  try {
    return [
      ...(await firstRows(context, many.url)),
      ...(await search(context, many.url)),
      ...(await scroll(context, many.url)),
      ...(await heap(context)),
    ];
  } finally {
    await many.close();
  }
};

/** What the view shows first, with many devices against few. */
async function firstRows({ rounds, factory }: BenchContext, many: string): Promise<Figure[]> {
  const few = await factory({ devices: FEW, replay: true });
  const asked = { many: [0, 0], few: [0, 0] };
  const first = (url: string, what: 'many' | 'few') => async () => {
    const { view, log } = product(url);
    const { items } = await draw(view);
    // The row that loads more stands below.
    if (items.filter((item) => item.contextValue === 'foundries.device').length !== FEW) {
      throw new Error(`${items.length} rows`);
    }
    asked[what] = [log.length, log.reduce((sum, { bytes }) => sum + bytes, 0)];
    view.dispose();
  };
  const ms = await interleaved(rounds * 2, { many: first(many, 'many'), few: first(few.url, 'few') });
  await few.close();
  const ratio = (at: 0 | 1) => (asked.many[at] ?? 0) / (asked.few[at] ?? 1);
  return [
    { name: 'list-100k-first', value: ms.many / ms.few, unit: 'x', limit: 1.2 },
    { name: 'list-100k-first-requests', value: ratio(0), unit: 'x', limit: 1 },
    { name: 'list-100k-first-bytes', value: ratio(1), unit: 'x', limit: 1.2 },
    { name: 'list-100k-first time', value: ms.many, unit: 'ms' },
    { name: 'list-100k-first received', value: (asked.many[1] ?? 0) / 1000, unit: 'kB' },
  ];
}

const devicesOf = ({ connections: { session } }: Product) =>
  'factory' in session ? session.factory : (undefined as never);

/** From the last key press to the first answer of the service. */
async function search({ rounds }: BenchContext, url: string): Promise<Figure[]> {
  const shown = product(url);
  const times: number[] = [];
  const requests: number[] = [];
  const bareTimes: number[] = [];
  const inTheMiddle = { factory: FACTORY, page: 400, limit: 100 };
  const { devices } = await shown.client.listDevices(inTheMiddle);
  const names = devices.slice(0, Math.ceil(rounds / 2)).map(({ name }) => name);
  // What is asked for the first time takes the emulator's time: the second counts, of both ways.
  for (const [at, wanted] of [...names, ...names].entries()) {
    const picking = pickDevice(devicesOf(shown), 'Find');
    const pick = desk.pick!;
    await until('the picker has its rows', () => !pick.busy);
    shown.log.length = 0;
    for (let length = 1; length <= wanted.length; length++) {
      pick.type(wanted.slice(0, length));
      await nextLook(length < wanted.length ? KEY_MS : 0);
    }
    const from = performance.now();
    await new Promise<void>((resolve) => {
      const shows = pick.itemsShown.event((items) => {
        if (items.some((item) => (item as { label: string }).label.includes(wanted))) {
          shows.dispose();
          resolve();
        }
      });
    });
    const ms = performance.now() - from;
    requests.push(shown.log.length);
    const asked = shown.log.map(({ request }) => request.replace('GET ', ''));
    const fields = shown.fields();
    const bareMs = await timed(() => bare(url, asked, fields));
    if (at >= names.length) {
      times.push(ms);
      bareTimes.push(bareMs);
    }
    pick.hidden.fire(undefined);
    await picking;
  }
  const beyondWait = median(times) - REST_MS;
  return [
    { name: 'search', value: median(times), unit: 'ms', limit: 1000 },
    { name: 'search-slowest', value: Math.max(...times), unit: 'ms', limit: 1000 },
    { name: 'search of which waiting for the next key', value: REST_MS, unit: 'ms' },
    { name: 'search beyond that wait, against its request', value: beyondWait / median(bareTimes), unit: 'x' },
    { name: 'search: its request bare', value: median(bareTimes), unit: 'ms' },
    { name: 'search-requests', value: Math.max(...requests), unit: 'requests', limit: 1 },
  ];
}

/** Ten pages, each asked for when the last is there; how long the extension host does nothing else. */
async function scroll({ rounds }: BenchContext, url: string): Promise<Figure[]> {
  const stalls: number[] = [];
  let requests = 0;
  for (let round = 0; round < Math.ceil(rounds / 3); round++) {
    const { view, log } = product(url);
    globalThis.gc?.();
    stalls.push(
      await longestStall(async () => {
        let { rows } = await draw(view);
        for (let page = 1; page < PAGES; page++) {
          const more = rows.find((row) => row instanceof LoadMoreRow);
          await more!.more();
          ({ rows } = await draw(view));
        }
        if (rows.length !== PAGES * FEW + 1) {
          throw new Error(`${rows.length} rows after ${PAGES} pages`);
        }
      }),
    );
    requests = log.length;
    view.dispose();
  }
  return [
    { name: 'scroll', value: Math.max(...stalls), unit: 'ms', limit: 50 },
    { name: 'scroll median', value: median(stalls), unit: 'ms' },
    { name: 'scroll-requests', value: requests, unit: 'requests', limit: PAGES },
  ];
}

/** What a device takes that is shown: what is known of it, and its row. */
async function heap({ factory }: BenchContext): Promise<Figure[]> {
  const { url, close } = await factory({ devices: HELD, replay: true });
  const shown = product(url);
  await draw(shown.view);
  const before = await heapUsed();
  const { all } = devicesOf(shown).fleet;
  while (all.state.hasMore) {
    await all.loadMore();
  }
  await draw(shown.view);
  shown.log.length = 0;
  const withRows = (await heapUsed()) - before;
  const drawn = await draw(shown.view);
  const withItems = (await heapUsed()) - before;
  await close();
  const held = drawn.rows.length - FEW;
  return [
    { name: 'heap', value: withRows / held, unit: 'bytes a device', limit: 2000 },
    { name: 'heap with the items that VS Code keeps', value: withItems / held, unit: 'bytes a device' },
  ];
}

export default bench;
