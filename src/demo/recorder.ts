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
/** Bodies may be large: together they are no longer than this. */
const KEPT_BODY_CHARACTERS = 32 * 1024 * 1024;

export class Recorder {
  #requests: RecordedRequest[] = [];
  #characters = 0;

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
    this.#characters += recorded.body.length;
    while (this.#requests.length > KEPT || (this.#characters > KEPT_BODY_CHARACTERS && this.#requests.length > 1)) {
      this.#characters -= this.#requests.shift()?.body.length ?? 0;
    }
    return recorded;
  }

  /** Oldest first. */
  all(): readonly RecordedRequest[] {
    return this.#requests;
  }

  clear(): void {
    this.#requests = [];
    this.#characters = 0;
  }
}
