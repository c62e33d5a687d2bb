import { enabledBy, type AppsSetting } from './appsSetting';
import type { TargetApp } from './target';

/** What a device told of its apps at one time (docs/api.md §2.1.6). */
export interface AppsReport {
  /** Milliseconds since the epoch, by the device's clock; undefined where not told. */
  readonly at: number | undefined;
  /** By name. */
  readonly apps: readonly AppReport[];
}

export interface AppReport {
  readonly name: string;
  /** `healthy`, `unhealthy`, or another word of the device. */
  readonly state: string;
  /** `hub.foundries.io/acme/app@sha256:…` */
  readonly uri: string;
  readonly services: readonly ServiceReport[];
}

/** A container of an app; the words are Docker's. */
export interface ServiceReport {
  readonly name: string;
  /** `running`, `exited`, `created`, … */
  readonly state: string;
  /** `Up 3 hours` */
  readonly status: string;
  /** `healthy`, `unhealthy`, or `''` without a check. */
  readonly health: string;
  readonly image: string;
  /** The last lines, only of what is unhealthy. */
  readonly logs: string;
}

/** How what is configured and what the device told fit together. */
export type AppMatch =
  /** Runs, or does not, as it should; or nobody knows. */
  | 'asSet'
  /** Should run, but the device has not told of it yet. */
  | 'waitingOn'
  /** Should not run, but the device still told of it. */
  | 'waitingOff'
  /** The target does not have it, so that the device ignores the name. */
  | 'notInTarget';

/** An app of a device. */
export interface AppState {
  readonly name: string;
  readonly enabled: boolean;
  readonly match: AppMatch;
  /** Of the target; undefined where the target does not have it or is not known. */
  readonly offered: TargetApp | undefined;
  readonly report: AppReport | undefined;
}

/** What the apps of a device follow from. */
export interface AppFacts {
  /** undefined: not known, so that no app can be said to be on or off. */
  readonly setting: AppsSetting | undefined;
  /** Apps of the device's target; undefined where they are not known. */
  readonly offered: readonly TargetApp[] | undefined;
  /** The device's last report; undefined where there is none. */
  readonly report: AppsReport | undefined;
  /** Names that the device tells as running, where there is no report; undefined for many devices. */
  readonly running: readonly string[] | undefined;
}

/** @returns the apps of the target, those named in the settings and those that run, by name */
export function appStates({ setting, offered, report, running }: AppFacts): AppState[] {
  const reports = new Map(report?.apps.map((app) => [app.name, app]));
  const names = report === undefined ? running : [...reports.keys()];
  const runs = new Set(names);
  const byName = new Map(offered?.map((app) => [app.name, app]));
  const named = setting?.kind === 'only' ? setting.apps : [];
  const isEnabled = setting && enabledBy(setting);
  return [...new Set([...byName.keys(), ...named, ...runs])]
    .sort((a, b) => a.localeCompare(b))
    .map((name): AppState => {
      const has = offered === undefined || byName.has(name);
      const enabled =
        isEnabled !== undefined && (setting?.kind === 'default' ? has || runs.has(name) : isEnabled(name));
      return {
        name,
        enabled,
        match: setting === undefined ? 'asSet' : matchOf({ enabled, has, runs: names && runs.has(name) }),
        offered: byName.get(name),
        report: reports.get(name),
      };
    });
}

function matchOf({ enabled, has, runs }: { enabled: boolean; has: boolean; runs: boolean | undefined }): AppMatch {
  if (enabled && !has) {
    return 'notInTarget';
  }
  return runs === undefined || enabled === runs ? 'asSet' : enabled ? 'waitingOn' : 'waitingOff';
}

/** @returns the digest of an app or image, 12 digits of it; `''` where the address has none */
export function shortDigest(uri: string): string {
  return /@sha256:([0-9a-f]{12})/.exec(uri)?.[1] ?? '';
}
