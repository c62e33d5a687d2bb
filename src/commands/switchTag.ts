import * as vscode from 'vscode';
import { meantAt } from '../configfs/identityGuard';
import type { SettingsPlace } from '../configfs/settingsEdits';
import { TAG_PATTERN } from '../model/appsSetting';
import { UPDATE_SETTINGS_FILE, type ConfigScope } from '../model/config';
import type { Device } from '../model/device';
import { newestOf } from '../model/newestTargets';
import { reachOfDevices } from '../model/reach';
import { outcomeOf, runningTarget, type TagOutcome } from '../model/tagChoice';
import type { TagOfTargets } from '../model/target';
import type { TargetListState } from '../store/targetList';
import { explain } from '../ui/errorText';
import { asLabel } from '../ui/label';
import { showWarning } from '../ui/messages';
import { showFailure } from '../ui/notify';
import { offlineAfterHours } from '../ui/offlineAfter';
import { showQuickPick } from '../ui/picks';
import { plainText } from '../ui/plainText';
import { reachLines } from '../ui/reachText';
import { scopeOfRow, uuidOfRow } from '../views/rows/configFileRows';
import { DeviceRow } from '../views/rows/deviceRow';
import type { AppServices } from './appServices';
import { subjectIn } from './explorerSubject';
import { attempt, whileBusy } from './fileServices';
import { pickDevices } from './pickDevices';
import { readDevice } from './readDevice';
import { readTags, switchMany, switchOne } from './sendTag';
import type { CommandContext } from './services';

/** Devices of a group at which is looked before its tag is switched. */
const LOOKED_AT = 100;

/** Whose tag is to be switched. */
type Subject =
  | { readonly kind: 'devices'; readonly devices: readonly Device[] }
  /** With the first of its devices, for a look at what they would get. */
  | {
      readonly kind: 'group';
      readonly group: string;
      readonly devices: readonly Device[];
      readonly total: number | undefined;
    };

/** What the subject would get from a tag. */
interface Choice {
  /** undefined: the setting is removed. */
  readonly tag: string | undefined;
  readonly outcomes: readonly (TagOutcome & { readonly device: Device })[];
}

/**
 * Lets a tag be picked, from those that targets have, and switches devices or a group to it. What each would take is said
 * before, and asked about where it is nothing.
 */
export async function switchTag(
  apps: AppServices,
  context: CommandContext,
  argument: unknown,
  rows: unknown,
): Promise<void> {
  const row = subjectIn(context, argument);
  if (row === 'refused') {
    return;
  }
  const subject = await subjectOf(apps, context, row, argument instanceof vscode.Uri ? undefined : rows);
  if (subject === undefined) {
    return;
  }
  const { key: host } = context.connection.client.server;
  const factory = context.factory.name;
  const places: SettingsPlace[] =
    subject.kind === 'group'
      ? [{ host, scope: { kind: 'group', factory, group: subject.group } }]
      : subject.devices.map(({ name, uuid }) => ({ host, scope: { kind: 'device', factory, device: name }, uuid }));
  const [targets, seen] = await whileBusy(vscode.l10n.t('Reading the targets…'), () =>
    // What is set when the user begins to decide.
    Promise.all([context.factory.targets.load(), readTags(context, places)]),
  );
  const [shown] = places;
  const meant = subject.kind === 'group' && shown ? meantAt(apps.services.changes, shown) : undefined;
  const choice = await pickTag(targets, subject);
  if (choice === undefined || !(await agree(apps, subject, choice))) {
    return;
  }
  if (subject.kind === 'devices' && subject.devices.length > 1) {
    await switchMany(apps, context, subject.devices, choice.tag, seen);
    return;
  }
  const [place] = places;
  if (place !== undefined) {
    // While the list was open, the name may have gone to another group.
    await switchOne(apps, context, { ...place, meant }, choice.tag, seen);
  }
}

async function subjectOf(
  { services }: AppServices,
  context: CommandContext,
  row: unknown,
  rows: unknown,
): Promise<Subject | undefined> {
  const { factory, connection } = context;
  const all = Array.isArray(rows) && rows.length > 0 ? (rows as unknown[]) : [row];
  const selected = all.flatMap((each) => (each instanceof DeviceRow ? [each.device] : []));
  const groups = all.filter((each) => !(each instanceof DeviceRow) && scopeOfRow(each)?.kind === 'group');
  if (groups.length > 1 || (groups.length > 0 && selected.length > 0)) {
    void showWarning(vscode.l10n.t('The tag of one group, or of devices, can be switched at once: nothing was sent.'));
    return undefined;
  }
  const [only] = selected;
  if (only !== undefined) {
    return selected.length === 1 ? deviceNow(context, only.name, only.uuid) : { kind: 'devices', devices: selected };
  }
  const picked = scopeOfRow(groups[0] ?? row) ?? (await pickSubject(context));
  if (Array.isArray(picked)) {
    return { kind: 'devices', devices: picked };
  }
  const scope = picked as ConfigScope | undefined;
  switch (scope?.kind) {
    case undefined:
    case 'factory':
      return undefined;
    case 'group': {
      const query = { factory: factory.name, group: scope.group, limit: LOOKED_AT };
      let page: { readonly devices: readonly Device[]; readonly total: number | undefined } | undefined;
      await attempt(vscode.l10n.t('Could not read the devices of {0}', scope.group), async () => {
        page = await whileBusy(vscode.l10n.t('Reading the devices of {0}…', scope.group), () =>
          connection.client.listDevices(query),
        );
      });
      return page && { kind: 'group', group: scope.group, devices: page.devices, total: page.total };
    }
    case 'device':
      // Above the text of an open file, of the device that it was opened of.
      return deviceNow(
        context,
        scope.device,
        uuidOfRow(row) ??
          services.documents.uuidOf({ host: connection.client.server.key, scope, file: UPDATE_SETTINGS_FILE }),
      );
  }
}

/**
 * A device as it is now: what it runs decides what it would take.
 *
 * @param uuid of the device that the user saw: it is meant, also where the name belongs to another by now
 */
async function deviceNow(context: CommandContext, name: string, uuid?: string): Promise<Subject | undefined> {
  let device: Device | undefined;
  await attempt(vscode.l10n.t('Could not read {0}', name), async () => {
    device = await whileBusy(vscode.l10n.t('Reading {0}…', name), () => readDevice(context, name, uuid));
  });
  return device && { kind: 'devices', devices: [device] };
}

/** Lets several devices be picked, or one group. Undefined where given up. */
async function pickSubject({ factory }: CommandContext): Promise<readonly Device[] | ConfigScope | undefined> {
  const title = vscode.l10n.t('Switch the tag of what?');
  const places = async () => {
    const { groups, error } = await factory.groups.load();
    return [
      { label: vscode.l10n.t('Devices…'), iconPath: new vscode.ThemeIcon('vm'), group: undefined },
      {
        label: error === undefined ? vscode.l10n.t('Device groups') : explain(error).message,
        kind: vscode.QuickPickItemKind.Separator,
        group: undefined,
      },
      ...groups.map(({ name, description }) => ({
        label: asLabel(name),
        description: asLabel(description),
        iconPath: new vscode.ThemeIcon('server-environment'),
        group: name,
      })),
    ];
  };
  const picked = await showQuickPick(places(), { title, ignoreFocusOut: true });
  if (picked === undefined) {
    return undefined;
  }
  return picked.group === undefined
    ? pickDevices(factory, title, [])
    : { kind: 'group', factory: factory.name, group: picked.group };
}

interface TagItem extends vscode.QuickPickItem {
  readonly choice?: Choice;
}

async function pickTag(
  { fetchedAt, error, tags, targets }: TargetListState,
  subject: Subject,
): Promise<Choice | undefined> {
  if (fetchedAt === undefined) {
    await showFailure(vscode.l10n.t('Targets could not be loaded'), error);
    return undefined;
  }
  const items = tags
    .filter(({ tag }) => TAG_PATTERN.test(tag))
    .map((tag): TagItem => {
      const outcomes = subject.devices.map((device) => ({
        device,
        ...outcomeOf(tag, runningTarget(device.target, targets)),
      }));
      const current = subject.devices.length > 0 && subject.devices.every((device) => device.tag === tag.tag);
      return {
        label: tag.tag,
        description: [newestText(tag, subject, outcomes), ...(current ? [vscode.l10n.t('followed now')] : [])].join(
          ' · ',
        ),
        detail: warningText(outcomes),
        iconPath: new vscode.ThemeIcon('tag'),
        choice: { tag: tag.tag, outcomes },
      };
    });
  const reset: TagItem = {
    label: vscode.l10n.t('Set no tag'),
    description: vscode.l10n.t('the tag that a device was registered with counts'),
    iconPath: new vscode.ThemeIcon('discard'),
    choice: { tag: undefined, outcomes: [] },
  };
  const separator: TagItem = { label: '', kind: vscode.QuickPickItemKind.Separator };
  const picked = await showQuickPick<TagItem>([...items, separator, reset], {
    title: plainText(vscode.l10n.t('Switch {0} to which tag?', subjectText(subject))),
    placeHolder:
      items.length === 0 ? vscode.l10n.t('No target has a tag') : vscode.l10n.t('Tags that targets have, newest first'),
    matchOnDescription: true,
  });
  return picked?.choice;
}

function subjectText(subject: Subject): string {
  if (subject.kind === 'group') {
    return vscode.l10n.t('group {0}', subject.group);
  }
  const [first] = subject.devices;
  return subject.devices.length === 1 && first !== undefined
    ? first.name
    : vscode.l10n.t('{0} devices', subject.devices.length);
}

/** `→ raspberrypi4-64-lmp-42` for one device; the versions for each hardware for many. */
function newestText(tag: TagOfTargets, { kind, devices }: Subject, outcomes: Choice['outcomes']): string {
  const [only] = outcomes;
  if (kind === 'devices' && devices.length === 1 && only !== undefined) {
    return only.target === undefined ? '' : `→ ${only.target.name}`;
  }
  const newest = newestOf(tag)?.targets ?? [];
  return newest.map(({ version, hardwareIds }) => `${hardwareIds.join(', ')} ${version}`).join(' · ');
}

/** What of the subject gets nothing from the tag for now, and why; `''` where all do. */
function warningText(outcomes: Choice['outcomes']): string {
  const missing = outcomes.filter(({ problem }) => problem === 'noTarget');
  const older = outcomes.filter(({ problem }) => problem === 'older');
  const [first] = older;
  if (outcomes.length === 1) {
    return missing.length > 0
      ? `$(warning) ${vscode.l10n.t('no target fits its hardware: it would get no updates')}`
      : first === undefined
        ? ''
        : `$(warning) ${vscode.l10n.t('older than {0}, which runs: nothing is installed until there is a newer one', first.device.target)}`;
  }
  return [
    missing.length === 1
      ? vscode.l10n.t('1 device without a target for its hardware')
      : missing.length > 0
        ? vscode.l10n.t('{0} devices without a target for their hardware', missing.length)
        : '',
    older.length === 1
      ? vscode.l10n.t('1 device runs something newer')
      : older.length > 0
        ? vscode.l10n.t('{0} devices run something newer', older.length)
        : '',
  ]
    .filter((text) => text !== '')
    .map((text) => `$(warning) ${text}`)
    .join('  ');
}

/** Asks about devices that would get nothing, and about many at once. */
async function agree({ files }: AppServices, subject: Subject, { tag, outcomes }: Choice): Promise<boolean> {
  const found = warningText(outcomes).replace(/\$\(warning\) /g, '');
  const isPart = subject.kind === 'group' && tag !== undefined && subject.total !== subject.devices.length;
  const looked = isPart
    ? subject.total === undefined
      ? subject.devices.length === 1
        ? vscode.l10n.t('only 1 device of the group was looked at')
        : vscode.l10n.t('only {0} devices of the group were looked at', subject.devices.length)
      : vscode.l10n.t('only {0} of the {1} devices of the group were looked at', subject.devices.length, subject.total)
    : '';
  const warning = [found, looked].filter((part) => part !== '').join('; ');
  const isMany = subject.kind === 'devices' && subject.devices.length > 1;
  if (warning === '' && !isMany) {
    return true;
  }
  const reach = reachOfDevices(subject.devices, Date.now(), offlineAfterHours());
  const go = vscode.l10n.t('Switch');
  const what = subjectText(subject);
  const chosen = await files.questions.ask({
    message: plainText(
      tag === undefined
        ? vscode.l10n.t('Remove the tag from the settings of {0}?', what)
        : vscode.l10n.t('Switch {0} to tag {1}?', what, tag),
    ),
    detail: [
      warning === '' ? '' : `${warning.charAt(0).toUpperCase()}${warning.slice(1)}.`,
      ...(isMany ? reachLines(reach, { kind: 'reached' }) : []),
      isMany
        ? subject.devices
            .map(({ name }) => name)
            .slice(0, 20)
            .join(', ')
        : '',
    ]
      .filter((line) => line !== '')
      .map(plainText)
      .join('\n'),
    buttons: [go],
  });
  return chosen === go;
}
