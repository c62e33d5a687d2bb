import type { ConfigScope } from '../model/config';
import { greatest } from '../model/greatest';
import { appsIn, type NewestTargets, type OfferedApp } from '../model/newestTargets';
import type { CheckedNames } from '../model/updateChecks';
import type { UpdateFacts } from '../store/updateFacts';

/** Whom a document's settings are for, and what is known of the Factory. */
export interface Subject {
  readonly facts: UpdateFacts;
  /** Undefined for a file outside of the Factory. */
  readonly scope: ConfigScope | undefined;
}

/** Tags that are looked into where nothing says which it is. */
const MOST_TAGS = 5;

/** The newest targets of the tags that a document's devices follow. */
export interface Offer {
  readonly newest: readonly NewestTargets[];
  readonly apps: readonly OfferedApp[];
  /** Nothing is left open: these tags, all of their newest targets. */
  readonly certain: boolean;
  /** Hardware ids of the device; undefined where they are not known, or there are several devices. */
  readonly hardware: readonly string[] | undefined;
}

/** @returns the offer as far as known without asking. @param written tags in the text; undefined where it sets none */
export function knownOffer({ facts, scope }: Subject, written: readonly string[] | undefined): Offer {
  const followed = written ?? followedTags(facts, scope);
  const tags = followed ?? someTags(facts);
  const found = tags.map((tag) => facts.knownNewest(tag));
  const newest = found.filter((entry) => entry !== undefined && entry !== 'none');
  const device = scope?.kind === 'device' ? facts.knownDevice(scope.device) : undefined;
  const hardware = device && facts.hardwareOf(device.target);
  const fitting = forHardware(newest, hardware);
  return {
    newest: fitting,
    apps: appsIn(fitting),
    certain: followed !== undefined && followed.length > 0 && newest.length === tags.length,
    hardware,
  };
}

/** The offer, with the questions that are small. */
export async function offer(subject: Subject, written: readonly string[] | undefined): Promise<Offer> {
  const { facts, scope } = subject;
  let tags = written;
  if (tags === undefined && scope?.kind === 'device') {
    const device = await facts.device(scope.device);
    tags = device === undefined || device.tag === '' ? undefined : [device.tag];
  } else if (tags === undefined && scope?.kind === 'group') {
    tags = await facts.tagsOfGroup(scope.group);
  }
  if (tags === undefined || tags.length === 0) {
    await facts.tags();
    tags = someTags(facts);
  }
  await Promise.all(tags.slice(0, MOST_TAGS).map((tag) => facts.newest(tag)));
  return knownOffer(subject, written);
}

/** @returns what the names in a document are checked with */
export function checkedNames(subject: Subject, written: readonly string[] | undefined): CheckedNames {
  const { apps, certain } = knownOffer(subject, written);
  const tags = subject.facts.knownTags();
  return {
    apps: certain ? new Set(apps.map(({ name }) => name)) : undefined,
    tags: tags && new Set(tags.tags.map(({ tag }) => tag)),
    allTags: tags?.complete === true,
  };
}

function followedTags(facts: UpdateFacts, scope: ConfigScope | undefined): readonly string[] | undefined {
  switch (scope?.kind) {
    case 'device': {
      const tag = facts.knownDevice(scope.device)?.tag ?? '';
      return tag === '' ? undefined : [tag];
    }
    case 'group': {
      const tags = facts.knownTagsOfGroup(scope.group);
      return tags?.length === 0 ? undefined : tags;
    }
    default:
      return undefined;
  }
}

function someTags(facts: UpdateFacts): string[] {
  const tags = facts.knownTags()?.tags ?? [];
  return [...tags]
    .sort((a, b) => (b.newest ?? 0) - (a.newest ?? 0))
    .slice(0, MOST_TAGS)
    .map(({ tag }) => tag);
}

/** Leaves out the targets for other hardware than that of the device, where that is known. */
function forHardware(newest: readonly NewestTargets[], hardware: readonly string[] | undefined): NewestTargets[] {
  return newest.map((entry) => {
    const targets = entry.targets.filter(({ hardwareIds }) => hardwareIds.some((id) => hardware?.includes(id)));
    return targets.length === 0
      ? entry
      : { ...entry, targets, version: greatest(targets.map(({ version }) => version)) ?? entry.version };
  });
}
