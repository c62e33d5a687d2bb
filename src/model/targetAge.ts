import { greatest } from './greatest';
import type { Target } from './target';

/** How what a device runs compares with the newest that it could take. */
export interface TargetAge {
  /** What it runs; undefined where the Factory does not have that target any more, or it could not be read. */
  readonly running: Target | undefined;
  /** The newest for its tag and hardware; undefined where there is none. */
  readonly newest: Target | undefined;
  /** Version of the newest for its tag, whatever the hardware; undefined where there is none or nobody told. */
  readonly newestVersion: number | undefined;
  /** How many targets are newer than what it runs; undefined where not all are known. */
  readonly newer: number | undefined;
}

/** @returns hardware ids that a device takes targets for: of the target that it runs, else as the target's name says */
export function hardwareOf(target: string, running: Target | undefined): readonly string[] {
  const named = /^(.+)-lmp-\d+/.exec(target)?.[1];
  return running !== undefined && running.hardwareIds.length > 0
    ? running.hardwareIds
    : named === undefined
      ? []
      : [named];
}

/** @returns whether a target is for one of the hardware ids; all are, where these are not known */
export function fits(target: Target, hardware: readonly string[]): boolean {
  return hardware.length === 0 || target.hardwareIds.some((id) => hardware.includes(id));
}

/**
 * @param all every target of the Factory
 * @returns how old the target of a device is
 */
export function ageAmong(all: readonly Target[], device: { readonly target: string; readonly tag: string }): TargetAge {
  const running = all.find(({ name }) => name === device.target);
  const hardware = hardwareOf(device.target, running);
  const tagged = all.filter(({ tags }) => tags.includes(device.tag));
  const candidates = tagged.filter((target) => fits(target, hardware)).sort((a, b) => b.version - a.version);
  const newest = candidates[0];
  const version = running?.version ?? versionOf(device.target);
  return {
    running,
    newest,
    newestVersion: greatest(tagged.map((target) => target.version)),
    newer:
      version === undefined
        ? undefined
        : new Set(candidates.filter((other) => other.version > version).map((other) => other.version)).size,
  };
}

/**
 * The version follows `<machine>-lmp`; a tag follows it where the build made targets for several (docs/api.md §6.1).
 *
 * @returns the version in the name of a target; undefined where there is none
 */
export function versionOf(target: string): number | undefined {
  const digits = /-lmp-(\d+)(?:-|$)/.exec(target)?.[1] ?? /-(\d+)$/.exec(target)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
