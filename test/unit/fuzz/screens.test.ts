import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { suite, suiteSetup, test } from 'mocha';
import type { Fetch } from '../../../src/api/http';
import { createEmulator } from '../../../src/demo/emulator';
import { inProcessFetch } from '../../../src/demo/inProcess';
import { close, desk, run, walk } from '../soak/support/desk';
import { DEVICE_PAGES } from '../soak/support/pages';
import { connectThrough, open } from '../soak/support/window';
import { checkPrototypes, runsOf, spoiled, spoilings, unreadable, type Spoiling } from '../support/garbage';

const HOST = 'http://factory.test';

/** What opens pages, pickers and comparisons, by the rows that it is done with. */
const COMMANDS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^foundries\.device$/, [...DEVICE_PAGES, 'copyOfDevice']],
  [/^foundries\.update$/, ['showUpdate']],
  [/^foundries\.test$/, ['showTest', 'showTargetTest']],
  [/^foundries\.target$/, ['showTargetDetails', 'showTargetJson', 'editTags']],
  [/^foundries\.targetHardware$/, ['showTargetDetails']],
  [/^foundries\.targetApp$/, ['openComposeApp', 'devicesWithApp']],
  [/^foundries\.run\./, ['showRunLog']],
  [/^foundries\.group$/, ['showConfigHistory']],
  [/^foundries\.wave\.active$/, ['rolloutWave', 'completeWave']],
];
/** What is chosen without a row. */
const ALONE = ['findDevice', 'findTarget', 'filterDevices', 'filterTargets', 'groupDevices', 'switchAccount'];

interface Fault {
  readonly route: number;
  readonly how: readonly Spoiling[];
}

suite('Garbage: what is shown of it', () => {
  const kept = new Map<
    string,
    Promise<{ readonly status: number; readonly headers: Map<string, string>; readonly text: string }>
  >();
  /** Kinds of requests that were made: what one of them answers is spoiled at a time. */
  let routes: string[] = [];
  let real: Fetch;

  const answerOf = (url: string, init: Parameters<Fetch>[1]) => {
    const key = `${init.method} ${url}`;
    const known = kept.get(key);
    if (known !== undefined) {
      return known;
    }
    const asked = (async () => {
      const { status, headers, body } = await real(url, init);
      let text = '';
      for await (const piece of body ?? []) {
        text += Buffer.from(piece as Uint8Array).toString();
      }
      return { status, headers: new Map([['content-type', headers.get('content-type') ?? '']]), text };
    })();
    kept.set(key, asked);
    return asked;
  };

  /** Everything that somebody looks at, with some of the answers spoiled. @returns what nobody could read */
  async function look(faults: readonly Fault[]): Promise<string[]> {
    const wrong: string[] = [];
    const seen = new Set<string>();
    desk.told = (where, what) => {
      for (const [path, text] of textsOf(what)) {
        const found = /json$|\/compose\//.test(where) ? undefined : unreadable(text);
        if (found !== undefined) {
          wrong.push(`${where}${path}: ${found}`);
        }
      }
    };
    // Whoever is asked looks, and turns away.
    desk.answer = (kind, [box, does]) => {
      if (/box|quick/.test(kind)) {
        const [{ hidden }, shown] = [does, box] as [{ hidden: { fire(event: undefined): void } }, { busy: boolean }];
        // What is gone before may stay busy.
        let turns = 0;
        const leave = () => {
          turns += 1;
          if (shown.busy && turns < 500) {
            setImmediate(leave);
          } else {
            hidden.fire(undefined);
          }
        };
        setImmediate(leave);
      }
    };
    const window = open();
    connectThrough(window, async (url, init) => {
      const route = routeOf(init.method, url);
      seen.add(route);
      const { status, headers, text } = await answerOf(url, init);
      const how = faults.filter((fault) => routes[fault.route % routes.length] === route).flatMap((fault) => fault.how);
      return {
        status,
        headers: { get: (name: string) => headers.get(name.toLowerCase()) ?? null },
        body: bytes(how.length === 0 ? text : spoiled(text, how)),
      };
    });
    try {
      await window.signIn(HOST);
      const done = new Set<string>();
      for (const [id, tree] of desk.trees) {
        tree.visible = true;
        tree.visibility.fire({ visible: true });
        const rows = await walk(tree, { most: 100 }).catch((error: unknown) => {
          wrong.push(`${id} rejects: ${String(error)}`);
          return [];
        });
        for (const row of rows as {
          item(): { contextValue?: string; command?: { command: string; arguments?: unknown[] } };
        }[]) {
          const { contextValue = '', command } = row.item();
          const chosen = COMMANDS.find(([kind]) => kind.test(contextValue))?.[1] ?? [];
          const all: [string, unknown[]][] = chosen.map((name) => [`foundries.${name}`, [row]]);
          if (command?.command.startsWith('foundries.') === true) {
            all.push([command.command, command.arguments ?? []]);
          }
          for (const [name, args] of all) {
            if (!done.has(`${name} ${contextValue}`)) {
              done.add(`${name} ${contextValue}`);
              await run(name, ...args).catch((error: unknown) =>
                wrong.push(`${name} rejects: ${String((error as Error).stack)}`),
              );
            }
          }
        }
      }
      for (const name of ALONE) {
        await run(`foundries.${name}`).catch((error: unknown) => wrong.push(`${name} rejects: ${String(error)}`));
      }
    } finally {
      close();
      await window.end();
      desk.told = () => undefined;
    }
    if (faults.length === 0) {
      routes = [...seen].sort();
    }
    return wrong;
  }

  let ofGood: string[];
  suiteSetup(async () => {
    const emulator = createEmulator({ devices: 5, storage: 'local', building: false });
    real = inProcessFetch(emulator);
    ofGood = await look([]);
  });

  test('nothing of good answers', () => {
    assert.deepEqual(ofGood, []);
    assert.ok(routes.length > 20, routes.join('\n'));
  });

  test('nobody reads what was made of nothing, and everything still answers', async function () {
    this.timeout(3_600_000);
    const fault = fc.record({ route: fc.nat(), how: spoilings });
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { minLength: 1, maxLength: 3 }), async (faults) => {
        assert.deepEqual(
          await look(faults),
          [],
          JSON.stringify(faults.map(({ route }) => routes[route % routes.length])),
        );
        checkPrototypes();
      }),
      { numRuns: runsOf(12), seed: 20261124 },
    );
  });
});

/** @returns the request without names and numbers */
function routeOf(method: string, url: string): string {
  const path = new URL(url).pathname
    .replace(/^\/projects\/[^/]+/, '/projects/*')
    .replace(
      /(devices|targets|builds|runs|updates|tests|testing|waves|compose-apps|device-groups|factories|triggers)\/[^/]+/g,
      '$1/*',
    );
  return `${method} ${path}`;
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield Buffer.from(text);
}

/** What of a thing is never read by a person. */
const UNSEEN = new Set([
  'command',
  'contextValue',
  'id',
  'resourceUri',
  'uri',
  'iconPath',
  'arguments',
  'theme',
  'run',
]);

function textsOf(what: unknown, at = '', depth = 0): [string, string][] {
  if (typeof what === 'string') {
    return [[at, what]];
  }
  if (typeof what !== 'object' || what === null || depth > 4) {
    return [];
  }
  // Items of pickers carry what they stand for.
  const own =
    'label' in what ? ['label', 'description', 'detail', 'tooltip', 'accessibilityInformation'] : Object.keys(what);
  return own
    .filter((key) => !UNSEEN.has(key))
    .flatMap((key) => textsOf((what as Record<string, unknown>)[key], `${at}.${key}`, depth + 1));
}
