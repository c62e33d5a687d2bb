import type { Account } from './account';
import { markOf, type AccountSecrets, type FormerAccount, type Listed, type SecretKey } from './accountSecrets';

/** An account that there is. */
export interface Known {
  readonly account: Account;
  /** As an earlier version kept it; undefined: it has a record. */
  readonly former: FormerAccount | undefined;
}

/** What a window knows before it looks. */
export interface Before {
  readonly known: ReadonlyMap<string, Known>;
  /** Ids that events named, or that something is left of. */
  readonly heard: ReadonlySet<string>;
  /** Further ids that there may be accounts of. */
  readonly remembered: readonly string[];
  /** Whether it is the first look of a window. */
  readonly isFirst: boolean;
}

export interface Failure {
  readonly cause: unknown;
  /** Accounts that could not be read, or of which something could not be removed. */
  readonly ids: ReadonlySet<string>;
}

/** What a look has found. */
export interface Sight {
  /** The accounts that there are; of one that could not be read, what was known before. */
  readonly found: ReadonlyMap<string, Known>;
  /** Accounts of which it is not known whether they are there. */
  readonly unclear: ReadonlySet<string>;
  readonly failure: Failure | undefined;
  /** The list as it is, and as it should be. */
  readonly listed: readonly Listed[];
  readonly list: readonly Listed[];
  readonly former: readonly FormerAccount[];
}

/**
 * Looks at every account that anything names, and removes what is left of those that are gone.
 *
 * @throws what reading a list rejects with
 */
export async function lookAround(secrets: AccountSecrets, before: Before): Promise<Sight> {
  const { known, heard, remembered, isFirst } = before;
  const [listed, former, all] = await Promise.all([secrets.list(), secrets.former(), secrets.all()]);
  const ids = new Set([
    ...listed.map(({ id }) => id),
    ...former.map(({ formerId, account }) => account?.id ?? formerId),
    ...known.keys(),
    ...heard,
    ...remembered,
    // Accounts that have another id by now may have left something under the old one.
    ...former.map(({ formerId }) => formerId),
    ...all.flatMap((secret) => (secret.of === 'record' || secret.of === 'access' ? [secret.id] : [])),
  ]);
  const found = new Map<string, Known>();
  const failures = new Map<string, unknown>();
  /** Not known to be there, nor to be gone. */
  const unclear = new Set<string>();
  const look = async (id: string): Promise<Known | undefined> => {
    try {
      const seen = await accountAt(secrets, id, former, heard.has(id));
      return seen === 'unreadable' ? void unclear.add(id) : seen;
    } catch (error) {
      failures.set(id, error);
      unclear.add(id);
      return known.get(id);
    }
  };
  for (const [id, seen] of await Promise.all([...ids].map(async (one) => [one, await look(one)] as const))) {
    if (seen !== undefined) {
      found.set(id, seen);
    }
  }
  // A list that is there and holds nothing may only not be understood.
  if (isFirst && (former.length > 0 || !all.some(({ of }) => of === 'formerList'))) {
    await removeOrphans(secrets, all, former).catch((error: unknown) => failures.set('', error));
  }
  const names = new Set(listed.map(({ id }) => id));
  const list = [
    ...listed.filter(({ id }) => found.has(id) || unclear.has(id)),
    ...[...found].flatMap(([id, { account, former: line }]) =>
      // A name that another window takes off the list, as it can read what this one cannot, is not put back.
      names.has(id) || unclear.has(id) || line !== undefined
        ? []
        : [{ id, factory: known.get(id)?.account.factory ?? account.factory }],
    ),
  ];
  const [cause] = failures.values();
  const failure = failures.size === 0 ? undefined : { cause, ids: new Set(failures.keys()) };
  return { found, unclear, failure, listed, list, former };
}

/** Makes the lists say what a look has found. */
export async function writeLists(
  secrets: AccountSecrets,
  { found, unclear, listed, list, former }: Sight,
): Promise<void> {
  if (JSON.stringify(list) !== JSON.stringify(listed)) {
    await secrets.writeList(list);
  }
  const kept: FormerAccount[] = [];
  for (const line of former) {
    const id = line.account?.id;
    const isThere =
      id === undefined
        ? await secrets.hasFormerCredential(line.formerId)
        : unclear.has(id) || found.get(id)?.former?.formerId === line.formerId;
    if (isThere) {
      kept.push(line);
    }
  }
  if (kept.length < former.length) {
    await secrets.writeFormer(kept);
  }
}

/** @param thoroughly whether an access token may be there that is not of the credential */
async function accountAt(
  secrets: AccountSecrets,
  id: string,
  former: readonly FormerAccount[],
  thoroughly: boolean,
): Promise<Known | 'unreadable' | undefined> {
  const record = await secrets.record(id);
  if (record === 'unreadable') {
    return record;
  }
  const line = former.find(({ account }) => account?.id === id);
  if (record !== undefined) {
    if (line !== undefined) {
      await secrets.deleteFormerCredential(line.formerId);
    }
    if (thoroughly && (await secrets.access(id))?.of !== markOf(record)) {
      await secrets.deleteAccess(id);
    }
    return { account: record.account, former: undefined };
  }
  if (line?.account !== undefined && (await secrets.formerCredential(line)) !== undefined) {
    return { account: line.account, former: line };
  }
  await secrets.deleteAccess(id);
  return undefined;
}

/** Removes credentials that earlier versions have left without an account. */
async function removeOrphans(
  secrets: AccountSecrets,
  all: readonly SecretKey[],
  former: readonly FormerAccount[],
): Promise<void> {
  for (const secret of all) {
    if (secret.of === 'formerCredential' && !former.some(({ formerId }) => formerId === secret.id)) {
      await secrets.deleteFormerCredential(secret.id);
    }
  }
}
