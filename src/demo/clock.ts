/** The emulator's time: real time plus what was added by hand, or a time that stands still until it is moved. */
export class Clock {
  readonly #frozenAt: number | undefined;
  #offset = 0;

  /** With a start, time stands still there; without one it is the real time. */
  constructor(start?: number) {
    this.#frozenAt = start;
  }

  /** Whether time only moves by {@link advance}. */
  get isVirtual(): boolean {
    return this.#frozenAt !== undefined;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return (this.#frozenAt ?? Date.now()) + this.#offset;
  }

  /** Moves time forward. */
  advance(seconds: number): void {
    this.#offset += seconds * 1000;
  }

  /** Back to the start. */
  reset(): void {
    this.#offset = 0;
  }
}

/** `2024-11-11T14:17:50+00:00`, the API's usual form (docs/api.md §2.1.2). */
export function isoOffset(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}+00:00`;
}

/** `2024-11-11T14:17:50Z`, the form of what devices and CI scripts report (docs/api.md §2.1.4, §6.1). */
export function isoZulu(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
