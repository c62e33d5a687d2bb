import type { ConfigAddress } from '../../../src/configfs/address';
import { StoredBaselines, type Memory } from '../../../src/configfs/baseline';
import { ConfigDocuments } from '../../../src/configfs/documents';
import type { ConflictChoice, SaveCause } from '../../../src/configfs/documentsHost';
import type { Conflict } from '../../../src/configfs/saveRefused';
import type { ConfigScope } from '../../../src/model/config';
import { ConfigStore } from '../../../src/store/configStore';
import { DEVICE, DEVICE_UUID, FACTORY, type TestFactory } from './factory';

/** Workspace state that outlives a restart. */
export class TestMemory implements Memory {
  private readonly values = new Map<string, string>();

  get(key: string): unknown {
    const text = this.values.get(key);
    return text === undefined ? undefined : JSON.parse(text);
  }

  update(key: string, value: unknown): Promise<void> {
    this.values.set(key, JSON.stringify(value));
    return Promise.resolve();
  }

  /** Everything that is stored, as text. */
  dump(): string {
    return JSON.stringify([...this.values]);
  }
}

/**
 * A window with one editor, which calls the documents in the order and with the checks that were measured on VS Code:
 * opening reads and stats, saving stats, writes and stats, a restored tab with unsent text reads nothing.
 */
export class TestWindow {
  readonly documents: ConfigDocuments;
  readonly configs: ConfigStore;
  readonly address: ConfigAddress;
  readonly conflicts: Conflict[] = [];
  answer: ConflictChoice | (() => ConflictChoice | Promise<ConflictChoice>) = 'cancel';
  text: string | undefined;
  dirty = false;
  /** Off: the editor has been told, but has not got round to showing it. */
  follows = true;
  private version = 0;
  private seen: { mtime: number; size: number } | undefined;
  private following: Promise<void> = Promise.resolve();

  constructor(
    readonly factory: TestFactory,
    readonly memory: TestMemory,
    file: string,
    /** What is known of the device without asking; null: nothing. */
    readonly uuid: string | null = DEVICE_UUID,
    scope: ConfigScope = { kind: 'device', factory: FACTORY, device: DEVICE },
    /** What a list has told of the group. */
    readonly group?: number,
  ) {
    this.address = { host: 'h', scope, file };
    this.configs = new ConfigStore(factory.client, { uuidOf: () => uuid ?? undefined, groupOf: () => group });
    this.documents = new ConfigDocuments(
      {
        configs: () => this.configs,
        knownUuid: () => (scope.kind === 'device' ? (uuid ?? undefined) : undefined),
        fetchUuid: async () => (await factory.client.getDevice(FACTORY, DEVICE)).uuid,
        knownGroup: () => group,
        fetchGroup: async () =>
          (await factory.client.listGroups(FACTORY)).find(({ name }) => scope.kind === 'group' && name === scope.group)
            ?.id,
        locate: async (_host, _scope, device) =>
          (await factory.client.listDevices({ factory: FACTORY, uuid: device, limit: 10 })).devices[0]?.name,
        fetchKey: (_host, scope, device) =>
          factory.client.getDeviceKey(FACTORY, device === undefined ? scope.device : { uuid: device }),
        openText: () => (this.text === undefined ? undefined : { text: this.text, dirty: this.dirty }),
        resolveConflict: async (_address, conflict) => {
          this.conflicts.push(conflict);
          return typeof this.answer === 'function' ? this.answer() : this.answer;
        },
        check: () => Promise.resolve(),
        approve: (address) => Promise.resolve(`change ${address.file}`),
      },
      new StoredBaselines(
        memory,
        ({ file: name }) => name,
        (text) => ({ ...this.address, file: text }),
      ),
    );
    this.configs.onDidChange((scope) => this.documents.configChanged('h', scope));
    this.documents.onDidChange(({ type }) => {
      this.following = this.following.then(() => this.follow(type));
    });
  }

  async open(): Promise<this> {
    const { bytes } = await this.documents.read(this.address);
    await this.stat();
    this.text = Buffer.from(bytes)
      .toString('utf8')
      .replace(/^\ufeff/, '');
    this.documents.settle(this.address);
    return this;
  }

  /** Opens a file that is not on the server yet. */
  async openNew(): Promise<this> {
    this.documents.draft(this.address);
    return this.open();
  }

  type(text: string): void {
    this.version += 1;
    this.dirty ||= text !== this.text;
    this.text = text;
    this.documents.settle(this.address);
  }

  /** @throws what the documents throw; then the text is still there and dirty */
  async save(cause: SaveCause = 'manual'): Promise<void> {
    const view = await this.documents.stat(this.address).catch(() => undefined);
    if (view !== undefined && view !== 'folder' && this.seen !== undefined) {
      if (view.mtime > this.seen.mtime && view.size !== this.seen.size) {
        this.dirty = true;
        throw new Error('VS Code: the content of the file is newer');
      }
    }
    const sent = this.text ?? '';
    try {
      await this.documents.save(this.address, Buffer.from(sent, 'utf8'), cause);
    } catch (error) {
      this.dirty = true;
      throw error;
    }
    await this.stat();
    this.dirty = this.text !== sent;
    this.documents.settle(this.address);
    await this.idle();
  }

  /** *Overwrite* after a comparison with this value of the server. */
  overwrite(seen: string | undefined): Promise<boolean> {
    return this.documents.overwrite(this.address, seen, async () => {
      await this.save();
      return true;
    });
  }

  async revert(): Promise<void> {
    await this.reload();
  }

  /** VS Code drops what it read if somebody typed meanwhile. */
  private async reload(): Promise<void> {
    const { version } = this;
    const { bytes } = await this.documents.read(this.address);
    if (version !== this.version) {
      return;
    }
    await this.stat();
    this.text = Buffer.from(bytes).toString('utf8');
    this.dirty = false;
    this.documents.settle(this.address);
  }

  /** The window is reloaded with unsent text: nothing is read. */
  restart(): TestWindow {
    const next = new TestWindow(
      this.factory,
      this.memory,
      this.address.file,
      this.uuid,
      this.address.scope,
      this.group,
    );
    next.text = this.text;
    next.dirty = this.dirty;
    next.seen = this.seen;
    next.answer = this.answer;
    return next;
  }

  /** Resolves when the editor has followed every change it was told of. */
  async idle(): Promise<void> {
    await this.following;
  }

  private async stat(): Promise<void> {
    const view = await this.documents.stat(this.address);
    if (view !== 'folder' && (this.seen === undefined || view.mtime >= this.seen.mtime)) {
      this.seen = view;
    }
  }

  private async follow(type: 'changed' | 'deleted'): Promise<void> {
    if (type === 'deleted' || this.dirty || !this.follows) {
      return;
    }
    const view = await this.documents.stat(this.address);
    if (view !== 'folder' && (view.mtime !== this.seen?.mtime || view.size !== this.seen.size)) {
      await this.reload();
    }
  }
}
