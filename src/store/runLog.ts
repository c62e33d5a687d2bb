import type { RunAddress } from '../api/builds';
import type { FactoryClient } from '../api/client';
import { FactoryError } from '../api/errors';
import type { LogLook } from '../api/runFiles';
import type { BuildStatus } from '../model/build';
import { isAborted, isPassing, untilNextLook, type Following } from './following';

export interface FollowLogOptions extends Following {
  /** Gets the bytes of the log in their order. */
  readonly write: (chunk: Uint8Array) => void;
  /** Told that the run was queued again, so that its log begins anew: what was written is of an earlier attempt. */
  readonly onRestart?: () => void;
  /** Told of the status of the run; undefined: it has ended. */
  readonly onStatus: (status: BuildStatus | undefined) => void;
  /** Told of a failure that is waited out; undefined: it has passed. */
  readonly onTrouble?: (error: FactoryError | undefined) => void;
}

type Client = Pick<FactoryClient, 'receiveLog' | 'getRun'>;

/** Milliseconds between two looks: while the log grows, and while it does not (docs/api.md §2.7.7, §3.2). */
const FIRST_MS = 5000;
const LONGEST_MS = 15_000;
/** Looks in a row that may find no log although nothing says that there is none (docs/api.md §2.7.7). */
const MOST_MISSING = 2;

/**
 * Follows the log of a run to its end, while somebody watches. Bytes that a cut answer had brought count.
 *
 * @returns whether the end was reached; false if the signal ended it
 * @throws {FactoryError} if the service refuses; passing failures are waited out
 */
export async function followLog(client: Client, run: RunAddress, options: FollowLogOptions): Promise<boolean> {
  const { signal, onStatus, onTrouble } = options;
  const log = new FollowedLog(client, run, options);
  for (let wait = FIRST_MS, missing = 0; !isAborted(signal);) {
    let extra = 0;
    let grew: boolean;
    try {
      const { look, isWhole } = await log.look();
      missing = 0;
      grew = look.bytes > 0;
      onTrouble?.(undefined);
      onStatus(look.status);
      if (look.ended && isWhole) {
        return true;
      }
      if (look.ended) {
        continue;
      }
    } catch (error) {
      if (isAborted(signal)) {
        return false;
      }
      missing = isNotYetThere(error) ? missing + 1 : 0;
      if (missing === 0 || missing > MOST_MISSING) {
        if (!isPassing(error)) {
          throw error;
        }
        onTrouble?.(error);
        extra = error.info.retryAfterMs ?? LONGEST_MS;
      }
      grew = log.hasGrown();
    }
    wait = grew ? FIRST_MS : Math.min(wait * 1.3, LONGEST_MS);
    if (await untilNextLook(options, Math.max(wait, extra))) {
      await log.check();
    }
  }
  return false;
}

/**
 * A worker has taken a run, but has not begun its log: that is answered without the status of the run, which every answer about
 * a log has otherwise (docs/api.md §2.7.7).
 */
const isNotYetThere = (error: unknown): boolean =>
  error instanceof FactoryError && error.kind === 'notFound' && error.info.runStatus === undefined;

/** How far a log was read, and of which attempt of its run. */
class FollowedLog {
  private offset = 0;
  private grown = 0;
  /** When the attempt began that the bytes are of; undefined: unknown. */
  private attempt: number | undefined;

  constructor(
    private readonly client: Client,
    private readonly run: RunAddress,
    private readonly options: FollowLogOptions,
  ) {}

  /** Whether bytes came in since this was asked last. */
  hasGrown(): boolean {
    const grew = this.grown > 0;
    this.grown = 0;
    return grew;
  }

  /** @returns what a look brought, and whether what is there is one log, not parts of two attempts */
  async look(): Promise<{ readonly look: LogLook; readonly isWhole: boolean }> {
    const { write, signal } = this.options;
    const before = this.offset;
    const take = (chunk: Uint8Array) => {
      this.offset += chunk.byteLength;
      this.grown += chunk.byteLength;
      write(chunk);
    };
    const look = await this.client.receiveLog(this.run, this.offset, take, signal);
    this.hasGrown();
    if (look.status === 'QUEUED') {
      this.restart();
    } else if (!look.ended && this.attempt === undefined) {
      // The first look at an attempt: later ones are compared with it.
      const now = await this.attemptNow();
      const isUnknown = now !== undefined && before > 0;
      if (isUnknown) {
        // What an earlier look read, when nobody told the attempt, may be of the one before.
        this.restart();
      }
      this.attempt = now;
      return { look, isWhole: !isUnknown };
    } else if (look.ended && before > 0) {
      return { look, isWhole: await this.check() };
    }
    return { look, isWhole: true };
  }

  /**
   * Looks whether the run was queued again since its log was first looked at, and begins anew then. A look that fails is left
   * out: the log itself says what is wrong.
   *
   * @returns whether what was written is still of the present attempt
   */
  async check(): Promise<boolean> {
    const now = await this.attemptNow();
    const isSame = now === undefined || now === this.attempt;
    if (!isSame) {
      this.restart();
      this.attempt = now;
    }
    return isSame;
  }

  private restart(): void {
    this.attempt = undefined;
    if (this.offset > 0) {
      this.offset = 0;
      this.options.onRestart?.();
    }
  }

  private async attemptNow(): Promise<number | undefined> {
    try {
      return (await this.client.getRun(this.run, this.options.signal)).startedAt;
    } catch {
      return undefined;
    }
  }
}
