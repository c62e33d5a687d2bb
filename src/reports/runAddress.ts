import type { RunFile } from '../api/runFiles';

/** Scheme of read-only documents about runs of CI: logs, and files that they left. */
export const RUN_SCHEME = 'foundries-run';

/** A document about a run. Its address alone finds it again after a restart. */
export interface RunPage extends RunFile {
  /** Key of the server (`model/serverKey`). */
  readonly host: string;
}

/** The parts of a URI that an address takes; as VS Code has them, decoded. */
export interface RunUri {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  readonly query: string;
}

/** @returns `foundries-run://HOST/42/RUN/NAME?[…]`; the name is what the tab shows */
export function formatRunPage({ host, factory, build, run, path }: RunPage): RunUri {
  const last = path.split('/').at(-1) ?? path;
  const name = path === 'console.log' ? `${run} (${build}).log` : last;
  const safe = (text: string) => text.replace(/[/\\]/g, '_');
  return {
    scheme: RUN_SCHEME,
    authority: host,
    path: `/${build}/${safe(run)}/${safe(name)}`,
    query: JSON.stringify([factory, build, run, path]),
  };
}

/** @returns what a URI is the address of; undefined where it is none of ours */
export function parseRunPage(uri: RunUri): RunPage | undefined {
  if (uri.scheme !== RUN_SCHEME || uri.authority === '') {
    return undefined;
  }
  let data: unknown;
  try {
    data = JSON.parse(uri.query);
  } catch {
    return undefined;
  }
  const [factory, build, run, path] = Array.isArray(data) ? (data as unknown[]) : [];
  return typeof factory === 'string' && Number.isInteger(build) && typeof run === 'string' && typeof path === 'string'
    ? { host: uri.authority, factory, build: build as number, run, path }
    : undefined;
}
