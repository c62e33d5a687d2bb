import type { FaultName } from '../faults';
import type { World } from '../support/world';

export interface Flow {
  /** Goes on after "the user …". */
  readonly title: string;
  readonly does: 'read' | 'write';
  /** Brings the user to where the fault comes in, while everything still works. */
  readonly begin: (world: World) => Promise<Begun>;
  /** Faults that the user is not to notice, of a flow that changes nothing. */
  readonly survives?: readonly FaultName[];
}

export interface Begun {
  /** What the user does then. Throws what is shown. */
  act(): Promise<unknown>;
  /** Whether it is in force; of a flow that changes something. */
  done?(): Promise<boolean>;
  /** What is left of the user's work. */
  kept?(ok: boolean): { readonly what: string; readonly lost: boolean };
}

/** @throws the failure that a list shows */
export function shown<T extends { readonly error: unknown }>(state: T): T {
  if (state.error !== undefined) {
    throw state.error as Error;
  }
  return state;
}
