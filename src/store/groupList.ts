import type { FactoryClient } from '../api/client';
import type { DeviceGroup } from '../api/groups';
import { Emitter } from './emitter';

export interface GroupListState {
  /** By name. */
  readonly groups: readonly DeviceGroup[];
  /** Milliseconds since the epoch; undefined before the first fetch. */
  readonly fetchedAt: number | undefined;
  /** Why the last fetch failed; undefined after a success. */
  readonly error: unknown;
}

/** The Factory's device groups. What is shown stays until something newer is in. */
export class GroupList {
  private readonly client: FactoryClient;
  private readonly factory: string;
  private current: GroupListState = { groups: [], fetchedAt: undefined, error: undefined };
  private running: Promise<void> | undefined;
  private readonly changed = new Emitter<GroupListState>();
  readonly onDidChange = this.changed.event;

  constructor(client: FactoryClient, factory: string) {
    this.client = client;
    this.factory = factory;
  }

  get state(): GroupListState {
    return this.current;
  }

  /** Fetches the groups unless they are there or on their way. Never rejects: a failure is in the state. */
  async load(): Promise<GroupListState> {
    if (this.running === undefined && this.current.fetchedAt === undefined) {
      await this.refresh();
    } else {
      await this.running;
    }
    return this.current;
  }

  /** Fetches the groups again, or joins the fetch that is under way. Never rejects. */
  refresh(): Promise<void> {
    this.running ??= this.client
      .listGroups(this.factory)
      .then(
        (groups): GroupListState => ({
          groups: [...groups].sort((a, b) => a.name.localeCompare(b.name)),
          fetchedAt: Date.now(),
          error: undefined,
        }),
        (error: unknown): GroupListState => ({ ...this.current, error }),
      )
      .then((state) => {
        this.current = state;
        this.changed.fire(state);
      })
      .finally(() => {
        this.running = undefined;
      });
    return this.running;
  }
}
