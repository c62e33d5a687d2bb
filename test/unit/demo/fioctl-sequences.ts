/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-argument, @typescript-eslint/restrict-plus-operands -- answers are looked into as they came */
/**
 * What commands of the real CLI send, request by request, and what each has to be answered (docs/api.md §9.3). Later requests use
 * what earlier answers said, as the CLI does.
 */
import { generateKeyPairSync, createHash } from 'node:crypto';
import * as go from './go-types';
import type { Json } from './harness';

/** One request of a command. */
export interface Step {
  readonly method: string;
  /** Path and query, or the whole address that an earlier answer gave. */
  readonly path: string | ((kept: Kept) => string);
  /** Sent as JSON with its type; a function makes it of earlier answers. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** 200, 201, 202 or 204 if not given. */
  readonly status?: number;
  readonly type: go.GoType;
  /** Name under which later steps find the answer. */
  readonly keep?: string;
}

export type Kept = Readonly<Record<string, Json>>;

export interface Sequence {
  /** The command. */
  readonly command: string;
  /** Commands that have to come first. */
  readonly after?: readonly string[];
  readonly steps: readonly Step[];
}

const F = '/ota/factories/acme';
const REPO = '/ota/repo/acme/api/v1/user_repo';
const LMP = '/projects/acme/lmp';
const NAME = 'raspberrypi4-64-lmp-12';

const GET = (path: Step['path'], type: go.GoType, more: Partial<Step> = {}): Step => ({
  method: 'GET',
  path,
  type,
  ...more,
});
const POST = (path: Step['path'], body: unknown, type: go.GoType = 'any', more: Partial<Step> = {}): Step => ({
  method: 'POST',
  path,
  body,
  type,
  ...more,
});

const JOB: go.GoType = { 'jobserv-url': 'string', 'web-url': 'string' };
const RUN: go.GoType = { name: 'string', url: 'string', log_url: 'string', artifacts: ['string'] };
const KEY: go.GoType = { keytype: 'string', keyval: { public: 'string', private: 'string' } };
const SIGNATURES: go.GoType = [{ keyid: 'string', method: 'string', sig: 'string' }];
const ROLE: go.GoType = { keyids: ['string'], threshold: 'int' };
const ROOT: go.GoType = {
  signatures: SIGNATURES,
  signed: {
    _type: 'string',
    expires: 'string',
    version: 'int',
    consistent_snapshot: 'bool',
    keys: { '*': KEY },
    roles: { '*': ROLE },
  },
};
const ROOT_PAIR: go.GoType = { 'ci-root': 'string', 'prod-root': 'string', 'online-keys': { '*': 'string' } };
const ROOT_UPDATES: go.GoType = {
  status: 'string',
  current: ROOT_PAIR,
  updated: ROOT_PAIR,
  'first-time': 'bool',
  amendments: [{ kind: 'string', message: 'string' }],
  issues: { errors: [{ kind: 'string', message: 'string' }], warnings: [{ kind: 'string', message: 'string' }] },
};
const SIGNED_TARGETS: go.GoType = {
  '*': { signatures: SIGNATURES, signed: { _type: 'string', expires: 'string', version: 'int', targets: go.TARGETS } },
};
const TRIGGERS: go.GoType = {
  data: [{ id: 'int', type: 'string', secrets: [{ name: 'string' }] }],
};
const CERTS: go.GoType = {
  'root-crt': 'string',
  'ca-crt': 'string',
  'tls-crt': 'string',
  'est-tls-crt': 'string',
  'ca-revoke-crl': 'string',
  'disabled-ca-serials': ['string'],
};

const tail = (run: string): Step =>
  GET((kept) => `${kept.job['jobserv-url']}runs/${run}/console.log`, 'any', { headers: { 'x-offset': '0' } });

/** What the CLI does to a staged root: another key for a role, the old one out, and its signatures anew. */
function rotated(updates: Json, role: 'root' | 'targets'): Json {
  const { publicKey } = generateKeyPairSync('ed25519');
  const der = publicKey.export({ format: 'der', type: 'spki' });
  const id = createHash('sha256').update(der).digest('hex');
  const current = JSON.parse(updates.current['ci-root']);
  const root = JSON.parse(updates.updated['ci-root']);
  const online: string = updates.updated['online-keys'].targets;
  root.signed.keys[id] = { keytype: 'ED25519', keyval: { public: der.subarray(-32).toString('hex') } };
  root.signed.roles[role].keyids = role === 'targets' ? [online, id] : [id];
  const signers = new Set([...current.signed.roles.root.keyids, ...root.signed.roles.root.keyids]);
  root.signatures = [...signers].map((keyid) => ({ keyid, method: 'ed25519', sig: 'AAAA' }));
  return root;
}

const rotate = (role: 'root' | 'targets', first: boolean): Step[] => [
  POST(
    `${REPO}/root/updates`,
    { message: 'Rotate', 'first-time': first, shortcut: true },
    {
      txid: 'string',
      'first_root.sec': KEY,
      'first_root.pub': KEY,
    },
  ),
  GET(`${REPO}/root/updates`, ROOT_UPDATES, { keep: 'updates' }),
  GET(`${F}/users/self/`, go.USER),
  ...(role === 'targets'
    ? [GET(`${F}/prod-targets/?tag=`, SIGNED_TARGETS), GET(`${F}/wave-targets/?name=`, 'any', { status: 404 })]
    : []),
  {
    method: 'PUT',
    path: `${REPO}/root/updates`,
    body: ({ updates }: Kept) => {
      const ci = rotated(updates, role);
      return { txid: '', 'ci-root': ci, 'prod-root': ci };
    },
    type: 'any',
  },
  POST(`${REPO}/root/updates/apply`, { txid: '' }),
];

const rollout = (wave: string, body: object): Step =>
  POST(
    `${F}/waves/${wave}/rollout/`,
    { 'dry-run': false, 'return-uuids': false, 'return-names': false, ...body },
    { ...(go.WAVE as object), 'device-num': 'int', 'device-uuids': ['string'], 'device-names': ['string'] },
  );

export const SEQUENCES: readonly Sequence[] = [
  {
    command: 'targets tag --tags main,x raspberrypi4-64-lmp-12',
    steps: [
      GET(`${F}/targets/`, go.TARGETS),
      {
        method: 'PATCH',
        path: `${F}/targets/`,
        body: { targets: { [NAME]: { custom: { tags: ['main', 'x'] } } } },
        type: JOB,
        keep: 'job',
      },
      tail('UpdateTargets'),
    ],
  },
  {
    command: 'targets prune raspberrypi4-64-lmp-12',
    steps: [
      GET(`${F}/targets/`, go.TARGETS),
      { method: 'DELETE', path: `${F}/targets/`, body: { targets: [NAME] }, type: JOB, keep: 'job' },
      tail('UpdateTargets'),
    ],
  },
  {
    command: 'targets artifacts 12',
    steps: [
      GET(`${LMP}/builds/12/runs/`, { data: { runs: [RUN] } }, { keep: 'runs' }),
      GET((kept) => kept.runs.data.runs[0].url, { data: { run: RUN } }),
    ],
  },
  {
    command: 'targets tail 12 publish-compose-apps',
    steps: [GET(`${LMP}/builds/12/runs/publish-compose-apps/console.log`, 'any', { headers: { 'x-offset': '0' } })],
  },
  {
    command: 'targets tests',
    steps: [
      GET(`${F}/testing/`, { versions: ['int'] }, { keep: 'tested' }),
      GET((kept) => `${F}/targets/${kept.tested.versions[0]}/testing/`, go.TESTS),
    ],
  },
  {
    command: 'targets show sboms 12 …',
    steps: [
      GET(
        `${F}/targets/${NAME}/sboms/`,
        [{ 'ci-build': 'string', 'ci-run': 'string', artifact: 'string', uri: 'string' }],
        {
          keep: 'sboms',
        },
      ),
      GET(
        ({ sboms: [sbom] }) => `${F}/targets/${NAME}/sboms/${sbom['ci-build']}/${sbom['ci-run']}/${sbom.artifact}`,
        {
          packages: [{ name: 'string', versionInfo: 'string', licenseConcluded: 'string', licenseDeclared: 'string' }],
        },
        { headers: { accept: 'application/spdx.json' } },
      ),
    ],
  },
  {
    command: 'targets show compose-app 12 shellhttpd',
    steps: [
      GET(`${F}/targets/?version=12`, go.TARGETS),
      GET(`${F}/targets/${NAME}/compose-apps/shellhttpd/`, {
        uri: 'string',
        error: 'string',
        warnings: ['string'],
        content: { files: ['string'], compose_spec: 'any' },
      }),
    ],
  },
  {
    command: 'targets add --type app …',
    steps: [
      GET(`${LMP}/builds/latest/?all=1`, { data: { build: { build_id: 'int' } } }, { keep: 'latest' }),
      GET(`${F}/targets/`, go.TARGETS, { keep: 'targets' }),
      POST(`${F}/targets/`, ({ targets, latest }: Kept) => {
        const version = latest.data.build.build_id + 1;
        const base = targets[NAME];
        return {
          targets: {
            [`raspberrypi4-64-lmp-${version}`]: { ...base, custom: { ...base.custom, version: `${version}` } },
          },
          'targets-creator': 'fioctl',
        };
      }),
    ],
  },
  {
    command: 'targets static-deltas --by-tag main 12 11',
    steps: [
      POST(`${F}/targets/12/static-deltas/`, { from_versions: [11], hw_id: '' }, JOB, { keep: 'job' }),
      tail('generate'),
    ],
  },
  {
    command: 'targets image raspberrypi4-64-lmp-12',
    steps: [
      { method: 'POST', path: `${F}/targets/${NAME}/images/?script_repo=x&script_repo_ref=y`, type: JOB, keep: 'job' },
      tail('assemble-system-image'),
    ],
  },
  {
    command: 'targets offline-update (its metadata)',
    steps: [
      GET(`${F}/targets/${NAME}`, go.TARGET),
      GET(`${REPO}/1.root.json?tag=main`, ROOT),
      GET(`${REPO}/2.root.json?tag=main`, 'any', { status: 404 }),
      POST(
        `${F}/targets/${NAME}/meta/`,
        { tag: 'main', 'expires-in-days': 30, production: false, wave: '' },
        { '*': { signatures: SIGNATURES, signed: 'any' } },
      ),
    ],
  },
  {
    command: 'keys tuf download-roots',
    steps: [GET(`${REPO}/1.root.json`, ROOT), GET(`${REPO}/2.root.json`, 'any', { status: 404 })],
  },
  {
    command: 'keys tuf show-root --prod',
    steps: [GET(`${REPO}/root.json`, ROOT), GET(`${REPO}/root.json?production=1`, ROOT), GET(`${F}/users/`, [go.USER])],
  },
  {
    command: 'keys tuf updates review, and cancel',
    steps: [
      GET(`${REPO}/root/updates`, ROOT_UPDATES),
      POST(`${REPO}/root/updates`, { message: 'x', 'first-time': false, shortcut: false }, { txid: 'string' }),
      POST(`${REPO}/root/updates`, { message: 'y', 'first-time': false, shortcut: false }, 'any', { status: 409 }),
      GET(`${REPO}/root/updates`, ROOT_UPDATES),
      { method: 'POST', path: `${REPO}/root/updates/cancel`, type: 'any' },
      { method: 'POST', path: `${REPO}/root/updates/cancel`, type: 'any', status: 404 },
    ],
  },
  { command: 'keys tuf rotate-offline-key --role=root --first-time', steps: rotate('root', true) },
  {
    command: 'keys tuf rotate-offline-key --role=targets, after the first rotation of root',
    after: ['waves cancel spring-rollout', 'keys tuf rotate-offline-key --role=root --first-time'],
    steps: rotate('targets', false),
  },
  {
    command: 'keys tuf updates rotate-online-key --role targets --sign',
    steps: [
      POST(`${REPO}/root/updates`, { message: 'x', 'first-time': false, shortcut: false }, { txid: 'string' }),
      POST(`${REPO}/root/updates/gen-online-keys`, { txid: '', 'key-type': 'ED25519', targets: true }),
      GET(`${REPO}/root/updates`, ROOT_UPDATES, { keep: 'updates' }),
    ],
  },
  {
    command: 'waves init next 12 stable',
    after: [
      'waves cancel spring-rollout',
      'keys tuf rotate-offline-key --role=root --first-time',
      'keys tuf rotate-offline-key --role=targets, after the first rotation of root',
    ],
    steps: [
      GET(`${F}/targets/?version=21`, go.TARGETS, { keep: 'targets' }),
      GET(`${F}/prod-targets/?tag=stable`, SIGNED_TARGETS, { keep: 'prod' }),
      GET(`${REPO}/root.json`, ROOT, { keep: 'root' }),
      GET(`${F}/ci-targets.pub`, KEY, { keep: 'online' }),
      POST(`${F}/waves/`, ({ targets, prod, root, online }: Kept) => {
        const { keys, roles } = root.signed;
        const offline = roles.targets.keyids.filter((id: string) => keys[id].keyval.public !== online.keyval.public);
        if (offline.length === 0) {
          throw new Error('Root role is not configured to sign Targets offline');
        }
        const signed = { ...prod.stable.signed, version: 21, targets: { ...prod.stable.signed.targets, ...targets } };
        const signatures = [{ keyid: offline[0], method: 'ed25519', sig: 'AAAA' }];
        return { name: 'next', version: '21', tag: 'stable', targets: { signatures, signed } };
      }),
    ],
  },
  {
    command: 'waves rollout spring-rollout --group lab --limit 10000',
    steps: [rollout('spring-rollout', { group: 'lab', limit: 10_000 })],
  },
  {
    command: 'waves rollout spring-rollout --limit 50% --dry-run --print-names',
    steps: [rollout('spring-rollout', { percentage: 50, 'dry-run': true, 'return-names': true })],
  },
  { command: 'waves show spring-rollout -s', steps: [GET(`${F}/waves/spring-rollout/?show-targets=1`, go.WAVE)] },
  {
    command: 'waves status',
    steps: [GET(`${F}/waves/$active$/status/?offline-threshold=4`, go.WAVE_STATUS)],
  },
  {
    command: 'waves sign spring-rollout',
    steps: [
      GET(`${F}/waves/spring-rollout/?show-targets=1`, go.WAVE),
      GET(`${REPO}/root.json`, ROOT),
      GET(`${F}/ci-targets.pub`, KEY),
      POST(`${F}/waves/spring-rollout/sign/`, { signatures: [{ keyid: 'x', method: 'ed25519', sig: 'AAAA' }] }),
    ],
  },
  {
    command: 'waves complete spring-rollout',
    steps: [{ method: 'POST', path: `${F}/waves/spring-rollout/complete/`, type: 'any' }],
  },
  {
    command: 'waves cancel spring-rollout',
    steps: [{ method: 'POST', path: `${F}/waves/spring-rollout/cancel/`, type: 'any' }],
  },
  {
    command: 'secrets list, and update foo=bar old=',
    steps: [
      GET(`${LMP}/triggers/`, TRIGGERS, { keep: 'triggers' }),
      {
        method: 'PATCH',
        path: ({ triggers }) => `${LMP}/triggers/${triggers.data[0].id}/`,
        body: ({ triggers: { data } }: Kept) => ({
          type: data[0].type,
          id: data[0].id,
          secrets: [
            { name: 'foo', value: 'bar' },
            { name: 'npmtok', value: null },
          ],
        }),
        type: 'any',
      },
    ],
  },
  {
    command: 'devices config wireguard dev-a enable',
    steps: [
      GET('/ota/devices/dev-a/config/?factory=acme', go.CONFIG_LIST),
      GET(`${F}/config/`, go.CONFIG_LIST),
      GET(`${F}/wireguard-ips/`, [{ name: 'string', ip: 'string', enabled: 'bool' }]),
      {
        method: 'PATCH',
        path: '/ota/devices/dev-a/config/?factory=acme',
        body: {
          reason: 'Set Wireguard configuration from fioctl',
          files: [
            {
              name: 'wireguard-client',
              value: 'address=10.42.42.9\npubkey=x\n',
              unencrypted: true,
              'on-changed': ['/usr/share/fioconfig/handlers/factory-config-vpn'],
            },
          ],
        },
        type: go.CONFIG_ENTRY,
      },
    ],
  },
  {
    command: 'keys ca show, create, and rotate-tls',
    steps: [
      GET(`${F}/certs/`, 'any', { status: 206 }),
      POST(
        `${F}/certs/`,
        { 'first-time-init': true, 'ca-csr': true, 'est-tls-csr': false, 'tls-csr': true },
        { 'ca-csr': 'string', 'est-tls-csr': 'string', 'tls-csr': 'string' },
        { keep: 'requests' },
      ),
      GET(`${F}/users/self/`, go.USER),
      {
        method: 'PATCH',
        path: `${F}/certs/`,
        body: { 'root-crt': 'root', 'ca-crt': 'ca', 'tls-crt': 'tls', 'change-meta': {} },
        type: 'any',
      },
      GET(`${F}/certs/`, CERTS),
      POST(`${F}/certs/`, { 'tls-csr': true }, { 'tls-csr': 'string' }),
      { method: 'PATCH', path: `${F}/certs/`, body: { 'tls-crt': 'new' }, type: 'any' },
    ],
  },
  {
    command: 'teams, and one of them',
    steps: [
      GET(`${F}/teams/`, [{ name: 'string', description: 'string' }]),
      GET(`${F}/teams/lab-devs`, { name: 'string', scopes: ['string'], groups: ['string'], members: [go.USER] }),
    ],
  },
  {
    command: 'event-queues mk, list, and rm',
    steps: [
      POST(`${F}/event-queues/`, { label: 'q', type: 'push', 'push-url': 'https://example.com/hook' }),
      GET(`${F}/event-queues/`, [{ label: 'string', type: 'string', 'push-url': 'string' }]),
      { method: 'DELETE', path: `${F}/event-queues/q/`, type: 'any' },
    ],
  },
  {
    command: 'status --offline-threshold 8',
    steps: [GET(`${F}/status/?offline-threshold=8`, go.STATUS)],
  },
];
