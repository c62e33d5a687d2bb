import { DOCUMENTS } from './documents';
import type { HostileCase } from './hostile';
import { LISTS } from './lists';
import { LOGS } from './logs';
import { PAGES } from './pages';
import { TEXTS } from './texts';

export type { HostileCase } from './hostile';

/** Everything that reads what others write. */
export const HOSTILE: Readonly<Record<string, readonly HostileCase[]>> = {
  Texts: TEXTS,
  Logs: LOGS,
  Documents: DOCUMENTS,
  Lists: LISTS,
  Pages: PAGES,
};
