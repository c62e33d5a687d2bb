import { BuildsView } from '../../src/views/buildsView';
import { ConfigurationView } from '../../src/views/configurationView';
import { KeepFresh, keepConfigurationFresh } from '../../src/views/keepFresh';
import { KeepTargetsFresh } from '../../src/views/keepTargetsFresh';
import type { Row } from '../../src/views/rows/row';
import { TargetArrangements } from '../../src/views/targetArrangements';
import { TargetsView } from '../../src/views/targetsView';
import { WavesView } from '../../src/views/wavesView';
import { WorkspaceBuilds } from '../../src/views/workspaceBuilds';
import { nextLook, turn } from '../support/clock';
import { VirtualClock } from '../unit/support/clock';
import type { Bench, Figure } from './support/bench';
import { draw, FACTORY, product, type Drawn, type Product } from './support/product';
import { desk, Uri, type ShownTree } from './support/vscode';

export const names = ['idle-day'];

const DAY = 24 * 60 * 60_000;
/** Looks of a view in a day, at the interval of the settings. */
const LOOKS = 1440;
const CLONE = '/home/user/containers';

type ViewName = 'devices' | 'targets' | 'configuration' | 'builds' | 'waves';
const ALL: readonly ViewName[] = ['devices', 'targets', 'configuration', 'builds', 'waves'];
/** Those that package.json does not collapse. */
const OPEN_AT_FIRST: readonly ViewName[] = ['devices', 'targets', 'configuration'];

/** How a window is left alone. */
interface Left {
  readonly name: string;
  /** Requests in a day, at most. */
  readonly limit: number;
  /** Views that are visible; all of them were once. */
  readonly visible: readonly ViewName[];
  readonly focused?: boolean;
  /** A clone of the Factory's repository is open. */
  readonly clone?: boolean;
  /** Of the day, so many times less is simulated: an hour or four tell as much, where nothing fails. */
  readonly part?: number;
  readonly arrange?: (window: IdleWindow) => unknown;
}

/** Nobody touches a window for a day: what is asked of the service. */
const bench: Bench = async ({ factory, quick }) => {
  const { url, close } = await factory({ devices: 100 });
  const part = quick ? 24 : 6;
  const devices: Pick<Left, 'visible' | 'part'> = { visible: ['devices'], part };
  const failing = (name: string, limit: number, rule: object): Left => ({
    ...devices,
    part: 1,
    name,
    limit,
    arrange: () => control(url, 'faults', 'POST', { ...rule, count: null }),
  });
  const days: readonly Left[] = [
    { name: 'idle-day-hidden', limit: 0, visible: [], part },
    { name: 'idle-day-unfocused', limit: 0, visible: ALL, focused: false, clone: true, part },
    { ...devices, name: 'idle-day-visible', limit: LOOKS },
    {
      ...devices,
      name: 'idle-day-open',
      // One more each quarter of a minute for the device, and its configuration when it is a minute old.
      limit: LOOKS + 5760 + LOOKS,
      arrange: ({ trees, rows }) => trees.devices.expanded.fire({ element: rows.devices[0] }),
    },
    // Devices, groups, the counts that tell of new targets, and the list of targets as long as it is small.
    { name: 'idle-day-default', limit: 4 * LOOKS, visible: OPEN_AT_FIRST, part },
    // Every other minute, for the newest build in the status bar.
    { name: 'idle-day-clone', limit: 720, visible: [], clone: true, part },
    // Builds and waves besides; the status bar has its builds from the view.
    { name: 'idle-day-all', limit: 6 * LOOKS, visible: ALL, clone: true, part },
    // The service fails all day: three attempts each, and ever more rarely.
    failing('idle-day-503', 3 * 105, { status: 503 }),
    failing('idle-day-429', 3 * 105, { status: 429 }),
    // The first refusal of the token is the last.
    failing('idle-day-401', 1, { status: 401 }),
  ];
  // A build is under way all day, of which each of both would ask every ten or twenty seconds: the view does.
  const building: Left = {
    name: 'idle-day-building',
    limit: 5 * LOOKS + 8640,
    visible: ALL,
    clone: true,
    part,
  };
  const figures = await day(url, building);
  await control(url, 'clock', 'POST', { advanceSeconds: DAY / 1000 });
  for (const left of days) {
    figures.push(...(await day(url, left)));
  }
  await close();
  return figures;
};

type Trees = Readonly<Record<ViewName, ShownTree<unknown>>>;

/** A window as it is a while after its start: each view was looked at. */
interface IdleWindow extends Product {
  readonly trees: Trees;
  readonly rows: Readonly<Record<ViewName, readonly Row[]>>;
  readonly close: () => void;
}

async function open(url: string, clock: VirtualClock): Promise<IdleWindow> {
  const shown = product(url);
  const { view, connections, apps, memento } = shown;
  const targets = new TargetsView(connections, new TargetArrangements(memento));
  const configuration = new ConfigurationView(connections, { dropMimeTypes: [], dragMimeTypes: [] }, apps);
  const builds = new BuildsView(connections, clock);
  const waves = new WavesView(connections, clock);
  const views: Readonly<Record<ViewName, Drawn>> = { devices: view, targets, configuration, builds, waves };
  const rows: Partial<Record<ViewName, readonly Row[]>> = {};
  const trees: Partial<Record<ViewName, ShownTree<unknown>>> = {};
  for (const name of ALL) {
    const tree = desk.trees.get(`foundries.${name}`)!;
    rows[name] = (await draw(views[name])).rows;
    trees[name] = tree;
    const open = new Set<string>();
    // VS Code asks again for rows that it shows, also below those that are open.
    tree.expanded.event(({ element }) => open.add((element as Row).id));
    tree.changed.event((row) => {
      if (tree.visible) {
        void redraw(views[name], row as Row | undefined, open);
      }
    });
  }
  await draw(view, rows.devices?.[0]);
  const parts = [
    view,
    targets,
    configuration,
    builds,
    waves,
    new KeepFresh(connections, view, clock),
    new KeepTargetsFresh(connections, targets, clock),
    keepConfigurationFresh(connections, configuration, clock),
    new WorkspaceBuilds(connections, clock),
  ];
  return {
    ...shown,
    trees: trees as Trees,
    rows: rows as IdleWindow['rows'],
    close: () => parts.forEach((part) => void part.dispose()),
  };
}

async function day(url: string, left: Left): Promise<Figure[]> {
  const { name, limit, visible, focused = true, clone = false, part = 1, arrange } = left;
  const realNow = Date.now.bind(Date);
  let window: IdleWindow | undefined;
  const clock = new VirtualClock(() => (window === undefined ? Promise.resolve() : settled(window)));
  clock.start(realNow());
  // What was fetched is as old as the clock says.
  Date.now = () => clock.now();
  desk.focused = true;
  desk.folders = clone ? [Uri.from({ scheme: 'file', path: CLONE })] : [];
  const remote = `[remote "origin"]\n\turl = https://source.foundries.io/factories/${FACTORY}/containers.git\n`;
  desk.files = new Map([
    [`${CLONE}/.git/config`, remote],
    [`${CLONE}/.git/HEAD`, 'ref: refs/heads/main\n'],
  ]);
  try {
    await control(url, 'faults', 'DELETE');
    window = await open(url, clock);
    await arrange?.(window);
    for (const view of ALL) {
      window.trees[view].visible = visible.includes(view);
      window.trees[view].visibility.fire({ visible: visible.includes(view) });
    }
    desk.focused = focused;
    desk.focus.fire({ focused });
    await settled(window);
    const { log } = window;
    log.length = 0;
    await clock.pass(DAY / part);
    window.close();
    return [{ name, value: log.length * part, unit: 'requests', limit }, ...busiest(name, log, part)];
  } finally {
    Date.now = realNow;
  }
}

/** What most of the requests were, where there is more than one kind. */
function busiest(name: string, log: Product['log'], part: number): Figure[] {
  const kinds = new Map<string, number>();
  for (const { request } of log) {
    const kind = request.replace(/\?.*/, '').replace(/^GET |getting-started\//g, '');
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const most = [...kinds].sort(([, a], [, b]) => b - a);
  return most.length < 3
    ? []
    : most.slice(0, 6).map(([kind, times]) => ({ name: `${name}: ${kind}`, value: times * part, unit: 'requests' }));
}

/** Asks the emulator itself for something. */
async function control(url: string, what: string, method: string, body?: object): Promise<void> {
  const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const response = await fetch(`${url}/_emulator/${what}`, init);
  if (!response.ok) {
    throw new Error(`${what}: ${await response.text()}`);
  }
}

async function redraw(view: Drawn, row: Row | undefined, open: ReadonlySet<string>): Promise<void> {
  const { rows } = await draw(view, row);
  await Promise.all(rows.filter(({ id }) => open.has(id)).map((below) => redraw(view, below, open)));
}

/** Resolves when nothing is under way; what failed is tried again after some milliseconds of the real clock. */
async function settled({ open: waiting, log }: Product): Promise<void> {
  for (let quiet = 0; quiet < 5; quiet = waiting() === 0 ? quiet + 1 : 0) {
    await (log.at(-1)?.failed === true ? nextLook(3) : turn());
  }
}

export default bench;
