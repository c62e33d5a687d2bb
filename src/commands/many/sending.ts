import * as vscode from 'vscode';
import { uriOf } from '../../configfs/fileSystem';
import {
  isAsShown,
  isDue,
  isOpen,
  type DeviceRead,
  type DeviceResult,
  type ManyFiles,
  type ManyRun,
  type ManyState,
  type ManyTarget,
} from '../../configfs/manyFiles';
import { setContext } from '../../ui/contextKeys';
import { explain } from '../../ui/errorText';
import { asLabel } from '../../ui/label';
import { showInformation, showProgress, showWarning } from '../../ui/messages';
import { showQuickPick } from '../../ui/picks';
import { plainText } from '../../ui/plainText';
import type { Batch } from './batch';
import { formatCount, placeText } from './placeText';

/** Scheme of results as texts; read-only. */
const RESULT_SCHEME = 'foundries-result';

/** What was sent last, and how it ended. */
interface Last {
  readonly file: string;
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
  readonly results: readonly DeviceResult[];
  /** What a further try needs; undefined where there is nothing left to try. */
  readonly again: (Pick<Batch, 'devices' | 'change' | 'whenOver'> & { readonly reason: string }) | undefined;
}

/** The order in which a result is read: first what somebody has to look at. */
const STATES: readonly ManyState[] = ['conflict', 'failed', 'skipped', 'done', 'unchanged'];

/** Sends a file to many devices, and shows how it ended for each. */
export class Sending implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly files: ManyFiles;
  private readonly preview: (batch: Batch) => Promise<unknown>;
  private last: Last | undefined;
  /** What ends with a new result. */
  private running = 0;
  private readonly texts = new Map<string, string>();
  private readonly subscriptions = vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(RESULT_SCHEME, this),
    vscode.workspace.onDidCloseTextDocument(({ uri, languageId }) =>
      // A change of its language closes a document, too.
      languageId === 'foundries-report' ? this.texts.delete(uri.toString()) : undefined,
    ),
  );

  /** In the place where it said that nothing was sent yet. */
  private readonly status = vscode.window.createStatusBarItem(
    'foundries.devicesResult',
    vscode.StatusBarAlignment.Left,
    Number.NEGATIVE_INFINITY,
  );

  /** @param preview shows what is to be agreed to anew */
  constructor(files: ManyFiles, preview: (batch: Batch) => Promise<unknown>) {
    this.files = files;
    this.preview = preview;
    this.status.name = vscode.l10n.t('Foundries: result of sending to devices');
    this.status.command = 'foundries.showDevicesResult';
  }

  /** Sends what the user agreed to. */
  async send(batch: Batch, reason: string): Promise<void> {
    const { change, plans, devices } = batch;
    const title = vscode.l10n.t('Sending {0} to {1}', change.file, placeText(plans.filter(isDue).map(nameOf)));
    this.running += 1;
    this.status.hide();
    const results = await withRun(title, (run) => this.files.send(plans, change, reason, run));
    this.running -= 1;
    const sent = new Map(results.map((result) => [uuidOf(result), result]));
    // Of a further try the devices that it was not for keep their result.
    const earlier = batch.earlier ?? [];
    const all = [
      ...earlier.map((result) => sent.get(uuidOf(result)) ?? result),
      ...(earlier.length === 0 ? results : []),
    ];
    const open = new Set(all.filter(isOpen).map(uuidOf));
    this.last = {
      file: change.file,
      endedAt: Date.now(),
      results: all,
      // A secret is kept no longer than somebody may want to try again.
      again: open.size === 0 ? undefined : { ...batch, devices: devices.filter(({ uuid }) => open.has(uuid)), reason },
    };
    setContext('foundries.devicesResult', true);
    setContext('foundries.devicesLeft', open.size > 0);
    this.showStatus(this.last);
    await batch.whenOver?.(
      devices.filter(({ uuid }) => open.has(uuid)),
      true,
    );
    await this.tell(this.last);
  }

  /** Tries again where it is not done: reads anew, and shows a new preview where something is not as it was agreed to. */
  async retry(): Promise<void> {
    const { last } = this;
    if (this.running > 0) {
      void showInformation(vscode.l10n.t('A file is being sent to devices. Wait for its end.'));
      return;
    }
    if (last?.again === undefined) {
      void showInformation(vscode.l10n.t('Nothing is left to be tried again.'));
      return;
    }
    const { devices, change, reason } = last.again;
    const uuids = new Set(devices.map(({ uuid }) => uuid));
    const open = last.results.filter((result) => uuids.has(uuidOf(result)));
    // Names may have moved since the failure: what was meant are the devices.
    const targets = await this.files.located(
      open.map(({ plan }) => plan.target),
      {},
    );
    const reads = await readAll(this.files, targets, 0);
    if (reads === undefined) {
      return;
    }
    const plans = this.files.plan(reads, change);
    const batch: Batch = { ...last.again, plans, earlier: last.results };
    const isKnown = plans.every((plan, at) => {
      const before = open[at];
      return before !== undefined && isAsShown(plan, before.plan);
    });
    await (isKnown || !plans.some(isDue) ? this.send(batch, reason) : this.preview(batch));
  }

  /** Shows the last result as a list: Enter opens the file of a device. */
  async show(): Promise<void> {
    const { last } = this;
    if (last === undefined) {
      void showInformation(vscode.l10n.t('No file was set on several devices yet.'));
      return;
    }
    // Who has seen that all is done needs no reminder.
    this.status[last.again === undefined ? 'hide' : 'show']();
    const items = resultItems(last, () => this.showText(last));
    const picked = await showQuickPick(items, {
      title: plainText(titleOf(last)),
      placeHolder: plainText(countsText(last.results)),
      matchOnDescription: true,
      matchOnDetail: true,
      ignoreFocusOut: true,
    });
    await picked?.run?.();
  }

  /** A text is of the result that it was opened for, also when there is another by then. */
  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? vscode.l10n.t('This result is no longer known.');
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.status.dispose();
  }

  private showStatus(last: Last): void {
    const text = plainText(`${last.file}: ${countsText(last.results)}`);
    const isLeft = last.again !== undefined;
    this.status.text = `$(${isLeft ? 'warning' : 'check'}) ${text}`;
    this.status.tooltip = vscode.l10n.t('Select to see the result for each device.');
    this.status.accessibilityInformation = { label: text, role: 'button' };
    this.status.backgroundColor = isLeft ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.status.show();
  }

  private async showText(last: Last): Promise<void> {
    const path = `/${titleOf(last).replace(/\//g, '_')}`;
    const uri = vscode.Uri.from({ scheme: RESULT_SCHEME, path, query: String(last.endedAt) });
    this.texts.set(uri.toString(), resultText(last));
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, 'foundries-report');
    await vscode.window.showTextDocument(document, { preview: true });
  }

  private async tell(last: Last): Promise<void> {
    const { results, again } = last;
    const show = vscode.l10n.t('Show Result');
    const retry = vscode.l10n.t('Try Again');
    const message = plainText(`${titleOf(last)}: ${countsText(results)}`);
    const chosen = again === undefined ? await showInformation(message, show) : await showWarning(message, show, retry);
    if (this.last !== last) {
      return;
    }
    if (again === undefined) {
      this.status.hide();
    }
    if (chosen === show) {
      await this.show();
    } else if (chosen === retry) {
      await this.retry();
    }
  }
}

interface ResultItem extends vscode.QuickPickItem {
  readonly run?: () => unknown;
}

function resultItems(last: Last, showText: () => unknown): ResultItem[] {
  const { results, again } = last;
  return [
    ...(again === undefined
      ? []
      : [
          {
            label: vscode.l10n.t('Try Again on {0}', placeText(again.devices)),
            description: vscode.l10n.t('reads anew, and previews what has changed'),
            iconPath: new vscode.ThemeIcon('refresh'),
            run: () => vscode.commands.executeCommand('foundries.retryOnDevices'),
          },
        ]),
    {
      label: vscode.l10n.t('Show as Text'),
      description: vscode.l10n.t('to be read, searched and copied'),
      iconPath: new vscode.ThemeIcon('output'),
      run: showText,
    },
    ...STATES.flatMap((wanted): ResultItem[] => {
      const those = results.filter(({ state }) => state === wanted);
      return those.length === 0
        ? []
        : [
            {
              label: `${stateText(wanted)} (${formatCount(those.length)})`,
              kind: vscode.QuickPickItemKind.Separator,
            },
            ...those.map((result): ResultItem => {
              const why = reasonText(result);
              return {
                label: asLabel(result.plan.target.scope.device),
                description: stateText(wanted),
                iconPath: new vscode.ThemeIcon(ICONS[wanted]),
                ...(why === '' ? {} : { detail: asLabel(why) }),
                run: () => vscode.commands.executeCommand('vscode.open', uriOf(result.plan.address)),
              };
            }),
          ];
    }),
  ];
}

/** @returns a result as a text, a line for each device */
function resultText(last: Last): string {
  const lines = STATES.flatMap((wanted) => {
    const those = last.results.filter(({ state }) => state === wanted);
    return those.length === 0
      ? []
      : [
          '',
          `${stateText(wanted)} (${formatCount(those.length)})`,
          ...those.map((result) => {
            const why = reasonText(result);
            return `  ${result.plan.target.scope.device}${why === '' ? '' : `: ${why}`}`;
          }),
        ];
  });
  return `${[titleOf(last), ...lines].map((line) => plainText(line).replace(/\n/g, ' ')).join('\n')}\n`;
}

const ICONS: Readonly<Record<ManyState, string>> = {
  done: 'check',
  unchanged: 'dash',
  conflict: 'git-merge',
  failed: 'error',
  skipped: 'debug-step-over',
};

function stateText(state: ManyState): string {
  switch (state) {
    case 'done':
      return vscode.l10n.t('sent');
    case 'unchanged':
      return vscode.l10n.t('had it already');
    case 'conflict':
      return vscode.l10n.t('conflict');
    case 'failed':
      return vscode.l10n.t('failed');
    case 'skipped':
      return vscode.l10n.t('skipped');
  }
}

function reasonText({ state, error }: DeviceResult): string {
  if (error !== undefined) {
    return explain(error).message;
  }
  return state === 'skipped' ? vscode.l10n.t('You canceled before it was its turn.') : '';
}

const titleOf = ({ file, results }: Last): string =>
  vscode.l10n.t('{0} on {1}', file, placeText(results.map(({ plan }) => nameOf(plan))));

function countsText(results: readonly DeviceResult[]): string {
  return [...STATES]
    .sort((a, b) => Number(b === 'done') - Number(a === 'done'))
    .flatMap((wanted) => {
      const count = results.filter(({ state }) => state === wanted).length;
      return count === 0 ? [] : [`${formatCount(count)} ${stateText(wanted)}`];
    })
    .join(', ');
}

/** Devices whose configuration is read before anybody could press a button to cancel it. */
const FEW = 12;

/**
 * Reads the configuration of many devices; of more than a few with a message that counts.
 *
 * @param maxAgeMs what was read less than this ago will do
 * @returns undefined where the user cancelled
 */
export function readAll(
  files: ManyFiles,
  targets: readonly ManyTarget[],
  maxAgeMs: number,
): Thenable<DeviceRead[] | undefined> {
  const place = placeText(targets.map(({ scope }) => ({ name: scope.device })));
  const title = vscode.l10n.t('Reading the configuration of {0}', place);
  if (targets.length <= FEW) {
    const location = vscode.ProgressLocation.Window;
    return showProgress({ location, title }, () => files.read(targets, maxAgeMs, {}));
  }
  return withRun(title, async (run) => {
    const reads = await files.read(targets, maxAgeMs, run);
    return run.signal?.aborted === true ? undefined : reads;
  });
}

/** Runs something for many devices, with a message that counts and can cancel. */
function withRun<T>(title: string, task: (run: ManyRun) => Promise<T>): Thenable<T> {
  return showProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      const stop = new AbortController();
      const subscription = token.onCancellationRequested(() => {
        stop.abort();
        progress.report({ message: vscode.l10n.t('ending what is under way…') });
      });
      try {
        return await task({
          signal: stop.signal,
          onProgress: (ended, total) => {
            if (!stop.signal.aborted) {
              progress.report({
                message: vscode.l10n.t('{0} of {1}', formatCount(ended), formatCount(total)),
                increment: 100 / total,
              });
            }
          },
        });
      } finally {
        subscription.dispose();
      }
    },
  );
}

const uuidOf = ({ plan }: DeviceResult): string => plan.target.uuid;
const nameOf = ({ target }: DeviceResult['plan']): { name: string } => ({ name: target.scope.device });
