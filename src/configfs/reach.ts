import type { ConfigScope } from '../model/config';
import type { Connection } from '../store/connections';
import { configurationReach } from '../store/reach';
import { offlineAfterHours } from '../ui/offlineAfter';
import { reachText } from '../ui/reachText';

/** @returns in sentences, how many devices a group's or Factory's configuration reaches. Never rejects */
export async function configurationReachText(
  { client }: Connection,
  scope: Exclude<ConfigScope, { kind: 'device' }>,
): Promise<string> {
  const reach = await configurationReach(client, scope, { offlineAfterHours: offlineAfterHours() });
  return reachText(reach, { kind: 'reached' });
}
