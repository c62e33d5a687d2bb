import { sameApps, toggled, toggleProblem, type AppsSetting, type ToggleProblem } from '../model/appsSetting';
import { scopeKey } from '../model/config';
import { Emitter, type Disposable } from '../store/emitter';
import type { KeptAppChanges } from './keptAppChanges';
import { SaveRefused } from './saveRefused';
import { settingsOf, type SentSettings, type SettingsEdits, type SettingsPlace } from './settingsEdits';

/** Apps that the user wants, as far as they are not on the server. */
export interface WantedApps {
  readonly setting: AppsSetting;
  /** On their way; else more clicks are waited for. */
  readonly isSending: boolean;
}

/** What the user saw when they decided. */
export interface SeenApps {
  /** Own setting of the configuration that is to be changed. */
  readonly own: AppsSetting;
  /** What counts, also where it is set for a group. */
  readonly effective: AppsSetting;
  /** Apps that the default stands for; undefined where they are not known. */
  readonly offered: readonly string[] | undefined;
}

export interface AppChange {
  readonly place: SettingsPlace;
  readonly sent: SentSettings;
  readonly from: AppsSetting;
  readonly to: AppsSetting;
}

export interface FailedAppChange {
  readonly place: SettingsPlace;
  readonly error: unknown;
  /** What was not sent, to try it again. */
  readonly seen: SeenApps;
  readonly wanted: AppsSetting;
}

/** A click that came to nothing, so that its box goes back. */
export interface RefusedToggle {
  readonly place: SettingsPlace;
  readonly app: string;
  readonly on: boolean;
  readonly problem: ToggleProblem;
}

interface Pending {
  readonly place: SettingsPlace;
  own: AppsSetting;
  base: AppsSetting;
  wanted: AppsSetting;
  sending: AppsSetting | undefined;
  timer: NodeJS.Timeout | undefined;
  /** Of the last click, in milliseconds since the epoch. */
  at: number;
}

/** Milliseconds after a click in which another one joins it. */
const WINDOW_MS = 800;
/** A click this long before the window came back is not sent without being asked about, in milliseconds. */
const RESUMED_MS = 60_000;

/**
 * Apps being turned on and off: several clicks in a row become one write. Until it is done the wanted state is what is
 * shown; when it fails or is given up, everything not sent goes back. A window that closes has too little time to send: what was
 * clicked is kept, and sent by the next one.
 */
export class AppChanges implements Disposable {
  private readonly edits: Pick<SettingsEdits, 'apply'>;
  private readonly windowMs: number;
  private readonly kept: KeptAppChanges | undefined;
  /** The window closes: what is not sent by then is left to the next one. */
  private isClosing = false;
  private readonly pending = new Map<string, Pending>();
  private readonly changed = new Emitter<SettingsPlace>();
  readonly onDidChange = this.changed.event;
  private readonly done = new Emitter<AppChange>();
  readonly onDidSend = this.done.event;
  private readonly failed = new Emitter<FailedAppChange>();
  readonly onDidFail = this.failed.event;
  private readonly refused = new Emitter<RefusedToggle>();
  readonly onDidRefuse = this.refused.event;

  /** @param kept keeps over a reload of the window what was not sent */
  constructor(edits: Pick<SettingsEdits, 'apply'>, windowMs = WINDOW_MS, kept?: KeptAppChanges) {
    this.edits = edits;
    this.windowMs = windowMs;
    this.kept = kept;
  }

  /** Sends what was clicked right before the window was reloaded. What is older is told of as not sent, and can be tried again. */
  resume(): void {
    for (const { place, own, base, wanted, at } of this.kept?.all() ?? []) {
      if (this.pending.has(keyOf(place))) {
        continue;
      }
      if (Date.now() - at < RESUMED_MS) {
        const mine: Pending = { place, own, base, wanted, sending: undefined, timer: undefined, at };
        this.pending.set(keyOf(place), mine);
        this.changed.fire(place);
        void this.send(keyOf(place));
      } else {
        const error = new SaveRefused('windowClosed', settingsOf(place));
        this.failed.fire({ place, error, seen: { own, effective: base, offered: undefined }, wanted });
      }
    }
    this.keep();
  }

  /** @returns what is wanted of a configuration and not there yet; undefined where nothing is */
  wanted(place: SettingsPlace): WantedApps | undefined {
    const found = this.pending.get(keyOf(place));
    return found && { setting: found.wanted, isSending: found.sending !== undefined };
  }

  /**
   * Turns an app on or off. Sent a moment later, together with what follows until then. What cannot be done is told by
   * `onDidRefuse`.
   */
  toggle(place: SettingsPlace, seen: SeenApps, app: string, on: boolean): void {
    const problem = toggleProblem(this.wanted(place)?.setting ?? seen.effective, app, on, seen.offered);
    if (problem !== undefined) {
      this.refused.fire({ place, app, on, problem });
      this.changed.fire(place);
      return;
    }
    this.want(place, seen, (setting) => toggled(setting, app, on, seen.offered), this.windowMs);
  }

  /** Sets which apps run, without waiting for more. */
  set(place: SettingsPlace, seen: SeenApps, setting: AppsSetting): void {
    this.want(place, seen, () => setting, 0);
  }

  /**
   * Sends at once what waits for more clicks, because the window closes or the account goes. What needs a question that nobody can answer any
   * more is not sent.
   *
   * @param isClosing keeps what could not be sent for the next window
   * @returns when nothing is on its way
   */
  async flush(isClosing = false): Promise<void> {
    this.isClosing = isClosing;
    const waiting = [...this.pending];
    for (const [key, { timer }] of waiting) {
      clearTimeout(timer);
      void this.send(key);
    }
    await Promise.all(waiting.map(([, { place }]) => this.settled(place)));
  }

  /** Resolves when nothing of a configuration is on its way. */
  async settled(place: SettingsPlace): Promise<void> {
    while (this.pending.has(keyOf(place))) {
      await new Promise<void>((resolve) => {
        const listening = this.onDidChange(() => {
          listening.dispose();
          resolve();
        });
      });
    }
  }

  dispose(): void {
    this.pending.forEach(({ timer }) => clearTimeout(timer));
    this.pending.clear();
    [this.changed, this.done, this.failed, this.refused].forEach((emitter) => emitter.dispose());
  }

  private want(
    place: SettingsPlace,
    { own, effective, offered }: SeenApps,
    change: (setting: AppsSetting) => AppsSetting,
    waitMs: number,
  ): void {
    const key = keyOf(place);
    let mine = this.pending.get(key);
    if (mine === undefined) {
      mine = { place, own, base: effective, wanted: effective, sending: undefined, timer: undefined, at: Date.now() };
      this.pending.set(key, mine);
    }
    const wanted = change(mine.wanted);
    // Clicked off and on again: all apps of the target is what the default meant.
    const isAll =
      mine.base.kind === 'default' && offered !== undefined && sameApps(wanted, { kind: 'only', apps: offered });
    mine.wanted = isAll ? mine.base : wanted;
    mine.at = Date.now();
    this.keep();
    clearTimeout(mine.timer);
    mine.timer = setTimeout(() => void this.send(key), waitMs);
    this.changed.fire(place);
  }

  private async send(key: string): Promise<void> {
    const mine = this.pending.get(key);
    if (mine === undefined || mine.sending !== undefined) {
      // What is wanted now follows when the write that is under way has ended.
      return;
    }
    const { place, own, base, wanted } = mine;
    if (sameApps(wanted, base) || sameApps(wanted, own)) {
      // Clicked back: nothing to send.
      this.end(key, mine);
      return;
    }
    mine.sending = wanted;
    this.changed.fire(place);
    try {
      const { withApps } = await import('../model/updateSettings');
      const sent = await this.edits.apply(place, {
        change: (text) => withApps(text, wanted),
        // It is as wanted where the window that was closed has sent it after all.
        isAsSeen: ({ composeApps }) =>
          composeApps.kind !== 'unclear' && (sameApps(composeApps, own) || sameApps(composeApps, wanted)),
      });
      mine.own = mine.base = wanted;
      mine.sending = undefined;
      if (sent !== undefined) {
        this.done.fire({ place, sent, from: own, to: wanted });
      }
    } catch (error) {
      this.end(key, mine);
      this.failed.fire({ place, error, seen: { own, effective: base, offered: undefined }, wanted: mine.wanted });
      return;
    }
    if (sameApps(mine.wanted, wanted)) {
      this.end(key, mine);
    } else {
      void this.send(key);
    }
  }

  private end(key: string, { timer, place }: Pending): void {
    clearTimeout(timer);
    this.pending.delete(key);
    this.keep();
    this.changed.fire(place);
  }

  private keep(): void {
    if (!this.isClosing) {
      const changes = [...this.pending.values()];
      this.kept?.set(changes.map(({ place, own, base, wanted, at }) => ({ place, own, base, wanted, at })));
    }
  }
}

/** By uuid, too: clicks on the row of a device are not those on the next device of its name. */
const keyOf = ({ host, scope, uuid }: SettingsPlace): string => `${host} ${scopeKey(scope)} ${uuid ?? ''}`;
