/** What is kept of files, messages, rows and accounts does not grow with all that ever was. */
import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { AnnouncedMoves } from '../../../src/configfs/announcedMoves';
import { AppChanges } from '../../../src/configfs/appChanges';
import { SettingsEdits } from '../../../src/configfs/settingsEdits';
import { formatAddress } from '../../../src/configfs/address';
import { registerLanguage } from '../../../src/language/register';
import { showFailureOnce } from '../../../src/ui/notify';
import { AppsBranch } from '../../../src/views/appsBranch';
import { GroupRow } from '../../../src/views/rows/ownerRows';
import { inVirtualTime } from '../../support/virtualTime';
import { desk, EventEmitter } from '../../support/vscode';
import { CommandScene } from '../support/commandScene';
import { FACTORY } from '../support/factory';

const MANY = 1500;
const numbers = Array.from({ length: MANY }, (_, at) => at);

/** @returns entries of all maps and sets that lead off from something, closures aside */
function entriesBelow(root: object, except: ReadonlySet<unknown>): number {
  const seen = new Set<unknown>(except);
  const waiting: unknown[] = [root];
  let entries = 0;
  while (waiting.length > 0) {
    const thing = waiting.pop();
    if (typeof thing !== 'object' || thing === null || seen.has(thing)) {
      continue;
    }
    seen.add(thing);
    if (thing instanceof Map || thing instanceof Set) {
      entries += thing.size;
      waiting.push(...thing.keys(), ...thing.values());
    } else {
      Object.values(Object.getOwnPropertyDescriptors(thing)).forEach(({ value }) => waiting.push(value));
    }
  }
  return entries;
}

suite('What is kept', () => {
  let it: CommandScene;
  setup(async () => {
    it = await CommandScene.start();
  });
  teardown(() => it.factory.close());

  const fileOf = (file: string) => ({
    host: it.server,
    scope: { kind: 'device', factory: FACTORY, device: 'bench' } as const,
    file,
  });

  test('of files that were looked for is no more after many of them, but all of one with a save under way', async () => {
    const { documents } = it.services;
    const states = (documents as unknown as { states: Map<string, { saving: boolean }> }).states;
    await documents.stat(fileOf('app.config'));
    const [[key, saved] = []] = states;
    assert.ok(key !== undefined && saved !== undefined);
    saved.saving = true;
    for (const at of numbers) {
      await documents.stat(fileOf(`probe-${at}`)).catch(() => undefined);
    }
    assert.ok(states.size <= 500, `${states.size} documents`);
    assert.equal(states.get(key), saved);
  });

  test('of messages is what counts for the next one', async () => {
    const show = (at: number) => showFailureOnce('Failed', new Error(`unlike the others: ${at}`));
    for (const at of numbers) {
      await show(at);
    }
    const shown = desk.messages.length;
    assert.ok(shown >= 1);
    await show(MANY - 1);
    assert.equal(desk.messages.length, shown, 'said once');
  });

  test('of moves that were announced and never done ends with their time', async () => {
    const willRename = new EventEmitter<vscode.FileWillRenameEvent>();
    const { workspace } = vscode;
    const before = Object.getOwnPropertyDescriptor(workspace, 'onWillRenameFiles')!;
    Object.defineProperty(workspace, 'onWillRenameFiles', { ...before, value: willRename.event });
    try {
      await inVirtualTime(async (time) => {
        const moves = new AnnouncedMoves();
        const uri = (name: string) => vscode.Uri.from(formatAddress(fileOf(name)));
        // Out of the Factory, which VS Code does by a copy and a delete.
        const copy = (name: string) => vscode.Uri.from({ scheme: 'file', path: `/copies/${name}` });
        const announce = (...names: string[]) =>
          willRename.fire({
            files: names.map((name) => ({ oldUri: uri(name), newUri: copy(name) })),
          } as unknown as vscode.FileWillRenameEvent);
        // All of one move count.
        announce(...numbers.map((at) => `a${at}`));
        assert.equal(moves.take(uri('a0')), 'source');
        assert.equal(moves.take(copy('a7')), 'target');
        await time.pass(61_000);
        announce('b');
        const { expected } = moves as unknown as { expected: Map<string, unknown> };
        assert.equal(expected.size, 2);
        assert.equal(moves.take(uri('b')), 'source');
        moves.dispose();
      });
    } finally {
      Object.defineProperty(workspace, 'onWillRenameFiles', before);
    }
  });

  test('of the apps of rows goes with the rows', () => {
    const changes = new AppChanges(new SettingsEdits(it.host), 0);
    const branch = new AppsBranch(changes);
    const except = new Set<unknown>([changes]);
    const before = entriesBelow(branch, except);
    const rowOf = (name: string) =>
      branch.rowsOf(
        it.context,
        new GroupRow('v', FACTORY, { name, description: '' }, () => Promise.resolve([])),
        () => undefined,
      )[0]!;
    numbers.forEach((at) => rowOf(`group-${at}`));
    assert.equal(entriesBelow(branch, except), before);
    // A row that is there is told of all the same.
    const outdated: ((row: never) => boolean)[] = [];
    branch.onDidChange((isOutdated) => outdated.push(isOutdated));
    branch.refresh(it.server, { kind: 'group', factory: FACTORY, group: 'group-3' });
    assert.deepEqual(
      [rowOf('group-3'), rowOf('group-4')].map((row) => outdated[0]?.(row as never)),
      [true, false],
    );
    branch.dispose();
    changes.dispose();
  });

  test('of an account that is signed out is not kept by what is known of update settings', async () => {
    const { languages } = vscode;
    const hovers: vscode.HoverProvider[] = [];
    const before = languages.registerHoverProvider;
    Object.assign(languages, {
      registerHoverProvider: (_selector: unknown, provider: vscode.HoverProvider) => {
        hovers.push(provider);
        return { dispose: () => undefined };
      },
    });
    const language = registerLanguage(it.services, {
      targets: undefined as never,
      showDevice: () => Promise.resolve(),
    });
    Object.assign(languages, { registerHoverProvider: before });
    const { factory } = it.context;
    const isHeard = () => (factory.updateFacts as unknown as { changed: { isHeard: boolean } }).changed.isHeard;
    const uri = vscode.Uri.from(formatAddress(fileOf('z-50-fioctl.toml')));
    const document = { uri, getText: () => '', lineAt: () => ({ text: '' }), offsetAt: () => 0 };
    const heardBefore = isHeard();
    await Promise.resolve(
      hovers[0]?.provideHover(document as never, new vscode.Position(0, 0), undefined as never),
    ).catch(() => undefined);
    assert.ok(isHeard());
    it.services.connections.update('test');
    assert.equal(isHeard(), heardBefore);
    language.dispose();
  });
});
