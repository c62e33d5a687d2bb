import { l10n } from 'vscode';
import { FactoryError } from '../api/errors';
import type { ConfigScope } from '../model/config';
import { SaveRefused, type OperationRefusal } from '../configfs/saveRefused';
import { DeviceKeyError } from '../model/encryption';
import { missingScopes } from '../model/scopes';
import { DEMO_HOST } from '../api/server';
import { hostLabel } from './hostLabel';

/** What can be done about a failure, as commands behind buttons. */
export type Remedy = 'signIn' | 'openSettings' | 'retry' | 'showLog';

export interface Explanation {
  /** What happened, to what, and what to do next; plain text. */
  readonly message: string;
  readonly remedies: readonly Remedy[];
}

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
  const message = error instanceof Error ? error.message : String(error);
  return { message, remedies: ['showLog'] };
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
  const explained = explainKind(error);
  const outcome = outcomeText(error);
  return outcome === '' ? explained : { ...explained, message: `${explained.message} ${outcome}` };
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
  const host = hostLabel(info.host);
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
      // CI does not tell a token that may not read builds from a Factory that is not there (measured-servers.md).
      if (/^GET \/projects\/[^/]+\/lmp\/builds\/(\?|$)/.test(info.request)) {
        const message = l10n.t(
          '{0} shows no builds of this Factory. The token may lack the scope ci:read, or have expired.',
          host,
        );
        return { message, remedies: ['signIn', 'retry', 'showLog'] };
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
        : {
            message: l10n.t('{0} answered with more than can be taken in: {1}Is foundries.apiUrl right?', host, said),
            remedies: ['retry', 'openSettings', 'showLog'],
          };
    case 'rateLimited':
      return {
        message:
          info.retryAfterMs === undefined
            ? l10n.t('{0} received too many requests. Try again in a while.', host)
            : l10n.t('{0} received too many requests. Try again in {1} s.', host, Math.ceil(info.retryAfterMs / 1000)),
        remedies: ['retry', 'showLog'],
      };
    case 'rejected':
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
      return { message: networkText(host, info.code), remedies: ['retry', 'openSettings', 'showLog'] };
    case 'tls':
      return tlsText(host, info.code ?? '');
    case 'timeout':
      return {
        message: l10n.t('{0} did not answer in time. Check the network and the setting http.proxy.', host),
        remedies: ['retry', 'showLog'],
      };
    case 'unexpected':
      return {
        message: l10n.t(
          '{0} answered with something unexpected: {1}Is foundries.apiUrl right?',
          host,
          said === '' ? sentence([l10n.t('status {0}', info.status ?? '')]) : said,
        ),
        remedies: ['retry', 'openSettings', 'showLog'],
      };
    case 'redirect':
      return {
        message: l10n.t('{0} redirects to where it is not followed: {1}Check foundries.apiUrl.', host, said),
        remedies: ['openSettings', 'showLog'],
      };
    case 'cancelled':
      return { message: l10n.t('Cancelled.'), remedies: [] };
  }
}

function tlsText(host: string, code: string): Explanation {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return {
        message: l10n.t(
          'The certificate of {0} is not valid today ({1}). Check the clock of this machine; if it is right, the certificate has to be renewed.',
          host,
          code,
        ),
        remedies: ['retry', 'showLog'],
      };
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return {
        message: l10n.t(
          'Whoever answers for {0} has the certificate of another host ({1}). Check foundries.apiUrl and the setting http.proxy.',
          host,
          code,
        ),
        remedies: ['retry', 'openSettings', 'showLog'],
      };
    default:
      return {
        message: l10n.t(
          'The certificate of {0} is not trusted ({1}). Behind a company proxy, install its certificate and see the setting http.systemCertificates.',
          host,
          code,
        ),
        remedies: ['retry', 'showLog'],
      };
  }
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

function networkText(host: string, code: string | undefined): string {
  switch (code) {
    case 'ECONNREFUSED':
      return l10n.t('Cannot reach {0}: the connection was refused. Check foundries.apiUrl and the network.', host);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return l10n.t('Cannot reach {0}: no such host is known. Check foundries.apiUrl and the network.', host);
    case 'ECONNRESET':
    case 'ERR_STREAM_PREMATURE_CLOSE':
    case 'EPIPE':
      return l10n.t('The connection to {0} was cut. Check the network, then try again.', host);
    default:
      return l10n.t(
        'Cannot reach {0} ({1}). Check the network and the setting http.proxy.',
        host,
        code ?? l10n.t('no answer'),
      );
  }
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
      return { message: l10n.t('Not signed in to {0}. Sign in, then try again.', address.host), remedies: ['signIn'] };
    case 'notFound':
      return { message: l10n.t('{0} has no configuration file {1}.', place, address.file), remedies: [] };
    case 'autoSave':
      return { message: l10n.t('Not sent: press Ctrl+S to send {0} to {1}.', address.file, place), remedies: [] };
    case 'unannounced':
      return {
        message: l10n.t(
          'Not sent: press Ctrl+S to send {0} to {1}. "Save without Formatting" and saves by other extensions cannot be told from automatic ones.',
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
        message: l10n.t('Not sent: the text is not UTF-8, which a plain value must be. Save it with encoding UTF-8.'),
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
    case 'cancelled':
      return { message: l10n.t('Not sent: {0} is still only here.', address.file), remedies: [] };
    case 'otherDevice':
      return {
        message: l10n.t(
          'Not sent: the name {0} now belongs to another device. Refresh the Devices view and begin there again; a tab of the old device can be closed.',
          place,
        ),
        remedies: [],
      };
    case 'tooLarge':
      return {
        message: l10n.t(
          'Not sent: the configuration of {0} would take {1} bytes; the service takes {2}.',
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

/** @returns the texts as sentences, each with a stop and a blank behind it; `''` where there are none */
function sentence(texts: readonly (string | undefined)[]): string {
  return texts
    .filter((text): text is string => text !== undefined && text !== '')
    .map((text) => `${/[.!?…]$/.test(text) ? text : `${text}.`} `)
    .join('');
}
