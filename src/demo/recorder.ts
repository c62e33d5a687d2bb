/** What came in, for tests: the newest requests with everything they carried. */
import { fromUtf8, type EmulatorRequest } from './http';

/** One request and how it was answered. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  /** The query as it was sent, without the question mark. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The status that was sent; 0 while there is none, or when the connection was left hanging or cut before it. */
  status: number;
}

const KEPT = 5000;

export class Recorder {
  #requests: RecordedRequest[] = [];

  /** Writes a request down; the caller fills in the status. */
  record(request: EmulatorRequest, url: URL): RecordedRequest {
    const recorded: RecordedRequest = {
      method: request.method,
      path: url.pathname,
      query: url.search.slice(1),
      headers: request.headers,
      body: fromUtf8(request.body),
      status: 0,
    };
    this.#requests.push(recorded);
    if (this.#requests.length > KEPT) {
      this.#requests.shift();
    }
    return recorded;
  }

  /** Oldest first. */
  all(): readonly RecordedRequest[] {
    return this.#requests;
  }

  clear(): void {
    this.#requests = [];
  }
}
