import type { PagedReport } from '../../store/deviceReports';
import { NoteRow } from './noteRow';
import type { DeviceSource } from './reportRows';
import type { Row } from './row';

/** What a device reported less than this ago is shown without asking again. */
export const FRESH_MS = 60_000;

/** The rows of a list by page; what could not be fetched is a row of its own, below what was there before. */
export async function pagedRows<T>(
  parent: Row,
  { refresh, failed, more }: DeviceSource,
  report: PagedReport<T>,
  words: { readonly failure: string; readonly none: string },
  rows: (items: readonly T[]) => Row[],
): Promise<Row[]> {
  const { value, error } = await report.get(FRESH_MS);
  const failure = error === undefined ? [] : [failed(parent, words.failure, error)];
  if (value === undefined) {
    return failure;
  }
  const loadMore = async () => {
    await report.loadMore();
    refresh(parent.id);
  };
  const { items, total, nextPage } = value;
  return [
    ...(items.length === 0 ? [new NoteRow(`${parent.id}/none`, parent, words.none)] : rows(items)),
    ...(nextPage === undefined ? [] : [more(parent, { shown: items.length, total }, loadMore)]),
    ...failure,
  ];
}
