/** Devices that come after the world has begun (docs/api.md §2.1.3, registration). */
import { hashText } from '../random';
import { ConfigHistory } from './config-history';
import { Device } from './device';
import { makeDeviceKey } from './device-key';
import type { Factory } from './factory';
import { plainFile, REMOTE_ACTIONS } from './known-files';
import { RASPBERRY } from './target-layout';

/** What is known about a new device. */
export interface Registration {
  readonly name: string;
  readonly now: number;
  readonly owner: string;
  readonly uuid?: string;
  readonly tag?: string;
  readonly apps?: string;
  readonly hardware?: string;
  readonly group?: string;
  /** Given: the private half is somewhere else. */
  readonly publicKey?: string;
}

/** Puts a new device into a Factory. It takes the newest target at its first check-in. */
export function registerDevice(factory: Factory, registration: Registration): Device {
  const { now, name } = registration;
  const seed = factory.seed.child('registered').child(hashText(name));
  const uuid = registration.uuid ?? seed.uuid('uuid');
  const tag = registration.tag ?? 'main';
  const device = new Device({
    seed,
    uuid,
    name: name === '' ? uuid : name,
    owner: registration.owner,
    group: registration.group ?? null,
    hardware: registration.hardware ?? RASPBERRY.id,
    isProd: false,
    createdAt: now,
    presence: { kind: 'online', phase: seed.below(factory.checkInMs, 'phase') },
    presetTag: tag,
    presetApps: registration.apps,
    tag,
    apps: [],
    wantedApps: registration.apps?.split(','),
    target: '',
    version: 0,
    ostree: '',
    lmpVersion: '',
    epoch: factory.epoch,
    unhealthy: false,
    ownApps: undefined,
    calm: false,
    holdUntil: 0,
    histories: {
      config: () =>
        new ConfigHistory([
          {
            createdAt: now,
            reason: 'Set initial fioconfig device data',
            files: [plainFile(REMOTE_ACTIONS, 'diag,reboot')],
            appliedAt: now,
          },
        ]),
      updates: () => [],
      appsStates: () => [],
      tests: () => [],
      key: () => (registration.publicKey === undefined ? makeDeviceKey(uuid) : undefined),
    },
  });
  device.publicKey = registration.publicKey;
  device.evaluatedTo = now;
  device.finishedTo = 0;
  device.forcedSeen = now;
  device.wake(now + 1);
  device.dirty = true;
  factory.fleet.add(device);
  return device;
}
