/**
 * @param baseUrl address of the API
 * @returns where the web interface has the devices of a Factory; undefined where the API's address does not tell
 */
export function webDevicesPage(baseUrl: string, factory: string): string | undefined {
  const origin = webOrigin(baseUrl);
  return origin && `${origin}/factories/${encodeURIComponent(factory)}/devices`;
}

/**
 * @param baseUrl address of the API
 * @returns where tokens, or application credentials, are made (docs/api.md §1.1); undefined where the API's address does
 *   not tell: a token of another server is made elsewhere
 */
export function webSettingsPage(baseUrl: string, what: 'tokens' | 'credentials'): string | undefined {
  const origin = webOrigin(baseUrl);
  return origin && `${origin}/settings/${what}/`;
}

/** The web interface is beside the API, `app.` in the place of its `api.` (docs/api.md §1). */
function webOrigin(baseUrl: string): string | undefined {
  if (!URL.canParse(baseUrl)) {
    return undefined;
  }
  const { protocol, host, pathname } = new URL(baseUrl);
  const sibling = /^api(\.[^:]+\.[^:.]+)$/.exec(host)?.[1];
  return sibling === undefined || pathname !== '/' || protocol !== 'https:' ? undefined : `https://app${sibling}`;
}
