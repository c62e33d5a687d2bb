/**
 * Credentials and what they may do (docs/api.md §1).
 *
 * | token | what it is |
 * | --- | --- |
 * | `demo-token` | Ada Example, owner: every scope on the first Factory |
 * | `read-only-token` | Ada again, with `devices:read`, `targets:read` and `ci:read` only |
 * | `two-factories-token` | Ada, every scope on both Factories |
 * | `no-factory-token` | Ada; the list of Factories is empty, the first Factory works when it is named |
 * | `member-token` | Bo Example, a member: the token has every scope, Bo's team only reads |
 *
 * Application credentials (OAuth): client `demo-client`, or `two-factories-client`, with the secret `demo-secret`.
 */
import { missingScope, missingTeamScope, unknownToken } from './errors';
import { USERS } from './world/people';

/** The scopes of docs/api.md §1.4 that the emulator asks for. */
export type Scope =
  | 'ci:read'
  | 'ci:read-update'
  | 'devices:read'
  | 'devices:read-update'
  | 'devices:create'
  | 'devices:delete'
  | 'targets:read'
  | 'targets:read-update';

/** Who is calling, and what the credential allows. */
export interface Principal {
  /** The user's "polis id". */
  readonly user: string;
  /** The Factories that the credential may use. */
  readonly factories: readonly string[];
  /** Whether these Factories are also listed. */
  readonly listed: boolean;
  /** What the token allows. */
  readonly scopes: readonly Scope[] | 'all';
  /** What the user's teams allow; without one there is no limit (docs/api.md §1.4). */
  readonly teamScopes?: readonly Scope[];
}

/** Scopes in the words of docs/api.md §1.4; the second form includes the first. */
const INCLUDES: Partial<Record<Scope, readonly Scope[]>> = {
  'ci:read': ['ci:read-update'],
  'devices:read': ['devices:read-update'],
  'targets:read': ['targets:read-update'],
};

function allows(granted: readonly Scope[] | 'all', scope: Scope): boolean {
  return granted === 'all' || granted.includes(scope) || (INCLUDES[scope] ?? []).some((more) => granted.includes(more));
}

/** Whether the credential and the user's teams both allow it. */
export function mayUse(principal: Principal, scope: Scope): boolean {
  return allows(principal.scopes, scope) && allows(principal.teamScopes ?? 'all', scope);
}

/** Throws the 403 of docs/api.md §1.5 when it is not allowed. */
export function requireScope(principal: Principal, factory: string, scope: Scope): void {
  if (!allows(principal.scopes, scope)) {
    throw missingScope(factory, scope);
  }
  if (!allows(principal.teamScopes ?? 'all', scope)) {
    throw missingTeamScope(scope);
  }
}

/** Ada with every scope on some Factories. */
export function demoPrincipal(...factories: string[]): Principal {
  return { user: USERS.ada.id, listed: true, scopes: 'all', factories };
}

/** The tokens that exist from the start, in a world with these Factories (the first is the usual one). */
export function defaultTokens(first: string, second: string): Map<string, Principal> {
  const ada = { user: USERS.ada.id, listed: true, scopes: 'all' } as const;
  const readOnly: readonly Scope[] = ['devices:read', 'targets:read', 'ci:read'];
  return new Map<string, Principal>([
    ['demo-token', { ...ada, factories: [first] }],
    ['read-only-token', { ...ada, factories: [first], scopes: readOnly }],
    ['two-factories-token', { ...ada, factories: [first, second] }],
    ['no-factory-token', { ...ada, factories: [first], listed: false }],
    [
      'member-token',
      {
        user: USERS.bo.id,
        listed: true,
        scopes: 'all',
        factories: [first],
        teamScopes: ['devices:read', 'targets:read'],
      },
    ],
  ]);
}

/** The token strings that a request may mean: `OSF-TOKEN`, `Bearer` raw and `Bearer` base64 (docs/api.md §1.1). */
export function* tokensOf(
  headers: Readonly<Record<string, string>>,
  tokenHeaders: readonly string[],
): Generator<string> {
  for (const name of tokenHeaders) {
    const token = headers[name];
    if (token !== undefined) {
      yield token;
    }
  }
  const bearer = /^bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) {
    yield bearer;
    yield Buffer.from(bearer, 'base64').toString('utf8');
  }
}

/** Finds who calls, or throws the 401 of docs/api.md §1.5. */
export function authenticate(
  headers: Readonly<Record<string, string>>,
  tokenHeaders: readonly string[],
  lookUp: (token: string) => Principal | undefined,
): Principal {
  for (const token of tokensOf(headers, tokenHeaders)) {
    const principal = lookUp(token);
    if (principal !== undefined) {
      return principal;
    }
  }
  throw unknownToken();
}
