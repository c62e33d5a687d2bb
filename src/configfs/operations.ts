import {
  CONFIG_LIMIT_BYTES,
  canSendBack,
  configSize,
  currentFile,
  isOffered,
  nameProblem,
  newConfigFile,
  sameOrAbsent,
  scopeKey,
  type ConfigEntry,
  type ConfigFile,
  type ConfigScope,
} from '../model/config';
import { hasSyntax, isUnreadable, withText } from '../model/secrecy';
import type { ConfigStore } from '../store/configStore';
import { removing } from '../store/configWrites';
import { Emitter } from '../store/emitter';
import type { ConfigAddress } from './address';
import type { MeantHost } from './meantDevices';
import { SaveRefused } from './saveRefused';

/** What the operations need of the world around them. */
export interface OperationsHost extends MeantHost {
  /** Where the configuration is kept; undefined while nobody is signed in to its host. */
  configs(host: string, scope: ConfigScope): ConfigStore | undefined;
  /** Whether an editor holds text of the file that was not sent. */
  hasUnsentText(address: ConfigAddress): boolean;
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
  async look(address: ConfigAddress): Promise<ConfigFile | undefined> {
    const { entries } = await this.configs(address).get(address.scope, 0);
    return currentFile(entries, address.file);
  }

  /** @returns whether a reason for removing the file gets into the history: a DELETE takes none (foundries-api.md §2.2) */
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
  async remove(address: ConfigAddress, seen: Seen, reason = removalReason(address)): Promise<ConfigFile | undefined> {
    this.refuseUnsent(address);
    let before: ConfigFile | undefined;
    const isMeant = this.host.meant(address);
    await this.configs(address).remove(address.scope, async (latest) => {
      await isMeant(latest);
      this.refuseUnsent(address);
      before = present(address, latest, seen);
      return { name: address.file, reason };
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
   * stays as it is; one that the service keeps for a group or Factory cannot be sent again (foundries-api.md §4.3).
   *
   * @throws {SaveRefused} `signedOut`, `otherDevice`, `notFound`, `changed`, `unsent`, `exists`, `badName`, `notOffered`,
   *   `keptSecret`; nothing was sent
   * @throws {FactoryError}
   */
  async rename(address: ConfigAddress, name: string, seen: Seen, reason: string): Promise<void> {
    const target = { ...address, file: name };
    refuseName(target);
    this.refuseUnsent(address, target);
    const isMeant = this.host.meant(address);
    await this.configs(address).rename(address.scope, async (latest) => {
      await isMeant(latest);
      this.refuseUnsent(address, target);
      const file = present(address, latest, seen);
      if (!canSendBack(address.scope, [file])) {
        throw new SaveRefused('keptSecret', address);
      }
      if (currentFile(latest, name) !== undefined) {
        throw new SaveRefused('exists', target);
      }
      const to = withHandler({ ...file, name }, undefined);
      refuseSize(
        target,
        latest[0]?.files.filter((other) => other !== file),
        to,
      );
      return { from: address.file, to, reason };
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
  async put(target: ConfigAddress, file: ConfigFile, there: Seen, reason: string): Promise<void> {
    this.refuseUnsent(target);
    const isMeant = this.host.meant(target);
    await this.configs(target).update(target.scope, async (latest) => {
      await isMeant(latest);
      this.refuseUnsent(target);
      const current = currentFile(latest, target.file);
      if (sameOrAbsent(current, file)) {
        return undefined;
      }
      if (there !== 'unseen' && !sameOrAbsent(current, there)) {
        throw new SaveRefused(there === undefined ? 'exists' : 'changed', target);
      }
      refuseSize(target, latest[0]?.files, file);
      return { reason, file };
    });
    this.changed.fire({ address: target, type: 'created' });
  }

  private configs(address: ConfigAddress): ConfigStore {
    const configs = this.host.configs(address.host, address.scope);
    if (configs === undefined) {
      throw new SaveRefused('signedOut', address);
    }
    return configs;
  }

  private refuseUnsent(...addresses: ConfigAddress[]): void {
    for (const address of addresses) {
      if (this.host.hasUnsentText(address)) {
        throw new SaveRefused('unsent', address);
      }
    }
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
 * whole configuration of a device (foundries-api.md §4.2, §4.3).
 */
function canTravel(
  file: ConfigFile,
  from: Pick<ConfigAddress, 'host' | 'scope'>,
  to: Pick<ConfigAddress, 'host' | 'scope'>,
): boolean {
  const stays = from.host === to.host && scopeKey(from.scope) === scopeKey(to.scope);
  return file.unencrypted || (stays && canSendBack(from.scope, [file]));
}

function present(address: ConfigAddress, latest: readonly ConfigEntry[], seen: Seen): ConfigFile {
  const current = currentFile(latest, address.file);
  if (current === undefined) {
    throw new SaveRefused('notFound', address);
  }
  if (seen !== 'unseen' && !sameOrAbsent(current, seen)) {
    throw new SaveRefused('changed', address);
  }
  return current;
}

function refuseName(address: ConfigAddress): void {
  if (nameProblem(address.file) !== undefined) {
    throw new SaveRefused('badName', address);
  }
  if (!isOffered(address.scope, address.file)) {
    throw new SaveRefused('notOffered', address);
  }
}

function refuseSize(address: ConfigAddress, others: readonly ConfigFile[] = [], file: ConfigFile): void {
  const size = configSize({ files: others }, file);
  if (size > CONFIG_LIMIT_BYTES) {
    throw new SaveRefused('tooLarge', address, { size, limit: CONFIG_LIMIT_BYTES });
  }
}
