import { l10n, workspace } from 'vscode';
import { NOT_BEGUN, type FailureDetails } from '../api/errors';
import { DEMO_URL } from '../api/server';
import { hostLabel } from './hostLabel';

/** What can be done about a failure, as commands behind buttons. */
export type Remedy = 'signIn' | 'openSettings' | 'proxySettings' | 'retry' | 'showLog';

export interface Explanation {
  /** What happened, to what, and what to do next; plain text. */
  readonly message: string;
  readonly remedies: readonly Remedy[];
  /** Address at which `signIn` begins; that of the settings where there is none. */
  readonly signInAt?: string;
}

/** @returns a request that came to no answer, in words */
export function explainNoAnswer(kind: 'network' | 'tls' | 'timeout', info: FailureDetails): Explanation {
  const host = hostLabel(info.store ?? info.host);
  switch (kind) {
    case 'network':
      return networkText(host, info);
    case 'tls':
      return tlsText(host, info);
    case 'timeout':
      if (info.code === NOT_BEGUN) {
        return {
          message: l10n.t(
            'Nothing was sent to {0}: too many earlier requests are still without an answer. Try again, or see which in the log.',
            host,
          ),
          remedies: ['retry', 'showLog'],
        };
      }
      return {
        message: `${l10n.t('{0} did not answer in time.', host)} ${proxyAdvice()}`,
        remedies: ['retry', 'proxySettings', 'showLog'],
      };
  }
}

/** @returns an answer that the service itself would hardly give, in words */
export function explainStrangeAnswer(
  kind: 'unexpected' | 'redirect' | 'tooLarge',
  info: FailureDetails,
  said: string,
): Explanation {
  const host = hostLabel(info.store ?? info.host);
  const words = said === '' && kind === 'unexpected' ? sentence([l10n.t('status {0}', info.status ?? '')]) : said;
  const texts = {
    unexpected: () => l10n.t('{0} answered with something unexpected: {1}', host, words),
    redirect: () => l10n.t('{0} redirects to an address that is not followed: {1}', host, words),
    tooLarge: () => l10n.t('{0} answered with more than can be taken in: {1}', host, words),
  };
  return {
    message: `${texts[kind]().trim()} ${addressQuestion(info)}`.trim(),
    remedies: [...(kind === 'redirect' ? [] : (['retry'] as const)), ...addressRemedies(info), 'showLog'],
  };
}

/** @returns in words that a server answered that is no Foundries API */
export function explainOtherApi(info: FailureDetails): Explanation {
  const own = ownAddress(info);
  const host = hostLabel(info.host);
  return {
    message:
      own === undefined
        ? l10n.t("{0} doesn't answer like the Foundries API. Check foundries.apiUrl.", host)
        : l10n.t("{0} doesn't answer like the Foundries API. Check the address {1}, then sign in again.", host, own),
    remedies: [...addressRemedies(info), 'showLog'],
  };
}

/** @returns in words that it was no service that answered, but a proxy that wants to know who asks */
export function explainProxyRefusal(host: string): Explanation {
  return {
    message: l10n.t(
      'A proxy before {0} asks for a user name and a password (407). Check the setting http.proxy; what needs no proxy goes into http.noProxy.',
      host,
    ),
    remedies: ['retry', 'proxySettings', 'showLog'],
  };
}

function networkText(host: string, info: FailureDetails): Explanation {
  switch (info.code) {
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'EAI_AGAIN': {
      const what =
        info.code === 'ECONNREFUSED'
          ? l10n.t('Cannot reach {0}: the connection was refused.', host)
          : l10n.t('Cannot reach {0}: no such host is known.', host);
      return {
        message: `${what} ${proxyAdvice()} ${addressQuestion(info)}`.trim(),
        remedies: ['retry', ...addressRemedies(info), 'showLog'],
      };
    }
    case 'ECONNRESET':
    case 'ERR_STREAM_PREMATURE_CLOSE':
    case 'EPIPE':
      return {
        message: `${l10n.t('The connection to {0} was cut.', host)} ${proxyAdvice()}`,
        remedies: ['retry', 'proxySettings', 'showLog'],
      };
    default:
      return {
        message: `${l10n.t('Cannot reach {0} ({1}).', host, info.code ?? l10n.t('no answer'))} ${proxyAdvice()}`,
        remedies: ['retry', 'proxySettings', 'showLog'],
      };
  }
}

function tlsText(host: string, info: FailureDetails): Explanation {
  const { code = '' } = info;
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
    case 'ERR_TLS_CERT_ALTNAME_INVALID': {
      const what = l10n.t('Whoever answers for {0} has the certificate of another host ({1}).', host, code);
      return {
        message: `${what} ${proxyAdvice()} ${addressQuestion(info)}`.trim(),
        remedies: ['retry', ...addressRemedies(info), 'showLog'],
      };
    }
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

/** What a connection needs behind a company's proxy, and where there is none. */
const proxyAdvice = (): string => l10n.t('Check the network and the settings http.proxy and http.noProxy.');

/**
 * Names where the address stands that may be wrong: an account has its own, which the settings need not be. `''` for a store
 * that the service itself has named.
 */
function addressQuestion(info: FailureDetails): string {
  if (info.store !== undefined) {
    return '';
  }
  const own = ownAddress(info);
  return own === undefined
    ? l10n.t('Is foundries.apiUrl right?')
    : l10n.t('Is {0} right? It is the address of the account: sign in again to change it.', own);
}

function addressRemedies(info: FailureDetails): Remedy[] {
  return info.store !== undefined ? [] : [ownAddress(info) === undefined ? 'openSettings' : 'signIn'];
}

/** @returns the address that was asked, where it is not that of the settings but that of an account */
export function ownAddress({ base }: FailureDetails): string | undefined {
  const configured = workspace.getConfiguration('foundries').get<string>('apiUrl', '').trim();
  return base === undefined || base === DEMO_URL || sameAddress(base, configured) ? undefined : base;
}

const sameAddress = (base: string, configured: string): boolean =>
  URL.canParse(configured) && base === new URL(configured).href.replace(/(?<!\/)\/+$/, '');

/** @returns the texts as sentences, each with a stop and a blank behind it; `''` where there are none */
export function sentence(texts: readonly (string | undefined)[]): string {
  return texts
    .filter((text): text is string => text !== undefined && text !== '')
    .map((text) => `${/[.!?…]$/.test(text) ? text : `${text}.`} `)
    .join('');
}
