import * as vscode from 'vscode';
import { scopeLabel } from '../ui/errorText';
import { showWarning } from '../ui/messages';
import { showFailure } from '../ui/notify';
import type { ConfigAddress } from './address';
import type { ConfigDocuments } from './documents';

/** Milliseconds in which VS Code opens, or fills, an empty file that it has made for *New File* or *Save As*. */
const FOLLOWED_BY_MS = 5000;

/**
 * An empty file that is dropped into a folder looks the same as the one that *New File* and *Save As* make first, which is
 * not sent. Where no editor follows, it is said that it was not sent, and it can be.
 */
export function followEmptyFile(documents: ConfigDocuments, address: ConfigAddress): void {
  setTimeout(() => {
    if (documents.forgetUnopened(address)) {
      void offerToSend(documents, address);
    }
  }, FOLLOWED_BY_MS);
}

async function offerToSend(documents: ConfigDocuments, address: ConfigAddress): Promise<void> {
  const place = scopeLabel(address.scope);
  const send = vscode.l10n.t('Send Empty File');
  const message = vscode.l10n.t('Not sent to {1}: {0}, for it is empty.', address.file, place);
  if ((await showWarning(message, send)) === send) {
    try {
      await documents.save(address, new Uint8Array(), 'manual');
    } catch (error) {
      await showFailure(vscode.l10n.t('Could not send {0} to {1}', address.file, place), error);
    }
  }
}
