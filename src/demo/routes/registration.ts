/** Registering a device (docs/api.md §2.1.3, "Registration"). */
import { requireScope } from '../auth';
import { otaError, validationError } from '../errors';
import { json, type EmulatorResponse } from '../http';
import { jsonBody, type Call, type Route } from '../router';
import { publicKeyOfCsr } from '../world/csr';
import type { Factory } from '../world/factory';
import { registerDevice } from '../world/registration';
import { decodeTables } from '../world/toml-tables';
import { splitNames } from '../world/update-settings';
import { factoriesInQuery } from './access';

function factoryFor(call: Call): Factory {
  const [factory] = factoriesInQuery(call);
  if (factory === undefined) {
    throw otaError(404, 'Factory() does not exist');
  }
  requireScope(call.principal, factory.name, 'devices:create');
  return factory;
}

function optionalText(body: Record<string, unknown>, key: string): string | undefined {
  const value = body[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The `pacman` values among the overrides: quoted TOML. */
function override(body: Record<string, unknown>, key: string): string | undefined {
  const overrides = body.overrides as { pacman?: Record<string, unknown> } | undefined;
  const quoted = overrides?.pacman?.[key];
  const value = decodeTables(`[pacman]\n${key} = ${typeof quoted === 'string' ? quoted : ''}\n`)
    ?.get('pacman')
    ?.keys.get(key);
  return value?.kind === 'text' ? value.text : undefined;
}

/** Answers 201 with the files that the tool writes to the device. */
function register(call: Call): EmulatorResponse {
  const factory = factoryFor(call);
  const body = jsonBody(call.request);
  const csr = optionalText(body, 'csr');
  const publicKey = csr === undefined ? undefined : publicKeyOfCsr(csr);
  if (publicKey === undefined) {
    throw validationError({ csr: 'Not a certificate request' });
  }
  const uuid = optionalText(body, 'uuid');
  const name = optionalText(body, 'name') ?? uuid ?? '';
  if (
    factory.fleet.indexOfName(name) !== undefined ||
    (uuid !== undefined && factory.fleet.indexOfUuid(uuid) !== undefined)
  ) {
    throw otaError(409, `A device with the name ${name} already exists`);
  }
  if (factory.denied.some((denied) => denied.uuid === uuid)) {
    throw otaError(403, 'This device has been denied');
  }
  const group = optionalText(body, 'group');
  if (group !== undefined && factory.groups.get(group) === undefined) {
    throw otaError(404, `DeviceGroup(${group}) does not exist`);
  }
  const tags = override(body, 'tags');
  const tag = tags === undefined ? undefined : splitNames(tags)[0];
  const apps = override(body, 'compose_apps');
  const hardware = optionalText(body, 'hardware-id');
  registerDevice(factory, {
    name,
    now: call.now,
    owner: call.principal.user,
    publicKey,
    ...(uuid === undefined ? {} : { uuid }),
    ...(hardware === undefined ? {} : { hardware }),
    ...(group === undefined ? {} : { group }),
    ...(tag === undefined ? {} : { tag }),
    ...(apps === undefined ? {} : { apps }),
  });
  const certificate = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  const sota = `[tls]\nserver = "https://ota-lite.foundries.io:8443"\n\n[pacman]\ntags = "${tag ?? 'main'}"\n`;
  return json({ 'root.crt': certificate, 'client.pem': certificate, 'sota.toml': sota }, 201);
}

export const registrationRoutes: readonly Route[] = [{ method: 'POST', pattern: '/ota/devices/', handler: register }];
