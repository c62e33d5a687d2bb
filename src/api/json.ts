import type * as v from 'valibot';
import { decode, readJson } from './decode';
import { FactoryError, type FailureDetails } from './errors';
import type { RequestSpec } from './request';
import type { Transport } from './transport';

/**
 * Sends a request and decodes its JSON answer.
 *
 * @throws {FactoryError} also `unexpected` where the answer is no JSON (the page of a proxy, an empty body) or of
 *   another shape than the schema
 */
export async function requestJson<const TSchema extends v.GenericSchema>(
  transport: Transport,
  spec: RequestSpec,
  schema: TSchema,
  signal?: AbortSignal,
): Promise<v.InferOutput<TSchema>> {
  const reply = await transport.send(spec, signal);
  return decode(schema, parseJson(reply.text, reply.origin), reply.origin);
}

/** @throws {FactoryError} `unexpected` where the text is no JSON */
export function parseJson(text: string, origin: FailureDetails): unknown {
  try {
    return readJson(text);
  } catch (cause) {
    const serverMessage =
      text.trim() === ''
        ? 'the answer is empty'
        : /^\s*</.test(text)
          ? 'the answer is a web page, not data'
          : 'the answer is not valid JSON';
    throw new FactoryError('unexpected', { ...origin, serverMessage, cause });
  }
}

/**
 * @returns a path from segments, each percent-encoded: names may hold anything (docs/api.md §3.6)
 * @throws {RangeError} for a segment that an address cannot carry (empty, `.` or `..`), which would name another resource
 */
export function pathOf(...segments: readonly string[]): string {
  for (const segment of segments) {
    if (segment === '' || segment === '.' || segment === '..') {
      throw new RangeError(`"${segment}" cannot be part of an address`);
    }
  }
  return `/${segments.map((segment) => encodeURIComponent(segment)).join('/')}/`;
}
