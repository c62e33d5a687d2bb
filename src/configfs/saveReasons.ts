import type { SaveCause } from './documentsHost';
import { normalHashOf, textOf } from './text';

/** Milliseconds in which a save that was announced may still come with a text that is typed meanwhile. */
const UNDER_WAY_MS = 10_000;

interface Announced {
  readonly cause: SaveCause;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Hashes of the texts that the editor had since, as it shows them. */
  readonly texts: Set<string>;
}

/**
 * What writes are caused by: VS Code says so before a save, and then may not write, because its own check finds a newer file.
 * So an announcement counts only for a write of a text that the editor had since; what a program writes later is its own.
 */
export class SaveReasons {
  private readonly announced = new Map<string, Announced>();

  /** To be told that an editor is about to be saved. */
  announce(key: string, cause: SaveCause, text: string): void {
    this.announced.set(key, { cause, at: Date.now(), texts: new Set([normalHashOf(text)]) });
  }

  /** To be told that the text of an editor changed: formatters do that during a save, and users. */
  changed(key: string, text: () => string): void {
    const announced = this.announced.get(key);
    if (announced !== undefined && Date.now() - announced.at < UNDER_WAY_MS) {
      announced.texts.add(normalHashOf(text()));
    }
  }

  /** @returns the cause of a write; each announcement counts for one */
  take(key: string, bytes: Uint8Array): SaveCause {
    const announced = this.announced.get(key);
    const text = textOf(bytes);
    // In another encoding nothing can be told by the text; it is refused in any case.
    if (announced === undefined || (text !== undefined && !announced.texts.has(normalHashOf(text)))) {
      return 'unknown';
    }
    this.announced.delete(key);
    return announced.cause;
  }

  /** To be told that an editor was closed. */
  closed(key: string): void {
    this.announced.delete(key);
  }
}
