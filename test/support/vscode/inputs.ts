/** Pick lists and input boxes. */
import { desk, registered } from './desk';
import { EventEmitter } from './events';

/** What both have. */
abstract class Box {
  readonly typed = new EventEmitter<string>();
  readonly accepted = new EventEmitter<undefined>();
  readonly hidden = new EventEmitter<undefined>();
  readonly pressed = new EventEmitter<unknown>();
  readonly onDidChangeValue = this.typed.event;
  readonly onDidAccept = this.accepted.event;
  readonly onDidHide = this.hidden.event;
  readonly onDidTriggerButton = this.pressed.event;
  title = '';
  placeholder = '';
  busy = false;
  enabled = true;
  value = '';
  buttons: readonly unknown[] = [];

  /** Somebody types. */
  type(text: string): void {
    this.value = text;
    this.typed.fire(text);
  }

  /** It goes away, and whoever waits for it is told. */
  hide(): void {
    this.hidden.fire(undefined);
  }

  abstract show(): void;
}

/** A pick list: what is shown in it, and a way to type and to choose. */
export class ShownPick<T> extends Box {
  readonly itemsShown = new EventEmitter<readonly T[]>();
  readonly onDidChangeSelection = new EventEmitter<unknown>().event;
  readonly onDidChangeActive = new EventEmitter<unknown>().event;
  readonly onDidTriggerItemButton = new EventEmitter<unknown>().event;
  activeItems: readonly T[] = [];
  selectedItems: readonly T[] = [];
  private current: readonly T[] = [];

  get items(): readonly T[] {
    return this.current;
  }

  set items(items: readonly T[]) {
    this.current = items;
    desk.told('quick pick', items);
    this.itemsShown.fire(items);
  }

  /** Somebody presses Enter on a row. */
  enter(item?: T): void {
    this.selectedItems = item === undefined ? [] : [item];
    this.accepted.fire(undefined);
  }

  show(): void {
    desk.pick = this as ShownPick<unknown>;
    desk.meet(desk.pick);
  }
}

/** An input box. */
export class ShownInput extends Box {
  prompt = '';
  password = false;
  validationMessage: string | { readonly message: string } | undefined;

  /** Somebody presses Enter. Resolves when that was dealt with: `validationMessage` then says what is wrong with the value. */
  enter(): Promise<void> {
    return this.accepted.fireAndWait(undefined);
  }

  show(): void {
    desk.input = this;
    desk.meet(this);
  }
}

export function createQuickPick(): ShownPick<unknown> {
  const pick = new ShownPick<unknown>();
  return registered('quick pick', () => ended(pick), pick);
}

export function createInputBox(): ShownInput {
  const box = new ShownInput();
  return registered('input box', () => ended(box), box);
}

function ended(box: ShownPick<unknown> | ShownInput): void {
  box.hide();
  if (desk.pick === box) {
    desk.pick = undefined;
  }
  if (desk.input === box) {
    desk.input = undefined;
  }
}
