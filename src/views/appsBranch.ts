import * as vscode from 'vscode';
import type { AppChanges } from '../configfs/appChanges';
import { meantBy } from '../configfs/identityGuard';
import type { SettingsPlace } from '../configfs/settingsEdits';
import { appStates } from '../model/apps';
import { enabledBy, type AppsSetting } from '../model/appsSetting';
import { scopeKey, type ConfigScope } from '../model/config';
import type { Device } from '../model/device';
import type { ConfigSnapshot } from '../store/configStore';
import type { Connection, FactoryData } from '../store/connections';
import { scopeLabel } from '../ui/errorText';
import { appsOfPlace, seenOf, type AppsOfPlace } from './appsOfPlace';
import type * as AppRows from './rows/appRows';
import { AppsRow } from './rows/appsRow';
import type { OwnerRow } from './rows/configFileRows';
import { FailureRow } from './rows/failureRow';
import { NoteRow } from './rows/noteRow';
import type { Row } from './rows/row';

/** The apps below devices and groups, in whichever tree they are. */
export class AppsBranch implements vscode.Disposable {
  private readonly changes: AppChanges;
  private readonly changed = new vscode.EventEmitter<(row: Row) => boolean>();
  /** Told which rows have to be shown anew, with what is below them. */
  readonly onDidChange = this.changed.event;
  private readonly subscription: { dispose(): void };
  /** Rows of apps, loaded with the first of them. */
  private rows: typeof AppRows | undefined;

  constructor(changes: AppChanges) {
    this.changes = changes;
    this.subscription = changes.onDidChange(({ host, scope }) => this.refresh(host, scope));
  }

  /**
   * @param owner a device or group; other rows have no apps
   * @param refresh shows a row and what is below it anew
   */
  rowsOf(
    { connection, factory }: { readonly connection: Connection; readonly factory: FactoryData },
    owner: OwnerRow & { readonly device?: Device },
    refresh: (id: string) => void,
  ): Row[] {
    const { scope } = owner;
    const place: SettingsPlace = { host: connection.client.server.key, scope, uuid: owner.device?.uuid };
    const of = scope.kind === 'group' ? scope.group : owner.device;
    if (scope.kind === 'factory' || of === undefined) {
      return [];
    }
    // The row may know more of its device by then.
    const load = () => appsOfPlace(factory, owner.device ?? of);
    const row = new AppsRow(owner, place, (mine) =>
      this.children(
        mine,
        load,
        () => connection.configs.peek(scope),
        () => refresh(mine.id),
      ),
    );
    return [row];
  }

  /** Shows the apps of a configuration anew; of a group's also those of devices, which may have them from there. */
  refresh(host: string, scope: ConfigScope): void {
    const key = scopeKey(scope);
    this.changed.fire(
      (row) =>
        row instanceof AppsRow &&
        row.place.host === host &&
        ((scope.kind !== 'device' && row.place.scope.kind === 'device') || scopeKey(row.place.scope) === key),
    );
  }

  /** To be told of boxes that were checked or unchecked. */
  checked({ items }: vscode.TreeCheckboxChangeEvent<Row>): void {
    for (const [row, state] of items) {
      if (this.rows !== undefined && row instanceof this.rows.AppRow && row.context.seen !== undefined) {
        const on = state === vscode.TreeItemCheckboxState.Checked;
        this.changes.toggle(row.context.place, row.context.seen, row.app.name, on);
      }
    }
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  /** @param shown the configuration that was loaded */
  private async children(
    row: AppsRow,
    load: () => Promise<AppsOfPlace>,
    shown: () => ConfigSnapshot | undefined,
    retry: () => void,
  ): Promise<Row[]> {
    let apps: AppsOfPlace;
    try {
      apps = await load();
    } catch (error) {
      return [new FailureRow(`${row.id}/failure`, row, vscode.l10n.t('Apps could not be loaded'), error, retry)];
    }
    const { AppRow } = (this.rows ??= await import('./rows/appRows'));
    const wanted = this.changes.wanted(row.place);
    const setting = wanted?.setting ?? apps.setting;
    const states = appStates({ ...apps, setting });
    const wasEnabled = apps.setting && enabledBy(apps.setting);
    const seen = seenOf(apps);
    const isUnknown = setting?.kind === 'default' && apps.offered === undefined;
    const seenNow = row.place.scope.kind === 'group' ? shown() : undefined;
    // The name of a group may be another's when a box is clicked.
    const place = seenNow === undefined ? row.place : { ...row.place, meant: meantBy(seenNow) };
    const context = { place, seen: isUnknown ? undefined : seen, reportedAt: apps.report?.at };
    return [
      new NoteRow(`${row.id}/setting`, row, settingText(apps, setting, row.place.scope)),
      ...apps.problems.map((problem, at) => new NoteRow(`${row.id}/problem/${at}`, row, problem)),
      ...states.map((state) => {
        const isMoved = wasEnabled !== undefined && state.enabled !== wasEnabled(state.name);
        const progress = wanted === undefined || !isMoved ? 'none' : wanted.isSending ? 'sending' : 'collecting';
        return new AppRow(row, context, state, progress);
      }),
    ];
  }
}

function settingText({ from }: AppsOfPlace, setting: AppsSetting | undefined, { kind }: ConfigScope): string {
  const where = from === undefined || from.kind === kind ? '' : ` ${vscode.l10n.t('(set for {0})', scopeLabel(from))}`;
  switch (setting?.kind) {
    case undefined:
      return vscode.l10n.t('It is not clear which apps are set.');
    case 'default':
      return kind === 'group'
        ? vscode.l10n.t('Default: all apps of the target, also future ones')
        : vscode.l10n.t('Default: all apps of its target, also future ones');
    case 'none':
      return vscode.l10n.t('None: no app runs') + where;
    case 'only':
      return vscode.l10n.t('Only the checked apps') + where;
  }
}
