/** The values that were used last, by key: a limit for what is kept of things that anybody may name. */
export class LastUsed<V> {
  private readonly values = new Map<string, { readonly value: V; readonly size: number }>();
  private total = 0;

  /**
   * @param most values that are kept
   * @param size what a value counts towards `mostSize`, in any unit
   * @param mostSize of all values together; the newest is kept whatever its size
   */
  constructor(
    private readonly most: number,
    private readonly size: (value: V) => number = () => 0,
    private readonly mostSize = Number.POSITIVE_INFINITY,
  ) {}

  /** @returns undefined where nothing is kept, or no more */
  get(key: string): V | undefined {
    const found = this.values.get(key);
    if (found === undefined) {
      return undefined;
    }
    // A Map keeps the order in which its keys came.
    this.values.delete(key);
    this.values.set(key, found);
    return found.value;
  }

  set(key: string, value: V): void {
    this.delete(key);
    const size = this.size(value);
    this.values.set(key, { value, size });
    this.total += size;
    for (const oldest of this.values.keys()) {
      if (oldest === key || (this.values.size <= this.most && this.total <= this.mostSize)) {
        break;
      }
      this.delete(oldest);
    }
  }

  delete(key: string): boolean {
    this.total -= this.values.get(key)?.size ?? 0;
    return this.values.delete(key);
  }

  clear(): void {
    this.values.clear();
    this.total = 0;
  }

  /** How many are kept. */
  get count(): number {
    return this.values.size;
  }
}
