import type { Memory } from '../../configfs/baseline';
import type { Device } from '../../model/device';

/** A text that somebody writes for many devices: a plain one, never a secret. */
export interface Draft {
  /** Key of the server (`model/serverKey`); only its host where `isFormer`. */
  readonly host: string;
  /** Kept by an earlier version, which did not tell every server. */
  readonly isFormer?: boolean;
  readonly factory: string;
  readonly file: string;
  /** The devices in words. */
  readonly place: string;
  /** As they were when they were chosen. */
  readonly devices: readonly Device[];
  /** Handler on devices that do not have the file; absent: none. */
  readonly newHandler?: readonly string[];
}

export interface KeptDraft extends Draft {
  /** As it was last saved; saving sends nothing. */
  readonly text: string;
  /** Text that nobody would miss: what it began with, or what was sent. */
  readonly known: string;
  /** Milliseconds since the epoch. */
  readonly mtime: number;
}

/**
 * To be told how a text's way to its devices has ended.
 *
 * @param left devices that are still to get it; none: all have it
 * @param isSent whether it was sent; else it was given up, and all are left
 */
export type WhenOver = (left: readonly Device[], isSent: boolean) => unknown;

const KEY = 'foundries.drafts';

/** Drafts by the URI of their document, in a memory that outlives the window: once saved, VS Code keeps no copy of them. */
export class KeptDrafts {
  private readonly memory: Memory;
  private readonly drafts = new Map<string, KeptDraft>();

  constructor(memory: Memory) {
    this.memory = memory;
    const stored = memory.get(KEY);
    for (const [key, draft] of typeof stored === 'object' && stored !== null ? Object.entries(stored) : []) {
      const kept = draftIn(draft);
      if (kept !== undefined) {
        this.drafts.set(key, kept);
      }
    }
  }

  get(key: string): KeptDraft | undefined {
    return this.drafts.get(key);
  }

  /** Resolves when it is stored. */
  async set(key: string, draft: KeptDraft): Promise<void> {
    this.drafts.set(key, draft);
    await this.store();
  }

  async delete(key: string): Promise<void> {
    if (this.drafts.delete(key)) {
      await this.store();
    }
  }

  /** @returns keys of all drafts, and whether somebody would miss their text */
  all(): { readonly key: string; readonly draft: KeptDraft; readonly isMissed: boolean }[] {
    return [...this.drafts].map(([key, draft]) => ({ key, draft, isMissed: draft.text !== draft.known }));
  }

  private async store(): Promise<void> {
    await this.memory.update(KEY, Object.fromEntries([...this.drafts].map(([key, draft]) => [key, toStored(draft)])));
  }
}

/** Its server is `server` by its key; earlier versions wrote `host`. */
const toStored = ({ host, isFormer, ...rest }: KeptDraft): object =>
  isFormer === true ? { host, ...rest } : { server: host, ...rest };

/** @returns undefined where something else is stored there */
function draftIn(value: unknown): KeptDraft | undefined {
  const { server, host = server, ...rest } = (value ?? {}) as Record<string, unknown>;
  const draft = { ...rest, host, ...(server === undefined ? { isFormer: true } : {}) };
  return isDraft(draft) ? draft : undefined;
}

function isDraft(value: object): value is KeptDraft {
  const { devices, mtime, ...rest } = value as Record<string, unknown>;
  const { host, factory, file, place, text, known } = rest;
  return (
    [host, factory, file, place, text, known].every((part) => typeof part === 'string') &&
    typeof mtime === 'number' &&
    Array.isArray(devices) &&
    devices.every((device: unknown) => {
      const { name, uuid } = (device ?? {}) as Record<string, unknown>;
      return typeof name === 'string' && typeof uuid === 'string';
    })
  );
}
