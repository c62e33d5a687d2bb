import * as v from 'valibot';
import type { ConfigChange, ConfigEntry, ConfigFile, ConfigReplacement, ConfigTarget } from '../model/config';
import { decodeOrUndefined, flag, text } from './decode';
import { pathOf, requestJson } from './json';
import type { RequestSpec } from './request';
import type { Reply, Transport } from './transport';

const fileSchema = v.pipe(
  v.object({
    name: v.string(),
    value: text,
    unencrypted: flag,
    'on-changed': v.nullish(v.array(v.string())),
  }),
  v.transform((wire): ConfigFile => {
    const onChanged = wire['on-changed'];
    return {
      name: wire.name,
      value: wire.value,
      unencrypted: wire.unencrypted,
      onChanged: onChanged === null || onChanged === undefined || onChanged.length === 0 ? undefined : onChanged,
    };
  }),
);

const entrySchema = v.pipe(
  v.object({
    'created-at': text,
    'applied-at': v.nullish(v.string()),
    'created-by': v.nullish(v.string()),
    reason: text,
    files: v.nullish(v.array(fileSchema), []),
  }),
  v.transform((wire): ConfigEntry => ({
    createdAt: wire['created-at'],
    appliedAt: wire['applied-at'] === '' ? undefined : (wire['applied-at'] ?? undefined),
    createdBy: wire['created-by'] ?? undefined,
    reason: wire.reason,
    files: wire.files,
  })),
);

/** Entries that are taken in; the service keeps ten, and each is looked through for each file. */
const MOST_ENTRIES = 100;

const listSchema = v.object({ config: v.nullish(v.array(entrySchema), []) });

/**
 * The newest part of a configuration's history, newest entry first: the first is in force. `GET …/config/`
 * (docs/api.md §2.2); the service keeps ten, which one answer holds.
 *
 * @throws {FactoryError}
 */
export async function listConfig(
  transport: Transport,
  scope: ConfigTarget,
  signal?: AbortSignal,
): Promise<readonly ConfigEntry[]> {
  const answer = await requestJson(transport, { method: 'GET', ...configPath(scope) }, listSchema, signal);
  return answer.config.slice(0, MOST_ENTRIES);
}

/**
 * Adds or replaces one file, `PATCH …/config/` (docs/api.md §2.2, §4.1). The service takes `unencrypted` and
 * `on-changed` from the request as they are, so both are always told.
 *
 * @returns the new entry, with all files of the configuration; undefined where the service confirms without showing it
 * @throws {FactoryError}
 */
export async function patchConfig(
  transport: Transport,
  scope: ConfigTarget,
  change: ConfigChange,
): Promise<ConfigEntry | undefined> {
  const reply = await transport.send({
    method: 'PATCH',
    ...configPath(scope),
    body: { reason: change.reason, files: [toWire(change.file)] },
    confidential: isConfidential([change.file]),
  });
  const entry = decodeOrUndefined(entrySchema, reply.text);
  return entry !== undefined && entry.files.length > 0 ? entry : undefined;
}

/**
 * Puts a whole set of files in place of what is there, `POST …/config/` (docs/api.md §2.2, §4.1).
 *
 * @returns the new entry; undefined where the service confirms without showing it
 * @throws {FactoryError}
 */
export async function postConfig(
  transport: Transport,
  scope: ConfigTarget,
  { reason, files }: ConfigReplacement,
): Promise<ConfigEntry | undefined> {
  const body = { reason, files: files.map(toWire) };
  const confidential = isConfidential(files);
  return shownEntry(await transport.send({ method: 'POST', ...configPath(scope), body, confidential }));
}

/**
 * Removes one file, `DELETE …/config/<file>/` (docs/api.md §2.2). Not for names with a `/`: whether the service
 * routes those is unknown (§4.2).
 *
 * @returns the new entry; undefined where the service confirms without showing it
 * @throws {FactoryError}
 */
export async function deleteConfigFile(
  transport: Transport,
  scope: ConfigTarget,
  name: string,
): Promise<ConfigEntry | undefined> {
  const { path, query } = configPath(scope);
  return shownEntry(
    await transport.send({ method: 'DELETE', path: path + pathOf(name).slice(1), ...(query && { query }) }),
  );
}

/** An entry has a date; `{}` and the like only confirm. */
function shownEntry(reply: Reply): ConfigEntry | undefined {
  const entry = decodeOrUndefined(entrySchema, reply.text);
  return entry === undefined || entry.createdAt === '' ? undefined : entry;
}

/** The service itself encrypts values of groups and of the Factory (docs/api.md §4.3): they are sent in plain text. */
const isConfidential = (files: readonly ConfigFile[]): boolean => files.some(({ unencrypted }) => !unencrypted);

function toWire({ name, value, unencrypted, onChanged }: ConfigFile): object {
  return { name, value, unencrypted, ...(onChanged === undefined ? {} : { 'on-changed': onChanged }) };
}

function configPath(scope: ConfigTarget): Pick<RequestSpec, 'path' | 'query'> {
  switch (scope.kind) {
    case 'device': {
      const { device, factory, uuid } = scope;
      // As fioctl does: what goes by uuid reaches that device whatever its name is by then (docs/api.md §2.1.3).
      return uuid === undefined
        ? { path: pathOf('ota', 'devices', device, 'config'), query: { factory } }
        : { path: pathOf('ota', 'devices', uuid, 'config'), query: { factory, 'by-uuid': 1 } };
    }
    case 'group':
      return { path: pathOf('ota', 'factories', scope.factory, 'device-groups', scope.group, 'config') };
    case 'factory':
      return { path: pathOf('ota', 'factories', scope.factory, 'config') };
  }
}
