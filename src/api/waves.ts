import * as v from 'valibot';
import { parseTime } from '../model/device';
import type { RolloutBody, RolloutReach, Wave, WaveGroup, WaveStatus, WaveTarget } from '../model/waves';
import { count, flag, number, text, texts } from './decode';
import { pathOf, requestJson } from './json';
import type { Transport } from './transport';

export interface WavePage {
  readonly waves: readonly Wave[];
  /** Waves on all pages. */
  readonly total: number;
  readonly hasMore: boolean;
}

/** Waves on a page; what the CLI asks for (docs/api.md §9.3). */
export const WAVES_A_PAGE = 20;

const versionSchema = v.nullish(v.union([number, v.string()]));

const waveSchema = v.pipe(
  v.object({
    name: v.string(),
    version: versionSchema,
    tag: text,
    status: text,
    'rollout-history': v.nullish(
      v.array(
        v.object({
          'group-name': text,
          'rollout-by': text,
          'rollout-at': text,
          'is-full-group': flag,
          'is-factory-wide': flag,
          'num-devices': count,
        }),
      ),
      [],
    ),
    'change-meta': v.nullish(v.object({ 'created-at': text })),
  }),
  v.transform((wire): Wave => ({
    name: wire.name,
    version: versionOf(wire.version),
    tag: wire.tag,
    status: wire.status,
    createdAt: parseTime(wire['change-meta']?.['created-at'] ?? ''),
    rollouts: wire['rollout-history'].map((rollout) => ({
      group: rollout['group-name'],
      by: rollout['rollout-by'],
      at: parseTime(rollout['rollout-at']),
      wholeGroup: rollout['is-full-group'],
      wholeFactory: rollout['is-factory-wide'],
      devices: rollout['num-devices'],
    })),
  })),
);

/** @returns 0 for what is no version */
function versionOf(wire: string | number | null | undefined): number {
  const version = Number(wire ?? 0);
  return Number.isFinite(version) ? version : 0;
}

/**
 * One page of the Factory's waves, newest first, `GET /ota/factories/F/waves/` (docs/api.md §2.6). Of `next` only
 * counts whether there is one: its address need not be the service's.
 *
 * @param page counted from 1
 * @param status only waves in this state; undefined: all
 * @throws {FactoryError}
 */
export async function listWaves(
  transport: Transport,
  factory: string,
  page: number,
  signal?: AbortSignal,
  status?: 'active',
): Promise<WavePage> {
  const { waves, total, next } = await requestJson(
    transport,
    { method: 'GET', path: pathOf('ota', 'factories', factory, 'waves'), query: { limit: WAVES_A_PAGE, page, status } },
    v.object({ waves: v.nullish(v.array(waveSchema), []), total: count, next: v.nullish(v.string()) }),
    signal,
  );
  return { waves, total: Math.max(total, waves.length), hasMore: waves.length > 0 && (next ?? '') !== '' };
}

/**
 * The targets of a wave, `GET …/waves/W/?show-targets=1` (docs/api.md §2.6).
 *
 * @returns by name
 * @throws {FactoryError} `notFound` where there is no such wave
 */
export async function listWaveTargets(
  transport: Transport,
  factory: string,
  wave: string,
  signal?: AbortSignal,
): Promise<readonly WaveTarget[]> {
  const custom = v.nullish(
    v.object({ hardwareIds: texts, docker_compose_apps: v.nullish(v.record(v.string(), v.unknown()), {}) }),
  );
  const targets = v.nullish(v.record(v.string(), v.object({ custom })), {});
  const answer = await requestJson(
    transport,
    { method: 'GET', path: pathOf('ota', 'factories', factory, 'waves', wave), query: { 'show-targets': 1 } },
    v.object({ targets: v.nullish(v.object({ signed: v.nullish(v.object({ targets })) })) }),
    signal,
  );
  return Object.entries(answer.targets?.signed?.targets ?? {})
    .map(([name, target]): WaveTarget => ({
      name,
      hardwareIds: target.custom?.hardwareIds ?? [],
      apps: Object.keys(target.custom?.docker_compose_apps ?? {}).sort(),
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

const groupsSchema = v.nullish(
  v.array(
    v.object({
      name: text,
      'rollout-at': text,
      'devices-total': number,
      'devices-online': count,
      'devices-on-wave-version': count,
      'devices-on-newer-version': count,
      'devices-on-older-version': count,
      'devices-scheduled-for-update': count,
    }),
  ),
  [],
);

/**
 * How far a wave has come, `GET …/waves/W/status/` (docs/api.md §2.6).
 *
 * @param offlineAfterHours the service takes whole hours, at least one
 * @throws {FactoryError} `notFound` where there is no such wave
 */
export async function getWaveStatus(
  transport: Transport,
  factory: string,
  wave: string,
  offlineAfterHours: number,
  signal?: AbortSignal,
): Promise<WaveStatus> {
  const answer = await requestJson(
    transport,
    {
      method: 'GET',
      path: pathOf('ota', 'factories', factory, 'waves', wave, 'status'),
      query: { 'offline-threshold': Math.max(1, Math.round(offlineAfterHours)) },
    },
    v.object({
      // A count that is missing is not 0 devices.
      'total-devices': number,
      'updated-devices': number,
      'scheduled-devices': count,
      'unscheduled-devices': count,
      'rollout-groups': groupsSchema,
      'other-groups': groupsSchema,
    }),
    signal,
  );
  const group =
    (rolledOut: boolean) =>
    (wire: v.InferOutput<typeof groupsSchema>[number]): WaveGroup => ({
      name: wire.name,
      rolledOut,
      rolledOutAt: parseTime(wire['rollout-at']),
      devices: wire['devices-total'],
      online: wire['devices-online'],
      onWave: wire['devices-on-wave-version'],
      onNewer: wire['devices-on-newer-version'],
      onOlder: wire['devices-on-older-version'],
      scheduled: wire['devices-scheduled-for-update'],
    });
  return {
    devices: answer['total-devices'],
    updated: answer['updated-devices'],
    scheduled: answer['scheduled-devices'],
    unscheduled: answer['unscheduled-devices'],
    groups: [...answer['rollout-groups'].map(group(true)), ...answer['other-groups'].map(group(false))],
  };
}

/**
 * Hands a wave out, or with `dry-run` only asks to whom it would go: `POST …/waves/W/rollout/` (docs/api.md §2.6).
 *
 * @throws {FactoryError} `unexpected` where the service does not say how many devices it is about
 */
export async function rolloutWave(
  transport: Transport,
  factory: string,
  wave: string,
  body: RolloutBody,
): Promise<RolloutReach> {
  const answer = await requestJson(
    transport,
    { method: 'POST', path: pathOf('ota', 'factories', factory, 'waves', wave, 'rollout'), body },
    v.object({ 'device-num': number, 'device-uuids': texts, 'device-names': texts }),
  );
  return { devices: answer['device-num'], uuids: answer['device-uuids'], names: answer['device-names'] };
}

/**
 * Ends a wave: `POST …/waves/W/complete/` gives it to every production device of its tag, `…/cancel/` takes it back
 * (docs/api.md §2.6).
 *
 * @throws {FactoryError} `rejected` where it is not active
 */
export async function endWave(
  transport: Transport,
  factory: string,
  wave: string,
  how: 'complete' | 'cancel',
): Promise<void> {
  await transport.send({ method: 'POST', path: pathOf('ota', 'factories', factory, 'waves', wave, how) });
}
