import * as v from 'valibot';
import { readText } from './answers';
import { decode, number } from './decode';
import { FactoryError, type FailureDetails } from './errors';
import { failureOf, networkFailure } from './failures';
import type { Fetch } from './http';
import type { RequestLogEntry } from './transport';
import { Watchdog, type StartIdleTimer } from './watchdog';

/** A client id with its secret, and where they are exchanged for access tokens (docs/api.md §1.2). */
export interface ApplicationCredential {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Base address: `https://app.foundries.io/oauth`. */
  readonly url: string;
}

/** What a credential was exchanged for. */
export interface AccessToken {
  readonly token: string;
  /** Milliseconds since the epoch; undefined where the service did not say. */
  readonly expiresAt?: number;
}

/** Where an access token waits for the next window. */
export interface TokenShelf {
  read(): Promise<AccessToken | undefined>;
  /** @param credential what the token was got with: by now another one may be in use, or none */
  write(token: AccessToken, credential: ApplicationCredential): Promise<void>;
}

export interface OAuthOptions {
  /** Undefined where the account is gone. */
  readonly credential: () => Promise<ApplicationCredential | undefined>;
  readonly shelf: TokenShelf;
  readonly fetch: Fetch;
  readonly userAgent: string;
  readonly log?: (entry: RequestLogEntry) => void;
  readonly now?: () => number;
  /** Milliseconds without a byte after which the service is given up; 30 000. */
  readonly timeoutMs?: number;
  /** How that time passes; a test lets it pass when it wants. */
  readonly startTimer?: StartIdleTimer;
}

/** A token is exchanged this long before it ends, so that it does not end on its way. */
const MARGIN_MS = 60_000;
const MOST_CHARACTERS = 1024 * 1024;

const answerSchema = v.object({
  access_token: v.pipe(v.string(), v.minLength(1)),
  expires_in: v.nullish(number),
});

/**
 * The access token of application credentials, exchanged when it is first needed, when it ends, and when the service refuses
 * it: once, however many requests wait for it. A credential that the service does not know is not sent again.
 *
 * The client credentials grant alone is used: an access token obtained so is independent of those that the CLI holds
 * (docs/api.md §1.6), and no refresh token needs to be kept.
 */
export class OAuthTokens {
  private readonly options: OAuthOptions;
  private current: AccessToken | undefined;
  private fromShelf: Promise<AccessToken | undefined> | undefined;
  private exchanging: Promise<AccessToken> | undefined;
  private refusal: FactoryError | undefined;

  constructor(options: OAuthOptions) {
    this.options = options;
  }

  /**
   * @returns an access token that has not ended; undefined where there is no credential any more
   * @throws {FactoryError} `unauthorized` where the service does not know the credential; others as for any request
   */
  async token(): Promise<string | undefined> {
    this.fromShelf ??= this.options.shelf.read().catch(() => undefined);
    this.current ??= await this.fromShelf;
    if (this.current !== undefined && this.lasts(this.current)) {
      return this.current.token;
    }
    return this.exchange();
  }

  /**
   * @param refused a token that the service did not accept
   * @returns another one: what another request or window has got meanwhile, or a new one
   * @throws {FactoryError} as `token`
   */
  async renew(refused: string): Promise<string | undefined> {
    if (this.current !== undefined && this.current.token !== refused && this.lasts(this.current)) {
      return this.current.token;
    }
    const kept = await this.options.shelf.read().catch(() => undefined);
    if (kept !== undefined && kept.token !== refused && this.lasts(kept)) {
      this.current = kept;
      return kept.token;
    }
    return this.exchange();
  }

  private lasts({ expiresAt }: AccessToken): boolean {
    return expiresAt === undefined || expiresAt > this.now();
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }

  private async exchange(): Promise<string | undefined> {
    if (this.refusal !== undefined) {
      throw this.refusal;
    }
    const credential = await this.options.credential();
    if (credential === undefined) {
      return undefined;
    }
    this.exchanging ??= this.grant(credential).finally(() => {
      this.exchanging = undefined;
    });
    this.current = await this.exchanging;
    return this.current.token;
  }

  private async grant(credential: ApplicationCredential): Promise<AccessToken> {
    try {
      const token = await requestToken(credential, this.options);
      await this.options.shelf.write(token, credential).catch(() => undefined);
      return token;
    } catch (error) {
      if (error instanceof FactoryError && error.kind === 'unauthorized') {
        this.refusal = error;
      }
      throw error;
    }
  }
}

/**
 * `POST <url>/token/` with `grant_type=client_credentials` (docs/api.md §1.2). Redirects are not followed: the secret goes to
 * this address alone.
 *
 * @throws {FactoryError} `unauthorized` for 400, 401 and 403, which is how the service says that it does not know the
 *   credential; never holds the secret
 */
async function requestToken(credential: ApplicationCredential, options: OAuthOptions): Promise<AccessToken> {
  const address = new URL(`${credential.url.replace(/(?<!\/)\/+$/, '')}/token/`);
  const origin: FailureDetails = { request: `POST ${address.pathname}`, host: address.host };
  const watch = new Watchdog(options.timeoutMs ?? 30_000, undefined, options.startTimer);
  const started = Date.now();
  const now = options.now ?? Date.now;
  let status: number | undefined;
  let bytes = 0;
  let failure: string | undefined;
  try {
    const response = await options.fetch(address.href, {
      method: 'POST',
      headers: {
        'User-Agent': options.userAgent,
        Accept: 'application/json',
        'Content-Type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: credential.clientId,
        client_secret: credential.clientSecret,
      }).toString(),
      signal: watch.signal,
      redirect: 'manual',
    });
    status = response.status;
    const text = await readText(response, watch, MOST_CHARACTERS, origin, (size) => {
      bytes += size;
    });
    const described = { ...origin, status };
    if (status !== 200) {
      const secrets = [credential.clientSecret, encodeURIComponent(credential.clientSecret)];
      const failed = failureOf(response, text, origin, secrets);
      throw status >= 300 && status < 400
        ? new FactoryError('redirect', { ...described, serverMessage: 'the secret is not sent elsewhere' })
        : new FactoryError([400, 401, 403].includes(status) ? 'unauthorized' : failed.kind, failed.info);
    }
    const answer = decode(answerSchema, jsonOf(text, described), described);
    const lifetime = (answer.expires_in ?? 0) * 1000;
    return {
      token: answer.access_token,
      ...(lifetime > 0 ? { expiresAt: now() + lifetime - Math.min(MARGIN_MS, lifetime / 10) } : {}),
    };
  } catch (error) {
    const typed = error instanceof FactoryError ? error : networkFailure(error, watch, origin);
    failure = typed.info.serverMessage ?? typed.info.code ?? typed.kind;
    throw typed;
  } finally {
    watch.stop();
    options.log?.({
      request: `${origin.request} (${origin.host})`,
      ms: Date.now() - started,
      bytes,
      ...(status === undefined ? {} : { status }),
      ...(failure === undefined ? {} : { failure }),
    });
  }
}

function jsonOf(text: string, origin: FailureDetails): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not told on: an answer that cannot be read may still hold a token.
    throw new FactoryError('unexpected', { ...origin, serverMessage: 'the answer is not valid JSON' });
  }
}
