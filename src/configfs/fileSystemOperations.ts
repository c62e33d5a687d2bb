import * as vscode from 'vscode';
import type { Connections } from '../store/connections';
import { scopeLabel } from '../ui/errorText';
import { folderName, parseAddress, parsePlace, type ConfigAddress, type Place } from './address';
import type { Approval } from './approval';
import type { ConfigOperations, Seen } from './operations';
import { SaveRefused } from './saveRefused';
import { scopeKey } from '../model/config';

/** Devices of a Factory that its folder lists; any other can be entered by its path. */
const MOST_DEVICES = 200;

/** What the file system does beside reading and saving: whole files, and the folders above them. */
export class FileSystemOperations {
  private readonly operations: ConfigOperations;
  private readonly approval: Approval;
  private readonly connections: Connections;
  readonly onDidChange: ConfigOperations['onDidChange'];

  constructor(operations: ConfigOperations, approval: Approval, connections: Connections) {
    this.operations = operations;
    this.approval = approval;
    this.connections = connections;
    this.onDidChange = operations.onDidChange;
  }

  /**
   * @throws {SaveRefused} where nothing was sent
   * @throws {FactoryError}
   */
  async delete(uri: vscode.Uri): Promise<void> {
    const address = fileOf(uri);
    // VS Code has asked whether to delete, but not for so many devices.
    const question = vscode.l10n.t('Delete {0} from {1}?', address.file, scopeLabel(address.scope));
    const seen = this.seen(address);
    await this.approval.confirm(address, question, vscode.l10n.t('Delete'));
    await this.operations.remove(address, seen);
  }

  /**
   * @throws {SaveRefused} where nothing was sent
   * @throws {FactoryError}
   */
  async rename(from: vscode.Uri, to: vscode.Uri): Promise<void> {
    const address = fileOf(from);
    const target = fileOf(to);
    if (address.host !== target.host || scopeKey(address.scope) !== scopeKey(target.scope)) {
      throw new SaveRefused('notMovable', address);
    }
    const seen = this.seen(address);
    const question = vscode.l10n.t('Rename {0} of {1}?', address.file, scopeLabel(address.scope));
    await this.approval.confirm(address, question, vscode.l10n.t('Rename'));
    const reason = await this.approval.reason(address, `Rename ${address.file} to ${target.file} from VS Code`);
    await this.operations.rename(address, target.file, seen, reason);
  }

  /**
   * @throws {SaveRefused} where nothing was sent
   * @throws {FactoryError}
   */
  async copy(from: vscode.Uri, to: vscode.Uri, overwrite: boolean): Promise<void> {
    const address = fileOf(from);
    const target = fileOf(to);
    const source = await this.operations.look(address);
    if (source === undefined) {
      throw new SaveRefused('notFound', address);
    }
    const there = await this.operations.look(target);
    if (there !== undefined && !overwrite) {
      throw new SaveRefused('exists', target);
    }
    const file = this.operations.plan(source, address, target, there);
    const question = vscode.l10n.t('Copy {0} to {1}?', target.file, scopeLabel(target.scope));
    await this.approval.confirm(target, question, vscode.l10n.t('Copy'));
    const reason = await this.approval.reason(
      target,
      `Copy ${address.file} of ${scopeLabel(address.scope)} from VS Code`,
    );
    await this.operations.put(target, file, there, reason);
  }

  /**
   * Lists a folder above the files: of the devices only those that are known already, because there may be 100 000.
   *
   * @returns undefined where the URI is no such folder
   * @throws {SaveRefused} `signedOut`
   * @throws {FactoryError}
   */
  async list(uri: vscode.Uri): Promise<[string, vscode.FileType][] | undefined> {
    const place = parsePlace(uri);
    const names = place === undefined ? undefined : await this.namesIn(place);
    return names?.map((name) => [folderName(name), vscode.FileType.Directory]);
  }

  private async namesIn(place: Place): Promise<readonly string[]> {
    if (place.kind === 'owner') {
      return ['config'];
    }
    if (place.kind === 'root') {
      return ['config', 'groups', 'devices'];
    }
    const data = this.connections.forFactory(place.host, place.factory)?.factory(place.factory);
    if (data === undefined) {
      throw new SaveRefused('signedOut', {
        host: place.host,
        scope: { kind: 'factory', factory: place.factory },
        file: place.kind,
      });
    }
    if (place.kind === 'devices') {
      return data.fleet.all.state.devices.slice(0, MOST_DEVICES).map(({ name }) => name);
    }
    const { groups, error, fetchedAt } = await data.groups.load();
    if (fetchedAt === undefined) {
      throw error;
    }
    return groups.map(({ name }) => name);
  }

  /** What was last shown of a file, as far as it is known. */
  private seen(address: ConfigAddress): Seen {
    const snapshot = this.connections.forFactory(address.host, address.scope.factory)?.configs.peek(address.scope);
    return snapshot?.entries[0]?.files.find(({ name }) => name === address.file) ?? 'unseen';
  }
}

/** @throws {SaveRefused} for a folder: only single files can be moved */
function fileOf(uri: vscode.Uri): ConfigAddress {
  const address = parseAddress(uri);
  if (address === undefined) {
    throw vscode.FileSystemError.NoPermissions(
      vscode.l10n.t('Only configuration files can be changed here: {0}', uri.path),
    );
  }
  return address;
}
