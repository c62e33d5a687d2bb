import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { contextAt } from '../../src/model/tomlContext';
import type { Bench } from './support/bench';
import { median } from './support/measure';

export const names = ['completion-1MB'];

const SIZE = 1_000_000;
const END = '\n[pacman]\ntags = "main"\ncompose_apps = "';

/** Lines that a large file may be made of; `N` is their number. */
const SHAPES: readonly string[] = [
  'key_N = "some value that is N"\n',
  'above.key_N = 12\n',
  '"key N" = "some value"\n',
  '[table_N]\na = "x"\nb = "y"\n',
  '# a comment, number N\n',
  'list_N = [\n  1,\n  "N",\n]\n',
  'inline_N = { a = 1, b = "N" }\n',
  '\n',
];

/** What a key press waits for in an update settings file of a megabyte, whatever it is made of: two frames. */
const bench: Bench = ({ rounds }) => {
  const medians = SHAPES.flatMap((line) => {
    const many = filled(line);
    // At the end of all, and among thousands of keys of one table.
    return [many + END, `[pacman]\ntags = "main"\n${many}compose_apps = "`].map((text) => {
      const times = Array.from({ length: rounds + 10 }, () => {
        const from = performance.now();
        const context = contextAt(text, text.length);
        assert.ok(context?.kind === 'value');
        assert.ok(!context.siblings.has('compose_apps'));
        return performance.now() - from;
      });
      return median(times.slice(10));
    });
  });
  return Promise.resolve([{ name: 'completion-1MB', value: Math.max(...medians), unit: 'ms', limit: 33 }]);
};

function filled(line: string): string {
  const lines: string[] = [];
  for (let size = 0; size < SIZE; size += lines.at(-1)?.length ?? SIZE) {
    lines.push(line.replaceAll('N', String(lines.length)));
  }
  return lines.join('');
}

export default bench;
