/**
 * What the answers of a real jobserv have in common with those of the emulator: both are written in the same words, with names, numbers,
 * hashes and times replaced by what they are. What is left has to be equal: fields and their order, types, null, addresses, statuses.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @returns a recorded answer of a real jobserv (`test/fixtures/jobserv`) */
export const recorded = (name: string): string => readFileSync(join('test/fixtures/jobserv', name), 'utf8');

/** What stands for a value that differs from one server to the next. */
const WORDS: readonly (readonly [pattern: RegExp, word: string])[] = [
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00/g, '<time>'],
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}/g, '<moment>'],
  [/\b[0-9a-f]{40}\b/g, '<sha>'],
  [/(?<=\n)[0-9a-f]{7} /g, '<sha7> '],
  [/\/builds\/\d+/g, '/builds/<id>'],
  [/\/runs\/[^/]+/g, '/runs/<run>'],
];

/** @returns a text in which what differs is replaced */
export const textForm = (text: string): string =>
  WORDS.reduce((done, [pattern, word]) => done.replace(pattern, word), text);

/** Fields whose value is the project's own. */
const FREE: ReadonlySet<string> = new Set([
  'name',
  'trigger_name',
  'host_tag',
  'worker',
  'worker_name',
  'host-tag',
  'definition_repo',
  'definition_file',
]);

/** @returns a value of JSON in words, with its fields in their order */
export function form(value: unknown, field = ''): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => form(item, field));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).map(([name, inner]) => [name, form(inner, name)]);
  }
  if (typeof value === 'number') {
    return Number.isInteger(value) ? '<integer>' : '<number>';
  }
  return typeof value !== 'string' ? value : FREE.has(field) && value !== '' ? '<text>' : textForm(value);
}

/** @returns the different forms in a list, sorted */
export const kinds = (items: readonly unknown[]): string[] =>
  [...new Set(items.map((item) => JSON.stringify(form(item))))].sort();
