import type { ConfigEntry } from '../model/config';
import type { ConfigAddress } from './address';
import type { Baseline } from './baseline';
import type { DocumentsHost } from './documentsHost';
import { SaveRefused } from './saveRefused';

/**
 * A device's name can move to another device. The configuration is that of the device whose file was opened if the
 * entry that was read is still in its history; otherwise the device is asked who it is.
 *
 * @throws {SaveRefused} `otherDevice`
 * @throws {FactoryError}
 */
export async function checkIdentity(
  host: Pick<DocumentsHost, 'fetchUuid'>,
  address: ConfigAddress,
  base: Baseline | undefined,
  latest: readonly ConfigEntry[],
): Promise<void> {
  if (base?.uuid === undefined || (base.entry !== undefined && latest.some((e) => e.createdAt === base.entry))) {
    return;
  }
  const uuid = await host.fetchUuid(address.host, address.scope);
  if (uuid !== undefined && uuid !== base.uuid) {
    throw new SaveRefused('otherDevice', address);
  }
}
