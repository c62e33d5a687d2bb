/** A device as the API answers it (docs/api.md §2.1.2): one form in the list, a longer one alone. */
import { isoOffset } from '../clock';
import { entryToWire } from './config-history';
import type { Device } from './device';
import { publicKeyOpenSsh, publicKeyPem } from './device-key';
import { changeMeta, type Factory } from './factory';
import { statusOf, updateToWire } from './update-run';

/** Format of `public-key` (docs/api.md §2.1.1). */
export type KeyFormat = 'PEM' | 'OpenSSH';

function publicKey(device: Device, format: KeyFormat): string {
  const pem = device.publicKey ?? (device.key === undefined ? '' : publicKeyPem(device.key));
  return format === 'OpenSSH' && pem !== '' ? publicKeyOpenSsh(pem) : pem;
}

function networkInfo(device: Device): object | null {
  if (device.target === '' && device.presence.kind === 'never') {
    return null;
  }
  const octet = (key: string): number => 2 + device.seed.below(250, key);
  const mac = device.seed.hex(6, 'mac');
  return {
    hostname: device.hardware,
    local_ipv4: `192.168.${octet('net')}.${octet('host')}`,
    mac: `dc:a6:32:${mac.slice(0, 2)}:${mac.slice(2, 4)}:${mac.slice(4, 6)}`,
  };
}

function common(device: Device, factory: Factory, now: number, format: KeyFormat): Record<string, unknown> {
  const lastSeen = device.lastSeen(now, factory.checkInMs);
  return {
    uuid: device.uuid,
    owner: device.owner,
    factory: factory.name,
    name: device.name,
    'created-at': isoOffset(device.createdAt),
    'last-seen': lastSeen === undefined ? '' : isoOffset(lastSeen),
    'ostree-hash': device.ostree,
    'target-name': device.target,
    'current-update': device.runningUpdate(now)?.correlationId ?? '',
    'device-tags': device.tag === undefined ? [] : [device.tag],
    ...(device.tag === undefined ? {} : { tag: device.tag }),
    'docker-apps': device.apps,
    'network-info': networkInfo(device),
    'up-to-date': factory.isUpToDate(device, now),
    // Takes longer to make than all the rest, and most clients do not ask for it.
    get 'public-key'() {
      return publicKey(device, format);
    },
    'is-prod': device.isProd,
    'is-wave': factory.isInWave(device, now),
    status: statusOf(device.newestUpdate, now),
    ...(device.lmpVersion === '' ? {} : { 'lmp-ver': device.lmpVersion }),
    'change-meta': changeMeta(device),
  };
}

/** A row of the device list. */
export function deviceRow(device: Device, factory: Factory, now: number, format: KeyFormat): Record<string, unknown> {
  return Object.assign(common(device, factory, now, format), { 'device-group': device.group });
}

function hardwareInfo(device: Device): object | null {
  if (device.target === '') {
    return null;
  }
  const pi = device.hardware.startsWith('raspberrypi');
  return {
    id: device.hardware,
    class: 'system',
    product: pi ? 'Raspberry Pi 4 Model B Rev 1.4' : 'NUC7i5DNHE',
    width: 64,
    children: [
      {
        id: 'core',
        class: 'bus',
        description: 'Motherboard',
        children: [
          { id: 'memory', class: 'memory', size: pi ? 4_026_531_840 : 8_220_835_840, units: 'bytes' },
          {
            id: 'network',
            class: 'network',
            logicalname: 'eth0',
            serial: `dc:a6:32:${device.seed.hex(2, 'nic')}:00:01`,
          },
        ],
      },
    ],
  };
}

function aktualizrToml(device: Device): string {
  const apps = device.wantedApps ?? device.presetApps?.split(',');
  return [
    '[uptane]',
    'polling_sec = 300',
    '',
    '[pacman]',
    'type = "ostree+compose_apps"',
    ...(apps === undefined ? [] : [`compose_apps = "${apps.join(',')}"`]),
    `tags = "${device.tag ?? ''}"`,
    '',
  ].join('\n');
}

/** A device asked for alone. */
export function deviceDetail(
  device: Device,
  factory: Factory,
  now: number,
  format: KeyFormat,
): Record<string, unknown> {
  const group = device.group === null ? undefined : factory.groups.get(device.group);
  const active = device.activeConfig;
  return {
    ...common(device, factory, now, format),
    group:
      group === undefined
        ? null
        : { id: group.id, name: group.name, description: group.description, 'change-meta': changeMeta(group) },
    'hardware-info': hardwareInfo(device),
    'aktualizr-toml': device.target === '' ? '' : aktualizrToml(device),
    ...(active === undefined ? {} : { 'active-config': entryToWire(active, true) }),
    ...(device.appsStates[0] === undefined ? {} : { 'apps-state': device.appsStates[0] }),
    'secondary-ecus': [],
    updates: device.updates.slice(0, 10).map(updateToWire),
  };
}
