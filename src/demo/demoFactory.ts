/** The demo Factory: an emulator that lives as fast as somebody looks at it. */
import { createEmulator, type Emulator } from './emulator';

/** Seconds between two check-ins of a device: something happens while one looks. */
const CHECK_IN_SECONDS = 45;
const UPDATE_SECONDS = 30;

/** @returns a Factory as `npm run factory` has it, in real time, with devices that are seen more often */
export function createDemoFactory(): Emulator {
  return createEmulator({ checkInSeconds: CHECK_IN_SECONDS, updateSeconds: UPDATE_SECONDS });
}

/** The credential that the emulator knows from its start (auth.ts). It opens nothing else. */
export const DEMO_TOKEN = 'two-factories-token';
