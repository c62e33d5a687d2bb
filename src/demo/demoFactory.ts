/** The demo Factory: an emulator that lives as fast as somebody looks at it, without a network. */
import type { Fetch } from '../api/http';
import { createEmulator } from './emulator';
import { inProcessFetch } from './inProcess';

/** Seconds between two check-ins of a device: something happens while one looks. */
const CHECK_IN_SECONDS = 45;
const UPDATE_SECONDS = 30;

/** A running demo, and the way in. */
export interface DemoFactory {
  readonly fetch: Fetch;
  /** A credential that the emulator knows from its start (auth.ts); it opens nothing else. */
  readonly token: string;
}

/** @returns a Factory as `npm run factory` has it, in real time, with devices that are seen more often */
export function createDemoFactory(): DemoFactory {
  const emulator = createEmulator({ checkInSeconds: CHECK_IN_SECONDS, updateSeconds: UPDATE_SECONDS });
  return { fetch: inProcessFetch(emulator), token: 'two-factories-token' };
}
