import * as vscode from 'vscode';
import type { Connections } from '../store/connections';
import type { TargetListState } from '../store/targetList';
import { FactoryTree, type Shown } from './factoryTree';
import type { Row } from './rows/row';
import { TagRow } from './rows/targetRows';

const VIEW = 'foundries.targets';

/** The Targets view: what was built, by tag and version, newest first. */
export class TargetsView implements vscode.Disposable {
  private readonly list: FactoryTree<TargetListState>;
  /** How many versions of a tag are shown, by the tag's row. */
  private readonly versionsShown = new Map<string, number>();

  constructor(connections: Connections) {
    this.list = new FactoryTree(connections, {
      id: VIEW,
      failure: vscode.l10n.t('Targets could not be loaded'),
      empty: [{ key: 'foundries.noTargets', is: ({ targets }) => targets.length === 0 }],
      list: ({ targets }) => targets,
      rows: (shown, state) => this.rows(shown, state),
      changed: () => this.versionsShown.clear(),
    });
  }

  get tree(): vscode.TreeView<Row> {
    return this.list.view;
  }

  /** Asks the service again; what is shown stays until the answer is in. */
  refresh(): Promise<void> {
    return this.list.refresh();
  }

  dispose(): void {
    this.list.dispose();
  }

  private rows({ prefix }: Shown, { tags }: TargetListState): Row[] {
    const showMore = (row: TagRow, count: number) => {
      this.versionsShown.set(row.id, count);
      this.list.rows.refresh();
    };
    return tags.map((tag) => new TagRow(prefix, tag, this.versionsShown.get(`${prefix}/tag/${tag.tag}`), showMore));
  }
}
