import assert from 'node:assert/strict';
import fc from 'fast-check';
import { suite, test } from 'mocha';
import { parse } from 'smol-toml';
import { appsOf, listOf, toggled, type AppsSetting } from '../../../src/model/appsSetting';
import { readToml } from '../../../src/model/tomlKeys';
import { compareReaders, isRejection } from '../../../src/model/updateReaders';
import { readIni, withoutQuotes } from '../../../src/model/iniReader';
import {
  editSettings,
  readUpdateSettings,
  withApps,
  withTag,
  type SettingsEdit,
} from '../../../src/model/updateSettings';

/** How the table is written. */
type Form = 'header' | 'dotted' | 'inline' | 'below' | 'absent';

interface Pair {
  readonly key: string;
  /** The pair as it stands in the document, without what is around it. */
  readonly source: string;
  readonly valueSource: string;
}

interface Made {
  readonly text: string;
  readonly pairs: readonly Pair[];
}

const KEYS = ['tags', 'compose_apps', 'docker_apps', 'type', 'own key', 'storage_watermark'];

const blanks = fc.constantFrom('', ' ', '  ', '\t');
const comment = fc.constantFrom('', '# x', ' # [pacman] tags = "no"', '\t#😀 "', " # compose_apps = ''");
const valueSource = fc.oneof(
  fc.constantFrom(
    '"main"',
    "'a,b'",
    '""',
    '"\\u00e9 # no comment"',
    "'c:\\x'",
    '1',
    'true',
    '[ "a", 1 ]',
    '1979-05-27',
    '{ x = 1 }',
  ),
  fc.constantFrom('"""one\n two"""', "'''\nthree'''", '[\n  "a", # why\n  "b",\n]'),
);
const inlineValue = fc.constantFrom('"main"', "'a,b'", '""', '1', '{ y = "z" }', '["a"]');
const keySource = (key: string) =>
  /^[\w-]+$/.test(key) ? fc.constantFrom(key, `"${key}"`, `'${key}'`) : fc.constant(`"${key}"`);

const document: fc.Arbitrary<Made> = fc
  .record({
    form: fc.constantFrom<Form>('header', 'header', 'header', 'dotted', 'inline', 'below', 'absent'),
    keys: fc.uniqueArray(fc.constantFrom(...KEYS), { maxLength: 5 }),
    eol: fc.constantFrom('\n', '\r\n'),
    bom: fc.boolean(),
    final: fc.boolean(),
    before: fc.array(fc.constantFrom('', '# first', ' # "pacman" = 2', '#'), { maxLength: 4 }),
    after: fc.array(fc.constantFrom('', '# last', '[logger]', '[[pac]]', '[pacman.own]', '["a.b"]'), { maxLength: 4 }),
    gap: blanks,
    indent: blanks,
  })
  .chain(({ form, keys, eol, before, after, gap, indent, bom, final }) =>
    fc
      .tuple(
        ...keys.map((key) =>
          fc
            .record({
              name: keySource(key),
              source: form === 'inline' ? inlineValue : valueSource,
              note: comment,
              noise: comment,
            })
            .map((rest) => ({ key, ...rest })),
        ),
      )
      .map((entries): Made => {
        const pairs: Pair[] = entries.map(({ key, name, source }) => {
          const written = source.replace(/\n/g, eol);
          const shown = form === 'dotted' ? `pacman${gap}.${gap}${name}` : name;
          return { key, source: `${shown}${gap}=${gap}${written}`, valueSource: written };
        });
        const lines = pairs.flatMap(({ source }, at) => [
          ...(entries[at]!.noise === '' ? [] : [indent + entries[at]!.noise]),
          `${indent}${source}${gap}${entries[at]!.note}`,
        ]);
        const body: Record<Form, string[]> = {
          header: [`${indent}[${gap}pacman${gap}]${gap}${before.length > 2 ? '# table' : ''}`, ...lines],
          dotted: lines,
          inline: [`pacman${gap}= {${gap}${pairs.map(({ source }) => source).join(`${gap},${gap}`)}${gap}}${gap}# end`],
          below: ['[pacman.sub]', 'tags = "no"'],
          absent: [],
        };
        const tables = [...new Set(after)].filter(
          (line) => line !== '[pacman.own]' || form === 'header' || form === 'below' || form === 'absent',
        );
        const all = [
          ...new Set(before),
          ...body[form],
          ...tables.map((line) => line + (line.startsWith('[') ? ' # t' : '')),
        ];
        const text = (bom ? '\ufeff' : '') + all.join(eol) + (final ? eol : '');
        return { text, pairs: form === 'below' || form === 'absent' ? [] : pairs };
      }),
  );

const edit: fc.Arbitrary<SettingsEdit> = fc.record({
  key: fc.constantFrom('tags', 'compose_apps', 'docker_apps', 'type'),
  value: fc.option(fc.oneof(fc.constantFrom('', 'main', 'a,b'), fc.string({ unit: 'binary', maxLength: 12 })), {
    nil: undefined,
  }),
});

const plain = (text: string): Record<string, unknown> =>
  // Tables of the parser have no prototype, which a strict comparison takes for a difference.
  structuredClone(parse(text.replace(/^\ufeff/, ''), { integersAsBigInt: true }));

suite('Update settings: random documents', () => {
  test('the result is the intended one for every reader, and no comment is lost', () => {
    let edited = 0;
    fc.assert(
      fc.property(document, edit, ({ text, pairs }, { key, value }) => {
        let before: Record<string, unknown>;
        try {
          before = plain(text);
        } catch {
          // A document that an independent parser refuses is refused too, or at least not made worse.
          fc.pre(false);
          return;
        }
        const pair = pairs.find((candidate) => candidate.key === key);
        const read = editSettings(text, [{ key, value }]);
        if (!read.ok) {
          const isTaken = pair?.valueSource.startsWith('{') === true;
          const isOnSeveralLines = pairs.some(({ valueSource }) => valueSource.includes('\n'));
          const isNoIni = value !== undefined && (/["\\]/.test(value) || JSON.stringify(value) !== `"${value}"`);
          // A list of tables or a date, which a program rejects.
          const isNoGo = /\[\[pac\]\]|=\s*\d{4}-/.test(text);
          assert.ok(isTaken || isOnSeveralLines || isNoIni || isNoGo, `${read.problem.message}: ${text}`);
          return;
        }
        edited += 1;
        const others = Object.entries((before.pacman as object | undefined) ?? {}).filter(([name]) => name !== key);
        const table = Object.fromEntries([...others, ...(value === undefined ? [] : [[key, value] as const])]);
        const after = plain(read.value);
        assert.deepEqual(after.pacman ?? {}, table);
        assert.deepEqual({ ...after, pacman: 0 }, { ...before, pacman: 0 });
        if (read.value === text) {
          return;
        }
        const ini = readIni(read.value);
        assert.equal(ini.fault, undefined);
        const onDevice = ini.keys.find((one) => one.section === 'pacman' && one.key === key)?.value;
        assert.equal(onDevice === undefined ? undefined : withoutQuotes(onDevice), value);
        for (const note of ['# x', '# table', '# end', '# first', '# last', '# t']) {
          assert.equal(read.value.split(note).length, text.split(note).length, `${note}: ${text}\n${read.value}`);
        }
        if (text.includes('\r\n')) {
          assert.ok(!/(?<!\r)\n/.test(read.value));
        }
      }),
      { numRuns: 3000, seed: 20261123 },
    );
    assert.ok(edited > 1500, `only ${edited} documents were edited`);
  });

  test('writing and taking back leaves the text as it was', () => {
    fc.assert(
      fc.property(document, ({ text, pairs }) => {
        fc.pre(!pairs.some(({ key }) => key === 'tags') && isToml(text) && text.includes('pacman') && pairs.length > 0);
        const read = readToml(text);
        // What has another form than INI readers know gets theirs, and keeps it.
        fc.pre(read.ok && !compareReaders(text, read.value).some((one) => isRejection(one) || one.kind === 'notFound'));
        const there = withTag(text, 'devel');
        assert.ok(there.ok);
        const back = withTag(there.value, undefined);
        assert.ok(back.ok);
        // A last line gets no line end that it did not have.
        assert.equal(back.value.trimEnd(), text.trimEnd());
      }),
      { numRuns: 60, maxSkipsPerRun: 500, seed: 7 },
    );
  });
});

function isToml(text: string): boolean {
  try {
    plain(text);
    return true;
  } catch {
    return false;
  }
}

/** What `fioctl devices config updates` makes of a file (docs/api.md §4.4); undefined: "No changes found". */
function fioctlUpdates(text: string | undefined, { apps, tag }: { apps?: string; tag?: string }): string | undefined {
  const document = text === undefined ? { pacman: {} } : plain(text);
  const pacman = { ...(document.pacman as Record<string, unknown> | undefined) };
  let changed = false;
  if (apps !== undefined && apps !== (pacman.docker_apps ?? '')) {
    changed = true;
    if (apps === '-') {
      delete pacman.docker_apps;
      delete pacman.compose_apps;
    } else {
      pacman.docker_apps = pacman.compose_apps = apps === ',' ? '' : apps;
    }
  }
  if (tag !== undefined && tag !== (pacman.tags ?? '')) {
    changed = true;
    if (tag === '-') {
      delete pacman.tags;
    } else {
      pacman.tags = tag;
    }
  }
  return changed ? goToml({ ...document, pacman }) : undefined;
}

/** As go-toml v1 writes it: keys sorted, comments gone, two blanks a level. */
function goToml(document: Record<string, unknown>): string {
  return Object.keys(document)
    .sort()
    .map((table) => {
      const values = document[table] as Record<string, unknown>;
      const lines = Object.keys(values)
        .sort()
        .map((key) => `  ${key} = ${goValue(values[key])}\n`);
      return `\n[${table}]\n${lines.join('')}`;
    })
    .join('');
}

const goValue = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(value) : String(value));

type Step =
  | { readonly by: 'fioctl'; readonly apps?: string; readonly tag?: string }
  | { readonly by: 'us'; readonly app: string; readonly on: boolean }
  | { readonly by: 'us'; readonly reset: true }
  | { readonly by: 'us'; readonly tag: string | undefined };

const TARGET = ['alpha', 'beta', 'gamma'];
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record(
    {
      by: fc.constant('fioctl' as const),
      apps: fc.constantFrom(',', '-', 'alpha', 'beta,alpha', 'gamma,unknown'),
      tag: fc.constantFrom('-', 'main', 'devel'),
    },
    { requiredKeys: ['by'] },
  ),
  fc.record({ by: fc.constant('us' as const), app: fc.constantFrom(...TARGET), on: fc.boolean() }),
  fc.constant({ by: 'us', reset: true } as const),
  fc.record({ by: fc.constant('us' as const), tag: fc.constantFrom(undefined, 'main', 'devel') }),
);
const STARTS = [
  undefined,
  '\n[pacman]\n',
  '# by hand\n[pacman]\ntags = "main" # bench\n\n[uptane]\npolling_sec = 60\n',
  '[pacman]\r\ncompose_apps = "alpha, beta"\r\ndocker_apps = "alpha,beta"\r\n',
  '[pacman]\ndocker_apps = "gamma"\n',
];

test('taking turns with fioctl leaves a file that both read the same way', () => {
  fc.assert(
    fc.property(fc.constantFrom(...STARTS), fc.array(step, { minLength: 1, maxLength: 12 }), (start, steps) => {
      let text = start;
      const first = readUpdateSettings(text ?? '');
      assert.ok(first.ok && first.value.composeApps.kind !== 'unclear');
      let apps: AppsSetting = first.value.composeApps;
      let tag = first.value.tags?.[0];
      // Until the first change of apps a twin that somebody left alone is nobody's word.
      let settled = false;
      for (const next of steps) {
        if (next.by === 'fioctl') {
          const twin = (plain(text ?? '').pacman as Record<string, unknown> | undefined)?.docker_apps ?? '';
          text = fioctlUpdates(text, next) ?? text;
          if (next.apps !== undefined && next.apps !== twin) {
            apps = next.apps === '-' ? { kind: 'default' } : appsOf(next.apps);
            settled = true;
          }
          tag = next.tag === undefined ? tag : next.tag === '-' ? undefined : next.tag;
        } else if ('tag' in next) {
          text = done(withTag(text ?? '', next.tag));
          tag = next.tag;
        } else {
          apps = 'reset' in next ? { kind: 'default' } : toggled(apps, next.app, next.on, TARGET);
          const before = text ?? '';
          text = done(withApps(before, apps));
          settled ||= text !== before;
        }
        const read = readUpdateSettings(text ?? '');
        assert.ok(read.ok);
        assert.deepEqual(read.value.composeApps, apps);
        assert.deepEqual(read.value.tags?.[0], tag);
        if (settled && read.value.dockerApps !== undefined) {
          assert.deepEqual(read.value.dockerApps, apps);
        }
        const pacman = plain(text ?? '').pacman as Record<string, unknown> | undefined;
        if (next.by === 'us' && !('tag' in next) && pacman?.docker_apps !== undefined) {
          // fioctl then finds nothing to change for the same apps.
          assert.equal(fioctlUpdates(text, { apps: listOf(apps) ?? '' }), undefined);
        }
      }
    }),
    { numRuns: 2000, seed: 4 },
  );
});

function done(read: ReturnType<typeof withTag>): string {
  assert.ok(read.ok);
  return read.value;
}
