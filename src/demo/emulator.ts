/**
 * The Factory emulator: the API of a Factory as a function from request to response, without sockets.
 *
 * It holds a world (`world/`), answers for it (`routes/`), keeps what came in and does faults on demand. What the reference leaves
 * open is decided in inferred.ts. {@link startFactoryServer} of server.ts puts it behind HTTP.
 */
import { authenticate, type Principal } from './auth';
import { Clock } from './clock';
import { control } from './control';
import { ciError, ciPlain, ciUnknown, otaError } from './errors';
import { answerWithFault, Faults } from './faults';
import { ApiError, type EmulatorRequest, type EmulatorResponse } from './http';
import { OTA_REDIRECTS_EVERY_METHOD } from './inferred';
import { hashText, Seed } from './random';
import { Recorder } from './recorder';
import { slashRedirect, type Call, type Router } from './router';
import { router } from './routes';
import type { OAuthClient } from './world/oauth';
import type { User } from './world/people';
import { World } from './world/world';

/** How an emulator begins. */
export interface EmulatorOptions {
  /** Devices of the first Factory (41: the REST guide's and forty more). */
  readonly devices?: number;
  /** Targets of the first Factory, at least so many. */
  readonly targets?: number;
  /** CI builds that are still kept. */
  readonly builds?: number;
  /** The same seed and start give the same bytes. */
  readonly seed?: string;
  /** The first Factory's name. */
  readonly factory?: string;
  /** Milliseconds since the epoch: time stands still there until it is advanced. Without it time is real. */
  readonly startTime?: number;
  /** Seconds between two check-ins of a device. */
  readonly checkInSeconds?: number;
  /** Seconds that an update takes; 0.8 of the time between check-ins if not given, and at least 15. */
  readonly updateSeconds?: number;
  /** How likely an update fails that was not there from the start, 0 to 1. */
  readonly failureRate?: number;
  /** Seconds that a CI job takes which changes targets. */
  readonly jobSeconds?: number;
  /** Bytes of the logs of platform builds that have ended; made as they are sent. A few kilobytes if not given. */
  readonly logBytes?: number;
  /** Whether a container build is going on when it begins, which makes new targets after some minutes; true if not given. */
  readonly building?: boolean;
  /** Finished artifacts are fetched from another host (`redirect`, as from the hosted service) or answered at once (`local`). */
  readonly storage?: 'redirect' | 'local';
  /** Tokens beside those of auth.ts. */
  readonly tokens?: Readonly<Record<string, Principal>>;
  /** Users beside Ada, Bo and Cy Example. */
  readonly users?: readonly User[];
  /** Application credentials beside `demo-client`. */
  readonly oauthClients?: readonly OAuthClient[];
  /** Names of the header that carries an API token (docs/api.md §1.1, `TOKEN_HEADER`), in lower case; `osf-token` if not given. */
  readonly tokenHeaders?: readonly string[];
  /** Refuses a change of a device's tag without `force=1` (docs/api.md §3.5, inferred). */
  readonly requireForceForTag?: boolean;
}

/** A running emulator. */
export interface Emulator {
  /** Answers one request. */
  handle(request: EmulatorRequest): Promise<EmulatorResponse>;
  /** Its time. */
  readonly clock: Clock;
  /** What it holds; for looking at in tests. */
  readonly world: World;
  readonly faults: Faults;
  readonly requests: Recorder;
  /** Back to the start: state, time, faults and requests. */
  reset(): void;
}

export const DEFAULT_FACTORY = 'getting-started';
export const DEFAULT_DEVICES = 41;
export const DEFAULT_TARGETS = 29;
export const DEFAULT_BUILDS = 24;
export const DEFAULT_CHECK_IN_SECONDS = 300;
export const DEFAULT_JOB_SECONDS = 30;

/** Makes an emulator. */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  return new FactoryEmulator(options);
}

class FactoryEmulator implements Emulator {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly requests = new Recorder();
  readonly #options: EmulatorOptions;
  readonly #router: Router = router;
  #ciAnswers = 0;
  world: World;

  constructor(options: EmulatorOptions) {
    this.#options = options;
    this.clock = new Clock(options.startTime);
    this.faults = new Faults(new Seed(hashText(options.seed ?? '1')).child('faults'));
    this.world = this.#makeWorld();
  }

  #makeWorld(): World {
    const options = this.#options;
    return new World(
      {
        seed: options.seed ?? '1',
        factory: options.factory ?? DEFAULT_FACTORY,
        devices: options.devices ?? DEFAULT_DEVICES,
        targets: options.targets ?? DEFAULT_TARGETS,
        builds: options.builds ?? DEFAULT_BUILDS,
        checkInSeconds: options.checkInSeconds ?? DEFAULT_CHECK_IN_SECONDS,
        updateSeconds: options.updateSeconds,
        failureRate: options.failureRate ?? 0.03,
        jobSeconds: options.jobSeconds ?? DEFAULT_JOB_SECONDS,
        logBytes: options.logBytes,
        building: options.building ?? true,
        storage: options.storage ?? 'redirect',
        tokens: options.tokens ?? {},
        users: options.users ?? [],
        oauthClients: options.oauthClients ?? [],
        tokenHeaders: options.tokenHeaders ?? ['osf-token'],
        requireForceForTag: options.requireForceForTag ?? false,
      },
      this.clock,
    );
  }

  reset(): void {
    this.clock.reset();
    this.faults.clear();
    this.requests.clear();
    this.#ciAnswers = 0;
    this.world = this.#makeWorld();
  }

  async handle(request: EmulatorRequest): Promise<EmulatorResponse> {
    const url = new URL(request.url);
    if (url.pathname.startsWith('/_emulator/')) {
      this.world.settle();
      return this.#guard(() => control(this, request, url));
    }
    const recorded = this.requests.record(request, url);
    const rule = this.faults.take(request.method, url, ...this.#named(url));
    const path = pathAsSent(request.url);
    const ci = path.startsWith('/projects/');
    const real = async (): Promise<EmulatorResponse> => {
      const answer = await this.#guard(() => {
        if (ci && path.includes('..')) {
          throw ciError(400, `Invalid path specifed: ${path}`);
        }
        return this.#answer(request, url);
      });
      return ci ? this.#correlated(answer) : answer;
    };
    const response = rule === undefined ? await real() : await answerWithFault(rule, request, real);
    const { transport } = response;
    const unanswered = transport?.kind === 'hang' ? transport.when === 'before' : transport?.afterBytes === -1;
    recorded.status = unanswered ? 0 : response.status;
    return response;
  }

  /** The address with the name of the device that it gives a uuid of. */
  #named(url: URL): URL[] {
    const uuid = /^\/ota\/devices\/([^/]+)\//.exec(url.pathname)?.[1];
    const factory = this.world.factories.get(url.searchParams.get('factory') ?? '');
    const index = uuid === undefined ? undefined : factory?.fleet.indexOfUuid(uuid);
    if (uuid === undefined || factory === undefined || index === undefined) {
      return [];
    }
    const named = new URL(url);
    named.pathname = url.pathname.replace(uuid, encodeURIComponent(factory.fleet.keyAt(index).name));
    return [named];
  }

  async #guard(answer: () => EmulatorResponse | Promise<EmulatorResponse>): Promise<EmulatorResponse> {
    try {
      return await answer();
    } catch (error) {
      if (error instanceof ApiError) {
        return error.response;
      }
      throw error;
    }
  }

  #answer(request: EmulatorRequest, url: URL): EmulatorResponse | Promise<EmulatorResponse> {
    this.world.settle();
    const ci = url.pathname.startsWith('/projects/');
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const match = this.#router.match(method, url.pathname);
    const open = url.pathname.startsWith('/oauth/') || url.pathname.startsWith('/storage/');
    const principal = open ? NOBODY : this.#principal(request, url, ci);
    switch (match.kind) {
      case 'found': {
        const { world } = this;
        const call: Call = {
          request,
          url,
          query: url.searchParams,
          params: match.params,
          principal,
          world,
          now: this.clock.now(),
        };
        return match.handler(call);
      }
      case 'slash':
        if (ci || OTA_REDIRECTS_EVERY_METHOD || method === 'GET') {
          return slashRedirect(url);
        }
        throw otaError(404, NOT_FOUND);
      case 'method':
        throw ci ? ciPlain(405, METHOD_NOT_ALLOWED) : otaError(405, METHOD_NOT_ALLOWED);
      case 'nothing':
        if (ci) {
          // An unknown address with a slash at its end is taken for a project (docs/api.md §2.7.10).
          throw url.pathname.endsWith('/') ? ciUnknown(url.pathname) : ciError(404, 'Not Found');
        }
        throw otaError(404, NOT_FOUND);
    }
  }

  /** Each answer of the CI server carries an id (docs/api.md §2.7). */
  #correlated(response: EmulatorResponse): EmulatorResponse {
    this.#ciAnswers += 1;
    const id = this.world.seed.uuid(`correlation ${this.#ciAnswers}`);
    return { ...response, headers: { ...response.headers, 'x-correlation-id': id } };
  }

  /** Who calls. The CI server calls what a caller may not read unknown (docs/api.md §2.7.11). */
  #principal(request: EmulatorRequest, url: URL, ci: boolean): Principal {
    try {
      return authenticate(request.headers, this.world.settings.tokenHeaders, (token) => this.world.principal(token));
    } catch (error) {
      if (ci && (request.method === 'GET' || request.method === 'HEAD' || request.method === 'DELETE')) {
        throw ciUnknown(url.pathname);
      }
      throw ci ? ciError(401, 'Cannot find a user with the provided token') : error;
    }
  }
}

/** The path before anybody resolved its dots, with those dots plain. */
function pathAsSent(url: string): string {
  const path = /^[^/]*\/\/[^/?#]*([^?#]*)/.exec(url)?.[1] ?? '/';
  return path.replace(/%2e/gi, '.');
}

const NOBODY: Principal = { user: '', factories: [], listed: false, scopes: [] };
const METHOD_NOT_ALLOWED = 'The method is not allowed for the requested URL.';
const NOT_FOUND =
  'The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.';
