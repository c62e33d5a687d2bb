import type { FactoryClient } from '../api/client';
import { asHalfDone, FactoryError } from '../api/errors';
import {
  canSendBack,
  currentFile,
  sameFile,
  UPDATE_SETTINGS_FILE,
  type ConfigChange,
  type ConfigEntry,
  type ConfigFile,
  type ConfigReplacement,
  type ConfigScope,
  type ConfigTarget,
} from '../model/config';
import type { FileChange } from '../model/configHistory';

/** A kind of write: how it is sent, and how one sees that it was done. */
export interface Write<Change> {
  /** @returns the new entry; undefined where the service confirms without showing it */
  send(client: FactoryClient, target: ConfigTarget, change: Change, before: Files): Promise<ConfigEntry | undefined>;
  /** The files as they are after it. */
  after(before: Files, change: Change): Files;
  /** Whether it is in force. It was not before, or it would not have been sent. */
  holds(entries: readonly ConfigEntry[], change: Change): boolean;
  /** Whether something of it came about: as sent, or as the service made it of what was sent. */
  tookEffect(before: readonly ConfigEntry[], after: readonly ConfigEntry[], change: Change): boolean;
  reasonOf(change: Change): string;
  /**
   * Whether it goes as a whole set of files, which takes back what somebody else did since they were read. PATCH and
   * DELETE leave other files alone.
   */
  sendsAll(scope: ConfigScope, change: Change, before: Files): boolean;
  /** The name that a file of before has after it. */
  nameAfter?(name: string, change: Change): string;
  /** Whether an entry of the history can be ours, going by what is not in its files. */
  isOurs(entry: ConfigEntry, change: Change): boolean;
  /** For what may take two requests: whether an entry is that of the first. */
  isFirstStep?(entry: ConfigEntry, change: Change): boolean;
  /**
   * What takes back the loss of a change that was made right before, where the write itself was not about it.
   *
   * @param lost how the file, with its name of now, was changed
   */
  completedBy?(lost: FileChange, change: Change): ConfigChange | undefined;
  /** Whether a refusal may mean that it was done already. */
  readonly doneWhenNotFound?: boolean;
  /** For what may take two requests: whether the first was done, and the second was not. */
  isHalfDone?(entries: readonly ConfigEntry[], change: Change): boolean;
}

type Files = readonly ConfigFile[];

/** A file that goes. */
export interface Removal {
  readonly name: string;
  readonly reason: string;
}

/** A file that gets another name, with all that belongs to it. */
export interface Renaming {
  readonly from: string;
  readonly to: ConfigFile;
  readonly reason: string;
}

/** One file, added or replaced. */
export const patching: Write<ConfigChange> = {
  send: (client, scope, change) => client.patchConfig(scope, change),
  after: (before, { file }) => [...without(before, file.name), file],
  holds: (entries, { file }) => isThere(entries, file),
  tookEffect: (before, after, { file }) => {
    const was = currentFile(before, file.name);
    const is = currentFile(after, file.name);
    return is !== undefined && (was === undefined || !sameFile(is, was));
  },
  reasonOf: ({ reason }) => reason,
  isOurs: (entry, { reason }) => entry.reason === reason,
  sendsAll: () => false,
};

/** All files. */
export const replacing: Write<ConfigReplacement> = {
  send: (client, scope, change) => client.postConfig(scope, change),
  after: (_before, { files }) => files,
  holds: (entries, { files }) =>
    entries[0]?.files.length === files.length && files.every((file) => isThere(entries, file)),
  tookEffect: (_before, after, change) => replacing.holds(after, change),
  reasonOf: ({ reason }) => reason,
  isOurs: (entry, { reason }) => entry.reason === reason,
  sendsAll: () => true,
};

/** A name with a `/` does not fit into the address of DELETE for certain (docs/api.md §4.2). */
export const removing: Write<Removal> = {
  send: (client, scope, change, before) =>
    removing.sendsAll(scope, change, before)
      ? client.postConfig(scope, { reason: change.reason, files: removing.after(before, change) })
      : client.deleteConfigFile(scope, change.name),
  after: (before, { name }) => without(before, name),
  holds: (entries, { name }) => currentFile(entries, name) === undefined,
  tookEffect: (_before, after, change) => removing.holds(after, change),
  reasonOf: ({ reason }) => reason,
  // The service words the reason of a DELETE itself.
  isOurs: () => true,
  sendsAll: (scope, { name }, before) => name.includes('/') && canSendBack(scope, without(before, name)),
  doneWhenNotFound: true,
};

/** One POST where the others can be sent back as they were read; else the new name first, so that the value never is nowhere. */
export const renaming: Write<Renaming> = {
  send: async (client, target, change, before) => {
    const { from, to, reason } = change;
    if (renaming.sendsAll(target, change, before)) {
      return client.postConfig(target, { reason, files: renaming.after(before, change) });
    }
    const shown = await client.patchConfig(target, { reason, file: to });
    try {
      // The answer need not show more than the file that was sent (docs/api.md §2.2).
      const isWhole = shown !== undefined && isNamed([shown], from);
      const now = currentFile(isWhole ? [shown] : await client.listConfig(target), from);
      const seen = before.find(({ name }) => name === from);
      if (now !== undefined && seen !== undefined && !sameFile(now, seen)) {
        // Written by somebody else meanwhile: the newest value belongs to the new name.
        await client.patchConfig(target, { reason, file: renamed(client, target, now, to) });
      }
      return await client.deleteConfigFile(target, from);
    } catch (error) {
      throw asHalfDone(error);
    }
  },
  after: (before, { from, to }) => before.map((file) => (file.name === from ? to : file)),
  // The name was free, so that the file is ours whatever was written to it since.
  holds: (entries, { from, to }) => currentFile(entries, from) === undefined && isNamed(entries, to.name),
  tookEffect: (_before, after, change) => renaming.holds(after, change),
  reasonOf: ({ reason }) => reason,
  // Where a DELETE ends it, the service words the reason.
  isOurs: () => true,
  isFirstStep: (entry, { from, to, reason }) =>
    entry.reason === reason && isNamed([entry], from) && isNamed([entry], to.name),
  completedBy: ({ name, after }, { to, reason }) =>
    name === to.name && after !== undefined && to.name !== UPDATE_SETTINGS_FILE
      ? { reason, file: withHandlerOf(after, to) }
      : undefined,
  sendsAll: (scope, { from }, before) => canSendBack(scope, without(before, from)),
  nameAfter: (name, { from, to }) => (name === from ? to.name : name),
  isHalfDone: (entries, { from, to }) => isNamed(entries, from) && isNamed(entries, to.name),
};

/**
 * @throws {FactoryError} where the value is one that the service keeps, and does not show, by now, and where it would become update
 *   settings: a device may not update again with what nobody has checked
 */
function renamed(client: FactoryClient, scope: ConfigScope, now: ConfigFile, to: ConfigFile): ConfigFile {
  const isSecret = !canSendBack(scope, [now]);
  if (isSecret || to.name === UPDATE_SETTINGS_FILE) {
    const serverMessage = `the file was ${isSecret ? 'made secret' : 'changed'} meanwhile`;
    throw new FactoryError('unexpected', { request: 'a rename', host: client.server.label, serverMessage });
  }
  return withHandlerOf({ ...now, name: to.name }, to);
}

const withHandlerOf = (file: ConfigFile, other: ConfigFile): ConfigFile =>
  file.onChanged === undefined ? { ...file, onChanged: other.onChanged } : file;

/** Whether a failure leaves open whether the write was done: then only a look can tell. */
export function mayBeDone<Change>(error: unknown, write: Write<Change>): boolean {
  return (
    error instanceof FactoryError &&
    (error.outcomeUnknown || (write.doneWhenNotFound === true && error.kind === 'notFound'))
  );
}

/** Whether the answer to a write is the whole set of files, as documented, and not the written file alone. */
export function showsAll<Change>(entry: ConfigEntry, before: Files, write: Write<Change>, change: Change): boolean {
  const names = new Set(entry.files.map(({ name }) => name));
  const expected = write.after(before, change);
  return names.size === expected.length && expected.every(({ name }) => names.has(name));
}

function isThere(entries: readonly ConfigEntry[], file: ConfigFile): boolean {
  const current = currentFile(entries, file.name);
  return current !== undefined && sameFile(current, file);
}

const isNamed = (entries: readonly ConfigEntry[], name: string): boolean => currentFile(entries, name) !== undefined;

const without = (files: Files, name: string): Files => files.filter((file) => file.name !== name);
