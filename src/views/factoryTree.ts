import * as vscode from 'vscode';
import type { Connection, Connections, FactoryData } from '../store/connections';
import type { Disposable } from '../store/emitter';
import { setContext, type ContextKeys } from '../ui/contextKeys';
import { showProgress } from '../ui/messages';
import { staleText } from '../ui/staleText';
import { FailureRow } from './rows/failureRow';
import type { Row } from './rows/row';
import { RowTree } from './rowTree';

/** The Factory that is shown, and the account through which. */
export interface Shown {
  readonly connection: Connection;
  readonly factory: FactoryData;
  /** Begins the ids of all rows of this account and Factory. */
  readonly prefix: string;
}

/** What a view shows a list of. */
export interface ShownList<State> {
  readonly state: State;
  load(): Promise<State>;
  refresh(): Promise<void>;
  readonly onDidChange: (listener: () => void) => Disposable;
}

export interface ListState {
  readonly fetchedAt: number | undefined;
  readonly error: unknown;
}

/** What is special about a view. */
export interface FactoryTreeContent<State extends ListState> {
  readonly id: string;
  list(factory: FactoryData): ShownList<State>;
  rows(shown: Shown, state: State): Row[] | Promise<Row[]>;
  /** What else is to be said above the rows; `''`: nothing. */
  message?(state: State): string;
  /** What is to be said above the rows of the demo Factory. */
  readonly demoNote?: string;
  /** What stands in the place of the rows after a failed first fetch: `Devices could not be loaded`. */
  readonly failure: string;
  /** Tells package.json that there is nothing to show, and why. */
  readonly empty?: readonly { readonly key: keyof ContextKeys & `foundries.no${string}`; is(state: State): boolean }[];
  /** What else the rows depend on. */
  follow?(shown: Shown): Disposable[];
  /** Another Factory is shown. */
  changed?(): void;
  /** The user wants everything anew. */
  invalidate?(shown: Shown): void;
  readonly drops?: vscode.TreeDragAndDropController<Row>;
  /** Several rows can be selected. */
  readonly selectMany?: boolean;
  /** Boxes of rows were checked or unchecked. */
  checked?(event: vscode.TreeCheckboxChangeEvent<Row>): void;
}

/** A view of a list of the Factory that is shown: follows accounts, says how old the rows are, keeps them on failures. */
export class FactoryTree<State extends ListState> implements vscode.Disposable {
  readonly view: vscode.TreeView<Row>;
  readonly rows: RowTree;
  private readonly connections: Connections;
  private readonly content: FactoryTreeContent<State>;
  private readonly subscriptions: Disposable[];
  private ofFactory: Disposable[] = [];
  private watched: { readonly factory: FactoryData; readonly list: ShownList<State> } | undefined;

  constructor(connections: Connections, content: FactoryTreeContent<State>) {
    this.connections = connections;
    this.content = content;
    this.rows = new RowTree(() => this.roots());
    this.view = vscode.window.createTreeView(content.id, {
      treeDataProvider: this.rows,
      showCollapseAll: true,
      canSelectMany: content.selectMany === true,
      // A box is about its row alone, not about those above and below.
      manageCheckboxStateManually: true,
      ...(content.drops === undefined ? {} : { dragAndDropController: content.drops }),
    });
    this.subscriptions = [
      this.view,
      this.rows,
      connections.onDidChange(() => this.follow()),
      this.view.onDidChangeCheckboxState((event) => content.checked?.(event)),
    ];
    this.follow();
  }

  /** What is shown now; undefined while nobody is signed in. */
  get shown(): Shown | undefined {
    const { session } = this.connections;
    if (!('factory' in session)) {
      return undefined;
    }
    const { connection, factory } = session;
    return { connection, factory, prefix: `${this.content.id}/${connection.account.id}/${factory.name}` };
  }

  /** Asks the service again; what is shown stays until the answer is in. */
  async refresh(): Promise<void> {
    const { shown } = this;
    if (shown !== undefined && this.connections.session.state === 'signedIn') {
      this.content.invalidate?.(shown);
      await this.whileBusy(() => this.content.list(shown.factory).refresh());
    }
  }

  /** Shows that the view is busy. */
  whileBusy<T>(task: () => Promise<T>): Thenable<T> {
    return showProgress({ location: { viewId: this.content.id } }, task);
  }

  dispose(): void {
    [...this.subscriptions, ...this.ofFactory].forEach((subscription) => subscription.dispose());
  }

  /** To be called when the list is another one; follows the Factory that is shown now. */
  follow(): void {
    const { shown } = this;
    const list = shown === undefined ? undefined : this.content.list(shown.factory);
    if (shown?.factory !== this.watched?.factory || list !== this.watched?.list) {
      this.watched = shown === undefined || list === undefined ? undefined : { factory: shown.factory, list };
      this.rows.forget();
      this.content.changed?.();
      this.ofFactory.forEach((subscription) => subscription.dispose());
      this.ofFactory =
        shown === undefined || list === undefined
          ? []
          : [
              list.onDidChange(() => {
                this.tell();
                this.rows.refresh();
              }),
              ...(this.content.follow?.(shown) ?? []),
            ];
    }
    this.tell();
    this.rows.refresh();
  }

  /** Says in the view what the rows do not: how old they are, and why there are none. */
  private tell(): void {
    const { session } = this.connections;
    const state = session.state === 'signedIn' ? this.content.list(session.factory).state : undefined;
    const isDemo = 'factory' in session && session.connection.account.demo === true;
    this.view.description =
      'factory' in session ? (isDemo ? vscode.l10n.t('{0} (Demo)', session.factory.name) : session.factory.name) : '';
    const empties = (this.content.empty ?? []).map((empty) => ({
      key: empty.key,
      holds: state?.fetchedAt !== undefined && state.error === undefined && empty.is(state),
    }));
    for (const { key, holds } of empties) {
      setContext(key, holds);
    }
    // VS Code shows a message or a welcome text, and the latter has the buttons.
    const isEmpty = empties.some(({ holds }) => holds);
    const said = [
      isDemo ? (this.content.demoNote ?? '') : '',
      staleText(state),
      state === undefined ? '' : (this.content.message?.(state) ?? ''),
    ];
    this.view.message = isEmpty ? '' : said.filter((text) => text !== '').join(' ');
  }

  private async roots(): Promise<Row[]> {
    const { shown } = this;
    if (shown === undefined || this.connections.session.state !== 'signedIn') {
      return [];
    }
    const state = await this.content.list(shown.factory).load();
    const failed = state.error !== undefined;
    const rows = failed && state.fetchedAt === undefined ? [] : await this.content.rows(shown, state);
    if (failed && rows.length === 0) {
      // Also where there was nothing before: the view would be blank, with nothing to do.
      const retry = () => this.refresh();
      return [new FailureRow(`${this.content.id}/failure`, undefined, this.content.failure, state.error, retry)];
    }
    return rows;
  }
}
