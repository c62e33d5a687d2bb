/**
 * Names a server: in addresses of documents, in ids of accounts, and in everything that is stored about one. Two base addresses never
 * share a key, and a key survives what VS Code does to the authority of a URI: it lower-cases it, and escapes what is not plain.
 *
 * - `https://api.foundries.io` → `api.foundries.io`: `https` without a path is its host, as in all earlier versions
 * - `http://localhost:8080` → `http@localhost:8080`
 * - `https://gw/Staging/v1` → `https_~53taging_v1@gw`
 *
 * A base address has no user, so that no host holds an `@`.
 *
 * @param baseUrl absolute http(s) address; slashes at the end of its path do not count
 * @throws {TypeError} where it is no absolute http(s) address
 */
export function serverKey(baseUrl: string): string {
  const url = new URL(baseUrl);
  const scheme = url.protocol.slice(0, -1);
  if (scheme !== 'https' && scheme !== 'http') {
    throw new TypeError(`not an http(s) address: ${url.protocol}`);
  }
  const path = pathOf(url);
  return scheme === 'https' && path === '' ? url.host : `${scheme}${escapePath(path)}@${url.host}`;
}

/** @returns the base address that a key stands for, as `baseOf` writes it; undefined where it is no key */
export function serverBase(key: string): string | undefined {
  const [, scheme = 'https', path = '', host = ''] =
    /^(?:(https?)((?:_|~[0-9a-f]{2}|[a-z0-9.-])*)@)?([^@]+)$/.exec(key) ?? [];
  const base = `${scheme}://${host}${unescapePath(path)}`;
  // Whatever else it may be: it has to be the key of what it stands for.
  return URL.canParse(base) && serverKey(base) === key ? base : undefined;
}

/** @returns a server for people: its host, or its whole base address where `https` and the host do not say it all */
export function serverName(key: string): string {
  return key.includes('@') ? (serverBase(key) ?? key) : key;
}

/** @returns the base address without slashes at its end, query and fragment */
export function baseOf(url: URL): string {
  return url.origin + pathOf(url);
}

/**
 * @param base a base address as `baseOf` writes it
 * @returns whether an address belongs to the server there, and not to another one on the same host: only such a one is sent its
 *   credential. A gateway may take `%2f` for a slash, so that escaped dots must not lead out either.
 */
export function isBelow(address: URL, base: string): boolean {
  const path = pathOf(new URL(base));
  return (
    address.origin === new URL(base).origin &&
    (address.pathname === path || address.pathname.startsWith(`${path}/`)) &&
    (path === '' || !address.pathname.split(/%2f|%5c|\//i).some(isDots))
  );
}

const isDots = (segment: string): boolean => /^(?:\.|%2e){1,2}$/i.test(segment);

function pathOf({ pathname }: URL): string {
  let end = pathname.length;
  while (pathname[end - 1] === '/') {
    end -= 1;
  }
  return pathname.slice(0, end);
}

/** The path of a URL is ASCII. Capital letters are escaped too: an authority has none. */
const escapePath = (path: string): string =>
  path.replace(/[^a-z0-9.-]/g, (char) => (char === '/' ? '_' : `~${char.charCodeAt(0).toString(16).padStart(2, '0')}`));

const unescapePath = (path: string): string =>
  path.replace(/_|~(..)/g, (_, hex: string | undefined) =>
    hex === undefined ? '/' : String.fromCharCode(Number.parseInt(hex, 16)),
  );
