import * as vscode from 'vscode';
import { FactoryError } from '../api/errors';
import { DEMO_HOST } from '../api/server';
import type { Connections, FactoryData } from '../store/connections';
import type { DeviceList } from '../store/deviceList';
import { serverLabel } from '../ui/hostLabel';
import { factoryPath, folderName, parsePlace, SCHEME, type Place } from './address';
import { SaveRefused } from './saveRefused';

/** Devices of a Factory that its folder lists; there may be 100 000, and any other can be entered by its path. */
const MOST_DEVICES = 200;

/** A folder of devices that was read: what it showed then. */
interface Shown {
  readonly list: DeviceList;
  readonly subscription: { dispose(): void };
  names: readonly string[];
}

interface Root {
  readonly uri: vscode.Uri;
  readonly place: Place;
  isSignedOut: boolean;
}

const PARTS = ['config', 'groups', 'devices'];

/** The folders above the files: a Factory, its groups, its devices. */
export class FactoryFolders implements vscode.FileDecorationProvider, vscode.Disposable {
  private readonly connections: Connections;
  private readonly shown = new Map<string, Shown>();
  /** Folders of Factories that were read. */
  private readonly roots = new Map<string, Root>();
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly decorated = new vscode.EventEmitter<vscode.Uri>();
  private readonly registration: vscode.Disposable;
  /** Told when a folder that was read has come to hold others. */
  readonly onDidChange = this.changed.event;
  readonly onDidChangeFileDecorations = this.decorated.event;

  constructor(connections: Connections) {
    this.connections = connections;
    this.registration = vscode.Disposable.from(
      vscode.window.registerFileDecorationProvider(this),
      connections.onDidChange(() => this.followSession()),
    );
  }

  /**
   * Lists a folder: of the devices the first page, and what else of the list is known.
   *
   * @returns undefined where the URI is no such folder
   * @throws {SaveRefused} `signedOut`
   * @throws {FactoryError}
   */
  async list(uri: vscode.Uri): Promise<[string, vscode.FileType][] | undefined> {
    const place = parsePlace(uri);
    if (place?.kind === 'root') {
      const isSignedOut = this.isSignedOut(place);
      this.roots.set(uri.toString(), { uri, place, isSignedOut });
      if (isSignedOut) {
        return [[noteName(), vscode.FileType.File]];
      }
    }
    const names = place === undefined ? undefined : await this.namesIn(place);
    return names?.map((name) => [folderName(name), vscode.FileType.Directory]);
  }

  /**
   * Whether a folder may be there. What is known answers; a device that no list has told is asked for only where the list of
   * them goes on.
   */
  async mayExist(place: Place): Promise<boolean> {
    const data = this.connections.forFactory(place.host, place.factory)?.factory(place.factory);
    if (place.kind !== 'owner' || data === undefined || place.scope.kind === 'factory') {
      return true;
    }
    if (place.scope.kind === 'group') {
      const { group } = place.scope;
      const { groups, fetchedAt } = data.groups.state;
      return fetchedAt === undefined || groups.some(({ name }) => name === group);
    }
    const { device } = place.scope;
    const { devices, fetchedAt, hasMore } = data.fleet.all.state;
    if (fetchedAt === undefined || devices.some(({ name }) => name === device) || data.fleet.find(device)) {
      return true;
    }
    return (
      hasMore &&
      data.fleet.lookUp(device).then(
        () => true,
        (error: unknown) => !(error instanceof FactoryError && error.kind === 'notFound'),
      )
    );
  }

  /** @returns what stands in place of a Factory that nobody is signed in to; undefined for any other URI */
  noteAt(uri: vscode.Uri): Uint8Array | undefined {
    const place = parsePlace(vscode.Uri.joinPath(uri, '..'));
    const isNote = place?.kind === 'root' && uri.path.endsWith(`/${noteName()}`) && this.isSignedOut(place);
    return place === undefined || !isNote ? undefined : new TextEncoder().encode(noteText(place));
  }

  /** Says of a folder that does not list all devices how to get at the others. */
  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    const place = uri.scheme === SCHEME ? parsePlace(uri) : undefined;
    if (place?.kind !== 'devices') {
      return undefined;
    }
    const { names = [], list } = this.shown.get(keyOf(place)) ?? {};
    if (list === undefined || (!list.state.hasMore && list.state.devices.length <= names.length)) {
      return undefined;
    }
    return new vscode.FileDecoration(
      '…',
      vscode.l10n.t(
        '{0} of {1} devices are listed here. “Foundries: Find Device…” and “Foundries: Open Config File…” reach every device.',
        names.length,
        Math.max(list.state.total, list.state.devices.length),
      ),
    );
  }

  dispose(): void {
    this.shown.forEach(({ subscription }) => subscription.dispose());
    this.registration.dispose();
    this.changed.dispose();
    this.decorated.dispose();
  }

  private isSignedOut({ host, factory }: Place): boolean {
    return this.connections.forFactory(host, factory) === undefined;
  }

  /** A folder is filled once somebody signs in, and says so once nobody is signed in any more. */
  private followSession(): void {
    for (const root of this.roots.values()) {
      const { uri, place, isSignedOut } = root;
      if (this.isSignedOut(place) !== isSignedOut) {
        root.isSignedOut = !isSignedOut;
        const [left, came] = isSignedOut ? [[noteName()], PARTS] : [PARTS, [noteName()]];
        const event = (type: vscode.FileChangeType) => (name: string) => ({
          type,
          uri: vscode.Uri.joinPath(uri, name),
        });
        this.changed.fire([
          ...left.map(event(vscode.FileChangeType.Deleted)),
          ...came.map(event(vscode.FileChangeType.Created)),
        ]);
      }
    }
  }

  private async namesIn(place: Place): Promise<readonly string[]> {
    if (place.kind === 'owner') {
      return ['config'];
    }
    if (place.kind === 'root') {
      return PARTS;
    }
    const { host, factory, kind } = place;
    const data = this.connections.forFactory(host, factory)?.factory(factory);
    if (data === undefined) {
      throw new SaveRefused('signedOut', { host, scope: { kind: 'factory', factory }, file: kind });
    }
    if (kind === 'devices') {
      return this.devicesOf(place, data);
    }
    const { groups, error, fetchedAt } = await data.groups.load();
    if (fetchedAt === undefined) {
      throw error;
    }
    return groups.map(({ name }) => name);
  }

  private async devicesOf(place: Place, { fleet }: FactoryData): Promise<readonly string[]> {
    const list = fleet.all;
    const { error, fetchedAt } = await list.load();
    if (fetchedAt === undefined) {
      throw error;
    }
    const key = keyOf(place);
    const known = this.shown.get(key);
    if (known?.list !== list) {
      known?.subscription.dispose();
      this.shown.set(key, { list, names: [], subscription: list.onDidChange(() => this.follow(place)) });
    }
    this.follow(place, false);
    return namesOf(list);
  }

  /** @param tell whether VS Code has to hear what came and went */
  private follow(place: Place, tell = true): void {
    const shown = this.shown.get(keyOf(place));
    if (shown === undefined) {
      return;
    }
    const before = new Set(shown.names);
    shown.names = namesOf(shown.list);
    const now = new Set(shown.names);
    const folder = vscode.Uri.from({
      scheme: SCHEME,
      authority: place.host,
      path: `${factoryPath(place.factory)}/devices`,
    });
    const event = (name: string, type: vscode.FileChangeType) => ({
      type,
      uri: vscode.Uri.joinPath(folder, folderName(name)),
    });
    const events = [
      ...[...now].filter((name) => !before.has(name)).map((name) => event(name, vscode.FileChangeType.Created)),
      ...[...before].filter((name) => !now.has(name)).map((name) => event(name, vscode.FileChangeType.Deleted)),
    ];
    if (tell && events.length > 0) {
      this.changed.fire(events);
    }
    this.decorated.fire(folder);
  }
}

const noteName = (): string => vscode.l10n.t('Not signed in');

const noteText = ({ host, factory }: Place): string =>
  host === DEMO_HOST
    ? vscode.l10n.t('This folder shows the demo Factory. Run “Foundries: Explore the Demo Factory” to fill it.')
    : vscode.l10n.t(
        'You are not signed in to {0}. Run “Foundries: Sign In”: then this folder shows the Factory {1}.',
        serverLabel(host),
        factory,
      );

const keyOf = ({ host, factory }: Place): string => `${host} ${factory}`;

const namesOf = (list: DeviceList): string[] => list.state.devices.slice(0, MOST_DEVICES).map(({ name }) => name);
