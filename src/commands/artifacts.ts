import * as vscode from 'vscode';
import type { FactoryClient } from '../api/client';
import type { Artifact } from '../api/deviceTests';
import { NotShown, receivedText, withSignal } from '../reports/artifactText';
import type { DevicePages } from '../reports/devicePages';
import { showInformation } from '../ui/messages';
import { showFailure } from '../ui/notify';
import { oneLine } from '../ui/reportText';
import { download, isCancelled, shownWhenSlow, type Download } from './downloading';

/** Opens an artifact as a document; what is none is offered as a download. */
export async function openArtifact(client: FactoryClient, artifact: Artifact, pages: DevicePages): Promise<void> {
  const { factory, device, test, name } = artifact;
  const { key: host } = client.server;
  await openText(fileOf(client, artifact), (text) =>
    pages.show({ host, factory, device, subject: { kind: 'artifact', id: test, name } }, text),
  );
}

/**
 * Reads a file of the service as text; what is none is offered as a download.
 *
 * @param show shows the text as a document
 */
export async function openText(what: Download, show: (text: string) => Promise<void>): Promise<void> {
  const name = oneLine(what.name);
  try {
    const text = await shownWhenSlow(vscode.l10n.t('Reading {0}…', name), (token) =>
      withSignal(token, (signal) => receivedText(what.receive, signal)),
    );
    await show(text);
  } catch (error) {
    if (error instanceof NotShown) {
      const wanted = vscode.l10n.t('Download…');
      const chosen = await showInformation(`${name}: ${error.message}`, wanted);
      if (chosen === wanted) {
        await download(what);
      }
    } else if (!isCancelled(error)) {
      await showFailure(vscode.l10n.t('Could not read {0}', name), error, () => openText(what, show));
    }
  }
}

/**
 * Keeps an artifact as a file.
 *
 * @param wanted where; asked for where not given
 */
export function downloadArtifact(client: FactoryClient, artifact: Artifact, wanted?: vscode.Uri): Promise<void> {
  return download(fileOf(client, artifact), wanted);
}

const fileOf = (client: FactoryClient, artifact: Artifact): Download => ({
  name: artifact.name,
  receive: (sink, signal) => client.receiveArtifact(artifact, sink, signal),
});
