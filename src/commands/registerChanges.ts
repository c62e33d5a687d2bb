import * as vscode from 'vscode';
import type { WavesView } from '../views/wavesView';
import { registerOnDemand } from './onDemand';
import type { Services } from './services';

/** Registers what changes targets, waves and the secrets of CI; its code is read when it is first used. */
export function registerChanges(services: Services, waves: WavesView): vscode.Disposable {
  return vscode.Disposable.from(
    registerOnDemand(
      [
        'foundries.refreshWaves',
        'foundries.rolloutWave',
        'foundries.completeWave',
        'foundries.cancelWave',
        'foundries.createWave',
      ],
      async () => (await import('./waves/waves')).waveCommands(services, waves),
    ),
    registerOnDemand(['foundries.ciSecrets'], async () => (await import('./ciSecrets')).ciSecretsCommands(services)),
    registerOnDemand(['foundries.editTags', 'foundries.promoteTarget', 'foundries.pruneTargets'], async () => {
      const [{ editTargetTags, promoteTargets }, { pruneTargets }] = await Promise.all([
        import('./targets/tags'),
        import('./targets/prune'),
      ]);
      const on = (run: typeof editTargetTags) => (row?: unknown, rows?: unknown) =>
        services.withFactory((context) => run(services, context, row, rows));
      return {
        'foundries.editTags': on(editTargetTags),
        'foundries.promoteTarget': on(promoteTargets),
        'foundries.pruneTargets': on(pruneTargets),
      };
    }),
  );
}
