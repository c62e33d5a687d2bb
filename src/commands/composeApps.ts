import * as vscode from 'vscode';
import { appsIn, newestOf, newestWithApp } from '../model/newestTargets';
import type { Device } from '../model/device';
import { showFailure } from '../ui/notify';
import { explain } from '../ui/errorText';
import { showInformation, showWarning } from '../ui/messages';
import { showQuickPick } from '../ui/picks';
import type { TargetsView } from '../views/targetsView';
import { deviceItem } from './pickDevice';
import type { CommandContext, Services } from './services';

/** Devices that are asked for at once: as many as fioctl does (docs/api.md §2.1.1). */
const PAGE = 500;
/** Devices in a pick list: more are counted, and found in the Devices view. */
const MOST_LISTED = 1000;

/** An app, of the Factory that its folder belongs to if that is known. */
interface AppSubject {
  readonly app: string;
  readonly factory?: string;
}

/** What the commands on apps are built from. */
export interface AppCommands {
  /** Shows a device in its view. */
  showDevice(device: Device): Promise<void>;
  readonly targets: TargetsView;
  /** @returns the app of a folder of the workspace, or of a file in it; undefined where it is none */
  appAt(uri: vscode.Uri): Promise<AppSubject | undefined>;
}

/** Registers what is asked about one Compose app: from its folder, from an editor, or picked. */
export function composeAppCommands(services: Services, views: AppCommands) {
  const onApp =
    (title: string, run: (context: CommandContext, app: string) => Thenable<unknown>) => (subject?: unknown) =>
      services.withFactory(async (context) => {
        const given = await appIn(subject, views);
        if (given?.factory !== undefined && !(await isMeant(given, context))) {
          return;
        }
        const app = given?.app ?? (await pickApp(context, title));
        if (app !== undefined) {
          await run(context, app);
        }
      });
  return {
    'foundries.enableOnDevice': onApp(vscode.l10n.t('Enable which app on a device?'), (_context, app) =>
      vscode.commands.executeCommand('foundries.enableApp', { app }),
    ),
    'foundries.devicesWithApp': onApp(vscode.l10n.t('Which app?'), (context, app) =>
      showDevicesWith(context, app, (device) => views.showDevice(device)),
    ),
    'foundries.showInTargets': (subject?: unknown) => {
      const { tag, version } = (subject ?? {}) as { tag?: unknown; version?: unknown };
      return typeof tag === 'string' && typeof version === 'number'
        ? views.targets.reveal(tag, version)
        : onApp(vscode.l10n.t('Show which app in Targets?'), (context, app) => showApp(context, app, views.targets))(
            subject,
          );
    },
  };
}

async function appIn(subject: unknown, views: AppCommands): Promise<AppSubject | undefined> {
  if (subject instanceof vscode.Uri) {
    return views.appAt(subject);
  }
  const { app, factory } = (subject ?? {}) as { app?: unknown; factory?: unknown };
  return typeof app === 'string' ? { app, ...(typeof factory === 'string' ? { factory } : {}) } : undefined;
}

/** A folder may belong to another Factory than the one that is shown. */
async function isMeant({ app, factory = '' }: AppSubject, context: CommandContext): Promise<boolean> {
  if (factory === context.factory.name) {
    return true;
  }
  const use = vscode.l10n.t('Use {0}', context.factory.name);
  const select = vscode.l10n.t('Select Factory');
  const chosen = await showWarning(
    vscode.l10n.t(
      'The folder of {0} belongs to the Factory {1}, but {2} is shown.',
      app,
      factory,
      context.factory.name,
    ),
    use,
    select,
  );
  if (chosen === select) {
    await vscode.commands.executeCommand('foundries.selectFactory');
  }
  return chosen === use;
}

/** Lets an app be picked from those of the newest targets of all tags. */
async function pickApp({ factory }: CommandContext, title: string): Promise<string | undefined> {
  const loading = factory.targets.load().then(({ tags, error, fetchedAt }) => {
    if (fetchedAt === undefined && error !== undefined) {
      throw error instanceof Error ? error : new Error(explain(error).message);
    }
    return appsIn(tags.flatMap((tag) => newestOf(tag) ?? [])).map(({ name, in: places }) => ({
      label: name,
      description: [...new Set(places.map(({ tag, version }) => `${tag} ${version}`))].join(', '),
    }));
  });
  try {
    return (await showQuickPick(loading, { title, matchOnDescription: true }))?.label;
  } catch (error) {
    void showFailure(vscode.l10n.t('Targets could not be loaded'), error);
    return undefined;
  }
}

async function showApp({ factory }: CommandContext, app: string, view: TargetsView): Promise<void> {
  const { tags, error, fetchedAt } = await view.whileBusy(() => factory.targets.load());
  if (fetchedAt === undefined) {
    await showFailure(vscode.l10n.t('Targets could not be loaded'), error);
    return;
  }
  const found = newestWithApp(tags, app);
  if (found === undefined) {
    void showInformation(
      vscode.l10n.t('No target of {0} has the app {1}. Push its folder to build one.', factory.name, app),
    );
  } else {
    await view.reveal(found.tag, found.target.version, found.target.name);
  }
}

/**
 * Lists the devices that report an app, as they are found: the service has no filter for it, so all are looked through,
 * a page at a time, until the list is closed. Enter shows the device in its view.
 */
async function showDevicesWith(
  { connection, factory }: CommandContext,
  app: string,
  show: (device: Device) => Promise<void>,
): Promise<void> {
  const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly device: Device }>();
  const search = new AbortController();
  let found = 0;
  pick.title = vscode.l10n.t('Devices of {0} that report the app {1}', factory.name, app);
  pick.placeholder = vscode.l10n.t('Looking…');
  pick.matchOnDescription = true;
  pick.busy = true;
  const look = async () => {
    let seen = 0;
    for (let page: number | undefined = 1; page !== undefined && !search.signal.aborted;) {
      const query = { factory: factory.name, page, limit: PAGE };
      const answer = await connection.client.listDevices(query, search.signal);
      const having = answer.devices.filter(({ apps }) => apps.includes(app));
      seen += answer.devices.length;
      page = answer.nextPage;
      if (having.length > 0) {
        found += having.length;
        const listed = having.slice(0, MOST_LISTED - pick.items.length);
        pick.items = [...pick.items, ...listed.map((device) => ({ ...deviceItem(device), device }))];
      }
      pick.placeholder =
        page === undefined
          ? vscode.l10n.t('{0} of {1} devices report {2}. Enter shows one in its view', found, seen, app)
          : vscode.l10n.t('{0} found in {1} of {2} devices…', found, seen, answer.total);
    }
  };
  try {
    const chosen = await new Promise<Device | undefined>((resolve) => {
      pick.onDidAccept(() => {
        // Enter before anything is found gives nothing up.
        const [item] = pick.selectedItems;
        if (item !== undefined) {
          resolve(item.device);
        }
      });
      pick.onDidHide(() => resolve(undefined));
      pick.show();
      look()
        .catch((error: unknown) => {
          if (!search.signal.aborted) {
            pick.placeholder = vscode.l10n.t('Incomplete: {0}', explain(error).message);
          }
        })
        .finally(() => {
          pick.busy = false;
        });
    });
    search.abort();
    pick.hide();
    if (chosen !== undefined) {
      await show(chosen);
    }
  } finally {
    search.abort();
    pick.dispose();
  }
}
