/** Waves: how production devices get targets (docs/api.md §2.6). */
import { DAY } from '../clock';
import type { Device } from './device';
import { USERS } from './people';
import type { TargetRef } from './target-catalog';

/** One go at handing a wave out (docs/api.md §2.6). */
export interface Rollout {
  readonly at: number;
  readonly by: string;
  /** The group it went to, which may be renamed meanwhile; undefined: to devices of the Factory, in groups or not. */
  readonly group?: { readonly id: number; readonly name: string };
  /** The devices it went to; undefined: all of the group, later members too. */
  readonly uuids?: ReadonlySet<string>;
  /** How many it went to. */
  readonly devices: number;
}

export type WaveStatus = 'active' | 'complete' | 'canceled';

/** A wave. Its targets are a signed TUF document that the emulator does not look into, but for the names. */
export interface Wave {
  readonly name: string;
  readonly version: number;
  readonly tag: string;
  readonly targets: Readonly<Record<string, unknown>>;
  readonly createdBy: string;
  readonly createdAt: number;
  status: WaveStatus;
  /** When it was completed or canceled, and by whom. */
  finished: { readonly at: number; readonly by: string } | undefined;
  readonly rollouts: Rollout[];
}

/** What decides whether a wave reaches a device. */
export type Reachable = Pick<Device, 'isProd' | 'tag' | 'group' | 'uuid'>;

/** Whether a wave reaches a device at a time. */
export function reaches(wave: Wave, device: Reachable, time: number): boolean {
  if (!device.isProd || device.tag !== wave.tag || wave.createdAt > time) {
    return false;
  }
  if (wave.finished !== undefined && wave.finished.at <= time) {
    return wave.status === 'complete';
  }
  return wave.rollouts.some(
    (rollout) =>
      rollout.at <= time &&
      (rollout.uuids === undefined ? rollout.group?.name === device.group : rollout.uuids.has(device.uuid)),
  );
}

/** The waves of a Factory, newest first. */
export class Waves {
  readonly #waves: Wave[] = [];

  all(): readonly Wave[] {
    return this.#waves;
  }

  get(name: string): Wave | undefined {
    return name === '$active$'
      ? this.#waves.find(({ status }) => status === 'active')
      : this.#waves.find((wave) => wave.name === name);
  }

  add(wave: Wave): void {
    this.#waves.unshift(wave);
  }

  /** The newest target that waves give a device, as of a time. */
  newestFor(device: Device, time: number, targetOf: (wave: Wave) => string | undefined): TargetRef | undefined {
    let best: TargetRef | undefined;
    for (const wave of this.#waves) {
      if (wave.version > (best?.version ?? 0) && reaches(wave, device, time)) {
        const name = targetOf(wave);
        best = name === undefined ? best : { name, version: wave.version };
      }
    }
    return best;
  }

  /** The two waves a Factory begins with: one that is over, one that has reached one group. */
  begin(
    epoch: number,
    versions: readonly number[],
    group: { id: number; name: string },
    signed: (version: number, tag: string) => Readonly<Record<string, unknown>>,
  ): void {
    const [older, newer] = versions.slice(-2);
    if (older === undefined || newer === undefined) {
      return;
    }
    const by = USERS.ada.id;
    const make = (name: string, version: number, age: number, over: boolean): Wave => ({
      name,
      version,
      tag: 'stable',
      targets: signed(version, 'stable'),
      createdBy: by,
      createdAt: epoch - age,
      status: over ? 'complete' : 'active',
      finished: over ? { at: epoch - age + DAY, by } : undefined,
      rollouts: over ? [] : [{ at: epoch - age + DAY, by, group, devices: 1 }],
    });
    this.add(make('winter', older, 14 * DAY, true));
    this.add(make('spring-rollout', newer, 4 * DAY, false));
  }
}
