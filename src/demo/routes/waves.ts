/** Waves and production targets (docs/api.md §2.6). */
import { isoOffset } from '../clock';
import { otaError, validationError } from '../errors';
import { json, type EmulatorResponse } from '../http';
import { nextPage, requestedPage } from '../paging';
import { jsonBody, type Call, type Route } from '../router';
import type { Scope } from '../auth';
import type { Factory } from '../world/factory';
import type { Device } from '../world/device';
import { reaches, type Rollout, type Wave } from '../world/waves';
import { factoryOf } from './access';
import { waveStatus } from './wave-status';

/** A rollout reaches no more devices than this (docs/api.md §3.3). */
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

/** The present name of a group that a wave was rolled out to; `''` once the group is deleted. */
function groupName(factory: Factory, id: number): string {
  return factory.groups.all().find((group) => group.id === id)?.name ?? '';
}

function toWire(factory: Factory, wave: Wave, withTargets: boolean): Record<string, unknown> {
  const groups = wave.rollouts.flatMap((rollout) =>
    rollout.group === undefined ? [] : [{ rollout, group: rollout.group }],
  );
  const { finished } = wave;
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
          'group-name': groupName(factory, group.id),
          'created-at': isoOffset(rollout.at),
          'created-by': rollout.by,
        },
      ]),
    ),
    'rollout-history': wave.rollouts.map(({ group, uuids, at, by, devices }) => ({
      'group-name': group === undefined ? '' : groupName(factory, group.id),
      'rollout-by': by,
      'rollout-at': isoOffset(at),
      'is-full-group': group !== undefined && uuids === undefined,
      'is-factory-wide': group === undefined,
      'num-devices': devices,
    })),
    // What the CLI shows as the end of a wave.
    'change-meta': {
      'created-by': wave.createdBy,
      'created-at': isoOffset(wave.createdAt),
      'updated-by': finished?.by ?? '',
      'updated-at': finished === undefined ? '' : isoOffset(finished.at),
    },
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
    waves: fitting.slice(first, first + page.limit).map((wave) => toWire(factory, wave, false)),
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
    finished: undefined,
    rollouts: [],
  };
  factory.waves.add(wave);
  return json(toWire(factory, wave, false), 201);
}

function get(call: Call): EmulatorResponse {
  const { factory, wave } = waveOf(call, 'targets:read');
  return json(toWire(factory, wave, call.query.get('show-targets') === '1'));
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
  readonly limit: number | undefined;
  readonly percentage: number | undefined;
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
  const positive = (value: unknown): number | undefined => (typeof value === 'number' && value > 0 ? value : undefined);
  return { group, uuids: list, limit: positive(limit), percentage: positive(percentage) };
}

/** Those that were active last come first: a limit takes them (docs/api.md §2.6). */
function byActivity(call: Call, factory: Factory, devices: readonly Device[]): Device[] {
  const seen = (device: Device): number => device.lastSeen(call.now, factory.checkInMs) ?? 0;
  return [...devices].sort((a, b) => seen(b) - seen(a));
}

/** `POST …/rollout/`: hands the wave out, or with `dry-run` only says to whom. */
function rollout(call: Call): EmulatorResponse {
  const { factory, wave } = activeWave(call);
  const body = jsonBody(call.request);
  const { group, uuids, limit, percentage } = readRollout(body, factory);
  const candidates = factory
    .productionDevices(wave.tag, call.now)
    .filter((device) => !reaches(wave, device, call.now))
    .filter((device) => group === undefined || device.group === group.name)
    .filter((device) => uuids?.includes(device.uuid) ?? true);
  const count = Math.min(limit ?? Infinity, Math.ceil((candidates.length * (percentage ?? 100)) / 100));
  const chosen = byActivity(call, factory, candidates).slice(0, count);
  if (chosen.length > ROLLOUT_LIMIT) {
    throw otaError(400, `A rollout reaches at most ${ROLLOUT_LIMIT} devices`);
  }
  // Even a limit that all of them are within leaves out who joins the group later.
  const isFullGroup = group !== undefined && uuids === undefined && limit === undefined && percentage === undefined;
  if (body['dry-run'] !== true) {
    wave.rollouts.push({
      at: call.now,
      by: call.principal.user,
      devices: chosen.length,
      ...(group === undefined ? {} : { group }),
      ...(isFullGroup ? {} : { uuids: new Set(chosen.map(({ uuid }) => uuid)) }),
    });
    factory.noteChange(call.now, 'targets');
  }
  return json({
    ...toWire(factory, wave, false),
    'device-num': chosen.length,
    'device-uuids': body['return-uuids'] === true ? chosen.map(({ uuid }) => uuid) : [],
    'device-names': body['return-names'] === true ? chosen.map(({ name }) => name) : [],
  });
}

function end(status: 'complete' | 'canceled'): Route['handler'] {
  return (call) => {
    const { factory, wave } = activeWave(call);
    wave.status = status;
    wave.finished = { at: call.now, by: call.principal.user };
    factory.noteChange(call.now, 'targets');
    return json(toWire(factory, wave, false));
  };
}

function sign(call: Call): EmulatorResponse {
  const { factory, wave } = activeWave(call);
  return json(toWire(factory, wave, false));
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
  const active = factory.waves.all().filter(({ status }) => status === 'active');
  const names = asked.length > 0 ? asked : active.map(({ name }) => name);
  return found(names.map((name) => [name, factory.waves.get(name)?.targets]));
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
