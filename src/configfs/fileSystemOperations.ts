import * as vscode from 'vscode';
import { currentFile, sameFile, scopeKey, type ConfigFile } from '../model/config';
import type { ConfigSnapshot } from '../store/configStore';
import type { Connections } from '../store/connections';
import { scopeLabel } from '../ui/errorText';
import { tellBriefly } from '../ui/messages';
import { addressKey, parseAddress, type ConfigAddress } from './address';
import type { AnnouncedMoves } from './announcedMoves';
import type { Approval } from './approval';
import type { Meant } from './identityGuard';
import { removalReason, type ConfigOperations, type Seen } from './operations';
import { besideConfig, fixedFolderText, noFileText } from './placeRules';
import { NotPutBack, SaveRefused } from './saveRefused';

/** A file that somebody misses after so many others were deleted is looked for in the history. */
const MOST_DELETED = 50;
/** A move that overwrites comes right after the delete of what is in its way. */
const RIGHT_AFTER_MS = 5000;

/** A file that was deleted here, to bring it back with everything that belongs to it. */
interface Deleted {
  readonly file: ConfigFile;
  /** The device that it was deleted from. */
  readonly meant: Meant;
  readonly at: number;
  /** By something that may be about to put another file in its place. */
  readonly unannounced: boolean;
}

/**
 * Offers to copy a file where VS Code tried to move it, or beside the folder that files go into. The offer stays as long as the user
 * wants, while names may go to others: both ends are what was shown when it is made.
 */
export type OfferCopy = (
  from: { readonly uri: vscode.Uri; readonly meant: Meant | undefined },
  to: Pick<ConfigAddress, 'host' | 'scope'> & { readonly meant: Meant },
) => void;

/** What the file system does beside reading and saving: whole files. */
export class FileSystemOperations {
  private readonly operations: ConfigOperations;
  private readonly approval: Approval;
  private readonly connections: Connections;
  private readonly moves: AnnouncedMoves;
  private readonly deviceOf: (address: ConfigAddress) => string | undefined;
  private readonly deleted = new Map<string, Deleted>();
  private readonly offerCopy: OfferCopy;
  /** Files whose own delete is under way. */
  private readonly forItself = new Set<string>();
  readonly onDidChange: ConfigOperations['onDidChange'];

  /** @param deviceOf tells which device a file was shown of: VS Code names it by a name that may be another's by now */
  constructor(
    operations: ConfigOperations,
    approval: Approval,
    connections: Connections,
    moves: AnnouncedMoves,
    deviceOf: (address: ConfigAddress) => string | undefined = () => undefined,
    offerCopy: OfferCopy = () => undefined,
  ) {
    this.operations = operations;
    this.approval = approval;
    this.connections = connections;
    this.moves = moves;
    this.deviceOf = deviceOf;
    this.offerCopy = offerCopy;
    this.onDidChange = operations.onDidChange;
  }

  /**
   * Deletes a file, but not as a part of a move or copy: what is in its way would be gone before the move is asked for,
   * and may be refused; and what was moved out of a Factory is not all of the file.
   *
   * @returns why it stays, to be told, where it was copied by a move out of the Factory; undefined where it is deleted
   * @throws {SaveRefused} where nothing was sent
   * @throws {FactoryError}
   */
  async delete(uri: vscode.Uri): Promise<string | undefined> {
    const cause = this.moves.take(uri);
    if (cause === 'itself') {
      this.forItself.add(uri.toString());
    }
    if (cause === 'source') {
      const address = parseAddress(uri);
      return address === undefined
        ? vscode.l10n.t('A copy was made. What is in the Factory stays there.')
        : vscode.l10n.t('{0} was copied. The file itself stays on {1}.', address.file, scopeLabel(address.scope));
    }
    const address = this.fileOf(uri);
    if (cause === 'target') {
      throw new SaveRefused('inTheWay', address);
    }
    // VS Code has asked whether to delete, but not for so many devices.
    const question = vscode.l10n.t('Delete {0} from {1}?', address.file, scopeLabel(address.scope));
    const seen = this.seen(address);
    const meant = this.meant(address);
    const place = { ...address, uuid: meant.uuid };
    const takesReason = this.operations.takesReason(address);
    const note = takesReason ? undefined : this.approval.noReasonNote(address.scope);
    const asked = await this.approval.confirm(place, question, vscode.l10n.t('Delete'), {
      note,
      keep: vscode.l10n.t('Keep'),
    });
    const proposed = removalReason(address);
    const reason = takesReason ? await this.approval.reason(address, proposed) : proposed;
    const file = await this.operations.remove({ ...address, meant }, seen, reason);
    if (note !== undefined && !asked) {
      tellBriefly(note, 8000);
    }
    if (file !== undefined) {
      this.remember(address, { file, meant, at: Date.now(), unannounced: cause === undefined });
    }
    return undefined;
  }

  /** To be asked once after a delete: whether it was announced as one for its own sake, as the Explorer does. */
  isForItself(uri: vscode.Uri): boolean {
    return this.forItself.delete(uri.toString());
  }

  /**
   * Undoes a delete, where that is what a write comes to: VS Code's undo writes the value alone, without handler and flag.
   * Secrets are read-only to VS Code, which deletes none of them.
   *
   * @returns whether it was that; nothing was done otherwise
   * @throws {SaveRefused} where nothing was sent
   * @throws {FactoryError}
   */
  async bringBack(address: ConfigAddress, bytes: Uint8Array): Promise<boolean> {
    const { file, meant } = this.deleted.get(addressKey(address)) ?? {};
    if (file === undefined || meant === undefined || !Buffer.from(file.value, 'utf8').equals(bytes)) {
      return false;
    }
    if ((await this.operations.look({ ...address, meant })) !== undefined) {
      return false;
    }
    const history = this.snapshot(address)?.entries ?? [];
    if (!history.some(({ files }) => files.some((old) => old.name === file.name && sameFile(old, file)))) {
      // The name may be another device's by now.
      throw new SaveRefused('changed', address);
    }
    await this.operations.check(address, file);
    const question = vscode.l10n.t('Bring {0} back to {1}?', address.file, scopeLabel(address.scope));
    await this.approval.confirm({ ...address, uuid: meant.uuid }, question, vscode.l10n.t('Bring Back'));
    const reason = await this.approval.reason(address, `Bring back ${address.file} from VS Code`);
    await this.operations.put({ ...address, meant }, file, undefined, reason);
    this.deleted.delete(addressKey(address));
    return true;
  }

  /**
   * @throws {SaveRefused} where nothing was sent
   * @throws {FactoryError}
   */
  async rename(from: vscode.Uri, to: vscode.Uri, overwrite: boolean): Promise<void> {
    await this.orPutBack(to, overwrite, async () => {
      const address = this.fileOf(from);
      const target = parseAddress(to);
      const place = target ?? besideConfig(to);
      if (place === undefined) {
        throw new Error(noFileText(to));
      }
      if (target?.host !== address.host || scopeKey(address.scope) !== scopeKey(target.scope)) {
        this.offer(from, place);
        throw new SaveRefused('notMovable', address);
      }
      const meant = this.meant(address);
      const known = this.seen(address);
      const seen = known === 'unseen' ? await this.operations.look({ ...address, meant }) : known;
      await this.operations.check(target, seen);
      const question = vscode.l10n.t('Rename {0} of {1}?', address.file, scopeLabel(address.scope));
      await this.approval.confirm({ ...address, uuid: meant.uuid }, question, vscode.l10n.t('Rename'));
      const reason = await this.approval.reason(address, `Rename ${address.file} to ${target.file} from VS Code`);
      await this.operations.rename({ ...address, meant }, target.file, seen, reason);
    });
  }

  /**
   * @throws {SaveRefused} where nothing was sent
   * @throws {FactoryError}
   */
  async copy(from: vscode.Uri, to: vscode.Uri, overwrite: boolean): Promise<void> {
    await this.orPutBack(to, overwrite, async () => {
      const address = this.fileOf(from);
      const target = this.targetOf(from, to);
      const [origin, meant] = [this.meant(address), this.meant(target)];
      const source = await this.operations.look({ ...address, meant: origin });
      if (source === undefined) {
        throw new SaveRefused('notFound', address);
      }
      const there = await this.operations.look({ ...target, meant });
      if (there !== undefined && !overwrite) {
        throw new SaveRefused('exists', target);
      }
      // What VS Code has deleted to make room is what the user saw there.
      const replaced = there ?? this.madeRoom(target, overwrite)?.file;
      const file = this.operations.plan(source, address, target, replaced);
      await this.operations.check(target, file);
      const question = vscode.l10n.t('Copy {0} to {1}?', target.file, scopeLabel(target.scope));
      const copy = vscode.l10n.t('Copy');
      const detail = handlerChange(file, replaced);
      const place = { ...target, uuid: meant.uuid };
      if (detail === undefined) {
        await this.approval.confirm(place, question, copy);
      } else if ((await this.approval.ask(place, { message: question, detail, buttons: [copy] })) !== copy) {
        throw new SaveRefused('cancelled', target);
      }
      const reason = await this.approval.reason(
        target,
        `Copy ${address.file} of ${scopeLabel(address.scope)} from VS Code`,
      );
      await this.operations.put({ ...target, meant }, file, there, reason);
    });
  }

  private remember(address: ConfigAddress, deleted: Deleted): void {
    this.deleted.set(addressKey(address), deleted);
    for (const oldest of [...this.deleted.keys()].slice(0, Math.max(0, this.deleted.size - MOST_DELETED))) {
      this.deleted.delete(oldest);
    }
  }

  private offer(uri: vscode.Uri, { host, scope }: Pick<ConfigAddress, 'host' | 'scope'>): void {
    const address = parseAddress(uri);
    this.offerCopy(
      { uri, meant: address && this.meant(address) },
      { host, scope, meant: this.meant({ host, scope, file: '' }) },
    );
  }

  private meant(address: ConfigAddress): Meant {
    return this.operations.meant(address, this.deviceOf(address));
  }

  /** What was last shown of a file, as far as it is known. */
  private seen(address: ConfigAddress): Seen {
    return currentFile(this.snapshot(address)?.entries ?? [], address.file) ?? 'unseen';
  }

  private snapshot({ host, scope }: ConfigAddress): ConfigSnapshot | undefined {
    return this.connections.forFactory(host, scope.factory)?.configs.peek(scope);
  }

  /**
   * An extension that moves or copies with "overwrite" announces nothing: its target is deleted by then. Where nothing
   * comes in its place, it is put back.
   *
   * @throws {NotPutBack} where that failed, too; what `task` throws otherwise
   */
  private async orPutBack(target: vscode.Uri, overwrite: boolean, task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      const address = parseAddress(target);
      const gone = address === undefined ? undefined : this.madeRoom(address, overwrite);
      if (address !== undefined && gone !== undefined) {
        const { file, meant } = gone;
        try {
          await this.operations.put({ ...address, meant }, file, undefined, `Put back ${address.file} from VS Code`);
        } catch (failure) {
          throw new NotPutBack(address, error, failure);
        }
        this.deleted.delete(addressKey(address));
      }
      throw error;
    }
  }

  /** @returns what was deleted a moment ago, so that another file can come in its place */
  private madeRoom(address: ConfigAddress, overwrite: boolean): Deleted | undefined {
    const gone = overwrite ? this.deleted.get(addressKey(address)) : undefined;
    return gone?.unannounced === true && Date.now() - gone.at < RIGHT_AFTER_MS ? gone : undefined;
  }

  /** A name that a file can get; what is wrong with it otherwise is said by the operation. */
  private targetOf(from: vscode.Uri, to: vscode.Uri): ConfigAddress {
    const address = parseAddress(to);
    if (address === undefined) {
      const owner = besideConfig(to);
      if (owner !== undefined) {
        this.offer(from, owner);
      }
      throw new Error(noFileText(to));
    }
    return address;
  }

  /** @throws {SaveRefused} `folder`, for a part of file names; {FixedFolder} for the folders above */
  private fileOf(uri: vscode.Uri): ConfigAddress {
    const address = parseAddress(uri);
    if (address === undefined) {
      throw new FixedFolder(fixedFolderText(uri));
    }
    const names = (this.snapshot(address)?.entries[0]?.files ?? []).map(({ name }) => name);
    if (!names.includes(address.file) && names.some((name) => name.startsWith(`${address.file}/`))) {
      throw new SaveRefused('folder', address);
    }
    return address;
  }
}

/** A folder that stands for a device, a group or the Factory. */
export class FixedFolder extends Error {
  override readonly name = 'FixedFolder';
}

/** @returns in words, that a file gets another handler than it has; undefined where it does not */
export function handlerChange(file: ConfigFile, there: ConfigFile | undefined): string | undefined {
  const [now = '', then = ''] = [there?.onChanged?.join(' '), file.onChanged?.join(' ')];
  return there === undefined || now === then
    ? undefined
    : now === ''
      ? vscode.l10n.t('{0} then runs the handler {1}; it has none now.', file.name, then)
      : vscode.l10n.t('{0} then runs the handler {1} instead of {2}.', file.name, then, now);
}
