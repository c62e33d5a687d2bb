import type { Device } from '../model/device';

/** What asks about devices, and shows them. */
export interface Shown {
  /** @returns undefined where the device is no more */
  ask(uuid: string): Promise<Device | undefined>;
  /** Shows devices, by uuid; looks through all lists. */
  heard(devices: ReadonlyMap<string, Device>): void;
  /** Takes devices away; looks through all lists. */
  gone(uuids: ReadonlySet<string>): void;
  /** What was heard and is about to be shown; a device that is shown otherwise goes from there. */
  readonly waiting: Set<Map<string, Device>>;
}

/**
 * Asks anew about single devices. All lists are looked through for each that is shown, so as many as were shown before are shown at
 * once: the first at once, of thousands a few times.
 *
 * @throws {FactoryError} of the first that failed; the others are up to date
 */
export async function refreshMany(uuids: readonly string[], shown: Shown): Promise<void> {
  const heard = new Map<string, Device>();
  const gone = new Set<string>();
  let told = 0;
  const tell = () => {
    told += heard.size + gone.size;
    const [devices, others] = [new Map(heard), new Set(gone)];
    heard.clear();
    gone.clear();
    shown.gone(others);
    shown.heard(devices);
  };
  shown.waiting.add(heard);
  const looks = uuids.map(async (uuid) => {
    const device = await shown.ask(uuid);
    if (device === undefined) {
      gone.add(uuid);
    } else {
      heard.set(uuid, device);
    }
    if (heard.size + gone.size >= told) {
      tell();
    }
  });
  const failed = (await Promise.allSettled(looks)).find((look) => look.status === 'rejected');
  tell();
  shown.waiting.delete(heard);
  if (failed !== undefined) {
    throw failed.reason;
  }
}
