import { scopeKey, type ConfigEntry, type ConfigScope } from '../model/config';
import type { ConfigAddress } from './address';
import type { Baseline, Baselines } from './baseline';
import type { DocumentsHost } from './documentsHost';
import { SaveRefused } from './saveRefused';

/**
 * A device's name can move to another device. The configuration is that of the device whose file was opened if the
 * entry that was read is still in its history; otherwise the device is asked who it is.
 *
 * @returns whether it is the same device for certain; false where nobody knew which one it was when the file was opened
 * @throws {SaveRefused} `otherDevice`
 * @throws {FactoryError}
 */
export async function isSameDevice(
  host: Pick<DocumentsHost, 'fetchUuid'>,
  address: ConfigAddress,
  base: Baseline | undefined,
  latest: readonly ConfigEntry[],
): Promise<boolean> {
  if (address.scope.kind !== 'device' || base === undefined || isIn(latest, base)) {
    return true;
  }
  if (base.uuid === undefined) {
    // A new file was made from nothing that another device could have.
    return base.hash === null;
  }
  const uuid = await host.fetchUuid(address.host, address.scope);
  if (uuid !== undefined && uuid !== base.uuid) {
    throw new SaveRefused('otherDevice', address);
  }
  return true;
}

/**
 * Learns which devices opened files are of, where no list of devices has told: while the entry that was read is still in
 * the history, so that it can be proven later.
 */
export class DeviceIdentities {
  private readonly host: Pick<DocumentsHost, 'configs' | 'fetchUuid'>;
  private readonly baselines: Baselines;
  private readonly asking = new Set<string>();

  constructor(host: Pick<DocumentsHost, 'configs' | 'fetchUuid'>, baselines: Baselines) {
    this.host = host;
    this.baselines = baselines;
  }

  /**
   * To be told when a file was opened: at most one GET of the device, which nobody waits for. A failure is tried again
   * when the next file of the device is opened or looked at.
   */
  async learn({ host, scope }: Pick<ConfigAddress, 'host' | 'scope'>): Promise<void> {
    const key = `${host} ${scopeKey(scope)}`;
    if (scope.kind !== 'device' || this.asking.has(key) || this.of(host, scope, false).length === 0) {
      return;
    }
    this.asking.add(key);
    try {
      const [sibling] = this.of(host, scope, true);
      const uuid = sibling?.base.uuid ?? (await this.host.fetchUuid(host, scope));
      if (uuid !== undefined) {
        // Looked up again: more files may have been opened meanwhile, and some closed.
        this.of(host, scope, false).forEach(({ address, base }) => this.baselines.set(address, { ...base, uuid }));
      }
    } catch {
      // Without the answer a save that cannot be proven right is asked about.
    } finally {
      this.asking.delete(key);
    }
  }

  /** Files that are of the device which has the name now, going by its history: those whose uuid is known, or the others. */
  private of(host: string, scope: ConfigScope, known: boolean): { address: ConfigAddress; base: Baseline }[] {
    const latest = this.host.configs(host, scope)?.peek(scope)?.entries ?? [];
    return this.baselines.addresses().flatMap((address) => {
      const base =
        address.host === host && scopeKey(address.scope) === scopeKey(scope) ? this.baselines.get(address) : undefined;
      return base !== undefined && (base.uuid !== undefined) === known && isIn(latest, base) ? [{ address, base }] : [];
    });
  }
}

const isIn = (entries: readonly ConfigEntry[], { entry }: Baseline): boolean =>
  entry !== undefined && entries.some(({ createdAt }) => createdAt === entry);
