/** How it ended for one of many. */
export type Ended<Item, Value> =
  | { readonly item: Item; readonly state: 'ok'; readonly value: Value }
  | { readonly item: Item; readonly state: 'failed'; readonly error: unknown }
  /** Was not begun: the user cancelled, or (then it has an error) another item showed that it is of no use. */
  | { readonly item: Item; readonly state: 'skipped'; readonly error?: unknown };

export interface ForManyOptions {
  /** Items under way at once; 4, which leaves the transport room for what the user does meanwhile. */
  readonly parallel?: number;
  /** No further item is begun once it is aborted; those under way end. */
  readonly signal?: AbortSignal;
  /** Whether a failure of one makes it pointless, or harmful, to begin another. */
  readonly stopsAt?: (error: unknown) => boolean;
  /** Told after each item that ended. */
  readonly onProgress?: (ended: number, total: number) => void;
}

/**
 * Does something for each of many items, some at once. A failure of one does not keep the others from being done.
 *
 * @returns how it ended for each, in their order; never rejects
 */
export async function forMany<Item, Value>(
  items: readonly Item[],
  task: (item: Item) => Promise<Value>,
  { parallel = 4, signal, stopsAt, onProgress }: ForManyOptions = {},
): Promise<Ended<Item, Value>[]> {
  const results: Ended<Item, Value>[] = [];
  let stop: { readonly error: unknown } | undefined;
  let next = 0;
  let ended = 0;
  const work = async () => {
    for (let at = next++; at < items.length; at = next++) {
      const item = items[at] as Item;
      if (stop !== undefined || signal?.aborted === true) {
        results[at] = { item, state: 'skipped', ...stop };
        continue;
      }
      try {
        results[at] = { item, state: 'ok', value: await task(item) };
      } catch (error) {
        results[at] = { item, state: 'failed', error };
        if (stopsAt?.(error) === true) {
          stop ??= { error };
        }
      }
      ended += 1;
      onProgress?.(ended, items.length);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(parallel, items.length)) }, work));
  return results;
}
