/** Configuration of devices, groups and the Factory (docs/api.md §2.2, §4.1). */
import { invalidConfiguration, otaError } from '../errors';
import { json, type EmulatorResponse } from '../http';
import {
  CONFIG_DELETE_STATUS,
  CONFIG_DELETE_TAKES_SLASHES,
  CONFIG_DELETE_UNKNOWN_STATUS,
  CONFIG_LIMIT_BYTES,
  CONFIG_LIMIT_STATUS,
  CONFIG_POST_STATUS,
  FORCE_REFUSAL_STATUS,
  IDENTICAL_PATCH_MAKES_ENTRY,
} from '../inferred';
import { paged } from '../paging';
import { jsonBody, type Call, type Route } from '../router';
import type { Scope } from '../auth';
import {
  configSize,
  entryToWire,
  mergeFiles,
  type ConfigEntry,
  type ConfigFile,
  type ConfigHistory,
} from '../world/config-history';
import type { Factory } from '../world/factory';
import { tagIn } from '../world/update-settings';
import { deviceOf, factoryOf } from './access';
import { groupOf } from './groups';

/** A configuration that an address names, and what a change of it sets off. */
interface Subject {
  readonly history: ConfigHistory;
  readonly ofDevice: boolean;
  /** Tells who has to know, given what was in force before. */
  readonly changed: (before: ConfigEntry | undefined) => void;
}

type Locate = (call: Call, scope: Scope) => Subject;

function ofDevice(call: Call, scope: Scope): Subject {
  const { factory, device, index } = deviceOf(call, scope);
  const changed = (): void => {
    device.wake(call.now + 1);
    device.touch(call.principal.user, call.now);
    factory.fleet.keep(index, device);
  };
  return { history: device.config, ofDevice: true, changed };
}

function shared(call: Call, factory: Factory, history: ConfigHistory): Subject {
  return { history, ofDevice: false, changed: (before) => factory.noteSharedConfig(before, history.latest, call.now) };
}

function ofGroup(call: Call, scope: Scope): Subject {
  const { factory, group } = groupOf(call, scope);
  return shared(call, factory, group.config);
}

function ofFactory(call: Call, scope: Scope): Subject {
  const factory = factoryOf(call, scope);
  return shared(call, factory, factory.config);
}

function readFile(value: unknown, place: number, errors: string[]): ConfigFile[] {
  const given: Record<string, unknown> = typeof value === 'object' && value !== null ? { ...value } : {};
  const { name, value: text, unencrypted = false } = given;
  const onChanged = given['on-changed'] ?? [];
  if (typeof name !== 'string' || name === '') {
    errors.push(`files[${place}].name: missing`);
  }
  if (typeof text !== 'string') {
    errors.push(`files[${place}].value: missing`);
  }
  if (typeof unencrypted !== 'boolean') {
    errors.push(`files[${place}].unencrypted: not a boolean`);
  }
  if (!Array.isArray(onChanged) || !onChanged.every((item) => typeof item === 'string')) {
    errors.push(`files[${place}].on-changed: not a list of strings`);
  }
  return errors.length === 0
    ? [
        {
          name: name as string,
          value: text as string,
          unencrypted: unencrypted as boolean,
          onChanged: onChanged as string[],
        },
      ]
    : [];
}

/** Reads a ConfigRequest (docs/api.md §2.2). */
function readRequest(call: Call): { reason: string; files: ConfigFile[] } {
  const body = jsonBody(call.request);
  const reason = body.reason ?? '';
  const errors: string[] = [];
  if (typeof reason !== 'string') {
    errors.push('reason: not a string');
  }
  const given: unknown = body.files;
  if (!Array.isArray(given)) {
    errors.push('files: missing');
  }
  const files = (Array.isArray(given) ? given : []).flatMap((file: unknown, place) => readFile(file, place, errors));
  if (errors.length > 0) {
    throw invalidConfiguration(errors);
  }
  return { reason: reason as string, files };
}

function isSame(a: readonly ConfigFile[], b: readonly ConfigFile[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function checkForce(call: Call, subject: Subject, files: readonly ConfigFile[]): void {
  if (!call.world.settings.requireForceForTag || !subject.ofDevice || call.query.get('force') === '1') {
    return;
  }
  if (tagIn(subject.history.latest?.files ?? []) !== tagIn(files)) {
    throw otaError(FORCE_REFUSAL_STATUS, 'Changing the tag of a device can be dangerous, use force=1 to do it anyway');
  }
}

function store(call: Call, subject: Subject, files: readonly ConfigFile[], reason: string): ConfigEntry {
  if (configSize(files) > CONFIG_LIMIT_BYTES) {
    throw otaError(CONFIG_LIMIT_STATUS, 'The configuration is larger than 1Mb');
  }
  checkForce(call, subject, files);
  const { latest } = subject.history;
  if (!IDENTICAL_PATCH_MAKES_ENTRY && latest !== undefined && isSame(latest.files, files)) {
    return latest;
  }
  const entry: ConfigEntry = { createdAt: call.now, createdBy: call.principal.user, reason, files, appliedAt: null };
  subject.history.add(entry);
  subject.changed(latest);
  return entry;
}

function list(locate: Locate): Route['handler'] {
  return (call) => {
    const subject = locate(call, 'devices:read');
    return json(paged(call, 'config', subject.history.recent(), (entry) => entryToWire(entry, subject.ofDevice)));
  };
}

function patch(locate: Locate): Route['handler'] {
  return (call): EmulatorResponse => {
    const subject = locate(call, 'devices:read-update');
    const { reason, files } = readRequest(call);
    const entry = store(call, subject, mergeFiles(subject.history.latest?.files ?? [], files), reason);
    return json(entryToWire(entry, subject.ofDevice), 201);
  };
}

function post(locate: Locate): Route['handler'] {
  return (call): EmulatorResponse => {
    const subject = locate(call, 'devices:read-update');
    const { reason, files } = readRequest(call);
    const entry = store(call, subject, mergeFiles([], files), reason);
    return json(entryToWire(entry, subject.ofDevice), CONFIG_POST_STATUS);
  };
}

function remove(locate: Locate): Route['handler'] {
  return (call): EmulatorResponse => {
    const subject = locate(call, 'devices:read-update');
    const name = call.params.file ?? '';
    const files = subject.history.latest?.files ?? [];
    const remaining = files.filter((file) => file.name !== name);
    if (remaining.length === files.length || (name.includes('/') && !CONFIG_DELETE_TAKES_SLASHES)) {
      throw otaError(CONFIG_DELETE_UNKNOWN_STATUS, `ConfigFile(${name}) does not exist`);
    }
    const entry = store(call, subject, remaining, `Delete ${name}`);
    return json(entryToWire(entry, subject.ofDevice), CONFIG_DELETE_STATUS);
  };
}

function routesFor(base: string, locate: Locate): Route[] {
  return [
    { method: 'GET', pattern: `${base}config/`, handler: list(locate) },
    { method: 'PATCH', pattern: `${base}config/`, handler: patch(locate) },
    { method: 'POST', pattern: `${base}config/`, handler: post(locate) },
    { method: 'DELETE', pattern: `${base}config/*file/`, handler: remove(locate) },
  ];
}

export const configRoutes: readonly Route[] = [
  ...routesFor('/ota/devices/:device/', ofDevice),
  ...routesFor('/ota/factories/:factory/device-groups/:group/', ofGroup),
  ...routesFor('/ota/factories/:factory/', ofFactory),
];
