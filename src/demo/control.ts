/**
 * What tests may ask for besides the API: `/_emulator/*`, without a token and without being written down.
 *
 * | route | what it does |
 * | --- | --- |
 * | `GET /_emulator/requests` | what came in: method, path, query, headers, body text, status |
 * | `POST /_emulator/reset` | state, time, faults and requests as at the start; `{"only": "requests"}` or `"faults"` for a part |
 * | `GET/POST/DELETE /_emulator/faults` | the rules of faults.ts: those waiting, one more (or a list), none |
 * | `GET/POST /_emulator/clock` | the time; `{"advanceSeconds": n}` moves it |
 * | `POST /_emulator/check-in` | `{"device", "factory"?}` checks in now; without a device every device that is kept does |
 * | `POST /_emulator/config` | `{"device" or "group"?, "factory"?, "files", "reason"?, "as"?, "replace"?}` writes a set as somebody else: `as` is a user id, or `"device"` |
 * | `POST /_emulator/push` | `{"branch"?, "message" or "titles"?, "failing"?}`: a push to containers.git, which starts a build; titles newest first |
 * | `POST /_emulator/job` | `{"failNext", "factory"?}`: whether the next job that changes targets fails |
 * | `POST /_emulator/oauth` | `{"expiresIn"}`: how long new access tokens last |
 * | `GET /_emulator/device?name=` | what the simulated device itself knows: decrypted files, why it refused, its plans |
 * | `POST /_emulator/device` | `{"name", …}` makes or changes a device: `online`, `failNextUpdate`, `isProd`, `lastSeenSecondsAgo`, `create` |
 */
import { HOUR } from './clock';
import type { Emulator } from './emulator';
import { otaError } from './errors';
import { readFaultRule } from './fault-rule';
import { fromUtf8, json, type EmulatorRequest, type EmulatorResponse } from './http';
import { mergeFiles, entryToWire, type ConfigFile, type ConfigHistory } from './world/config-history';
import type { Device } from './world/device';
import type { Factory } from './world/factory';
import { USERS } from './world/people';
import { secretsOf } from './world/secrets';
import { registerDevice } from './world/registration';

type Body = Readonly<Record<string, unknown>>;

function readBody(request: EmulatorRequest): unknown {
  const source = fromUtf8(request.body);
  try {
    return source === '' ? {} : JSON.parse(source);
  } catch {
    throw otaError(400, 'The body is not JSON');
  }
}

function asObject(value: unknown): Body {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw otaError(400, 'The body is not an object');
  }
  return { ...value };
}

function text(body: Body, key: string): string | undefined {
  const value = body[key];
  return typeof value === 'string' ? value : undefined;
}

/** Answers a control request. */
export function control(emulator: Emulator, request: EmulatorRequest, url: URL): EmulatorResponse {
  const body = readBody(request);
  const action = `${request.method} ${url.pathname.slice('/_emulator/'.length).replace(/\/$/, '')}`;
  switch (action) {
    case 'GET requests':
      return json(emulator.requests.all());
    case 'POST reset':
      return reset(emulator, asObject(body));
    case 'GET faults':
      return json(emulator.faults.waiting());
    case 'POST faults':
      for (const rule of Array.isArray(body) ? (body as unknown[]) : [body]) {
        emulator.faults.add(readFaultRule(asObject(rule)));
      }
      return json(emulator.faults.waiting());
    case 'DELETE faults':
      emulator.faults.clear();
      return json([]);
    case 'GET clock':
      return clock(emulator);
    case 'POST clock':
      return moveClock(emulator, asObject(body));
    case 'POST check-in':
      return checkIn(emulator, asObject(body));
    case 'POST config':
      return writeConfig(emulator, asObject(body));
    case 'POST push':
      return push(emulator, asObject(body));
    case 'POST job':
      return setJob(emulator, asObject(body));
    case 'POST oauth':
      return setOAuth(emulator, asObject(body));
    case 'GET device':
      return showDevice(emulator, { name: url.searchParams.get('name'), factory: url.searchParams.get('factory') });
    case 'POST device':
      return changeDevice(emulator, asObject(body));
    default:
      throw otaError(404, `Unknown control request: ${action}`);
  }
}

function reset(emulator: Emulator, body: Body): EmulatorResponse {
  switch (text(body, 'only')) {
    case 'requests':
      emulator.requests.clear();
      break;
    case 'faults':
      emulator.faults.clear();
      break;
    default:
      emulator.reset();
  }
  return json({});
}

function clock(emulator: Emulator): EmulatorResponse {
  return json({ now: new Date(emulator.clock.now()).toISOString(), virtual: emulator.clock.isVirtual });
}

/** A hundred years: dates end somewhere. */
const MOST_SECONDS = 100 * 366 * 86_400;

function moveClock(emulator: Emulator, body: Body): EmulatorResponse {
  const seconds = body.advanceSeconds;
  if (typeof seconds !== 'number' || seconds < 0 || seconds > MOST_SECONDS) {
    throw otaError(400, `advanceSeconds: not a number of seconds from 0 to ${MOST_SECONDS}`);
  }
  emulator.clock.advance(seconds);
  return clock(emulator);
}

function factoryOf(emulator: Emulator, body: Body): Factory {
  const name = text(body, 'factory') ?? emulator.world.settings.factory;
  const factory = emulator.world.factories.get(name);
  if (factory === undefined) {
    throw otaError(404, `Factory(${name}) does not exist`);
  }
  return factory;
}

function indexOf(factory: Factory, name: string): number {
  const index = factory.indexOf(name, false);
  if (index === undefined) {
    throw otaError(404, `Device(${name}) does not exist`);
  }
  return index;
}

function checkIn(emulator: Emulator, body: Body): EmulatorResponse {
  const factory = factoryOf(emulator, body);
  const name = text(body, 'device');
  const indices = name === undefined ? [...factory.fleet.kept()].map(([index]) => index) : [indexOf(factory, name)];
  for (const index of indices) {
    factory.checkIn(index, emulator.clock.now());
  }
  return json({ 'checked-in': indices.length });
}

function readFiles(value: unknown): ConfigFile[] {
  if (!Array.isArray(value)) {
    throw otaError(400, 'files: not a list');
  }
  return value.map((item: unknown) => {
    const file = asObject(item);
    const onChanged = file['on-changed'];
    return {
      name: text(file, 'name') ?? '',
      value: text(file, 'value') ?? '',
      unencrypted: file.unencrypted !== false,
      onChanged: Array.isArray(onChanged) ? onChanged.map(String) : [],
    };
  });
}

/** A change that the user of the tested program did not make. */
function writeConfig(emulator: Emulator, body: Body): EmulatorResponse {
  const now = emulator.clock.now();
  const factory = factoryOf(emulator, body);
  const name = text(body, 'device');
  const group = text(body, 'group');
  const as = text(body, 'as') ?? USERS.bo.id;
  let history: ConfigHistory | undefined;
  if (name !== undefined) {
    const index = indexOf(factory, name);
    const device = factory.device(index, now);
    device.wake(now + 1);
    device.dirty = true;
    factory.fleet.keep(index, device);
    history = device.config;
  } else {
    history = group === undefined ? factory.config : factory.groups.get(group)?.config;
  }
  if (history === undefined) {
    throw otaError(404, `DeviceGroup(${group ?? ''}) does not exist`);
  }
  const files = readFiles(body.files);
  const remove = Array.isArray(body.remove) ? body.remove.map(String) : [];
  const previous = history.latest;
  const before = body.replace === true ? [] : (previous?.files ?? []);
  history.add({
    createdAt: now,
    ...(as === 'device' ? {} : { createdBy: as }),
    reason: text(body, 'reason') ?? 'Changed by somebody else',
    files: mergeFiles(before, files).filter((file) => !remove.includes(file.name)),
    appliedAt: as === 'device' ? now : null,
  });
  const { latest } = history;
  if (name === undefined) {
    factory.noteSharedConfig(previous, latest, now);
  }
  return json(latest === undefined ? {} : entryToWire(latest, name !== undefined), 201);
}

function push(emulator: Emulator, body: Body): EmulatorResponse {
  const failing = text(body, 'failing');
  const build = factoryOf(emulator, body).ci.push(
    {
      branch: text(body, 'branch') ?? 'main',
      titles: Array.isArray(body.titles) ? body.titles.map(String) : [text(body, 'message') ?? 'A change'],
      ...(failing === undefined ? {} : { failing }),
    },
    emulator.clock.now(),
  );
  return json({ build_id: build.id }, 201);
}

function setJob(emulator: Emulator, body: Body): EmulatorResponse {
  const { failNext } = body;
  if (typeof failNext !== 'boolean') {
    throw otaError(400, 'failNext: neither true nor false');
  }
  factoryOf(emulator, body).ci.failNextJob = failNext;
  return json({ failNext });
}

function setOAuth(emulator: Emulator, body: Body): EmulatorResponse {
  const { expiresIn } = body;
  if (typeof expiresIn !== 'number' || expiresIn <= 0) {
    throw otaError(400, 'expiresIn: not a number of seconds');
  }
  emulator.world.oauth.expiresIn = expiresIn;
  return json({ expiresIn });
}

function deviceState(factory: Factory, device: Device, now: number): object {
  return {
    uuid: device.uuid,
    name: device.name,
    presence: device.presence,
    secrets: secretsOf(factory, device),
    'config-error': device.configError?.message ?? null,
    'wanted-apps': device.wantedApps ?? null,
    rejected: [...device.rejected],
    'running-update': device.runningUpdate(now) ?? null,
  };
}

function showDevice(emulator: Emulator, query: { name: string | null; factory: string | null }): EmulatorResponse {
  const now = emulator.clock.now();
  const factory = factoryOf(emulator, query.factory === null ? {} : { factory: query.factory });
  const index = indexOf(factory, query.name ?? '');
  return json(deviceState(factory, factory.device(index, now), now));
}

function changeDevice(emulator: Emulator, body: Body): EmulatorResponse {
  const now = emulator.clock.now();
  const factory = factoryOf(emulator, body);
  const name = text(body, 'name') ?? '';
  if (body.create === true) {
    registerDevice(factory, {
      name,
      now,
      owner: text(body, 'owner') ?? USERS.ada.id,
      ...(text(body, 'uuid') === undefined ? {} : { uuid: text(body, 'uuid') ?? '' }),
      ...(text(body, 'tag') === undefined ? {} : { tag: text(body, 'tag') ?? '' }),
      ...(text(body, 'hardware') === undefined ? {} : { hardware: text(body, 'hardware') ?? '' }),
      ...(text(body, 'group') === undefined ? {} : { group: text(body, 'group') ?? '' }),
    });
  }
  const index = indexOf(factory, name);
  const device = factory.device(index, now);
  if (typeof body.online === 'boolean') {
    const lastSeen = now - (typeof body.lastSeenSecondsAgo === 'number' ? body.lastSeenSecondsAgo * 1000 : 6 * HOUR);
    device.appear(
      body.online
        ? { kind: 'online', phase: device.seed.below(factory.checkInMs, 'phase') }
        : { kind: 'offline', lastSeen },
    );
    device.evaluatedTo = now;
    device.wake(now + 1);
  }
  const failure = body.failNextUpdate;
  if (failure === true || failure === 'install' || failure === 'download') {
    device.failNext = failure === true ? 'install' : failure;
  }
  if (typeof body.isProd === 'boolean') {
    device.isProd = body.isProd;
  }
  device.dirty = true;
  factory.fleet.keep(index, device);
  factory.fleet.changed();
  return json(deviceState(factory, device, now));
}
