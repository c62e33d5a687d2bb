/** A wave: a signed set of targets that is handed out to production devices, group by group (docs/api.md §2.6). */
export interface Wave {
  readonly name: string;
  readonly version: number;
  readonly tag: string;
  /** `active`, `complete` or `canceled`; whatever else the service says, as it is. */
  readonly status: string;
  /** Milliseconds since the epoch; undefined where not told. */
  readonly createdAt: number | undefined;
  /** Oldest first. */
  readonly rollouts: readonly WaveRollout[];
}

/** One go at handing a wave out. */
export interface WaveRollout {
  /** `''`: no group, or one that has been deleted since. */
  readonly group: string;
  /** Id of a user; `''` where not told. */
  readonly by: string;
  readonly at: number | undefined;
  /** All of the group, later members too. */
  readonly wholeGroup: boolean;
  /** No group was given: so many devices of the Factory, not all of them (docs/api.md §2.6). */
  readonly wholeFactory: boolean;
  readonly devices: number;
}

/** How far a wave has come among the production devices of its tag. */
export interface WaveStatus {
  readonly devices: number;
  readonly updated: number;
  /** Will update when they check in next. */
  readonly scheduled: number;
  /** The wave does not reach them yet. */
  readonly unscheduled: number;
  /** Those that it was rolled out to come first. */
  readonly groups: readonly WaveGroup[];
}

export interface WaveGroup {
  /** `''`: devices in no group. */
  readonly name: string;
  readonly rolledOut: boolean;
  readonly rolledOutAt: number | undefined;
  readonly devices: number;
  readonly online: number;
  readonly onWave: number;
  readonly onNewer: number;
  readonly onOlder: number;
  readonly scheduled: number;
}

/** A target of a wave. */
export interface WaveTarget {
  readonly name: string;
  readonly hardwareIds: readonly string[];
  readonly apps: readonly string[];
}

/** Which devices a rollout is for. Without group, devices of the whole Factory are meant. */
export interface RolloutWish {
  readonly group?: string | undefined;
  /** Only so many devices. */
  readonly limit?: number | undefined;
  /** Only so many of a hundred devices. */
  readonly percentage?: number | undefined;
}

/** What is sent for a rollout, in the order in which the CLI writes it. */
export interface RolloutBody {
  readonly group?: string;
  readonly limit?: number;
  readonly percentage?: number;
  readonly uuids?: readonly string[];
  readonly 'dry-run': boolean;
  readonly 'return-uuids': boolean;
  readonly 'return-names': boolean;
}

/** The devices that a rollout reaches, or reached. */
export interface RolloutReach {
  readonly devices: number;
  /** Empty where the service does not tell. */
  readonly uuids: readonly string[];
  readonly names: readonly string[];
}

/** A rollout that was tried and can be sent. */
export interface RolloutPlan {
  readonly wave: string;
  readonly wish: RolloutWish;
  /** What was asked without an effect. */
  readonly tried: RolloutBody;
  /** What will be sent. */
  readonly body: RolloutBody;
  readonly reach: RolloutReach;
  /** Exactly these devices are named to the service; else it chooses again by itself. */
  readonly pinned: boolean;
}

/** Devices that one rollout reaches at most (docs/api.md §3.3). */
export const ROLLOUT_LIMIT = 10_000;

const QUIET = { 'dry-run': false, 'return-uuids': false, 'return-names': false } as const;

/** @returns the request that only tells whom a rollout would reach */
export const trialOf = (wish: RolloutWish): RolloutBody => ({
  ...chosenBy(wish),
  'dry-run': true,
  'return-uuids': true,
  'return-names': true,
});

/**
 * What a rollout sends after it was tried. A part of the devices is named by uuid, so that the devices that were shown are
 * those that get it: asked twice for ten devices, the service may choose others. A whole group, or the whole Factory, is
 * sent as such, which also reaches devices that come into it later.
 */
export function planRollout(wave: string, wish: RolloutWish, reach: RolloutReach): RolloutPlan {
  const isPart = wish.limit !== undefined || wish.percentage !== undefined;
  const pinned = isPart && reach.devices > 0 && reach.uuids.length === reach.devices;
  const body: RolloutBody = pinned
    ? { ...chosenBy({ group: wish.group }), uuids: [...reach.uuids], ...QUIET }
    : { ...chosenBy(wish), ...QUIET };
  return { wave, wish, tried: trialOf(wish), body, reach, pinned };
}

/** @returns whether two rollouts reach the same devices, as far as the service tells */
export function isSameReach(a: RolloutReach, b: RolloutReach): boolean {
  const uuids = new Set(a.uuids);
  return a.devices === b.devices && a.uuids.length === b.uuids.length && b.uuids.every((uuid) => uuids.has(uuid));
}

function chosenBy({ group, limit, percentage }: RolloutWish): Pick<RolloutBody, 'group' | 'limit' | 'percentage'> {
  return {
    ...(group === undefined ? {} : { group }),
    ...(limit === undefined ? {} : { limit }),
    ...(percentage === undefined ? {} : { percentage }),
  };
}
