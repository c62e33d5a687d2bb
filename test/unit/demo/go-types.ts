/** How the real CLI's decoder looks at an answer: a missing field or null is fine, another type is an error (docs/api.md §9.4). */

/** A type as Go has it. `any` takes everything; a list has one element type; `'*'` in an object makes it a map. */
export type GoType =
  'string' | 'bool' | 'int' | 'float' | 'any' | readonly [GoType] | { readonly [field: string]: GoType };

/** Every place where a value is not what the type says. */
export function mismatches(value: unknown, type: GoType, path = '$'): string[] {
  if (value === null || value === undefined || type === 'any') {
    return [];
  }
  if (typeof type === 'string') {
    const fits =
      type === 'int'
        ? Number.isInteger(value)
        : type === 'float'
          ? typeof value === 'number'
          : type === 'bool'
            ? typeof value === 'boolean'
            : typeof value === 'string';
    return fits ? [] : [`${path}: ${JSON.stringify(value)} is no ${type}`];
  }
  if (isList(type)) {
    return Array.isArray(value)
      ? value.flatMap((item, place) => mismatches(item, type[0], `${path}[${place}]`))
      : [`${path}: no list`];
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    return [`${path}: no object`];
  }
  return Object.entries(value).flatMap(([field, inner]) => {
    const innerType = type[field] ?? type['*'];
    return innerType === undefined ? [] : mismatches(inner, innerType, `${path}.${field}`);
  });
}

function isList(type: GoType): type is readonly [GoType] {
  return Array.isArray(type);
}

const CHANGE_META: GoType = {
  'created-by': 'string',
  'created-at': 'string',
  'updated-by': 'string',
  'updated-at': 'string',
};

export const GROUP: GoType = { id: 'int', name: 'string', description: 'string', 'change-meta': CHANGE_META };

export const CONFIG_ENTRY: GoType = {
  'created-at': 'string',
  'applied-at': 'string',
  'created-by': 'string',
  reason: 'string',
  files: [{ name: 'string', value: 'string', unencrypted: 'bool', 'on-changed': ['string'] }],
};

export const CONFIG_LIST: GoType = { config: [CONFIG_ENTRY], total: 'int', next: 'string' };

const SERVICE: GoType = {
  name: 'string',
  hash: 'string',
  state: 'string',
  status: 'string',
  health: 'string',
  image: 'string',
  logs: 'string',
};

const APPS_STATE: GoType = {
  ostree: 'string',
  deviceTime: 'string',
  apps: { '*': { state: 'string', uri: 'string', services: [SERVICE] } },
};

export const APPS_STATES: GoType = { 'apps-states': [APPS_STATE] };

const UPDATE: GoType = { 'correlation-id': 'string', target: 'string', version: 'string', time: 'string' };

export const UPDATES: GoType = { updates: [UPDATE], total: 'int', next: 'string' };

export const EVENTS: GoType = [
  {
    deviceTime: 'string',
    eventType: { id: 'string' },
    event: { correlationId: 'string', targetName: 'string', version: 'string', success: 'bool', details: 'string' },
  },
];

export const DEVICE: GoType = {
  uuid: 'string',
  name: 'string',
  owner: 'string',
  factory: 'string',
  'device-group': 'string',
  group: GROUP,
  'created-at': 'string',
  'last-seen': 'string',
  'ostree-hash': 'string',
  'target-name': 'string',
  'current-update': 'string',
  status: 'string',
  'up-to-date': 'bool',
  'device-tags': ['string'],
  tag: 'string',
  'docker-apps': ['string'],
  'network-info': { hostname: 'string', local_ipv4: 'string', mac: 'string' },
  'hardware-info': 'any',
  'aktualizr-toml': 'string',
  'active-config': CONFIG_ENTRY,
  'apps-state': APPS_STATE,
  'public-key': 'string',
  'is-prod': 'bool',
  'is-wave': 'bool',
  'lmp-ver': 'string',
  'secondary-ecus': [{ serial: 'string', 'target-name': 'string', 'hardware-id': 'string' }],
  updates: [UPDATE],
  'change-meta': CHANGE_META,
};

export const DEVICE_LIST: GoType = { devices: [DEVICE], total: 'int', next: 'string' };

export const TARGET: GoType = {
  hashes: { sha256: 'string' },
  length: 'int',
  custom: {
    version: 'string',
    name: 'string',
    hardwareIds: ['string'],
    tags: ['string'],
    targetFormat: 'string',
    docker_compose_apps: { '*': { uri: 'string' } },
    'containers-sha': 'string',
    'lmp-manifest-sha': 'string',
    'meta-subscriber-overrides-sha': 'string',
    arch: 'string',
    'image-file': 'string',
    uri: 'string',
    origUri: 'string',
    createdAt: 'string',
    updatedAt: 'string',
    'lmp-ver': 'string',
  },
};

export const TARGETS: GoType = { '*': TARGET };

export const TESTS: GoType = {
  tests: [
    {
      name: 'string',
      'test-id': 'string',
      'device-uuid': 'string',
      'device-name': 'string',
      status: 'string',
      details: 'string',
      'created-on': 'float',
      'completed-on': 'float',
      results: [{ name: 'string', status: 'string', details: 'string' }],
      artifacts: ['string'],
    },
  ],
  total: 'int',
  next: 'string',
};

const TARGET_STATUS: GoType = { version: 'int', devices: 'int', 'is-orphan': 'bool' };

const TAG_STATUS: GoType = {
  name: 'string',
  'devices-total': 'int',
  'devices-online': 'int',
  'devices-on-latest': 'int',
  'devices-on-orphan': 'int',
  'latest-target': 'int',
  targets: [TARGET_STATUS],
  'device-groups': [
    {
      name: 'string',
      'devices-total': 'int',
      'devices-online': 'int',
      'devices-on-latest': 'int',
      'devices-on-orphan': 'int',
    },
  ],
};

export const STATUS: GoType = {
  'total-devices': 'int',
  tags: [TAG_STATUS],
  'prod-tags': [TAG_STATUS],
  'wave-tags': [TAG_STATUS],
};

export const USER: GoType = {
  'polis-id': 'string',
  name: 'string',
  role: 'string',
  'teams-ext': [{ name: 'string', description: 'string', scopes: ['string'], groups: ['string'] }],
  'effective-scopes': ['string'],
};

export const WAVE: GoType = {
  name: 'string',
  version: 'string',
  tag: 'string',
  targets: 'any',
  status: 'string',
  'rollout-groups': {
    '*': { 'group-id': 'int', 'group-name': 'string', 'created-at': 'string', 'created-by': 'string' },
  },
  'rollout-history': [
    {
      'group-name': 'string',
      'rollout-by': 'string',
      'rollout-at': 'string',
      'is-full-group': 'bool',
      'is-factory-wide': 'bool',
      'num-devices': 'int',
    },
  ],
  'change-meta': CHANGE_META,
};

export const WAVES: GoType = { waves: [WAVE], total: 'int', next: 'string' };

const ROLLOUT_GROUP: GoType = {
  name: 'string',
  'rollout-at': 'string',
  'devices-total': 'int',
  'devices-online': 'int',
  'devices-on-wave-version': 'int',
  'devices-on-newer-version': 'int',
  'devices-on-older-version': 'int',
  'devices-scheduled-for-update': 'int',
  targets: [TARGET_STATUS],
};

export const WAVE_STATUS: GoType = {
  name: 'string',
  version: 'int',
  tag: 'string',
  status: 'string',
  'created-at': 'string',
  'finished-at': 'string',
  'total-devices': 'int',
  'updated-devices': 'int',
  'scheduled-devices': 'int',
  'unscheduled-devices': 'int',
  'rollout-groups': [ROLLOUT_GROUP],
  'other-groups': [ROLLOUT_GROUP],
};

export const OAUTH_TOKEN: GoType = {
  token_type: 'string',
  access_token: 'string',
  refresh_token: 'string',
  expires_in: 'float',
  scope: 'string',
  orgs: [{ name: 'string' }],
};
