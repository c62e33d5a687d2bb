import { entryOfFile, type ConfigEntry, type ConfigFile } from '../model/config';
import { parseTime } from '../model/device';
import type { Conflict } from './saveRefused';
import { hashOf } from './text';

/** What somebody else did to a file meanwhile. */
export type FileChange = Omit<Conflict, 'hash'>;

/** Stops a write that would undo a change which the user has not seen. */
export class ConflictFound extends Error {
  /** @param current the file as it is now */
  constructor(
    readonly conflict: Conflict,
    readonly current: ConfigFile | undefined,
  ) {
    super('conflict');
  }
}

/**
 * @param wasThere whether the user knows the file at all
 * @param current the file as it is now
 * @returns what happened to it, when and by whom, as far as the history tells
 */
export function changeOf(
  latest: readonly ConfigEntry[],
  wasThere: boolean,
  current: ConfigFile | undefined,
): FileChange {
  const entry = current === undefined ? latest[0] : entryOfFile(latest, current.name);
  const by = entry?.createdBy;
  return {
    kind: current === undefined ? 'deleted' : wasThere ? 'changed' : 'exists',
    when: parseTime(entry?.createdAt),
    reason: entry?.reason ?? '',
    ...(by === undefined ? {} : { by }),
  };
}

/** Like `changeOf`, with what tells the file's present value from others. */
export function conflictOf(
  latest: readonly ConfigEntry[],
  wasThere: boolean,
  current: ConfigFile | undefined,
): Conflict {
  return { ...changeOf(latest, wasThere, current), hash: current === undefined ? null : hashOf(current.value) };
}
