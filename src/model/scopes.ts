/** What a refusal says is missing. */
export interface MissingScopes {
  /** `devices:read-update`, without the Factory; at least one. */
  readonly scopes: readonly string[];
  /** The credential lacks it; otherwise the teams of its user do. */
  readonly of: 'credential' | 'teams';
}

const CREDENTIAL = /^Credential used must include one of these scopes:/i;
const TEAMS = /must add you to a team with one of these scopes:/i;

/**
 * @param said what the service said with a 403 (docs/api.md §1.5)
 * @returns which scopes would do; undefined where it does not say
 */
export function missingScopes(said: string | undefined): MissingScopes | undefined {
  const credential = after(said ?? '', CREDENTIAL);
  const list = credential ?? after(said ?? '', TEAMS);
  const scopes = (list ?? '')
    .split(/[\s,]+/)
    // On the wire a scope begins with the Factory (docs/api.md §1.4).
    .flatMap((scope) => /(?:^|:)([a-z]+:[a-z-]+)\.?$/.exec(scope)?.[1] ?? []);
  return scopes.length === 0 ? undefined : { scopes, of: credential === undefined ? 'teams' : 'credential' };
}

function after(text: string, words: RegExp): string | undefined {
  const found = words.exec(text);
  return found === null ? undefined : text.slice(found.index + found[0].length);
}
