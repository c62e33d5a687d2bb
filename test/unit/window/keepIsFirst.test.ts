import assert from 'node:assert/strict';
import type { Services } from '../../../src/commands/services';
import { pruneTargets } from '../../../src/commands/targets/prune';
import { waveCommands } from '../../../src/commands/waves/waves';
import { askInWindow, type Question } from '../../../src/ui/questions';
import { desk } from '../../support/vscode';
import { CommandScene } from '../support/commandScene';

const WAVE = 'spring-rollout';

suite('Questions about what cannot be taken back: the button that has the focus does nothing', () => {
  let it: CommandScene;
  let services: Services;
  let asked: Question[];
  setup(async () => {
    it = await CommandScene.start();
    asked = [];
    const ask = (question: Question) => {
      asked.push(question);
      return Promise.resolve(undefined);
    };
    services = { ...it.services, questions: { ask } } as unknown as Services;
  });
  teardown(() => it.factory.close());

  const wave = async () => ({ wave: (await it.context.factory.waves.load()).waves.find(({ name }) => name === WAVE)! });

  for (const [command, go] of [
    ['foundries.cancelWave', 'Cancel Wave'],
    ['foundries.completeWave', 'Complete Wave'],
  ] as const) {
    test(`${go}: Keep Wave first, and no Cancel beside it`, async () => {
      await waveCommands(services, {} as never)[command](await wave());
      const { buttons, keep, close } = asked[0]!;
      assert.deepEqual([keep, buttons, close], ['Keep Wave', [go], 'Close'], desk.messages.join('\n'));
    });
  }

  test('Prune: Keep Targets first', async () => {
    const { targets } = await it.context.factory.targets.load();
    await pruneTargets(services, it.context, { target: targets[0]! }, undefined);
    const { buttons, keep } = asked[0]!;
    assert.deepEqual([keep, buttons], ['Keep Targets', ['Prune', 'Show Everything']]);
  });

  test('in the window it is the first button', async () => {
    let shown: readonly string[] = [];
    desk.answer = (_message, buttons) => {
      shown = buttons;
      return undefined;
    };
    await askInWindow({ message: 'Prune it?', detail: '', buttons: ['Prune'], keep: 'Keep Targets', close: 'Close' });
    assert.deepEqual(shown, ['Keep Targets', 'Prune', 'Close']);
  });
});
