import { appDigest, type TagOfTargets, type Target } from './target';

/** The targets that devices with a tag would take now. */
export interface NewestTargets {
  readonly tag: string;
  /** The highest version among them. */
  readonly version: number;
  /** Where every target is known, one for each hardware id; else those of the highest version. */
  readonly targets: readonly Target[];
}

/**
 * Hardware that a build left out stays at its last target (docs/api.md §6.1), so each has a newest one of its own.
 *
 * @returns the newest target for each hardware id; undefined for a tag without targets
 */
export function newestOf({ tag, versions }: TagOfTargets): NewestTargets | undefined {
  const [first] = versions;
  if (first === undefined) {
    return undefined;
  }
  const found = new Map<string, Target>();
  for (const { targets } of versions) {
    for (const target of targets) {
      for (const hardware of target.hardwareIds.length === 0 ? [''] : target.hardwareIds) {
        if (!found.has(hardware)) {
          found.set(hardware, target);
        }
      }
    }
  }
  return { tag, version: first.version, targets: [...new Set(found.values())] };
}

/** An app that targets have. */
export interface OfferedApp {
  readonly name: string;
  /** Where it is, the newest version first. */
  readonly in: readonly { readonly tag: string; readonly version: number; readonly digest: string }[];
}

/** @returns the apps of the targets, by name */
export function appsIn(newest: readonly NewestTargets[]): OfferedApp[] {
  const places = new Map<string, Map<string, OfferedApp['in'][number]>>();
  for (const { tag, targets } of newest) {
    for (const { apps, version } of targets) {
      for (const app of apps) {
        const place = { tag, version, digest: appDigest(app) };
        const known = places.get(app.name) ?? new Map<string, OfferedApp['in'][number]>();
        places.set(app.name, known.set(JSON.stringify(place), place));
      }
    }
  }
  return [...places]
    .map(([name, found]) => ({ name, in: [...found.values()].sort((a, b) => b.version - a.version) }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** @returns the newest target that has an app, and the tag under which it is found; undefined where none has it */
export function newestWithApp(
  tags: readonly TagOfTargets[],
  app: string,
): { readonly tag: string; readonly target: Target } | undefined {
  let newest: { readonly tag: string; readonly target: Target } | undefined;
  for (const { tag, versions } of tags) {
    for (const { version, targets } of versions) {
      if (newest !== undefined && version <= newest.target.version) {
        break;
      }
      const target = targets.find(({ apps }) => apps.some(({ name }) => name === app));
      if (target !== undefined) {
        newest = { tag, target };
        break;
      }
    }
  }
  return newest;
}

/** Versions of a tag that have an app. */
export interface AppVersions {
  readonly tag: string;
  readonly count: number;
  readonly oldest: number;
  readonly newest: number;
}

/** @returns for each tag with the app, in which versions it is */
export function versionsWithApp(tags: readonly TagOfTargets[], app: string): AppVersions[] {
  return tags.flatMap(({ tag, versions }) => {
    const having = versions
      .filter(({ targets }) => targets.some(({ apps }) => apps.some(({ name }) => name === app)))
      .map(({ version }) => version);
    const [newest] = having;
    const oldest = having.at(-1);
    return newest === undefined || oldest === undefined ? [] : [{ tag, count: having.length, oldest, newest }];
  });
}
