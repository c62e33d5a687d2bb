/** A test that a device reported: a remote action, or something its owner runs there (docs/api.md §2.1.7). */
export interface DeviceTest {
  readonly id: string;
  readonly name: string;
  /** `PASSED`, `FAILED`, `RUNNING`, or another word of the device. */
  readonly status: string;
  readonly details: string;
  /** Milliseconds since the epoch; undefined where not told. */
  readonly createdAt: number | undefined;
  /** Undefined while it runs. */
  readonly completedAt: number | undefined;
  /** Only told of a test that is asked for alone. */
  readonly results: readonly TestResult[];
  /** Names of files that it left. */
  readonly artifacts: readonly string[];
}

export interface TestResult {
  readonly name: string;
  readonly status: string;
  readonly details: string;
}

/** @returns milliseconds that the test took; undefined while it runs or where times are missing or make no sense */
export function testDuration({ createdAt, completedAt }: DeviceTest): number | undefined {
  return createdAt !== undefined && completedAt !== undefined && completedAt >= createdAt
    ? completedAt - createdAt
    : undefined;
}

/** How a test or one of its results stands. */
export type TestState = 'passed' | 'failed' | 'running' | 'skipped' | 'other';

/** @returns what a status word means; words are only known by example (docs/api.md §2.1.7) */
export function testState(status: string): TestState {
  switch (status.trim().toUpperCase()) {
    case 'PASSED':
    case 'PASS':
      return 'passed';
    case 'FAILED':
    case 'FAIL':
      return 'failed';
    case 'RUNNING':
      return 'running';
    case 'SKIPPED':
    case 'SKIP':
      return 'skipped';
    default:
      return 'other';
  }
}
