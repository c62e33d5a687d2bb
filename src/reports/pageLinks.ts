/** A value of a page that leads somewhere: made here, never taken from a text of the network. */
export interface PageLink {
  /** Name and value of the line, as `fields` was given them. */
  readonly name: string;
  readonly value: string;
  readonly url: string;
}

/** Where a link is in a text. */
export interface PlacedLink {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly url: string;
}

/** A page, and what of it leads somewhere. */
export interface LinkedPage {
  readonly text: string;
  readonly links: readonly PageLink[];
}

/**
 * Addresses in texts of the network: VS Code makes a link of whatever looks like one. A space that has no width keeps it
 * from that; the page's own links show no address.
 */
export function withoutAddresses(text: string): string {
  return text.replace(/(https?|file):\/\//gi, '$1:/\u200b/');
}

/** @returns the places of the links; those whose line is not there are left out */
export function placeLinks(text: string, links: readonly PageLink[]): PlacedLink[] {
  const lines = text.split('\n');
  return links.flatMap(({ name, value, url }) => {
    const line = lines.findIndex(
      (candidate) =>
        candidate.startsWith(' ') &&
        candidate.endsWith(`  ${value}`) &&
        candidate.slice(0, -value.length).trim() === name,
    );
    const end = lines[line]?.length ?? 0;
    return line < 0 || value === '' ? [] : [{ line, start: end - value.length, end, url }];
  });
}
