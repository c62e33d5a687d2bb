import { newestMoved, touchedTags, type TagChange } from '../../model/targetChanges';
import type { Target } from '../../model/target';
import { wavesInProgress } from '../../store/inProgress';
import { fleetCounts, runningReach, tagsReach, type Counting } from '../../store/reach';
import type { CommandContext } from '../services';
import type { Running, Surroundings } from './changePlans';

type Around = Omit<Surroundings, 'changed'>;

/** Asks whom a change of tags concerns, and which waves it meets. Never rejects. */
export async function aroundTags(
  context: CommandContext,
  changes: readonly TagChange[],
  counting: Counting,
): Promise<Around> {
  const { connection, factory } = context;
  const tags = touchedTags(changes);
  const [counts, waves] = await Promise.all([
    fleetCounts(connection.client, factory.name, counting),
    wavesOf(context, tags, changes, counting),
  ]);
  return {
    factory: factory.name,
    moved: newestMoved(factory.targets.state.targets, new Map(changes.map(({ name, after }) => [name, after]))),
    tags,
    followers: tagsReach(counts, tags, counting),
    waves,
  };
}

/** Asks whom a prune concerns, and which waves it meets. Never rejects. */
export async function aroundPrune(
  context: CommandContext,
  targets: readonly Target[],
  counting: Counting,
): Promise<{ readonly around: Around; readonly running: Running }> {
  const { connection, factory } = context;
  const { client } = connection;
  const moved = newestMoved(factory.targets.state.targets, new Map(targets.map(({ name }) => [name, undefined])));
  const tags = [
    ...new Set(
      moved.hardwareLeftOut > 0 ? targets.flatMap((target) => target.tags) : moved.moved.map(({ tag }) => tag),
    ),
  ];
  const carried = targets.flatMap((target) => target.tags);
  const [[counts, running], waves] = await Promise.all([
    fleetCounts(client, factory.name, counting).then(
      async (found) => [found, await runningReach(client, factory.name, targets, found, counting)] as const,
    ),
    wavesOf(context, carried, targets, counting),
  ]);
  return {
    around: { factory: factory.name, moved, tags, followers: tagsReach(counts, tags, counting), waves },
    running,
  };
}

/** Waves for devices that follow one of the tags, and those that hand out one of the versions. */
function wavesOf(
  { connection: { client }, factory }: CommandContext,
  tags: readonly string[],
  targets: readonly { readonly version: number }[],
  counting: Counting,
): Promise<Surroundings['waves']> {
  const [meant, versions] = [new Set(tags), new Set(targets.map(({ version }) => version))];
  return wavesInProgress(
    { client, factory: factory.name, waves: factory.waves },
    ({ tag, version }) => meant.has(tag) || versions.has(version),
    counting,
  );
}
