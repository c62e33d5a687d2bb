import { selectionOf, type DeviceArrangement, type DeviceFilter, type DeviceSelection } from './deviceSelection';
import { countsByGroup, countsByTag, devicesByVersion, sum, type Counts, type FleetStatus } from './fleetStatus';

/** One heading of devices that are shown in groups. */
export interface DeviceHeading {
  readonly kind: 'group' | 'tag' | 'target' | 'status';
  /** Name of the group or tag, the version, `online` or `offline`; `''` for devices without one. */
  readonly name: string;
  /** The devices below it. */
  readonly selection: DeviceSelection;
  /** Undefined where the service does not count what the filter leaves. */
  readonly devices: number | undefined;
  readonly online: number | undefined;
  /** Its target is one that the tag has no more. */
  readonly orphan?: boolean;
}

/**
 * Headings from what the service counts, without listing a device.
 *
 * @param countsPresence whether devices can be offline by the settings
 * @returns headings with devices below, in the order of names; targets newest first
 */
export function headingsOf(
  status: FleetStatus,
  { filter, sort, grouping }: DeviceArrangement,
  countsPresence: boolean,
): readonly DeviceHeading[] {
  const tags = status.filter(
    ({ tag, production }) =>
      (filter.tag === undefined || tag === filter.tag) &&
      (filter.production === undefined || production === filter.production),
  );
  const counted = isCounted(filter);
  const heading = (
    kind: DeviceHeading['kind'],
    name: string,
    counts: { readonly devices: number; readonly online?: number },
    more: Pick<DeviceFilter, 'group' | 'tag' | 'version' | 'presence'> | 'without',
    orphan = false,
  ): DeviceHeading => ({
    kind,
    name,
    selection:
      more === 'without' && kind !== 'status'
        ? { ...selectionOf(filter, sort), without: kind }
        : selectionOf({ ...filter, ...(more === 'without' ? {} : more) }, sort),
    devices: counted && (kind !== 'status' || countsPresence) ? counts.devices : undefined,
    online: counted && countsPresence ? counts.online : undefined,
    ...(orphan ? { orphan } : {}),
  });
  switch (grouping) {
    case 'none':
      return [];
    case 'group':
      return [...countsByGroup(tags)]
        .filter(([name]) => filter.group === undefined || name === filter.group)
        .map(([name, counts]) => heading('group', name, counts, name === '' ? 'without' : { group: name }));
    case 'tag':
      return [...countsByTag(tags)].map(([name, counts]) =>
        heading('tag', name, counts, name === '' ? 'without' : { tag: name }),
      );
    case 'target': {
      const versions = [...devicesByVersion(tags)].filter(
        ([version]) => filter.version === undefined || version === filter.version,
      );
      const rest =
        sum(tags).devices - [...devicesByVersion(tags).values()].reduce((all, { devices }) => all + devices, 0);
      return [
        ...versions.map(([version, counts]) => heading('target', String(version), counts, { version }, counts.orphan)),
        ...(rest > 0 && filter.version === undefined ? [heading('target', '', { devices: rest }, 'without')] : []),
      ];
    }
    case 'status':
      return presences(filter).map((presence) =>
        heading('status', presence, { devices: inPresence(sum(tags), presence) }, { presence }),
      );
  }
}

const presences = ({ presence }: DeviceFilter): readonly ('online' | 'offline')[] =>
  presence === undefined ? ['online', 'offline'] : [presence];

const inPresence = ({ devices, online }: Counts, presence: 'online' | 'offline'): number =>
  presence === 'online' ? online : devices - online;

/** The service counts by tag, group, target and presence, each apart: of what is left by other filters it has no number. */
const isCounted = ({ name, mine, version, presence, group }: DeviceFilter): boolean =>
  [name, mine, version, presence, group].every((value) => value === undefined);
