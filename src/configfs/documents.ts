import { currentFile, scopeKey, type ConfigFile, type ConfigScope } from '../model/config';
import { LastUsed } from '../model/lastUsed';
import { isUnreadable } from '../model/secrecy';
import type { ConfigSnapshot, ConfigStore } from '../store/configStore';
import { Emitter } from '../store/emitter';
import { addressKey, type ConfigAddress } from './address';
import type { Baselines } from './baseline';
import type { DocumentsHost, SaveCause } from './documentsHost';
import { DocumentState } from './documentState';
import { LearnDevices } from './learnDevices';
import { SaveRefused } from './saveRefused';
import { decodeText, hashOf, normalHashOf } from './text';

export interface FileView {
  /** Milliseconds since the epoch, by the server's clock; never goes back while a file is known. */
  readonly mtime: number;
  readonly size: number;
  /** The value cannot be read, so the document explains itself instead. */
  readonly encrypted: boolean;
  /** The service has refused to change it. Text that is waiting to be sent can be tried again. */
  readonly readOnly: boolean;
}

export interface DocumentEvent {
  readonly address: ConfigAddress;
  readonly type: 'changed' | 'deleted';
}

/** Documents of which something is kept beside those that an editor shows: a search looks at every file of a folder. */
const MOST_STATES = 500;
/** Folders of which it is known whose files they listed. */
const MOST_LISTED = 500;
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
  private readonly devices: LearnDevices;
  private readonly states = new Map<string, DocumentState>();
  private mostStates = MOST_STATES;
  private readonly listed = new LastUsed<string | undefined>(MOST_LISTED);
  private readonly changed = new Emitter<DocumentEvent>();
  readonly onDidChange = this.changed.event;
  private readonly handlerChanged = new Emitter<ConfigAddress>();
  /** Told when `handlerOf` has another answer. */
  readonly onDidChangeHandler = this.handlerChanged.event;

  constructor(host: DocumentsHost, baselines: Baselines) {
    this.host = host;
    this.baselines = baselines;
    this.devices = new LearnDevices(host, baselines);
  }

  /**
   * The value for an editor. Files of one configuration are read with one request.
   *
   * @throws {SaveRefused} `signedOut`, `notFound`
   * @throws {FactoryError}
   */
  async read(address: ConfigAddress): Promise<{ readonly bytes: Uint8Array; readonly encrypted: boolean }> {
    const { snapshot, file } = await this.lookUp(address).catch((error: unknown) => {
      this.stateOf(address).notRead();
      throw error;
    });
    if (file === undefined) {
      if (this.isDraft(address)) {
        return { bytes: new Uint8Array(), encrypted: false };
      }
      if (this.host.openText(address) === undefined) {
        this.stateOf(address).forget();
      }
      throw new SaveRefused('notFound', address);
    }
    const encrypted = isUnreadable(address.scope, file);
    this.stateOf(address).read(snapshot, file);
    void this.devices.learn(address);
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
    const state = this.stateOf(address);
    state.forgetIfGone();
    const { base } = state;
    if (base !== undefined && base.gone !== true) {
      return {
        mtime: base.mtime,
        size: base.size,
        encrypted: base.encrypted === true,
        readOnly: this.isReadOnly(address),
      };
    }
    const { snapshot, file } = await this.lookUp(address);
    if (file === undefined) {
      if (this.isFolder(address, snapshot)) {
        return 'folder';
      }
      throw new SaveRefused('notFound', address);
    }
    const { mtime, size } = state.view(snapshot, file);
    return { mtime, size, encrypted: isUnreadable(address.scope, file), readOnly: this.isReadOnly(address) };
  }

  /** @returns names of the files of a configuration, for listing a folder */
  async list(host: string, scope: ConfigScope): Promise<readonly string[]> {
    const folder = { host, scope, file: '' };
    const snapshot = await this.configs(folder).get(scope, FRESH_MS);
    this.listed.set(addressKey(folder), snapshot.uuid);
    return snapshot.entries[0]?.files.map(({ name }) => name) ?? [];
  }

  /**
   * Prepares a file that is not on the server yet: it reads as empty until it is saved.
   *
   * @param uuid of the device that it is for; undefined: the one that is shown by the name
   */
  draft(address: ConfigAddress, uuid?: string): void {
    this.stateOf(address).draft(uuid);
  }

  /**
   * Forgets a new file that no editor shows: nobody is going to save it.
   *
   * @returns whether it was one
   */
  forgetUnopened(address: ConfigAddress): boolean {
    if (!this.isDraft(address) || this.host.openText(address) !== undefined) {
      return false;
    }
    this.stateOf(address).forget();
    this.changed.fire({ address, type: 'deleted' });
    return true;
  }

  /** @returns whether the file is known to be there, or about to be, without asking */
  isKnown(address: ConfigAddress): boolean {
    const known = this.host.configs(address.host, address.scope)?.peek(address.scope);
    const names = known?.entries[0]?.files.map(({ name }) => name) ?? [];
    return this.isDraft(address) || names.some((name) => name === address.file || name.startsWith(`${address.file}/`));
  }

  /** @returns the device that an open file is of for certain; undefined where that is not known */
  uuidOf(address: ConfigAddress): string | undefined {
    return this.baselines.get(address)?.uuid;
  }

  /** @returns the device whose files were last listed for the folder of a file; undefined where that is not known */
  listedUuidOf({ host, scope }: ConfigAddress): string | undefined {
    return this.listed.get(addressKey({ host, scope, file: '' }));
  }

  /** @returns whether it is a new file that was not sent yet */
  isDraft(address: ConfigAddress): boolean {
    return this.baselines.get(address)?.hash === null;
  }

  /**
   * Sends the text of an editor: one GET and one PATCH, or nothing where nothing changed.
   *
   * @throws {SaveRefused} where nothing was sent; the text is still in the editor
   * @throws {FactoryError} where the service did not take it
   */
  async save(address: ConfigAddress, bytes: Uint8Array, cause: SaveCause): Promise<void> {
    const value = decodeText(address, bytes);
    const state = this.stateOf(address);
    state.forgetIfGone();
    const { base } = state;
    if (base?.encrypted === true) {
      throw new SaveRefused('encrypted', address);
    }
    if (cause === 'unknown' && base === undefined && value === '' && (await this.isNew(address))) {
      // Save As and the Explorer make an empty file first; what is meant to be in it comes with the save that follows.
      state.draft();
      return;
    }
    // Counts for the next deliberate save, whatever comes of that.
    const agreement = cause === 'manual' ? state.takeAgreement() : undefined;
    const unchanged = agreement === undefined && state.isUnchanged(value);
    if (cause !== 'manual' && !unchanged && (cause === 'auto' || state.isEditors(value))) {
      throw new SaveRefused(cause === 'auto' ? 'autoSave' : 'unannounced', address);
    }
    let beside = false;
    state.saving = true;
    try {
      if (unchanged) {
        await this.lookForNewer(state);
      } else {
        const { sendText } = await import('./sendText');
        const after = await sendText(this.host, state, value, agreement);
        // An editor with other text was made from what was there before: its save has to find what a program wrote.
        beside = cause === 'unknown' && this.host.openText(address) !== undefined && !state.isEditors(value);
        if (!beside) {
          state.sent(value, after);
        }
      }
    } finally {
      state.saving = false;
    }
    if (beside) {
      state.show();
    }
  }

  /**
   * Sends the text of an editor over what the user saw on the server. An editor without unsent text is not saved by VS Code,
   * so its text is sent from here.
   *
   * @param seen value that may be replaced; undefined: no file
   * @param saveEditor has VS Code save an editor with unsent text
   * @returns whether it was sent
   * @throws {SaveRefused} where nothing was sent
   * @throws {FactoryError}
   */
  async overwrite(
    address: ConfigAddress,
    seen: string | undefined,
    saveEditor: () => PromiseLike<boolean>,
  ): Promise<boolean> {
    const state = this.stateOf(address);
    const open = this.host.openText(address);
    state.agree(seen === undefined ? null : hashOf(seen));
    if (open === undefined || open.dirty) {
      try {
        return await saveEditor();
      } finally {
        state.takeAgreement();
      }
    }
    // What VS Code shows has no byte order mark and one kind of line end.
    const base = await this.baseValue(address).catch(() => undefined);
    const value = base !== undefined && normalHashOf(base) === normalHashOf(open.text) ? base : open.text;
    await this.save(address, Buffer.from(value, 'utf8'), 'manual');
    state.settle();
    // The tab of a file that was deleted says so until it is told otherwise.
    this.changed.fire({ address, type: 'changed' });
    return true;
  }

  /** @returns the handler of a file as its editor last read it; undefined where there is none or it is not known */
  handlerOf(address: ConfigAddress): readonly string[] | undefined {
    return this.baselines.get(address)?.onChanged;
  }

  /** To be told when an editor's save has ended, or its text changed. Lets it see what is newer on the server. */
  settle(address: ConfigAddress): void {
    this.stateOf(address).settle();
  }

  /** To be told when a document is closed: a new file that was never sent is forgotten. */
  closed(address: ConfigAddress): void {
    this.stateOf(address).forget();
    this.states.delete(addressKey(address));
  }

  /** To be told when a configuration was read anew: editors without unsent text follow it. */
  configChanged(host: string, scope: ConfigScope): void {
    for (const address of this.baselines.addresses()) {
      if (address.host === host && scopeKey(address.scope) === scopeKey(scope)) {
        const state = this.stateOf(address);
        if (!state.saving) {
          state.show();
        }
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
    void this.devices.learn(address);
  }

  /**
   * The value on the server, for a comparison. Asks anew.
   *
   * @returns undefined where the file is not there
   * @throws {SaveRefused} `signedOut`
   * @throws {FactoryError}
   */
  async serverValue(address: ConfigAddress): Promise<string | undefined> {
    const { entries } = await this.ownConfig(address, 0);
    return currentFile(entries, address.file)?.value;
  }

  /**
   * The value that an editor's text was made from, for a merge. It is looked for in the history, where the service keeps
   * ten versions.
   *
   * @returns undefined where the history does not go back so far
   */
  async baseValue(address: ConfigAddress): Promise<string | undefined> {
    const base = this.baselines.get(address);
    const { entries } = await this.ownConfig(address, FRESH_MS);
    return entries
      .flatMap(({ files }) => files.filter(({ name }) => name === address.file))
      .find(({ value }) => hashOf(value) === base?.hash)?.value;
  }

  /**
   * The editor's text now holds this value of the server too: a further change of the server is a conflict again, this
   * one no more.
   */
  rebase(address: ConfigAddress, value: string): void {
    this.stateOf(address).rebase(value);
  }

  /** Of the device that the editor is of, whatever has its name by now. */
  private ownConfig(address: ConfigAddress, maxAgeMs: number): Promise<ConfigSnapshot> {
    return this.configs(address).getOf(address.scope, this.uuidOf(address), maxAgeMs);
  }

  private isReadOnly(address: ConfigAddress): boolean {
    const denied = this.host.configs(address.host, address.scope)?.denials.of(address.scope);
    return denied !== undefined && this.host.openText(address)?.dirty !== true;
  }

  private stateOf(address: ConfigAddress): DocumentState {
    const key = addressKey(address);
    let state = this.states.get(key);
    if (state === undefined) {
      state = new DocumentState(address, this.host, this.baselines, (type) =>
        type === 'handler' ? this.handlerChanged.fire(address) : this.changed.fire({ address, type }),
      );
      if (this.states.size >= this.mostStates) {
        // What nobody shows or is about to save begins anew from its baseline.
        this.states.forEach((idle, of) => (idle.isIdle ? this.states.delete(of) : undefined));
        this.mostStates = Math.max(MOST_STATES, 2 * this.states.size);
      }
      this.states.set(key, state);
    }
    return state;
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
  private async lookForNewer(state: DocumentState): Promise<void> {
    const { address } = state;
    const snapshot = await this.host
      .configs(address.host, address.scope)
      ?.get(address.scope, 0)
      .catch(() => undefined);
    if (snapshot !== undefined) {
      state.found(currentFile(snapshot.entries, address.file));
    }
  }

  /** Whether the file is neither on the server nor in an editor. */
  private async isNew(address: ConfigAddress): Promise<boolean> {
    return this.host.openText(address) === undefined && (await this.lookUp(address)).file === undefined;
  }
}
