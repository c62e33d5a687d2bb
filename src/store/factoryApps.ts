import type { FactoryClient } from '../api/client';
import type { AppsReport } from '../model/apps';
import type { AppsSetting } from '../model/appsSetting';
import { currentFile, UPDATE_SETTINGS_FILE, type ConfigFile, type ConfigScope } from '../model/config';
import type { Device } from '../model/device';
import { LastUsed } from '../model/lastUsed';
import { isUnreadable } from '../model/secrecy';
import type { Target, TargetApp } from '../model/target';
import type { ConfigStore } from './configStore';
import type { TargetList } from './targetList';
import type { UpdateFacts } from './updateFacts';

/** What one configuration says of apps and tag. */
export interface SettingsLevel {
  readonly scope: ConfigScope;
  /** undefined where the configuration has no such file. */
  readonly file: ConfigFile | undefined;
  /** undefined where the file says nothing clear. */
  readonly apps: AppsSetting | undefined;
  readonly tag: string | undefined;
  readonly problem: LevelProblem | undefined;
}

/** Why it is not known what a configuration says of apps. */
export type LevelProblem =
  /** Not fetched. */
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'encrypted' }
  /** `compose_apps` is no text. */
  | { readonly kind: 'unclear' }
  /** No TOML; in the parser's words. */
  | { readonly kind: 'malformed'; readonly line: number; readonly message: string };

/** What is set for a device: by its own configuration, its group's, or the Factory's (docs/api.md §4.2, §4.4). */
export interface EffectiveApps {
  /** undefined where a level that counts cannot be read. */
  readonly setting: AppsSetting | undefined;
  /** Whose configuration it is; undefined where none says anything: the default. */
  readonly from: ConfigScope | undefined;
}

/** Something that could not be fetched, and why. */
export interface MissingPart {
  readonly what: 'target' | 'report' | 'factory' | 'group';
  readonly error: unknown;
}

export interface DeviceApps extends EffectiveApps {
  readonly device: Device;
  /** The most specific first. */
  readonly levels: readonly SettingsLevel[];
  readonly target: Target | undefined;
  readonly report: AppsReport | undefined;
  /** What could not be fetched; the rest is there all the same. */
  readonly missing: readonly MissingPart[];
}

export interface GroupApps extends EffectiveApps {
  readonly level: SettingsLevel;
  /** Tags that count: the one that is set, or those that its devices follow; undefined where those are not known. */
  readonly tags: readonly string[] | undefined;
  /** Apps of the newest targets for these tags, by name; undefined where those of one of them are not known. */
  readonly offered: readonly TargetApp[] | undefined;
}

/** Targets and reports that are kept. */
const MOST_KEPT = 500;
/** A configuration or report that was fetched less than this ago is not fetched again. */
const FRESH_MS = 60_000;
/** A report is older sooner: it is what one waits for. */
const REPORT_MS = 10_000;

/** The apps of devices and groups: what is set, what targets have, what devices report. Each is fetched when it is asked for. */
export class FactoryApps {
  private readonly client: FactoryClient;
  private readonly factory: string;
  private readonly configs: ConfigStore;
  private readonly targets: TargetList;
  private readonly facts: UpdateFacts;
  private readonly answers = new LastUsed<{ readonly value: Promise<unknown>; readonly at: number }>(MOST_KEPT);

  constructor(client: FactoryClient, factory: string, configs: ConfigStore, targets: TargetList, facts: UpdateFacts) {
    this.client = client;
    this.factory = factory;
    this.configs = configs;
    this.targets = targets;
    this.facts = facts;
  }

  /**
   * @throws {FactoryError} where the device's own configuration cannot be read
   */
  async ofDevice(device: Device): Promise<DeviceApps> {
    const { factory } = this;
    const missing: MissingPart[] = [];
    const orNote = <T>(what: MissingPart['what'], promise: Promise<T>): Promise<T | undefined> =>
      promise.catch((error: unknown) => {
        missing.push({ what, error });
        return undefined;
      });
    const shared: Exclude<ConfigScope, { kind: 'device' }>[] = [
      ...(device.group === '' ? [] : [{ kind: 'group', factory, group: device.group } as const]),
      { kind: 'factory', factory },
    ];
    const [own, target, report, ...above] = await Promise.all([
      this.level({ kind: 'device', factory, device: device.name }, device.uuid),
      orNote('target', this.target(device.target)),
      orNote(
        'report',
        this.once(`report ${device.name}`, () => this.client.newestAppsReport(factory, device.name), REPORT_MS),
      ),
      ...shared.map((scope) =>
        this.level(scope).catch((error: unknown): SettingsLevel => {
          missing.push({ what: scope.kind, error });
          // A Factory has no update settings as a rule (docs/api.md §4.4), and not everybody may read its configuration.
          const problem = scope.kind === 'factory' ? undefined : ({ kind: 'failed', error } as const);
          return { scope, file: undefined, apps: { kind: 'default' }, tag: undefined, problem };
        }),
      ),
    ]);
    const levels = [own, ...above];
    return { device, levels, ...effective(levels), target, report, missing };
  }

  /**
   * @throws {FactoryError} where the group's configuration cannot be read
   */
  async ofGroup(group: string): Promise<GroupApps> {
    const level = await this.level({ kind: 'group', factory: this.factory, group });
    const tags = level.tag === undefined ? await this.facts.tagsOfGroup(group) : [level.tag];
    const newest = await Promise.all((tags ?? []).map((tag) => this.facts.newest(tag)));
    const found = newest.flatMap((answer) => (answer === undefined || answer === 'none' ? [] : answer.targets));
    const apps = new Map(found.flatMap((target) => target.apps.map((app) => [app.name, app] as const)));
    // Without those of one tag, a list of apps would turn them off on its devices.
    const isPart = found.length === 0 || newest.includes(undefined);
    const offered = isPart ? undefined : [...apps.values()].sort((a, b) => a.name.localeCompare(b.name));
    return { level, tags, offered, ...effective([level]) };
  }

  /** Drops what is known of targets and reports. */
  invalidate(): void {
    this.answers.clear();
  }

  /** @param uuid of a device: its name may have moved to another one */
  private async level(scope: ConfigScope, uuid?: string): Promise<SettingsLevel> {
    const { entries } = await this.configs.getOf(scope, uuid, FRESH_MS);
    const file = currentFile(entries, UPDATE_SETTINGS_FILE);
    const unsaid = { scope, file, apps: undefined, tag: undefined };
    if (file === undefined) {
      return { ...unsaid, apps: { kind: 'default' }, problem: undefined };
    }
    if (isUnreadable(scope, file)) {
      return { ...unsaid, problem: { kind: 'encrypted' } };
    }
    const { readUpdateSettings } = await import('../model/updateSettings');
    const read = readUpdateSettings(file.value);
    if (!read.ok) {
      return { ...unsaid, problem: { kind: 'malformed', ...read.problem } };
    }
    const { composeApps, tags } = read.value;
    return composeApps.kind === 'unclear'
      ? { ...unsaid, tag: tags?.[0], problem: { kind: 'unclear' } }
      : { scope, file, apps: composeApps, tag: tags?.[0], problem: undefined };
  }

  private async target(name: string): Promise<Target | undefined> {
    if (name === '') {
      return undefined;
    }
    const known = this.targets.state.targets.find((target) => target.name === name);
    return known ?? this.once(`target ${name}`, () => this.client.getTarget(this.factory, name));
  }

  /** Asks once for all who want to know, and again when the answer is old or was a failure. */
  private once<T>(key: string, fetch: () => Promise<T>, maxAgeMs = FRESH_MS): Promise<T> {
    const known = this.answers.get(key);
    if (known !== undefined && Date.now() - known.at < maxAgeMs) {
      return known.value as Promise<T>;
    }
    const value = fetch();
    this.answers.set(key, { value, at: Date.now() });
    value.catch(() => this.answers.delete(key));
    return value;
  }
}

/** @param levels the most specific first: the first that has the key counts */
function effective(levels: readonly SettingsLevel[]): EffectiveApps {
  for (const { apps, problem, scope } of levels) {
    if (problem !== undefined || apps === undefined) {
      return { setting: undefined, from: scope };
    }
    if (apps.kind !== 'default') {
      return { setting: apps, from: scope };
    }
  }
  return { setting: { kind: 'default' }, from: undefined };
}
