import { readYaml } from './yamlFiles';

/** Where the CLI asks where its configuration names no address (docs/api.md §1.6). */
const DEFAULT_API = 'https://api.foundries.io';
const DEFAULT_OAUTH = 'https://app.foundries.io/oauth';

/** What the CLI's configuration file holds, as far as it can be taken over. */
export interface FioctlConfig {
  readonly credential:
    | { readonly kind: 'token'; readonly token: string }
    | {
        readonly kind: 'application';
        readonly clientId: string;
        readonly clientSecret: string;
        readonly oauthUrl: string;
      };
  readonly apiUrl: string;
  /** The default Factory; `''` where there is none. */
  readonly factory: string;
  /** The file wants extra headers to be sent, which is not done here. */
  readonly extraHeaders: boolean;
  /** The file switches the check of certificates off, which is not done here. */
  readonly insecure: boolean;
}

/** Why a file cannot be taken over. */
export type FioctlProblem =
  /** It is no YAML; `line` counts from 1. */
  | { readonly problem: 'syntax'; readonly line: number }
  /** It is YAML, but no table of settings. */
  | { readonly problem: 'notSettings' }
  /** A setting has another type than it should. */
  | { readonly problem: 'wrongType'; readonly key: string }
  /** An address is none, or not http(s). */
  | { readonly problem: 'address'; readonly key: string }
  /** There is neither a token nor a client id with its secret: the CLI was never logged in. */
  | { readonly problem: 'noCredential' };

/**
 * Reads `fioctl.yaml` (docs/api.md §1.6). Keys count whatever their case; where there is a token, application credentials are
 * ignored, as by the CLI. Access and refresh tokens are not taken: they are the CLI's.
 *
 * @returns what it holds, or why it cannot be read; never a piece of its text
 */
export function readFioctlConfig(text: string): FioctlConfig | FioctlProblem {
  const { documents, problems } = readYaml(text);
  const [document, second] = documents;
  const wrong = problems[0]?.offset ?? second?.range?.[0];
  if (wrong !== undefined) {
    return { problem: 'syntax', line: text.slice(0, wrong).split('\n').length };
  }
  try {
    const value: unknown = document?.toJS({ maxAliasCount: 0 }) ?? null;
    if (value === null) {
      return { problem: 'noCredential' };
    }
    if (!isTable(value)) {
      return { problem: 'notSettings' };
    }
    return configOf(new Settings(value));
  } catch (found) {
    if (found instanceof Wrong) {
      return found.problem;
    }
    return { problem: 'notSettings' };
  }
}

function configOf(settings: Settings): FioctlConfig | FioctlProblem {
  const token = settings.text('token');
  const client = settings.table('clientcredentials');
  const server = settings.table('server');
  const clientId = client?.text('client_id') ?? '';
  const clientSecret = client?.text('client_secret') ?? '';
  if (token === '' && (clientId === '' || clientSecret === '')) {
    return { problem: 'noCredential' };
  }
  return {
    credential:
      token !== ''
        ? { kind: 'token', token }
        : {
            kind: 'application',
            clientId,
            clientSecret,
            oauthUrl: client?.address('url', DEFAULT_OAUTH) ?? DEFAULT_OAUTH,
          },
    apiUrl: server?.address('url', DEFAULT_API) ?? DEFAULT_API,
    factory: settings.text('factory'),
    extraHeaders: settings.table('extraheaders')?.isEmpty === false,
    insecure: server?.flag('insecure_skip_verify') ?? false,
  };
}

class Wrong extends Error {
  constructor(readonly problem: FioctlProblem) {
    super(problem.problem);
  }
}

/** A table whose keys count whatever their case. */
class Settings {
  private readonly values: ReadonlyMap<string, unknown>;
  private readonly path: string;

  constructor(table: Readonly<Record<string, unknown>>, path = '') {
    this.values = new Map(Object.entries(table).map(([key, value]) => [key.toLowerCase(), value]));
    this.path = path;
  }

  get isEmpty(): boolean {
    return this.values.size === 0;
  }

  text(key: string): string {
    const value = this.values.get(key) ?? '';
    // A token of digits is a number to YAML: its digits may be rounded, so it is not guessed.
    if (typeof value !== 'string') {
      throw new Wrong({ problem: 'wrongType', key: this.path + key });
    }
    return value.trim();
  }

  flag(key: string): boolean {
    const value = this.values.get(key) ?? false;
    if (typeof value !== 'boolean') {
      throw new Wrong({ problem: 'wrongType', key: this.path + key });
    }
    return value;
  }

  table(key: string): Settings | undefined {
    const value = this.values.get(key) ?? undefined;
    if (value !== undefined && !isTable(value)) {
      throw new Wrong({ problem: 'wrongType', key: this.path + key });
    }
    return value === undefined ? undefined : new Settings(value, `${this.path}${key}.`);
  }

  address(key: string, otherwise: string): string {
    const value = this.text(key);
    if (value === '') {
      return otherwise;
    }
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if ((url?.protocol !== 'https:' && url?.protocol !== 'http:') || url.username !== '' || url.password !== '') {
      throw new Wrong({ problem: 'address', key: this.path + key });
    }
    return url.origin + url.pathname.replace(/(?<!\/)\/+$/, '');
  }
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
