/** Events, and an account of who listens. */

export class Disposable {
  static from(...all: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => all.forEach((each) => each.dispose()));
  }

  constructor(private end: (() => unknown) | undefined) {}

  dispose(): void {
    const { end } = this;
    this.end = undefined;
    end?.();
  }
}

const emitters = new Set<WeakRef<EventEmitter<never>>>();

/** @returns listeners of all emitters that are still there; collect garbage before */
export function listenerCount(): number {
  let count = 0;
  for (const reference of emitters) {
    const emitter = reference.deref();
    if (emitter === undefined) {
      emitters.delete(reference);
    } else {
      count += emitter.size;
    }
  }
  return count;
}

export class EventEmitter<T> {
  private readonly listeners = new Set<{ readonly run: (event: T) => unknown }>();

  constructor() {
    emitters.add(new WeakRef(this as unknown as EventEmitter<never>));
  }

  get size(): number {
    return this.listeners.size;
  }

  readonly event = (
    listener: (event: T) => unknown,
    thisArgument?: unknown,
    disposables?: Disposable[],
  ): Disposable => {
    const entry = { run: thisArgument === undefined ? listener : listener.bind(thisArgument) };
    this.listeners.add(entry);
    const subscription = new Disposable(() => this.listeners.delete(entry));
    disposables?.push(subscription);
    return subscription;
  };

  fire(event: T): void {
    [...this.listeners].forEach(({ run }) => run(event));
  }

  /** Resolves when whatever the listeners began has ended. */
  async fireAndWait(event: T): Promise<void> {
    await Promise.all([...this.listeners].map(({ run }) => run(event)));
  }

  dispose(): void {
    this.listeners.clear();
  }
}

export class CancellationTokenSource {
  private readonly emitter = new EventEmitter<undefined>();
  readonly token = { isCancellationRequested: false, onCancellationRequested: this.emitter.event };

  cancel(): void {
    this.token.isCancellationRequested = true;
    this.emitter.fire(undefined);
  }

  dispose(): void {
    this.emitter.dispose();
  }
}
