import { isFinalStatus, type BuildStatus } from '../model/build';
import { action, statusOfWord, type RunAddress } from './builds';
import { FactoryError } from './errors';
import type { AnswerHead, Sink, Transport } from './transport';

/** A file of a run. */
export interface RunFile extends RunAddress {
  /** May hold slashes. */
  readonly path: string;
}

/** What is already there of a file, so that the rest may be enough. */
export interface Resumption {
  readonly bytes: number;
  /** Tag of the version that they are of; without one nobody can tell whether the rest belongs to it. */
  readonly etag: string;
}

/** The log of a run, which is a file as the others once the run has ended. */
export const LOG_FILE = 'console.log';

const pathOfFile = ({ factory, build, run, path }: RunFile): string =>
  action(factory, String(build), 'runs', run, ...path.split('/'));

/**
 * The bytes of a file as they come in, `GET …/runs/R/<path>` (docs/api.md §2.7). They may come from another host, which
 * gets no token (docs/api.md §2.7.8). A part may be asked for: the CI server itself ignores that and sends everything
 * (docs/api.md §2.7.7), an object store does not. The sink sees by the status which of both it gets.
 *
 * @returns how many bytes there were
 * @throws {FactoryError} `notFound` also while the run has not ended
 * @throws {RangeError} for a path that would lead to another address
 */
export function receiveRunFile(
  transport: Transport,
  file: RunFile,
  sink: Sink,
  signal?: AbortSignal,
  resume?: Resumption,
): Promise<number> {
  return transport.receive(
    {
      method: 'GET',
      path: pathOfFile(file),
      accept: '*/*',
      isFile: true,
      headers: () => ({
        // Lengths, parts and checksums are about the file, not about what a compression makes of it.
        'Accept-Encoding': 'identity',
        ...(resume === undefined ? {} : { Range: `bytes=${resume.bytes}-`, 'If-Range': resume.etag }),
      }),
    },
    sink,
    signal,
  );
}

/**
 * @param onStatus told of the run's status before the bytes of each answer; undefined: the whole file came from another host,
 *   so the run has ended. What it throws ends the transfer.
 * @returns a sink that passes everything on
 */
export function withRunStatus(sink: Sink, onStatus: (status: BuildStatus | undefined) => void): Sink {
  return {
    ...(sink.repeatable === undefined ? {} : { repeatable: sink.repeatable }),
    begin: (total, head, origin) => {
      onStatus(statusIn(head));
      return sink.begin?.(total, head, origin);
    },
    write: (chunk) => sink.write(chunk),
  };
}

/** One look at the log of a run. */
export interface LogLook {
  /** Status of the run; undefined where the whole log came from another host, which is so only after its end. */
  readonly status: BuildStatus | undefined;
  /** Nothing will be added: the header was missing or named an end. */
  readonly ended: boolean;
  /** Bytes that were new. */
  readonly bytes: number;
}

/**
 * What was added to the log of a run, `GET …/runs/R/console.log` with `X-OFFSET` (docs/api.md §2.7): a running one
 * answers from the offset on; one that has ended, whole, mostly by a redirect to an object store, which may send the rest
 * alone. The line that a queued run answers is not part of its log and is left out.
 *
 * @param offset bytes, not characters, that are there already
 * @param write gets the new bytes as they come in
 * @throws {FactoryError} `notFound` where there is no log: a run that was cancelled in the queue (docs/api.md §2.7.6)
 */
export async function receiveLog(
  transport: Transport,
  run: RunAddress,
  offset: number,
  write: (chunk: Uint8Array) => Promise<void> | void,
  signal?: AbortSignal,
): Promise<LogLook> {
  let status: BuildStatus | undefined;
  let ended = false;
  let skip = 0;
  let bytes = 0;
  const sink: Sink = {
    begin: (_total, head) => {
      status = statusIn(head);
      ended = status === undefined || isFinalStatus(status);
      skip = ended && head.status !== 206 ? offset : 0;
    },
    write: (chunk) => {
      if (status === 'QUEUED') {
        return;
      }
      const fresh = chunk.subarray(Math.min(skip, chunk.byteLength));
      skip -= chunk.byteLength - fresh.byteLength;
      if (fresh.byteLength === 0) {
        return;
      }
      bytes += fresh.byteLength;
      return write(fresh);
    },
  };
  try {
    await transport.receive(
      {
        method: 'GET',
        path: pathOfFile({ ...run, path: LOG_FILE }),
        accept: '*/*',
        headers: (atHome) =>
          atHome
            ? { 'X-OFFSET': String(offset) }
            : { 'Accept-Encoding': 'identity', ...(offset > 0 ? { Range: `bytes=${offset}-` } : {}) },
      },
      sink,
      signal,
    );
  } catch (error) {
    // The object store has nothing after the offset.
    if (error instanceof FactoryError && error.info.status === 416 && offset > 0) {
      return { status: undefined, ended: true, bytes: 0 };
    }
    throw error;
  }
  return { status, ended, bytes };
}

function statusIn({ headers }: AnswerHead): BuildStatus | undefined {
  const word = headers.get('x-run-status');
  return word === null ? undefined : statusOfWord(word);
}
