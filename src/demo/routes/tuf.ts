/** TUF metadata and keys: what the CLI needs to download roots, to rotate keys and to sign waves (docs/api.md §2.5). */
import { isoOffset } from '../clock';
import { ApiError, json, type EmulatorResponse } from '../http';
import { otaError, validationError } from '../errors';
import { jsonBody, type Call, type Route } from '../router';
import type { Factory } from '../world/factory';
import { signedRole, signedTargets } from '../world/tuf';
import { ONLINE_ROLES, TufRefusal, type SignedRoot } from '../world/tuf-root';
import { factoryOf } from './access';
import { streamed, targetNamed, writeMap } from './targets';

/** Turns what the root refuses into an answer. */
function refusing<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof TufRefusal) {
      const { status, message, errors } = error;
      throw new ApiError(json({ message, ...(errors.length === 0 ? {} : { errors }) }, status));
    }
    throw error;
  }
}

/** A root that a user sends: as much of it is looked at as the emulator itself reads. */
function readRoot(value: unknown): SignedRoot | undefined {
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  const { signatures, signed } = value as Partial<Record<'signatures' | 'signed', unknown>>;
  const { version, roles, keys } = (signed ?? {}) as Record<string, unknown>;
  const isRole = (role: unknown): boolean =>
    typeof role === 'object' &&
    role !== null &&
    Array.isArray((role as Record<string, unknown>).keyids) &&
    typeof (role as Record<string, unknown>).threshold === 'number';
  const named = (roles ?? {}) as Record<string, unknown>;
  return typeof version === 'number' &&
    typeof keys === 'object' &&
    Array.isArray(signatures) &&
    ['root', ...ONLINE_ROLES].every((role) => isRole(named[role]))
    ? (value as SignedRoot)
    : undefined;
}

function rootOf(value: unknown, field: string): SignedRoot {
  const root = readRoot(value);
  if (root === undefined) {
    throw validationError({ [field]: 'Not a signed root' });
  }
  return root;
}

const isProduction = (call: Call): boolean => call.query.get('production') === '1';

/** `GET …/user_repo/<role>.json`. A version of the root exists from 1 to the newest one; anything else is 404. */
function metadata(call: Call): EmulatorResponse {
  const factory = factoryOf(call, 'targets:read');
  const { tuf } = factory;
  const [, version, role] = /^(?:(\d+)\.)?(root|targets|snapshot|timestamp)\.json$/.exec(call.params.role ?? '') ?? [];
  const root =
    role === 'root' ? tuf.root(isProduction(call), version === undefined ? undefined : Number(version)) : undefined;
  if (root !== undefined) {
    return json(root);
  }
  switch (version === undefined ? role : undefined) {
    case 'targets': {
      const empty = JSON.stringify(signedTargets(tuf.key('targets'), {}, factory.ci.newest, call.now));
      const at = empty.lastIndexOf('{}');
      return streamed(writeMap(factory.catalog.all(), `${empty.slice(0, at)}{`, `}${empty.slice(at + 2)}\n`));
    }
    case 'snapshot':
      return json(signedRole(tuf.key('snapshot'), 'Snapshot', call.now));
    case 'timestamp':
      return json(signedRole(tuf.key('timestamp'), 'Timestamp', call.now));
    default:
      throw otaError(404, `No such metadata: ${call.params.role ?? ''}`);
  }
}

/** `GET …/ci-targets.pub`: the key that CI signs targets with. */
function onlineKey(call: Call): EmulatorResponse {
  return json(factoryOf(call, 'targets:read').tuf.key('targets').public);
}

/** `GET …/first_root.sec`: the key that the root began with, until it is rotated. */
function firstKey(call: Call): EmulatorResponse {
  const key = factoryOf(call, 'targets:read-update').tuf.firstKey();
  if (key === undefined) {
    throw otaError(404, 'The first root key was rotated');
  }
  return json(key.private);
}

function updates(call: Call): EmulatorResponse {
  return json(factoryOf(call, 'targets:read').tuf.toWire(isoOffset));
}

/** What the calls of a transaction have in common. */
function changing(
  act: (call: Call, factory: Factory, txid: string, body: Record<string, unknown>) => object,
): Route['handler'] {
  return (call) => {
    const factory = factoryOf(call, 'targets:read-update');
    const body = call.request.body.length === 0 ? {} : jsonBody(call.request);
    const txid = typeof body.txid === 'string' ? body.txid : '';
    return json(refusing(() => act(call, factory, txid, body)));
  };
}

const begin = changing((call, { tuf }, _txid, body) => {
  const message = typeof body.message === 'string' ? body.message : '';
  const { txid, first } = tuf.begin(call.principal.user, message, body['first-time'] === true, call.now);
  return { txid, ...(first === undefined ? {} : { 'first_root.sec': first.private, 'first_root.pub': first.public }) };
});

const stage = changing((call, factory, txid, body) => {
  const ci = rootOf(body['ci-root'], 'ci-root');
  const prod =
    body['prod-root'] === null || body['prod-root'] === undefined ? undefined : rootOf(body['prod-root'], 'prod-root');
  const hasActiveWave = factory.waves.all().some(({ status }) => status === 'active');
  factory.tuf.put(txid, call.principal.user, ci, prod, hasActiveWave);
  return {};
});

const apply = changing((call, { tuf }, txid) => {
  tuf.apply(txid, call.principal.user);
  return {};
});

const cancel = changing((_call, { tuf }) => {
  tuf.cancel();
  return {};
});

const renew = changing((call, { tuf }, txid, body) => {
  tuf.renewOnlineKeys(
    txid,
    call.principal.user,
    ONLINE_ROLES.filter((role) => body[role] === true),
  );
  return {};
});

/** `POST …/user_repo/root`: without a transaction, as older versions of the CLI do. */
const replace = changing((call, { tuf }, _txid, body) => {
  tuf.replace(isProduction(call), rootOf(body, 'root'));
  return {};
});

/** `POST …/T/meta/`: what a device needs to check an update that it gets offline. */
function offlineMetadata(call: Call): EmulatorResponse {
  const { factory, name, target } = targetNamed(call, 'targets:read');
  const { 'bundle-targets': bundle = null, wave, production, tag } = jsonBody(call.request);
  const { tuf } = factory;
  const signed =
    production === true
      ? (typeof wave === 'string' && wave !== ''
          ? factory.waves.get(wave)
          : factory.waves.all().find((other) => other.status === 'complete' && other.tag === tag)
        )?.targets
      : signedTargets(tuf.key('targets'), { [name]: target }, factory.ci.newest, call.now);
  if (signed === undefined) {
    throw otaError(404, 'There are no such production targets');
  }
  return json({
    targets: signed,
    snapshot: signedRole(tuf.key('snapshot'), 'Snapshot', call.now),
    timestamp: signedRole(tuf.key('timestamp'), 'Timestamp', call.now),
    'bundle-targets': bundle,
  });
}

const REPO = '/ota/repo/:factory/api/v1/user_repo/';
const UPDATES = `${REPO}root/updates`;

export const tufRoutes: readonly Route[] = [
  { method: 'GET', pattern: UPDATES, handler: updates },
  { method: 'POST', pattern: UPDATES, handler: begin },
  { method: 'PUT', pattern: UPDATES, handler: stage },
  { method: 'POST', pattern: `${UPDATES}/apply`, handler: apply },
  { method: 'POST', pattern: `${UPDATES}/cancel`, handler: cancel },
  { method: 'POST', pattern: `${UPDATES}/gen-online-keys`, handler: renew },
  { method: 'POST', pattern: `${REPO}root`, handler: replace },
  { method: 'GET', pattern: `${REPO}:role`, handler: metadata },
  { method: 'GET', pattern: '/ota/factories/:factory/ci-targets.pub', handler: onlineKey },
  { method: 'GET', pattern: '/ota/factories/:factory/first_root.sec', handler: firstKey },
  { method: 'POST', pattern: '/ota/factories/:factory/targets/:target/meta/', handler: offlineMetadata },
];
