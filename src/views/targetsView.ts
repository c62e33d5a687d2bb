import * as vscode from 'vscode';
import type { TagOfTargets } from '../model/target';
import type { Connections } from '../store/connections';
import type { TargetListState } from '../store/targetList';
import { FactoryTree, type Shown } from './factoryTree';
import type { Row } from './rows/row';
import { TagRow, TargetRow, VERSIONS_A_PAGE, VersionRow } from './rows/targetRows';

const VIEW = 'foundries.targets';

/** The Targets view: what was built, by tag and version, newest first. */
export class TargetsView implements vscode.Disposable {
  private readonly list: FactoryTree<TargetListState>;
  /** How many versions of a tag are shown, by the tag's row. */
  private readonly versionsShown = new Map<string, number>();

  constructor(connections: Connections) {
    this.list = new FactoryTree(connections, {
      id: VIEW,
      selectMany: true,
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

  /** Shows that the view is busy. */
  whileBusy<T>(task: () => Promise<T>): Thenable<T> {
    return this.list.whileBusy(task);
  }

  /** Shows a version of a tag, or one target of it, and selects it. Does nothing where there is none. */
  async reveal(tag: string, version: number, target?: string): Promise<void> {
    const { shown } = this.list;
    if (shown === undefined) {
      return;
    }
    const { tags } = await this.whileBusy(() => shown.factory.targets.load());
    const found = tags.find((candidate) => candidate.tag === tag);
    const at = found?.versions.findIndex((candidate) => candidate.version === version) ?? -1;
    const made = found?.versions[at];
    if (found === undefined || made === undefined) {
      return;
    }
    const tagRow = this.tagRow(shown, found);
    const rows = Math.max(this.versionsShown.get(tagRow.id) ?? 0, at + 1);
    if (rows > VERSIONS_A_PAGE) {
      this.versionsShown.set(tagRow.id, rows);
    }
    const versionRow = new VersionRow(tagRow, made);
    const ofName = made.targets.find(({ name }) => name === target);
    const row = ofName === undefined ? versionRow : new TargetRow(versionRow, ofName);
    await this.list.view.reveal(row, { select: true, focus: true, expand: true });
  }

  dispose(): void {
    this.list.dispose();
  }

  private rows(shown: Shown, { tags }: TargetListState): Row[] {
    return tags.map((tag) => this.tagRow(shown, tag));
  }

  private tagRow({ prefix }: Shown, tag: TagOfTargets): TagRow {
    const showMore = (row: TagRow, count: number) => {
      this.versionsShown.set(row.id, count);
      this.list.rows.refresh();
    };
    return new TagRow(prefix, tag, () => this.versionsShown.get(`${prefix}/tag/${tag.tag}`), showMore);
  }
}
