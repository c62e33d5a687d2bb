/** Targets (foundries-api.md §2.5). */
import { otaError } from '../errors';
import { json, utf8, type EmulatorResponse } from '../http';
import type { Call, Route } from '../router';
import type { Target } from '../world/target-catalog';
import { factoryOf } from './access';

const TARGETS_PER_PIECE = 100;

/** Writes a map of targets piece by piece: a Factory of 20 000 answers 25 MB. */
async function* writeMap(
  entries: Iterable<[string, Target]>,
  before: string,
  after: string,
): AsyncGenerator<Uint8Array> {
  let piece = before;
  let count = 0;
  for (const [name, target] of entries) {
    piece += `${count === 0 ? '' : ', '}${JSON.stringify(name)}: ${JSON.stringify(target)}`;
    count += 1;
    if (count % TARGETS_PER_PIECE === 0) {
      yield utf8(piece);
      piece = '';
      await Promise.resolve();
    }
  }
  yield utf8(piece + after);
}

/** `GET …/targets/[?version=]`: name → target, no envelope, no paging. */
function list(call: Call): EmulatorResponse {
  const factory = factoryOf(call, 'targets:read');
  const version = call.query.get('version');
  if (version !== null) {
    return json(Object.fromEntries(factory.catalog.ofVersion(Number(version))));
  }
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: writeMap(factory.catalog.all(), '{', '}\n'),
  };
}

function one(call: Call): EmulatorResponse {
  const factory = factoryOf(call, 'targets:read');
  const name = call.params.target ?? '';
  const target = factory.catalog.get(name);
  if (target === undefined) {
    throw otaError(404, `Target(${name}) does not exist`);
  }
  return json(target);
}

export const targetRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/ota/factories/:factory/targets/', handler: list },
  { method: 'GET', pattern: '/ota/factories/:factory/targets/:target/?', handler: one },
];
