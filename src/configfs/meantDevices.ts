import { scopeKey, UPDATE_SETTINGS_FILE, type ConfigEntry, type ConfigScope } from '../model/config';
import { entryKey, findEntry, type EntryKey } from '../model/configHistory';
import type { DocumentsHost } from './documentsHost';
import { SaveRefused } from './saveRefused';

/** A configuration that is to be changed. */
interface Place {
  /** Key of the server (`model/serverKey`). */
  readonly host: string;
  readonly scope: ConfigScope;
}

/** Looks whether a history, read right before a write, is of the device that was meant. Throws SaveRefused `otherDevice`, FactoryError. */
export type IsMeant = (latest: readonly ConfigEntry[]) => Promise<void>;

/** What changes of configurations other than by their editor need to be told apart by device. */
export interface MeantHost {
  /**
   * To be asked when the user acts.
   *
   * @param uuid of the device, where the user saw which one it is; else the one that is known by its name
   */
  meant(place: Place, uuid?: string): IsMeant;
}

/** Newest entry that is known to be in the history of a device. */
interface Proof {
  readonly uuid: string;
  /** What finds it again; undefined where the history was empty. */
  readonly entry: EntryKey | undefined;
}

/**
 * A device's name can move to another device, whose settings may even be the same. A change is for the device that had
 * the name when its configuration was first seen: if an entry from then is still in the history, it is that one, which
 * costs nothing to find out; otherwise the device is asked who it is.
 */
export class MeantDevices implements MeantHost {
  private readonly host: Pick<DocumentsHost, 'configs' | 'knownUuid' | 'fetchUuid'>;
  private readonly proofs = new Map<string, Proof>();

  constructor(host: Pick<DocumentsHost, 'configs' | 'knownUuid' | 'fetchUuid'>) {
    this.host = host;
  }

  /** To be told when a configuration was read. */
  saw({ host, scope }: Place): void {
    const uuid = this.host.knownUuid(host, scope);
    const entries = this.host.configs(host, scope)?.peek(scope)?.entries;
    if (uuid === undefined || entries === undefined) {
      return;
    }
    const key = keyOf({ host, scope });
    const proof = this.proofs.get(key);
    // A history that does not lead back to what was seen before may be another device's.
    if (proof?.uuid !== uuid || isIn(entries, proof)) {
      this.proofs.set(key, { uuid, entry: markOf(entries[0]) });
    }
  }

  meant({ host, scope }: Place, uuid = this.host.knownUuid(host, scope)): IsMeant {
    const key = keyOf({ host, scope });
    const proof = this.proofs.get(key);
    return async (latest) => {
      if (scope.kind !== 'device' || uuid === undefined || (proof?.uuid === uuid && isIn(latest, proof))) {
        return;
      }
      const now = await this.host.fetchUuid(host, scope);
      if (now !== undefined && now !== uuid) {
        throw new SaveRefused('otherDevice', { host, scope, file: UPDATE_SETTINGS_FILE });
      }
      this.proofs.set(key, { uuid, entry: markOf(latest[0]) });
    };
  }
}

const isIn = (entries: readonly ConfigEntry[], { entry }: Proof): boolean =>
  entry !== undefined && findEntry(entries, entry) !== undefined;

/** The time alone, which has seconds, may be that of an entry of another device. */
const markOf = (entry: ConfigEntry | undefined): EntryKey | undefined => entry && entryKey(entry);

const keyOf = ({ host, scope }: Place): string => `${host} ${scopeKey(scope)}`;
