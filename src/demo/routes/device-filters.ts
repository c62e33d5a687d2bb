/** The filters and orders of the device list (docs/api.md §2.1.1), without making more devices than they need. */
import { validationError } from '../errors';
import { globExpression, ilikeExpression } from '../glob';
import { remembered } from '../remembered';
import { NAME_ILIKE_WITHOUT_WILDCARD_IS_PART, TARGET_NAME_IS_GLOB } from '../inferred';
import type { Call } from '../router';
import type { Factory } from '../world/factory';

/** One device of one Factory. */
export interface Place {
  readonly factory: Factory;
  readonly index: number;
}

type Test = (factory: Factory, index: number) => boolean;

function textFilter(call: Call, name: string): string | undefined {
  return call.query.get(name) ?? undefined;
}

function flagFilter(call: Call, name: string): boolean | undefined {
  const value = call.query.get(name);
  return value === null ? undefined : !['0', 'false', 'False', ''].includes(value);
}

/** The tests that the query asks for, the cheap ones first. */
function testsOf(call: Call): Test[] {
  const { now } = call;
  const tests: Test[] = [];
  const uuid = textFilter(call, 'uuid');
  if (uuid !== undefined) {
    const places = remembered((factory: Factory) => factory.fleet.indexOfUuid(uuid) ?? -1);
    tests.push((factory, index) => places(factory) === index);
  }
  if (flagFilter(call, 'mine') === true) {
    tests.push((factory, index) => factory.fleet.keyAt(index).owner === call.principal.user);
  }
  const name = textFilter(call, 'name');
  if (name !== undefined) {
    const expression = globExpression(name);
    tests.push((factory, index) => expression.test(factory.fleet.keyAt(index).name));
  }
  const ilike = textFilter(call, 'name_ilike');
  if (ilike !== undefined) {
    const expression = ilikeExpression(ilike, NAME_ILIKE_WITHOUT_WILDCARD_IS_PART);
    tests.push((factory, index) => expression.test(factory.fleet.keyAt(index).name));
  }
  const group = textFilter(call, 'group');
  if (group !== undefined) {
    if ((call.query.get('factory') ?? '') === '') {
      throw validationError({ factory: "Missing required parameter: 'group' needs 'factory'" });
    }
    tests.push((factory, index) => factory.groupAt(index) === group);
  }
  const prod = flagFilter(call, 'prod');
  if (prod !== undefined) {
    tests.push((factory, index) => factory.isProdAt(index) === prod);
  }
  const tag = textFilter(call, 'match_tag');
  if (tag !== undefined) {
    tests.push((factory, index) => factory.tagAt(index, now) === tag);
  }
  const target = textFilter(call, 'target_name');
  if (target !== undefined) {
    const expression = TARGET_NAME_IS_GLOB ? globExpression(target) : undefined;
    const fits = remembered((running: string) => expression?.test(running) ?? running === target);
    tests.push((factory, index) => fits(factory.targetAt(index, now)));
  }
  return tests;
}

/** One key of `sortby`. */
interface SortKey {
  readonly by: 'name' | 'last_seen';
  readonly descending: boolean;
}

function sortKeys(call: Call): SortKey[] {
  const given = (call.query.get('sortby') ?? '').split(',').filter((key) => key !== '');
  return given.map((key) => {
    const by = key.replace(/^-/, '');
    if (by !== 'name' && by !== 'last_seen') {
      throw validationError({ sortby: `The value '${key}' is not a valid choice for 'sortby'.` });
    }
    return { by, descending: key.startsWith('-') };
  });
}

/** The numbers of one Factory's devices that fit, in the order asked for. */
function listOne(factory: Factory, tests: readonly Test[], keys: readonly SortKey[], now: number): Int32Array {
  const { fleet } = factory;
  const [first] = keys;
  const base = fleet.order(first?.by === 'name' ? 'name' : 'owner');
  const fitting = tests.length === 0 ? base : base.filter((index) => tests.every((test) => test(factory, index)));
  if (first === undefined) {
    return fitting;
  }
  if (first.by === 'name') {
    return first.descending ? fitting.toReversed() : fitting;
  }
  const seen = new Map<number, number>();
  for (const index of fitting) {
    const time = factory.lastSeenAt(index, now);
    seen.set(index, time === undefined ? 0 : Math.floor(time / 1000));
  }
  const names = keys.find(({ by }) => by === 'name');
  return fitting.slice().sort((a, b) => {
    const difference = ((seen.get(a) ?? 0) - (seen.get(b) ?? 0)) * (first.descending ? -1 : 1);
    if (difference !== 0 || names === undefined) {
      return difference;
    }
    return fleet.compare('name', a, b) * (names.descending ? -1 : 1);
  });
}

/** What a query found: how many, and the places of any page of it. */
export interface DeviceQuery {
  readonly total: number;
  slice(from: number, to: number): Place[];
}

/** Runs the query over the Factories; several are listed one after another. */
export function queryDevices(call: Call, factories: readonly Factory[]): DeviceQuery {
  const tests = testsOf(call);
  const keys = sortKeys(call);
  const lists = factories.map((factory) => ({ factory, indices: listOne(factory, tests, keys, call.now) }));
  return {
    total: lists.reduce((sum, { indices }) => sum + indices.length, 0),
    slice: (from, to) => {
      const places: Place[] = [];
      let skip = from;
      for (const { factory, indices } of lists) {
        const end = Math.min(indices.length, skip + to - from - places.length);
        for (let at = skip; at < end; at++) {
          places.push({ factory, index: indices[at] ?? 0 });
        }
        skip = Math.max(0, skip - indices.length);
      }
      return places;
    },
  };
}
