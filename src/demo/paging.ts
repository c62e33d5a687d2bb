/** The 1-based pages of `/ota` (docs/api.md §2, "Three different paging styles"). */
import { validationError } from './errors';
import type { Call } from './router';

/** A page that was asked for. */
export interface Page {
  readonly page: number;
  readonly limit: number;
}

function positive(call: Call, name: string, otherwise: number): number {
  const given = call.query.get(name);
  if (given === null) {
    return otherwise;
  }
  if (!/^[1-9]\d{0,8}$/.test(given)) {
    throw validationError({ [name]: `invalid literal for int() with base 10: '${given}'` });
  }
  return Number(given);
}

/** Reads `page` and `limit`; a limit outside the choices is refused (docs/api.md §2.1.1, inferred). */
export function requestedPage(call: Call, defaultLimit: number, choices?: readonly number[]): Page {
  const page = positive(call, 'page', 1);
  const limit = positive(call, 'limit', defaultLimit);
  if (choices !== undefined && !choices.includes(limit)) {
    throw validationError({ limit: `The value '${limit}' is not a valid choice for 'limit'.` });
  }
  return { page, limit };
}

/** The absolute address of the next page, with every filter of this one; null on the last. */
export function nextPage(call: Call, { page, limit }: Page, total: number): string | null {
  if (page * limit >= total) {
    return null;
  }
  const next = new URL(call.url);
  next.searchParams.set('limit', String(limit));
  next.searchParams.set('page', String(page + 1));
  return next.href;
}

/** Cuts a page out of a list and names the rest, under the list's own key. */
export function paged<T>(
  call: Call,
  key: string,
  items: readonly T[],
  toWire: (item: T) => unknown,
  defaultLimit = 100,
): Record<string, unknown> {
  const page = requestedPage(call, defaultLimit);
  const first = (page.page - 1) * page.limit;
  return {
    [key]: items.slice(first, first + page.limit).map(toWire),
    total: items.length,
    next: nextPage(call, page, items.length),
  };
}
