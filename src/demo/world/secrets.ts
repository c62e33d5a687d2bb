/** What lies in a device's `/var/run/secrets` (docs/api.md §4.2): for tests, no API shows it. */
import type { RunningConfig, Device } from './device';
import { decryptValue } from './ecies';
import type { Factory } from './factory';

/** File name → text, of the sets that the device runs with: the device's over the group's over the Factory's. */
export function secretsOf(factory: Factory, device: Device): Record<string, string> {
  const began: RunningConfig = {
    ...factory.sharedConfig(device.group, factory.epoch),
    own: device.activeConfig,
  };
  const { factory: all, group, own } = device.running ?? began;
  const secrets: Record<string, string> = {};
  for (const file of [...(all?.files ?? []), ...(group?.files ?? [])]) {
    secrets[file.name] = file.value;
  }
  const ownEntry = own === 'as it began' ? device.activeConfig : own;
  for (const file of ownEntry?.files ?? []) {
    const { key } = device;
    if (file.unencrypted) {
      secrets[file.name] = file.value;
    } else if (key !== undefined) {
      secrets[file.name] = decryptValue(file.value, key.scalar).toString('utf8');
    }
  }
  return secrets;
}
