import type { FactoryClient } from '../api/client';
import { asHalfDone, asUnverified, FactoryError } from '../api/errors';
import {
  scopeKey,
  type ConfigChange,
  type ConfigEntry,
  type ConfigReplacement,
  type ConfigScope,
} from '../model/config';
import {
  mayBeDone,
  patching,
  removing,
  renaming,
  replacing,
  showsAll,
  type Removal,
  type Renaming,
  type Write,
} from './configWrites';
import { Denials } from './denials';
import { Emitter } from './emitter';
import { findOverwritten, type Overwritten, type SentWhole } from './overwritten';

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
  private readonly overwritten = new Emitter<Overwritten>();
  /** Told where a write of all files turns out to have replaced a change that nobody had seen. */
  readonly onDidOverwrite = this.overwritten.event;
  /** Writes of all files after which the history was not read yet, by scope. */
  private readonly unverified = new Map<string, SentWhole<unknown> & { readonly asked: number }>();

  /** What the service has refused to change. */
  readonly denials = new Denials();

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
    this.denials.clear();
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
    return this.inTurn(scope, patching, decide);
  }

  /**
   * Like `update`, but puts a whole set of files in place of what is there: one GET, one POST, and one GET that shows
   * whether somebody else's change was replaced with it (`onDidOverwrite`).
   *
   * @throws {FactoryError}, and whatever `decide` throws
   */
  replace(scope: ConfigScope, decide: Decide<ConfigReplacement>): Promise<ConfigSnapshot> {
    return this.inTurn(scope, replacing, decide);
  }

  /**
   * Like `update`, but removes a file: one GET and one DELETE, which the service gives a reason of its own; a name with a
   * `/` goes as `replace` does, by a POST of the other files.
   *
   * @throws {FactoryError}, and whatever `decide` throws
   */
  remove(scope: ConfigScope, decide: Decide<Removal>): Promise<ConfigSnapshot> {
    return this.inTurn(scope, removing, decide);
  }

  /**
   * Like `update`, but gives a file another name: as `replace` does, with everything else kept; or by a PATCH and a DELETE
   * where the other values cannot be sent back.
   *
   * @throws {FactoryError}, and whatever `decide` throws
   */
  rename(scope: ConfigScope, decide: Decide<Renaming>): Promise<ConfigSnapshot> {
    return this.inTurn(scope, renaming, decide);
  }

  private async inTurn<Change>(
    scope: ConfigScope,
    write: Write<Change>,
    decide: Decide<Change>,
  ): Promise<ConfigSnapshot> {
    const key = scopeKey(scope);
    const turn = (this.writing.get(key) ?? Promise.resolve()).then(() => this.write(scope, write, decide));
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

  private async write<Change>(
    scope: ConfigScope,
    write: Write<Change>,
    decide: Decide<Change>,
  ): Promise<ConfigSnapshot> {
    const before = await this.fetch(scope);
    const change = await decide(before.entries);
    if (change === undefined) {
      return before;
    }
    const after = await this.send(scope, write, before, change).catch((error: unknown) => {
      this.denials.failed(scope, error);
      throw error;
    });
    this.denials.succeeded(scope);
    this.written.fire(scope);
    return after;
  }

  private async send<Change>(
    scope: ConfigScope,
    write: Write<Change>,
    before: ConfigSnapshot,
    change: Change,
  ): Promise<ConfigSnapshot> {
    const [seen] = before.entries;
    const files = seen?.files ?? [];
    const whole = write.sendsAll(scope, change, files);
    const verifyLater = () => {
      if (whole) {
        // Only what is asked from now on can show it.
        this.unverified.set(scopeKey(scope), { scope, write, change, seen, asked: this.asked });
      }
    };
    let entry: ConfigEntry | undefined;
    try {
      entry = await write.send(this.client, scope, change, files);
    } catch (error) {
      if (!mayBeDone(error, write)) {
        if (write.isHalfDone !== undefined) {
          // So that what the first step did is shown.
          await this.readBack(scope);
        }
        throw error;
      }
      verifyLater();
      const after = await this.readBack(scope);
      if (after === undefined) {
        throw asUnverified(error);
      }
      if (!write.holds(after.entries, change)) {
        throw write.isHalfDone?.(after.entries, change) === true ? asHalfDone(error) : error;
      }
      return after;
    } finally {
      // Whatever was asked before shows the past.
      this.newest.set(scopeKey(scope), ++this.asked);
    }
    verifyLater();
    if (
      entry === undefined ||
      !showsAll(entry, files, write, change) ||
      !write.tookEffect(before.entries, [entry], change)
    ) {
      return this.confirmed(scope, before, write, change);
    }
    const sent = this.adopt(scope, [entry, ...before.entries]);
    // The answer shows what is in force, not what came between.
    return (whole ? await this.readBack(scope) : undefined) ?? sent;
  }

  /** The service said yes without showing what it now has: ask, and do not call it saved unless it is there. */
  private async confirmed<Change>(
    scope: ConfigScope,
    before: ConfigSnapshot,
    write: Write<Change>,
    change: Change,
  ): Promise<ConfigSnapshot> {
    const after = await this.readBack(scope);
    if (after === undefined) {
      // It was accepted; only the look at it failed. The next reader will see.
      this.snapshots.delete(scopeKey(scope));
      const files = write.after(before.entries[0]?.files ?? [], change);
      const reason = write.reasonOf(change);
      const entry = { createdAt: '', appliedAt: undefined, createdBy: undefined, reason, files };
      return { entries: [entry, ...before.entries], fetchedAt: 0 };
    }
    if (!write.tookEffect(before.entries, after.entries, change)) {
      throw new FactoryError('unexpected', {
        request: 'a change of a configuration',
        host: this.client.server.label,
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
        const snapshot = this.adopt(scope, entries);
        this.verify(key, mine, entries);
        return snapshot;
      })
      .finally(() => {
        if (this.fetching.get(key) === running) {
          this.fetching.delete(key);
        }
      });
    this.fetching.set(key, running);
    return running;
  }

  /** Looks in a history that the service has told for what the last write of all files replaced. */
  private verify(key: string, asked: number, entries: readonly ConfigEntry[]): void {
    const sent = this.unverified.get(key);
    if (sent === undefined || asked <= sent.asked) {
      return;
    }
    const found = findOverwritten(sent, entries);
    if (found !== 'unknown') {
      this.unverified.delete(key);
    }
    if (typeof found === 'object') {
      this.overwritten.fire(found);
    }
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
