import { parseTime, type Device } from '../model/device';

/**
 * Reads a device as `deviceSchema` does, without its objects in between: of thousands of devices they took longer than
 * the network. (docs/api.md §2.1.1)
 *
 * @returns undefined where anything is of another type than it should be: the schema then says what
 */
export function quickDevice(data: unknown): Device | undefined {
  if (!isObject(data)) {
    return undefined;
  }
  const { uuid, name } = data;
  const factory = textOf(data.factory);
  const owner = textOf(data.owner);
  const created = textOf(data['created-at']);
  const seen = textOf(data['last-seen']);
  const ostreeHash = textOf(data['ostree-hash']);
  const target = textOf(data['target-name']);
  const currentUpdate = textOf(data['current-update']);
  const status = textOf(data.status);
  const upToDate = data['up-to-date'] ?? undefined;
  const tags = textsOf(data['device-tags']);
  const tag = textOf(data.tag);
  const apps = textsOf(data['docker-apps']);
  const network = data['network-info'] ?? NOTHING;
  const groupName = textOf(data['device-group']);
  const group = data.group ?? NOTHING;
  const lmpVersion = textOf(data['lmp-ver']);
  const production = data['is-prod'] ?? false;
  const inWave = data['is-wave'] ?? false;
  if (!isObject(network) || !isObject(group)) {
    return undefined;
  }
  const hostname = textOf(network.hostname);
  const ip = textOf(network.local_ipv4);
  const innerName = textOf(group.name);
  return typeof uuid !== 'string' ||
    typeof name !== 'string' ||
    factory === undefined ||
    owner === undefined ||
    created === undefined ||
    seen === undefined ||
    ostreeHash === undefined ||
    target === undefined ||
    currentUpdate === undefined ||
    status === undefined ||
    (upToDate !== undefined && typeof upToDate !== 'boolean') ||
    tags === undefined ||
    tag === undefined ||
    apps === undefined ||
    groupName === undefined ||
    lmpVersion === undefined ||
    typeof production !== 'boolean' ||
    typeof inWave !== 'boolean' ||
    hostname === undefined ||
    ip === undefined ||
    innerName === undefined
    ? undefined
    : {
        uuid,
        name,
        factory,
        owner,
        target,
        tag: tag === '' ? (tags[0] ?? '') : tag,
        group: groupName === '' ? innerName : groupName,
        status,
        currentUpdate,
        upToDate,
        production,
        inWave,
        apps,
        lmpVersion,
        ostreeHash,
        hostname,
        ip,
        lastSeen: parseTime(seen),
        createdAt: created,
      };
}

/** @returns the devices of a list; undefined where any of them, or the list, is not as it should be */
export function quickDevices(data: unknown): Device[] | undefined {
  if (!Array.isArray(data)) {
    return undefined;
  }
  const devices: Device[] = [];
  for (const item of data) {
    const device = quickDevice(item);
    if (device === undefined) {
      return undefined;
    }
    devices.push(device);
  }
  return devices;
}

const NOTHING: Readonly<Record<string, unknown>> = {};
const NONE: readonly string[] = [];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @returns `''` for what is missing, undefined for what is no text */
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : value === undefined || value === null ? '' : undefined;

/** @returns none for what is missing, undefined for what is no list of texts */
function textsOf(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) {
    return NONE;
  }
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
}
