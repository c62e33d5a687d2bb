import * as vscode from 'vscode';
import type { AppChange, AppChanges, FailedAppChange, RefusedToggle, SeenApps } from '../configfs/appChanges';
import { uriOf } from '../configfs/fileSystem';
import { SaveRefused } from '../configfs/saveRefused';
import { meantBy, type Meant } from '../configfs/identityGuard';
import { afterOurs, settingsOf, type SettingsPlace } from '../configfs/settingsEdits';
import type { ConfigScope } from '../model/config';
import { appStates, shortDigest, type AppState } from '../model/apps';
import { isListable, sameApps, type AppsSetting } from '../model/appsSetting';
import { setContext } from '../ui/contextKeys';
import { explain, scopeLabel } from '../ui/errorText';
import { showInformation, showWarning, tellBriefly } from '../ui/messages';
import { showFailure } from '../ui/notify';
import { showQuickPick } from '../ui/picks';
import { plainText } from '../ui/plainText';
import { appsOfPlace, seenOf } from '../views/appsOfPlace';
import { AppRow } from '../views/rows/appRows';
import { AppsRow } from '../views/rows/appsRow';
import { scopeOfRow, uuidOfRow } from '../views/rows/configFileRows';
import type { AppServices } from './appServices';
import { attempt, whileBusy } from './fileServices';
import { pickPlace } from './pickPlace';
import { readDevice } from './readDevice';
import type { CommandContext } from './services';

/** Changes of apps that can be taken back. */
const MOST_UNDONE = 100;

/** The commands that turn apps on and off and switch tags, and what tells how it went. */
export class AppCommandFamily {
  private readonly apps: AppServices;
  /** Changes of apps that can be taken back, the newest last. */
  private readonly history: AppChange[] = [];

  constructor(apps: AppServices) {
    this.apps = apps;
  }

  get commands() {
    const { apps, history } = this;
    const on = (run: (context: CommandContext, row: unknown) => unknown) => (row?: unknown) =>
      apps.services.withFactory((context) => run(context, row));
    return {
      'foundries.enableApp': on((context, row) => turn(apps, context, row, true)),
      'foundries.disableApp': on((context, row) => turn(apps, context, row, false)),
      'foundries.useDefaultApps': on((context, row) => useDefault(apps, context, row)),
      'foundries.undoAppChange': () => {
        const last = history.at(-1);
        return last === undefined
          ? showInformation(vscode.l10n.t('No change of apps was made in this window yet.'))
          : undo(apps, last, history);
      },
    };
  }

  /** Tells that a change was sent, and offers to take it back. */
  sent(change: AppChange): void {
    this.history.push(change);
    this.history.splice(0, this.history.length - MOST_UNDONE);
    setContext('foundries.undoableAppChange', true);
    void tellSent(this.apps, change, this.history);
  }

  /** Tells why a click came to nothing. */
  refused({ place, app, on, problem }: RefusedToggle): void {
    const { apps } = this;
    const label = scopeLabel(place.scope);
    if (problem === 'unknown') {
      void apps.services.withFactory((context) => tellUnknown(apps, context, { place, problems: [] }, app, on));
      return;
    }
    const message = vscode.l10n.t(
      'Nothing to turn off: by default the apps of the target are enabled, and the target of {1} has no app {0}. It was reported as running all the same.',
      app,
      label,
    );
    void showInformation(message);
  }

  /** Tells that a change was not sent, and why. */
  failed(failed: FailedAppChange): void {
    void tellFailure(this.apps.changes, failed);
  }
}

/** What a command is about, as the user sees it. */
interface Subject {
  readonly place: SettingsPlace;
  readonly states: readonly AppState[];
  readonly seen: SeenApps;
  /** What is not known, in words. */
  readonly problems: readonly string[];
}

async function turn(apps: AppServices, context: CommandContext, row: unknown, enable: boolean): Promise<void> {
  if (row instanceof AppRow && row.context.seen !== undefined) {
    apps.changes.toggle(row.context.place, row.context.seen, row.app.name, enable);
    return;
  }
  const title = enable ? vscode.l10n.t('Enable an app') : vscode.l10n.t('Disable an app');
  const subject = await subjectOf(context, row, title);
  if (subject === undefined) {
    return;
  }
  const { place, seen, states } = subject;
  const label = scopeLabel(place.scope);
  const app = row instanceof AppRow ? row.app.name : ((row ?? {}) as { app?: unknown }).app;
  if (seen.effective.kind === 'default' && seen.offered === undefined) {
    await tellUnknown(apps, context, subject, typeof app === 'string' ? app : undefined, enable);
    return;
  }
  if (typeof app === 'string') {
    await turnNamed(apps, subject, app, enable);
    return;
  }
  const items = states
    .filter(({ name, enabled }) => enabled !== enable && isListable(name))
    .map(({ name, offered, report }) => ({
      label: name,
      description: [report?.state ?? '', shortDigest((report ?? offered)?.uri ?? '')]
        .filter((part) => part !== '')
        .join(' · '),
    }));
  if (items.length === 0) {
    void showInformation(
      states.length === 0
        ? vscode.l10n.t('No apps are known for {0}.', label)
        : enable
          ? vscode.l10n.t('All apps of {0} are enabled already.', label)
          : vscode.l10n.t('No app of {0} is enabled.', label),
    );
    return;
  }
  const picked = await showQuickPick(items, { title: plainText(`${title} (${label})`) });
  if (picked === undefined) {
    return;
  }
  // The list may have been open for long: under the default, what the device runs by now is what a list of apps begins with.
  const now = await subjectOf(context, place, title);
  if (now !== undefined) {
    // For the device that was looked at, should another have its name by now.
    apps.changes.toggle(place, now.seen, picked.label, enable);
  }
}

/** Under the default, with its apps not known, a list of apps would turn off those that are not in it. */
async function tellUnknown(
  apps: AppServices,
  context: CommandContext,
  { place, problems }: Pick<Subject, 'place' | 'problems'>,
  app: string | undefined,
  enable: boolean,
): Promise<void> {
  const retry = vscode.l10n.t('Try Again');
  const message = vscode.l10n.t(
    'By default all apps of the target are enabled on {0}. Which those are is not known now, so that single ones cannot be turned on or off: nothing was sent.',
    scopeLabel(place.scope),
  );
  if ((await showWarning([message, ...problems].join(' '), retry)) === retry) {
    if (place.scope.kind === 'group') {
      // Tells the newest target of each tag for certain.
      await whileBusy(vscode.l10n.t('Reading the targets…'), () => context.factory.targets.load());
    }
    await turn(apps, context, { ...place, ...(app === undefined ? {} : { app }) }, enable);
  }
}

/** Turns on or off an app that is known by name, from its folder in the workspace say. */
async function turnNamed(
  { changes }: AppServices,
  { place, seen, states }: Subject,
  app: string,
  enable: boolean,
): Promise<void> {
  const label = scopeLabel(place.scope);
  const state = states.find(({ name }) => name === app);
  if (state?.enabled === enable) {
    void showInformation(
      enable
        ? vscode.l10n.t('{0} is enabled on {1} already.', app, label)
        : vscode.l10n.t('{0} is not enabled on {1}.', app, label),
    );
    return;
  }
  if (seen.offered?.includes(app) === false && enable) {
    const anyway = vscode.l10n.t('Enable Anyway');
    const message = vscode.l10n.t(
      'The target of {0} has no app {1}: devices leave it out until one has it.',
      label,
      app,
    );
    if ((await showWarning(message, anyway)) !== anyway) {
      return;
    }
  }
  changes.toggle(place, seen, app, enable);
}

async function useDefault(apps: AppServices, context: CommandContext, row: unknown): Promise<void> {
  const subject = await subjectOf(context, row, vscode.l10n.t("Use the target's default apps"));
  if (subject === undefined) {
    return;
  }
  const { place, seen } = subject;
  if (seen.own.kind === 'default') {
    const label = scopeLabel(place.scope);
    void showInformation(
      seen.effective.kind === 'default'
        ? vscode.l10n.t('{0} uses the default already: all apps of the target.', label)
        : vscode.l10n.t('{0} sets no apps itself. Those of its group count: change them there.', label),
    );
    return;
  }
  apps.changes.set(place, seen, { kind: 'default' });
}

/** The device of a row, or of a place that was found before. */
function uuidOf(row: unknown): string | undefined {
  const { uuid } = (row ?? {}) as { uuid?: unknown };
  return uuidOfRow(row) ?? (typeof uuid === 'string' ? uuid : undefined);
}

/** What was seen of a place that was found before. */
const meantOf = (row: unknown): Meant | undefined => ((row ?? {}) as Partial<SettingsPlace>).meant;

/** Finds out what a command is about, and what is set there. Tells of failures; undefined where the user gave up. */
async function subjectOf(context: CommandContext, row: unknown, title: string): Promise<Subject | undefined> {
  const { factory, connection } = context;
  const shown =
    row instanceof AppsRow ? row.place.scope : row instanceof AppRow ? row.context.place.scope : scopeOfRow(row);
  const picked = shown === undefined ? await pickPlace(context, title, false) : undefined;
  const scope = shown ?? picked?.scope;
  if (scope === undefined || scope.kind === 'factory') {
    return undefined;
  }
  const { key: host } = connection.client.server;
  const wanted = uuidOf(row) ?? picked?.uuid;
  // What was seen first counts: the name of a group may have moved while a list was open.
  const meant =
    row instanceof AppsRow ? row.place.meant : row instanceof AppRow ? row.context.place.meant : meantOf(row);
  const shownOf = (now: ConfigScope): Meant | undefined => {
    const shown = now.kind === 'group' ? connection.configs.peek(now) : undefined;
    return shown && meantBy(shown);
  };
  let found: Subject | undefined;
  await attempt(vscode.l10n.t('Could not read the apps of {0}', scopeLabel(scope)), async () => {
    const { owner, now, loaded } = await whileBusy(
      vscode.l10n.t('Reading the apps of {0}…', scopeLabel(scope)),
      async () => {
        // What is so already is said of what is on the server now.
        const owner = scope.kind === 'group' ? scope.group : await readDevice(context, scope.device, wanted);
        const now = typeof owner === 'string' ? scope : { ...scope, device: owner.name };
        await connection.configs.getOf(now, typeof owner === 'string' ? undefined : owner.uuid, 0);
        return { owner, now, loaded: await appsOfPlace(factory, owner) };
      },
    );
    const uuid = typeof owner === 'string' ? undefined : owner.uuid;
    const place: SettingsPlace = { host, scope: now, uuid, meant: meant ?? shownOf(now) };
    const states = appStates(loaded);
    const seen = seenOf(loaded);
    if (seen === undefined) {
      const open = vscode.l10n.t('Open');
      const chosen = await showWarning(loaded.problems.join(' '), open);
      if (chosen === open) {
        await vscode.window.showTextDocument(uriOf(settingsOf(place)));
      }
      return;
    }
    found = { place, states, seen, problems: loaded.problems };
  });
  return found;
}

async function tellSent(apps: AppServices, change: AppChange, history: AppChange[]): Promise<void> {
  const undoIt = vscode.l10n.t('Undo');
  const message = sentText(scopeLabel(change.place.scope), change.from, change.to);
  if ((await showInformation(message, undoIt)) === undoIt) {
    await undo(apps, change, history);
  }
}

function sentText(place: string, from: AppsSetting, to: AppsSetting): string {
  switch (to.kind) {
    case 'default':
      return vscode.l10n.t('{0}: all apps of the target are enabled, also future ones.', place);
    case 'none':
      return vscode.l10n.t('{0}: no app is enabled.', place);
    case 'only': {
      const was = from.kind === 'only' ? from.apps : [];
      const added = from.kind === 'default' ? [] : to.apps.filter((app) => !was.includes(app));
      const gone = was.filter((app) => !to.apps.includes(app));
      return added.length > 0 && gone.length === 0
        ? vscode.l10n.t('{0}: {1} enabled.', place, added.join(', '))
        : gone.length > 0 && added.length === 0
          ? vscode.l10n.t('{0}: {1} disabled.', place, gone.join(', '))
          : vscode.l10n.t('{0}: only {1} enabled.', place, to.apps.join(', '));
    }
  }
}

/** Boxes have gone back to what is on the server; says why. */
async function tellFailure(changes: AppChanges, { place, error, seen, wanted }: FailedAppChange): Promise<void> {
  const label = scopeLabel(place.scope);
  if (error instanceof SaveRefused && error.kind === 'cancelled') {
    tellBriefly(vscode.l10n.t('Not sent: the apps of {0} stay as they are.', label), 8000);
    return;
  }
  const what = vscode.l10n.t('The apps of {0} stay as they are', label);
  if (
    error instanceof SaveRefused &&
    (error.kind === 'unsent' || error.kind === 'invalid' || error.kind === 'changed')
  ) {
    const open = vscode.l10n.t('Open');
    const { message } = explain(error);
    if ((await showWarning(`${what}: ${message}`, open)) === open) {
      await vscode.window.showTextDocument(uriOf(settingsOf(place)), { preview: false });
    }
    return;
  }
  await showFailure(what, error, () => changes.set(place, seen, wanted));
}

/** Puts apps back as they were before a change, in the file as it is now; where only we changed it, byte for byte. */
async function undo(apps: AppServices, change: AppChange, history: AppChange[]): Promise<void> {
  const { place, sent, from, to } = change;
  const { address, before, after, entry } = sent;
  const label = scopeLabel(place.scope);
  const { files, settings } = apps;
  await attempt(vscode.l10n.t('Could not undo the change of apps of {0}', label), async () => {
    await apps.changes.settled(place);
    // The name of a group may be another's by now: what counts is what was known with the entry that the change made.
    const { meant = files.operations.meant(address, place.uuid) } = afterOurs(place, entry);
    const file = { ...address, meant: { ...meant, uuid: place.uuid ?? meant.uuid } };
    if (before === undefined && (await files.operations.look(file))?.value === after.value) {
      await files.approval.confirm(
        { ...address, uuid: place.uuid },
        vscode.l10n.t('Delete {0} of {1} again?', address.file, label),
        vscode.l10n.t('Delete'),
        { keep: vscode.l10n.t('Keep') },
      );
      await files.operations.remove(file, after);
    } else {
      const { withApps } = await import('../model/updateSettings');
      await whileBusy(vscode.l10n.t('Putting the apps of {0} back…', label), () =>
        settings.apply(afterOurs(place, entry), {
          change: (text) =>
            text === after.value && before !== undefined ? { ok: true, value: before.value } : withApps(text, from),
          isAsSeen: ({ composeApps }) => composeApps.kind !== 'unclear' && sameApps(composeApps, to),
        }),
      );
    }
    if (history.includes(change)) {
      history.splice(history.indexOf(change), 1);
      setContext('foundries.undoableAppChange', history.length > 0);
    }
    tellBriefly(vscode.l10n.t('The apps of {0} are as before.', label), 5000);
  });
}
