/** Waves and production targets (foundries-api.md §2.6). */
import { isoOffset } from '../clock';
import { otaError, validationError } from '../errors';
import { json, type EmulatorResponse } from '../http';
import { nextPage, requestedPage } from '../paging';
import { jsonBody, type Call, type Route } from '../router';
import type { Scope } from '../auth';
import { changeMeta, type Factory } from '../world/factory';
import { reaches, type Rollout, type Wave } from '../world/waves';
import { factoryOf } from './access';
import { waveStatus } from './wave-status';

/** A rollout reaches no more devices than this (foundries-api.md §3.3). */
const ROLLOUT_LIMIT = 10_000;

function waveOf(call: Call, scope: Scope): { factory: Factory; wave: Wave } {
  const factory = factoryOf(call, scope);
  const name = call.params.wave ?? '';
  const wave = factory.waves.get(name);
  if (wave === undefined) {
    throw otaError(404, `Wave(${name}) does not exist`);
  }
  return { factory, wave };
}

function toWire(wave: Wave, withTargets: boolean): Record<string, unknown> {
  const groups = wave.rollouts.flatMap((rollout) =>
    rollout.group === undefined ? [] : [{ rollout, group: rollout.group }],
  );
  return {
    name: wave.name,
    version: String(wave.version),
    tag: wave.tag,
    targets: withTargets ? wave.targets : null,
    status: wave.status,
    'rollout-groups': Object.fromEntries(
      groups.map(({ rollout, group }) => [
        String(group.id),
        {
          'group-id': group.id,
          'group-name': group.name,
          'created-at': isoOffset(rollout.at),
          'created-by': rollout.by,
        },
      ]),
    ),
    'rollout-history': wave.rollouts.map((rollout) => ({
      'group-name': rollout.group?.name ?? '',
      'rollout-by': rollout.by,
      'rollout-at': isoOffset(rollout.at),
      'is-full-group': rollout.group !== undefined && rollout.uuids === undefined,
      'is-factory-wide': rollout.isFactoryWide,
      'num-devices': rollout.devices,
    })),
    'change-meta': changeMeta(wave),
  };
}

function list(call: Call): EmulatorResponse {
  const factory = factoryOf(call, 'targets:read');
  const status = call.query.get('status');
  const tag = call.query.get('tag');
  const fitting = factory.waves
    .all()
    .filter((wave) => (status === null || wave.status === status) && (tag === null || wave.tag === tag));
  const page = requestedPage(call, 20);
  const first = (page.page - 1) * page.limit;
  return json({
    waves: fitting.slice(first, first + page.limit).map((wave) => toWire(wave, false)),
    total: fitting.length,
    next: nextPage(call, page, fitting.length),
  });
}

/** `POST …/waves/`: one active wave per tag. */
function create(call: Call): EmulatorResponse {
  const factory = factoryOf(call, 'targets:read-update');
  const { name, version, tag, targets } = jsonBody(call.request);
  if (typeof name !== 'string' || typeof tag !== 'string' || !/^\d+$/.test(String(version))) {
    throw validationError({ wave: 'name, version and tag are required' });
  }
  if (typeof targets !== 'object' || targets === null) {
    throw validationError({ targets: 'Not a signed document' });
  }
  if (
    factory.waves.get(name) !== undefined ||
    factory.waves.all().some((wave) => wave.tag === tag && wave.status === 'active')
  ) {
    throw otaError(409, 'A wave with this name, or an active one for this tag, already exists');
  }
  const user = call.principal.user;
  const wave: Wave = {
    name,
    version: Number(version),
    tag,
    targets: { ...targets },
    createdBy: user,
    createdAt: call.now,
    status: 'active',
    updatedBy: user,
    updatedAt: call.now,
    finishedAt: undefined,
    rollouts: [],
  };
  factory.waves.add(wave);
  return json(toWire(wave, false), 201);
}

function get(call: Call): EmulatorResponse {
  const { wave } = waveOf(call, 'targets:read');
  return json(toWire(wave, call.query.get('show-targets') === '1'));
}

function activeWave(call: Call): { factory: Factory; wave: Wave } {
  const found = waveOf(call, 'targets:read-update');
  if (found.wave.status !== 'active') {
    throw otaError(400, `Wave(${found.wave.name}) is not active`);
  }
  return found;
}

interface RolloutRequest {
  readonly group: Rollout['group'];
  readonly uuids: readonly string[] | undefined;
  readonly limit: number;
  readonly percentage: number;
}

function readRollout(body: Record<string, unknown>, factory: Factory): RolloutRequest {
  const { group: groupName, uuids, limit, percentage } = body;
  const group = typeof groupName === 'string' && groupName !== '' ? factory.groups.get(groupName) : undefined;
  if (typeof groupName === 'string' && groupName !== '' && group === undefined) {
    throw otaError(404, `DeviceGroup(${groupName}) does not exist`);
  }
  const list = Array.isArray(uuids) && uuids.length > 0 ? uuids.map(String) : undefined;
  if (list?.some((uuid) => uuid.length > 60) === true) {
    throw validationError({ uuids: 'A UUID is longer than 60 characters' });
  }
  return {
    group,
    uuids: list,
    limit: typeof limit === 'number' && limit > 0 ? limit : Infinity,
    percentage: typeof percentage === 'number' && percentage > 0 ? percentage : 100,
  };
}

/** `POST …/rollout/`: hands the wave out, or with `dry-run` only says to whom. */
function rollout(call: Call): EmulatorResponse {
  const { factory, wave } = activeWave(call);
  const body = jsonBody(call.request);
  const request = readRollout(body, factory);
  const candidates = factory
    .productionDevices(wave.tag, call.now)
    .filter((device) => !reaches(wave, device, call.now))
    .filter((device) => request.group === undefined || device.group === request.group.name)
    .filter((device) => request.uuids?.includes(device.uuid) ?? true);
  const count = Math.min(request.limit, Math.ceil((candidates.length * request.percentage) / 100));
  const chosen = candidates.slice(0, count);
  if (chosen.length > ROLLOUT_LIMIT) {
    throw otaError(400, `A rollout reaches at most ${ROLLOUT_LIMIT} devices`);
  }
  const whole = chosen.length === candidates.length && request.uuids === undefined;
  if (body['dry-run'] !== true) {
    wave.rollouts.push({
      at: call.now,
      by: call.principal.user,
      isFactoryWide: request.group === undefined && whole,
      devices: chosen.length,
      ...(request.group === undefined ? {} : { group: request.group }),
      ...(whole ? {} : { uuids: new Set(chosen.map(({ uuid }) => uuid)) }),
    });
    changed(call, factory, wave);
  }
  return json({
    ...toWire(wave, false),
    'device-num': chosen.length,
    'device-uuids': body['return-uuids'] === true ? chosen.map(({ uuid }) => uuid) : [],
    'device-names': body['return-names'] === true ? chosen.map(({ name }) => name) : [],
  });
}

function changed(call: Call, factory: Factory, wave: Wave): void {
  wave.updatedAt = call.now;
  wave.updatedBy = call.principal.user;
  factory.noteChange(call.now, 'targets');
}

function end(status: 'complete' | 'canceled'): Route['handler'] {
  return (call) => {
    const { factory, wave } = activeWave(call);
    wave.status = status;
    wave.finishedAt = call.now;
    changed(call, factory, wave);
    return json(toWire(wave, false));
  };
}

function sign(call: Call): EmulatorResponse {
  const { factory, wave } = activeWave(call);
  changed(call, factory, wave);
  return json(toWire(wave, false));
}

function status(call: Call): EmulatorResponse {
  const { factory, wave } = waveOf(call, 'targets:read');
  return json(waveStatus(call, factory, wave));
}

/** `GET …/prod-targets/?tag=a,b`: tag → signed targets of the newest wave that is over. */
function productionTargets(call: Call): EmulatorResponse {
  const factory = factoryOf(call, 'targets:read');
  const asked = (call.query.get('tag') ?? '').split(',').filter((tag) => tag !== '');
  const over = factory.waves.all().filter((wave) => wave.status === 'complete');
  const tags = asked.length > 0 ? asked : [...new Set(over.map(({ tag }) => tag))];
  return found(tags.map((tag) => [tag, over.find((wave) => wave.tag === tag)?.targets]));
}

function waveTargets(call: Call): EmulatorResponse {
  const factory = factoryOf(call, 'targets:read');
  const asked = (call.query.get('name') ?? '').split(',').filter((name) => name !== '');
  return found(asked.map((name) => [name, factory.waves.get(name)?.targets]));
}

function found(entries: readonly [string, unknown][]): EmulatorResponse {
  const there = entries.filter(([, targets]) => targets !== undefined);
  if (there.length === 0) {
    throw otaError(404, 'There are no such targets');
  }
  return json(Object.fromEntries(there));
}

const WAVES = '/ota/factories/:factory/waves/';

export const waveRoutes: readonly Route[] = [
  { method: 'GET', pattern: WAVES, handler: list },
  { method: 'POST', pattern: WAVES, handler: create },
  { method: 'GET', pattern: `${WAVES}:wave/`, handler: get },
  { method: 'POST', pattern: `${WAVES}:wave/sign/`, handler: sign },
  { method: 'POST', pattern: `${WAVES}:wave/rollout/`, handler: rollout },
  { method: 'POST', pattern: `${WAVES}:wave/cancel/`, handler: end('canceled') },
  { method: 'POST', pattern: `${WAVES}:wave/complete/`, handler: end('complete') },
  { method: 'GET', pattern: `${WAVES}:wave/status/`, handler: status },
  { method: 'GET', pattern: '/ota/factories/:factory/prod-targets/', handler: productionTargets },
  { method: 'GET', pattern: '/ota/factories/:factory/wave-targets/', handler: waveTargets },
];
