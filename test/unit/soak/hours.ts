/**
 * Hours of use in minutes, in a process of its own: `node --expose-gc hours.js HOURS`. Tells its parent what was counted.
 * `node hours.js serve` is the Factory, which is no part of what is counted.
 */
import { fork } from 'node:child_process';
import { startFactoryServer } from '../../../src/demo/server';
import { serverKey } from '../../../src/model/serverKey';
import type { DeviceRow } from '../../../src/views/rows/deviceRow';
import type { Row } from '../../../src/views/rows/row';
import { FACTORY } from '../support/factory';
import { breath, count, requestsMade, settled, watch, type Counts } from './support/counts';
import { DEVICE_PAGES } from './support/pages';
import { VirtualTime } from '../../support/virtualTime';
import { close, desk, focus, openDocument, run, show, walk, Uri, type ShownTree } from '../../support/vscode';
import { open, Storage, type Window } from './support/window';

/** What was counted in each part. */
export interface Report {
  /** At the end of each hour, signed in, with everything closed. */
  readonly hours: readonly Counts[];
  /** After each sign-out. */
  readonly signedOut: readonly Counts[];
  /** After each end of the extension. */
  readonly ended: readonly Counts[];
  /** What was left registered at the end. */
  readonly left: readonly string[];
  readonly failures: readonly string[];
  /** Made in all. */
  readonly requests: number;
}

const MINUTE = 60_000;
/** How often the extension is ended and begun anew. */
const ENDS = 6;
const failures = new Set<string>();
const time = new VirtualTime(settled, Date.UTC(2026, 0, 5, 9));
let url = '';

async function serve(): Promise<void> {
  const server = await startFactoryServer({
    devices: 30,
    storage: 'local',
    building: false,
    startTime: Date.UTC(2026, 0, 5, 9),
  });
  process.send?.({ url: server.url });
  process.on('message', ({ path, body }: { path: string; body: unknown }) => {
    void (async () => {
      if (path === 'forget') {
        server.emulator.requests.clear();
      } else {
        await server.emulator.handle({
          method: path === 'faults/none' ? 'DELETE' : 'POST',
          url: `${server.url}/_emulator/${path.replace('/none', '')}`,
          headers: {},
          body: Buffer.from(JSON.stringify(body)),
        });
      }
      process.send?.({ done: path });
    })();
  });
  process.on('disconnect', () => process.exit(0));
}

async function startFactory() {
  const child = fork(__filename, ['serve'], { execArgv: [] });
  url = await new Promise<string>((resolve) => {
    child.once('message', (message: { url: string }) => resolve(message.url));
  });
  return {
    control: (path: string, body: unknown = {}) =>
      new Promise<void>((resolve) => {
        child.once('message', () => resolve());
        child.send({ path, body });
      }),
    end: () => child.disconnect(),
  };
}
type Control = Awaited<ReturnType<typeof startFactory>>['control'];

/** As VS Code does it: what is shown of a tree is asked for again when the tree says so. */
function draw(tree: ShownTree<unknown>, opened: ReadonlySet<string>): void {
  let under = false;
  tree.changed.event(() => {
    if (tree.visible && !under) {
      under = true;
      setImmediate(() => {
        under = false;
        const below = async (row?: Row): Promise<void> => {
          for (const child of (await tree.provider.getChildren(row)) as Row[]) {
            tree.provider.getTreeItem(child);
            if (opened.has(child.id)) {
              await below(child);
            }
          }
        };
        below().catch((error: unknown) => failures.add(String(error)));
      });
    }
  });
}

/** Does something while time passes, which it may wait for. */
async function doing<T>(what: string, work: () => Promise<T> | undefined): Promise<T | undefined> {
  const state = { ended: false };
  const begun = Promise.resolve(work())
    .catch((error: unknown) => {
      failures.add(`${what}: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
      return undefined;
    })
    .finally(() => (state.ended = true));
  for (let seconds = 0; !state.ended && seconds < 600; seconds++) {
    await time.pass(seconds === 0 ? 0 : 1000);
    if (seconds > 30) {
      // What needs no time of this clock needs some of the machine's: encryption, say.
      await breath();
    }
  }
  if (!state.ended) {
    failures.add(`${what} does not end`);
    return undefined;
  }
  return begun;
}
const look = async (tree: ShownTree<unknown> | undefined, most: number, depth: number): Promise<Row[]> =>
  tree === undefined ? [] : (((await doing('look', () => walk(tree, { most, depth }))) ?? []) as Row[]);

const file = (device: string, name: string) =>
  Uri.from({
    scheme: 'foundries',
    authority: serverKey(url),
    path: `/factories/${FACTORY}/devices/${device}/config/${name}`,
  });

/** Twenty minutes of use. */
async function twentyMinutes(round: number, control: Control, window: Window): Promise<void> {
  const pass = async (minutes: number) => {
    await control('clock', { advanceSeconds: minutes * 60 });
    await time.pass(minutes * MINUTE);
  };
  const [devices, ...others] = [...desk.trees.values()];
  if (devices === undefined) {
    throw new Error('there is no view');
  }
  // What stands in the views; some of it stays open and is asked for again and again.
  const shown: Row[][] = [];
  for (const tree of [devices, ...others]) {
    tree.visible = true;
    tree.visibility.fire({ visible: true });
    shown.push(await look(tree, 60, 4));
  }
  const of = (kind: RegExp) => shown.flat().filter((row) => kind.test(row.item().contextValue ?? ''));
  const names = of(/^foundries\.device$/).map((row) => (row as unknown as Pick<DeviceRow, 'device'>).device.name);
  const [device = 'device-01'] = names.filter((name) => name.startsWith('device-')).slice(round % 3);
  await pass(2);
  // A file is edited and saved, and its way to the device is watched.
  await doing('edit', async () => {
    const editor = await show(file(device, 'app.config'));
    editor.document.set(`typed in round ${round}`, true);
    await editor.document.save();
  });
  // A search, or another extension, looks for files that are not there.
  await doing('probe', () =>
    Promise.all(
      Array.from({ length: 300 }, (_, at) => `probe-${round}-${at}`).map((name) =>
        window.api.documents
          .stat({ host: serverKey(url), scope: { kind: 'device', factory: FACTORY, device }, file: name })
          .catch(() => undefined),
      ),
    ),
  );
  await pass(2);
  await control('check-in', { device });
  await pass(1);
  // Pages.
  for (const [kind, ...commands] of [
    [/^foundries\.device$/, ...DEVICE_PAGES],
    [/^foundries\.update$/, 'showUpdate'],
    [/^foundries\.test$/, 'showTest'],
    [/^foundries\.target$/, 'showTargetDetails', 'showTargetJson', 'editTags'],
    [/^foundries\.targetApp$/, 'openComposeApp', 'devicesWithApp'],
    [/^foundries\.run\./, 'showRunLog', 'rerunRun'],
  ] as const) {
    const rows = of(kind);
    const row = rows[round % rows.length];
    if (row === undefined && round === 0) {
      failures.add(`no row is ${kind.source}`);
    }
    for (const command of row === undefined ? [] : commands) {
      await doing(command, () => run(`foundries.${command}`, row));
    }
  }
  await pass(0.5);
  // The user looks elsewhere, and comes back.
  focus(false);
  close(file(device, 'app.config'));
  await pass(2);
  focus(true);
  // Searches.
  for (const command of ['findDevice', 'findTarget']) {
    await doing(command, () => run(`foundries.${command}`));
  }
  // The service fails for a while.
  if (round % 3 === 1) {
    await control('faults', { match: { path: '/ota/' }, status: round % 2 === 0 ? 503 : 500, count: 6 });
    await doing('refresh', () => run('foundries.refresh'));
    await pass(1);
    await doing('show', () => openDocument(file(device, 'app.config')).catch(() => undefined));
    await pass(1);
    await control('faults/none');
  }
  await doing('refresh', () => run('foundries.refresh'));
  close();
  await pass(10);
  await control('forget');
  (window.api.logged as string[]).length = 0;
  desk.messages.length = 0;
  desk.progress.length = 0;
}

/** The user types into a search, then leaves it; to what is asked before something is sent: yes. */
function seatUser(): void {
  desk.meet = (box) => {
    ['d', 'de', 'device-0'].forEach((text, at) => time.after(100 + at * 400, () => box.type(text)));
    time.after(5000, () => box.hide());
  };
  desk.answer = (_message, [button], { kind }) => (kind === 'warning' ? button : undefined);
}

async function main(): Promise<void> {
  const hours = Number(process.argv[2] ?? 4);
  const { control, end } = await startFactory();
  watch();
  time.install();
  seatUser();
  desk.settings.set('foundries.config.askReason', false);
  process.on('unhandledRejection', (error) =>
    failures.add(`unhandled: ${error instanceof Error ? error.stack : String(error)}`),
  );
  const report = { hours: [] as Counts[], signedOut: [] as Counts[], ended: [] as Counts[] };
  const storage = new Storage();
  let window = open(storage);
  await window.signIn(url);
  const opened = new Set<string>();
  desk.trees.forEach((tree) => {
    // Few of them stay open.
    tree.expanded.event(({ element }) => (opened.size < 8 ? opened.add((element as Row).id) : undefined));
    draw(tree, opened);
  });
  for (let round = 0; round < hours * 3; round++) {
    await twentyMinutes(round, control, window);
    if (round % 3 === 2) {
      report.hours.push(await count([window.api], time.waiting));
      if (process.send === undefined) {
        console.error(
          `${(round + 1) / 3} h: ${Math.round(process.cpuUsage().user / 1e6)} s, ${Math.round((report.hours.at(-1)?.heap ?? 0) / 1000)} kB`,
        );
      }
    }
  }
  for (let round = 0; round < 4; round++) {
    const under = walk([...desk.trees.values()][round % 5]!, { most: 20 }).catch(() => []);
    await doing('sign out', () => window.signOut());
    await time.pass(MINUTE);
    await under;
    report.signedOut.push(await count([window.api], time.waiting));
    await doing('sign in', () => window.signIn(url));
    await time.pass(MINUTE);
  }
  for (let round = 0; round < ENDS; round++) {
    // With everything open, and in the midst of things.
    await doing('open', () => show(file('device-01', 'app.config')));
    desk.trees.forEach((tree) => {
      tree.visible = true;
      tree.visibility.fire({ visible: true });
      void walk(tree, { most: 60, depth: 3 }).catch(() => []);
    });
    void run('foundries.findDevice').catch(() => undefined);
    if (round % 2 === 0) {
      await time.pass(30_000);
    }
    await doing('end', () => window.end());
    desk.documents = [];
    await settled();
    // The user leaves what is asked.
    await time.pass(10_000);
    report.ended.push(await count([], time.waiting));
    if (round === ENDS - 1) {
      break;
    }
    window = open(storage);
    await time.pass(MINUTE);
  }
  time.uninstall();
  end();
  const all: Report = {
    ...report,
    left: [...desk.live].map(({ what }) => what),
    failures: [...failures],
    requests: requestsMade(),
  };
  if (process.send === undefined) {
    console.table(all.hours);
    console.table(all.signedOut);
    console.table(all.ended);
    console.log(all.left, all.failures, all.requests);
  }
  process.send?.(all);
  process.disconnect();
  setImmediate(() => process.exit(0));
}

const begun = process.argv[2] === 'serve' ? serve() : main();
begun.catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
