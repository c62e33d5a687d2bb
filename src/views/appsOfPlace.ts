import * as vscode from 'vscode';
import type { SeenApps } from '../configfs/appChanges';
import type { appStates } from '../model/apps';
import type { AppsSetting } from '../model/appsSetting';
import { UPDATE_SETTINGS_FILE, type ConfigScope } from '../model/config';
import type { Device } from '../model/device';
import type { FactoryData } from '../store/connections';
import type { DeviceApps, EffectiveApps, GroupApps, LevelProblem, MissingPart } from '../store/factoryApps';
import { explain, scopeLabel } from '../ui/errorText';

/** The apps of a device or group, with what cannot be said of them. */
export type AppsOfPlace = Omit<Parameters<typeof appStates>[0], 'setting'> &
  EffectiveApps & {
    /** What the configuration itself says; undefined where that is not clear. */
    readonly own: AppsSetting | undefined;
    readonly problems: readonly string[];
  };

function ofDevice({ levels, device, target, missing, ...rest }: DeviceApps): AppsOfPlace {
  const unclear = levels.flatMap(({ problem, scope }) => (problem === undefined ? [] : [problemText(problem, scope)]));
  return {
    ...rest,
    own: levels[0]?.apps,
    offered: target?.apps,
    running: device.apps,
    problems: [
      ...unclear,
      ...(device.target === ''
        ? [vscode.l10n.t('{0} has reported no target, so it is not known which apps there are.', device.name)]
        : []),
      // What is missing of a group is told above.
      ...missing.flatMap(({ what, error }) => (what === 'group' ? [] : [missingText(what, device, error)])),
    ],
  };
}

function problemText(problem: LevelProblem, scope: ConfigScope): string {
  const place = scopeLabel(scope);
  switch (problem.kind) {
    case 'failed':
      return vscode.l10n.t('The settings of {0} are not known. {1}', place, explain(problem.error).message);
    case 'encrypted':
      return vscode.l10n.t('The update settings of {0} are encrypted, so that devices cannot use them.', place);
    case 'unclear':
      return vscode.l10n.t('compose_apps of {0} is not a text: correct it in {1}.', place, UPDATE_SETTINGS_FILE);
    case 'malformed':
      return vscode.l10n.t('{1} of {0}, line {2}: {3}', place, UPDATE_SETTINGS_FILE, problem.line, problem.message);
  }
}

function missingText(what: Exclude<MissingPart['what'], 'group'>, device: Device, error: unknown): string {
  const { message } = explain(error);
  switch (what) {
    case 'target':
      return vscode.l10n.t('The apps of {0} are not known. {1}', device.target, message);
    case 'report':
      return vscode.l10n.t('What runs is not known. {0}', message);
    case 'factory':
      return vscode.l10n.t('Settings of the whole Factory are not known. {0}', message);
  }
}

function ofGroup({ level, tags, offered, ...rest }: GroupApps): AppsOfPlace {
  const problems = [
    ...(level.problem === undefined ? [] : [problemText(level.problem, level.scope)]),
    ...(offered === undefined
      ? [
          tags === undefined
            ? vscode.l10n.t('Which tags the devices of the group follow is not known.')
            : tags.length === 0
              ? vscode.l10n.t('No device of the group follows a tag, so it is not known which apps there are.')
              : vscode.l10n.t('No target is known for {0}.', tags.join(', ')),
        ]
      : []),
  ];
  return { ...rest, own: level.apps, offered, report: undefined, running: undefined, problems };
}

/**
 * @param owner a device, or the name of a group
 * @throws {FactoryError} where the configuration itself cannot be read
 */
export async function appsOfPlace({ apps }: FactoryData, owner: Device | string): Promise<AppsOfPlace> {
  return typeof owner === 'string' ? ofGroup(await apps.ofGroup(owner)) : ofDevice(await apps.ofDevice(owner));
}

/** @returns what a user decides on; undefined where it is not clear what is set */
export function seenOf({ own, setting, offered }: AppsOfPlace): SeenApps | undefined {
  return own === undefined || setting === undefined
    ? undefined
    : { own, effective: setting, offered: offered?.map(({ name }) => name) };
}
