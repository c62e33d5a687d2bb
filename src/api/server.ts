/**
 * What the client knows of the server it talks to. Another server of the family is another value of this type; views and
 * store ask `can`, never which server it is.
 */
export interface Server {
  /** Base address without a trailing slash: `https://api.foundries.io`. */
  readonly baseUrl: string;
  /** `host[:port]` of the base address. */
  readonly host: string;
  /** Headers that carry the credential; sent to the base address' origin only. */
  credentialHeaders(token: string): Readonly<Record<string, string>>;
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
 * The hosted service and whatever speaks the same API.
 *
 * @param baseUrl absolute http(s) address; a path is kept as a prefix, a trailing slash dropped (fioctl-wire.md §0)
 * @throws {TypeError} when it is not an absolute http(s) address, or holds credentials, a query or a fragment
 */
export function foundriesServer(baseUrl: string): Server {
  const url = new URL(baseUrl);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new TypeError(`not an http(s) address: ${url.protocol}`);
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new TypeError('an address without user, query and fragment is needed');
  }
  return {
    baseUrl: url.origin + url.pathname.replace(/\/+$/, ''),
    host: url.host,
    // foundries-api.md §1.1
    credentialHeaders: (token) => ({ 'OSF-TOKEN': token }),
    // foundries-api.md §2.1.1: other page sizes are presumably refused
    devicePaging: { firstPage: 1, sizes: [10, 20, 30, 40, 50, 100, 200, 500, 1000] },
    can: { deviceConfig: true, identity: true },
  };
}
