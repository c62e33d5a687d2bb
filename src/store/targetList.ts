import type { FactoryClient } from '../api/client';
import { groupByTag, type TagOfTargets, type Target } from '../model/target';
import { Emitter } from './emitter';

export interface TargetListState {
  readonly targets: readonly Target[];
  readonly tags: readonly TagOfTargets[];
  /** Milliseconds since the epoch; undefined before the first fetch. */
  readonly fetchedAt: number | undefined;
  /** Why the last fetch failed; undefined after a success. */
  readonly error: unknown;
}

/** The Factory's targets. What is shown stays until something newer is in. */
export class TargetList {
  private readonly client: FactoryClient;
  private readonly factory: string;
  private current: TargetListState = { targets: [], tags: [], fetchedAt: undefined, error: undefined };
  private running: Promise<void> | undefined;
  private readonly changed = new Emitter<TargetListState>();
  readonly onDidChange = this.changed.event;

  constructor(client: FactoryClient, factory: string) {
    this.client = client;
    this.factory = factory;
  }

  get state(): TargetListState {
    return this.current;
  }

  /** Fetches the targets unless they are there or on their way. Never rejects: a failure is in the state. */
  async load(): Promise<TargetListState> {
    if (this.running === undefined && this.current.fetchedAt === undefined) {
      await this.refresh();
    } else {
      await this.running;
    }
    return this.current;
  }

  /** Fetches the targets again, or joins the fetch that is under way. Never rejects. */
  refresh(signal?: AbortSignal): Promise<void> {
    this.running ??= this.client
      .listTargets(this.factory, signal)
      .then(
        (targets) => ({ targets, tags: groupByTag(targets), fetchedAt: Date.now(), error: undefined }),
        (error: unknown) => ({ ...this.current, error }),
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
