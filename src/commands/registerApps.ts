import * as vscode from 'vscode';
import { setContext } from '../ui/contextKeys';
import type { AppsBranch } from '../views/appsBranch';
import type { AppCommandFamily } from './apps';
import type { AppServices } from './appServices';
import { registerOnDemand } from './onDemand';
import { registerServiceLogs } from './serviceLog';

/** Registers the commands that turn apps on and off and switch tags, and tells how it went. */
export function registerApps(apps: AppServices, branch: AppsBranch): vscode.Disposable {
  const { services, changes } = apps;
  let loading: Promise<AppCommandFamily> | undefined;
  const family = () => (loading ??= import('./apps').then(({ AppCommandFamily }) => new AppCommandFamily(apps)));
  return vscode.Disposable.from(
    changes,
    branch,
    changes.onDidSend((change) => {
      setContext('foundries.appsChanged', true);
      void family().then((loaded) => loaded.sent(change));
    }),
    changes.onDidRefuse((refused) => void family().then((loaded) => loaded.refused(refused))),
    changes.onDidFail((failed) => void family().then((loaded) => loaded.failed(failed))),
    registerOnDemand(
      ['foundries.enableApp', 'foundries.disableApp', 'foundries.useDefaultApps', 'foundries.undoAppChange'],
      async () => (await family()).commands,
    ),
    registerOnDemand(['foundries.switchTag'], async () => {
      const { switchTag } = await import('./switchTag');
      return {
        'foundries.switchTag': (row?: unknown, rows?: unknown) =>
          services.withFactory((context) => switchTag(apps, context, row, rows)),
      };
    }),
    registerServiceLogs(services),
  );
}
