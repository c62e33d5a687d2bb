import type { FactoryClient } from '../api/client';
import { groupByTag, type TagOfTargets, type Target } from '../model/target';
import { FetchedList, type Fetched } from './fetchedList';

interface Targets {
  readonly targets: readonly Target[];
  readonly tags: readonly TagOfTargets[];
}

export type TargetListState = Fetched<Targets>;

/** The Factory's targets. */
export class TargetList extends FetchedList<Targets> {
  constructor(client: FactoryClient, factory: string) {
    super({ targets: [], tags: [] }, async (signal) => {
      const targets = await client.listTargets(factory, signal);
      return { targets, tags: groupByTag(targets) };
    });
  }
}
