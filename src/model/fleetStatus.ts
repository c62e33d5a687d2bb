/** Devices, and how many of them were seen of late, run the newest target, or one that their tag has no more. */
export interface Counts {
  readonly devices: number;
  readonly online: number;
}

export interface StatusCounts extends Counts {
  readonly onLatest: number;
  readonly onOrphan: number;
}

/** The devices of one tag (docs/api.md §2.4). */
export interface TagStatus extends StatusCounts {
  /** `''`: devices without a tag. */
  readonly tag: string;
  readonly production: boolean;
  /** Newest version for the tag; 0 where there is none. */
  readonly latestVersion: number;
  readonly targets: readonly { readonly version: number; readonly devices: number; readonly orphan: boolean }[];
  readonly groups: readonly (StatusCounts & { readonly name: string })[];
}

/** How the fleet is, as the service counts it. */
export type FleetStatus = readonly TagStatus[];

const NONE: StatusCounts = { devices: 0, online: 0, onLatest: 0, onOrphan: 0 };

/** @returns the sum of counts */
export function sum(parts: readonly StatusCounts[]): StatusCounts {
  return parts.reduce(
    (before, part) => ({
      devices: before.devices + part.devices,
      online: before.online + part.online,
      onLatest: before.onLatest + part.onLatest,
      onOrphan: before.onOrphan + part.onOrphan,
    }),
    NONE,
  );
}

/** @returns counts by tag, production or not, in the order of names; `''` for devices without one comes last */
export function countsByTag(status: FleetStatus): ReadonlyMap<string, StatusCounts> {
  return grouped(status.map((tag) => [tag.tag, tag]));
}

/** @returns counts by device group, in the order of names; `''` for devices without one comes last */
export function countsByGroup(status: FleetStatus): ReadonlyMap<string, StatusCounts> {
  return grouped(
    status.flatMap((tag) => {
      const named = tag.groups.filter(({ name }) => name !== '');
      const free = difference(tag, sum(named));
      return [
        ...named.map((group): [string, StatusCounts] => [group.name, group]),
        ...(free.devices > 0 ? [['', free] satisfies [string, StatusCounts]] : []),
      ];
    }),
  );
}

/** @returns how many devices run each version, newest first; the versions that a tag does not have any more are marked */
export function devicesByVersion(
  status: FleetStatus,
): ReadonlyMap<number, { readonly devices: number; readonly orphan: boolean }> {
  const versions = new Map<number, { devices: number; orphan: boolean }>();
  for (const { version, devices, orphan } of status.flatMap(({ targets }) => targets)) {
    const before = versions.get(version);
    versions.set(version, { devices: devices + (before?.devices ?? 0), orphan: orphan || before?.orphan === true });
  }
  return new Map([...versions].filter(([, { devices }]) => devices > 0).sort(([a], [b]) => b - a));
}

/** What is in no group is not counted apart. */
const difference = (all: StatusCounts, part: StatusCounts): StatusCounts => ({
  devices: Math.max(0, all.devices - part.devices),
  online: Math.max(0, all.online - part.online),
  onLatest: Math.max(0, all.onLatest - part.onLatest),
  onOrphan: Math.max(0, all.onOrphan - part.onOrphan),
});

function grouped(parts: readonly (readonly [string, StatusCounts])[]): ReadonlyMap<string, StatusCounts> {
  const names = [...new Set(parts.map(([name]) => name))].sort((a, b) =>
    a === '' ? 1 : b === '' ? -1 : a.localeCompare(b),
  );
  const byName = new Map<string, StatusCounts>();
  for (const [name, part] of parts) {
    byName.set(name, sum([byName.get(name) ?? NONE, part]));
  }
  return new Map(names.map((name) => [name, byName.get(name) ?? NONE]));
}
