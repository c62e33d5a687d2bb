/**
 * Where the web interface has the devices of a Factory (foundries-api.md §1): beside the API, `app.` in the place of its
 * `api.`.
 *
 * @param baseUrl address of the API
 * @returns undefined where the host of the API does not tell that of the web interface
 */
export function webDevicesPage(baseUrl: string, factory: string): string | undefined {
  if (!URL.canParse(baseUrl)) {
    return undefined;
  }
  const { protocol, host, pathname } = new URL(baseUrl);
  const sibling = /^api(\.[^:]+\.[^:.]+)$/.exec(host)?.[1];
  return sibling === undefined || pathname !== '/' || protocol !== 'https:'
    ? undefined
    : `https://app${sibling}/factories/${encodeURIComponent(factory)}/devices`;
}
