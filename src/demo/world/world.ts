/** Everything the emulator holds: its Factories and who may use them. */
import { defaultTokens, demoPrincipal, type Principal } from '../auth';
import type { Clock } from '../clock';
import { MINUTE, SECOND } from '../clock';
import { Seed, hashText } from '../random';
import { Factory } from './factory';
import { OAuth, type OAuthClient } from './oauth';
import { USER_LIST, type User } from './people';

/** How large the world is and how fast it lives. */
export interface WorldSettings {
  readonly seed: string;
  readonly factory: string;
  readonly devices: number;
  readonly targets: number;
  readonly builds: number;
  readonly checkInSeconds: number;
  readonly updateSeconds: number | undefined;
  readonly failureRate: number;
  readonly jobSeconds: number;
  readonly logBytes: number | undefined;
  /** A container build is going on when the world begins. */
  readonly building: boolean;
  /** Finished artifacts are fetched from another host, as from the hosted service, or answered at once. */
  readonly storage: 'redirect' | 'local';
  /** Users beside those of people.ts. */
  readonly users: readonly User[];
  /** Application credentials beside `demo-client`. */
  readonly oauthClients: readonly OAuthClient[];
  /** Names of the header that carries an API token, in lower case. */
  readonly tokenHeaders: readonly string[];
  readonly tokens: Readonly<Record<string, Principal>>;
  /** The server refuses a change of a device's tag without `force=1` (docs/api.md §3.5, inferred). */
  readonly requireForceForTag: boolean;
}

/** The Factory beside the first one. */
export const SECOND_FACTORY = 'acme';

export class World {
  readonly factories = new Map<string, Factory>();
  readonly tokens: Map<string, Principal>;
  readonly seed: Seed;
  readonly oauth: OAuth;
  readonly users: readonly User[];
  /** When it began. */
  readonly epoch: number;

  constructor(
    readonly settings: WorldSettings,
    readonly clock: Clock,
  ) {
    this.epoch = Math.floor(clock.now() / SECOND) * SECOND;
    this.users = [...USER_LIST, ...settings.users];
    this.seed = new Seed(hashText(settings.seed));
    const second = settings.factory === SECOND_FACTORY ? 'globex' : SECOND_FACTORY;
    this.tokens = defaultTokens(settings.factory, second);
    this.oauth = new OAuth(
      [
        { id: 'demo-client', secret: 'demo-secret', principal: demoPrincipal(settings.factory) },
        { id: 'two-factories-client', secret: 'demo-secret', principal: demoPrincipal(settings.factory, second) },
        ...settings.oauthClients,
      ],
      this.seed.child('oauth'),
    );
    for (const [token, principal] of Object.entries(settings.tokens)) {
      this.tokens.set(token, principal);
    }
    this.#add(settings.factory, settings.devices, settings.targets, settings.builds, true);
    this.#add(second, 8, 12, 10, false);
  }

  #add(name: string, devices: number, targets: number, builds: number, withGuide: boolean): void {
    const { checkInSeconds, updateSeconds, failureRate, jobSeconds, building } = this.settings;
    const checkInMs = checkInSeconds * SECOND;
    this.factories.set(
      name,
      new Factory({
        name,
        seed: this.seed.child(name),
        epoch: this.epoch,
        devices,
        targets,
        builds,
        checkInMs,
        updateMs: updateSeconds === undefined ? Math.max(0.25 * MINUTE, 0.8 * checkInMs) : updateSeconds * SECOND,
        failureRate,
        jobMs: jobSeconds * SECOND,
        building: building && withGuide,
        withGuide,
      }),
    );
  }

  /** Who a token stands for now. */
  principal(token: string): Principal | undefined {
    return this.tokens.get(token) ?? this.oauth.principal(token, this.clock.now());
  }

  /** Lets everything happen that is not up to a single device. */
  settle(): void {
    const now = this.clock.now();
    for (const factory of this.factories.values()) {
      factory.ci.settle(now);
    }
  }
}
