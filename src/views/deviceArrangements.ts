import * as vscode from 'vscode';
import { arrangementOf, isFiltered, PLAIN, type DeviceArrangement } from '../model/deviceSelection';
import { setContext } from '../ui/contextKeys';

const KEY = 'foundries.devices.arrangement';

/** How the devices are filtered, sorted and grouped in this workspace. */
export class DeviceArrangements implements vscode.Disposable {
  private readonly memory: vscode.Memento;
  private readonly changed = new vscode.EventEmitter<DeviceArrangement>();
  readonly onDidChange = this.changed.event;
  private arrangement: DeviceArrangement;

  constructor(memory: vscode.Memento) {
    this.memory = memory;
    const stored = memory.get(KEY);
    this.arrangement = stored === undefined ? PLAIN : arrangementOf(stored);
    this.tell();
  }

  get current(): DeviceArrangement {
    return this.arrangement;
  }

  /** Changes a part of the arrangement and remembers it. */
  change(part: Partial<DeviceArrangement>): void {
    this.arrangement = { ...this.arrangement, ...part };
    void this.memory.update(KEY, this.arrangement);
    this.tell();
    this.changed.fire(this.arrangement);
  }

  dispose(): void {
    this.changed.dispose();
  }

  private tell(): void {
    setContext('foundries.devicesFiltered', isFiltered(this.arrangement.filter));
  }
}
