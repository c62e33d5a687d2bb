import type { DeviceKey } from '../api/devices';
import type { ConfigScope } from '../model/config';
import type { ConfigAddress } from './address';
import type { IdentityHost } from './identityGuard';
import type { Conflict } from './saveRefused';

/** How a save came about: by hand, by auto-save, or by something that did not say. */
export type SaveCause = 'manual' | 'auto' | 'unknown';

export type ConflictChoice = 'overwrite' | 'compare' | 'merge' | 'discard' | 'cancel';

/** What the user is to agree to, beyond that a text is sent. */
export interface ApprovalDetails {
  /** The text that is sent, where it is the whole change: an editor may show another one. */
  readonly value?: string | undefined;
  /** What the change is, where it is not just another text. */
  readonly summary?: string | undefined;
  /** The user has agreed to its reach already, so that only the reason is asked. */
  readonly confirmed?: boolean | undefined;
  /** The device that is written to; undefined: the one that is known by the name. */
  readonly uuid?: string | undefined;
}

/** What the documents need of the world around them. */
export interface DocumentsHost extends IdentityHost {
  /**
   * Asks the service for the key that values of a device are encrypted with. Throws FactoryError.
   *
   * @param uuid undefined: of the device that has the name
   */
  fetchKey(
    host: string,
    scope: ConfigScope & { readonly kind: 'device' },
    uuid: string | undefined,
  ): Promise<DeviceKey | undefined>;
  /** The document as the editor has it; undefined where none is open. */
  openText(address: ConfigAddress): { readonly text: string; readonly dirty: boolean } | undefined;
  resolveConflict(address: ConfigAddress, conflict: Conflict): Promise<ConflictChoice>;
  /**
   * Looks at a text before anything is asked or sent. Throws SaveRefused where it must not or should not go out.
   */
  check(address: ConfigAddress, value: string): Promise<void>;
  /**
   * Asks what has to be asked before a change is sent: why, and whether it may reach so many devices. Throws SaveRefused
   * `cancelled` where the user thinks better of it.
   *
   * @returns the reason of the change, shown in the configuration's history
   */
  approve(address: ConfigAddress, isNew: boolean, details?: ApprovalDetails): Promise<string>;
}
