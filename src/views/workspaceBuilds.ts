import * as vscode from 'vscode';
import {
  concerns,
  hasEnded,
  isFinalStatus,
  repositoryOfRemotes,
  statusOf,
  type Build,
  type FactoryRepository,
} from '../model/build';
import { branchOfHead } from '../model/gitFiles';
import type { BuildList } from '../store/builds';
import type { Connections } from '../store/connections';
import { Refreshing, systemClock, type Clock } from '../store/refreshing';
import { buildStatusText } from '../ui/buildWords';
import { repositoryFiles, repositoryFolders } from '../ui/repositories';

/** Milliseconds between two looks while nothing runs, and while something does. */
const IDLE_MS = 120_000;
const BUSY_MS = 20_000;
/** Milliseconds for which a build that ended while it was watched is still shown. */
const ENDED_MS = 120_000;

/**
 * Shows in the status bar the newest build of the workspace's repository and branch while it is under way, and how it
 * ended. Asks sparingly, and only in a window that has the focus, with a clone of the Factory's repository open.
 */
export class WorkspaceBuilds implements vscode.Disposable {
  private readonly connections: Connections;
  private readonly item: vscode.StatusBarItem;
  private readonly refreshing: Refreshing;
  private readonly subscriptions: { dispose(): void }[];
  private readonly found = new Map<string, { readonly repository: FactoryRepository; readonly branch?: string }>();
  private following: { readonly list: BuildList; readonly subscription: { dispose(): void } } | undefined;
  private lookedAt: number | undefined;
  private ranLast: { readonly id: number; endedAt: number | undefined } | undefined;
  private hiding: { dispose(): void } | undefined;
  private readonly clock: Clock;
  private isShown = false;

  constructor(connections: Connections, clock: Clock = systemClock) {
    this.connections = connections;
    this.clock = clock;
    this.item = vscode.window.createStatusBarItem('foundries.build', vscode.StatusBarAlignment.Left, -1);
    this.item.name = vscode.l10n.t('Foundries Build');
    this.item.command = 'foundries.showLatestBuild';
    this.refreshing = new Refreshing(
      {
        isLookedAt: () => vscode.window.state.focused && this.list !== undefined,
        interval: () => {
          const isOff = vscode.workspace.getConfiguration('foundries').get<number>('refresh.intervalSeconds', 60) === 0;
          return isOff ? 0 : this.list?.isBusy === true ? BUSY_MS : IDLE_MS;
        },
        fetchedAt: () => Math.max(this.lookedAt ?? 0, this.list?.state.fetchedAt ?? 0),
        refresh: async () => {
          this.lookedAt = clock.now();
          await this.list?.refresh();
          return this.list?.state.error;
        },
      },
      clock,
    );
    const scan = () => void this.scan();
    this.subscriptions = [
      this.item,
      this.refreshing,
      connections.onDidChange(() => {
        this.changed();
        this.refreshing.reset();
      }),
      vscode.window.onDidChangeWindowState(({ focused }) => (focused ? scan() : this.refreshing.changed())),
      vscode.workspace.onDidChangeWorkspaceFolders(scan),
    ];
    scan();
  }

  dispose(): void {
    this.hiding?.dispose();
    this.following?.subscription.dispose();
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  /** What the item says now; undefined while it is hidden. */
  get text(): string | undefined {
    return this.isShown ? this.item.text : undefined;
  }

  /** Builds of the Factory that is shown, where the workspace holds one of its repositories. */
  private get list(): BuildList | undefined {
    const { session } = this.connections;
    return session.state === 'signedIn' && this.places(session.factory.name).length > 0
      ? session.factory.builds
      : undefined;
  }

  private places(factory: string) {
    return [...this.found.values()].filter(({ repository }) => repository.factory === factory);
  }

  /** A branch may have been switched while the window was not in front. */
  private async scan(): Promise<void> {
    const folders = await repositoryFolders((scheme) => scheme !== 'foundries');
    const found = await Promise.all(
      folders.map(async (uri) => {
        const files = await repositoryFiles(uri);
        const repository = files && repositoryOfRemotes(files.config);
        const branch = branchOfHead(files?.head ?? '');
        return repository && ([uri.toString(), { repository, ...(branch === undefined ? {} : { branch }) }] as const);
      }),
    );
    this.found.clear();
    found.forEach((entry) => entry && this.found.set(...entry));
    this.changed();
  }

  private changed(): void {
    const { list } = this;
    if (this.following?.list !== list) {
      this.following?.subscription.dispose();
      this.following = list && {
        list,
        subscription: list.onDidChange(() => {
          this.show();
          this.refreshing.changed();
        }),
      };
    }
    this.show();
    this.refreshing.changed();
  }

  private show(): void {
    const { session } = this.connections;
    const { list } = this;
    const places = 'factory' in session ? this.places(session.factory.name) : [];
    const build = list?.state.builds.find((candidate) =>
      places.some(({ repository, branch }) => concerns(candidate, repository, branch)),
    );
    this.isShown = build !== undefined && this.isWorthShowing(build);
    if (build === undefined || !this.isShown) {
      this.item.hide();
      return;
    }
    const status = statusOf(build);
    const done = build.runs.filter((run) => isFinalStatus(run.status)).length;
    const icon = !hasEnded(build) ? 'sync~spin' : status === 'FAILED' ? 'error' : 'pass';
    const words = vscode.l10n.t('Build {0} {1}', build.id, buildStatusText(status));
    this.item.text = `$(${icon}) ${words}`;
    this.item.tooltip = vscode.l10n.t(
      '{0}: {1} of {2} runs have ended. Select to see it.',
      build.trigger,
      done,
      build.runs.length,
    );
    this.item.accessibilityInformation = { label: words };
    this.item.backgroundColor =
      status === 'FAILED' ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.item.show();
  }

  /** One that is under way; for a while, one that was seen under way and has ended. */
  private isWorthShowing(build: Build): boolean {
    if (!hasEnded(build)) {
      this.ranLast = { id: build.id, endedAt: undefined };
      return true;
    }
    if (this.ranLast?.id !== build.id) {
      return false;
    }
    const now = this.clock.now();
    this.ranLast.endedAt ??= now;
    const left = this.ranLast.endedAt + ENDED_MS - now;
    this.hiding?.dispose();
    this.hiding = left > 0 ? this.clock.after(left + 100, () => this.show()) : undefined;
    return left > 0;
  }
}
