/** Reaches the plain Node modules of `scripts`, which compute paths from where they are and so cannot be bundled. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** The repository, looked for from where the bundle of the test is. */
export const root = findRoot(__dirname);

function findRoot(from: string): string {
  if (existsSync(path.join(from, 'scripts', 'l10n.mjs')) || path.dirname(from) === from) {
    return from;
  }
  return findRoot(path.dirname(from));
}

/** @returns a module of `scripts` */
export async function loadScript<T>(name: string): Promise<T> {
  return (await import(pathToFileURL(path.join(root, 'scripts', name)).href)) as T;
}
