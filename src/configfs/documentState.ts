import { currentFile, newConfigFile, type ConfigFile } from '../model/config';
import { isUnreadable } from '../model/secrecy';
import type { ConfigSnapshot } from '../store/configStore';
import type { ConfigAddress } from './address';
import { baselineOf, isShown, keptOf, type Baseline, type Baselines } from './baseline';
import type { DocumentsHost } from './documentsHost';
import { meantAt } from './identityGuard';
import { hashOf, normalHashOf } from './text';

/** Of a document: what its editor last read of it (the base), and what is under way. */
export class DocumentState {
  readonly address: ConfigAddress;
  /** A save is under way: what the server has is shown when it has ended. */
  saving = false;
  private readonly host: Pick<DocumentsHost, 'openText' | 'knownUuid' | 'knownGroup' | 'configs'>;
  private readonly baselines: Baselines;
  private readonly changed: (type: 'changed' | 'deleted' | 'handler') => void;
  /** Read while the editor held other text: becomes the base once the editor shows it. */
  private candidate: { readonly snapshot: ConfigSnapshot; readonly file: ConfigFile } | undefined;
  /** The server has something that the editor has to be told of after the save. */
  private newer = false;
  /** What the user saw on the server and chose to overwrite with the next save, as a hash; null for no file. */
  private agreement: string | null | undefined;

  /** @param changed told when the editor has to look at the file again, or its handler is another */
  constructor(
    address: ConfigAddress,
    host: Pick<DocumentsHost, 'openText' | 'knownUuid' | 'knownGroup' | 'configs'>,
    baselines: Baselines,
    changed: (type: 'changed' | 'deleted' | 'handler') => void,
  ) {
    this.address = address;
    this.host = host;
    this.baselines = baselines;
    this.changed = changed;
  }

  /** What the editor last read; kept across restarts. */
  get base(): Baseline | undefined {
    return this.baselines.get(this.address);
  }

  /** A new file that was not sent yet. */
  get isDraft(): boolean {
    return this.base?.hash === null;
  }

  /** Whether nothing is under way, and no editor shows the document: then its base is all there is to know. */
  get isIdle(): boolean {
    return (
      !this.saving && !this.newer && this.agreement === undefined && this.host.openText(this.address) === undefined
    );
  }

  /** An editor that is open on the name goes on with what it has: its text may be all that is left of a deleted file. */
  draft(device?: string): void {
    if (this.base !== undefined && this.host.openText(this.address) !== undefined) {
      return;
    }
    // What is new is for the device that the user sees under this name.
    this.keep({ hash: null, mtime: Date.now(), size: 0, ...keptOf(meantAt(this.host, this.address, device)) });
  }

  forget(): void {
    this.baselines.delete(this.address);
  }

  /** A file that was read by something other than an editor is of no interest when it is gone. */
  forgetIfGone(): void {
    const latest = this.known()?.entries;
    if (latest !== undefined && !this.isDraft && this.host.openText(this.address) === undefined) {
      if (currentFile(latest, this.address.file) === undefined) {
        this.forget();
      }
    }
  }

  /**
   * @param isProven whether the snapshot is of the device or group that the base is of
   * @returns how the file on the server compares with the base
   */
  view(snapshot: ConfigSnapshot, file: ConfigFile, isProven = false): Baseline {
    return baselineOf(this.address.scope, this.base, snapshot, file, isProven);
  }

  /** To be told what was read for the editor, or for something else. */
  read(snapshot: ConfigSnapshot, file: ConfigFile): void {
    const next = this.view(snapshot, file);
    const open = this.host.openText(this.address);
    if (this.base !== undefined && open !== undefined && (open.dirty || !isShown(next, open.text))) {
      // What was read is not in the editor yet, and may never be: it was not the editor that read, or somebody types
      // meanwhile. The base moves once the editor shows this text.
      this.candidate = { snapshot, file };
    } else {
      this.move(next);
    }
  }

  /**
   * To be told that the file could not be read. VS Code throws unsent text away by reading, and where that fails it goes on with the
   * text as if it had been read: it is to read again next time. A newer time of the same size is no conflict to it.
   */
  notRead(): void {
    if (this.base !== undefined) {
      this.keep({ ...this.base, mtime: this.base.mtime + 1 });
    }
  }

  /** The editor's text now holds this value of the server too. */
  rebase(value: string): void {
    const snapshot = this.known();
    if (this.base !== undefined && snapshot !== undefined) {
      const current = currentFile(snapshot.entries, this.address.file) ?? newConfigFile(this.address.file, value);
      this.move(this.view(snapshot, { ...current, value }));
    }
  }

  /** To be told what was saved, and what the server then had. */
  sent(value: string, snapshot: ConfigSnapshot): void {
    const file = currentFile(snapshot.entries, this.address.file);
    const stored = file ?? newConfigFile(this.address.file, value);
    const next = this.view(snapshot, stored, true);
    // The editor holds what was sent; what the server made of it is shown as a change of its own.
    const held = { hash: hashOf(value), normalHash: normalHashOf(value), size: Buffer.byteLength(value, 'utf8') };
    this.keep({ ...next, ...held });
    this.candidate = undefined;
    if (stored.value !== value) {
      this.newer = true;
    }
  }

  /** To be told what a save found that had nothing to send. */
  found(file: ConfigFile | undefined): void {
    if (file === undefined || hashOf(file.value) !== this.base?.hash) {
      this.newer = true;
    }
  }

  /** To be told when a save has ended, or the editor's text changed. */
  settle(): void {
    const { candidate, newer } = this;
    const open = this.host.openText(this.address);
    if (candidate !== undefined && open?.dirty === false) {
      const next = this.view(candidate.snapshot, candidate.file);
      if (isShown(next, open.text)) {
        this.move(next);
        this.candidate = undefined;
      }
    }
    this.newer = false;
    if (newer || (open?.dirty === false && !this.saving)) {
      this.show();
    }
  }

  /**
   * Brings an editor without unsent text up to what is known of the server; of one with unsent text what belongs to the
   * very value that it was made from.
   */
  show(): void {
    const snapshot = this.known();
    const open = this.host.openText(this.address);
    if (this.base === undefined || snapshot === undefined || this.base.hash === null || open === undefined) {
      return;
    }
    const file = currentFile(snapshot.entries, this.address.file);
    if (file !== undefined) {
      this.follow(file);
    }
    const { base } = this;
    if (open.dirty || !isShown(base, open.text)) {
      return;
    }
    if (file === undefined) {
      if (!base.gone) {
        this.keep({ ...base, gone: true });
        this.changed('deleted');
      }
    } else if (
      base.gone ||
      hashOf(file.value) !== base.hash ||
      isUnreadable(this.address.scope, file) !== (base.encrypted ?? false)
    ) {
      const { size, encrypted = false, ...view } = this.view(snapshot, file);
      const mtime = encrypted === (base.encrypted ?? false) ? view.mtime : Math.max(view.mtime, base.mtime + 1);
      // Only what VS Code compares moves on; the base follows when the editor has read.
      this.keep({ ...base, mtime, size, gone: false, encrypted });
      // Of a file that was made anew with the same value, nothing is read again.
      this.follow(file);
      this.changed('changed');
    }
  }

  /** The next save may replace the value with this hash (null: no file), and no other. */
  agree(hash: string | null): void {
    this.agreement = hash;
  }

  /** @returns what the next save may replace beside the base; counts once */
  takeAgreement(): string | null | undefined {
    const { agreement } = this;
    this.agreement = undefined;
    return agreement;
  }

  /**
   * Whether an editor's text is what it read: then nothing is to be sent, whatever the server has. Saving a clean document
   * whose line ends VS Code made equal is no change of anybody's either.
   */
  isUnchanged(value: string): boolean {
    const { base } = this;
    const open = this.host.openText(this.address);
    return (
      base !== undefined &&
      base.gone !== true &&
      open !== undefined &&
      (base.hash === hashOf(value) || (base.normalHash === normalHashOf(value) && !open.dirty))
    );
  }

  /** Whether the bytes are those of an open editor: a save that nobody announced is then taken for an auto-save. */
  isEditors(value: string): boolean {
    const open = this.host.openText(this.address);
    return open !== undefined && normalHashOf(open.text) === normalHashOf(value);
  }

  /** Takes over what may change of a file without its value: its handler and its flag. */
  private follow({ value, unencrypted, onChanged }: ConfigFile): void {
    const { base } = this;
    if (base === undefined || base.gone === true || hashOf(value) !== base.hash) {
      return;
    }
    if (unencrypted !== base.unencrypted || !isSameHandler(onChanged, base.onChanged)) {
      const { onChanged: _, ...rest } = base;
      this.keep({ ...rest, unencrypted, ...(onChanged === undefined ? {} : { onChanged }) });
    }
  }

  private keep(next: Baseline): void {
    const { base } = this;
    this.baselines.set(this.address, next);
    if (base !== undefined && !isSameHandler(base.onChanged, next.onChanged)) {
      this.changed('handler');
    }
  }

  /**
   * A read moves the base, but not what `stat` tells: VS Code asks for both at once, and would take a difference for a
   * change by somebody else at the next save.
   */
  private move(next: Baseline): void {
    const { base } = this;
    this.keep(base === undefined ? next : { ...next, mtime: base.mtime, size: base.size });
  }

  private known(): ConfigSnapshot | undefined {
    const { host, scope } = this.address;
    return this.host.configs(host, scope)?.peek(scope);
  }
}

const isSameHandler = (a: readonly string[] | undefined, b: readonly string[] | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b);
