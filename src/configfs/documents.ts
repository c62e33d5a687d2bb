import { createHash } from 'node:crypto';
import type { DeviceKey } from '../api/devices';
import {
  CONFIG_LIMIT_BYTES,
  configSize,
  currentFile,
  entryOfFile,
  newConfigFile,
  scopeKey,
  type ConfigEntry,
  type ConfigFile,
  type ConfigScope,
} from '../model/config';
import { parseTime } from '../model/device';
import { isUnreadable } from '../model/secrecy';
import type { ConfigSnapshot, ConfigStore } from '../store/configStore';
import { Emitter } from '../store/emitter';
import type { ConfigAddress } from './address';
import type { Baseline, Baselines } from './baseline';
import { SaveRefused, type Conflict } from './saveRefused';

/** How a save came about: by hand, by auto-save, or by something that did not say. */
export type SaveCause = 'manual' | 'auto' | 'unknown';

export type ConflictChoice = 'overwrite' | 'compare' | 'merge' | 'discard' | 'cancel';

export interface FileView {
  /** Milliseconds since the epoch, by the server's clock; never goes back while a file is known. */
  readonly mtime: number;
  readonly size: number;
  /** The value cannot be read, so the document explains itself instead. */
  readonly encrypted: boolean;
}

/** What the documents need of the world around them. */
export interface DocumentsHost {
  /** Where the configuration is kept; undefined while nobody is signed in to its host. */
  configs(host: string, scope: ConfigScope): ConfigStore | undefined;
  /** The device's uuid, as far as it is known without asking. */
  knownUuid(host: string, scope: ConfigScope): string | undefined;
  /** Asks the service for the device's uuid. Throws FactoryError. */
  fetchUuid(host: string, scope: ConfigScope): Promise<string | undefined>;
  /** Asks the service for the key that values of a device are encrypted with. Throws FactoryError. */
  fetchKey(host: string, scope: ConfigScope & { readonly kind: 'device' }): Promise<DeviceKey | undefined>;
  /** The document as the editor has it; undefined where none is open. */
  openText(address: ConfigAddress): { readonly text: string; readonly dirty: boolean } | undefined;
  resolveConflict(address: ConfigAddress, conflict: Conflict): Promise<ConflictChoice>;
  /**
   * Looks at a text before anything is asked or sent. Throws SaveRefused where it must not or should not go out.
   */
  check(address: ConfigAddress, value: string): Promise<void>;
  /**
   * Asks what has to be asked before a change is sent: why, and whether it may reach so many devices. Throws SaveRefused
   * `cancelled` where the user thinks better of it.
   *
   * @param summary what the change is, where it is not just another text
   * @param confirmed the user has agreed to its reach already, so that only the reason is asked
   * @returns the reason of the change, shown in the configuration's history
   */
  approve(address: ConfigAddress, isNew: boolean, summary?: string, confirmed?: boolean): Promise<string>;
}

export interface DocumentEvent {
  readonly address: ConfigAddress;
  readonly type: 'changed' | 'deleted';
}

/** A configuration that was read less than this ago is not read again to open one more of its files. */
const FRESH_MS = 60_000;
/** A file that is not in a configuration read less than this ago does not exist: probes come in bursts. */
const SETTLED_MS = 300;

/**
 * Configuration files as documents: what an editor last read of each (the base), and saving as a compare-and-swap of
 * our own, because neither the API nor VS Code has one that holds (VS Code's misses a remote change of the same size).
 */
export class ConfigDocuments {
  private readonly host: DocumentsHost;
  private readonly baselines: Baselines;
  /** Read while the editor held other text: becomes the base once the editor shows it. */
  private readonly candidates = new Map<string, Baseline>();
  private readonly saving = new Set<string>();
  private readonly reloads = new Map<string, ConfigAddress>();
  /** What the user saw on the server and chose to overwrite with the next save, as a hash. */
  private readonly agreements = new Map<string, string | null>();
  private readonly changed = new Emitter<DocumentEvent>();
  readonly onDidChange = this.changed.event;

  constructor(host: DocumentsHost, baselines: Baselines) {
    this.host = host;
    this.baselines = baselines;
  }

  /**
   * The value for an editor. Files of one configuration are read with one request.
   *
   * @throws {SaveRefused} `signedOut`, `notFound`
   * @throws {FactoryError}
   */
  async read(address: ConfigAddress): Promise<{ readonly bytes: Uint8Array; readonly encrypted: boolean }> {
    const { snapshot, file } = await this.lookUp(address);
    if (file === undefined) {
      if (this.isDraft(address)) {
        return { bytes: new Uint8Array(), encrypted: false };
      }
      if (this.host.openText(address)?.dirty !== true) {
        this.baselines.delete(address);
      }
      throw new SaveRefused('notFound', address);
    }
    const encrypted = isUnreadable(address.scope, file);
    this.remember(address, this.baselineOf(address, snapshot, file));
    return { bytes: encrypted ? new Uint8Array() : Buffer.from(file.value, 'utf8'), encrypted };
  }

  /**
   * What VS Code compares to find changes: what the editor last read, from memory. The network is asked for files that
   * no editor has read, and never on the way of a save.
   *
   * @returns `folder` where the name is only the first part of other files' names
   * @throws {SaveRefused} `signedOut`, `notFound`
   * @throws {FactoryError}
   */
  async stat(address: ConfigAddress): Promise<FileView | 'folder'> {
    const base = this.baselines.get(address);
    if (base !== undefined && base.gone !== true) {
      return { mtime: base.mtime, size: base.size, encrypted: base.encrypted === true };
    }
    const { snapshot, file } = await this.lookUp(address);
    if (file === undefined) {
      if (this.isFolder(address, snapshot)) {
        return 'folder';
      }
      throw new SaveRefused('notFound', address);
    }
    const view = this.baselineOf(address, snapshot, file);
    return { mtime: view.mtime, size: view.size, encrypted: isUnreadable(address.scope, file) };
  }

  /** @returns names of the files of a configuration, for listing a folder */
  async list(host: string, scope: ConfigScope): Promise<readonly string[]> {
    const snapshot = await this.configs({ host, scope, file: '' }).get(scope, FRESH_MS);
    return snapshot.entries[0]?.files.map(({ name }) => name) ?? [];
  }

  /** Prepares a file that is not on the server yet: it reads as empty until it is saved. */
  draft(address: ConfigAddress): void {
    const uuid = this.host.knownUuid(address.host, address.scope);
    this.baselines.set(address, { hash: null, mtime: Date.now(), size: 0, ...(uuid === undefined ? {} : { uuid }) });
  }

  /** @returns whether the file is known to be there, or about to be, without asking */
  isKnown(address: ConfigAddress): boolean {
    const known = this.host.configs(address.host, address.scope)?.peek(address.scope);
    const names = known?.entries[0]?.files.map(({ name }) => name) ?? [];
    return this.isDraft(address) || names.some((name) => name === address.file || name.startsWith(`${address.file}/`));
  }

  /** @returns whether it is a new file that was not sent yet */
  isDraft(address: ConfigAddress): boolean {
    const base = this.baselines.get(address);
    return base?.hash === null;
  }

  /**
   * Sends the text of an editor: one GET and one PATCH, or nothing where nothing changed.
   *
   * @throws {SaveRefused} where nothing was sent; the text is still in the editor
   * @throws {FactoryError} where the service did not take it
   */
  async save(address: ConfigAddress, bytes: Uint8Array, cause: SaveCause): Promise<void> {
    const value = decodeText(address, bytes);
    const base = this.baselines.get(address);
    if (base?.encrypted === true) {
      throw new SaveRefused('encrypted', address);
    }
    if (cause === 'unknown' && base === undefined && value === '' && (await this.isNew(address))) {
      // Save As and the Explorer make an empty file first; what is meant to be in it comes with the save that follows.
      this.draft(address);
      return;
    }
    const unchanged = base !== undefined && base.gone !== true && this.isUnchanged(address, base, value);
    if (cause !== 'manual' && !unchanged && (cause === 'auto' || this.isEditors(address, value))) {
      throw new SaveRefused('autoSave', address);
    }
    const key = keyOf(address);
    this.saving.add(key);
    try {
      await (unchanged ? this.checkUnchanged(address) : this.send(address, value, base));
    } finally {
      this.saving.delete(key);
    }
  }

  /** @returns the handler of a file as its editor last read it; undefined where there is none or it is not known */
  handlerOf(address: ConfigAddress): readonly string[] | undefined {
    return this.baselines.get(address)?.onChanged;
  }

  /** To be told when an editor's save has ended, or its text changed. Lets it see what is newer on the server. */
  settle(address: ConfigAddress): void {
    const key = keyOf(address);
    const candidate = this.candidates.get(key);
    const open = this.host.openText(address);
    if (candidate !== undefined && open !== undefined && !open.dirty && isShown(candidate, open.text)) {
      this.setBase(address, candidate);
      this.candidates.delete(key);
    }
    if (this.reloads.delete(key) || (open?.dirty === false && !this.saving.has(key))) {
      this.show(address);
    }
  }

  /** To be told when a document is closed: a new file that was never sent is forgotten. */
  closed(address: ConfigAddress): void {
    this.candidates.delete(keyOf(address));
    this.reloads.delete(keyOf(address));
    this.baselines.delete(address);
  }

  /** To be told when a configuration was read anew: editors without unsent text follow it. */
  configChanged(host: string, scope: ConfigScope): void {
    for (const address of this.baselines.addresses()) {
      if (address.host === host && scopeKey(address.scope) === scopeKey(scope) && !this.saving.has(keyOf(address))) {
        this.show(address);
      }
    }
  }

  /**
   * Asks whether the file changed on the server, for an editor that comes to the front after a while.
   *
   * @throws {FactoryError}
   */
  async revalidate(address: ConfigAddress): Promise<void> {
    await this.host.configs(address.host, address.scope)?.get(address.scope, FRESH_MS);
  }

  /**
   * The value on the server, for a comparison. Asks anew.
   *
   * @returns undefined where the file is not there
   * @throws {SaveRefused} `signedOut`
   * @throws {FactoryError}
   */
  async serverValue(address: ConfigAddress): Promise<string | undefined> {
    const snapshot = await this.configs(address).get(address.scope, 0);
    return currentFile(snapshot.entries, address.file)?.value;
  }

  /**
   * The value that an editor's text was made from, for a merge. It is looked for in the history, where the service keeps
   * ten versions.
   *
   * @returns undefined where the history does not go back so far
   */
  async baseValue(address: ConfigAddress): Promise<string | undefined> {
    const base = this.baselines.get(address);
    const { entries } = await this.configs(address).get(address.scope, FRESH_MS);
    return entries
      .flatMap(({ files }) => files.filter(({ name }) => name === address.file))
      .find(({ value }) => hashOf(value) === base?.hash)?.value;
  }

  /**
   * The editor's text now holds this value of the server too: a further change of the server is a conflict again, this
   * one no more.
   */
  rebase(address: ConfigAddress, value: string): void {
    const base = this.baselines.get(address);
    const snapshot = this.host.configs(address.host, address.scope)?.peek(address.scope);
    if (base !== undefined && snapshot !== undefined) {
      const current = currentFile(snapshot.entries, address.file) ?? newConfigFile(address.file, value);
      this.setBase(address, this.baselineOf(address, snapshot, { ...current, value }));
    }
  }

  /** The user saw this value on the server (undefined: no file) and wants the next save to replace it, and no other. */
  agreeToOverwrite(address: ConfigAddress, seen: string | undefined): void {
    this.agreements.set(keyOf(address), seen === undefined ? null : hashOf(seen));
  }

  /** Finds a file in what is known, and asks again before it is said not to exist. */
  private async lookUp(address: ConfigAddress): Promise<{ snapshot: ConfigSnapshot; file: ConfigFile | undefined }> {
    const configs = this.configs(address);
    const known = await configs.get(address.scope, FRESH_MS);
    const file = currentFile(known.entries, address.file);
    if (file !== undefined || this.isDraft(address)) {
      return { snapshot: known, file };
    }
    const snapshot = await configs.get(address.scope, SETTLED_MS);
    return { snapshot, file: currentFile(snapshot.entries, address.file) };
  }

  private isFolder({ host, scope, file }: ConfigAddress, snapshot: ConfigSnapshot): boolean {
    const drafts = this.baselines
      .addresses()
      .filter((draft) => draft.host === host && scopeKey(draft.scope) === scopeKey(scope) && this.isDraft(draft));
    const names = [...(snapshot.entries[0]?.files ?? []).map(({ name }) => name), ...drafts.map((draft) => draft.file)];
    return names.some((name) => name.startsWith(`${file}/`));
  }

  private configs(address: ConfigAddress): ConfigStore {
    const configs = this.host.configs(address.host, address.scope);
    if (configs === undefined) {
      throw new SaveRefused('signedOut', address);
    }
    return configs;
  }

  /** Ctrl+S on unchanged text: nothing to send, but a chance to see that the server has something newer. */
  private async checkUnchanged(address: ConfigAddress): Promise<void> {
    let snapshot: ConfigSnapshot;
    try {
      snapshot = await this.configs(address).get(address.scope, 0);
    } catch {
      return;
    }
    const file = currentFile(snapshot.entries, address.file);
    if (file === undefined || hashOf(file.value) !== this.baselines.get(address)?.hash) {
      this.reloads.set(keyOf(address), address);
    }
  }

  private async send(address: ConfigAddress, value: string, base: Baseline | undefined): Promise<void> {
    const configs = this.configs(address);
    await this.host.check(address, value);
    const reason = await this.host.approve(address, (base?.hash ?? null) === null);
    const agreed = new Set<string | null>([base?.hash ?? null]);
    const agreement = this.agreements.get(keyOf(address));
    if (agreement !== undefined) {
      this.agreements.delete(keyOf(address));
      agreed.add(agreement);
    }
    for (;;) {
      try {
        const snapshot = await configs.update(address.scope, async (latest) => {
          await this.checkIdentity(address, base, latest);
          const current = currentFile(latest, address.file);
          if (current !== undefined && isUnreadable(address.scope, current)) {
            // Sent with the flag of the file, a device could not decrypt the text, and would take no file at all.
            throw new SaveRefused('encrypted', address);
          }
          if (current?.value === value) {
            return undefined;
          }
          if (!agreed.has(current === undefined ? null : hashOf(current.value))) {
            throw new ConflictFound(conflictOf(base, latest, current));
          }
          const file = { ...(current ?? recreated(address, base)), value };
          const size = configSize(latest[0], file);
          if (size > CONFIG_LIMIT_BYTES) {
            throw new SaveRefused('tooLarge', address, { size, limit: CONFIG_LIMIT_BYTES });
          }
          return { reason, file };
        });
        this.sent(address, value, snapshot);
        return;
      } catch (error) {
        if (!(error instanceof ConflictFound)) {
          throw error;
        }
        const choice = await this.host.resolveConflict(address, error.conflict);
        if (choice !== 'overwrite') {
          throw new SaveRefused('conflict', address, { conflict: error.conflict, choice });
        }
        agreed.add(error.conflict.hash);
      }
    }
  }

  /**
   * A device's name can move to another device. The configuration is that of the device whose file was opened if the
   * entry that was read is still in its history; otherwise the device is asked who it is.
   */
  private async checkIdentity(
    address: ConfigAddress,
    base: Baseline | undefined,
    latest: readonly ConfigEntry[],
  ): Promise<void> {
    if (base?.uuid === undefined || (base.entry !== undefined && latest.some((e) => e.createdAt === base.entry))) {
      return;
    }
    const uuid = await this.host.fetchUuid(address.host, address.scope);
    if (uuid !== undefined && uuid !== base.uuid) {
      throw new SaveRefused('otherDevice', address);
    }
  }

  private sent(address: ConfigAddress, value: string, snapshot: ConfigSnapshot): void {
    const file = currentFile(snapshot.entries, address.file);
    const stored = file ?? newConfigFile(address.file, value);
    const next = this.baselineOf(address, snapshot, stored);
    // The editor holds what was sent; what the server made of it is shown as a change of its own.
    const held = { hash: hashOf(value), normalHash: normalHashOf(value), size: Buffer.byteLength(value, 'utf8') };
    this.baselines.set(address, { ...next, ...held });
    this.candidates.delete(keyOf(address));
    if (stored.value !== value) {
      this.reloads.set(keyOf(address), address);
    }
  }

  /** Brings an editor without unsent text up to what is known of the server. */
  private show(address: ConfigAddress): void {
    const base = this.baselines.get(address);
    const snapshot = this.host.configs(address.host, address.scope)?.peek(address.scope);
    const open = this.host.openText(address);
    if (base === undefined || snapshot === undefined || base.hash === null || open === undefined) {
      return;
    }
    if (open.dirty || !isShown(base, open.text)) {
      return;
    }
    const file = currentFile(snapshot.entries, address.file);
    if (file === undefined) {
      if (!base.gone) {
        this.baselines.set(address, { ...base, gone: true });
        this.changed.fire({ address, type: 'deleted' });
      }
    } else if (base.gone || hashOf(file.value) !== base.hash) {
      const { mtime, size, encrypted = false } = this.baselineOf(address, snapshot, file);
      // Only what VS Code compares moves on; the base follows when the editor has read.
      this.baselines.set(address, { ...base, mtime, size, gone: false, encrypted });
      this.changed.fire({ address, type: 'changed' });
    }
  }

  private remember(address: ConfigAddress, next: Baseline): void {
    const base = this.baselines.get(address);
    const open = this.host.openText(address);
    if (base !== undefined && open !== undefined && (open.dirty || !isShown(next, open.text))) {
      // What was read is not in the editor yet, and may never be: it was not the editor that read, or somebody types
      // meanwhile. The base moves once the editor shows this text.
      this.candidates.set(keyOf(address), next);
    } else {
      this.setBase(address, next);
    }
  }

  /**
   * A read moves the base, but not what `stat` tells: VS Code asks for both at once, and would take a difference for a
   * change by somebody else at the next save.
   */
  private setBase(address: ConfigAddress, next: Baseline): void {
    const base = this.baselines.get(address);
    this.baselines.set(address, base === undefined ? next : { ...next, mtime: base.mtime, size: base.size });
  }

  private baselineOf(address: ConfigAddress, snapshot: ConfigSnapshot, file: ConfigFile): Baseline {
    const previous = this.baselines.get(address);
    const hash = hashOf(file.value);
    const written = parseTime(entryOfFile(snapshot.entries, file.name)?.createdAt) ?? snapshot.fetchedAt;
    const mtime =
      previous === undefined
        ? written
        : previous.hash === hash
          ? previous.mtime
          : Math.max(written, previous.mtime + 1);
    const uuid = previous?.uuid ?? this.host.knownUuid(address.host, address.scope);
    // Where the history does not lead back to what was read before, it may be another device's: without an entry the
    // device is asked before a save.
    const follows = previous?.entry === undefined || snapshot.entries.some((e) => e.createdAt === previous.entry);
    const entry = follows || previous.uuid === undefined ? snapshot.entries[0]?.createdAt : undefined;
    return {
      hash,
      normalHash: normalHashOf(file.value),
      mtime,
      size: Buffer.byteLength(file.value, 'utf8'),
      unencrypted: file.unencrypted,
      ...(isUnreadable(address.scope, file) ? { encrypted: true } : {}),
      ...(file.onChanged === undefined ? {} : { onChanged: file.onChanged }),
      ...(entry === undefined || entry === '' ? {} : { entry }),
      ...(uuid === undefined ? {} : { uuid }),
    };
  }

  /** Whether the file is neither on the server nor in an editor. */
  private async isNew(address: ConfigAddress): Promise<boolean> {
    return this.host.openText(address) === undefined && (await this.lookUp(address)).file === undefined;
  }

  /** Saving a clean document whose line ends VS Code made equal is no change of anybody's. */
  private isUnchanged(address: ConfigAddress, base: Baseline, value: string): boolean {
    return (
      base.hash === hashOf(value) ||
      (base.normalHash === normalHashOf(value) && this.host.openText(address)?.dirty === false)
    );
  }

  /** Whether the bytes are those of an open editor: a save that nobody announced is then taken for an auto-save. */
  private isEditors(address: ConfigAddress, value: string): boolean {
    const open = this.host.openText(address);
    return open !== undefined && normalHashOf(open.text) === normalHashOf(value);
  }
}

class ConflictFound extends Error {
  constructor(readonly conflict: Conflict) {
    super('conflict');
  }
}

function conflictOf(
  base: Baseline | undefined,
  latest: readonly ConfigEntry[],
  current: ConfigFile | undefined,
): Conflict {
  const entry = current === undefined ? latest[0] : entryOfFile(latest, current.name);
  const by = entry?.createdBy;
  return {
    kind: current === undefined ? 'deleted' : (base?.hash ?? null) === null ? 'exists' : 'changed',
    hash: current === undefined ? null : hashOf(current.value),
    when: parseTime(entry?.createdAt),
    reason: entry?.reason ?? '',
    ...(by === undefined ? {} : { by }),
  };
}

/** A file that is not on the server: new, or deleted there since it was opened. */
function recreated(address: ConfigAddress, base: Baseline | undefined): ConfigFile {
  const fresh = newConfigFile(address.file, '');
  return base === undefined || base.hash === null
    ? fresh
    : { ...fresh, unencrypted: base.unencrypted ?? true, onChanged: base.onChanged };
}

function decodeText(address: ConfigAddress, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SaveRefused('notText', address);
  }
}

/** Whether the editor shows what was read: an editor has no byte order mark and one kind of line end. */
const isShown = (base: Baseline, text: string): boolean =>
  base.hash === null
    ? text === ''
    : // The page in place of an encrypted value cannot be edited.
      base.encrypted === true || base.normalHash === undefined || base.normalHash === normalHashOf(text);

const hashOf = (text: string): string => createHash('sha256').update(text, 'utf8').digest('base64');

const normalHashOf = (text: string): string => hashOf(text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n'));

const keyOf = ({ host, scope, file }: ConfigAddress): string => `${host} ${scopeKey(scope)} ${file}`;
