import * as vscode from 'vscode';
import type { ActionRecord } from '../../api/tests';
import type { ConfigAddress } from '../../configfs/address';
import { SaveRefused } from '../../configfs/saveRefused';
import { CONFIG_LIMIT_BYTES, configSize } from '../../model/config';
import type { Device } from '../../model/device';
import { newRunId, offeredActions, oneshotFile } from '../../model/remoteActions';
import { followRun } from '../../store/actionRun';
import { showFailure } from '../../ui/notify';
import { plainText } from '../../ui/plainText';
import { attempt, whileBusy } from '../fileServices';
import type { CommandContext, Services } from '../services';

/** Scheme of results as texts; read-only. */
const SCHEME = 'foundries-action';
/** The file that a run leaves on request: what it has written. */
const CONSOLE = 'console.log';

/** A run that was asked for. */
interface Run {
  readonly action: string;
  readonly device: Pick<Device, 'uuid' | 'name'>;
  readonly id: string;
}

/** Runs what a device offers to run, and follows it to its result. */
export class RemoteActions implements vscode.TextDocumentContentProvider {
  private readonly services: Services;
  private readonly texts = new Map<string, string>();

  constructor(services: Services) {
    this.services = services;
    // As long as the window, like the family that it is of.
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
    vscode.workspace.onDidCloseTextDocument(({ uri, languageId }) =>
      // A change of its language closes a document, too.
      languageId === 'foundries-report' ? this.texts.delete(uri.toString()) : undefined,
    );
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? vscode.l10n.t('This result is no longer known.');
  }

  /** @param wanted the action; else it is picked from what the device offers */
  async run(context: CommandContext, { uuid, name }: Device, wanted: string | undefined): Promise<void> {
    await attempt(vscode.l10n.t('Could not run an action on {0}', name), async () => {
      const { connection, factory } = context;
      // By uuid: what has this name now may be another device, and is not to be rebooted.
      const [device, entries] = await whileBusy(vscode.l10n.t('Asking what {0} offers…', name), async () => {
        const found = await factory.fleet.look(uuid);
        return [found, found && (await connection.configs.get(scopeOf(context, found.name), 0)).entries] as const;
      });
      if (device === undefined || entries === undefined) {
        void vscode.window.showWarningMessage(
          plainText(vscode.l10n.t('{0} is no device of the Factory any more.', name)),
        );
        return;
      }
      const offered = offeredActions(entries);
      if (offered.length === 0 || (wanted !== undefined && !offered.includes(wanted))) {
        void vscode.window.showInformationMessage(
          plainText(
            offered.length === 0
              ? vscode.l10n.t(
                  '{0} offers no remote actions. Devices with LmP v97 or newer, or with fioup, tell which they have.',
                  name,
                )
              : vscode.l10n.t('{0} does not offer {1}, but: {2}', name, wanted ?? '', offered.join(', ')),
          ),
        );
        return;
      }
      const action = wanted ?? (await pickAction(device, offered));
      const run = action === undefined ? undefined : await this.send(context, device, action);
      if (run !== undefined) {
        void this.follow(context, run);
      }
    });
  }

  /** @returns undefined where the user gave up */
  private async send(context: CommandContext, device: Device, action: string): Promise<Run | undefined> {
    const { approval } = this.services;
    const { connection } = context;
    const scope = scopeOf(context, device.name);
    const id = newRunId(action);
    const file = oneshotFile(action, id);
    const address: ConfigAddress = { host: connection.client.server.host, scope, file: file.name };
    const go = vscode.l10n.t('Run');
    const chosen = await approval.ask(address, {
      message: vscode.l10n.t('Run {0} on {1}?', action, device.name),
      detail: vscode.l10n.t(
        'The device runs it once, when it checks in next: within five minutes, unless it is offline.',
      ),
      buttons: [go],
    });
    if (chosen !== go) {
      return undefined;
    }
    const reason = await approval.reason(address, `Run remote action ${action} from VS Code`);
    await whileBusy(vscode.l10n.t('Asking {0} to run {1}…', device.name, action), () =>
      connection.configs.update(scope, (latest) => {
        const size = configSize(latest[0], file);
        if (size > CONFIG_LIMIT_BYTES) {
          throw new SaveRefused('tooLarge', address, { size, limit: CONFIG_LIMIT_BYTES });
        }
        return { reason, file };
      }),
    );
    return { action, device, id };
  }

  private async follow(context: CommandContext, run: Run): Promise<void> {
    const { action, device, id } = run;
    const { client } = context.connection;
    const title = plainText(vscode.l10n.t('{0} on {1}', action, device.name));
    try {
      const record = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title, cancellable: true },
        async (progress, token) => {
          const stop = new AbortController();
          const subscription = token.onCancellationRequested(() => stop.abort());
          progress.report({ message: vscode.l10n.t('sent; waiting for the device. Cancel ends only the waiting.') });
          try {
            return await followRun((signal) => client.getActionRecord(context.factory.name, device.uuid, id, signal), {
              signal: stop.signal,
              isWatched: () => vscode.window.state.focused,
              onDidChangeWatched: (listener) => vscode.window.onDidChangeWindowState(listener),
              onBegun: () => progress.report({ message: vscode.l10n.t('running') }),
            });
          } finally {
            subscription.dispose();
          }
        },
      );
      if (record !== undefined) {
        await this.tell(context, run, record);
      } else {
        const again = vscode.l10n.t('Follow Again');
        const message = vscode.l10n.t('{0} runs {1} all the same when it checks in.', device.name, action);
        if ((await vscode.window.showInformationMessage(plainText(message), again)) === again) {
          await this.follow(context, run);
        }
      }
    } catch (error) {
      const what = vscode.l10n.t('Could not follow {0} on {1}', action, device.name);
      await showFailure(what, error, () => this.follow(context, run));
    }
  }

  private async tell(context: CommandContext, run: Run, record: ActionRecord): Promise<void> {
    const show = vscode.l10n.t('Show Result');
    const passed = record.status === 'PASSED';
    const message = plainText(
      passed
        ? vscode.l10n.t('{0} on {1} succeeded.', run.action, run.device.name)
        : record.status === 'FAILED'
          ? vscode.l10n.t('{0} on {1} failed.', run.action, run.device.name)
          : vscode.l10n.t('{0} on {1} ended: {2}', run.action, run.device.name, record.status),
    );
    const chosen = passed
      ? await vscode.window.showInformationMessage(message, show)
      : await vscode.window.showWarningMessage(message, show);
    if (chosen === show) {
      await attempt(vscode.l10n.t('Could not read the result of {0}', run.action), () =>
        this.show(context, run, record),
      );
    }
  }

  private async show({ connection, factory }: CommandContext, run: Run, record: ActionRecord): Promise<void> {
    const { action, device, id } = run;
    const output = record.artifacts.includes(CONSOLE)
      ? await whileBusy(vscode.l10n.t('Reading the result of {0}…', action), () =>
          connection.client.getActionArtifact(factory.name, device.uuid, id, CONSOLE),
        )
      : undefined;
    const others = record.artifacts.filter((name) => name !== CONSOLE);
    const uri = vscode.Uri.from({
      scheme: SCHEME,
      path: `/${`${action} on ${device.name}`.replace(/\//g, '_')}`,
      query: id,
    });
    const completed = record.completedAt === undefined ? '' : new Date(record.completedAt).toISOString();
    const facts = [
      vscode.l10n.t('{0} on {1}', action, device.name),
      `${record.status} ${completed}`.trim(),
      record.details,
      ...(others.length === 0 ? [] : [vscode.l10n.t('Other files: {0}', others.join(', '))]),
    ].map(plainText);
    this.texts.set(uri.toString(), [...facts, '', output ?? vscode.l10n.t('No output was kept.')].join('\n'));
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, 'foundries-report');
    await vscode.window.showTextDocument(document, { preview: true });
  }
}

const scopeOf = ({ factory }: CommandContext, device: string) =>
  ({ kind: 'device', factory: factory.name, device }) as const;

async function pickAction(device: Device, offered: readonly string[]): Promise<string | undefined> {
  const items = offered.map((label) => ({
    label,
    detail: meaningOf(label),
    iconPath: new vscode.ThemeIcon(label === 'reboot' ? 'debug-restart' : 'play'),
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: plainText(vscode.l10n.t('Run what on {0}?', device.name)),
    placeHolder: vscode.l10n.t('What the device offers'),
  });
  return picked?.label;
}

/** Of actions that the vendor's packages bring (foundries-api.md §4.5); others are the device's own. */
function meaningOf(action: string): string {
  switch (action) {
    case 'diag':
      return vscode.l10n.t('Collects what is needed to find a fault');
    case 'reboot':
      return vscode.l10n.t('Restarts the device');
    case 'apt-update':
      return vscode.l10n.t('Updates the packages of the system');
    default:
      return vscode.l10n.t('An action of the device');
  }
}
