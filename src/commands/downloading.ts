import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { FactoryError } from '../api/errors';
import { safeFileName } from '../model/safeFileName';
import { bytesText } from '../model/bytes';
import { withSignal } from '../reports/artifactText';
import { showInformation, showProgress, showWarning } from '../ui/messages';
import { showFailure } from '../ui/notify';
import { oneLine } from '../ui/reportText';
import { downloadToFile, WrongContent, type Downloaded, type DownloadOptions, type Receive } from './downloadToFile';

/** Something that can be kept as a file. */
export interface Download {
  /** Its name on the network; for a file on this machine it is made safe. */
  readonly name: string;
  /** Bytes, where the service has told. */
  readonly size?: number | undefined;
  readonly receive: Receive;
  /** What to tell of it when it was saved, before all else; `''` for nothing. */
  readonly warning?: () => string;
}

/**
 * Keeps something as a file: shown with progress, can be cancelled, and leaves no half file. Tells its checksum at the end.
 *
 * @param wanted where; asked for where not given
 */
export async function download(what: Download, wanted?: vscode.Uri): Promise<void> {
  const name = oneLine(what.name);
  const target = wanted ?? (await askWhere(what.name));
  if (target === undefined) {
    return;
  }
  let done: Downloaded;
  try {
    done = await whileShown(vscode.l10n.t('Downloading {0}', name), (token, progress) =>
      withSignal(token, (signal) =>
        saveTo(target, what.receive, { signal, size: what.size, onProgress: reporting(progress) }),
      ),
    );
  } catch (error) {
    if (!isCancelled(error)) {
      await showFailure(vscode.l10n.t('Could not download {0}', name), inWords(error), () => download(what, target));
    }
    return;
  }
  await tell(name, target, done, what.warning?.() ?? '');
}

async function tell(
  name: string,
  target: vscode.Uri,
  { bytes, sha256, compared }: Downloaded,
  warning: string,
): Promise<void> {
  const open = vscode.l10n.t('Open');
  const copy = vscode.l10n.t('Copy SHA-256');
  const place = target.scheme === 'file' ? target.fsPath : target.path;
  const saved = compared
    ? vscode.l10n.t(
        '{0} was saved as {1} ({2}). It has the checksum that the server names. SHA-256: {3}',
        name,
        place,
        bytesText(bytes),
        sha256,
      )
    : vscode.l10n.t('{0} was saved as {1} ({2}). SHA-256: {3}', name, place, bytesText(bytes), sha256);
  const chosen =
    warning === '' ? await showInformation(saved, open, copy) : await showWarning(`${warning} ${saved}`, open, copy);
  if (chosen === open) {
    await vscode.commands.executeCommand('vscode.open', target);
  } else if (chosen === copy) {
    await vscode.env.clipboard.writeText(sha256);
  }
}

function inWords(error: unknown): unknown {
  if (!(error instanceof WrongContent)) {
    return error;
  }
  return new Error(
    error.what === 'size'
      ? vscode.l10n.t('The download does not have the size that the service names. Nothing was saved; try again.')
      : vscode.l10n.t('The download does not have the checksum that the server names. Nothing was saved; try again.'),
  );
}

/** The network names its files; where they go on this machine is the user's choice alone. */
function askWhere(name: string): Thenable<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri;
  return vscode.window.showSaveDialog({
    title: vscode.l10n.t('Download {0}', oneLine(name)),
    defaultUri: vscode.Uri.joinPath(folder ?? vscode.Uri.file(homedir()), safeFileName(name)),
    saveLabel: vscode.l10n.t('Download'),
  });
}

async function saveTo(target: vscode.Uri, receive: Receive, options: DownloadOptions): Promise<Downloaded> {
  if (target.scheme === 'file') {
    return downloadToFile(target.fsPath, receive, options);
  }
  // Another file system than that of this machine takes a file as a whole.
  const folder = await mkdtemp(path.join(tmpdir(), 'foundries-'));
  try {
    const file = path.join(folder, 'artifact');
    const done = await downloadToFile(file, receive, options);
    await vscode.workspace.fs.copy(vscode.Uri.file(file), target, { overwrite: true });
    return done;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Report = vscode.Progress<{ message?: string; increment?: number }>;

function whileShown<T>(
  title: string,
  task: (token: vscode.CancellationToken, progress: Report) => Promise<T>,
): Thenable<T> {
  const location = vscode.ProgressLocation.Notification;
  return showProgress({ location, title, cancellable: true }, (progress, token) => task(token, progress));
}

/** Milliseconds after which somebody who waits wants to see that something is going on. */
const SLOW_MS = 700;

/** Runs something that is mostly done in a moment; where it is not, it is shown and can be cancelled. */
export async function shownWhenSlow<T>(
  title: string,
  task: (token: vscode.CancellationToken) => Promise<T>,
): Promise<T> {
  const source = new vscode.CancellationTokenSource();
  const running = task(source.token);
  const ended = running.then(
    () => true,
    () => true,
  );
  const slow = new Promise<false>((resolve) => setTimeout(resolve, SLOW_MS, false));
  if (!(await Promise.race([ended, slow]))) {
    await whileShown(title, async (token) => {
      token.onCancellationRequested(() => source.cancel());
      await ended;
    });
  }
  return running;
}

/** Milliseconds between two messages of progress. */
const TOLD_EVERY_MS = 200;

function reporting(progress: Report): (received: number, total: number | undefined) => void {
  let told = 0;
  let toldAt = 0;
  return (received, total) => {
    if (Date.now() - toldAt < TOLD_EVERY_MS) {
      return;
    }
    toldAt = Date.now();
    progress.report(
      total === undefined || total === 0
        ? { message: bytesText(received) }
        : {
            message: vscode.l10n.t('{0} of {1}', bytesText(received), bytesText(total)),
            increment: Math.max(0, (100 * (received - told)) / total),
          },
    );
    told = Math.max(told, received);
  };
}

/** @returns whether somebody gave it up */
export const isCancelled = (error: unknown): boolean =>
  error instanceof vscode.CancellationError || (error instanceof FactoryError && error.kind === 'cancelled');
