import type { Bench, BenchContext, Figure } from './support/bench';
import { interleaved } from './support/measure';
import { bare, draw, FACTORY, product } from './support/product';

export const names = ['list-1000', 'list-10x1000'];

/** Rows of devices that are asked for anew, against fetching and parsing the same answers. */
const bench: Bench = async (context) => [
  ...(await measure({ ...context, rounds: context.rounds * 4 }, 'list-1000', 1000)),
  ...(await measure({ ...context, rounds: Math.ceil(context.rounds / 2) }, 'list-10x1000', 10_000)),
];

async function measure({ rounds, factory }: BenchContext, name: string, devices: number): Promise<Figure[]> {
  const { url, close } = await factory({ devices, replay: true });
  const { view, connections, log, fields } = product(url);
  const { session } = connections;
  const list = 'factory' in session ? session.factory.fleet.all : undefined;
  await draw(view);
  while (list?.state.hasMore === true) {
    await list.loadMore();
  }
  log.length = 0;
  const refresh = async () => {
    await list?.refresh();
    const { items } = await draw(view);
    if (items.length !== devices) {
      throw new Error(`${items.length} rows of ${devices} devices of ${FACTORY}: ${String(list?.state.error)}`);
    }
  };
  await refresh();
  const asked = [...log];
  const requests = asked.map(({ request }) => request.replace('GET ', ''));
  const mask = fields();
  const ms = await interleaved(rounds, { ours: refresh, bare: () => bare(url, requests, mask) });
  await close();
  return [
    { name, value: ms.ours / ms.bare, unit: 'x', limit: 1.3 },
    { name: `${name} rows`, value: ms.ours, unit: 'ms' },
    { name: `${name} bare`, value: ms.bare, unit: 'ms' },
    { name: `${name}-requests`, value: requests.length, unit: 'requests', limit: Math.ceil(devices / 1000) },
    { name: `${name} received`, value: asked.reduce((sum, { bytes }) => sum + bytes, 0) / 1000, unit: 'kB' },
  ];
}

export default bench;
