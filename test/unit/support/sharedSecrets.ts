/** Secret storage that windows share, where everything takes its time: the test says which step comes next. */
import type { Secrets } from '../../../src/auth/account';
import { Emitter } from '../../../src/store/emitter';

/** Steps that are due; nothing happens before one is chosen. */
export class Schedule {
  private readonly due: (() => void)[] = [];
  /** Steps that were taken. */
  time = 0;

  /** Resolves when it is chosen. */
  turn(): Promise<void> {
    return new Promise((resolve) => this.due.push(resolve));
  }

  /** Takes steps until none is due. */
  async run(choose: (count: number) => number): Promise<void> {
    for (;;) {
      // Whatever follows from the last step, without any step of its own.
      await new Promise((resolve) => setImmediate(resolve));
      const [next] = this.due.splice(this.due.length === 0 ? 0 : choose(this.due.length), 1);
      if (next === undefined) {
        return;
      }
      this.time += 1;
      next();
    }
  }
}

/** How an access fails: before it has any effect, or after it. */
export type Fault = 'before' | 'after' | undefined;

export interface SharedOptions {
  readonly schedule: Schedule;
  readonly values: Map<string, string>;
  /** Whether each window has a copy of its own, which follows later: it reads what it has written itself at once, as in VS Code. */
  readonly copies: boolean;
  /** Whether secrets can be listed, as since VS Code 1.105. */
  readonly listing: boolean;
  fault(): Fault;
}

interface Change {
  readonly key: string;
  readonly value: string | undefined;
}

/** The storage, with the handles of its windows. */
export class SharedSecrets {
  private readonly windows = new Set<WindowSecrets>();

  constructor(readonly options: SharedOptions) {}

  open(): WindowSecrets {
    const window = new WindowSecrets(this, new Map(this.options.values));
    this.windows.add(window);
    return window;
  }

  /** A window ends in the middle of whatever it does. */
  end(window: WindowSecrets): void {
    window.ended = true;
    this.windows.delete(window);
  }

  change(change: Change): void {
    put(this.options.values, change);
    this.windows.forEach((window) => window.follow(change));
  }
}

/** The storage as a window has it. */
export class WindowSecrets implements Secrets {
  private readonly changed = new Emitter<{ readonly key: string }>();
  private following: Promise<void> = Promise.resolve();
  private sending: Promise<void> = Promise.resolve();
  ended = false;
  readonly onDidChange = this.changed.event;
  readonly keys?: () => Promise<readonly string[]>;

  constructor(
    private readonly shared: SharedSecrets,
    private readonly copy: Map<string, string>,
  ) {
    if (shared.options.listing) {
      this.keys = () => this.access(() => [...this.values.keys()]);
    }
  }

  get(key: string): Promise<string | undefined> {
    return this.access(() => this.values.get(key));
  }

  store(key: string, value: string): Promise<void> {
    return this.access(() => this.write({ key, value }));
  }

  delete(key: string): Promise<void> {
    return this.access(() => this.write({ key, value: undefined }));
  }

  /** To be told of a change in the storage. Changes arrive in their order. */
  follow(change: Change): void {
    this.following = this.following.then(async () => {
      await this.shared.options.schedule.turn();
      const isNews = !this.shared.options.copies || this.copy.get(change.key) !== change.value;
      put(this.copy, change);
      if (isNews && !this.ended) {
        this.changed.fire({ key: change.key });
      }
    });
  }

  private get values(): ReadonlyMap<string, string> {
    return this.shared.options.copies ? this.copy : this.shared.options.values;
  }

  private write(change: Change): void {
    const { copies, schedule } = this.shared.options;
    if (!copies) {
      this.shared.change(change);
      return;
    }
    put(this.copy, change);
    // In their order, also when the window has ended meanwhile.
    this.sending = this.sending.then(() => schedule.turn()).then(() => this.shared.change(change));
    void schedule.turn().then(() => (this.ended ? undefined : this.changed.fire({ key: change.key })));
  }

  private async access<T>(effect: () => T): Promise<T> {
    const { options } = this.shared;
    await options.schedule.turn();
    await this.untilEnded();
    const failing = options.fault();
    if (failing === 'before') {
      throw new Error('the keyring is locked');
    }
    const result = effect();
    await options.schedule.turn();
    await this.untilEnded();
    if (failing === 'after') {
      throw new Error('the keyring did not answer');
    }
    return result;
  }

  /** Nothing goes on in a window that has ended. */
  private untilEnded(): Promise<void> {
    return this.ended ? new Promise(() => undefined) : Promise.resolve();
  }
}

function put(values: Map<string, string>, { key, value }: Change): void {
  if (value === undefined) {
    values.delete(key);
  } else {
    values.set(key, value);
  }
}
