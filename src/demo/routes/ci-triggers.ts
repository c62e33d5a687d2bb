/** CI triggers and their secrets (docs/api.md §2.7.9). */
import { ciDatabaseError, ciError, ciStumble, ciUnknown } from '../errors';
import type { EmulatorResponse } from '../http';
import { TRIGGERS_SCOPE } from '../inferred';
import type { Call, Route } from '../router';
import type { Trigger } from '../world/ci';
import { ciBody } from './ci-builds';
import { projectOf, success } from './ci-wire';

const TYPES: readonly string[] = ['git_poller', 'github_pr', 'simple', 'gitlab_mr'];
const NAME = '^[a-zA-Z0-9_\\-\\.]+$';

function toWire(factory: string, trigger: Trigger): object {
  return {
    id: trigger.id,
    user: trigger.user,
    type: trigger.type,
    project: `${factory}/lmp`,
    definition_repo: `https://source.foundries.io/factories/${factory}/ci-scripts.git`,
    definition_file: 'factory-config.yml',
    queue_priority: 0,
    secrets: [...trigger.secrets.keys()].map((name) => ({ name })),
  };
}

/** `data` is a list here. */
function list(call: Call): EmulatorResponse {
  const factory = projectOf(call, TRIGGERS_SCOPE);
  const type = call.query.get('type');
  if (type !== null && !TYPES.includes(type)) {
    throw ciStumble(`'${type}'`);
  }
  const triggers = factory.ci.triggers.filter((trigger) => type === null || trigger.type === type);
  return success(triggers.map((trigger) => toWire(factory.name, trigger)));
}

/** Reads secrets; a null value deletes. */
function readSecrets(value: unknown): Map<string, string | null> {
  const secrets = new Map<string, string | null>();
  for (const item of Array.isArray(value) ? (value as unknown[]) : []) {
    const secret: Record<string, unknown> = typeof item === 'object' && item !== null ? { ...item } : {};
    const { name, value: text } = secret;
    if (typeof name !== 'string' || !('value' in secret)) {
      throw ciStumble("'value'");
    }
    if (!new RegExp(NAME).test(name)) {
      throw ciError(400, `Invalid secret name \`${name}\`. Must match pattern: \`${NAME}\``);
    }
    if (text !== null && typeof text !== 'string') {
      throw ciError(400, `Invalid secret value(${name}): ${JSON.stringify(text)}`);
    }
    secrets.set(name, text);
  }
  return secrets;
}

/** Characters that a column of text takes. */
const COLUMN = 65_535;

/** How long a text is as the server's JSON has it, which escapes what is not ASCII. */
function jsonLength(text: string): number {
  return JSON.stringify(text).replace(/[^\0-\x7f]/g, '\\uffff').length;
}

/** How long a trigger's secrets are as they are stored: as one JSON text, encrypted and in base64 (docs/api.md §2.7.9). */
function storedLength(secrets: ReadonlyMap<string, string>): number {
  const pairs = [...secrets].map(([name, value]) => jsonLength(name) + 2 + jsonLength(value));
  const plain = 2 + pairs.reduce((sum, length) => sum + length, 0) + 2 * Math.max(0, pairs.length - 1);
  const encrypted = Math.floor(plain / 16) * 16 + 16;
  return Math.ceil((1 + 8 + 16 + encrypted + 32) / 3) * 4;
}

/** Changes all of them or, where they become too much, nothing. */
function change(trigger: Trigger, secrets: ReadonlyMap<string, string | null>): void {
  const changed = new Map(trigger.secrets);
  for (const [name, value] of secrets) {
    if (value === null) {
      changed.delete(name);
    } else {
      changed.set(name, value);
    }
  }
  if (storedLength(changed) > COLUMN) {
    throw ciDatabaseError('(1406, "Data too long for column \'secrets\' at row 1")');
  }
  trigger.secrets.clear();
  for (const [name, value] of changed) {
    trigger.secrets.set(name, value);
  }
}

function create(call: Call): EmulatorResponse {
  const factory = projectOf(call, 'ci:read-update');
  const { type, ...body } = ciBody(call);
  if (type === '') {
    throw ciError(401, 'Missing parameter: type');
  }
  if (typeof type !== 'string' || !TYPES.includes(type)) {
    throw ciStumble(type === undefined ? "'type'" : `'${JSON.stringify(type)}'`);
  }
  const id = Math.max(0, ...factory.ci.triggers.map((trigger) => trigger.id)) + 1;
  const trigger: Trigger = { id, user: call.principal.user, type, secrets: new Map() };
  change(trigger, readSecrets(body.secrets));
  factory.ci.triggers.push(trigger);
  return success({}, 201);
}

function patch(call: Call): EmulatorResponse {
  const factory = projectOf(call, 'ci:read-update');
  const trigger = factory.ci.triggers.find(({ id }) => String(id) === call.params.trigger);
  if (trigger === undefined) {
    throw ciUnknown(call.url.pathname);
  }
  change(trigger, readSecrets(ciBody(call).secrets));
  return success({});
}

export const ciTriggerRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/projects/:factory/lmp/triggers/', handler: list },
  { method: 'POST', pattern: '/projects/:factory/lmp/triggers/', handler: create },
  { method: 'PATCH', pattern: '/projects/:factory/lmp/triggers/:trigger/', handler: patch },
];
