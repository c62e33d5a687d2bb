import assert from 'node:assert/strict';
import type { FactoryClient } from '../../../src/api/client';
import { FactoryError } from '../../../src/api/errors';
import { WavesView } from '../../../src/views/wavesView';
import { WorkspaceBuilds } from '../../../src/views/workspaceBuilds';
import type { Row } from '../../../src/views/rows/row';
import { Connections } from '../../../src/store/connections';
import { turn } from '../../support/clock';
import { clearDesk, desk, focus, Uri } from '../../support/vscode';
import { VirtualClock } from '../support/clock';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Days of a window, on a clock that the test lets go by. */
suite('What is asked while nobody touches the window', () => {
  let factory: TestFactory;
  let connections: Connections;
  let clock: VirtualClock;
  const realNow = Date.now;
  let open = 0;
  /** What is asked for ends with it. */
  let failure: FactoryError | undefined;
  let asked: string[];

  setup(async () => {
    failure = undefined;
    asked = [];
    clearDesk();
    factory = await startTestFactory({ devices: 3, way: 'in process', building: false });
    // Counted above the retries of a single request.
    const client = new Proxy(factory.client, {
      get: (target, name: keyof FactoryClient) => {
        const method: unknown = Reflect.get(target, name);
        return typeof method !== 'function'
          ? method
          : async (...args: unknown[]) => {
              asked.push(name);
              open += 1;
              try {
                if (failure !== undefined) {
                  throw failure;
                }
                return await (Reflect.apply(method, target, args) as Promise<unknown>);
              } finally {
                open -= 1;
              }
            };
      },
    });
    const account = { id: 'test', label: 'Test', apiUrl: factory.server.url, factory: FACTORY, factories: [FACTORY] };
    connections = new Connections(
      { accounts: [account] },
      () => client,
      () => ({ apiUrl: factory.server.url, factory: '' }),
      () => 4,
    );
    connections.update();
    assert.equal(connections.session.state, 'signedIn');
    clock = new VirtualClock(settled);
    clock.start(realNow());
    Date.now = () => clock.now();
  });
  teardown(() => {
    Date.now = realNow;
    return factory.close();
  });

  async function settled(): Promise<void> {
    for (let quiet = 0; quiet < 8; quiet = open === 0 ? quiet + 1 : 0) {
      await turn();
    }
  }

  async function during(ms: number): Promise<number> {
    asked.length = 0;
    await clock.pass(ms);
    return asked.length;
  }

  const tooMany = (retryAfterMs: number) =>
    new FactoryError('rateLimited', { request: 'GET /x', host: 'x', retryAfterMs });

  suite('the Waves view', () => {
    let view: WavesView;
    setup(async () => {
      view = new WavesView(connections, clock);
      const tree = desk.trees.get('foundries.waves')!;
      tree.changed.event((row) => void (tree.visible ? view.children(row as Row | undefined) : undefined));
      await view.children();
      await settled();
    });
    teardown(() => view.dispose());

    test('visible: once a minute; hidden or without the focus: nothing', async () => {
      const day = await during(DAY);
      assert.ok(day >= 1300 && day <= 1440, String(day));
      focus(false);
      assert.equal(await during(DAY), 0);
      focus(true);
      const tree = desk.trees.get('foundries.waves')!;
      await during(2 * MINUTE);
      tree.visible = false;
      tree.visibility.fire(undefined);
      assert.equal(await during(DAY), 0);
    });

    test('the service is not asked before it wants to be, also when the focus comes back', async () => {
      failure = tooMany(10 * MINUTE);
      assert.equal(await during(2 * MINUTE), 1);
      focus(false);
      focus(true);
      assert.equal(await during(7 * MINUTE), 0);
      assert.ok((await during(DAY)) <= 144);
    });
  });

  suite('the build of the workspace', () => {
    let item: WorkspaceBuilds;
    const CONFIG = `[remote "origin"]\n\turl = https://source.foundries.io/factories/${FACTORY}/containers.git\n`;
    const begin = async () => {
      desk.folders = [Uri.from({ scheme: 'file', path: '/work' })];
      item = new WorkspaceBuilds(connections, clock);
      await settled();
    };
    teardown(() => item.dispose());

    test('a clone: every two minutes; without the focus: nothing', async () => {
      desk.files.set('/work/.git/config', CONFIG).set('/work/.git/HEAD', 'ref: refs/heads/main\n');
      await begin();
      const day = await during(DAY);
      assert.ok(day >= 600 && day <= 721, String(day));
      focus(false);
      assert.equal(await during(DAY), 0);
    });

    test('the focus that comes back does not make the service be asked before it wants to be', async () => {
      desk.files.set('/work/.git/config', CONFIG).set('/work/.git/HEAD', 'ref: refs/heads/main\n');
      failure = tooMany(10 * MINUTE);
      await begin();
      assert.equal(await during(3 * MINUTE), 1);
      for (let minute = 0; minute < 6; minute++) {
        focus(false);
        focus(true);
        assert.equal(await during(MINUTE), 0);
      }
    });

    for (const [what, files] of [
      ['a clone one level down', { '/work/app/.git/config': CONFIG, '/work/app/.git/HEAD': 'ref: refs/heads/main\n' }],
      [
        'a worktree',
        {
          '/work/.git': 'gitdir: /clones/app/.git/worktrees/app2\n',
          '/clones/app/.git/worktrees/app2/commondir': '../..\n',
          '/clones/app/.git/worktrees/app2/HEAD': 'ref: refs/heads/main\n',
          '/clones/app/.git/config': CONFIG,
        },
      ],
      [
        'a submodule',
        {
          '/work/sub/.git': 'gitdir: ../.git/modules/sub\n',
          '/work/.git/modules/sub/HEAD': 'ref: refs/heads/main\n',
          '/work/.git/modules/sub/config': CONFIG,
        },
      ],
    ] as const) {
      test(`${what} counts`, async () => {
        Object.entries(files).forEach(([path, text]) => desk.files.set(path, text));
        await begin();
        assert.ok((await during(10 * MINUTE)) >= 4);
      });
    }

    test('what is no repository of the Factory, or leads to another machine, does not', async () => {
      desk.files.set('/work/.git', 'gitdir: //elsewhere/share\n').set('//elsewhere/share/config', CONFIG);
      desk.files.set('/work/other/.git/config', CONFIG.replace(FACTORY, 'another'));
      await begin();
      assert.equal(await during(DAY), 0);
    });
  });
});
