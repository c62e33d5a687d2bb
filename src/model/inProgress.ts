import type { Wave, WaveStatus } from './waves';

/** A CI job that changes targets and has not ended: what it does is not seen in them yet. */
export interface JobUnderWay {
  readonly build: number;
}

/** An active wave, and how far it has come. */
export interface WaveUnderWay {
  readonly wave: Wave;
  /** undefined where the service did not tell. */
  readonly status: WaveStatus | undefined;
  /** Names of its targets; undefined where the service did not tell. */
  readonly targets: ReadonlySet<string> | undefined;
}

/** What is going on in a Factory while somebody decides about a change. */
export interface InProgress {
  /** undefined where the service did not tell, for the reason beside it. */
  readonly waves: readonly WaveUnderWay[] | undefined;
  readonly wavesError?: unknown;
  readonly jobs: readonly JobUnderWay[] | undefined;
  readonly jobsError?: unknown;
}

/** @returns whether a wave hands out one of the targets; by version where nobody knows its targets */
export function rollsOut(
  { wave, targets }: WaveUnderWay,
  wanted: readonly { readonly name: string; readonly version: number }[],
): boolean {
  return wanted.some(({ name, version }) => (targets === undefined ? version === wave.version : targets.has(name)));
}
