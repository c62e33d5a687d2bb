/** What the client asks of the network: the part of `fetch` that it uses, so that any implementation can be injected. */
export interface FetchInit {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** Redirects are followed by the transport, which decides where the credential may go. */
  readonly redirect: 'manual';
}

export interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** The body in chunks; null where there is none. Read once. */
  readonly body: AsyncIterable<Uint8Array | string> | null;
}

/**
 * Sends one request and resolves once the headers are in. Rejects when no answer came (its `code` names the cause, as
 * in node's system errors).
 */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;
