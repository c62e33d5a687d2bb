import * as vscode from 'vscode';
import type { FactoryClient } from '../api/client';
import type { Artifact } from '../api/deviceTests';
import { artifactText, NotShown } from '../reports/artifactText';
import type { DevicePages } from '../reports/devicePages';
import { showFailure } from '../ui/notify';
import { oneLine } from '../ui/reportText';
import { download, isCancelled, shownWhenSlow } from './downloading';

/** Opens an artifact as a document; what is none is offered as a download. */
export async function openArtifact(client: FactoryClient, artifact: Artifact, pages: DevicePages): Promise<void> {
  const { factory, device, test, name } = artifact;
  try {
    const text = await shownWhenSlow(vscode.l10n.t('Reading {0}…', oneLine(name)), (token) =>
      artifactText(client, artifact, token),
    );
    const { host } = client.server;
    await pages.show({ host, factory, device, subject: { kind: 'artifact', id: test, name } }, text);
  } catch (error) {
    if (error instanceof NotShown) {
      const download = vscode.l10n.t('Download…');
      const chosen = await vscode.window.showInformationMessage(`${oneLine(name)}: ${error.message}`, download);
      if (chosen === download) {
        await downloadArtifact(client, artifact);
      }
    } else if (!isCancelled(error)) {
      await showFailure(vscode.l10n.t('Could not read {0}', oneLine(name)), error, () =>
        openArtifact(client, artifact, pages),
      );
    }
  }
}

/**
 * Keeps an artifact as a file.
 *
 * @param wanted where; asked for where not given
 */
export function downloadArtifact(client: FactoryClient, artifact: Artifact, wanted?: vscode.Uri): Promise<void> {
  const { name } = artifact;
  return download({ name, receive: (sink, signal) => client.receiveArtifact(artifact, sink, signal) }, wanted);
}
