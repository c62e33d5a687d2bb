import * as vscode from 'vscode';
import { FactoryError } from '../../api/errors';
import type { Device } from '../../model/device';
import { forMany, type Ended } from '../../store/forMany';
import { explain } from '../../ui/errorText';
import { asLabel } from '../../ui/label';
import { showError, showInformation, showProgress, showWarning } from '../../ui/messages';
import { showFailure } from '../../ui/notify';
import { showQuickPick } from '../../ui/picks';
import { plainText } from '../../ui/plainText';

/** Something that is done to each of some devices. */
export interface DevicesAct {
  /** While it goes on: `Moving 3 devices to group lab`. */
  readonly title: string;
  /** What failed, of one: `Could not move device-01`. */
  readonly failure: string;
  /** What of those it was done to: `device-01 was moved to group lab.` */
  done(devices: readonly Device[]): string;
  task(device: Device): Promise<unknown>;
  /** Once all that could be done is done, also where some failed. Never rejects. */
  settle?(): Promise<void>;
  /** A button behind a success. */
  readonly undo?: { readonly label: string; run(done: readonly Device[]): unknown };
  /** What to say of a failure; undefined: as of any other. */
  why?(error: unknown): string | undefined;
}

type Result = Ended<Device, unknown>;

/** After these nothing would come of the other devices either. */
const isPointless = (error: unknown): boolean =>
  error instanceof FactoryError && (error.kind === 'unauthorized' || error.kind === 'forbidden');

/**
 * Does something to devices, several at a time, with progress and a way to cancel, and tells how it ended for each. What
 * failed can be tried again.
 *
 * @returns devices that it was done to in this run
 */
export async function doOnDevices(act: DevicesAct, devices: readonly Device[]): Promise<readonly Device[]> {
  const many = devices.length > 1;
  const results = await showProgress(
    {
      location: many ? vscode.ProgressLocation.Notification : vscode.ProgressLocation.Window,
      title: act.title,
      cancellable: many,
    },
    async (progress, token) => {
      const stop = new AbortController();
      const subscription = token.onCancellationRequested(() => stop.abort());
      try {
        return await forMany(devices, (device) => act.task(device), {
          signal: stop.signal,
          stopsAt: isPointless,
          onProgress: (ended, total) =>
            progress.report({ message: many ? vscode.l10n.t('{0} of {1}', ended, total) : '', increment: 100 / total }),
        });
      } finally {
        subscription.dispose();
        await act.settle?.();
      }
    },
  );
  void tell(act, results);
  return results.flatMap(({ state, item }) => (state === 'ok' ? [item] : []));
}

async function tell(act: DevicesAct, results: readonly Result[]): Promise<void> {
  const done = results.flatMap(({ state, item }) => (state === 'ok' ? [item] : []));
  const rest = results.flatMap(({ state, item }) => (state === 'ok' ? [] : [item]));
  const again = () => doOnDevices(act, rest);
  const [first] = results;
  if (results.length === 1 && first?.state === 'failed') {
    const why = act.why?.(first.error);
    if (why === undefined) {
      await showFailure(act.failure, first.error, again);
    } else {
      void showError(`${act.failure}: ${why}`);
    }
    return;
  }
  if (rest.length === 0) {
    const { undo } = act;
    const chosen = await showInformation(act.done(done), ...(undo === undefined ? [] : [undo.label]));
    if (undo !== undefined && chosen === undo.label) {
      await undo.run(done);
    }
    return;
  }
  const failed = results.flatMap((result) => (result.state === 'failed' ? [result] : []));
  const skipped = rest.length - failed.length;
  const show = vscode.l10n.t('Show Result');
  const retry = vscode.l10n.t('Try the Rest Again');
  const parts = [
    done.length === 0 ? `${act.failure}.` : act.done(done),
    ...failed.slice(0, 2).map(({ item, error }) => `${item.name}: ${reasonOf(act, error)}`),
    failed.length > 2 ? vscode.l10n.t('{0} more failed.', failed.length - 2) : '',
    skipped > 0 ? vscode.l10n.t('{0} were not begun.', skipped) : '',
  ];
  const chosen = await showWarning(parts.filter((part) => part !== '').join(' '), show, retry);
  if (chosen === retry) {
    await again();
  } else if (chosen === show) {
    await showResult(act, results, again);
  }
}

interface ResultItem extends vscode.QuickPickItem {
  readonly again?: true;
}

async function showResult(act: DevicesAct, results: readonly Result[], again: () => unknown): Promise<void> {
  const rank = { failed: 0, skipped: 1, ok: 2 } as const;
  const items = [...results]
    .sort((a, b) => rank[a.state] - rank[b.state])
    .map((result): ResultItem => {
      switch (result.state) {
        case 'ok':
          return {
            label: asLabel(result.item.name),
            description: vscode.l10n.t('done'),
            iconPath: new vscode.ThemeIcon('check'),
          };
        case 'failed':
          return {
            label: asLabel(result.item.name),
            description: vscode.l10n.t('failed'),
            detail: asLabel(reasonOf(act, result.error)),
            iconPath: new vscode.ThemeIcon('error'),
          };
        case 'skipped':
          return {
            label: asLabel(result.item.name),
            description: vscode.l10n.t('not begun'),
            iconPath: new vscode.ThemeIcon('debug-step-over'),
          };
      }
    });
  const retry: ResultItem = {
    label: vscode.l10n.t('Try the Rest Again'),
    iconPath: new vscode.ThemeIcon('refresh'),
    again: true,
  };
  const picked = await showQuickPick<ResultItem>([retry, ...items], {
    title: plainText(act.title),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked?.again === true) {
    await again();
  }
}

const reasonOf = (act: DevicesAct, error: unknown): string => act.why?.(error) ?? explain(error).message;
