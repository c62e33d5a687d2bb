import type { EmulatorOptions } from '../../../src/demo/emulator';

/** One thing that was measured. With a limit it is a bar, and must not be higher. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** `x` for a ratio. */
  readonly unit: string;
  readonly limit?: number;
}

/** A Factory that runs in another process, so that its work does not count. */
export interface BenchFactory {
  readonly url: string;
  readonly close: () => Promise<void>;
}

export interface FactoryOptions extends EmulatorOptions {
  /** What was answered to a GET is answered again as it was, so that time is not the emulator's. */
  readonly replay?: boolean;
}

/** What the runner gives to a benchmark. */
export interface BenchContext {
  /** A minute for all rather than a few. */
  readonly quick: boolean;
  /** How often something is measured; the median counts. */
  readonly rounds: number;
  readonly factory: (options: FactoryOptions) => Promise<BenchFactory>;
}

/**
 * A module directly in `test/bench` exports one of these as its default, and as `names` the bars that it can tell about
 * (for `--only`). It runs in a process of its own, with `gc()`, on a stand-in for VS Code (`test/support/vscode`).
 */
export type Bench = (context: BenchContext) => Promise<readonly Figure[]>;
