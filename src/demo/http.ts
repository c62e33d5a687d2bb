/**
 * What goes in and out of the emulator. No sockets: a transport (an HTTP server, a function call in process) turns its own
 * requests into these and these answers into its own.
 */

/** One request. Header names are in lower case, the URL is absolute (its host is what `next` links are built from). */
export interface EmulatorRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A body at once, or in pieces when it is too large to be held. */
export type EmulatorBody = Uint8Array | AsyncIterable<Uint8Array>;

/**
 * A fault that only the transport can show: no answer at all (`before`), an answer that stops for ever half way (`inside`), or a
 * connection that is closed after a number of body bytes (`half`: after half of them; -1: before the status line).
 */
export type TransportFault =
  | { readonly kind: 'hang'; readonly when: 'before' | 'inside' }
  | { readonly kind: 'cut'; readonly afterBytes: number | 'half' };

/** One answer. */
export interface EmulatorResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: EmulatorBody;
  readonly transport?: TransportFault;
}

/** An answer that ends a request early: thrown by whoever finds the mistake, turned into a response in one place. */
export class ApiError extends Error {
  constructor(readonly response: EmulatorResponse) {
    super(`answered with ${response.status}`);
    this.name = 'ApiError';
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Encodes text as UTF-8. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Decodes UTF-8; bytes that are not are replaced. */
export function fromUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** A JSON answer, as Flask writes it: with a newline at the end. */
export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): EmulatorResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: utf8(`${JSON.stringify(value)}\n`),
  };
}

/** An answer of plain text (or, with another content type, of anything that is text). */
export function text(
  value: string,
  status = 200,
  contentType = 'text/plain; charset=utf-8',
  headers: Readonly<Record<string, string>> = {},
): EmulatorResponse {
  return { status, headers: { 'content-type': contentType, ...headers }, body: utf8(value) };
}

/** Collects a body that comes in pieces. */
export async function readBody(body: EmulatorBody): Promise<Uint8Array> {
  if (body instanceof Uint8Array) {
    return body;
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of body) {
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
