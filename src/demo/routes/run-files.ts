/** The files of a run, as its own address and that of a promoted build name them (docs/api.md §2.7.8). */
import type { Call } from '../router';
import { artifactsOf, type Artifact } from '../world/ci-files';
import type { Run } from '../world/ci-run';
import type { FoundBuild } from './ci-wire';

/** What a run has left in the store; nothing without a log. */
export function artifacts(call: Call, { factory, build, run }: FoundBuild & { readonly run: Run }): Artifact[] {
  return run.hasLog(call.now)
    ? artifactsOf(build, run, factory.catalog, factory.seed, call.now, call.world.settings.logBytes)
    : [];
}

/** A path as it stands in an address. */
export function encodedPath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
