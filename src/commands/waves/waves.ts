import * as vscode from 'vscode';
import type { Wave } from '../../model/waves';
import { WaveWrites } from '../../store/waveWrites';
import { showInformation } from '../../ui/messages';
import { offlineAfterHours } from '../../ui/offlineAfter';
import { showQuickPick } from '../../ui/picks';
import { plainText } from '../../ui/plainText';
import { devicesCount } from '../../ui/waveTexts';
import type { WaveGroupRow } from '../../views/rows/waveRows';
import type { WavesView } from '../../views/wavesView';
import { attempt, whileBusy } from '../fileServices';
import type { CommandContext, Services } from '../services';
import { pickActiveWave, waveOfRow } from './pickWave';
import { rolloutWave } from './rollout';

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
    'foundries.createWave': () => services.withFactory(explainCreation),
  };
}

async function endWave(
  { questions }: Services,
  { connection, factory }: CommandContext,
  wave: Wave,
  how: 'complete' | 'cancel',
): Promise<void> {
  const { client } = connection;
  const status = await whileBusy(vscode.l10n.t('Asking how far the wave {0} has come…', wave.name), () =>
    client.getWaveStatus(factory.name, wave.name, offlineAfterHours()),
  );
  const left = status.devices - status.updated;
  const complete = how === 'complete';
  const go = complete ? vscode.l10n.t('Complete Wave') : vscode.l10n.t('Cancel Wave');
  const chosen = await questions.ask({
    message: plainText(
      complete ? vscode.l10n.t('Complete the wave {0}?', wave.name) : vscode.l10n.t('Cancel the wave {0}?', wave.name),
    ),
    detail: complete
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
    buttons: [go],
  });
  if (chosen !== go) {
    return;
  }
  const writes = new WaveWrites(client, factory.name, factory.waves);
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

interface CommandItem extends vscode.QuickPickItem {
  readonly line: string;
}

/** What needs the offline key is done where that key is: with the CLI. */
async function explainCreation({ factory }: CommandContext): Promise<void> {
  const name = /^[\w.-]+$/.test(factory.name) ? factory.name : `'${factory.name.replaceAll("'", `'\\''`)}'`;
  const commands: readonly [label: string, line: string][] = [
    [
      vscode.l10n.t('Create a Wave'),
      `fioctl waves init --factory ${name} --keys path/to/targets.only.key.tgz <wave> <version> <tag>`,
    ],
    [vscode.l10n.t('Sign a Wave'), `fioctl waves sign --factory ${name} --keys path/to/targets.only.key.tgz <wave>`],
  ];
  const picked = await showQuickPick(
    commands.map(([label, line]): CommandItem => ({
      label,
      detail: line,
      iconPath: new vscode.ThemeIcon('terminal'),
      line,
    })),
    {
      title: vscode.l10n.t('Waves are created with fioctl'),
      placeHolder: vscode.l10n.t(
        'Both need the offline key of the Factory, which should not leave its machine: copy the command to run there',
      ),
    },
  );
  if (picked !== undefined) {
    await vscode.env.clipboard.writeText(picked.line);
    void showInformation(
      vscode.l10n.t('Copied. Put in the path of the key, name, version and tag, and run it where the key is.'),
    );
  }
}
