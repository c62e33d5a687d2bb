/** Which apps of its target a device runs (docs/api.md §4.4). */
export type AppsSetting =
  /** Nothing is set: all apps of the target. */
  | { readonly kind: 'default' }
  /** Set to run no app. */
  | { readonly kind: 'none' }
  /** These and no others, in the order of the file; what the target does not have is ignored by the device. */
  | { readonly kind: 'only'; readonly apps: readonly string[] };

/** Tags that fioctl takes: one, without a comma or blank (docs/api.md §3.4). */
export const TAG_PATTERN = /^[a-zA-Z0-9_\-.+]+$/;

/** @returns the names in a list of apps or tags, each once: split at commas and blanks as aktualizr-lite does (docs/api.md §4.4) */
export function splitNames(list: string): string[] {
  return [...new Set(list.split(/[\s,]+/).filter((name) => name !== ''))];
}

/** @returns whether a list can hold the name as one entry */
export function isListable(name: string): boolean {
  return name !== '' && !/[\s,]/.test(name);
}

/** @param list value of `compose_apps`; undefined where the key is missing */
export function appsOf(list: string | undefined): AppsSetting {
  if (list === undefined) {
    return { kind: 'default' };
  }
  const apps = splitNames(list);
  return apps.length === 0 ? { kind: 'none' } : { kind: 'only', apps };
}

/** @returns the value to write, joined as `fioctl … --apps a,b` does; undefined: no key */
export function listOf(setting: AppsSetting): string | undefined {
  switch (setting.kind) {
    case 'default':
      return undefined;
    case 'none':
      return '';
    case 'only':
      return setting.apps.join(',');
  }
}

/** @returns a function that says whether a setting enables an app, for lists of any length */
export function enabledBy(setting: AppsSetting): (app: string) => boolean {
  const apps = new Set(setting.kind === 'only' ? setting.apps : []);
  return (app) => setting.kind === 'default' || apps.has(app);
}

/** @returns whether an app that the target has runs under this setting */
export function isEnabled(setting: AppsSetting, app: string): boolean {
  return setting.kind === 'default' || (setting.kind === 'only' && setting.apps.includes(app));
}

/** Why a single app cannot be turned on or off under the default. */
export type ToggleProblem =
  /** Nobody knows which apps the default stands for, so that a list of them would leave some out. */
  | 'unknown'
  /** To be turned off, but the target does not have it: the default does not stand for it. */
  | 'notOffered';

/** @param ofTarget apps of the target, which the default stands for; undefined where they are not known */
export function toggleProblem(
  setting: AppsSetting,
  app: string,
  on: boolean,
  ofTarget: readonly string[] | undefined,
): ToggleProblem | undefined {
  if (setting.kind !== 'default') {
    return undefined;
  }
  return ofTarget === undefined ? 'unknown' : on || ofTarget.includes(app) ? undefined : 'notOffered';
}

/**
 * Turns one app on or off; changes nothing where `toggleProblem` says why. Neither all on nor all off is made the default again: that would also run what later targets
 * add.
 *
 * @param ofTarget apps of the target, which the default stands for; undefined where they are not known
 */
export function toggled(
  setting: AppsSetting,
  app: string,
  on: boolean,
  ofTarget: readonly string[] | undefined,
): AppsSetting {
  const isSo = isEnabled(setting, app) === on && (setting.kind !== 'default' || ofTarget?.includes(app) === true);
  if (isSo || toggleProblem(setting, app, on, ofTarget) !== undefined) {
    return setting;
  }
  const before = setting.kind === 'default' ? (ofTarget ?? []) : setting.kind === 'none' ? [] : setting.apps;
  const apps = on ? [...before, app] : before.filter((name) => name !== app);
  return apps.length === 0 ? { kind: 'none' } : { kind: 'only', apps };
}

/** @returns whether two settings run the same apps of every target */
export function sameApps(a: AppsSetting, b: AppsSetting): boolean {
  if (a.kind !== 'only' || b.kind !== 'only') {
    return a.kind === b.kind;
  }
  const names = new Set(a.apps);
  return names.size === b.apps.length && b.apps.every((app) => names.has(app));
}
