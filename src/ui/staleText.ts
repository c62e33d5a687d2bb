import { l10n } from 'vscode';
import { explain } from './errorText';
import { dateTime } from './time';

/**
 * @param state what a view shows: when it was fetched, and why the last fetch failed
 * @returns why the rows are missing or old, for the place above them; `''` where they are neither
 */
export function staleText(
  state: { readonly fetchedAt: number | undefined; readonly error: unknown } | undefined,
): string {
  if (state?.error === undefined) {
    return '';
  }
  const { message } = explain(state.error);
  return state.fetchedAt === undefined ? message : l10n.t('As of {0}. {1}', dateTime(state.fetchedAt), message);
}
