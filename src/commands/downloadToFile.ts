import { createHash, randomBytes } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { FactoryError } from '../api/errors';
import type { Resumption } from '../api/runFiles';
import type { AnswerHead, Sink } from '../api/transport';
import { pause } from '../store/following';
import { systemClock } from '../store/refreshing';

/** Sends what is wanted to the sink: all of it, or the rest after what is there already. */
export type Receive = (sink: Sink, signal: AbortSignal, resume?: Resumption) => Promise<unknown>;

export interface DownloadOptions {
  readonly signal: AbortSignal;
  /** What the service says of its size elsewhere; undefined where it does not. */
  readonly size?: number | undefined;
  /** Told of the bytes that are there, and of all that there will be, where that is known. */
  readonly onProgress?: (received: number, total: number | undefined) => void;
  /** Milliseconds before the first further attempt; 1000. */
  readonly retryMs?: number;
}

export interface Downloaded {
  readonly bytes: number;
  /** 64 hex digits. */
  readonly sha256: string;
  /** The service told a checksum, and it is the same; false where it told none. */
  readonly compared: boolean;
}

/** What came is not what the service says that it is; the words are for a log. */
export class WrongContent extends Error {
  constructor(readonly what: 'size' | 'checksum') {
    super(`the ${what} is wrong`);
  }
}

/** Attempts in a row that brought nothing new, after which it is given up. */
const MOST_VAIN = 4;
/** Bytes that go to the disk in one piece, while the next come in. */
const WRITTEN_AT_ONCE = 512 * 1024;
const PASSING: ReadonlySet<string> = new Set(['network', 'timeout', 'server', 'rateLimited']);

/**
 * Downloads to a file beside the wanted one, which takes its place only when everything is there and right: whatever fails,
 * or is cancelled, leaves no half file, and what was there before stays. A transfer that is cut is taken up again where it
 * was cut, where the server can do that for the very same content, else from the start. Memory does not grow with the size.
 *
 * @throws {WrongContent}
 * @throws what `receive` throws, or node's error of the file system
 */
export async function downloadToFile(path: string, receive: Receive, options: DownloadOptions): Promise<Downloaded> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.part`;
  const file = await open(temporary, 'wx');
  try {
    const transfer = new Transfer(file, options);
    await transfer.run(receive);
    const done = transfer.result();
    await file.close();
    await rename(temporary, path);
    return done;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}

class Transfer implements Sink {
  private received = 0;
  /** What has come and is not being written yet, and where it goes. */
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private waitingAt = 0;
  private writing: Promise<void> = Promise.resolve();
  private total: number | undefined;
  private etag = '';
  private sha256 = createHash('sha256');
  private told: Checksum | undefined;
  private compared = createHash('md5');

  constructor(
    private readonly file: FileHandle,
    private readonly options: DownloadOptions,
  ) {}

  async run(receive: Receive): Promise<void> {
    const { signal, retryMs = 1000 } = this.options;
    for (let vain = 0, most = 0; ;) {
      try {
        const resume = this.received > 0 && this.etag !== '' ? { bytes: this.received, etag: this.etag } : undefined;
        await receive(this, signal, resume);
        await this.settle();
        return;
      } catch (error) {
        vain = this.received > most ? 0 : vain + 1;
        most = Math.max(most, this.received);
        // Only what had begun: before that the transport has tried again by itself.
        const again = error instanceof FactoryError && PASSING.has(error.kind) && most > 0 && vain < MOST_VAIN;
        if (!again || signal.aborted) {
          throw error;
        }
        await pause(systemClock, Math.max(retryMs * 2 ** vain, error.info.retryAfterMs ?? 0), signal);
      }
    }
  }

  async begin(total: number | undefined, head: AnswerHead): Promise<void> {
    if (head.status === 206 && rangeStart(head) === this.received) {
      this.total = total === undefined ? this.options.size : this.received + total;
      return;
    }
    if (head.status === 206) {
      throw new WrongContent('size');
    }
    // Everything from the start: the first time, or another version, or a server that cannot send parts.
    if (this.received > 0) {
      await this.settle();
      await this.file.truncate(0);
    }
    this.received = 0;
    this.waitingAt = 0;
    this.total = total ?? this.options.size;
    this.etag = strongTag(head);
    this.sha256 = createHash('sha256');
    this.told = toldChecksum(head);
    this.compared = createHash(this.told?.algorithm ?? 'md5');
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    this.sha256.update(chunk);
    if (this.told !== undefined) {
      this.compared.update(chunk);
    }
    this.received += chunk.byteLength;
    this.waiting.push(chunk);
    this.waitingBytes += chunk.byteLength;
    this.options.onProgress?.(this.received, this.total);
    return this.waitingBytes >= WRITTEN_AT_ONCE ? this.writeWaiting() : undefined;
  }

  /** Begins to write what waits when what was written before is done, so that no more than two pieces are held. */
  private async writeWaiting(): Promise<void> {
    await this.writing;
    const { waiting, waitingAt } = this;
    this.waitingAt += this.waitingBytes;
    this.waiting = [];
    this.waitingBytes = 0;
    this.writing = this.writeAt(waiting, waitingAt);
    // Whoever waits for it is told; until then it is nobody's.
    this.writing.catch(() => undefined);
  }

  /** Chunks go to the disk as they came: to put them together first is to copy everything once more. */
  private async writeAt(chunks: readonly Uint8Array[], from: number): Promise<void> {
    let left = chunks;
    for (let at = from; left.length > 0;) {
      const { bytesWritten } = await this.file.writev(left, at);
      at += bytesWritten;
      left = after(left, bytesWritten);
    }
  }

  /** Resolves when everything that came is in the file. */
  private async settle(): Promise<void> {
    await this.writeWaiting();
    await this.writing;
  }

  result(): Downloaded {
    const { size } = this.options;
    if (size !== undefined && size !== this.received) {
      throw new WrongContent('size');
    }
    if (this.told !== undefined && this.compared.digest('base64') !== this.told.base64) {
      throw new WrongContent('checksum');
    }
    return { bytes: this.received, sha256: this.sha256.digest('hex'), compared: this.told !== undefined };
  }
}

/** @returns what is left of chunks when so many bytes of them are written: a disk may take less than it is given */
function after(chunks: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let written = bytes;
  for (const [index, chunk] of chunks.entries()) {
    if (written < chunk.byteLength) {
      return [chunk.subarray(written), ...chunks.slice(index + 1)];
    }
    written -= chunk.byteLength;
  }
  return [];
}

interface Checksum {
  readonly algorithm: 'md5' | 'sha256';
  readonly base64: string;
}

/** What a server or object store says of the content: RFC 9530, the older `Digest`, or Google's and the old MD5. */
function toldChecksum({ headers }: AnswerHead): Checksum | undefined {
  const stored = headers.get('x-goog-stored-content-encoding') ?? 'identity';
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (stored !== 'identity' || encoding !== 'identity') {
    return undefined;
  }
  const sha256 =
    /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/.exec(headers.get('repr-digest') ?? '')?.[1] ??
    /(?:^|,)\s*sha-256=([A-Za-z0-9+/]{43}=)/i.exec(headers.get('digest') ?? '')?.[1];
  if (sha256 !== undefined) {
    return { algorithm: 'sha256', base64: sha256 };
  }
  const md5 =
    /(?:^|,)\s*md5=([A-Za-z0-9+/]{22}==)/.exec(headers.get('x-goog-hash') ?? '')?.[1] ??
    /^([A-Za-z0-9+/]{22}==)$/.exec(headers.get('content-md5') ?? '')?.[1];
  return md5 === undefined ? undefined : { algorithm: 'md5', base64: md5 };
}

/** A weak tag does not say that the bytes are the same. */
function strongTag({ headers }: AnswerHead): string {
  const tag = headers.get('etag') ?? '';
  return /^"[^"]*"$/.test(tag) ? tag : '';
}

function rangeStart({ headers }: AnswerHead): number {
  return Number(/^bytes (\d+)-/.exec(headers.get('content-range') ?? '')?.[1] ?? Number.NaN);
}
