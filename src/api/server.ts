import { baseOf, serverKey } from '../model/serverKey';

/**
 * What the client knows of the server it talks to. Another server of the family is another value of this type; views and
 * store ask `can`, never which server it is.
 */
export interface Server {
  /** Base address without a trailing slash: `https://api.foundries.io`. */
  readonly baseUrl: string;
  /** Tells it from all other servers, in addresses and in what is stored (`model/serverKey`). */
  readonly key: string;
  /** Host and path of the base address, for messages. Two servers may have the same. */
  readonly label: string;
  /** Headers that carry the credential; sent to addresses below the base address only. */
  credentialHeaders(token: string): Readonly<Record<string, string>>;
  /** Every form in which a credential may be repeated by the service: none of them is shown. */
  secretTexts(token: string): readonly string[];
  /** How the device list is paged. */
  readonly devicePaging: { readonly firstPage: 0 | 1; readonly sizes: readonly number[] };
  readonly can: Capabilities;
}

export interface Capabilities {
  /** Device configuration can be read and written. */
  readonly deviceConfig: boolean;
  /** The identity of the credential's user can be asked (`users/self/`). */
  readonly identity: boolean;
}

/**
 * The host of the demo Factory. No network has such a name (RFC 6761), so what belongs to the demo cannot be taken for
 * something real, nor sent there.
 */
export const DEMO_HOST = 'demo.invalid';
/** Base address of the demo Factory. Its key is the host. */
export const DEMO_URL = `https://${DEMO_HOST}`;

/** How a credential is sent: an API token, or the access token of application credentials (docs/api.md §1.1). */
export type CredentialKind = 'token' | 'bearer';

/**
 * The hosted service and whatever speaks the same API.
 *
 * @param baseUrl absolute http(s) address; a path is kept as a prefix, a trailing slash dropped (docs/api.md §9.1)
 * @throws {TypeError} when it is not an absolute http(s) address, or holds credentials, a query or a fragment, or is that
 *   of the demo
 */
export function foundriesServer(baseUrl: string, credential: CredentialKind = 'token'): Server {
  const url = new URL(baseUrl);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new TypeError(`not an http(s) address: ${url.protocol}`);
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new TypeError('an address without user, query and fragment is needed');
  }
  if (url.hostname === DEMO_HOST) {
    throw new TypeError('the demo Factory has no address');
  }
  return serverAt(url, credential);
}

/** @returns the demo Factory, which is asked in process */
export function demoServer(): Server {
  return serverAt(new URL(DEMO_URL), 'token');
}

function serverAt(url: URL, credential: CredentialKind): Server {
  // As fioctl sends it: base64 of the access token (docs/api.md §1.1).
  const base64 = (token: string) => Buffer.from(token, 'utf8').toString('base64');
  const baseUrl = baseOf(url);
  return {
    baseUrl,
    key: serverKey(baseUrl),
    label: baseUrl.slice(`${url.protocol}//`.length),
    credentialHeaders: (token) =>
      credential === 'token' ? { 'OSF-TOKEN': token } : { Authorization: `Bearer ${base64(token)}` },
    secretTexts: (token) => (credential === 'token' ? [token] : [token, base64(token)]),
    // docs/api.md §2.1.1: other page sizes are presumably refused
    devicePaging: { firstPage: 1, sizes: [10, 20, 30, 40, 50, 100, 200, 500, 1000] },
    can: { deviceConfig: true, identity: true },
  };
}

/**
 * @returns where application credentials are exchanged for access tokens: the sibling host `app` of `api`, as the CLI derives
 *   it (docs/api.md, Hosts); below the API's own address where its host does not begin so
 */
export function oauthUrlOf(apiUrl: string): string {
  const url = new URL(apiUrl);
  if (!url.hostname.startsWith('api.')) {
    return `${baseOf(url)}/oauth`;
  }
  url.hostname = url.hostname.replace(/^api\./, 'app.');
  return `${url.origin}/oauth`;
}
