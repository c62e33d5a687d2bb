import assert from 'node:assert/strict';
import fc from 'fast-check';
import { suite, suiteSetup, suiteTeardown, test } from 'mocha';
import { TestMemory, TestWindow } from '../support/editor';
import { startTestFactory, type TestFactory } from '../support/factory';

type Step =
  | { kind: 'type' | 'remote' | 'save' | 'autoSave' | 'restart' | 'revert' | 'look' | 'foreignRead' }
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
  { weight: 1, arbitrary: fc.constantFrom(...FAULTS).map<Step>((fault) => ({ kind: 'fault', fault })) },
);

suite('Random edits, saves, faults and restarts', () => {
  let factory: TestFactory;
  suiteSetup(async () => {
    factory = await startTestFactory();
  });
  suiteTeardown(() => factory.close());

  test('nothing that was typed and nothing that another user wrote is lost without a choice', async function () {
    this.timeout(120_000);
    const choice = fc.constantFrom('overwrite' as const, 'cancel' as const);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), fc.infiniteStream(choice), (steps, choices) =>
        run(factory, steps, choices),
      ),
      { numRuns: 200 },
    );
  });
});

async function run(
  factory: TestFactory,
  steps: readonly Step[],
  choices: Iterator<'overwrite' | 'cancel'>,
): Promise<void> {
  factory.server.emulator.reset();
  let window = await new TestWindow(factory, new TestMemory(), 'app.config').open();
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
  for (const { kind, ...rest } of steps) {
    count += 1;
    switch (kind) {
      case 'type':
        // All of one size, the case that VS Code's own check misses.
        window.type(`mine ${String(count).padStart(4, '0')}\n`);
        break;
      case 'remote':
        remote = `them ${String(count).padStart(4, '0')}\n`;
        await factory.writeAs([{ name: 'app.config', value: remote }]);
        break;
      case 'save': {
        const sent = window.text;
        const unsent = window.dirty;
        const saved = await window.save().then(
          () => true,
          () => false,
        );
        if (saved && unsent && sent?.startsWith('mine') === true && window.text === sent) {
          assert.equal(await stored(factory), sent, 'a save that was reported happened');
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
        window = window.dirty
          ? window.restart()
          : await new TestWindow(factory, window.memory, 'app.config').open().catch(() => before);
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
  if (window.text?.startsWith('mine') === true && !window.dirty) {
    assert.equal(await stored(factory), remote ?? window.text, 'an editor that looks saved is');
  }
}

async function stored(factory: TestFactory): Promise<string | undefined> {
  // Not through the faults that are still waiting.
  const waiting = [...factory.server.emulator.faults.waiting()];
  factory.server.emulator.faults.clear();
  const value = await factory.value('app.config');
  waiting.forEach((rule) => factory.server.emulator.faults.add(rule));
  return value;
}
