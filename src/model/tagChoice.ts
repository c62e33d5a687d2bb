import type { TagOfTargets, Target } from './target';

/** Why a device gets nothing from a tag for now. */
export type TagProblem =
  /** No target of the tag fits the device's hardware. */
  | 'noTarget'
  /** The newest that fits is older than what runs: devices only move forward (docs/api.md §6.1). */
  | 'older';

/** What a device would take after it was switched to a tag. */
export interface TagOutcome {
  /** The newest target of the tag that fits; undefined where none does. */
  readonly target: Target | undefined;
  readonly problem: TagProblem | undefined;
}

/** What is known of a device's hardware and software. */
export interface RunningTarget {
  /** undefined where it is not known: then any hardware fits. */
  readonly hardwareId: string | undefined;
  readonly version: number | undefined;
}

/**
 * @param name of the target that the device runs; `''` where it has told none
 * @param targets all that are known
 */
export function runningTarget(name: string, targets: readonly Target[]): RunningTarget {
  const target = targets.find((candidate) => candidate.name === name);
  if (target !== undefined) {
    return { hardwareId: target.hardwareIds[0], version: target.version };
  }
  // An orphan, which is no more in the list: its name is <machine>-lmp-<version>, sometimes with a tag (docs/api.md §6.1).
  for (let at = name.lastIndexOf(BEFORE_VERSION); at > 0; at = name.lastIndexOf(BEFORE_VERSION, at - 1)) {
    VERSION.lastIndex = at + BEFORE_VERSION.length;
    const version = VERSION.exec(name)?.[1];
    if (version !== undefined) {
      return { hardwareId: name.slice(0, at), version: Number(version) };
    }
  }
  return { hardwareId: undefined, version: undefined };
}

const BEFORE_VERSION = '-lmp-';
const VERSION = /(\d+)(?:-|$)/y;

/** @returns which target a device takes when it follows the tag (docs/api.md §6.1) */
export function outcomeOf({ versions }: TagOfTargets, { hardwareId, version }: RunningTarget): TagOutcome {
  const target = versions
    .flatMap(({ targets }) => targets)
    .find(({ hardwareIds }) => hardwareId === undefined || hardwareIds.includes(hardwareId));
  return {
    target,
    problem:
      target === undefined ? 'noTarget' : version !== undefined && target.version < version ? 'older' : undefined,
  };
}
