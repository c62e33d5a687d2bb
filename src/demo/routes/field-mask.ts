/** The `X-Fields` header of Flask-RESTX (docs/api.md §2.1.1): a mask such as `{devices{name,uuid},total}`. */
import { validationError } from '../errors';

type Mask = Map<string, Mask | undefined>;

/** Leaves only the fields that a mask names; without one, everything. */
export function applyFieldMask(value: unknown, header: string | undefined): unknown {
  return header === undefined || header.trim() === '' ? value : project(value, parse(header));
}

function project(value: unknown, mask: Mask): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => project(item, mask));
  }
  if (typeof value !== 'object' || value === null || mask.has('*')) {
    return value;
  }
  return Object.fromEntries(
    [...mask].map(([name, inner]) => {
      // Only what is asked for is read: some fields are made then.
      const field = Object.hasOwn(value, name) ? ((value as Record<string, unknown>)[name] ?? null) : null;
      return [name, inner === undefined ? field : project(field, inner)];
    }),
  );
}

function invalid(): Error {
  return validationError({ 'X-Fields': 'Invalid mask' });
}

function parse(header: string): Mask {
  const tokens: string[] = header.match(/[{},]|[^{},\s]+/g) ?? [];
  if (tokens[0] !== '{') {
    tokens.unshift('{');
    tokens.push('}');
  }
  const stack: Mask[] = [];
  let root: Mask | undefined;
  let last = '';
  for (const token of tokens) {
    const top = stack.at(-1);
    if (token === '{') {
      const mask: Mask = new Map();
      if (top !== undefined) {
        top.set(last, mask);
      } else if (root === undefined) {
        root = mask;
      } else {
        throw invalid();
      }
      stack.push(mask);
    } else if (top === undefined) {
      throw invalid();
    } else if (token === '}') {
      stack.pop();
    } else if (token !== ',') {
      top.set(token, undefined);
      last = token;
    }
  }
  if (root === undefined || stack.length > 0) {
    throw invalid();
  }
  return root;
}
