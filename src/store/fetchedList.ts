import { Emitter } from './emitter';

/** What is known of something that is fetched as a whole. */
export type Fetched<T> = T & {
  /** Milliseconds since the epoch; undefined before the first fetch. */
  readonly fetchedAt: number | undefined;
  /** Why the last fetch failed; undefined after a success. */
  readonly error: unknown;
};

/** @returns what a fetch rejected with, to be thrown on */
export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** Something of the Factory that is fetched as a whole. What is shown stays until something newer is in. */
export class FetchedList<T extends object> {
  private readonly fetch: (signal: AbortSignal | undefined) => Promise<T>;
  private current: Fetched<T>;
  private running: Promise<void> | undefined;
  private readonly changed = new Emitter<Fetched<T>>();
  readonly onDidChange = this.changed.event;

  /** @param empty what there is before the first fetch */
  constructor(empty: T, fetch: (signal: AbortSignal | undefined) => Promise<T>) {
    this.fetch = fetch;
    this.current = { ...empty, fetchedAt: undefined, error: undefined };
  }

  get state(): Fetched<T> {
    return this.current;
  }

  /** Fetches unless it is there or on its way. Never rejects: a failure is in the state. */
  async load(): Promise<Fetched<T>> {
    if (this.running === undefined && this.current.fetchedAt === undefined) {
      await this.refresh();
    } else {
      await this.running;
    }
    return this.current;
  }

  /** Resolves when no fetch is under way. Never rejects. */
  protected async settled(): Promise<void> {
    await this.running;
  }

  /** Fetches again, or joins the fetch that is under way. Never rejects. */
  refresh(signal?: AbortSignal): Promise<void> {
    return this.refreshBy(() => this.fetch(signal));
  }

  /** As `refresh`, by other means. */
  protected refreshBy(fetch: () => Promise<T>): Promise<void> {
    this.running ??= fetch()
      .then(
        (fetched): Fetched<T> => ({ ...fetched, fetchedAt: Date.now(), error: undefined }),
        (error: unknown): Fetched<T> => ({ ...this.current, error }),
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
