import * as vscode from 'vscode';
import type { Target } from '../model/target';
import { arrangeTargets, passes, type ArrangedTargets } from '../model/targetArrangement';
import type { Connections } from '../store/connections';
import type { TargetListState } from '../store/targetList';
import { targetFilterTexts } from '../ui/targetWords';
import { FactoryTree } from './factoryTree';
import type { Row } from './rows/row';
import type { TargetArrangements } from './targetArrangements';
import type { TargetListRows } from './targetListRows';

const VIEW = 'foundries.targets';
/** Milliseconds after which a selection shows. */
const SETTLE_MS = 200;
const REVEAL_TRIES = 5;

/** The Targets view: what was built, by tag, version or hardware, newest first, with who runs it. */
export class TargetsView implements vscode.Disposable {
  private readonly list: FactoryTree<TargetListState>;
  private readonly arrangements: TargetArrangements;
  private rows: Promise<TargetListRows> | undefined;
  private arranged:
    { readonly of: readonly Target[]; readonly by: unknown; readonly made: ArrangedTargets } | undefined;
  private readonly subscriptions: { dispose(): unknown }[];
  private readonly fetched = new vscode.EventEmitter<void>();
  /** Told when what is shown was fetched, or could not be. */
  readonly onDidFetch = this.fetched.event;

  constructor(connections: Connections, arrangements: TargetArrangements) {
    this.arrangements = arrangements;
    this.list = new FactoryTree(connections, {
      id: VIEW,
      failure: vscode.l10n.t('Targets could not be loaded'),
      selectMany: true,
      empty: [
        { key: 'foundries.noTargets', is: ({ targets }) => targets.length === 0 },
        {
          key: 'foundries.noTargetsMatch',
          is: (state) => state.targets.length > 0 && this.arrange(state).count === 0,
        },
      ],
      list: ({ targets }) => targets,
      rows: async (shown, state) => (await this.rowsOnDemand()).rows(shown, state),
      message: (state) => this.message(state),
      changed: () => void this.rows?.then((rows) => rows.forget()),
      invalidate: ({ factory }) => void factory.fleet.status.refresh(),
      follow: ({ factory }) => [
        factory.targets.onDidChange(() => this.fetched.fire()),
        factory.fleet.status.onDidChange(() => this.list.rows.refresh()),
      ],
    });
    this.subscriptions = [this.fetched, arrangements.onDidChange(() => this.list.follow())];
  }

  get tree(): vscode.TreeView<Row> {
    return this.list.view;
  }

  /** Asks the service again; what is shown stays until the answer is in. */
  refresh(): Promise<void> {
    return this.list.refresh();
  }

  /** When what is shown was fetched, in milliseconds since the epoch; undefined before. */
  get fetchedAt(): number | undefined {
    return this.list.shown?.factory.targets.state.fetchedAt;
  }

  /**
   * Looks for what is new without a sign of being busy: at the counts of the Factory, which are small, then at what they
   * say is missing here. Resolves to the failure, if there was one.
   */
  async refreshQuietly(): Promise<unknown> {
    const { shown } = this.list;
    if (shown === undefined) {
      return undefined;
    }
    const { fleet, targets } = shown.factory;
    await fleet.status.refresh();
    const { tags, error } = fleet.status.state;
    await targets.lookForNew(tags, error);
    return targets.state.error;
  }

  /** Shows that the view is busy. */
  whileBusy<T>(task: () => Promise<T>): Thenable<T> {
    return this.list.whileBusy(task);
  }

  /** Shows a version of a tag, or one target of it, and selects it; drops filters that hide it. Does nothing where there is none. */
  async reveal(tag: string, version: number, target?: string): Promise<void> {
    const { shown } = this.list;
    if (shown === undefined) {
      return;
    }
    const { targets } = await this.whileBusy(() => shown.factory.targets.load());
    const found = targets.find(
      (candidate) =>
        candidate.version === version &&
        (tag === '' ? candidate.tags.length === 0 : candidate.tags.includes(tag)) &&
        (target === undefined || candidate.name === target),
    );
    if (found === undefined) {
      return;
    }
    if (!passes(found, this.arrangements.current.filter)) {
      this.arrangements.change({ filter: {} });
    }
    const rows = await this.rowsOnDemand();
    // A tree that is being filled forgets what it was to select.
    for (let tries = 0; tries < REVEAL_TRIES; tries++) {
      const row = rows.rowOf(shown, found, tag, target !== undefined);
      if (row === undefined) {
        return;
      }
      await this.list.view.reveal(row, { select: true, focus: true, expand: true });
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      if (this.list.view.selection.some(({ id }) => id === row.id)) {
        return;
      }
    }
  }

  /** The rows as they are shown, for tests. */
  children(row?: Row): Promise<Row[]> {
    return this.list.rows.getChildren(row);
  }

  dispose(): void {
    this.list.dispose();
    this.subscriptions.forEach((subscription) => subscription.dispose());
  }

  private arrange({ targets }: TargetListState): ArrangedTargets {
    const by = this.arrangements.current;
    if (this.arranged?.of !== targets || this.arranged.by !== by) {
      this.arranged = { of: targets, by, made: arrangeTargets(targets, by) };
    }
    return this.arranged.made;
  }

  private message(state: TargetListState): string {
    const conditions = targetFilterTexts(this.arrangements.current);
    if (conditions.length === 0 || state.fetchedAt === undefined) {
      return '';
    }
    const format = new Intl.NumberFormat(vscode.env.language);
    return `${vscode.l10n.t('Only targets: {0}.', conditions.join(', '))} ${vscode.l10n.t(
      '{0} of {1}.',
      format.format(this.arrange(state).count),
      format.format(state.targets.length),
    )}`;
  }

  private rowsOnDemand(): Promise<TargetListRows> {
    this.rows ??= import('./targetListRows').then(
      ({ TargetListRows: Rows }) =>
        new Rows({
          arrangements: this.arrangements,
          arrange: (state) => this.arrange(state),
          refresh: () => this.list.rows.refresh(),
        }),
    );
    return this.rows;
  }
}
