import { isAscii } from 'node:buffer';
import { FactoryError, type FailureDetails } from './errors';
import type { FetchResponse } from './http';
import type { Server } from './server';
import type { Watchdog } from './watchdog';

/** Bytes that are decoded at once. */
const DECODED_AT_ONCE = 1_000_000;

/**
 * Reads a body as UTF-8.
 *
 * @throws {FactoryError} `tooLarge`
 */
export async function readText(
  response: FetchResponse,
  watch: Watchdog,
  maxBytes: number,
  origin: FailureDetails,
  onChunk: (bytes: number) => void,
): Promise<string> {
  if (response.body === null) {
    return '';
  }
  const decoder = new Utf8();
  const parts: string[] = [];
  let waiting: Uint8Array[] = [];
  let size = 0;
  let total = 0;
  for await (const chunk of response.body) {
    watch.alive();
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    onChunk(bytes.byteLength);
    total += bytes.byteLength;
    if (total > maxBytes) {
      throw new FactoryError('tooLarge', {
        ...origin,
        status: response.status,
        serverMessage: `over ${maxBytes} bytes`,
      });
    }
    waiting.push(bytes);
    size += bytes.byteLength;
    // What is small is decoded at once, which is several times as fast; what is large must not be, all of it.
    if (size >= DECODED_AT_ONCE) {
      parts.push(decoder.decode(Buffer.concat(waiting), true));
      waiting = [];
      size = 0;
    }
  }
  parts.push(decoder.decode(Buffer.concat(waiting), false));
  return parts.join('');
}

/** @returns a body as UTF-8, or as much of it as is enough: the rest is let go of */
export async function readStart(
  response: FetchResponse,
  watch: Watchdog,
  enough: number,
  onChunk: (bytes: number) => void,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of response.body ?? []) {
    watch.alive();
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    onChunk(bytes.byteLength);
    chunks.push(bytes);
    total += bytes.byteLength;
    if (total >= enough) {
      break;
    }
  }
  const isCut = total > enough;
  return new Utf8().decode(Buffer.concat(chunks).subarray(0, enough), isCut);
}

/** Decodes UTF-8. Most answers hold nothing but ASCII, which is taken as it is, in a fraction of the time. */
class Utf8 {
  private decoder: InstanceType<typeof TextDecoder> | undefined;
  /** A byte order mark stands at the very beginning, or is none. */
  private begun = false;

  /** @param more whether there is more to come, so that a character may be cut at the end */
  decode(bytes: Buffer, more: boolean): string {
    if (this.decoder === undefined && isAscii(bytes)) {
      this.begun ||= bytes.byteLength > 0;
      return bytes.toString('latin1');
    }
    this.decoder ??= new TextDecoder('utf-8', { ignoreBOM: this.begun });
    return this.decoder.decode(bytes, { stream: more });
  }
}

/** @returns undefined where the length is not told, or is that of the compressed bytes */
export function announcedBytes({ headers }: FetchResponse): number | undefined {
  const length = headers.get('content-length') ?? '';
  return /^\d+$/.test(length) && (headers.get('content-encoding') ?? '') === '' ? Number(length) : undefined;
}

/** Lets go of a body that nobody reads, so that its connection is freed. */
export function discard(response: FetchResponse): void {
  const body = response.body as { destroy?: () => void; cancel?: () => Promise<void> } | null;
  body?.destroy?.();
  void body?.cancel?.().catch(() => undefined);
}

/** @returns where a redirect leads; undefined where it names no http(s) address */
export function locationOf(response: FetchResponse, base: string): URL | undefined {
  const location = response.headers.get('location');
  if (location === null || !URL.canParse(location, base)) {
    return undefined;
  }
  const url = new URL(location, base);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
}

/** @returns `?factory=acme`, or `''` */
export function queryOf(query: Readonly<Record<string, string | number | undefined>> | undefined): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined) {
      params.append(key, String(value));
    }
  }
  return params.size === 0 ? '' : `?${params.toString()}`;
}

/** `GET /ota/devices/?factory=acme`, without the host, which the log's reader knows. */
export function describe(method: string, target: string, server: Server): string {
  return `${method} ${target.slice(new URL(server.baseUrl).origin.length)}`;
}
