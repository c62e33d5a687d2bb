import * as vscode from 'vscode';
import { reachOfWave } from '../../model/reach';
import type { Wave } from '../../model/waves';
import { WaveWrites } from '../../store/waveWrites';
import { showInformation } from '../../ui/messages';
import { offlineAfterHours } from '../../ui/offlineAfter';
import { plainText } from '../../ui/plainText';
import { progressLines, reachLines } from '../../ui/reachText';
import { devicesCount } from '../../ui/waveTexts';
import type { WaveGroupRow } from '../../views/rows/waveRows';
import type { WavesView } from '../../views/wavesView';
import { whileCounting } from '../counting';
import { attempt, whileBusy } from '../fileServices';
import type { CommandContext, Services } from '../services';
import { explainCreation } from './creation';
import { pickActiveWave, waveOfRow } from './pickWave';
import { rolloutWave } from './rollout';
import { endFacts } from './waveReach';

/** The commands on waves: what needs no offline key of the Factory. */
export function waveCommands(services: Services, view: WavesView) {
  const onWave =
    (what: string, title: string, run: (context: CommandContext, wave: Wave) => Promise<void>) => (row?: unknown) =>
      services.withFactory((context) =>
        attempt(what, async () => {
          const wave = waveOfRow(row) ?? (row === undefined ? await pickActiveWave(context, title) : undefined);
          if (wave !== undefined) {
            await run(context, wave);
          }
        }),
      );
  return {
    'foundries.refreshWaves': () => view.refresh(),
    'foundries.rolloutWave': (row?: unknown) =>
      onWave(vscode.l10n.t('Could not roll out a wave'), vscode.l10n.t('Roll out which wave?'), (context, wave) =>
        rolloutWave(services, context, wave, (row as Partial<WaveGroupRow> | undefined)?.group?.name),
      )(row),
    'foundries.completeWave': onWave(
      vscode.l10n.t('Could not complete a wave'),
      vscode.l10n.t('Complete which wave?'),
      (context, wave) => endWave(services, context, wave, 'complete'),
    ),
    'foundries.cancelWave': onWave(
      vscode.l10n.t('Could not cancel a wave'),
      vscode.l10n.t('Cancel which wave?'),
      (context, wave) => endWave(services, context, wave, 'cancel'),
    ),
    'foundries.createWave': () =>
      services.withFactory((context) =>
        attempt(vscode.l10n.t('Could not show how to create a wave'), () => explainCreation(context)),
      ),
  };
}

async function endWave(
  { questions }: Services,
  context: CommandContext,
  wave: Wave,
  how: 'complete' | 'cancel',
): Promise<void> {
  const { factory, connection } = context;
  const { status, progress } = await whileCounting(
    vscode.l10n.t('Asking how far the wave {0} has come…', wave.name),
    (counting) => endFacts(context, wave, counting),
  );
  const left = status.devices - status.updated;
  const complete = how === 'complete';
  const go = complete ? vscode.l10n.t('Complete Wave') : vscode.l10n.t('Cancel Wave');
  const chosen = await questions.ask({
    message: plainText(
      complete ? vscode.l10n.t('Complete the wave {0}?', wave.name) : vscode.l10n.t('Cancel the wave {0}?', wave.name),
    ),
    detail: [
      reachLines(reachOfWave(status, offlineAfterHours()), { kind: 'wave' }).join(' '),
      ...progressLines(progress, { kind: 'wave' }),
      complete
        ? vscode.l10n.t(
            'From then on version {0} is for every production device with the tag {1}: {2} of {3} do not have it yet, {4} of which the wave was not rolled out to. This cannot be undone.',
            wave.version,
            wave.tag,
            left,
            devicesCount(status.devices),
            status.unscheduled,
          )
        : vscode.l10n.t(
            'Devices that have not taken version {0} yet will not get it from this wave: {1}. Those that have it keep it: {2}. This cannot be undone; a new wave can be created.',
            wave.version,
            devicesCount(left),
            devicesCount(status.updated),
          ),
    ].join('\n'),
    buttons: [go],
    // *Cancel* beside *Cancel Wave* would read as the same.
    keep: vscode.l10n.t('Keep Wave'),
    close: vscode.l10n.t('Close'),
  });
  if (chosen !== go) {
    return;
  }
  const writes = new WaveWrites(connection.client, factory.name, factory.waves);
  await whileBusy(
    complete
      ? vscode.l10n.t('Completing the wave {0}…', wave.name)
      : vscode.l10n.t('Canceling the wave {0}…', wave.name),
    () => writes.end(wave.name, how),
  );
  void showInformation(
    complete
      ? vscode.l10n.t('The wave {0} is complete.', wave.name)
      : vscode.l10n.t('The wave {0} is canceled.', wave.name),
  );
}
