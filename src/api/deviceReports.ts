import * as v from 'valibot';
import { count } from './decode';
import { requestJson } from './json';
import type { RequestSpec } from './request';
import type { Transport } from './transport';

/** A page of what a device reported. */
export interface ReportPage<T> {
  readonly items: readonly T[];
  /** Items on all pages, as far as the service says. */
  readonly total: number;
  /** Number of the page after this one; undefined on the last. */
  readonly nextPage: number | undefined;
}

/**
 * Asks for a page of a list of `/ota` with `total` and `next` (docs/api.md §2, paging styles). Of a `next` address
 * only that there is one is taken, so it never leads to another host.
 *
 * @param key where the list is in the answer
 * @throws {FactoryError}
 */
export async function requestPage<const TSchema extends v.GenericSchema>(
  transport: Transport,
  spec: RequestSpec,
  key: string,
  item: TSchema,
  page = 1,
  signal?: AbortSignal,
): Promise<ReportPage<v.InferOutput<TSchema>>> {
  const schema = v.object({ [key]: v.nullish(v.array(item), []), total: count, next: v.nullish(v.string()) });
  const query = { ...spec.query, page: page > 1 ? page : undefined };
  const answer: Record<string, unknown> = await requestJson(transport, { ...spec, query }, schema, signal);
  const items = answer[key] as v.InferOutput<TSchema>[];
  const { total, next } = answer;
  // An empty page is the end, whatever it says of a next one.
  const isLast = items.length === 0 || typeof next !== 'string' || next === '';
  return {
    items,
    total: Math.max(typeof total === 'number' ? total : 0, items.length),
    nextPage: isLast ? undefined : page + 1,
  };
}
