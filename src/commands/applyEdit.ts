import * as vscode from 'vscode';
import { detail, headline } from '../configfs/conflictQuestion';
import type { ConfigAddress } from '../configfs/address';
import type { FileChange } from '../configfs/conflictFound';
import type { FileEdit } from '../configfs/fileEdits';
import type { Meant } from '../configfs/identityGuard';
import { SaveRefused } from '../configfs/saveRefused';
import type { ConfigFile } from '../model/config';
import type { Connection } from '../store/connections';
import { scopeLabel } from '../ui/errorText';
import { showProgress, tellBriefly } from '../ui/messages';
import { showFailure } from '../ui/notify';
import { plainText } from '../ui/plainText';
import type { Services } from './services';

/** A change that the user wants. */
export interface WantedEdit {
  readonly connection: Connection;
  readonly address: ConfigAddress;
  /** Which device the user saw. */
  readonly meant: Meant;
  /** The file as the user saw it; undefined for a new one. */
  readonly seen: ConfigFile | undefined;
  readonly edit: FileEdit;
  /** Button that goes on although somebody else changed the file. */
  readonly anyway: string;
  /** The user has agreed to how far it reaches. */
  readonly confirmed?: boolean;
}

/**
 * Sends a change, asks where somebody else changed the file meanwhile, and tells of a failure; *Try Again* there sends the
 * same again, so that nothing has to be typed twice.
 *
 * @param then what follows once it was sent
 */
export async function applyEdit(
  services: Services,
  wanted: WantedEdit,
  then: () => unknown = () => undefined,
): Promise<void> {
  const { address, connection, meant, seen, edit, anyway, confirmed } = wanted;
  const place = scopeLabel(address.scope);
  const ask = async (change: FileChange): Promise<boolean> => {
    const author = await connection.authorName(address.scope.factory, change.by);
    const chosen = await services.questions.ask({
      message: plainText(headline(address, change)),
      detail: plainText(detail(address, change, author)),
      buttons: [anyway],
      keep: vscode.l10n.t('Leave As It Is'),
    });
    return chosen === anyway;
  };
  let sent: boolean;
  try {
    sent = await showProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Sending {0} to {1}', address.file, place) },
      () => services.edits.apply({ ...address, meant }, seen, edit, ask, confirmed),
    );
  } catch (error) {
    if (!(error instanceof SaveRefused && error.kind === 'cancelled')) {
      const retry = () => applyEdit(services, wanted, then);
      await showFailure(vscode.l10n.t('Could not change {0} of {1}', address.file, place), error, retry);
    }
    return;
  }
  const done = sent
    ? vscode.l10n.t('{0} was sent to {1}', address.file, place)
    : vscode.l10n.t('{0} of {1} is so already: nothing was sent', address.file, place);
  tellBriefly(done, 5000, 'check');
  await then();
}
