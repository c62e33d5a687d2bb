import type { FactoryClient } from '../api/client';
import { FactoryError } from '../api/errors';
import {
  currentFile,
  sameFile,
  scopeKey,
  type ConfigChange,
  type ConfigEntry,
  type ConfigFile,
  type ConfigReplacement,
  type ConfigScope,
} from '../model/config';
import { sameFiles } from '../model/configHistory';
import { Emitter } from './emitter';

export interface ConfigSnapshot {
  /** Newest first; empty where nothing was ever configured. */
  readonly entries: readonly ConfigEntry[];
  /** Milliseconds since the epoch. */
  readonly fetchedAt: number;
}

/** What to do, decided on the configuration as it is on the server right before a write. Throws to refuse. */
export type Decide<Change = ConfigChange> = (
  latest: readonly ConfigEntry[],
) => Change | undefined | Promise<Change | undefined>;

/** One request that changes a configuration, and how to tell that it did. */
interface Write {
  readonly request: string;
  readonly reason: string;
  send(): Promise<ConfigEntry | undefined>;
  /** Whether the change is in force in this set. It was not before, or it would not have been sent. */
  holds(entries: readonly ConfigEntry[]): boolean;
  /** Whether something of it shows: what was sent, or what the service made of that. */
  tookEffect(entries: readonly ConfigEntry[]): boolean;
  /** Whether the answer to the request is the whole new set, as documented. */
  showsAll(entry: ConfigEntry): boolean;
  /** The set as it must be now, for an answer that shows nothing. */
  expected(): readonly ConfigFile[];
}

/**
 * Configurations of devices, groups and Factories, fetched once and written through. There is no compare-and-swap in the
 * API (foundries-api.md §4.1), so every write reads first, and the writes of one configuration wait for each other.
 */
export class ConfigStore {
  private readonly client: FactoryClient;
  private readonly snapshots = new Map<string, ConfigSnapshot>();
  private readonly fetching = new Map<string, Promise<ConfigSnapshot>>();
  private readonly writing = new Map<string, Promise<unknown>>();
  /** Counts questions and writes, to tell which answer is newer. */
  private asked = 0;
  /** The newest that is known of each scope. */
  private readonly newest = new Map<string, number>();
  private readonly changed = new Emitter<ConfigScope>();
  readonly onDidChange = this.changed.event;
  private readonly written = new Emitter<ConfigScope>();
  /** Told of each change that was sent and taken. */
  readonly onDidWrite = this.written.event;

  constructor(client: FactoryClient) {
    this.client = client;
  }

  /** @returns what is known without asking; undefined where nothing is */
  peek(scope: ConfigScope): ConfigSnapshot | undefined {
    return this.snapshots.get(scopeKey(scope));
  }

  /**
   * @param maxAgeMs a snapshot younger than this will do; a fetch under way always does
   * @throws {FactoryError}
   */
  async get(scope: ConfigScope, maxAgeMs: number): Promise<ConfigSnapshot> {
    const known = this.peek(scope);
    if (known !== undefined && Date.now() - known.fetchedAt < maxAgeMs) {
      return known;
    }
    return this.fetching.get(scopeKey(scope)) ?? this.fetch(scope);
  }

  /** Drops what is known, so that the next reader asks the service. */
  invalidate(): void {
    this.snapshots.clear();
  }

  /**
   * Reads the configuration, lets the caller decide on it, and sends the change: one GET, and one PATCH if there is
   * something to send. After a failure that leaves open whether the change arrived (a cut connection, a time-out) the
   * configuration is read again, and only what it says counts.
   *
   * @returns the configuration after the write, or as it is where nothing was sent
   * @throws {FactoryError}, and whatever `decide` throws
   */
  update(scope: ConfigScope, decide: Decide): Promise<ConfigSnapshot> {
    return this.inTurn(scope, async () => {
      const before = await this.fetch(scope);
      const change = await decide(before.entries);
      return change === undefined ? before : this.write(scope, before, patchOf(this.client, scope, before, change));
    });
  }

  /**
   * Like `update`, but puts a whole set of files in place of what is there: one GET and one POST.
   *
   * @throws {FactoryError}, and whatever `decide` throws
   */
  replace(scope: ConfigScope, decide: Decide<ConfigReplacement>): Promise<ConfigSnapshot> {
    return this.inTurn(scope, async () => {
      const before = await this.fetch(scope);
      const set = await decide(before.entries);
      return set === undefined ? before : this.write(scope, before, postOf(this.client, scope, set));
    });
  }

  /** Writes of one configuration wait for each other. */
  private async inTurn<T>(scope: ConfigScope, task: () => Promise<T>): Promise<T> {
    const key = scopeKey(scope);
    const turn = (this.writing.get(key) ?? Promise.resolve()).then(task);
    const settled = turn.catch(() => undefined);
    this.writing.set(key, settled);
    try {
      return await turn;
    } finally {
      if (this.writing.get(key) === settled) {
        this.writing.delete(key);
      }
    }
  }

  private async write(scope: ConfigScope, before: ConfigSnapshot, write: Write): Promise<ConfigSnapshot> {
    const after = await this.send(scope, before, write);
    this.written.fire(scope);
    return after;
  }

  private async send(scope: ConfigScope, before: ConfigSnapshot, write: Write): Promise<ConfigSnapshot> {
    let entry: ConfigEntry | undefined;
    try {
      entry = await write.send();
    } catch (error) {
      if (!(error instanceof FactoryError && error.outcomeUnknown)) {
        throw error;
      }
      const after = await this.readBack(scope);
      if (after === undefined || !write.holds(after.entries)) {
        throw error;
      }
      return after;
    } finally {
      // Whatever was asked before shows the past.
      this.newest.set(scopeKey(scope), ++this.asked);
    }
    if (entry === undefined || !write.showsAll(entry) || !write.tookEffect([entry])) {
      return this.confirmed(scope, before, write);
    }
    return this.adopt(scope, [entry, ...before.entries]);
  }

  /** The service said yes without showing what it now has: ask, and do not call it saved unless it is there. */
  private async confirmed(scope: ConfigScope, before: ConfigSnapshot, write: Write): Promise<ConfigSnapshot> {
    const after = await this.readBack(scope);
    if (after === undefined) {
      // It was accepted; only the look at it failed. The next reader will see.
      this.snapshots.delete(scopeKey(scope));
      const { reason } = write;
      const entry = { createdAt: '', appliedAt: undefined, createdBy: undefined, reason, files: write.expected() };
      return { entries: [entry, ...before.entries], fetchedAt: 0 };
    }
    if (!write.tookEffect(after.entries)) {
      throw new FactoryError('unexpected', {
        request: write.request,
        host: this.client.server.host,
        serverMessage: 'the service accepted the change but does not show it',
      });
    }
    return after;
  }

  private async readBack(scope: ConfigScope): Promise<ConfigSnapshot | undefined> {
    try {
      return await this.fetch(scope);
    } catch {
      return undefined;
    }
  }

  private fetch(scope: ConfigScope): Promise<ConfigSnapshot> {
    const key = scopeKey(scope);
    const mine = ++this.asked;
    const running = this.client
      .listConfig(scope)
      .then((entries) => {
        if (mine < (this.newest.get(key) ?? 0)) {
          // A later answer, or a write, came in meanwhile: this one shows the past.
          return this.snapshots.get(key) ?? this.fetch(scope);
        }
        this.newest.set(key, mine);
        return this.adopt(scope, entries);
      })
      .finally(() => {
        if (this.fetching.get(key) === running) {
          this.fetching.delete(key);
        }
      });
    this.fetching.set(key, running);
    return running;
  }

  private adopt(scope: ConfigScope, entries: readonly ConfigEntry[]): ConfigSnapshot {
    const key = scopeKey(scope);
    const snapshot = { entries, fetchedAt: Date.now() };
    const before = this.snapshots.get(key);
    this.snapshots.set(key, snapshot);
    if (before === undefined || JSON.stringify(before.entries) !== JSON.stringify(entries)) {
      this.changed.fire(scope);
    }
    return snapshot;
  }
}

/** One file added or replaced. */
function patchOf(client: FactoryClient, scope: ConfigScope, before: ConfigSnapshot, change: ConfigChange): Write {
  const { file, reason } = change;
  const others = (before.entries[0]?.files ?? []).filter(({ name }) => name !== file.name);
  return {
    request: `PATCH ${file.name}`,
    reason,
    send: () => client.patchConfig(scope, change),
    holds: (entries) => {
      const current = currentFile(entries, file.name);
      return current !== undefined && sameFile(current, file);
    },
    tookEffect: (entries) => {
      const was = currentFile(before.entries, file.name);
      const is = currentFile(entries, file.name);
      return is !== undefined && (was === undefined || !sameFile(is, was));
    },
    showsAll: (entry) => {
      const names = new Set(entry.files.map(({ name }) => name));
      return names.has(file.name) && others.every(({ name }) => names.has(name));
    },
    expected: () => [...others, file],
  };
}

/** The whole set replaced. */
function postOf(client: FactoryClient, scope: ConfigScope, set: ConfigReplacement): Write {
  const holds = ([latest]: readonly ConfigEntry[]) => latest !== undefined && sameFiles(latest.files, set.files);
  return {
    request: 'POST config',
    reason: set.reason,
    send: () => client.postConfig(scope, set),
    holds,
    tookEffect: holds,
    showsAll: ({ files }) => sameFiles(files, set.files),
    expected: () => set.files,
  };
}
