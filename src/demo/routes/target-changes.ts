/** Changes of targets: each starts a CI job, and takes effect when that has passed (docs/api.md §2.5). */
import { validationError } from '../errors';
import { json, type EmulatorResponse } from '../http';
import { TARGETS_MUTATION_STATUS } from '../inferred';
import { jsonBody, type Call, type Route } from '../router';
import type { Factory } from '../world/factory';
import { addTargets, deleteTargets, patchTargets, replaceTargets } from '../world/target-jobs';
import { factoryOf } from './access';
import { buildUrl, webUrl } from './ci-wire';
import { targetNamed } from './targets';

/** Where the job can be followed: `jobserv-url` ends with a slash. */
function startJob(call: Call, factory: Factory, run: string, apply: (time: number) => void): EmulatorResponse {
  const { id } = factory.ci.startJob(run, call.now, apply);
  const reference = { 'jobserv-url': buildUrl(call, factory.name, id), 'web-url': webUrl(factory.name, id) };
  return json(reference, TARGETS_MUTATION_STATUS);
}

function targetMap(call: Call): Record<string, unknown> {
  const { targets } = jsonBody(call.request);
  if (typeof targets !== 'object' || targets === null || Array.isArray(targets)) {
    throw validationError({ targets: "'targets' is a required property" });
  }
  return { ...targets };
}

type Change = (catalog: Factory['catalog'], given: Record<string, unknown>, time: number) => void;

function changeBy(change: Change): Route['handler'] {
  return (call) => {
    const factory = factoryOf(call, 'targets:read-update');
    const given = targetMap(call);
    return startJob(call, factory, 'UpdateTargets', (time) => change(factory.catalog, given, time));
  };
}

/** DELETE with a body: a list of names. */
function remove(call: Call): EmulatorResponse {
  const factory = factoryOf(call, 'targets:read-update');
  const { targets } = jsonBody(call.request);
  if (!Array.isArray(targets) || !targets.every((name) => typeof name === 'string')) {
    throw validationError({ targets: 'Not a list of names' });
  }
  return startJob(call, factory, 'UpdateTargets', (time) => deleteTargets(factory.catalog, targets, time));
}

/** A job that makes something else than targets. */
function otherJob(run: string): Route['handler'] {
  return (call) => {
    const factory = factoryOf(call, 'targets:read-update');
    return startJob(call, factory, run, () => undefined);
  };
}

function image(call: Call): EmulatorResponse {
  targetNamed(call, 'targets:read-update');
  return startJob(call, factoryOf(call, 'targets:read-update'), 'assemble-system-image', () => undefined);
}

const TARGETS = '/ota/factories/:factory/targets/';

export const targetChangeRoutes: readonly Route[] = [
  { method: 'PATCH', pattern: TARGETS, handler: changeBy(patchTargets) },
  { method: 'PUT', pattern: TARGETS, handler: changeBy(replaceTargets) },
  { method: 'POST', pattern: TARGETS, handler: changeBy(addTargets) },
  { method: 'DELETE', pattern: TARGETS, handler: remove },
  { method: 'POST', pattern: `${TARGETS}:target/images/`, handler: image },
  { method: 'POST', pattern: `${TARGETS}:target/static-deltas/`, handler: otherJob('generate') },
];
