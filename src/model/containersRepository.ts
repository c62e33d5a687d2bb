import { remoteUrls } from './gitFiles';
import type { TextRange } from './tomlKeys';

/** The Factory whose containers a repository holds. */
export interface RepositoryOf {
  /** `foundries.io`, or that of a dedicated installation. */
  readonly domain: string;
  readonly factory: string;
}

/** The only name under which CI takes a Compose app (docs/api.md §8.2). */
export const COMPOSE_FILE = 'docker-compose.yml';
/** A name that CI refuses. */
export const REFUSED_COMPOSE_FILE = 'docker-compose.yaml';

/** @returns whether CI ignores a folder because of its name (docs/api.md §8.2) */
export function isDisabledFolder(name: string): boolean {
  return name.endsWith('.disabled');
}

const REMOTE = /^https?:\/\/(?:[^@/\s]+@)?source\.([^/\s:]+)(?::\d+)?\/factories\/([^/\s]+)\/containers(?:\.git)?\/?$/;

/** @returns the Factory in an address of a remote in a git configuration (docs/api.md §8.1); undefined where none is its containers.git */
export function factoryOfRemotes(gitConfig: string): RepositoryOf | undefined {
  for (const url of remoteUrls(gitConfig)) {
    const [, domain, factory] = REMOTE.exec(url) ?? [];
    if (domain !== undefined && factory !== undefined) {
      return { domain, factory };
    }
  }
  return undefined;
}

/** An image of a Factory's registry that a Compose file names. */
export interface HubImage extends TextRange, RepositoryOf {
  readonly name: string;
}

const IMAGE =
  /^[ \t]*(?:-[ \t]+)?(?:image|"image"|'image')[ \t]*:[ \t]*["']?(hub\.([a-z0-9.-]+)\/([^/\s"'$]+)\/([^\s"':@$]+))/gim;

/** @returns the images of a Factory's registry in a Compose file (docs/api.md §8.2); names with variables are left out */
export function hubImages(composeFile: string): HubImage[] {
  return [...composeFile.matchAll(IMAGE)].map(
    ({ 0: line, 1: image = '', 2: domain = '', 3: factory = '', 4: name = '', index }) => {
      const start = index + line.length - image.length;
      return { domain, factory, name, start, end: start + image.length };
    },
  );
}

/** A folder at the top of a repository. */
export interface TopFolder {
  readonly name: string;
  /** Names of the files in it. */
  readonly files: ReadonlySet<string>;
  /** Folders in it that CI builds too: those of a folder with `.ci-search-subdirs` that have a Dockerfile. */
  readonly builds: readonly string[];
}

/** @returns names of the images that CI builds (docs/api.md §8.2) */
export function builtImages(folders: readonly TopFolder[]): Set<string> {
  const built = folders
    .filter(({ name }) => !isDisabledFolder(name))
    .flatMap(({ name, files, builds }) => [...(files.has('Dockerfile') ? [name] : []), ...builds]);
  return new Set(built);
}

/** Why CI would not find an image. */
export interface MissingImage extends HubImage {
  /** The folder is there, but its name ends in `.disabled`. */
  readonly disabled: boolean;
}

/** @returns the images of the Factory's own registry that nothing in the repository builds */
export function missingImages(composeFile: string, of: RepositoryOf, folders: readonly TopFolder[]): MissingImage[] {
  const built = builtImages(folders);
  const names = new Set(folders.map(({ name }) => name));
  return hubImages(composeFile)
    .filter(({ domain, factory, name }) => domain === of.domain && factory === of.factory && !built.has(name))
    .map((image) => ({ ...image, disabled: names.has(`${image.name}.disabled`) }));
}
