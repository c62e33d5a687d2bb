import { DelegateBackoff, handleWhen, retry, type IRetryBackoffContext } from 'cockatiel';
import { announcedBytes, describe, queryOf, readStart, readText } from './answers';
import { FactoryError, NOT_BEGUN, type FailureDetails, type FailureKind } from './errors';
import { failureElsewhere, failureOf, networkFailure, withoutToken, withoutWords } from './failures';
import type { Fetch, FetchResponse } from './http';
import { Lane, LaneStuck } from './lane';
import { sendFollowing, type RequestSpec } from './request';
import type { Server } from './server';
import { Watchdog, type StartIdleTimer } from './watchdog';

export interface Reply {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly text: string;
  /** For errors that are found only when the reply is read. */
  readonly origin: FailureDetails;
}

/** What comes before the bytes of an answer. */
export interface AnswerHead {
  /** 200, or 206 where a part was asked for and is answered. */
  readonly status: number;
  readonly headers: { get(name: string): string | null };
}

/** Where the bytes of an answer go, as they come in. What it throws ends the transfer and is thrown on. */
export interface Sink {
  /** `begin` starts anew: a transfer that broke in the middle is repeated. */
  readonly repeatable?: boolean;
  /**
   * @param total bytes that will come; undefined where the service does not say
   * @param head what came before the bytes
   * @param origin for errors that are found only when the bytes are read
   */
  begin?(total: number | undefined, head: AnswerHead, origin?: FailureDetails): Promise<void> | void;
  write(chunk: Uint8Array): Promise<void> | void;
}

/** One line of the request log. Never holds a header. */
export interface RequestLogEntry {
  readonly request: string;
  readonly status?: number;
  readonly ms: number;
  readonly bytes: number;
  readonly failure?: string;
}

export interface TransportOptions {
  readonly server: Server;
  readonly fetch: Fetch;
  /** Asked for each request, so that a token that changed is used at once; undefined where nobody is signed in. */
  readonly token: () => Promise<string | undefined>;
  /**
   * Asked for another token after a 401, once for each request; undefined where there is none. The request is then sent again:
   * what was refused so was not carried out.
   */
  readonly renew?: (refused: string) => Promise<string | undefined>;
  readonly userAgent: string;
  readonly log?: (entry: RequestLogEntry) => void;
  /** Told once for each token that the service refuses. */
  readonly onUnauthorized?: (error: FactoryError) => void;
  /** Milliseconds without a byte after which a request is given up; 30 000. */
  readonly timeoutMs?: number;
  /** How that time passes; a test lets it pass when it wants. */
  readonly startTimer?: StartIdleTimer;
  /** Under way at once, in each lane; 6. */
  readonly parallel?: number;
  /** Milliseconds after which a lane that nothing leaves is stuck; twice `timeoutMs`, which ends what hangs. */
  readonly patienceMs?: number;
  /** Milliseconds before the first retry of a read, doubled for each further one; 400. */
  readonly retryDelayMs?: number;
  /** Characters of an answer at most; 128 Mi. */
  readonly maxBytes?: number;
}

/** Further attempts of a read that failed in passing. Writes are never repeated blindly. */
const RETRIES = 2;
/** A wait longer than this is told to the user instead of sat out. */
const LONGEST_WAIT_MS = 20_000;
/** Times `timeoutMs` after which an answer that still comes in, byte by byte, is given up; not for what may be large. */
const LONGEST_ANSWER = 20;
/** Characters of an error that are read: nobody needs more of it, except where it holds what was asked for. */
const LONGEST_ERROR = 1024 * 1024;
const RETRIED: readonly FailureKind[] = ['network', 'server', 'rateLimited'];

/** Takes in the answer to a request; tells of each chunk's size. */
type Reader<T> = (
  response: FetchResponse,
  watch: Watchdog,
  origin: FailureDetails,
  count: (bytes: number) => void,
) => Promise<T>;

/**
 * What waits for each other. A download takes as long as it takes, and a log or a list of megabytes a while: neither keeps a
 * save or a view waiting.
 */
type LaneName = 'requests' | 'views' | 'files';

/** A request, and what its answer is to be taken in with. */
interface Asked {
  readonly spec: RequestSpec;
  readonly target: string;
  readonly origin: FailureDetails;
  readonly signal: AbortSignal | undefined;
  /** The answer may take as long as bytes come in. */
  readonly isLong: boolean;
}

/** The sink could not take a chunk: nothing that the service or the network has to do with. */
class SinkFailure extends Error {}

/** Sends requests to one server with one credential: headers, time-outs, retries, redirects, and errors made typed. */
export class Transport {
  readonly server: Server;
  private readonly options: TransportOptions;
  private readonly lanes: Readonly<Record<LaneName, Lane>>;
  private refusal: { token: string; error: FactoryError } | undefined;

  constructor(options: TransportOptions) {
    this.options = options;
    this.server = options.server;
    this.lanes = { requests: this.lane('requests'), views: this.lane('views'), files: this.lane('files') };
  }

  /**
   * Sends a request and reads its answer to the end. Reads (GET) are repeated on passing failures, with jitter and the
   * service's `Retry-After`; writes are sent once.
   *
   * @throws {FactoryError} for everything but 200, 201, 202 and 204 (docs/api.md §2, conventions)
   */
  send(spec: RequestSpec, signal?: AbortSignal): Promise<Reply> {
    return this.exchange(
      spec,
      'requests',
      signal,
      () => spec.method === 'GET',
      async (response, watch, origin, count) => {
        const text = await readText(response, watch, this.mostBytes, origin, count);
        return {
          status: response.status,
          headers: response.headers,
          text,
          origin: { ...origin, status: response.status },
        };
      },
    );
  }

  /**
   * Reads what may be large, bytes as they come in: nothing is kept here. Repeated on passing failures only as long as the
   * sink was given nothing, or can start anew.
   *
   * @returns how many bytes there were
   * @throws {FactoryError} as `send`; `network` where fewer bytes came than were announced
   */
  async receive(spec: RequestSpec & { method: 'GET' }, sink: Sink, signal?: AbortSignal): Promise<number> {
    let begun = false;
    return this.exchange(
      spec,
      spec.isFile === true ? 'files' : 'views',
      signal,
      () => !begun || sink.repeatable === true,
      async (response, watch, origin, count) => {
        const total = announcedBytes(response);
        let received = 0;
        await toSink(() => sink.begin?.(total, response, { ...origin, status: response.status }));
        for await (const chunk of response.body ?? []) {
          watch.alive();
          const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
          count(bytes.byteLength);
          received += bytes.byteLength;
          begun = true;
          const taking = toSink(() => sink.write(bytes));
          // Most chunks are only kept for a moment: nothing is waited for then.
          if (taking !== undefined) {
            await taking;
            watch.alive();
          }
        }
        if (total !== undefined && received < total) {
          throw new FactoryError('network', { ...origin, serverMessage: `${received} of ${total} bytes arrived` });
        }
        return received;
      },
    );
  }

  private async exchange<T>(
    spec: RequestSpec,
    lane: LaneName,
    signal: AbortSignal | undefined,
    mayRepeat: () => boolean,
    read: Reader<T>,
  ): Promise<T> {
    const target = this.server.baseUrl + spec.path + queryOf(spec.query);
    const { label: host, baseUrl: base } = this.server;
    const origin = { request: describe(spec.method, target, this.server), host, base };
    if (signal?.aborted) {
      throw new FactoryError('cancelled', origin);
    }
    const isLong = lane !== 'requests';
    const attempt = () =>
      this.lanes[lane].run(origin.request, () => this.attempt({ spec, target, origin, signal, isLong }, read), signal);
    try {
      return await this.retrying(mayRepeat).execute(attempt, signal);
    } catch (error) {
      if (error instanceof SinkFailure) {
        throw error.cause;
      }
      if (signal?.aborted) {
        throw new FactoryError('cancelled', { ...origin, cause: error });
      }
      if (error instanceof LaneStuck) {
        throw new FactoryError('timeout', { ...origin, code: NOT_BEGUN, serverMessage: error.message });
      }
      // Of the service that exchanges credentials: it has no address of its own.
      throw error instanceof FactoryError && error.info.base === undefined
        ? new FactoryError(error.kind, { ...error.info, base: origin.base })
        : error;
    }
  }

  private get timeoutMs(): number {
    return this.options.timeoutMs ?? 30_000;
  }

  private lane(name: LaneName): Lane {
    const { parallel: size = 6, patienceMs = 2 * this.timeoutMs, log } = this.options;
    return new Lane({
      size,
      patienceMs,
      // A download that waits is shown, and can be cancelled; it may well be that the others are large.
      waitsOn: name === 'files',
      onStuck: (underWay, waiting) => {
        const failure = `waits for ${underWay.length} others: ${underWay.join(', ')}`;
        waiting.forEach((request) => log?.({ request, ms: patienceMs, bytes: 0, failure }));
      },
    });
  }

  private get mostBytes(): number {
    return this.options.maxBytes ?? 128 * 1024 * 1024;
  }

  private retrying(mayRepeat: () => boolean) {
    const base = this.options.retryDelayMs ?? 400;
    const retriable = handleWhen(
      (error) =>
        error instanceof FactoryError &&
        RETRIED.includes(error.kind) &&
        mayRepeat() &&
        error.info.status !== 501 &&
        (error.info.retryAfterMs ?? 0) <= LONGEST_WAIT_MS,
    );
    const backoff = new DelegateBackoff<IRetryBackoffContext<unknown>>(({ attempt, result }) => {
      const error = 'error' in result ? result.error : undefined;
      const wanted = error instanceof FactoryError ? (error.info.retryAfterMs ?? 0) : 0;
      const grown = base * 2 ** (attempt - 1);
      return Math.max(wanted, 0) + grown / 2 + Math.random() * (grown / 2);
    });
    return retry(retriable, { maxAttempts: RETRIES, backoff });
  }

  private async attempt<T>(asked: Asked, read: Reader<T>): Promise<T> {
    const { origin, signal } = asked;
    const token = await this.tokenNow(origin);
    if (signal?.aborted === true) {
      throw new FactoryError('cancelled', origin);
    }
    if (this.refusal?.token === token) {
      throw new FactoryError('unauthorized', { ...this.refusal.error.info, request: origin.request });
    }
    try {
      return await this.exchangeWith(token, asked, read);
    } catch (error) {
      if (!(error instanceof FactoryError && error.kind === 'unauthorized')) {
        throw error;
      }
      const other = await this.renewed(token, error);
      if (other === undefined) {
        this.refuse(token, error);
        throw error;
      }
      try {
        return await this.exchangeWith(other, asked, read);
      } catch (again) {
        if (again instanceof FactoryError && again.kind === 'unauthorized') {
          this.refuse(other, again);
        }
        throw again;
      }
    }
  }

  /** @throws {FactoryError} `unauthorized` where there is no credential, or it is not exchanged for a token */
  private async tokenNow(origin: FailureDetails): Promise<string> {
    try {
      const token = await this.options.token();
      if (token === undefined) {
        throw new FactoryError('unauthorized', origin);
      }
      return token;
    } catch (error) {
      if (error instanceof FactoryError && error.kind === 'unauthorized' && error.info.status !== undefined) {
        this.refuse('', error);
      }
      throw error;
    }
  }

  private async renewed(refused: string, because: FactoryError): Promise<string | undefined> {
    try {
      return await this.options.renew?.(refused);
    } catch (error) {
      // The failure that matters is the latest one: the credential itself was refused, or could not be asked about.
      if (error instanceof FactoryError && error.kind !== 'unauthorized') {
        throw error;
      }
      throw this.refuse(refused, error instanceof FactoryError ? error : because);
    }
  }

  /** Remembers a token that is not to be used again, and tells of it once. */
  private refuse(token: string, error: FactoryError): FactoryError {
    if (this.refusal?.token !== token) {
      this.refusal = { token, error };
      this.options.onUnauthorized?.(error);
    }
    return error;
  }

  private async exchangeWith<T>(
    token: string,
    { spec, target, origin, signal, isLong }: Asked,
    read: Reader<T>,
  ): Promise<T> {
    const secrets = this.server.secretTexts(token);
    const started = Date.now();
    const longestMs = isLong ? Number.POSITIVE_INFINITY : this.timeoutMs * LONGEST_ANSWER;
    const watch = new Watchdog(this.timeoutMs, signal, this.options.startTimer, longestMs);
    let status: number | undefined;
    let bytes = 0;
    let failure: string | undefined;
    const known = { ...origin };
    const isFile = spec.accept !== undefined;
    try {
      const { response, foreign } = await sendFollowing(this.options, spec, {
        target,
        token,
        watch,
        origin,
        // Only files come from elsewhere: anything else was sent to the wrong address.
        onHop: ({ store, ...more }) => Object.assign(known, more, isFile && store !== undefined ? { store } : {}),
      });
      status = response.status;
      const count = (size: number) => {
        bytes += size;
      };
      // A part is a success only for who asked for one.
      const isPart = status === 206 && spec.headers !== undefined;
      if (status !== 200 && status !== 201 && status !== 202 && status !== 204 && !isPart) {
        const whole = spec.keepErrorBody === true;
        const body = whole
          ? await readText(response, watch, this.mostBytes, known, count)
          : await readStart(response, watch, LONGEST_ERROR, count);
        const told = failureOf(response, body, known, secrets, whole);
        const failed = spec.confidential === true ? withoutWords(told) : told;
        throw foreign === undefined ? failed : failureElsewhere(failed, foreign, isFile);
      }
      return await read(response, watch, known, count);
    } catch (error) {
      if (error instanceof SinkFailure) {
        failure = 'the answer could not be taken in';
        watch.giveUp();
        throw error;
      }
      const typed = withoutToken(error instanceof FactoryError ? error : networkFailure(error, watch, known), secrets);
      failure = typed.info.serverMessage ?? typed.info.code ?? typed.kind;
      throw typed;
    } finally {
      watch.stop();
      this.options.log?.({
        request: origin.request,
        ms: Date.now() - started,
        bytes,
        ...(status === undefined ? {} : { status }),
        ...(failure === undefined ? {} : { failure }),
      });
    }
  }
}

/** @returns undefined where there is nothing to wait for */
function toSink(task: () => Promise<void> | void): Promise<void> | undefined {
  const failed = (cause: unknown) => {
    throw new SinkFailure('sink', { cause });
  };
  try {
    return task()?.catch(failed);
  } catch (cause) {
    return failed(cause);
  }
}
