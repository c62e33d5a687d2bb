import * as vscode from 'vscode';
import type { ConfigAddress } from '../../configfs/address';
import { changeFile } from '../../configfs/changeFile';
import type { Device } from '../../model/device';
import { testState, type DeviceTest } from '../../model/deviceTests';
import { newRunId, offeredActions, oneshotFile } from '../../model/remoteActions';
import type { ReportSubject } from '../../reports/address';
import { followRun } from '../../store/actionRun';
import { forMany } from '../../store/forMany';
import { explain } from '../../ui/errorText';
import { showInformation, showProgress, showWarning } from '../../ui/messages';
import { showFailure } from '../../ui/notify';
import { showQuickPick } from '../../ui/picks';
import { plainText } from '../../ui/plainText';
import { testText } from '../../ui/testWords';
import { attempt, whileBusy } from '../fileServices';
import type { CommandContext, Services } from '../services';
import { devicesDetail, devicesText } from './chosen';
import { doOnDevices } from './onDevices';

/** The file that a run leaves on request: what it has written. */
const CONSOLE = 'console.log';

/** A run that was asked for. */
interface Run {
  readonly action: string;
  readonly device: Device;
  readonly id: string;
}

/** How a run ended: what the device told, or why it could not be followed. */
interface Outcome {
  readonly run: Run;
  readonly record?: DeviceTest;
  readonly error?: unknown;
}

/** Runs what devices offer to run, and follows it to its result. */
export class RemoteActions {
  private readonly services: Services;

  constructor(services: Services) {
    this.services = services;
  }

  /**
   * @param chosen on several devices an action runs that all of them offer
   * @param wanted the action; else it is picked from what the devices offer
   */
  async run(context: CommandContext, chosen: readonly Device[], wanted: string | undefined): Promise<void> {
    const what = devicesText(chosen);
    await attempt(vscode.l10n.t('Could not run an action on {0}', what), async () => {
      const devices: Device[] = [];
      const offers: (readonly string[])[] = [];
      // By uuid: what has this name now may be another device, and is not to be rebooted.
      const asked = await whileBusy(vscode.l10n.t('Asking what {0} offers…', what), () =>
        forMany(chosen, async ({ uuid }) => {
          const device = await context.factory.fleet.look(uuid);
          const scope = device && scopeOf(context, device.name);
          return scope && { device, ...(await context.connection.configs.getOf(scope, uuid, 0)) };
        }),
      );
      for (const result of asked) {
        if (result.state !== 'ok') {
          throw result.error;
        }
        if (result.value === undefined) {
          const gone = vscode.l10n.t('{0} is no longer a device of the Factory.', result.item.name);
          void showWarning(gone);
          return;
        }
        devices.push(result.value.device);
        offers.push(offeredActions(result.value.entries));
      }
      const offered = (offers[0] ?? []).filter((action) => offers.every((others) => others.includes(action)));
      if (offered.length === 0 || (wanted !== undefined && !offered.includes(wanted))) {
        void showInformation(notOffered(devices, offered, wanted));
        return;
      }
      const action = wanted ?? (await pickAction(what, offered));
      const runs = action === undefined ? [] : await this.send(context, devices, action);
      if (runs.length > 0) {
        void this.follow(context, runs);
      }
    });
  }

  /** @returns the runs that were asked for; none where the user gave up */
  private async send(context: CommandContext, devices: readonly Device[], action: string): Promise<readonly Run[]> {
    const { approval, questions } = this.services;
    const [first] = devices;
    if (first === undefined) {
      return [];
    }
    const what = devicesText(devices);
    const address = addressOf(context, first.name, oneshotFile(action, '').name);
    const go = vscode.l10n.t('Run');
    const message = plainText(vscode.l10n.t('Run {0} on {1}?', action, what));
    const once = vscode.l10n.t(
      'The device runs it once, when it checks in next: within five minutes, unless it is offline.',
    );
    const chosen =
      devices.length === 1
        ? await approval.ask({ ...address, uuid: first.uuid }, { message, detail: once, buttons: [go] })
        : await questions.ask({
            message,
            detail: plainText(
              [
                vscode.l10n.t('Each runs it once, when it checks in next: within five minutes, unless it is offline.'),
                devicesDetail(devices),
              ].join('\n'),
            ),
            buttons: [go],
          });
    if (chosen !== go) {
      return [];
    }
    const reason = await approval.reason(address, `Run remote action ${action} from VS Code`, what, devices.length > 1);
    const runs = new Map(devices.map((device) => [device.uuid, { action, device, id: newRunId(action) }]));
    if (devices.length === 1) {
      await whileBusy(vscode.l10n.t('Asking {0} to run {1}…', what, action), () =>
        this.ask(context, first, runs.get(first.uuid), reason),
      );
      return [...runs.values()];
    }
    const sent = await doOnDevices(
      {
        title: vscode.l10n.t('Asking {0} to run {1}', what, action),
        failure: vscode.l10n.t('Could not ask {0} to run {1}', what, action),
        done: (done) => vscode.l10n.t('{0} is to run on {1}.', action, devicesText(done)),
        task: (device) => this.ask(context, device, runs.get(device.uuid), reason),
      },
      devices,
    );
    return sent.flatMap(({ uuid }) => runs.get(uuid) ?? []);
  }

  private async ask(context: CommandContext, device: Device, run: Run | undefined, reason: string): Promise<void> {
    if (run === undefined) {
      return;
    }
    const file = oneshotFile(run.action, run.id);
    const address = addressOf(context, device.name, file.name);
    await changeFile(this.services.changes, {
      address,
      meant: { uuid: device.uuid },
      kind: 'put',
      wasThere: true,
      reason,
      // An action that was asked for before, by whomever, is asked for again.
      compare: () => 'asSeen',
      make: () => ({ kind: 'put', file }),
    });
  }

  private async follow(context: CommandContext, runs: readonly Run[]): Promise<void> {
    const [first] = runs;
    if (first === undefined) {
      return;
    }
    const what = devicesText(runs.map(({ device }) => device));
    const title = plainText(vscode.l10n.t('{0} on {1}', first.action, what));
    const ended: Outcome[] = [];
    await showProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (progress, token) => {
        const stop = new AbortController();
        const subscription = token.onCancellationRequested(() => stop.abort());
        progress.report({ message: vscode.l10n.t('sent; waiting for the device. Cancel ends only the waiting.') });
        const tell = () => progress.report({ message: vscode.l10n.t('{0} of {1}', ended.length, runs.length) });
        const followOne = async (run: Run) => {
          try {
            const record = await this.recordOf(context, run, stop.signal, () =>
              runs.length === 1 ? progress.report({ message: vscode.l10n.t('running') }) : undefined,
            );
            if (record !== undefined) {
              ended.push({ run, record });
            }
          } catch (error) {
            ended.push({ run, error });
          }
          if (runs.length > 1) {
            tell();
          }
        };
        await Promise.all(runs.map(followOne));
        subscription.dispose();
      },
    );
    const open = runs.filter((run) => ended.every((outcome) => outcome.run !== run));
    const [only] = ended;
    if (open.length > 0) {
      await this.tellOpen(context, open);
    } else if (ended.length === 1 && only !== undefined) {
      await this.tell(context, only);
    } else {
      await this.tellAll(context, first.action, ended);
    }
  }

  private recordOf(
    { connection, factory }: CommandContext,
    { device: { uuid }, id }: Run,
    signal: AbortSignal,
    onBegun: () => void,
  ): Promise<DeviceTest | undefined> {
    return followRun((ended) => connection.client.getTest(factory.name, { uuid }, id, ended), {
      signal,
      isWatched: () => vscode.window.state.focused,
      onDidChangeWatched: (listener) => vscode.window.onDidChangeWindowState(listener),
      onBegun,
    });
  }

  private async tellOpen(context: CommandContext, runs: readonly Run[]): Promise<void> {
    const again = vscode.l10n.t('Follow Again');
    const what = devicesText(runs.map(({ device }) => device));
    const message = vscode.l10n.t('{0} runs {1} all the same when it checks in.', what, runs[0]?.action ?? '');
    if ((await showInformation(message, again)) === again) {
      await this.follow(context, runs);
    }
  }

  private async tell(context: CommandContext, { run, record, error }: Outcome): Promise<void> {
    const { action, device } = run;
    if (record === undefined) {
      const what = vscode.l10n.t('Could not follow {0} on {1}', action, device.name);
      await showFailure(what, error, () => this.follow(context, [run]));
      return;
    }
    const show = vscode.l10n.t('Show Result');
    const output = vscode.l10n.t('Show Output');
    const state = testState(record.status);
    const message = plainText(
      state === 'passed'
        ? vscode.l10n.t('{0} on {1} succeeded.', action, device.name)
        : state === 'failed'
          ? vscode.l10n.t('{0} on {1} failed.', action, device.name)
          : vscode.l10n.t('{0} on {1} ended: {2}', action, device.name, record.status),
    );
    const buttons = record.artifacts.includes(CONSOLE) ? [show, output] : [show];
    const chosen = await (state === 'passed' ? showInformation(message, ...buttons) : showWarning(message, ...buttons));
    if (chosen === output) {
      await open(context, run, 'foundries.openArtifact', { kind: 'artifact', id: run.id, name: CONSOLE });
    } else if (chosen === show) {
      await open(context, run, 'foundries.showTest', { kind: 'test', id: run.id });
    }
  }

  private async tellAll(context: CommandContext, action: string, outcomes: readonly Outcome[]): Promise<void> {
    const good = outcomes.filter(({ record }) => record !== undefined && testState(record.status) === 'passed');
    const show = vscode.l10n.t('Show Results');
    const isGood = good.length === outcomes.length;
    const message = isGood
      ? vscode.l10n.t('{0} succeeded on {1} devices.', action, outcomes.length)
      : vscode.l10n.t('{0} succeeded on {1} of {2} devices.', action, good.length, outcomes.length);
    const chosen = await (isGood ? showInformation(message, show) : showWarning(message, show));
    if (chosen === show) {
      const items = [...outcomes]
        .sort((a, b) => Number(good.includes(a)) - Number(good.includes(b)))
        .map(({ run, record, error }) => ({
          label: plainText(run.device.name).replace(/\$\(/g, '\\$('),
          description: record === undefined ? explain(error).message : testText(record),
          iconPath: new vscode.ThemeIcon(good.some((each) => each.run === run) ? 'pass' : 'error'),
          run,
        }));
      const placeHolder = vscode.l10n.t('Enter shows the result of a device');
      const picked = await showQuickPick(items, { title: plainText(message), placeHolder });
      if (picked !== undefined) {
        await open(context, picked.run, 'foundries.showTest', { kind: 'test', id: picked.run.id });
      }
    }
  }
}

/** Opens what a run left, as the rows of the device's tests do: it is found again after a restart. */
async function open(
  { connection, factory }: CommandContext,
  { device }: Run,
  command: string,
  subject: ReportSubject,
): Promise<void> {
  const host = connection.client.server.key;
  // It may have another name by now.
  const name = (await factory.fleet.look(device.uuid).catch(() => undefined))?.name ?? device.name;
  await vscode.commands.executeCommand(command, { page: { host, factory: factory.name, device: name, subject } });
}

function notOffered(devices: readonly Device[], offered: readonly string[], wanted: string | undefined): string {
  const what = devicesText(devices);
  return offered.length > 0
    ? vscode.l10n.t('{0} does not offer {1}, but: {2}', what, wanted ?? '', offered.join(', '))
    : devices.length > 1
      ? vscode.l10n.t('There is no remote action that all of the {0} offer.', what)
      : vscode.l10n.t(
          '{0} offers no remote actions. Devices with LmP v97 or newer, or with fioup, report which they have.',
          what,
        );
}

const addressOf = (context: CommandContext, device: string, file: string): ConfigAddress => ({
  host: context.connection.client.server.key,
  scope: scopeOf(context, device),
  file,
});

const scopeOf = ({ factory }: CommandContext, device: string) =>
  ({ kind: 'device', factory: factory.name, device }) as const;

async function pickAction(what: string, offered: readonly string[]): Promise<string | undefined> {
  const items = offered.map((label) => ({
    label,
    detail: meaningOf(label),
    iconPath: new vscode.ThemeIcon(label === 'reboot' ? 'debug-restart' : 'play'),
  }));
  const picked = await showQuickPick(items, {
    title: plainText(vscode.l10n.t('Run what on {0}?', what)),
    placeHolder: vscode.l10n.t('What is offered there'),
  });
  return picked?.label;
}

/** Of actions that the vendor's packages bring (docs/api.md §4.5); others are the device's own. */
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
