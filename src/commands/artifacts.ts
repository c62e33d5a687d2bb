import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { FactoryClient } from '../api/client';
import type { Artifact } from '../api/deviceTests';
import { FactoryError } from '../api/errors';
import type { Sink } from '../api/transport';
import { safeFileName } from '../model/deviceTests';
import { bytesText } from '../model/hardware';
import { NotShown, receivedText, withSignal } from '../reports/artifactText';
import type { DevicePages } from '../reports/devicePages';
import { showFailure } from '../ui/notify';
import { oneLine } from '../ui/reportText';
import { streamToFile } from './streamToFile';

/** Sends the bytes of a file to a sink. */
export type Receive = (sink: Sink, signal: AbortSignal) => Promise<unknown>;

/** Opens an artifact as a document; what is none is offered as a download. */
export async function openArtifact(client: FactoryClient, artifact: Artifact, pages: DevicePages): Promise<void> {
  const { factory, device, test, name } = artifact;
  const { host } = client.server;
  await openText(
    name,
    (sink, signal) => client.receiveArtifact(artifact, sink, signal),
    (text) => pages.show({ host, factory, device, subject: { kind: 'artifact', id: test, name } }, text),
  );
}

/**
 * Reads a file of the service as text; what is none is offered as a download.
 *
 * @param show shows the text as a document
 */
export async function openText(name: string, receive: Receive, show: (text: string) => Promise<void>): Promise<void> {
  try {
    const text = await shownWhenSlow(vscode.l10n.t('Reading {0}…', oneLine(name)), (token) =>
      withSignal(token, (signal) => receivedText(receive, signal)),
    );
    await show(text);
  } catch (error) {
    if (error instanceof NotShown) {
      const wanted = vscode.l10n.t('Download…');
      const chosen = await vscode.window.showInformationMessage(`${oneLine(name)}: ${error.message}`, wanted);
      if (chosen === wanted) {
        await download(name, receive);
      }
    } else if (!isCancelled(error)) {
      await showFailure(vscode.l10n.t('Could not read {0}', oneLine(name)), error, () => openText(name, receive, show));
    }
  }
}

/**
 * Keeps an artifact as a file.
 *
 * @param wanted where; asked for where not given
 */
export async function downloadArtifact(client: FactoryClient, artifact: Artifact, wanted?: vscode.Uri): Promise<void> {
  await download(artifact.name, (sink, signal) => client.receiveArtifact(artifact, sink, signal), wanted);
}

/**
 * Keeps a file of the service, with progress.
 *
 * @param named its name, which says nothing of where it goes
 * @param wanted where; asked for where not given
 */
export async function download(named: string, receive: Receive, wanted?: vscode.Uri): Promise<void> {
  const name = oneLine(named);
  const target = wanted ?? (await askWhere(named));
  if (target === undefined) {
    return;
  }
  try {
    await whileShown(vscode.l10n.t('Downloading {0}', name), (token, progress) =>
      withSignal(token, (signal) => saveTo(target, (sink) => receive(reporting(sink, progress), signal))),
    );
  } catch (error) {
    if (!isCancelled(error)) {
      await showFailure(vscode.l10n.t('Could not download {0}', name), error, () => download(named, receive, target));
    }
    return;
  }
  const open = vscode.l10n.t('Open');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('{0} was saved as {1}.', name, target.scheme === 'file' ? target.fsPath : target.path),
    open,
  );
  if (chosen === open) {
    await vscode.commands.executeCommand('vscode.open', target);
  }
}

/** A device or a build names its files; where they go on this machine is the user's choice alone. */
function askWhere(name: string): Thenable<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri;
  return vscode.window.showSaveDialog({
    title: vscode.l10n.t('Download {0}', oneLine(name)),
    defaultUri: vscode.Uri.joinPath(folder ?? vscode.Uri.file(homedir()), safeFileName(name)),
    saveLabel: vscode.l10n.t('Download'),
  });
}

async function saveTo(target: vscode.Uri, fill: (sink: Sink) => Promise<unknown>): Promise<void> {
  if (target.scheme === 'file') {
    await streamToFile(target.fsPath, fill);
    return;
  }
  // Another file system than that of this machine takes a file as a whole.
  const folder = await mkdtemp(path.join(tmpdir(), 'foundries-'));
  try {
    const file = path.join(folder, 'artifact');
    await streamToFile(file, fill);
    await vscode.workspace.fs.copy(vscode.Uri.file(file), target, { overwrite: true });
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
  return vscode.window.withProgress({ location, title, cancellable: true }, (progress, token) => task(token, progress));
}

/** Milliseconds after which somebody who waits wants to see that something is going on. */
const SLOW_MS = 700;

/** Runs something that is mostly done in a moment; where it is not, it is shown and can be cancelled. */
async function shownWhenSlow<T>(title: string, task: (token: vscode.CancellationToken) => Promise<T>): Promise<T> {
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

function reporting(sink: Sink, progress: Report): Sink {
  let total: number | undefined;
  let received = 0;
  let told = 0;
  let toldAt = 0;
  return {
    begin: async (announced) => {
      total = announced;
      await sink.begin?.(announced);
    },
    write: async (chunk) => {
      await sink.write(chunk);
      received += chunk.byteLength;
      if (Date.now() - toldAt >= TOLD_EVERY_MS) {
        toldAt = Date.now();
        progress.report(
          total === undefined || total === 0
            ? { message: bytesText(received) }
            : {
                message: vscode.l10n.t('{0} of {1}', bytesText(received), bytesText(total)),
                increment: (100 * (received - told)) / total,
              },
        );
        told = received;
      }
    },
  };
}

const isCancelled = (error: unknown): boolean =>
  error instanceof vscode.CancellationError || (error instanceof FactoryError && error.kind === 'cancelled');
