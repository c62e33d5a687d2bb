import * as vscode from 'vscode';
import { complete } from '../configfs/completing';
import { meantAt, type Meant } from '../configfs/identityGuard';
import { ConfigMoved, restoreFiles } from '../configfs/restoring';
import { SaveRefused } from '../configfs/saveRefused';
import { knownForCheck, syntaxNotes } from '../configfs/syntaxGuard';
import { versionUri } from '../configfs/versions';
import { canSendBack } from '../model/config';
import { changesBetween, entryKey, fileOf, findEntry, type FileChange } from '../model/configHistory';
import type { Connection } from '../store/connections';
import type { Overwritten } from '../store/overwritten';
import { scopeLabel } from '../ui/errorText';
import { showInformation, showProgress, showWarning } from '../ui/messages';
import { showFailure } from '../ui/notify';
import type { Services } from './services';
import { entryTime, kindText, presentUri, showPair, showTogether, type Sides } from './versionDiff';

/** Brings back what belongs to a write that the user has just agreed to; of all else, and where that fails, the user decides. */
export async function settleOverwritten(
  services: Services,
  connection: Connection,
  overwritten: Overwritten,
): Promise<void> {
  const { changes, connections } = services;
  const isSettled = await complete(changes, connection.client.server.key, overwritten, knownForCheck(connections));
  if (!isSettled) {
    await tellOverwritten(services, connection, overwritten);
  }
}

/**
 * Tells where a write has replaced a change that somebody made a moment before, and offers to put that back.
 */
async function tellOverwritten(services: Services, connection: Connection, overwritten: Overwritten): Promise<void> {
  const {
    scope,
    entries: [newest],
    changes,
  } = overwritten;
  // The message stays as long as the user wants, while the name may go to another device.
  const meant = meantAt(services.changes, { host: connection.client.server.key, scope });
  const author = await connection.authorName(scope.factory, newest.createdBy);
  const files = changes.map(({ name }) => name).join(', ');
  const place = scopeLabel(scope);
  const message =
    author === undefined
      ? vscode.l10n.t(
          'Your change of {0} replaced another one, made right before it ({1}, “{2}”): {3}.',
          place,
          entryTime(newest, 'second'),
          newest.reason.trim(),
          files,
        )
      : vscode.l10n.t(
          'Your change of {0} replaced one that {1} made right before it ({2}, “{3}”): {4}.',
          place,
          author,
          entryTime(newest, 'second'),
          newest.reason.trim(),
          files,
        );
  const putBack = vscode.l10n.t('Put It Back…');
  const compare = vscode.l10n.t('Compare');
  const chosen = await showWarning(message, putBack, compare);
  if (chosen === compare) {
    await compareTheirs(connection, overwritten);
  }
  if (chosen === putBack) {
    await putTheirsBack(services, connection, overwritten, meant);
  }
}

/** Their files beside what is in force. */
async function compareTheirs(
  connection: Connection,
  { scope, entries: [theirs], changes }: Overwritten,
): Promise<void> {
  const { key: host } = connection.client.server;
  const latest = connection.configs.peek(scope)?.entries[0];
  const sides = changes.map(({ name, before, after }): Sides => ({
    name,
    left: after && versionUri(host, scope, before?.name ?? name, theirs),
    right: presentUri({ connection, host, scope }, name, latest),
  }));
  const title = vscode.l10n.t('{0}: what was replaced ↔ now', scopeLabel(scope));
  const [only] = sides;
  if (sides.length === 1 && only?.left !== undefined && only.right !== undefined) {
    await showPair(`${only.name}, ${title}`, only.left, only.right);
  } else {
    await showTogether({ connection, host, scope }, title, sides);
  }
}

/** Puts back what is not in force any more, file by file, so that nothing else is touched. */
async function putTheirsBack(
  services: Services,
  connection: Connection,
  overwritten: Overwritten,
  meant: Meant,
): Promise<void> {
  const {
    scope,
    entries: [theirs],
  } = overwritten;
  const { approval } = services;
  const place = scopeLabel(scope);
  const subject = { host: connection.client.server.key, scope, uuid: meant.uuid };
  try {
    const { entries } = await connection.configs.getOf(scope, meant.uuid, 0);
    if (findEntry(entries, entryKey(theirs)) === undefined) {
      // Another history: of another device, or so far on that nobody can tell.
      throw new ConfigMoved();
    }
    const [latest] = entries;
    const gone = overwritten.changes.flatMap(({ name, after }): FileChange[] => {
      const now = fileOf(latest, name);
      return changesBetween(now ? [now] : [], after ? [after] : []);
    });
    // What the service shows in place of a shared secret is not its value: sending that would destroy it.
    const isLost = ({ after }: FileChange) => after !== undefined && !canSendBack(scope, [after]);
    const missing = gone.filter((change) => !isLost(change));
    const lost = gone.filter(isLost).map(({ name }) => name);
    if (lost.length > 0) {
      const message = vscode.l10n.t(
        'The service does not show the value of {0}: set it again with Replace Value….',
        lost.join(', '),
      );
      void showWarning(message);
    }
    if (missing.length === 0) {
      if (lost.length === 0) {
        void showInformation(vscode.l10n.t('It is in force already: nothing to put back.'));
      }
      return;
    }
    const invalid = await syntaxNotes(
      subject,
      missing.flatMap(({ after }) => after ?? []),
      knownForCheck(services.connections),
    );
    const yes = vscode.l10n.t('Put It Back');
    const chosen = await approval.ask(subject, {
      message: vscode.l10n.t('Put back what was changed in {0} at {1}?', place, entryTime(theirs, 'second')),
      detail: [
        vscode.l10n.t('This will be changed:'),
        ...missing.map((change) => `${change.name}: ${kindText(change)}`),
        ...invalid,
      ].join('\n'),
      buttons: [yes],
    });
    if (chosen !== yes) {
      return;
    }
    const why = theirs.reason.trim();
    const reason = await approval.reason(subject, `Put back "${why}", replaced by mistake`);
    const title = vscode.l10n.t('Putting back the files of {0}…', place);
    await showProgress({ location: vscode.ProgressLocation.Window, title }, () =>
      restoreFiles(services.changes, { place: subject, meant, newest: latest }, missing, reason),
    );
  } catch (error) {
    if (error instanceof SaveRefused && error.kind === 'cancelled') {
      return;
    }
    if (error instanceof ConfigMoved) {
      const message = vscode.l10n.t('{0} was changed again meanwhile. Look at its history.', place);
      const show = vscode.l10n.t('Show History');
      if ((await showWarning(message, show)) === show) {
        await vscode.commands.executeCommand('foundries.showConfigHistory', { scope });
      }
      return;
    }
    await showFailure(vscode.l10n.t('Could not put back the files of {0}', place), error, () =>
      putTheirsBack(services, connection, overwritten, meant),
    );
  }
}
