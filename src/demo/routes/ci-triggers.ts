/** CI triggers and their secrets (foundries-api.md §2.7; measured-servers.md 12, 17). */
import { ciDataError, ciError, ciStumble } from '../errors';
import type { EmulatorResponse } from '../http';
import { TRIGGERS_SCOPE } from '../inferred';
import type { Call, Route } from '../router';
import type { Trigger } from '../world/ci';
import { ciBody } from './ci-builds';
import { projectOf, success } from './ci-wire';

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
  if (type !== null && !['git_poller', 'simple', 'github_pr', 'gitlab_mr', 'lava_reporter'].includes(type)) {
    throw ciStumble(`'${type}' is not among the defined enum values`);
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
    if (!/^[a-zA-Z0-9_\-.]+$/.test(name)) {
      throw ciDataError(400, `Invalid secret name(${name}). Must match: ^[a-zA-Z0-9_\\-\\.]+$`);
    }
    if (text !== null && typeof text !== 'string') {
      throw ciDataError(400, `Invalid secret value(${name}): ${JSON.stringify(text)}`);
    }
    secrets.set(name, text);
  }
  return secrets;
}

function change(trigger: Trigger, secrets: ReadonlyMap<string, string | null>): void {
  for (const [name, value] of secrets) {
    if (value === null) {
      trigger.secrets.delete(name);
    } else {
      trigger.secrets.set(name, value);
    }
  }
}

function create(call: Call): EmulatorResponse {
  const factory = projectOf(call, 'ci:read-update');
  const body = ciBody(call);
  if (body.type === '') {
    throw ciError(401, 'Authentication required');
  }
  if (body.type !== 'simple' && body.type !== 'git_poller') {
    throw ciStumble(body.type === undefined ? "'type'" : `${JSON.stringify(body.type)} is not a valid TriggerTypes`);
  }
  const id = Math.max(0, ...factory.ci.triggers.map((trigger) => trigger.id)) + 1;
  const trigger: Trigger = { id, user: call.principal.user, type: body.type, secrets: new Map() };
  change(trigger, readSecrets(body.secrets));
  factory.ci.triggers.push(trigger);
  return success({ url: `${call.url.origin}${call.url.pathname}${id}/` }, 201);
}

function patch(call: Call): EmulatorResponse {
  const factory = projectOf(call, 'ci:read-update');
  const trigger = factory.ci.triggers.find(({ id }) => String(id) === call.params.trigger);
  if (trigger === undefined) {
    throw ciError(404, 'Not Found');
  }
  change(trigger, readSecrets(ciBody(call).secrets));
  return success({});
}

export const ciTriggerRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/projects/:factory/lmp/triggers/', handler: list },
  { method: 'POST', pattern: '/projects/:factory/lmp/triggers/', handler: create },
  { method: 'PATCH', pattern: '/projects/:factory/lmp/triggers/:trigger/', handler: patch },
];
