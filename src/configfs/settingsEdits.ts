import {
  CONFIG_LIMIT_BYTES,
  configSize,
  currentFile,
  newConfigFile,
  UPDATE_SETTINGS_FILE,
  type ConfigFile,
  type ConfigScope,
} from '../model/config';
import { knownText, withText } from '../model/secrecy';
import type { Read, UpdateSettings } from '../model/updateSettings';
import type { ConfigAddress } from './address';
import type { DocumentsHost } from './documentsHost';
import type { MeantHost } from './meantDevices';
import type { OperationsHost } from './operations';
import { SaveRefused } from './saveRefused';

/** A configuration that has update settings, or could. */
export interface SettingsPlace {
  /** Key of the server (`model/serverKey`). */
  readonly host: string;
  readonly scope: ConfigScope;
  /** Of the device that the user saw; without it the one that is known by its name counts. */
  readonly uuid?: string | undefined;
}

/** A change of `z-50-fioctl.toml` that is made in its text. */
export interface SettingsTextEdit {
  /** @returns the new text, or why there is none */
  change(text: string): Read<string>;
  /** Whether what the change touches is still what the user decided on; the rest of the file may have changed. */
  isAsSeen(settings: UpdateSettings): boolean;
}

/** A change that was sent. */
export interface SentSettings {
  readonly address: ConfigAddress;
  /** undefined where there was no such file. */
  readonly before: ConfigFile | undefined;
  readonly after: ConfigFile;
}

type EditsHost = Pick<DocumentsHost, 'configs' | 'check' | 'approve'> &
  Pick<OperationsHost, 'hasUnsentText'> &
  MeantHost;

/** A configuration that was read less than this ago will do to ask the questions before a write. */
const FRESH_MS = 60_000;

/**
 * Changes of update settings other than by their editor. They go the way of a save: checked, approved with a reason, read
 * again and compared right before the one PATCH. Because only a key is changed, what somebody else did to the rest of the
 * file stays.
 */
export class SettingsEdits {
  private readonly host: EditsHost;

  constructor(host: EditsHost) {
    this.host = host;
  }

  /**
   * @param reason of the change, where the user has been asked already; else `approve` asks
   * @returns undefined where it is so already: nothing was sent
   * @throws {SaveRefused} where nothing was sent: `signedOut`, `unsent`, `invalid`, `encrypted`, `changed`, `tooLarge`,
   *   `otherDevice`, and what `check` and `approve` refuse
   * @throws {FactoryError}
   */
  async apply(place: SettingsPlace, edit: SettingsTextEdit, reason?: string): Promise<SentSettings | undefined> {
    const address = settingsOf(place);
    const configs = this.host.configs(place.host, place.scope);
    if (configs === undefined) {
      throw new SaveRefused('signedOut', address);
    }
    const { changeInWords, readUpdateSettings } = await import('../model/updateSettings');
    const prepare = (file: ConfigFile | undefined): ConfigFile | undefined => {
      this.refuseUnsent(address);
      const text = knownText(place.scope, file);
      if (text === undefined) {
        throw new SaveRefused('encrypted', address);
      }
      const settings = valueOf(address, readUpdateSettings(text));
      if (!edit.isAsSeen(settings)) {
        throw new SaveRefused('changed', address);
      }
      const value = valueOf(address, edit.change(text));
      return value === text ? undefined : withText(place.scope, file ?? newConfigFile(address.file, ''), value);
    };
    this.refuseUnsent(address);
    const isMeant = this.host.meant(place, place.uuid);
    const look = async (maxAgeMs: number) => {
      const snapshot = await configs.get(place.scope, maxAgeMs);
      const file = currentFile(snapshot.entries, address.file);
      return { file, snapshot, planned: attempt(() => prepare(file)) };
    };
    const known = configs.peek(place.scope);
    let found = await look(FRESH_MS);
    if (found.snapshot === known && found.planned.value === undefined) {
      // It may be otherwise by now: that nothing is to be sent, or can be, is said of what is on the server.
      found = await look(0);
    }
    if (found.planned.refusal !== undefined) {
      throw found.planned.refusal;
    }
    const {
      file: seen,
      planned: { value: planned },
    } = found;
    if (planned === undefined) {
      return undefined;
    }
    await this.host.check(address, planned.value);
    const words = changeInWords(seen?.value ?? '', planned.value);
    const why = reason ?? (await this.host.approve(address, seen === undefined, words));
    let sent: SentSettings | undefined;
    await configs.update(place.scope, async (latest) => {
      await isMeant(latest);
      const before = currentFile(latest, address.file);
      const after = prepare(before);
      if (after === undefined) {
        return undefined;
      }
      const size = configSize(latest[0], after);
      if (size > CONFIG_LIMIT_BYTES) {
        throw new SaveRefused('tooLarge', address, { size, limit: CONFIG_LIMIT_BYTES });
      }
      sent = { address, before, after };
      return { reason: why, file: after };
    });
    return sent;
  }

  private refuseUnsent(address: ConfigAddress): void {
    if (this.host.hasUnsentText(address)) {
      throw new SaveRefused('unsent', address);
    }
  }
}

/** @returns what it returns, or why it refused */
function attempt<T>(run: () => T): { readonly value?: T; readonly refusal?: SaveRefused } {
  try {
    return { value: run() };
  } catch (error) {
    if (error instanceof SaveRefused) {
      return { refusal: error };
    }
    throw error;
  }
}

/** @returns the address of a configuration's update settings */
export function settingsOf({ host, scope }: SettingsPlace): ConfigAddress {
  return { host, scope, file: UPDATE_SETTINGS_FILE };
}

function valueOf<T>(address: ConfigAddress, read: Read<T>): T {
  if (!read.ok) {
    throw new SaveRefused('invalid', address, { problem: `line ${read.problem.line}: ${read.problem.message}` });
  }
  return read.value;
}
