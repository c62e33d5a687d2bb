import type { FactoryClient } from '../api/client';
import { asUnverified, FactoryError } from '../api/errors';
import type { DeviceGroup, GroupChange } from '../api/groups';
import { FetchedList, type Fetched } from './fetchedList';

interface Groups {
  /** By name. */
  readonly groups: readonly DeviceGroup[];
}

export type GroupListState = Fetched<Groups>;

/** The Factory's device groups, and changes of them: after each, done or failed, the list shows what the service has. */
export class GroupList extends FetchedList<Groups> {
  private readonly client: FactoryClient;
  private readonly factory: string;

  constructor(client: FactoryClient, factory: string) {
    super({ groups: [] }, async (signal) => {
      const groups = await client.listGroups(factory, signal);
      return { groups: [...groups].sort((a, b) => a.name.localeCompare(b.name)) };
    });
    this.client = client;
    this.factory = factory;
  }

  /** @returns the id of the group that is listed under a name; undefined where none is, or the service told no id */
  idOf(name: string): number | undefined {
    return this.state.groups.find((group) => group.name === name)?.id;
  }

  /**
   * Like `idOf`, of what the service has from now on.
   *
   * @throws {FactoryError}
   */
  async fetchId(name: string): Promise<number | undefined> {
    await this.readAgain();
    const { error } = this.state;
    if (error instanceof Error) {
      throw error;
    }
    return this.idOf(name);
  }

  /** @throws {FactoryError} `conflict` where the name is taken */
  create(group: DeviceGroup): Promise<void> {
    return this.write(
      () => this.client.createGroup(this.factory, group),
      (groups) => groups.some(({ name, description }) => name === group.name && description === group.description),
    );
  }

  /** @throws {FactoryError} `conflict` where the name is taken */
  change(name: string, change: GroupChange): Promise<void> {
    const after = { name, ...change };
    return this.write(
      () => this.client.changeGroup(this.factory, name, change),
      (groups) =>
        groups.some(
          (group) =>
            group.name === after.name && (change.description === undefined || group.description === change.description),
        ) &&
        (after.name === name || groups.every((group) => group.name !== name)),
    );
  }

  /** @throws {FactoryError} `conflict` while devices are assigned to it */
  remove(name: string): Promise<void> {
    return this.write(
      () => this.client.deleteGroup(this.factory, name),
      (groups) => groups.every((group) => group.name !== name),
    );
  }

  /** @param holds whether it is done, where the answer was lost: a write is not repeated */
  private async write(send: () => Promise<void>, holds: (groups: readonly DeviceGroup[]) => boolean): Promise<void> {
    try {
      await send();
    } catch (error) {
      if (error instanceof FactoryError && (error.outcomeUnknown || error.kind === 'notFound')) {
        await this.readAgain();
        if (error.outcomeUnknown && this.state.error !== undefined) {
          throw asUnverified(error);
        }
        if (error.outcomeUnknown && holds(this.state.groups)) {
          return;
        }
      }
      throw error;
    }
    await this.readAgain();
  }

  /** Asks anew for what is there from now on: a fetch that is under way may show the past. Never rejects. */
  async readAgain(): Promise<void> {
    await this.settled();
    await this.refresh();
  }
}
