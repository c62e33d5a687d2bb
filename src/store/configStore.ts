import type { FactoryClient } from '../api/client';
import { FactoryError } from '../api/errors';
import {
  currentFile,
  sameFile,
  scopeKey,
  type ConfigChange,
  type ConfigEntry,
  type ConfigScope,
} from '../model/config';
import { Emitter } from './emitter';

export interface ConfigSnapshot {
  /** Newest first; empty where nothing was ever configured. */
  readonly entries: readonly ConfigEntry[];
  /** Milliseconds since the epoch. */
  readonly fetchedAt: number;
}

/** What to do, decided on the configuration as it is on the server right before a write. Throws to refuse. */
export type Decide = (latest: readonly ConfigEntry[]) => ConfigChange | undefined | Promise<ConfigChange | undefined>;

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
  async update(scope: ConfigScope, decide: Decide): Promise<ConfigSnapshot> {
    const key = scopeKey(scope);
    const turn = (this.writing.get(key) ?? Promise.resolve()).then(() => this.write(scope, decide));
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

  private async write(scope: ConfigScope, decide: Decide): Promise<ConfigSnapshot> {
    const before = await this.fetch(scope);
    const change = await decide(before.entries);
    if (change === undefined) {
      return before;
    }
    const after = await this.send(scope, before, change);
    this.written.fire(scope);
    return after;
  }

  private async send(scope: ConfigScope, before: ConfigSnapshot, change: ConfigChange): Promise<ConfigSnapshot> {
    let entry: ConfigEntry | undefined;
    try {
      entry = await this.client.patchConfig(scope, change);
    } catch (error) {
      if (!(error instanceof FactoryError && error.outcomeUnknown)) {
        throw error;
      }
      const after = await this.readBack(scope);
      if (after === undefined || !holds(after.entries, change)) {
        throw error;
      }
      return after;
    } finally {
      // Whatever was asked before shows the past.
      this.newest.set(scopeKey(scope), ++this.asked);
    }
    if (
      entry === undefined ||
      !showsAll(entry, before.entries[0], change) ||
      !tookEffect(before.entries, [entry], change)
    ) {
      return this.confirmed(scope, before, change);
    }
    return this.adopt(scope, [entry, ...before.entries]);
  }

  /** The service said yes without showing what it now has: ask, and do not call it saved unless it is there. */
  private async confirmed(scope: ConfigScope, before: ConfigSnapshot, change: ConfigChange): Promise<ConfigSnapshot> {
    const after = await this.readBack(scope);
    if (after === undefined) {
      // It was accepted; only the look at it failed. The next reader will see.
      this.snapshots.delete(scopeKey(scope));
      const [latest] = before.entries;
      const files = [...(latest?.files ?? []).filter(({ name }) => name !== change.file.name), change.file];
      const entry = { createdAt: '', appliedAt: undefined, createdBy: undefined, reason: change.reason, files };
      return { entries: [entry, ...before.entries], fetchedAt: 0 };
    }
    if (!tookEffect(before.entries, after.entries, change)) {
      throw new FactoryError('unexpected', {
        request: `PATCH ${change.file.name}`,
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

/** Whether a change is in force. It was not before, or it would not have been sent. */
function holds(entries: readonly ConfigEntry[], { file }: ConfigChange): boolean {
  const current = currentFile(entries, file.name);
  return current !== undefined && sameFile(current, file);
}

/** Whether the file is not as it was: as sent, or as the service made it of what was sent. */
function tookEffect(before: readonly ConfigEntry[], after: readonly ConfigEntry[], change: ConfigChange): boolean {
  const was = currentFile(before, change.file.name);
  const is = currentFile(after, change.file.name);
  return is !== undefined && (was === undefined || !sameFile(is, was));
}

/** Whether the answer to a write is the merged set of files, as documented, and not the written file alone. */
function showsAll(entry: ConfigEntry, before: ConfigEntry | undefined, { file }: ConfigChange): boolean {
  const names = new Set(entry.files.map(({ name }) => name));
  return names.has(file.name) && (before?.files ?? []).every(({ name }) => names.has(name));
}
