import type { FleetStatus } from './fleetStatus';
import type { TargetVersion } from './target';

/** Who runs a version. */
export interface VersionUse {
  readonly devices: number;
  /** Devices among them whose tag has the version no more: they run an orphan (docs/api.md §2.4). */
  readonly orphaned: number;
}

const NOBODY: VersionUse = { devices: 0, orphaned: 0 };

/** Which versions devices run, as the service counts them, in production or not. */
export class TargetUse {
  private readonly byTag = new Map<string, Map<number, VersionUse>>();
  private readonly all = new Map<number, VersionUse>();

  /** Whether all devices were counted: else nobody knows that none runs a version. */
  readonly isWhole: boolean;

  constructor(status: FleetStatus, isWhole = true) {
    this.isWhole = isWhole;
    for (const { tag, targets } of status) {
      const ofTag = this.byTag.get(tag) ?? new Map<number, VersionUse>();
      this.byTag.set(tag, ofTag);
      for (const { version, devices, orphan } of targets) {
        for (const uses of [ofTag, this.all]) {
          const before = uses.get(version) ?? NOBODY;
          const orphaned = before.orphaned + (orphan ? devices : 0);
          uses.set(version, { devices: before.devices + devices, orphaned });
        }
      }
    }
  }

  /** @param tag of the devices; undefined: whatever tag they follow */
  of(version: number, tag?: string): VersionUse {
    return this.uses(tag).get(version) ?? NOBODY;
  }

  /**
   * @returns versions that devices run although none of the list is one, newest first
   */
  missingIn(
    versions: readonly TargetVersion[],
    tag?: string,
  ): { readonly version: number; readonly use: VersionUse }[] {
    const there = new Set(versions.map(({ version }) => version));
    return [...this.uses(tag)]
      .filter(([version, { devices }]) => devices > 0 && !there.has(version))
      .map(([version, use]) => ({ version, use }))
      .sort((a, b) => b.version - a.version);
  }

  private uses(tag: string | undefined): ReadonlyMap<number, VersionUse> {
    return tag === undefined ? this.all : (this.byTag.get(tag) ?? new Map<number, VersionUse>());
  }
}
