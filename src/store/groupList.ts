import type { FactoryClient } from '../api/client';
import type { DeviceGroup } from '../api/groups';
import { FetchedList, type Fetched } from './fetchedList';

interface Groups {
  /** By name. */
  readonly groups: readonly DeviceGroup[];
}

export type GroupListState = Fetched<Groups>;

/** The Factory's device groups. */
export class GroupList extends FetchedList<Groups> {
  constructor(client: FactoryClient, factory: string) {
    super({ groups: [] }, async (signal) => {
      const groups = await client.listGroups(factory, signal);
      return { groups: [...groups].sort((a, b) => a.name.localeCompare(b.name)) };
    });
  }
}
