import { l10n } from 'vscode';
import { FactoryError } from '../api/errors';
import type { ConfigScope } from '../model/config';
import { NotPutBack, SaveRefused, type DeviceFate, type OperationRefusal } from '../configfs/saveRefused';
import { DeviceKeyError } from '../model/deviceKeyError';
import { missingScopes } from '../model/scopes';
import { DEMO_HOST } from '../api/server';
import {
  explainNoAnswer,
  explainOtherApi,
  explainProxyRefusal,
  explainStrangeAnswer,
  ownAddress,
  sentence,
  type Explanation,
} from './connectionText';
import { hostLabel, serverLabel } from './hostLabel';

export type { Explanation, Remedy } from './connectionText';

/** What can be done about a failure, as commands behind buttons. */
/** @returns a failure in words, with what can be done about it. Never holds a token or a raw body. */
export function explain(error: unknown): Explanation {
  if (error instanceof FactoryError) {
    return explainFactoryError(error);
  }
  if (error instanceof SaveRefused) {
    return explainRefusal(error);
  }
  if (error instanceof DeviceKeyError) {
    return { message: keyText(error), remedies: error.problem === 'missing' ? ['retry'] : [] };
  }
  if (error instanceof NotPutBack) {
    return explainNotPutBack(error);
  }
  const message = error instanceof Error ? error.message : String(error);
  return { message, remedies: ['showLog'] };
}

/** Both failures: the first is why nothing came, the second why something is gone now. */
function explainNotPutBack({ address, cause, failure }: NotPutBack): Explanation {
  const [first, second] = [explain(cause), explain(failure)];
  const gone = l10n.t(
    '{0} of {1} was deleted to make room, and could not be put back: {2}',
    address.file,
    scopeLabel(address.scope),
    second.message,
  );
  const way = l10n.t('Its value is in the history of the configuration.');
  const signInAt = first.signInAt ?? second.signInAt;
  return {
    message: `${sentence([first.message, gone])}${way}`,
    remedies: [...new Set([...first.remedies, ...second.remedies])],
    ...(signInAt === undefined ? {} : { signInAt }),
  };
}

function keyText({ problem, keyType }: DeviceKeyError): string {
  switch (problem) {
    case 'missing':
      return l10n.t(
        'Not sent: the service knows no public key of the device to encrypt with. A device sends it when it first connects.',
      );
    case 'broken':
      return l10n.t('Not sent: the public key that the service has of the device cannot be read.');
    case 'unsupported':
      return l10n.t(
        'Not sent: the public key of the device is of the kind {0}. Values can be encrypted for P-256, P-384 and P-521.',
        keyType,
      );
  }
}

/** @returns `device-01`, `group lab`, `Factory acme` */
export function scopeLabel(scope: ConfigScope): string {
  switch (scope.kind) {
    case 'device':
      return scope.device;
    case 'group':
      return l10n.t('group {0}', scope.group);
    case 'factory':
      return l10n.t('Factory {0}', scope.factory);
  }
}

function explainFactoryError(error: FactoryError): Explanation {
  const { message, remedies } = explainKind(error);
  const outcome = outcomeText(error);
  const signInAt = remedies.includes('signIn') ? ownAddress(error.info) : undefined;
  return {
    message: outcome === '' ? message : `${message} ${outcome}`,
    remedies,
    ...(signInAt === undefined ? {} : { signInAt }),
  };
}

/** What is known of a write that failed; `''` where it was simply not done. */
function outcomeText({ info: { halfDone, unverified } }: FactoryError): string {
  if (halfDone === true) {
    return unverified === true
      ? l10n.t(
          'Half of it was done: the file has its new name. Whether it is still there under the old one is not known.',
        )
      : l10n.t('Half of it was done: the file is there under both names. Delete the one that should go.');
  }
  return unverified === true ? l10n.t('Whether the change was made is not known: look before you try again.') : '';
}

function explainKind({ kind, info }: FactoryError): Explanation {
  const said =
    info.withheld === true
      ? `${l10n.t('What it says is not shown: it may repeat the secret value.')} `
      : sentence([info.serverMessage, ...(info.details ?? [])]);
  const host = hostLabel(info.store ?? info.host);
  switch (kind) {
    case 'unauthorized':
      return {
        message:
          info.request.startsWith('POST ') && info.request.endsWith('/token/')
            ? l10n.t('{0} refused the client ID or its secret. {1}Sign in again with valid ones.', host, said)
            : l10n.t('{0} refused the token. {1}Sign in again with a valid one.', host, said),
        remedies: ['signIn', 'showLog'],
      };
    case 'forbidden': {
      const missing = scopeText(info.serverMessage, host);
      return missing !== undefined
        ? { message: missing, remedies: ['signIn', 'showLog'] }
        : {
            message: l10n.t('Not permitted on {0}. {1}Use a token with the scope that is needed.', host, said),
            remedies: ['signIn', 'showLog'],
          };
    }
    case 'notFound':
      if (info.otherApi === true) {
        return explainOtherApi(info);
      }
      if (info.store !== undefined) {
        return {
          message: l10n.t('The file store {0} has no such file. It was deleted or never uploaded.', host),
          remedies: ['retry', 'showLog'],
        };
      }
      if (info.runStatus !== undefined) {
        // What may not be read is not known at all: CI has shown the run.
        return { message: l10n.t('The run has no such file. {0}', said).trim(), remedies: ['retry', 'showLog'] };
      }
      if (info.request.startsWith('GET /projects/')) {
        return { message: unknownToCi(info.request, host, said), remedies: ['signIn', 'retry', 'showLog'] };
      }
      return { message: l10n.t('{0} does not know it. {1}', host, said).trim(), remedies: ['retry', 'showLog'] };
    case 'conflict':
      return { message: l10n.t('{0} reports a conflict. {1}', host, said).trim(), remedies: ['retry', 'showLog'] };
    case 'tooLarge':
      return info.status === 413
        ? {
            message: l10n.t('{0} does not take so much at once. {1}Send less, then try again.', host, said),
            remedies: ['showLog'],
          }
        : explainStrangeAnswer(kind, info, said);
    case 'rateLimited':
      return {
        message:
          info.retryAfterMs === undefined
            ? l10n.t('{0} received too many requests. Try again in a while.', host)
            : l10n.t('{0} received too many requests. Try again in {1} s.', host, Math.ceil(info.retryAfterMs / 1000)),
        remedies: ['retry', 'showLog'],
      };
    case 'rejected':
      if (info.status === 407) {
        return explainProxyRefusal(host);
      }
      if (info.store !== undefined) {
        return {
          message: l10n.t(
            'The file store {0} refused the download ({1}). {2}Your token is not the reason: try again.',
            host,
            info.status ?? '',
            said,
          ),
          remedies: ['retry', 'showLog'],
        };
      }
      return {
        message: l10n.t('{0} did not accept the request ({1}). {2}', host, info.status ?? '', said).trim(),
        remedies: ['showLog'],
      };
    case 'server':
      return {
        message: l10n.t('{0} has a problem ({1}). {2}Try again in a while.', host, info.status ?? '', said),
        remedies: ['retry', 'showLog'],
      };
    case 'network':
    case 'tls':
    case 'timeout':
      return explainNoAnswer(kind, info);
    case 'unexpected':
    case 'redirect':
      return explainStrangeAnswer(kind, info, said);
    case 'cancelled':
      return { message: l10n.t('Canceled.'), remedies: [] };
  }
}

/** CI does not tell a token that may not read from something that is not there (docs/api.md §2.7.11). */
function unknownToCi(request: string, host: string, said: string): string {
  return /^GET \/projects\/[^/]+\/lmp\/builds\/(\?|$)/.test(request)
    ? l10n.t('{0} shows no builds of this Factory. The token may lack the scope ci:read, or have expired.', host)
    : l10n
        .t(
          '{0} does not know it, or does not show it to this token, which may lack the scope ci:read or have expired. {1}',
          host,
          said,
        )
        .trim();
}

/** @returns what is missing, and who can add it; undefined where the service does not say */
function scopeText(said: string | undefined, host: string): string | undefined {
  const missing = missingScopes(said);
  if (missing === undefined) {
    return undefined;
  }
  const scopes = missing.scopes.join(l10n.t(' or '));
  return missing.of === 'credential'
    ? l10n.t('Not permitted on {0}: the token lacks the scope {1}. Sign in with one that has it.', host, scopes)
    : l10n.t(
        'Not permitted on {0}: none of your teams has the scope {1}. An admin of the Factory can add you to one that has.',
        host,
        scopes,
      );
}

function explainRefusal({ kind, address, details }: SaveRefused): Explanation {
  const place = scopeLabel(address.scope);
  switch (kind) {
    case 'signedOut':
      if (address.host === DEMO_HOST) {
        return {
          message: l10n.t(
            'Not sent: {0} belongs to the demo Factory, which you have left. It can be saved nowhere else; run Explore the Demo Factory to go back.',
            address.file,
          ),
          remedies: [],
        };
      }
      return {
        message: l10n.t('Not signed in to {0}. Sign in, then try again.', serverLabel(address.host)),
        remedies: ['signIn'],
      };
    case 'notFound':
      return { message: l10n.t('{0} has no configuration file {1}.', place, address.file), remedies: [] };
    case 'autoSave':
      return { message: l10n.t('Not sent: press Ctrl+S to send {0} to {1}.', address.file, place), remedies: [] };
    case 'unannounced':
      return {
        message: l10n.t(
          'Not sent: press Ctrl+S to send {0} to {1}. VS Code does not tell saves from the dialog of a closing window, “Save without Formatting” and saves by other extensions apart from automatic ones.',
          address.file,
          place,
        ),
        remedies: [],
      };
    case 'encrypted':
      return {
        message: l10n.t(
          'Not sent: the value of {0} on {1} is encrypted, and this text would replace it. Use the command Replace Value… or Make Plain… instead.',
          address.file,
          place,
        ),
        remedies: [],
      };
    case 'notText':
      return {
        message: l10n.t(
          'Not sent: the text is not UTF-8, which a plain value must be. Save it with encoding UTF-8, or set a binary file with New Secret…, byte for byte.',
        ),
        remedies: [],
      };
    case 'conflict':
      return { message: conflictText(details.choice, address.file), remedies: [] };
    case 'invalid':
      return {
        message: l10n.t(
          'Not sent: {0} is not valid ({1}). With wrong update settings {2} might not update again.',
          address.file,
          details.problem ?? '',
          place,
        ),
        remedies: [],
      };
    case 'windowClosed':
      return { message: l10n.t('Not sent: the window was closed right after the change.'), remedies: ['retry'] };
    case 'cancelled':
      return { message: l10n.t('Not sent: {0} is still only here.', address.file), remedies: [] };
    case 'otherDevice':
      return {
        message:
          address.scope.kind === 'group'
            ? otherGroupText(place, details.device)
            : otherDeviceText(place, details.device),
        remedies: [],
      };
    case 'formerServer':
      return {
        message: l10n.t(
          'Not sent: {0} was opened before an update, and may be from any of your servers on {1}. Copy your text, close the tab, and open the file again.',
          address.file,
          address.host,
        ),
        remedies: [],
      };
    case 'tooLarge':
      return {
        message: l10n.t(
          'Not sent: the configuration of {0} would take {1} bytes; the service takes {2} bytes.',
          place,
          details.size ?? 0,
          details.limit ?? 0,
        ),
        remedies: [],
      };
    default:
      return { message: operationText(kind, address.file, place), remedies: [] };
  }
}

/** What became of the device that was meant, and what to do next. */
function otherDeviceText(place: string, device: DeviceFate | undefined): string {
  switch (device?.fate) {
    case 'renamed':
      return device.isTaken
        ? l10n.t(
            'Not sent: the name {0} now belongs to another device; the one that you meant is called {1}. Refresh the Devices view and begin with {1}; a tab of the old name can be closed.',
            place,
            device.name,
          )
        : l10n.t(
            'Not sent: {0} was renamed to {1}. Refresh the Devices view and begin with {1}; a tab of the old name can be closed.',
            place,
            device.name,
          );
    case 'deleted':
      return device.isTaken
        ? l10n.t(
            'Not sent: the device {0} that you meant was deleted, and the name now belongs to another device. Refresh the Devices view and begin there again.',
            place,
          )
        : l10n.t('Not sent: the device {0} was deleted. Refresh the Devices view; a tab of it can be closed.', place);
    case 'unknown':
      return device.isTaken
        ? nameTakenText(place)
        : l10n.t(
            'Not sent: it is not known whether {0} is still the device that you meant. Refresh the Devices view and begin there again.',
            place,
          );
    case undefined:
      return nameTakenText(place);
  }
}

const otherGroupText = (place: string, found: DeviceFate | undefined): string =>
  found?.isTaken === true
    ? l10n.t('Not sent: {0} is now another group than the one that you meant. Refresh the view and begin again.', place)
    : l10n.t(
        'Not sent: it is not known whether {0} is still the one that you meant. Look at its history, then begin again.',
        place,
      );

const nameTakenText = (place: string): string =>
  l10n.t(
    'Not sent: the name {0} now belongs to another device. Refresh the Devices view and begin there again; a tab of the old device can be closed.',
    place,
  );

/** Why a file was not deleted, renamed or copied. */
function operationText(kind: OperationRefusal, file: string, place: string): string {
  switch (kind) {
    case 'changed':
      return l10n.t(
        '{0} of {1} was changed on the server meanwhile. Nothing was done: look at it, then try again.',
        file,
        place,
      );
    case 'exists':
      return l10n.t('{1} already has a file {0}.', file, place);
    case 'badName':
      return l10n.t('{0} cannot be the name of a configuration file.', file);
    case 'notOffered':
      return l10n.t('{0} works for devices and device groups, not for a whole Factory.', file);
    case 'unsent':
      return l10n.t('{0} of {1} has text that was not sent. Save it or revert it first.', file, place);
    case 'foreignSecret':
      return l10n.t(
        'The value of {0} is a secret: encrypted for one device, or not to be read. It cannot be copied to {1}; set it there anew.',
        file,
        place,
      );
    case 'keptSecret':
      return l10n.t(
        'Not sent: the value of {0} is kept by the service, which need not show it as it is, and would have to be sent along. Give it again: with Replace Value… here, with New Secret… under another name, then delete the old file.',
        file,
      );
    case 'secretThere':
      return l10n.t('{0} of {1} is encrypted: plain text must not take its place. Delete it first.', file, place);
    case 'notMovable':
      return l10n.t('{0} cannot be moved. Copy it, then delete it where it was; folders go file by file.', file);
    case 'inTheWay':
      return l10n.t(
        '{1} already has a file {0}, which a move or copy does not replace. Nothing was done: delete it first, or open it and change its text.',
        file,
        place,
      );
    case 'folder':
      return l10n.t('{0} is a folder only because names of files begin with it. Its files go one by one.', file);
  }
}

function conflictText(choice: SaveRefused['details']['choice'], file: string): string {
  switch (choice) {
    case 'compare':
      return l10n.t('Not sent: compare with the server, then overwrite it there or take its version.');
    case 'merge':
      return l10n.t('Not sent yet: complete the merge to send it.');
    case 'discard':
      return l10n.t('Not sent: your changes were given up for the version of the server.');
    default:
      return l10n.t('Not sent: {0} was changed on the server. Save again to decide, or revert the file.', file);
  }
}
