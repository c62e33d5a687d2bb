import assert from 'node:assert/strict';
import fc from 'fast-check';
import { suite, suiteSetup, suiteTeardown, test } from 'mocha';
import { MergeResult } from '../../../src/configfs/mergeResult';
import { ConfigOperations } from '../../../src/configfs/operations';
import { currentFile } from '../../../src/model/config';
import { TestMemory, TestWindow } from '../support/editor';
import { DEVICE_UUID, DEVICE, FACTORY, startTestFactory, type TestFactory } from '../support/factory';

type Step =
  | { kind: 'type' | 'remote' | 'save' | 'autoSave' | 'restart' | 'revert' | 'look' | 'foreignRead' }
  | { kind: 'remoteDelete' | 'remoteSecret' | 'delete' | 'rename' | 'merge' | 'takeMerge' }
  | { kind: 'compare' | 'overwriteCompared' | 'handler' }
  | { kind: 'fault'; fault: object };

const FAULTS: object[] = [
  { status: 500, match: { method: 'PATCH' } },
  { status: 500, match: { method: 'GET' }, count: 3 },
  { cut: true, applied: true, match: { method: 'PATCH' } },
  { cut: -1, applied: false, match: { method: 'PATCH' } },
  { status: 403, match: { method: 'PATCH' } },
  { garbage: true, match: { method: 'GET' } },
  { status: 204, body: '', applied: true, match: { method: 'PATCH' } },
];

const RUNS = Number(process.env.FOUNDRIES_RUNS ?? 200);
const SECRET = Buffer.concat([Buffer.from([4]), Buffer.alloc(140, 7)]).toString('base64');
const FILE = 'app.config';
const RENAMED = 'renamed.config';

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>({ kind: 'type' }) },
  { weight: 4, arbitrary: fc.constant<Step>({ kind: 'save' }) },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: 'remote' }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Step[]>(
      { kind: 'autoSave' },
      { kind: 'restart' },
      { kind: 'revert' },
      { kind: 'look' },
      { kind: 'foreignRead' },
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Step[]>(
      { kind: 'remoteDelete' },
      { kind: 'remoteSecret' },
      { kind: 'delete' },
      { kind: 'rename' },
      { kind: 'handler' },
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Step[]>(
      { kind: 'merge' },
      { kind: 'takeMerge' },
      { kind: 'compare' },
      { kind: 'overwriteCompared' },
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(...FAULTS).map<Step>((fault) => ({ kind: 'fault', fault })) },
);

suite('Random edits, saves, faults and restarts', () => {
  let factory: TestFactory;
  suiteSetup(async () => {
    factory = await startTestFactory();
  });
  suiteTeardown(() => factory.close());

  test('nothing that was typed and nothing that another user wrote is lost without a choice', async function () {
    this.timeout(120_000 + RUNS * 500);
    const choice = fc.constantFrom('overwrite' as const, 'cancel' as const);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), fc.infiniteStream(choice), (steps, choices) =>
        run(factory, steps, choices),
      ),
      { numRuns: RUNS },
    );
  });
});

async function run(
  factory: TestFactory,
  steps: readonly Step[],
  choices: Iterator<'overwrite' | 'cancel'>,
): Promise<void> {
  factory.server.emulator.reset();
  let window = await new TestWindow(factory, new TestMemory(), FILE).open();
  const answer = () => {
    const chosen = choices.next().value as 'overwrite' | 'cancel';
    if (chosen === 'overwrite' && remote !== undefined) {
      given.add(remote);
    }
    return chosen;
  };
  window.answer = answer;
  let count = 0;
  /** The newest text of another user. */
  let remote: string | undefined;
  /** Texts that the user chose to give up. */
  const given = new Set<string>();
  /** Texts of another user that the editor showed: writing over them is an edit like any other. */
  const shown = new Set<string>();
  /** Somebody deleted the file, or made it secret, and nobody has decided about that. */
  let others: 'deleted' | 'secret' | undefined;
  const operations = () =>
    new ConfigOperations({
      configs: () => window.configs,
      hasUnsentText: () => window.dirty,
      knownUuid: () => undefined,
      fetchUuid: () => Promise.resolve(undefined),
      check: () => Promise.resolve(),
    });
  /** The file as the user sees it in a list. */
  const listed = () => currentFile(window.configs.peek(window.address.scope)?.entries ?? [], FILE) ?? 'unseen';
  /** A merge that is open, and the texts that it holds. */
  let merge: { theirs: string; result: MergeResult; holds: Set<string> } | undefined;
  /** What a comparison shows of the server. */
  let compared: { value: string | undefined } | undefined;
  /** The user deleted the file. */
  let deleted = false;
  for (const { kind, ...rest } of steps) {
    count += 1;
    switch (kind) {
      case 'type':
        if (!(await isPage(window))) {
          if (window.text === remote && remote !== undefined) {
            shown.add(remote);
          }
          // All of one size, the case that VS Code's own check misses.
          window.type(`mine ${String(count).padStart(4, '0')}\n`);
        }
        break;
      case 'remote':
        remote = `them ${String(count).padStart(4, '0')}\n`;
        others = undefined;
        await factory.writeAs([{ name: FILE, value: remote }]);
        break;
      case 'remoteDelete':
        remote = undefined;
        others = 'deleted';
        await factory.writeAs([{ name: 'other', value: 'x' }], true);
        break;
      case 'remoteSecret':
        remote = undefined;
        others = 'secret';
        await factory.writeAs([{ name: FILE, value: SECRET, unencrypted: false }]);
        break;
      case 'delete': {
        const seen = listed();
        const before = await stored(factory);
        const unsent = window.dirty;
        const done = await operations()
          .remove(window.address, seen)
          .then(
            () => true,
            () => false,
          );
        if (done) {
          assert.equal(unsent, false, 'unsent text keeps its file');
          assert.ok(seen === 'unseen' || seen.value === before, 'what was not seen is not deleted');
          assert.equal(await stored(factory), undefined);
          remote = undefined;
          others = undefined;
          deleted = true;
        }
        break;
      }
      case 'rename': {
        const before = await stored(factory);
        await operations()
          .rename(window.address, RENAMED, listed(), 'r')
          .catch(() => undefined);
        const [here, there] = [await stored(factory), await stored(factory, RENAMED)];
        assert.equal(here ?? there, before, 'the value is under the one name or under the other');
        if (there !== undefined && before !== undefined) {
          // Another file now; this one starts anew, as secret as it was: a rename keeps what somebody else made of it.
          const unencrypted = before !== SECRET;
          await factory.writeAs([{ name: FILE, value: before, unencrypted }, ...(await beside(factory))], true);
        }
        break;
      }
      case 'merge': {
        const theirs = await window.documents.serverValue(window.address).catch(() => undefined);
        const mine = window.text;
        if (window.dirty && mine !== undefined && theirs !== undefined && theirs !== SECRET) {
          merge = { theirs, result: new MergeResult(mine, theirs), holds: new Set([mine]) };
        }
        break;
      }
      case 'takeMerge': {
        const { text = '', dirty } = window;
        if (merge === undefined) {
          break;
        }
        const may = merge.result.mayReplace({ text, dirty });
        assert.ok(may || !merge.holds.has(text), 'what was merged makes place for the result');
        if (may) {
          assert.ok(merge.holds.has(text) || (!dirty && text === merge.theirs), `${text} was typed meanwhile`);
          const merged = `mine ${String(count).padStart(4, '0')}\n`;
          shown.add(merge.theirs);
          merge.holds.add(merged);
          window.type(merged);
          if (merge.result.putIn(merged)) {
            window.documents.rebase(window.address, merge.theirs);
          }
        }
        break;
      }
      case 'compare':
        compared = await window.documents.serverValue(window.address).then(
          (value) => ({ value }),
          () => undefined,
        );
        break;
      case 'overwriteCompared': {
        if (compared === undefined || window.text === undefined || (await isPage(window))) {
          break;
        }
        const sent = window.text;
        const { value } = compared;
        compared = undefined;
        if (value !== undefined) {
          given.add(value);
        }
        const asked = window.conflicts.length;
        const done = await window.overwrite(value).catch(() => false);
        if (done && window.text === sent) {
          assert.equal(await stored(factory), sent, 'an overwrite that was reported happened');
          assert.ok(others !== 'secret', 'a secret is not overwritten');
          assert.ok(others === undefined || value === undefined || window.conflicts.length > asked);
          assert.ok(remote === undefined || remote === sent || given.has(remote) || shown.has(remote), 'lost silently');
          remote = undefined;
          others = undefined;
          deleted = false;
        }
        break;
      }
      case 'handler': {
        const onChanged = [`/usr/share/fioconfig/handlers/${count}`];
        const done = await window.configs
          .update(
            window.address.scope,
            (latest) => {
              const file = currentFile(latest, FILE);
              return file === undefined || file.value === SECRET
                ? undefined
                : { reason: 'r', file: { ...file, onChanged } };
            },
            // As every change does that knows its device.
            { to: () => DEVICE_UUID },
          )
          .catch(() => undefined);
        await window.idle();
        const file = currentFile(done?.entries ?? [], FILE);
        if (file !== undefined && file.value === window.text && !window.dirty) {
          assert.deepEqual(window.documents.handlerOf(window.address), file.onChanged);
        }
        break;
      }
      case 'save': {
        const sent = window.text;
        const unsent = window.dirty;
        const asked = window.conflicts.length;
        const saved = await window.save().then(
          () => true,
          () => false,
        );
        if (saved && others === 'deleted' && window.conflicts.length > asked) {
          others = undefined;
        }
        if (saved && unsent && sent?.startsWith('mine') === true && window.text === sent) {
          assert.equal(await stored(factory), sent, 'a save that was reported happened');
          assert.equal(others, undefined, 'what was deleted or made secret is not replaced silently');
          deleted = false;
          if (remote !== undefined) {
            const overwritten = remote;
            remote = undefined;
            assert.ok(given.has(overwritten) || shown.has(overwritten), `${overwritten} was lost silently`);
          }
        }
        break;
      }
      case 'autoSave':
        if (window.dirty) {
          await assert.rejects(window.save('auto'));
        }
        break;
      case 'restart': {
        const before = window;
        merge = undefined;
        compared = undefined;
        if (!window.dirty && (await stored(factory)) === undefined) {
          // There would be no editor to go on with.
          break;
        }
        window = window.dirty
          ? window.restart()
          : await new TestWindow(factory, window.memory, FILE).open().catch(() => before);
        window.answer = answer;
        break;
      }
      case 'revert': {
        const text = window.text ?? '';
        await window.revert().then(
          () => given.add(text),
          () => undefined,
        );
        break;
      }
      case 'look':
        await window.configs.get(window.address.scope, 0).catch(() => undefined);
        await window.idle();
        break;
      case 'foreignRead':
        window.configs.invalidate();
        await window.documents.read(window.address).catch(() => undefined);
        break;
      case 'fault':
        factory.server.emulator.faults.add((rest as { fault: object }).fault);
        break;
    }
    if (remote !== undefined && window.text === remote) {
      shown.add(remote);
    }
  }
  factory.server.emulator.faults.clear();
  const end = await stored(factory);
  if (others === 'secret') {
    assert.equal(end, SECRET, 'a secret that nobody decided about is still there');
  } else if (window.text?.startsWith('mine') === true && !window.dirty && !deleted && others === undefined) {
    // A save of unedited text can be asked about too, where the file was gone for a while.
    const chosen = remote !== undefined && given.has(remote) ? [window.text] : [];
    assert.ok(
      [remote ?? window.text, ...chosen].some((text) => text === end),
      `an editor that looks saved is: ${String(end)}`,
    );
  }
}

/** Whether the editor shows the page in place of a secret, which takes no typing. */
async function isPage(window: TestWindow): Promise<boolean> {
  const view = await window.documents.stat(window.address).catch(() => undefined);
  return view !== undefined && view !== 'folder' && view.encrypted;
}

/** The files of the device beside these two. */
async function beside(factory: TestFactory): Promise<{ name: string; value: string }[]> {
  const entries = await pastFaults(factory, () =>
    factory.client.listConfig({ kind: 'device', factory: FACTORY, device: DEVICE }),
  );
  return (entries[0]?.files ?? []).filter(({ name }) => name !== FILE && name !== RENAMED);
}

const stored = (factory: TestFactory, file = FILE): Promise<string | undefined> =>
  pastFaults(factory, () => factory.value(file));

/** Asks while the faults that are still waiting look away. */
async function pastFaults<T>(factory: TestFactory, ask: () => Promise<T>): Promise<T> {
  const waiting = [...factory.server.emulator.faults.waiting()];
  factory.server.emulator.faults.clear();
  const answer = await ask();
  waiting.forEach((rule) => factory.server.emulator.faults.add(rule));
  return answer;
}
