import { sameOrAbsent } from '../model/config';
import { entryKey, fileOf } from '../model/configHistory';
import type { Overwritten } from '../store/overwritten';
import { changeFile, type ChangeHost } from './changeFile';
import { syntaxNotes, type KnownForCheck } from './syntaxGuard';

/**
 * Takes back a loss that the user does not have to decide about (`Completion`). It goes the way of every change, so that it
 * reaches no other device, no file that somebody wrote to since or that an editor holds unsent text of, and no configuration
 * for which it is too large. The user is not asked again: they agreed to the write that this one completes less than a minute
 * ago, with its reach and its reason. What they would have to be asked for the text itself is not sent.
 *
 * @param server key of the server
 * @returns whether what was lost is in force again; where not, the user is to decide
 */
export async function complete(
  host: ChangeHost,
  server: string,
  { scope, completion }: Overwritten,
  known: KnownForCheck,
): Promise<boolean> {
  if (completion === undefined) {
    return false;
  }
  const {
    change: { file, reason },
    uuid,
    seen,
  } = completion;
  const place = { host: server, scope };
  const address = { ...place, file: file.name };
  const there = fileOf(seen, file.name);
  try {
    if ((await syntaxNotes(place, [file], known)).length > 0) {
      return false;
    }
    await changeFile(host, {
      address,
      meant: { uuid, entry: entryKey(seen) },
      kind: 'put',
      wasThere: there !== undefined,
      reason,
      closed: [address],
      compare: (current) =>
        sameOrAbsent(current, file) ? 'done' : sameOrAbsent(current, there) ? 'asSeen' : 'changed',
      make: () => ({ kind: 'put', file }),
    });
    return true;
  } catch {
    return false;
  }
}
