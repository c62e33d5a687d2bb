import { KeepFresh } from '../../src/views/keepFresh';
import type { Row } from '../../src/views/rows/row';
import { VirtualClock } from '../unit/support/clock';
import type { Bench, Figure } from './support/bench';
import { draw, product, type Product } from './support/product';
import { desk } from './support/vscode';

export const names = ['idle-day'];

const DAY = 24 * 60 * 60_000;
const VIEW = 'foundries.devices';

/** Nobody touches a window for a day: what is asked of the service. */
const bench: Bench = async ({ factory, quick }) => {
  const { url, close } = await factory({ devices: 100 });
  // A minute of it tells as much as a day, where a minute is to do.
  const part = quick ? 24 : 1;
  const figures = [
    await day(url, part, 'idle-day-hidden', 0, (tree) => (tree.visible = false)),
    await day(url, part, 'idle-day-unfocused', 0, () => (desk.focused = false)),
    await day(url, part, 'idle-day-visible', 1440, () => undefined),
    // One more each quarter of a minute for the device, and its configuration when it is a minute old.
    await day(url, part, 'idle-day-open', 1440 + 5760 + 1440, (tree, rows) => {
      tree.expanded.fire({ element: rows[0] });
    }),
  ];
  await close();
  return figures;
};

async function day(
  url: string,
  part: number,
  name: string,
  limit: number,
  arrange: (tree: NonNullable<ReturnType<typeof desk.trees.get>>, rows: readonly Row[]) => unknown,
): Promise<Figure> {
  const shown = product(url);
  const { view, connections, log } = shown;
  desk.focused = true;
  const tree = desk.trees.get(VIEW)!;
  const { rows } = await draw(view);
  await draw(view, rows[0]);
  const realNow = Date.now.bind(Date);
  const clock = new VirtualClock(() => settled(shown));
  // What was fetched is as old as the clock says.
  Date.now = () => clock.now();
  clock.start(realNow());
  const open = new Set<string>();
  // VS Code asks again for rows that it shows, also below those that are open.
  tree.expanded.event(({ element }) => open.add((element as Row).id));
  tree.changed.event((row) => {
    if (tree.visible) {
      void redraw(view, row as Row | undefined, open);
    }
  });
  const keep = new KeepFresh(connections, view, clock);
  arrange(tree, rows);
  tree.visibility.fire(undefined);
  desk.focus.fire({ focused: desk.focused });
  log.length = 0;
  await clock.pass(DAY / part);
  keep.dispose();
  view.dispose();
  Date.now = realNow;
  return { name, value: log.length * part, unit: 'requests', limit };
}

async function redraw(view: Product['view'], row: Row | undefined, open: ReadonlySet<string>): Promise<void> {
  const { rows } = await draw(view, row);
  await Promise.all(rows.filter(({ id }) => open.has(id)).map((below) => redraw(view, below, open)));
}

/** Resolves when nothing is under way. */
async function settled({ open }: Product): Promise<void> {
  for (let quiet = 0; quiet < 5; quiet = open() === 0 ? quiet + 1 : 0) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export default bench;
