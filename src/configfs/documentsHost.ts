import type { DeviceKey } from '../api/devices';
import type { ConfigScope } from '../model/config';
import type { ConfigStore } from '../store/configStore';
import type { ConfigAddress } from './address';
import type { Conflict } from './saveRefused';

/** How a save came about: by hand, by auto-save, or by something that did not say. */
export type SaveCause = 'manual' | 'auto' | 'unknown';

export type ConflictChoice = 'overwrite' | 'compare' | 'merge' | 'discard' | 'cancel';

/** What the documents need of the world around them. */
export interface DocumentsHost {
  /** Where the configuration is kept; undefined while nobody is signed in to its host. */
  configs(host: string, scope: ConfigScope): ConfigStore | undefined;
  /** The device's uuid, as far as it is known without asking. */
  knownUuid(host: string, scope: ConfigScope): string | undefined;
  /** Asks the service for the device's uuid. Throws FactoryError. */
  fetchUuid(host: string, scope: ConfigScope): Promise<string | undefined>;
  /** Asks the service for the key that values of a device are encrypted with. Throws FactoryError. */
  fetchKey(host: string, scope: ConfigScope & { readonly kind: 'device' }): Promise<DeviceKey | undefined>;
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
   * @param summary what the change is, where it is not just another text
   * @param confirmed the user has agreed to its reach already, so that only the reason is asked
   * @returns the reason of the change, shown in the configuration's history
   */
  approve(address: ConfigAddress, isNew: boolean, summary?: string, confirmed?: boolean): Promise<string>;
}
