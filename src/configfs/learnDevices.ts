import { scopeKey, type ConfigScope } from '../model/config';
import { findEntry } from '../model/configHistory';
import type { ConfigAddress } from './address';
import type { Baseline, Baselines } from './baseline';
import type { IdentityHost } from './identityGuard';

/**
 * Learns which devices opened files are of, where they were read by name alone: while the entry that was read is still in the
 * history, so that it can be proven later.
 */
export class LearnDevices {
  private readonly host: IdentityHost;
  private readonly baselines: Baselines;
  private readonly asking = new Set<string>();

  constructor(host: IdentityHost, baselines: Baselines) {
    this.host = host;
    this.baselines = baselines;
  }

  /**
   * To be told when a file was opened: at most one GET of the device and one of its configuration by the uuid, which nobody
   * waits for. A failure is tried again when the next file of the device is opened or looked at.
   */
  async learn({ host, scope }: Pick<ConfigAddress, 'host' | 'scope'>): Promise<void> {
    const key = `${host} ${scopeKey(scope)}`;
    const configs = this.host.configs(host, scope);
    if (scope.kind !== 'device' || configs === undefined || this.asking.has(key)) {
      return;
    }
    const shown = configs.peek(scope);
    if (this.unknown(host, scope).length === 0) {
      return;
    }
    this.asking.add(key);
    try {
      // The uuid and the entry were told by different answers: only a history that was read by the uuid shows both.
      const uuid = shown?.uuid ?? this.host.knownUuid(host, scope) ?? (await this.host.fetchUuid(host, scope));
      if (uuid === undefined) {
        return;
      }
      const { entries } = await configs.getOf(scope, uuid, shown?.uuid === uuid ? Number.POSITIVE_INFINITY : 0);
      for (const { address, base } of this.unknown(host, scope)) {
        if (base.entry !== undefined && findEntry(entries, base.entry) !== undefined) {
          this.baselines.set(address, { ...base, uuid });
        }
      }
    } catch {
      // Without the answer a save that cannot be proven right is asked about.
    } finally {
      this.asking.delete(key);
    }
  }

  /** Files of that name whose device is not known. */
  private unknown(host: string, scope: ConfigScope): { address: ConfigAddress; base: Baseline }[] {
    return this.baselines.addresses().flatMap((address) => {
      const base =
        address.host === host && scopeKey(address.scope) === scopeKey(scope) ? this.baselines.get(address) : undefined;
      return base === undefined || base.uuid !== undefined ? [] : [{ address, base }];
    });
  }
}
