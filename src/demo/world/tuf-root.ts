/** The TUF root of a Factory, its versions, and the transaction in which a user changes it (docs/api.md §2.5). */
import { DAY, isoZulu } from '../clock';
import { TUF_TARGETS_ROTATION_NEEDS_NO_ACTIVE_WAVE } from '../inferred';
import type { Seed } from '../random';
import { TufKey, type Signature, type WireKey } from './tuf-keys';

type RoleName = 'root' | 'targets' | 'snapshot' | 'timestamp';
/** Roles that the service signs itself. */
export const ONLINE_ROLES = ['targets', 'snapshot', 'timestamp'] as const;
export type OnlineRole = (typeof ONLINE_ROLES)[number];

interface Role {
  readonly keyids: readonly string[];
  readonly threshold: number;
}

/** The document. What a user adds to it is kept as it is. */
export interface SignedRoot {
  readonly signatures: readonly Signature[];
  readonly signed: {
    readonly _type: 'Root';
    readonly version: number;
    readonly expires: string;
    readonly consistent_snapshot: boolean;
    readonly keys: Readonly<Record<string, WireKey>>;
    readonly roles: Readonly<Record<RoleName, Role>>;
    readonly [more: string]: unknown;
  };
}

/** What is staged, until it is applied or canceled. */
interface Updates {
  readonly txid: string;
  readonly user: string;
  readonly at: number;
  readonly isFirstTime: boolean;
  readonly online: Readonly<Record<OnlineRole, TufKey>>;
  readonly ci: SignedRoot;
  readonly prod: SignedRoot | undefined;
}

/** Why a change is refused; the text is for whoever asked. */
export class TufRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly errors: readonly string[] = [],
  ) {
    super(message);
  }
}

export class TufRoot {
  readonly #seed: Seed;
  readonly #first: TufKey;
  #online: Readonly<Record<OnlineRole, TufKey>>;
  /** By version, from 1 on. Until a user changes the root for the first time, production has the same. */
  #roots: { readonly ci: SignedRoot; readonly prod: SignedRoot | undefined }[];
  #updates: Updates | undefined;
  #transactions = 0;

  constructor(seed: Seed, epoch: number) {
    this.#seed = seed;
    this.#first = new TufKey(seed, 'root');
    this.#online = {
      targets: new TufKey(seed, 'targets'),
      snapshot: new TufKey(seed, 'snapshot'),
      timestamp: new TufKey(seed, 'timestamp'),
    };
    const { targets, snapshot, timestamp } = this.#online;
    const of = (key: TufKey): Role => ({ keyids: [key.id], threshold: 1 });
    const signed = {
      _type: 'Root' as const,
      version: 1,
      expires: isoZulu(epoch + 360 * DAY),
      consistent_snapshot: false,
      keys: Object.fromEntries([this.#first, targets, snapshot, timestamp].map((key) => [key.id, key.public])),
      roles: { root: of(this.#first), targets: of(targets), snapshot: of(snapshot), timestamp: of(timestamp) },
    };
    this.#roots = [{ ci: { signatures: [this.#first.sign(signed)], signed }, prod: undefined }];
  }

  get version(): number {
    return this.#roots.length;
  }

  /** The key that CI signs targets with. */
  key(role: OnlineRole): TufKey {
    return this.#online[role];
  }

  /** A version of the root, the newest if none is named; undefined: there is none (docs/api.md §2.5). */
  root(production: boolean, version = this.version): SignedRoot | undefined {
    const found = this.#roots[version - 1];
    return production ? (found?.prod ?? found?.ci) : found?.ci;
  }

  /** The key that the Factory began with, as long as the root is signed with it. */
  firstKey(): TufKey | undefined {
    return this.root(false)?.signed.roles.root.keyids.includes(this.#first.id) === true ? this.#first : undefined;
  }

  /** The transaction as the CLI reads it: roots are JSON texts in the JSON. */
  toWire(isoTime: (time: number) => string): object {
    const updates = this.#updates;
    const online = (keys: Readonly<Record<OnlineRole, TufKey>>): object =>
      Object.fromEntries(ONLINE_ROLES.map((role) => [role, keys[role].id]));
    const pair = (ci: SignedRoot | undefined, prod: SignedRoot | undefined, keys: Updates['online']): object => ({
      'ci-root': JSON.stringify(ci),
      'prod-root': prod === undefined ? '' : JSON.stringify(prod),
      'online-keys': online(keys),
    });
    const now = this.#roots.at(-1);
    return {
      status: updates === undefined ? 'NONE' : 'STARTED',
      current: pair(now?.ci, now?.prod, this.#online),
      updated: updates === undefined ? null : pair(updates.ci, updates.prod, updates.online),
      'change-meta': updates === undefined ? null : { 'created-by': updates.user, 'created-at': isoTime(updates.at) },
      'first-time': updates?.isFirstTime ?? false,
      amendments: [],
      issues: { errors: updates === undefined ? [] : this.#missing(updates), warnings: [] },
    };
  }

  /**
   * Begins a transaction: what is staged at first is the present root under the next version.
   *
   * @returns its id, and the first key if it was asked for
   */
  begin(user: string, message: string, isFirstTime: boolean, now: number): { txid: string; first?: TufKey } {
    if (this.#updates !== undefined) {
      throw new TufRefusal(409, 'A TUF root updates transaction is already active');
    }
    const first = isFirstTime ? this.firstKey() : undefined;
    if (isFirstTime && first === undefined) {
      throw new TufRefusal(400, 'The first root key was rotated already');
    }
    const current = this.root(false);
    if (current === undefined) {
      throw new TufRefusal(500, 'There is no root');
    }
    const changelog = { 'polis-id': user, message, timestamp: isoZulu(now) };
    const signed = { ...current.signed, version: this.version + 1, 'x-changelog': changelog };
    this.#transactions += 1;
    const txid = this.#seed.uuid(`txid ${this.#transactions}`);
    const online = this.#online;
    this.#updates = { txid, user, at: now, isFirstTime, online, ci: { signatures: [], signed }, prod: undefined };
    return { txid, ...(first === undefined ? {} : { first }) };
  }

  /** The transaction, for its user or whoever knows its id. */
  #started(txid: string, user: string): Updates {
    if (this.#updates === undefined) {
      throw new TufRefusal(404, 'There are no TUF root updates in progress');
    }
    if (txid === '' ? user !== this.#updates.user : txid !== this.#updates.txid) {
      throw new TufRefusal(403, 'The transaction id is wrong');
    }
    return this.#updates;
  }

  /** Stages other roots. */
  put(txid: string, user: string, ci: SignedRoot, prod: SignedRoot | undefined, hasActiveWave: boolean): void {
    const updates = this.#started(txid, user);
    if (ci.signed.version !== this.version + 1) {
      throw new TufRefusal(400, `The version of the root must be ${this.version + 1}`);
    }
    const offline = ({ signed: { roles } }: SignedRoot): string => [...roles.targets.keyids].sort().join();
    const current = this.root(false);
    if (TUF_TARGETS_ROTATION_NEEDS_NO_ACTIVE_WAVE && hasActiveWave && current !== undefined) {
      if (offline(ci) !== offline(current)) {
        throw new TufRefusal(400, 'TUF targets keys cannot be rotated while there is an active wave');
      }
    }
    this.#updates = { ...updates, ci, prod };
  }

  /** Makes new keys for roles that the service signs itself. */
  renewOnlineKeys(txid: string, user: string, roles: readonly OnlineRole[]): void {
    const updates = this.#started(txid, user);
    let { online, ci } = updates;
    for (const role of roles) {
      const old = online[role];
      const key = new TufKey(this.#seed, `${role} ${updates.txid} ${this.#transactions}`);
      online = { ...online, [role]: key };
      const { keys, roles: all } = ci.signed;
      const keyids = all[role].keyids.map((id) => (id === old.id ? key.id : id));
      const rest = Object.fromEntries(Object.entries(keys).filter(([id]) => id !== old.id));
      ci = {
        signatures: [],
        signed: {
          ...ci.signed,
          keys: { ...rest, [key.id]: key.public },
          roles: { ...all, [role]: { ...all[role], keyids } },
        },
      };
    }
    this.#updates = { ...updates, online, ci, prod: undefined };
  }

  /** Signatures that the staged root lacks: enough of its own root keys, and of those of the root before it. */
  #missing({ ci }: Updates): { kind: string; message: string; args: object }[] {
    const current = this.root(false);
    const roles = [current?.signed.roles.root, ci.signed.roles.root];
    const lacks = roles.some((role) => {
      const signed = ci.signatures.filter(({ keyid }) => role?.keyids.includes(keyid)).length;
      return role !== undefined && signed < role.threshold;
    });
    return lacks
      ? [{ kind: 'signatures', message: 'The staged root has too few signatures of root keys', args: {} }]
      : [];
  }

  /** Puts what is staged into force. Who signed is looked at, not the signatures themselves. */
  apply(txid: string, user: string): void {
    const updates = this.#started(txid, user);
    const missing = this.#missing(updates);
    if (missing.length > 0) {
      throw new TufRefusal(
        400,
        'The staged TUF root is not valid',
        missing.map(({ message }) => message),
      );
    }
    this.#roots = [...this.#roots, { ci: updates.ci, prod: updates.prod }];
    this.#online = updates.online;
    this.#updates = undefined;
  }

  cancel(): void {
    if (this.#updates === undefined) {
      throw new TufRefusal(404, 'There are no TUF root updates in progress');
    }
    this.#updates = undefined;
  }

  /** Replaces the root without a transaction, as older versions of the CLI do. */
  replace(production: boolean, root: SignedRoot): void {
    const last = this.#roots.at(-1);
    if (production && last !== undefined && root.signed.version === this.version) {
      this.#roots = [...this.#roots.slice(0, -1), { ci: last.ci, prod: root }];
    } else if (root.signed.version === this.version + 1) {
      this.#roots = [...this.#roots, { ci: root, prod: undefined }];
    } else {
      throw new TufRefusal(400, `The version of the root must be ${this.version + 1}`);
    }
  }
}
