import * as v from 'valibot';
import type { PackedTargets } from '../model/packedTargets';
import { unpackTargets } from '../model/packedTargets';
import type { Target } from '../model/target';
import { FactoryError, type FailureDetails } from './errors';
import { pathOf, requestJson } from './json';
import { slicedReader, threadReader, type TargetsReader } from './targetsThread';
import { targetSchema, targetsSchema, toTarget } from './targetsWire';
import type { AnswerHead, Sink, Transport } from './transport';

/** Bytes that are parsed in place: a few milliseconds of work. */
const IN_PLACE = 256 * 1024;
/** Bytes of a list at most. */
const MOST_BYTES = 512 * 1024 * 1024;

/** All targets, newest version first, with how much it was to get them. */
export interface TargetsAnswer {
  readonly targets: readonly Target[];
  /** Bytes of the answer. */
  readonly bytes: number;
}

/**
 * All targets of the Factory, `GET /ota/factories/F/targets/` (docs/api.md §2.5): tens of megabytes where there are
 * many, in one answer. It is parsed while it comes in, a large one in a thread of its own. Entries that are no target for
 * a device are left out.
 *
 * @param worker path of the built `targetsWorker`; without it this thread does the work, in slices
 * @throws {FactoryError}
 */
export async function readTargets(
  transport: Transport,
  factory: string,
  worker?: string,
  signal?: AbortSignal,
): Promise<TargetsAnswer> {
  const sink = new TargetsSink(worker);
  try {
    const path = pathOf('ota', 'factories', factory, 'targets');
    const bytes = await transport.receive({ method: 'GET', path }, sink, signal);
    return { targets: unpackTargets(await sink.end(signal)), bytes };
  } catch (error) {
    throw error instanceof FactoryError && error.info.request === ''
      ? new FactoryError(error.kind, { ...error.info, ...sink.origin })
      : error;
  } finally {
    sink.dispose();
  }
}

/**
 * The targets that one build made, `GET /ota/factories/F/targets/?version=` (docs/api.md §2.5): little, however many
 * there are in all. Entries that are no target for a device are left out.
 *
 * @param version undefined: all of them, as `readTargets`
 * @throws {FactoryError}
 */
export async function listTargets(
  transport: Transport,
  factory: string,
  signal?: AbortSignal,
  version?: number,
): Promise<Target[]> {
  if (version === undefined) {
    return [...(await readTargets(transport, factory, undefined, signal)).targets];
  }
  const path = pathOf('ota', 'factories', factory, 'targets');
  const request = { method: 'GET', path, query: { version } } as const;
  const answer = await requestJson(transport, request, v.nullable(targetsSchema), signal);
  return Object.entries(answer ?? {}).flatMap(([name, wire]) => toTarget(name, wire) ?? []);
}

/**
 * One target by name, `GET /ota/factories/F/targets/T/` (docs/api.md §2.5): little, where the whole list may be tens
 * of megabytes.
 *
 * @returns undefined where it is no target for a device
 * @throws {FactoryError} `notFound` where no target has that name
 */
export async function getTarget(
  transport: Transport,
  factory: string,
  name: string,
  signal?: AbortSignal,
): Promise<Target | undefined> {
  const path = pathOf('ota', 'factories', factory, 'targets', name);
  return toTarget(name, await requestJson(transport, { method: 'GET', path }, targetSchema, signal));
}

/** Keeps a small answer, and gives a large one to a thread that is started for it. */
class TargetsSink implements Sink {
  /** Nothing is shown before all is there. */
  readonly repeatable = true;
  origin: FailureDetails = { request: '', host: '' };
  private readonly worker: string | undefined;
  private held: Uint8Array[] = [];
  private bytes = 0;
  private reader: TargetsReader | undefined;

  constructor(worker: string | undefined) {
    this.worker = worker;
  }

  begin(_total: number | undefined, _head: AnswerHead, origin = this.origin): void {
    this.dispose();
    Object.assign(this, { origin, held: [], bytes: 0, reader: undefined });
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.bytes += chunk.byteLength;
    if (this.bytes > MOST_BYTES) {
      throw new FactoryError('tooLarge', { ...this.origin, serverMessage: `over ${MOST_BYTES} bytes` });
    }
    if (this.reader === undefined) {
      this.held.push(chunk);
      if (this.bytes > IN_PLACE) {
        this.reader = (this.worker === undefined ? undefined : await threadReader(this.worker)) ?? slicedReader();
        await this.giveAway(this.reader);
      }
    } else {
      await this.reader.push(chunk);
    }
  }

  async end(signal?: AbortSignal): Promise<PackedTargets> {
    const cancelled = () => this.dispose();
    signal?.addEventListener('abort', cancelled);
    try {
      const reader = this.reader ?? slicedReader();
      await this.giveAway(reader);
      return await reader.end();
    } catch (error) {
      throw signal?.aborted === true ? new FactoryError('cancelled', this.origin) : error;
    } finally {
      signal?.removeEventListener('abort', cancelled);
    }
  }

  dispose(): void {
    this.reader?.dispose();
  }

  private async giveAway(reader: TargetsReader): Promise<void> {
    const held = this.held;
    this.held = [];
    for (const chunk of held) {
      await reader.push(chunk);
    }
  }
}
