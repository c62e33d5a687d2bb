import type { Target } from './target';

/** Milliseconds of work after which others have their turn. */
const TURN_MS = 10;

/**
 * Looks for targets by version, name, tag, hardware, app, digest of an app, OS hash or commit, parts of these in any case;
 * of several words all must be found. Gives way to others now and then: there may be 20 000.
 *
 * @param targets newest first
 * @param most how many are enough
 * @returns those of that very version first, then newest first; `more`: there may be others
 */
export async function searchTargets(
  targets: readonly Target[],
  text: string,
  most: number,
  signal: AbortSignal,
): Promise<{ readonly found: readonly Target[]; readonly more: boolean }> {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const exact: Target[] = [];
  const others: Target[] = [];
  let since = performance.now();
  for (const target of targets) {
    if (performance.now() - since > TURN_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      since = performance.now();
      if (signal.aborted) {
        break;
      }
    }
    const version = String(target.version);
    const isExact = words.some((word) => word === version);
    if ((isExact || others.length <= most) && words.every((word) => word === version || hasWord(target, word))) {
      (isExact ? exact : others).push(target);
    }
  }
  const found = [...exact, ...others];
  return { found: found.slice(0, most), more: found.length > most };
}

function hasWord(target: Target, word: string): boolean {
  const has = (text: string) => text.toLowerCase().includes(word);
  return (
    has(target.name) ||
    target.tags.some(has) ||
    target.hardwareIds.some(has) ||
    target.apps.some(({ name, uri }) => has(name) || has(uri)) ||
    target.commits.some(({ sha }) => has(sha)) ||
    has(target.ostreeHash) ||
    has(target.lmpVersion)
  );
}
