import * as vscode from 'vscode';
import type { DeviceFilter, DeviceGrouping, DeviceSort } from '../model/deviceSelection';
import { countsByGroup, countsByTag, devicesByVersion } from '../model/fleetStatus';
import type { FactoryData } from '../store/connections';
import { filterTexts } from '../ui/deviceFilterText';
import { showInformation, showInput, showProgress } from '../ui/messages';
import { showFailure } from '../ui/notify';
import { showQuickPick } from '../ui/picks';
import type { DeviceArrangements } from '../views/deviceArrangements';
import type { Services } from './services';

/** Filtering, sorting and grouping of the Devices view. */
export function arrangeDevicesCommands(services: Services, arrangements: DeviceArrangements) {
  return {
    'foundries.filterDevices': () => services.withFactory(({ factory }) => filterDevices(factory, arrangements)),
    'foundries.clearDeviceFilter': () => arrangements.change({ filter: {} }),
    'foundries.sortDevices': () => sortDevices(arrangements),
    'foundries.groupDevices': () => groupDevices(arrangements),
  };
}

interface ConditionItem extends vscode.QuickPickItem {
  /** The filter with the condition; undefined where it is asked for first. */
  change?(filter: DeviceFilter): Promise<DeviceFilter | undefined> | DeviceFilter;
}

async function filterDevices(factory: FactoryData, arrangements: DeviceArrangements): Promise<void> {
  const { filter } = arrangements.current;
  const picked = await showQuickPick<ConditionItem>(
    [
      ...filterTexts(filter).map((text): ConditionItem => ({
        label: `$(check) ${text}`,
        description: vscode.l10n.t('Remove this condition'),
        change: (before) => without(before, text),
      })),
      ...(filterTexts(filter).length > 1
        ? [{ label: `$(clear-all) ${vscode.l10n.t('Clear Filter')}`, change: () => ({}) }]
        : []),
      ...(filterTexts(filter).length > 0
        ? [{ label: vscode.l10n.t('Add'), kind: vscode.QuickPickItemKind.Separator }]
        : []),
      ...conditions(factory, filter),
    ],
    {
      title: vscode.l10n.t('Filter Devices'),
      placeHolder: vscode.l10n.t('Devices that fit all conditions are shown'),
    },
  );
  const next = await picked?.change?.(filter);
  if (next !== undefined) {
    arrangements.change({ filter: next });
  }
}

function conditions(factory: FactoryData, filter: DeviceFilter): readonly ConditionItem[] {
  const item = (icon: string, label: string, change: ConditionItem['change']): ConditionItem => ({
    label: `$(${icon}) ${label}`,
    ...(change === undefined ? {} : { change }),
  });
  return [
    item('search', vscode.l10n.t('Name…'), async (before) => {
      const name = await showInput({
        title: vscode.l10n.t('Filter Devices by Name'),
        prompt: vscode.l10n.t('A part of the name, in any case'),
        value: filter.name ?? '',
      });
      return name === undefined ? undefined : { ...before, name: name.trim() === '' ? undefined : name.trim() };
    }),
    item('tag', vscode.l10n.t('Tag…'), async (before) => {
      const tag = await pickCounted(factory, vscode.l10n.t('Tag'), 'tag');
      return tag === undefined ? undefined : { ...before, tag };
    }),
    item('server-environment', vscode.l10n.t('Group…'), async (before) => {
      const group = await pickCounted(factory, vscode.l10n.t('Device Group'), 'group');
      return group === undefined ? undefined : { ...before, group };
    }),
    item('package', vscode.l10n.t('Target…'), async (before) => {
      const version = await pickCounted(factory, vscode.l10n.t('Target Version'), 'target');
      return version === undefined ? undefined : { ...before, version: Number(version) };
    }),
    item('pass', vscode.l10n.t('Online'), (before) => ({ ...before, presence: 'online' })),
    item('circle-slash', vscode.l10n.t('Offline'), (before) => ({ ...before, presence: 'offline' })),
    item('shield', vscode.l10n.t('Production'), (before) => ({ ...before, production: true })),
    item('beaker', vscode.l10n.t('Not production'), (before) => ({ ...before, production: false })),
    item('account', vscode.l10n.t('Mine'), (before) => ({ ...before, mine: true })),
  ];
}

/** Lets one of the values that devices have be picked, with how many have it. */
async function pickCounted(
  factory: FactoryData,
  title: string,
  what: 'tag' | 'group' | 'target',
): Promise<string | undefined> {
  const { status } = factory.fleet;
  await showProgress({ location: { viewId: 'foundries.devices' } }, () => status.refresh());
  const { tags, error } = status.state;
  if (error !== undefined) {
    await showFailure(vscode.l10n.t('Could not ask how many devices there are of each kind'), error);
    return undefined;
  }
  const counts: readonly (readonly [string, number])[] =
    what === 'target'
      ? [...devicesByVersion(tags)].map(([version, { devices }]) => [String(version), devices])
      : [...(what === 'tag' ? countsByTag(tags) : countsByGroup(tags))].map(([name, { devices }]) => [name, devices]);
  const format = new Intl.NumberFormat(vscode.env.language);
  const items = counts
    .filter(([name]) => name !== '')
    .map(([name, devices]) => ({
      label: name,
      description: devices === 1 ? vscode.l10n.t('1 device') : vscode.l10n.t('{0} devices', format.format(devices)),
    }));
  if (items.length === 0) {
    void showInformation(vscode.l10n.t('No device of {0} has one yet.', factory.name));
    return undefined;
  }
  return (await showQuickPick(items, { title }))?.label;
}

/** A filter without the condition that reads so. */
function without(filter: DeviceFilter, text: string): DeviceFilter {
  const kept = Object.entries(filter).filter(
    ([key, value]) => value === undefined || filterTexts({ [key]: value as unknown })[0] !== text,
  );
  return Object.fromEntries(kept);
}

async function sortDevices(arrangements: DeviceArrangements): Promise<void> {
  const sorts: readonly (readonly [DeviceSort, string])[] = [
    ['server', vscode.l10n.t('By owner and name')],
    ['name', vscode.l10n.t('By name')],
    ['nameDescending', vscode.l10n.t('By name, Z first')],
    ['lastSeenDescending', vscode.l10n.t('Last seen first')],
    ['lastSeen', vscode.l10n.t('Longest not seen first')],
  ];
  const { filter, grouping, sort } = arrangements.current;
  const picked = await pickOne(vscode.l10n.t('Sort Devices'), sorts, sort);
  if (picked !== undefined) {
    arrangements.change({ sort: picked });
    if (filter.presence !== undefined || grouping === 'status') {
      void showInformation(
        vscode.l10n.t('Devices that are filtered or grouped by presence stay sorted by when they were last seen.'),
      );
    }
  }
}

async function groupDevices(arrangements: DeviceArrangements): Promise<void> {
  const groupings: readonly (readonly [DeviceGrouping, string])[] = [
    ['none', vscode.l10n.t('Not grouped')],
    ['group', vscode.l10n.t('By device group')],
    ['tag', vscode.l10n.t('By tag')],
    ['target', vscode.l10n.t('By target version')],
    ['status', vscode.l10n.t('By online and offline')],
  ];
  const picked = await pickOne(vscode.l10n.t('Group Devices'), groupings, arrangements.current.grouping);
  if (picked !== undefined) {
    arrangements.change({ grouping: picked });
  }
}

async function pickOne<T extends string>(
  title: string,
  choices: readonly (readonly [T, string])[],
  current: T,
): Promise<T | undefined> {
  const items = choices.map(([value, label]) => ({
    value,
    label,
    ...(value === current ? { description: vscode.l10n.t('now') } : {}),
  }));
  return (await showQuickPick(items, { title }))?.value;
}
