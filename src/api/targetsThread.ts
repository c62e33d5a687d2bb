import type { Worker } from 'node:worker_threads';
import type { PackedTargets } from '../model/packedTargets';
import { FactoryError } from './errors';
import { TargetsParser } from './targetsParser';

/** Bytes of a list, or that there are no more. */
export type ToWorker = Uint8Array | 'end';

export type FromWorker =
  /** Bytes that were parsed; the first message, with none, says that the thread runs. */
  { readonly taken: number } | { readonly packed: PackedTargets } | { readonly failed: string };

/** Something that takes in the bytes of a list of targets. */
export interface TargetsReader {
  /** @throws {FactoryError} `unexpected`, without its origin */
  push(bytes: Uint8Array): Promise<void> | void;
  /** @throws {FactoryError} as `push` */
  end(): Promise<PackedTargets> | PackedTargets;
  dispose(): void;
}

/** Milliseconds within which a thread must have started. */
const START_MS = 5000;
/** Bytes that may wait for the thread; then the network waits. */
const MOST_WAITING = 4 * 1024 * 1024;
/** Milliseconds of work after which others have their turn. */
const TURN_MS = 8;
const SLICE = 32 * 1024;
/** What it makes lives short: with room for it, cleaning up takes half the time. */
const OPTIONS = { execArgv: [], env: {}, resourceLimits: { maxYoungGenerationSizeMb: 96 } };

/** @returns a reader in this thread that lets others have their turn, for where there is no other thread */
export function slicedReader(): TargetsReader {
  const parser = new TargetsParser();
  let since = performance.now();
  return {
    push: async (bytes) => {
      for (let at = 0; at < bytes.length; at += SLICE) {
        if (performance.now() - since > TURN_MS) {
          await new Promise((resolve) => setImmediate(resolve));
          since = performance.now();
        }
        parser.push(bytes.subarray(at, at + SLICE));
      }
    },
    end: () => parser.end(),
    dispose: () => undefined,
  };
}

/**
 * @param file path of the built `targetsWorker`
 * @returns a reader in a thread of its own; undefined where none can be started
 */
export async function threadReader(file: string): Promise<TargetsReader | undefined> {
  try {
    const { Worker } = await import('node:worker_threads');
    const thread = new ParsingThread(new Worker(file, OPTIONS));
    return (await thread.started()) ? thread : undefined;
  } catch {
    return undefined;
  }
}

class ParsingThread implements TargetsReader {
  private readonly worker: Worker;
  private waiting = 0;
  private hasStarted = false;
  private failure: FactoryError | undefined;
  private packed: PackedTargets | undefined;
  private wake: (() => void) | undefined;

  constructor(worker: Worker) {
    this.worker = worker;
    const failed = (serverMessage: string) => {
      this.failure ??= new FactoryError('unexpected', { request: '', host: '', serverMessage });
      this.wake?.();
    };
    worker.on('message', (message: FromWorker) => {
      if ('taken' in message) {
        this.hasStarted = true;
        this.waiting -= message.taken;
      } else if ('packed' in message) {
        this.packed = message.packed;
      } else {
        failed(message.failed);
      }
      this.wake?.();
    });
    worker.on('error', (error) => failed(`reading the answer failed: ${error.message}`));
    worker.on('exit', () => failed('reading the answer was given up'));
  }

  async started(): Promise<boolean> {
    const timer = setTimeout(() => this.dispose(), START_MS);
    await this.until(() => this.hasStarted);
    clearTimeout(timer);
    return this.failure === undefined;
  }

  async push(bytes: Uint8Array): Promise<void> {
    // A chunk may be a part of a buffer that others share: only a copy can be moved.
    const moved = new Uint8Array(bytes);
    this.waiting += moved.byteLength;
    this.post(moved, [moved.buffer]);
    await this.until(() => this.waiting <= MOST_WAITING);
    this.check();
  }

  async end(): Promise<PackedTargets> {
    this.post('end', []);
    await this.until(() => this.packed !== undefined);
    if (this.packed === undefined) {
      this.check();
      throw new FactoryError('unexpected', { request: '', host: '' });
    }
    return this.packed;
  }

  dispose(): void {
    void this.worker.terminate();
  }

  private post(message: ToWorker, moved: ArrayBuffer[]): void {
    this.worker.postMessage(message, moved);
  }

  private check(): void {
    if (this.failure !== undefined) {
      throw this.failure;
    }
  }

  /** Resolves when something is so, or the thread has failed. */
  private async until(isSo: () => boolean): Promise<void> {
    while (!isSo() && this.failure === undefined) {
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}
