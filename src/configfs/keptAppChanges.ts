import fs from 'node:fs';
import path from 'node:path';
import type { ConfigScope } from '../model/config';
import type { AppsSetting } from '../model/appsSetting';
import type { SettingsPlace } from './settingsEdits';

/** Apps that the user wants and that were not sent yet, as they are kept over a reload of the window. */
export interface KeptAppChange {
  readonly place: SettingsPlace;
  /** Own setting of the configuration as the user saw it. */
  readonly own: AppsSetting;
  /** What counted then, also where it is set for a group. */
  readonly base: AppsSetting;
  readonly wanted: AppsSetting;
  /** Of the last click, in milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Keeps them in a file: while the window closes, VS Code takes nothing any more to be stored, and a click may be a moment old. What
 * cannot be kept is lost, as it would be without.
 */
export class KeptAppChanges {
  private readonly file: string;

  /** @param folder of the extension for this workspace; need not be there */
  constructor(folder: string) {
    this.file = path.join(folder, 'unsent-apps.json');
  }

  /** @returns what was kept; anything else in its place is passed over */
  all(): KeptAppChange[] {
    try {
      const stored: unknown = JSON.parse(fs.readFileSync(this.file, 'utf8'));
      return Array.isArray(stored) ? stored.filter(isKept) : [];
    } catch {
      return [];
    }
  }

  /** Is done when it returns. */
  set(changes: readonly KeptAppChange[]): void {
    try {
      if (changes.length === 0) {
        fs.rmSync(this.file, { force: true });
        return;
      }
      fs.mkdirSync(path.dirname(this.file), { recursive: true });
      fs.writeFileSync(this.file, JSON.stringify(changes));
    } catch {
      // A full or read-only disk keeps no click from being sent.
    }
  }
}

function isKept(value: unknown): value is KeptAppChange {
  const { place, own, base, wanted, at } = (value ?? {}) as Record<string, unknown>;
  return typeof at === 'number' && isPlace(place) && [own, base, wanted].every(isSetting);
}

function isPlace(value: unknown): value is SettingsPlace {
  const { host, scope } = (value ?? {}) as Record<string, unknown>;
  return typeof host === 'string' && isScope(scope);
}

function isScope(value: unknown): value is ConfigScope {
  const { kind, factory, device, group } = (value ?? {}) as Record<string, unknown>;
  const own = kind === 'device' ? device : kind === 'group' ? group : undefined;
  return typeof factory === 'string' && typeof own === 'string';
}

function isSetting(value: unknown): value is AppsSetting {
  const { kind, apps } = (value ?? {}) as Record<string, unknown>;
  const isList = Array.isArray(apps) && apps.every((app) => typeof app === 'string');
  return kind === 'default' || kind === 'none' || (kind === 'only' && isList);
}
