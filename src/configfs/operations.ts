import {
  canSendBack,
  currentFile,
  isOffered,
  nameProblem,
  newConfigFile,
  sameOrAbsent,
  scopeKey,
  type ConfigFile,
} from '../model/config';
import { hasSyntax, isUnreadable, withText } from '../model/secrecy';
import type { ConfigStore } from '../store/configStore';
import { removing } from '../store/configWrites';
import { Emitter } from '../store/emitter';
import type { ConfigAddress } from './address';
import type { Change, Changed, ChangeHost, Comparison } from './changeFile';
import { meantAt, type Meant, type MeantFile, type Place } from './identityGuard';
import { SaveRefused } from './saveRefused';

/** What the operations need of the world around them. */
export interface OperationsHost extends ChangeHost {
  /** Looks at a text before anything is asked or sent. Throws SaveRefused where it must not or should not go out. */
  check(address: ConfigAddress, value: string): Promise<void>;
}

/** A file as the user saw it: `undefined` for "not there", `unseen` where nothing was shown. */
export type Seen = ConfigFile | 'unseen' | undefined;

export interface OperationEvent {
  readonly address: ConfigAddress;
  readonly type: 'created' | 'deleted';
}

/** Where a copy comes from: a configuration file, or a text from elsewhere. */
export type Source = ConfigFile | { readonly name: string; readonly value: string };

/**
 * Files as wholes: delete, rename, copy. Each reads the configuration first and does nothing where a file is not as the
 * user saw it.
 */
export class ConfigOperations {
  private readonly host: OperationsHost;
  private readonly changed = new Emitter<OperationEvent>();
  readonly onDidChange = this.changed.event;

  constructor(host: OperationsHost) {
    this.host = host;
  }

  /**
   * Reads a file as it is on the server now.
   *
   * @returns undefined where it is not there
   * @throws {SaveRefused} `signedOut`
   * @throws {FactoryError}
   */
  async look(address: MeantFile): Promise<ConfigFile | undefined> {
    const { entries } = await this.configs(address).getOf(address.scope, address.meant?.uuid, 0);
    return currentFile(entries, address.file);
  }

  /** @returns which device a file is of, to be asked when the user decides and before anything is asked */
  meant(place: Place, uuid?: string): Meant {
    return meantAt(this.host, place, uuid);
  }

  /** @returns whether a reason for removing the file gets into the history: a DELETE takes none (docs/api.md §2.2) */
  takesReason(address: ConfigAddress): boolean {
    const { scope, file: name } = address;
    const files = this.configs(address).peek(scope)?.entries[0]?.files ?? [];
    return removing.sendsAll(scope, { name, reason: '' }, files);
  }

  /**
   * Removes a file: one GET and one DELETE, or a POST of the others where the name holds a `/`.
   *
   * @returns the file as it was right before
   * @throws {SaveRefused} `signedOut`, `otherDevice`, `notFound`, `changed`, `unsent`; nothing was sent
   * @throws {FactoryError}
   */
  async remove(file: MeantFile, seen: Seen, reason = removalReason(file)): Promise<ConfigFile | undefined> {
    const address = addressOf(file);
    const { before } = await this.change({
      address,
      meant: file.meant ?? meantAt(this.host, address),
      kind: 'remove',
      wasThere: true,
      reason,
      closed: [address],
      compare: (current) => comparePresent(address, current, seen),
      make: () => ({ kind: 'remove' }),
    });
    this.changed.fire({ address, type: 'deleted' });
    return before;
  }

  /**
   * Looks at the text of a file under the name that it is about to get. What is encrypted has no syntax, but update
   * settings are read as they are.
   *
   * @throws {SaveRefused} `invalid`, `cancelled`
   */
  async check(target: ConfigAddress, file: Seen): Promise<void> {
    if (typeof file === 'object' && hasSyntax(target.scope, { ...file, name: target.file })) {
      await this.host.check(target, file.value);
    }
  }

  /**
   * Gives a file another name: one GET and one POST with everything else kept. A value that is encrypted for a device
   * stays as it is; one that the service keeps for a group or Factory cannot be sent again (docs/api.md §4.3).
   *
   * @throws {SaveRefused} `signedOut`, `otherDevice`, `notFound`, `changed`, `unsent`, `exists`, `badName`, `notOffered`,
   *   `keptSecret`; nothing was sent
   * @throws {FactoryError}
   */
  async rename(from: MeantFile, name: string, seen: Seen, reason: string): Promise<void> {
    const address = addressOf(from);
    const target = { ...address, file: name };
    refuseName(target);
    await this.change({
      address,
      meant: from.meant ?? meantAt(this.host, address),
      kind: 'rename',
      wasThere: true,
      reason,
      closed: [address, target],
      compare: (current) => comparePresent(address, current, seen),
      make: (file, latest) => {
        if (file === undefined || !canSendBack(address.scope, [file])) {
          throw new SaveRefused('keptSecret', address);
        }
        if (currentFile(latest, name) !== undefined) {
          throw new SaveRefused('exists', target);
        }
        return { kind: 'rename', to: withHandler({ ...file, name }, undefined) };
      },
    });
    this.changed.fire({ address, type: 'deleted' });
    this.changed.fire({ address: target, type: 'created' });
  }

  /**
   * What would be written where, for a preview. Sends nothing. A device gets no text that is marked as encrypted.
   *
   * @param from the configuration that the source is of; undefined for a text from elsewhere
   * @param there the file that the target has now
   * @throws {SaveRefused} `badName`, `notOffered`, `foreignSecret`, `secretThere`
   */
  plan(
    source: Source,
    from: Pick<ConfigAddress, 'host' | 'scope'> | undefined,
    target: ConfigAddress,
    there: ConfigFile | undefined,
  ): ConfigFile {
    refuseName(target);
    if ('unencrypted' in source) {
      if (from === undefined || !canTravel(source, from, target)) {
        throw new SaveRefused('foreignSecret', target);
      }
    }
    if (there !== undefined && isUnreadable(target.scope, there)) {
      throw new SaveRefused('secretThere', target);
    }
    if ('unencrypted' in source) {
      return withHandler(withText(target.scope, { ...source, name: target.file }, source.value), there);
    }
    return there === undefined ? newConfigFile(target.file, source.value) : withText(target.scope, there, source.value);
  }

  /**
   * Writes a planned file: one GET and one PATCH, or no PATCH where it is there already.
   *
   * @param there what the user saw in its place
   * @throws {SaveRefused} `signedOut`, `otherDevice`, `changed`, `exists`, `unsent`, `tooLarge`; nothing was sent
   * @throws {FactoryError}
   */
  async put(target: MeantFile, file: ConfigFile, there: Seen, reason: string): Promise<void> {
    const address = addressOf(target);
    await this.change({
      address,
      meant: target.meant ?? meantAt(this.host, address),
      kind: 'put',
      wasThere: there !== undefined,
      reason,
      closed: [address],
      compare: (current) =>
        sameOrAbsent(current, file)
          ? 'done'
          : there === 'unseen' || sameOrAbsent(current, there)
            ? 'asSeen'
            : 'changed',
      make: () => ({ kind: 'put', file }),
    });
    this.changed.fire({ address, type: 'created' });
  }

  /** Loaded when something is changed for the first time. */
  private async change(change: Change): Promise<Changed> {
    const { changeFile } = await import('./changeFile');
    return changeFile(this.host, change);
  }

  private configs(address: ConfigAddress): ConfigStore {
    const configs = this.host.configs(address.host, address.scope);
    if (configs === undefined) {
      throw new SaveRefused('signedOut', address);
    }
    return configs;
  }
}

/** @returns the reason of a removal for which nobody gave one */
export const removalReason = ({ file }: ConfigAddress): string => `Delete ${file} from VS Code`;

/** A file keeps its handler; without one it gets that of the file in whose place it comes, or which its name calls for. */
function withHandler(file: ConfigFile, there: ConfigFile | undefined): ConfigFile {
  const onChanged = [file, there, newConfigFile(file.name, '')]
    .map((one) => one?.onChanged)
    .find((handler) => handler !== undefined && handler.length > 0);
  return { ...file, onChanged };
}

/**
 * Whether a file can be copied. What is encrypted for one device is of no use to another. What the service shows of a
 * secret of a group or Factory need not be its value, even where it looks like one, and in plain text it would block the
 * whole configuration of a device (docs/api.md §4.2, §4.3).
 */
function canTravel(
  file: ConfigFile,
  from: Pick<ConfigAddress, 'host' | 'scope'>,
  to: Pick<ConfigAddress, 'host' | 'scope'>,
): boolean {
  const stays = from.host === to.host && scopeKey(from.scope) === scopeKey(to.scope);
  return file.unencrypted || (stays && canSendBack(from.scope, [file]));
}

function comparePresent(address: ConfigAddress, current: ConfigFile | undefined, seen: Seen): Comparison {
  if (current === undefined) {
    throw new SaveRefused('notFound', address);
  }
  return seen === 'unseen' || sameOrAbsent(current, seen) ? 'asSeen' : 'changed';
}

function refuseName(address: ConfigAddress): void {
  if (nameProblem(address.file) !== undefined) {
    throw new SaveRefused('badName', address);
  }
  if (!isOffered(address.scope, address.file)) {
    throw new SaveRefused('notOffered', address);
  }
}

const addressOf = ({ host, scope, file }: MeantFile): ConfigAddress => ({ host, scope, file });
