import type { FactoryClient } from '../api/client';
import { asHalfDone, asUnverified, FactoryError } from '../api/errors';
import {
  scopeKey,
  scopeOf,
  targetOf,
  type ConfigChange,
  type ConfigEntry,
  type ConfigReplacement,
  type ConfigScope,
  type ConfigTarget,
} from '../model/config';
import { leadsBack } from '../model/configHistory';
import { LastUsed } from '../model/lastUsed';
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
import type { Overwritten } from './overwritten';
import { SentWrites } from './sentWrites';

export interface ConfigSnapshot {
  /** Newest first; empty where nothing was ever configured. */
  readonly entries: readonly ConfigEntry[];
  /** Milliseconds since the epoch. */
  readonly fetchedAt: number;
  /** The device that it is of for certain; absent where only its name was told, which may move to another device. */
  readonly uuid?: string | undefined;
  /** Id of the group that lists knew by the name when this configuration, or one that it leads back to, was first read. */
  readonly group?: number | undefined;
}

/** What to do, decided on the configuration as it is on the server right before a write. Throws to refuse. */
export type Decide<Change = ConfigChange> = (
  latest: readonly ConfigEntry[],
) => Change | undefined | Promise<Change | undefined>;

type DeviceScope = ConfigScope & { readonly kind: 'device' };
type GroupScope = ConfigScope & { readonly kind: 'group' };

export interface ConfigStoreOptions {
  /** @returns the device that has a name, as far as lists of devices have told */
  readonly uuidOf?: (scope: DeviceScope) => string | undefined;
  /** @returns the id of the group that has a name, as far as lists of groups have told */
  readonly groupOf?: (scope: GroupScope) => number | undefined;
  /** Milliseconds after a write in which its check waits for somebody else to read the history. */
  readonly checkAfterMs?: number;
}

export interface WriteOptions {
  /**
   * Asked once it is decided what to send.
   *
   * @returns uuid of the device that it goes to; undefined: the one that has the name then
   */
  readonly to?: () => string | undefined;
}

/** Configurations of devices that are kept: a change of many devices reads each of them. */
const MOST_KEPT = 1000;
/** Characters of all that are kept; one history may have a hundred megabytes. */
const MOST_SIZE = 32_000_000;

/** How soon after a write its history is looked at for changes by others, in milliseconds. */
export const CHECK_AFTER_MS = 1000;

/**
 * Configurations of devices, groups and Factories, fetched once and written through. There is no compare-and-swap in the
 * API (docs/api.md §4.1), so every write reads first, and the writes of one configuration wait for each other. A moment after
 * a write the history is read once, to find what somebody else wrote in between (`onDidOverwrite`); nobody waits for that.
 *
 * What is shown of a device is read by its uuid where a list has told it. What a write is decided on is read by name, so that
 * it shows where the name has moved to.
 */
export class ConfigStore {
  private readonly client: FactoryClient;
  private readonly options: ConfigStoreOptions;
  private readonly ofDevices = new LastUsed(MOST_KEPT, sizeOf, MOST_SIZE);
  /** Of groups and the Factory, which are few: what was shown of a group is all that tells it from another one of its name. */
  private readonly shared = new Map<string, ConfigSnapshot>();
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
  /** Told where a write turns out to have replaced a change that nobody had seen. */
  readonly onDidOverwrite = this.overwritten.event;
  private readonly sent = new SentWrites();
  /** Checks that are due, by scope. */
  private readonly checks = new Map<string, NodeJS.Timeout>();

  /** What the service has refused to change. */
  readonly denials = new Denials();

  constructor(client: FactoryClient, options: ConfigStoreOptions = {}) {
    this.client = client;
    this.options = options;
  }

  /** @returns what is known without asking; undefined where nothing is */
  peek(scope: ConfigScope): ConfigSnapshot | undefined {
    const known = this.keptOf(scope).get(scopeKey(scope));
    const uuid = this.uuidOf(scope);
    return known?.uuid !== undefined && uuid !== undefined && known.uuid !== uuid ? undefined : known;
  }

  /**
   * @param maxAgeMs a snapshot younger than this will do; a fetch under way always does
   * @throws {FactoryError}
   */
  async get(scope: ConfigScope, maxAgeMs: number): Promise<ConfigSnapshot> {
    const known = this.peek(scope);
    return known !== undefined && isYoung(known, maxAgeMs) ? known : this.join(targetOf(scope, this.uuidOf(scope)));
  }

  /**
   * Like `get`, of one device whatever its name is by now.
   *
   * @param uuid undefined: as `get`
   * @throws {FactoryError} `notFound` where there is no such device
   */
  async getOf(scope: ConfigScope, uuid: string | undefined, maxAgeMs: number): Promise<ConfigSnapshot> {
    if (uuid === undefined || scope.kind !== 'device') {
      return this.get(scope, maxAgeMs);
    }
    const known = this.ofDevices.get(scopeKey(scope));
    return known?.uuid === uuid && isYoung(known, maxAgeMs) ? known : this.join(targetOf(scope, uuid));
  }

  /** To be told that a history, read by name, is that of a device. */
  prove(scope: ConfigScope, uuid: string, entries: readonly ConfigEntry[]): void {
    const known = this.peek(scope);
    if ((this.uuidOf(scope) ?? uuid) === uuid && (known?.uuid !== uuid || known.entries !== entries)) {
      this.adopt(targetOf(scope, uuid), entries);
    }
  }

  /** Drops what is known, so that the next reader asks the service. */
  invalidate(): void {
    this.ofDevices.clear();
    this.shared.clear();
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
  update(scope: ConfigScope, decide: Decide, options?: WriteOptions): Promise<ConfigSnapshot> {
    return this.inTurn(scope, patching, decide, options);
  }

  /**
   * Like `update`, but puts a whole set of files in place of what is there: one GET, one POST, and one GET that shows
   * whether somebody else's change was replaced with it (`onDidOverwrite`).
   *
   * @throws {FactoryError}, and whatever `decide` throws
   */
  replace(scope: ConfigScope, decide: Decide<ConfigReplacement>, options?: WriteOptions): Promise<ConfigSnapshot> {
    return this.inTurn(scope, replacing, decide, options);
  }

  /**
   * Like `update`, but removes a file: one GET and one DELETE, which the service gives a reason of its own; a name with a
   * `/` goes as `replace` does, by a POST of the other files.
   *
   * @throws {FactoryError}, and whatever `decide` throws
   */
  remove(scope: ConfigScope, decide: Decide<Removal>, options?: WriteOptions): Promise<ConfigSnapshot> {
    return this.inTurn(scope, removing, decide, options);
  }

  /**
   * Like `update`, but gives a file another name: as `replace` does, with everything else kept; or by a PATCH and a DELETE
   * where the other values cannot be sent back. What somebody else wrote to the file right before is kept.
   *
   * @throws {FactoryError}, and whatever `decide` throws
   */
  rename(scope: ConfigScope, decide: Decide<Renaming>, options?: WriteOptions): Promise<ConfigSnapshot> {
    return this.inTurn(scope, renaming, decide, options);
  }

  private async inTurn<Change>(
    scope: ConfigScope,
    write: Write<Change>,
    decide: Decide<Change>,
    options: WriteOptions = {},
  ): Promise<ConfigSnapshot> {
    const key = scopeKey(scope);
    const turn = (this.writing.get(key) ?? Promise.resolve()).then(() => this.write(scope, write, decide, options));
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
    { to }: WriteOptions,
  ): Promise<ConfigSnapshot> {
    let before: readonly ConfigEntry[] = [];
    const read = await this.fetch(targetOf(scope, undefined), (entries) => (before = entries));
    const change = await decide(before);
    if (change === undefined) {
      return { ...read, entries: before };
    }
    const target = targetOf(scope, to?.());
    const after = await this.send(target, write, before, change)
      .catch((error: unknown) => {
        this.denials.failed(scope, error);
        throw error;
      })
      .finally(() => this.checkLater(target));
    this.denials.succeeded(scope);
    this.written.fire(scope);
    return after;
  }

  private async send<Change>(
    target: ConfigTarget,
    write: Write<Change>,
    before: readonly ConfigEntry[],
    change: Change,
  ): Promise<ConfigSnapshot> {
    const key = scopeKey(target);
    const [seen] = before;
    const files = seen?.files ?? [];
    const verifyLater = (answer: ConfigEntry | undefined) =>
      // Only what is asked from now on can show it.
      this.sent.add(
        questionKey(target),
        { scope: scopeOf(target), write, change, seen, answer, at: Date.now() },
        this.asked,
      );
    let entry: ConfigEntry | undefined;
    try {
      entry = await write.send(this.client, target, change, files);
    } catch (error) {
      if (!mayBeDone(error, write)) {
        if (write.isHalfDone !== undefined) {
          // So that what the first step did is shown.
          await this.readBack(target);
        }
        throw error;
      }
      verifyLater(undefined);
      const after = await this.readBack(target);
      if (after === undefined) {
        throw asUnverified(error);
      }
      if (!write.holds(after.entries, change)) {
        throw write.isHalfDone?.(after.entries, change) === true ? asHalfDone(error) : error;
      }
      return after;
    } finally {
      // Whatever was asked before shows the past.
      this.newest.set(key, ++this.asked);
    }
    verifyLater(entry);
    if (entry === undefined || !showsAll(entry, files, write, change) || !write.tookEffect(before, [entry], change)) {
      return this.confirmed(target, before, write, change);
    }
    const sent = this.adopt(target, [entry, ...before]);
    // The answer shows what is in force, not what came between.
    return (write.sendsAll(target, change, files) ? await this.readBack(target) : undefined) ?? sent;
  }

  /** The service said yes without showing what it now has: ask, and do not call it saved unless it is there. */
  private async confirmed<Change>(
    target: ConfigTarget,
    before: readonly ConfigEntry[],
    write: Write<Change>,
    change: Change,
  ): Promise<ConfigSnapshot> {
    const after = await this.readBack(target);
    if (after === undefined) {
      // It was accepted; only the look at it failed. The next reader will see.
      this.keptOf(target).delete(scopeKey(target));
      const files = write.after(before[0]?.files ?? [], change);
      const reason = write.reasonOf(change);
      const entry = { createdAt: '', appliedAt: undefined, createdBy: undefined, reason, files };
      return { entries: [entry, ...before], fetchedAt: 0 };
    }
    if (!write.tookEffect(before, after.entries, change)) {
      throw new FactoryError('unexpected', {
        request: 'a change of a configuration',
        host: this.client.server.label,
        serverMessage: 'the service accepted the change but does not show it',
      });
    }
    return after;
  }

  private async readBack(target: ConfigTarget): Promise<ConfigSnapshot | undefined> {
    try {
      return await this.fetch(target);
    } catch {
      return undefined;
    }
  }

  /** Looks at the history once after a write, unless somebody else does before. */
  private checkLater(target: ConfigTarget): void {
    const key = questionKey(target);
    if (this.checks.has(key) || !this.sent.has(key)) {
      return;
    }
    const check = () => {
      this.checks.delete(key);
      if (this.sent.has(key)) {
        void this.readBack(target);
      }
    };
    this.checks.set(key, setTimeout(check, this.options.checkAfterMs ?? CHECK_AFTER_MS));
  }

  /** Waits for a question under way, or asks. */
  private join(target: ConfigTarget): Promise<ConfigSnapshot> {
    return this.fetching.get(questionKey(target)) ?? this.fetch(target);
  }

  /** @param told of what the service has answered, which need not be the newest that is known */
  private fetch(target: ConfigTarget, told?: (entries: readonly ConfigEntry[]) => void): Promise<ConfigSnapshot> {
    const question = questionKey(target);
    const mine = ++this.asked;
    const running = this.client
      .listConfig(target)
      .then((entries) => {
        told?.(entries);
        return this.settle(target, mine, entries) ?? this.fetch(target, told);
      })
      .finally(() => {
        if (this.fetching.get(question) === running) {
          this.fetching.delete(question);
        }
      });
    this.fetching.set(question, running);
    return running;
  }

  /** @returns what is known with an answer of the service; undefined where it is to be asked again */
  private settle(target: ConfigTarget, asked: number, entries: readonly ConfigEntry[]): ConfigSnapshot | undefined {
    const key = scopeKey(target);
    const known = this.keptOf(target).get(key);
    if (asked < (this.newest.get(key) ?? 0)) {
      // A later answer, or a write, came in meanwhile: this one shows the past.
      return known !== undefined && known.uuid === (target.uuid ?? known.uuid) ? known : undefined;
    }
    const uuid =
      target.uuid ?? (known?.uuid !== undefined && leadsBack(entries, known.entries) ? known.uuid : undefined);
    const listed = this.uuidOf(target);
    // What was read by a name which may have moved is not shown as the listed device's before that is known.
    const isShown = listed === undefined || listed === uuid;
    const snapshot = isShown ? this.adopt(targetOf(target, uuid), entries) : { entries, fetchedAt: Date.now(), uuid };
    if (isShown) {
      this.newest.set(key, asked);
    }
    // A write to one device is not judged by the history of another one that has its name by now.
    for (const written of new Set([questionKey(target), questionKey(targetOf(target, uuid))])) {
      this.sent.verify(written, asked, entries, uuid).forEach((lost) => this.overwritten.fire(lost));
    }
    return snapshot;
  }

  private adopt(target: ConfigTarget, entries: readonly ConfigEntry[]): ConfigSnapshot {
    const key = scopeKey(target);
    const kept = this.keptOf(target);
    const before = kept.get(key);
    const snapshot = {
      entries,
      fetchedAt: Date.now(),
      uuid: target.uuid,
      group: this.groupOf(target, before, entries),
    };
    kept.set(key, snapshot);
    this.forgetOrder();
    if (before === undefined || JSON.stringify(before.entries) !== JSON.stringify(entries)) {
      this.changed.fire(scopeOf(target));
    }
    return snapshot;
  }

  /** Which answer is newer matters only while one is on its way. */
  private forgetOrder(): void {
    if (this.newest.size > MOST_KEPT && this.fetching.size === 0) {
      this.newest.clear();
    }
  }

  private keptOf({ kind }: Pick<ConfigScope, 'kind'>): LastUsed<ConfigSnapshot> | Map<string, ConfigSnapshot> {
    return kind === 'device' ? this.ofDevices : this.shared;
  }

  /** A list that was read since may tell the id of another group, which has the name by now. */
  private groupOf(
    scope: ConfigScope,
    before: ConfigSnapshot | undefined,
    entries: readonly ConfigEntry[],
  ): number | undefined {
    if (scope.kind !== 'group') {
      return undefined;
    }
    const isSame =
      before !== undefined && (before.entries.length === 0 ? entries.length === 0 : leadsBack(entries, before.entries));
    return (isSame ? before.group : undefined) ?? this.options.groupOf?.(scope);
  }

  private uuidOf(scope: ConfigScope): string | undefined {
    return scope.kind === 'device' ? this.options.uuidOf?.(scope) : undefined;
  }
}

/** @returns characters */
const sizeOf = ({ entries }: ConfigSnapshot): number =>
  entries.reduce((sum, { files }) => files.reduce((total, { value }) => total + value.length, sum), 0);

const isYoung = ({ fetchedAt }: ConfigSnapshot, maxAgeMs: number): boolean => Date.now() - fetchedAt < maxAgeMs;

const questionKey = (target: ConfigTarget): string => `${scopeKey(target)} ${target.uuid ?? ''}`;
