import type { ConfigEntry } from '../model/config';
import { findOverwritten, type Overwritten, type SentWrite } from './overwritten';

/** Looks at a history that may fail to show a write before nobody looks for it any more. */
const MOST_LOOKS = 3;

interface Unverified {
  readonly sent: SentWrite<unknown>;
  /** Number of the newest question that was asked before the write. */
  readonly asked: number;
  looks: number;
}

/** Writes after which the history was not read yet, by configuration. */
export class SentWrites {
  private readonly unverified = new Map<string, Unverified[]>();

  /** @param asked number of the newest question that was asked before the write: only later ones can show it */
  add<Change>(key: string, sent: SentWrite<Change>, asked: number): void {
    const known = this.unverified.get(key) ?? [];
    this.unverified.set(key, [...known, { sent, asked, looks: 0 }]);
  }

  /** @returns whether a look at the history is due */
  has(key: string): boolean {
    return this.unverified.has(key);
  }

  /**
   * To be told of a history that the service has shown.
   *
   * @param asked number of the question
   * @param entries newest first
   * @param uuid of the device that they are of
   * @returns what it shows to be lost by writes that were not verified before
   */
  verify(
    key: string,
    asked: number,
    entries: readonly ConfigEntry[],
    uuid: string | undefined,
  ): readonly Overwritten[] {
    const found: Overwritten[] = [];
    const left = (this.unverified.get(key) ?? []).filter((one) => {
      if (asked <= one.asked) {
        return true;
      }
      const result = findOverwritten(one.sent, entries, uuid);
      if (result !== 'unknown') {
        result.forEach((lost) => found.push(lost));
        return false;
      }
      one.looks += 1;
      return one.looks < MOST_LOOKS;
    });
    if (left.length === 0) {
      this.unverified.delete(key);
    } else {
      this.unverified.set(key, left);
    }
    return found;
  }
}
