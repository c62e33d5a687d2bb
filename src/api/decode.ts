import * as v from 'valibot';
import { FactoryError, type FailureDetails } from './errors';

/**
 * Checks data of the network against a schema: unknown fields are dropped, wrong types refused.
 *
 * @throws {FactoryError} `unexpected`, naming the field: `devices[3].name: expected string, received number`
 */
export function decode<const TSchema extends v.GenericSchema>(
  schema: TSchema,
  data: unknown,
  origin: FailureDetails,
): v.InferOutput<TSchema> {
  if (Array.isArray(data) && schema.type === 'object') {
    // To the schema library a list is an object without fields, which would read as an empty answer.
    throw new FactoryError('unexpected', {
      ...origin,
      serverMessage: 'the answer: expected an object, received a list',
    });
  }
  const result = v.safeParse(schema, data, { abortEarly: true, abortPipeEarly: true });
  if (result.success) {
    return result.output;
  }
  const issue = result.issues[0];
  // The received value itself is not told: it may be anything, a secret too.
  const expected = issue.type === 'finite' ? 'a number' : (issue.expected ?? 'something else');
  const serverMessage = `${pathOf(issue)}: expected ${expected}, received ${typeOf(issue.input)}`;
  throw new FactoryError('unexpected', { ...origin, serverMessage });
}

/** JSON can write halves of characters, which no address can hold: a URI of such a name cannot be made. */
const HALF = /\\u[dD][89a-fA-F]/;

/**
 * @returns what the JSON text holds, with `\ufffd` for halves of characters in names; file values stay as they are
 * @throws {SyntaxError}
 */
export function readJson(json: string): unknown {
  return HALF.test(json)
    ? (JSON.parse(json, (key, value: unknown) => (key === 'value' ? value : wholeCharacters(value))) as unknown)
    : (JSON.parse(json) as unknown);
}

function wholeCharacters(value: unknown): unknown {
  if (typeof value === 'string') {
    return whole(value);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return value;
  }
  const entries = Object.entries(value);
  return entries.every(([key]) => key === whole(key))
    ? value
    : Object.fromEntries(entries.map(([key, inner]) => [whole(key), inner] as const));
}

const whole = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd');

/** @returns what the JSON text holds; undefined where it is no JSON or of another shape, for answers that one can do without */
export function decodeOrUndefined<const TSchema extends v.GenericSchema>(
  schema: TSchema,
  json: string,
): v.InferOutput<TSchema> | undefined {
  let data: unknown;
  try {
    data = readJson(json);
  } catch {
    return undefined;
  }
  const result = v.safeParse(schema, data);
  return result.success ? result.output : undefined;
}

const typeOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : value === Infinity || value === -Infinity
        ? 'one too large'
        : typeof value;

function pathOf(issue: v.BaseIssue<unknown>): string {
  let path = '';
  for (const { key } of issue.path ?? []) {
    path += typeof key === 'number' ? `[${key}]` : `${path === '' ? '' : '.'}${String(key)}`;
  }
  return path === '' ? 'the answer' : path;
}

/** Text that may be missing or null: then `''`. */
export const text = v.nullish(v.string(), '');
/** A flag that may be missing or null: then false. */
export const flag = v.nullish(v.boolean(), false);
/** A flag whose absence means "not told". */
export const maybeFlag = v.nullish(v.boolean());
/** A list of text that may be missing or null: then empty. */
export const texts = v.nullish(v.array(v.string()), []);
/** A number that can be told: `1e999` is JSON, and none. */
export const number = v.pipe(v.number(), v.finite());
/** A count that may be missing or null: then 0. */
export const count = v.nullish(number, 0);

/**
 * A schema that is only asked where something is wrong: what `read` can read does not go through it. For lists of
 * thousands, whose objects in between take longer than the network.
 *
 * @param read gives what the schema would; undefined where it cannot
 */
export function quickly<const TSchema extends v.GenericSchema>(
  schema: TSchema,
  read: (data: unknown) => v.InferOutput<TSchema> | undefined,
): TSchema {
  return {
    ...schema,
    '~run': (dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>) => {
      const value = read(dataset.value);
      return value === undefined ? schema['~run'](dataset, config) : { typed: true, value };
    },
  };
}
