import * as vscode from 'vscode';
import type { Wave } from '../../model/waves';
import { asError } from '../../store/fetchedList';
import { explain } from '../../ui/errorText';
import { asLabel } from '../../ui/label';
import { showInformation } from '../../ui/messages';
import { showQuickPick } from '../../ui/picks';
import type { CommandContext } from '../services';
import { whileBusy } from '../fileServices';

/** @returns the wave of a row of the Waves view; undefined for any other */
export function waveOfRow(row: unknown): Wave | undefined {
  return (row as { readonly wave?: Wave } | null | undefined)?.wave;
}

/**
 * Lets one of the active waves be picked; where there is just one, it is that.
 *
 * @returns undefined where there is none, which is told, or where the user gave up
 */
export async function pickActiveWave({ factory }: CommandContext, title: string): Promise<Wave | undefined> {
  await whileBusy(vscode.l10n.t('Asking for the waves…'), () => factory.waves.readAgain());
  const { waves, error } = factory.waves.state;
  if (error !== undefined) {
    throw asError(error);
  }
  const active = waves.filter(({ status }) => status === 'active');
  if (active.length === 0) {
    const how = vscode.l10n.t('How to Create One…');
    void showInformation(vscode.l10n.t('No wave of the Factory is active.'), how).then((chosen) =>
      chosen === how ? vscode.commands.executeCommand('foundries.createWave') : undefined,
    );
    return undefined;
  }
  const items = active.map((wave) => ({
    label: asLabel(wave.name),
    description: vscode.l10n.t('version {0} · {1}', wave.version, wave.tag),
    iconPath: new vscode.ThemeIcon('broadcast'),
    wave,
  }));
  return (await showQuickPick(items, { title, matchOnDescription: true }))?.wave;
}

/** A group to which a wave can be handed out; undefined: devices of any. */
interface GroupItem extends vscode.QuickPickItem {
  readonly group?: string;
  readonly any?: true;
}

/**
 * Lets the device group be picked that a wave goes to, with how far each has come.
 *
 * @returns the group, `''` for devices of any; undefined where the user gave up
 */
export async function pickRolloutGroup(
  context: CommandContext,
  wave: Wave,
  title: string,
): Promise<string | undefined> {
  const items = async (): Promise<GroupItem[]> => {
    const progress = await context.factory.waves.progressOf(wave.name).load();
    const groups = (progress.status?.groups ?? []).filter(({ name }) => name !== '');
    return [
      ...groups.map((group): GroupItem => ({
        label: asLabel(group.name),
        description: [
          vscode.l10n.t('{0} of {1} updated', group.onWave + group.onNewer, group.devices),
          group.rolledOut ? vscode.l10n.t('rolled out') : '',
        ]
          .filter((part) => part !== '')
          .join(' · '),
        iconPath: new vscode.ThemeIcon('server-environment'),
        group: group.name,
      })),
      ...(progress.error === undefined
        ? []
        : [{ label: explain(progress.error).message, kind: vscode.QuickPickItemKind.Separator }]),
      { label: '', kind: vscode.QuickPickItemKind.Separator },
      {
        label: vscode.l10n.t('Devices of Any Group'),
        description: vscode.l10n.t('a number or a percentage of them'),
        iconPath: new vscode.ThemeIcon('server-process'),
        any: true as const,
      },
    ];
  };
  const picked = await showQuickPick(items(), { title });
  return picked?.any === true ? '' : picked?.group;
}
