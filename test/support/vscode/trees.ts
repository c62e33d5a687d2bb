import { desk, registered, type Told } from './desk';
import { TreeItemCollapsibleState } from './enums';
import { EventEmitter, type Disposable } from './events';

export interface TreeProvider<T> {
  getChildren(row?: T): Promise<readonly T[]>;
  getTreeItem(row: T): Record<string, unknown>;
  resolveTreeItem?(item: object, row: T): object;
  readonly onDidChangeTreeData: (listener: (row: T | undefined) => void) => Disposable;
}

/** A tree view: whether it is seen, what is selected in it, and what its provider announces. */
export class ShownTree<T> {
  /** What VS Code is told to ask for anew. */
  readonly changed = new EventEmitter<T | undefined>();
  readonly visibility = new EventEmitter<unknown>();
  readonly selected = new EventEmitter<unknown>();
  readonly expanded = new EventEmitter<{ readonly element: T }>();
  readonly collapsed = new EventEmitter<{ readonly element: T }>();
  readonly checked = new EventEmitter<unknown>();
  readonly onDidExpandElement = this.expanded.event;
  readonly onDidCollapseElement = this.collapsed.event;
  readonly onDidChangeSelection = this.selected.event;
  readonly onDidChangeVisibility = this.visibility.event;
  readonly onDidChangeCheckboxState = this.checked.event;
  visible = desk.viewsVisible;
  selection: readonly T[] = [];
  description = '';
  message = '';
  title = '';
  badge: unknown;

  constructor(readonly provider: TreeProvider<T>) {}

  reveal(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): void {
    [this.changed, this.visibility, this.selected, this.expanded, this.collapsed, this.checked].forEach((emitter) =>
      emitter.dispose(),
    );
  }
}

export function createTreeView<T>(
  id: string,
  { treeDataProvider }: { readonly treeDataProvider: TreeProvider<T> },
): ShownTree<T> {
  const tree = new ShownTree<T>(treeDataProvider);
  const following = treeDataProvider.onDidChangeTreeData((row) => tree.changed.fire(row));
  const kept = tree as unknown as ShownTree<unknown>;
  desk.trees.set(id, kept);
  return registered(
    `tree ${id}`,
    () => {
      following.dispose();
      if (desk.trees.get(id) === kept) {
        desk.trees.delete(id);
      }
    },
    tree,
  );
}

/** Asks a tree for all its rows, to some depth, as VS Code does for rows that are open. */
export async function walk(
  tree: ShownTree<unknown>,
  { depth = 6, most = 400, told = desk.told }: { depth?: number; most?: number; told?: Told } = {},
): Promise<unknown[]> {
  const rows: unknown[] = [];
  let left = most;
  const look = async (row: unknown, level: number): Promise<void> => {
    for (const child of await tree.provider.getChildren(row)) {
      if (left-- <= 0) {
        return;
      }
      rows.push(child);
      const item = tree.provider.getTreeItem(child);
      told('row', item);
      told('tooltip', tree.provider.resolveTreeItem?.(item, child));
      if (item.collapsibleState !== TreeItemCollapsibleState.None && level < depth) {
        tree.expanded.fire({ element: child });
        await look(child, level + 1);
      }
    }
  };
  await look(undefined, 0);
  told('view', [tree.message, tree.description, tree.title]);
  return rows;
}
