import * as vscode from 'vscode';
import { filtersTargets, targetArrangementOf, type TargetArrangement } from '../model/targetArrangement';
import { setContext } from '../ui/contextKeys';

const KEY = 'foundries.targets.arrangement';

/** How the targets are filtered and grouped in this workspace. */
export class TargetArrangements implements vscode.Disposable {
  private readonly memory: vscode.Memento;
  private readonly changed = new vscode.EventEmitter<TargetArrangement>();
  readonly onDidChange = this.changed.event;
  private arrangement: TargetArrangement;

  constructor(memory: vscode.Memento) {
    this.memory = memory;
    this.arrangement = targetArrangementOf(memory.get(KEY));
    this.tell();
  }

  get current(): TargetArrangement {
    return this.arrangement;
  }

  /** Changes a part of the arrangement and remembers it. */
  change(part: Partial<TargetArrangement>): void {
    this.arrangement = { ...this.arrangement, ...part };
    void this.memory.update(KEY, this.arrangement);
    this.tell();
    this.changed.fire(this.arrangement);
  }

  dispose(): void {
    this.changed.dispose();
  }

  private tell(): void {
    setContext('foundries.targetsFiltered', filtersTargets(this.arrangement.filter));
  }
}
