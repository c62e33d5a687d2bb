import type { Target } from './target';

/** Everything that the service tells about one target (docs/api.md §6.1). */
export interface TargetDetail extends Target {
  /** `raspberrypi4-64-lmp`: the name without the version. */
  readonly machineName: string;
  readonly format: string;
  /** Bytes; 0 where not told, which is usual. */
  readonly length: number;
  /** Milliseconds since the epoch; undefined where not told. */
  readonly updatedAt: number | undefined;
  readonly imageFile: string;
  /** Page of the platform build whose OS is reused; `''` where the build made its own. */
  readonly osBuildUri: string;
  /** Page of the container build whose apps are reused; `''` where the build made its own. */
  readonly appsBuildUri: string;
  readonly deltas: StaticDeltas | undefined;
  /** The bundle of apps for preloading into images. */
  readonly fetchedApps: { readonly uri: string; readonly shortlist: string } | undefined;
  readonly appsBundleUri: string;
  /** Fields that this client knows nothing about, with their values as JSON. */
  readonly otherFields: readonly (readonly [name: string, value: string])[];
  /** The whole answer. */
  readonly raw: unknown;
}

/** Static deltas exist for a target (docs/api.md §6.1, `delta-stats`). */
export interface StaticDeltas {
  readonly sha256: string;
  readonly size: number;
}

/** What is inside a Compose app of a target (docs/api.md §2.5). */
export interface ComposeAppContent {
  readonly uri: string;
  /** Why the service could not read it; `''` where it could. */
  readonly error: string;
  readonly warnings: readonly string[];
  readonly files: readonly string[];
  /** The parsed compose file; undefined where there is none to show. */
  readonly spec: unknown;
  /** Bytes of its layers together, as the manifest says; undefined where that is not told. */
  readonly size: number | undefined;
}

/** A software bill of materials of a target (docs/api.md §2.5). */
export interface Sbom {
  readonly build: string;
  readonly run: string;
  /** May hold slashes. */
  readonly artifact: string;
}

/** @returns the number of the build in the address of its page, by its last part; undefined where there is none */
export function buildOfUri(uri: string): number | undefined {
  const number = Number(/\/(\d{1,15})\/?$/.exec(uri)?.[1] ?? Number.NaN);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** @returns whether a text can be a commit of git: nothing else gets into an address or a command line */
export function isCommit(sha: string): boolean {
  return /^[0-9a-f]{7,64}$/.test(sha);
}

/** Where the web pages of a Factory are. */
export interface WebPages {
  commit(repository: string, sha: string): string | undefined;
  /** What differs between two commits. */
  difference(repository: string, from: string, to: string): string | undefined;
  target(version: number): string | undefined;
}

/**
 * Addresses of the web pages about a Factory's sources, made from the host that the user signed in to and from what has
 * been checked to be a name or a commit; never from an address that the service gave (docs/api.md §6.2, §8.1).
 *
 * @param server key of the server (`model/serverKey`): those of others than `https://api.<domain>` are not known
 */
export function webPages(server: string, factory: string): WebPages {
  const domain = /^api\.([a-z0-9-]+(?:\.[a-z0-9-]+)+)$/.exec(server)?.[1];
  const repositoryPage = (repository: string) =>
    domain === undefined || !/^[\w-]+$/.test(repository)
      ? undefined
      : `https://source.${domain}/factories/${encodeURIComponent(factory)}/${repository}.git`;
  return {
    commit: (repository, sha) => {
      const page = repositoryPage(repository);
      return page === undefined || !isCommit(sha) ? undefined : `${page}/commit/?id=${sha}`;
    },
    difference: (repository, from, to) => {
      const page = repositoryPage(repository);
      return page === undefined || !isCommit(from) || !isCommit(to) ? undefined : `${page}/diff/?id=${to}&id2=${from}`;
    },
    target: (version) =>
      domain === undefined || !Number.isSafeInteger(version) || version < 0
        ? undefined
        : `https://app.${domain}/factories/${encodeURIComponent(factory)}/targets/${version}/`,
  };
}
