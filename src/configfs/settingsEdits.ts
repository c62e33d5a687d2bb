import { currentFile, newConfigFile, UPDATE_SETTINGS_FILE, type ConfigFile, type ConfigScope } from '../model/config';
import { entryKey, type EntryKey } from '../model/configHistory';
import { knownText, withText } from '../model/secrecy';
import type { Read, UpdateSettings } from '../model/updateSettings';
import type { ConfigAddress } from './address';
import type { ChangeHost } from './changeFile';
import type { DocumentsHost } from './documentsHost';
import { explainedByUuid, meantAt, type Meant } from './identityGuard';
import { SaveRefused } from './saveRefused';

/** A configuration that has update settings, or could. */
export interface SettingsPlace {
  /** Key of the server (`model/serverKey`). */
  readonly host: string;
  readonly scope: ConfigScope;
  /** Of the device that the user saw; without it the one that is known by its name counts. */
  readonly uuid?: string | undefined;
  /** Its configuration as the user saw it; without it that which is shown when the change is made counts. */
  readonly meant?: Meant | undefined;
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
  /** The entry that the change made; undefined where the service did not show it. */
  readonly entry: EntryKey | undefined;
}

type EditsHost = Pick<DocumentsHost, 'check' | 'approve'> & ChangeHost;

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
    const { scope } = place;
    const shown = meantAt(this.host, place, place.uuid);
    const meant: Meant = place.meant === undefined ? shown : { ...place.meant, uuid: shown.uuid };
    const { changeInWords, readUpdateSettings } = await import('../model/updateSettings');
    const prepare = (file: ConfigFile | undefined): ConfigFile | undefined => {
      const text = knownText(scope, file);
      if (text === undefined) {
        throw new SaveRefused('encrypted', address);
      }
      const settings = valueOf(address, readUpdateSettings(text));
      if (!edit.isAsSeen(settings)) {
        throw new SaveRefused('changed', address);
      }
      const value = valueOf(address, edit.change(text));
      return value === text ? undefined : withText(scope, file ?? newConfigFile(address.file, ''), value);
    };
    const found = await this.look(address, meant.uuid, prepare);
    if (found.planned === undefined) {
      return undefined;
    }
    const { seen, planned } = found;
    const summary = changeInWords(seen?.value ?? '', planned.value);
    const { changeFile } = await import('./changeFile');
    let after = planned;
    const {
      isSent,
      before,
      after: snapshot,
    } = await changeFile(this.host, {
      address,
      meant,
      kind: 'put',
      wasThere: true,
      // The text is made anew of the file as it is right before the write, and may be another one than that.
      judge: { value: planned.value, check: (value) => this.host.check(address, value) },
      reason: reason ?? (() => this.host.approve(address, seen === undefined, { summary, uuid: meant.uuid })),
      closed: [address],
      compare: (current) => {
        const file = prepare(current);
        after = file ?? after;
        return file === undefined ? 'done' : 'asSeen';
      },
      make: () => ({ kind: 'put', file: after }),
    });
    const [newest] = snapshot.entries;
    // Accepted without being shown, an entry has no date to find it by.
    const entry = newest === undefined || newest.createdAt === '' ? undefined : entryKey(newest);
    return isSent ? { address, before, after, entry } : undefined;
  }

  /** Looks whether there is something to ask about. That nothing is to be sent, or can be, is said of what is on the server now. */
  private async look(
    address: ConfigAddress,
    uuid: string | undefined,
    prepare: (file: ConfigFile | undefined) => ConfigFile | undefined,
  ): Promise<{ readonly seen: ConfigFile | undefined; readonly planned: ConfigFile | undefined }> {
    const { host, scope, file } = address;
    const configs = this.host.configs(host, scope);
    if (configs === undefined) {
      throw new SaveRefused('signedOut', address);
    }
    const { refuseIfUnsent } = await import('./changeFile');
    refuseIfUnsent(this.host, address);
    const known = configs.peek(scope);
    for (const maxAgeMs of [FRESH_MS, 0]) {
      const snapshot = await configs.getOf(scope, uuid, maxAgeMs).catch(async (error: unknown) => {
        throw await explainedByUuid(this.host, address, uuid, error);
      });
      const seen = currentFile(snapshot.entries, file);
      const isOld = maxAgeMs > 0 && snapshot === known;
      try {
        const planned = prepare(seen);
        if (planned !== undefined || !isOld) {
          return { seen, planned };
        }
      } catch (error) {
        if (!isOld || !(error instanceof SaveRefused)) {
          throw error;
        }
      }
    }
    return { seen: undefined, planned: undefined };
  }
}

/** @returns the place as a change of ours has left it */
export function afterOurs(place: SettingsPlace, entry: EntryKey | undefined): SettingsPlace {
  return entry === undefined ? place : { ...place, meant: { ...place.meant, entry, isEmpty: false } };
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
