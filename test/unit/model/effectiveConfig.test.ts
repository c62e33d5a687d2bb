import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { UPDATE_SETTINGS_FILE, type ConfigFile } from '../../../src/model/config';
import { effectiveConfig, type LevelFiles } from '../../../src/model/effectiveConfig';

const file = (name: string, value: string, more: Partial<ConfigFile> = {}): ConfigFile => ({
  name,
  value,
  unencrypted: true,
  onChanged: undefined,
  ...more,
});
const settings = (value: string, more: Partial<ConfigFile> = {}) => [file(UPDATE_SETTINGS_FILE, value, more)];
/** `table.key=value<level` and what it hides. */
function merged(levels: LevelFiles): string[] {
  const [found] = effectiveConfig(levels);
  return (found?.merged?.keys ?? []).map(
    ({ table, key, value, from, shadowed }) =>
      `${[...table, key].join('.')}=${value}<${from}${shadowed.map((other) => `|${other.value}<${other.level}`).join('')}`,
  );
}

suite('What a device receives', () => {
  test('by name the device hides the group, and that the Factory', () => {
    const found = effectiveConfig({
      factory: [file('all', 'f'), file('fg', 'f'), file('f', 'f')],
      group: [file('all', 'g'), file('fg', 'g'), file('g', 'g')],
      device: [file('d', 'd'), file('all', 'd')],
    });
    assert.deepEqual(
      found.map((one) => [one.file.name, one.file.value, one.from, one.shadowed.map(({ level }) => level).join()]),
      [
        ['all', 'd', 'device', 'group,factory'],
        ['d', 'd', 'device', ''],
        ['f', 'f', 'factory', ''],
        ['fg', 'g', 'group', 'factory'],
        ['g', 'g', 'group', ''],
      ],
    );
    assert.ok(found.every((one) => one.merged === undefined));
  });

  test('a level without files, and none at all', () => {
    assert.deepEqual(effectiveConfig({}), []);
    assert.deepEqual(
      effectiveConfig({ group: [file('a', '1')] }).map(({ from }) => from),
      ['group'],
    );
  });

  test('a name is a name: constructor, __proto__', () => {
    const names = effectiveConfig({ device: [file('__proto__', '1'), file('constructor', '2')] });
    assert.deepEqual(
      names.map((one) => one.file.name),
      ['__proto__', 'constructor'],
    );
  });
});

suite('The merge of z-50-fioctl.toml', () => {
  test('key by key in each table, with the origin of each', () => {
    assert.deepEqual(
      merged({
        factory: settings('[pacman]\ntags = "main"\ncompose_apps = "a"\n[logger]\nloglevel = 2\n'),
        group: settings('[pacman]\ncompose_apps = "a,b"\n'),
        device: settings('[pacman]\ncompose_apps = "a,b,c"\n[uptane]\npolling_sec = 60\n'),
      }),
      [
        'logger.loglevel=2<factory',
        'pacman.compose_apps="a,b,c"<device|"a,b"<group|"a"<factory',
        'pacman.tags="main"<factory',
        'uptane.polling_sec=60<device',
      ],
    );
  });

  test('handler and flag are those of the most specific level', () => {
    const [found] = effectiveConfig({
      factory: settings('[pacman]\n', { onChanged: ['/factory'] }),
      device: settings('[pacman]\n', { onChanged: ['/device'], unencrypted: false }),
    });
    assert.deepEqual([found?.from, found?.file.onChanged, found?.file.unencrypted], ['device', ['/device'], false]);
  });

  test('an empty value is a value: it hides', () => {
    assert.deepEqual(
      merged({ group: settings('[pacman]\ncompose_apps = "x"\n'), device: settings('[pacman]\ncompose_apps = ""\n') }),
      ['pacman.compose_apps=""<device|"x"<group'],
    );
  });

  test('tables in tables, dotted keys and inline tables are the same', () => {
    assert.deepEqual(
      merged({ group: settings('[a.b]\nx = 1\ny = 1\n'), device: settings('a = { b = { x = 2 } }\n') }),
      ['a.b.x=2<device|1<group', 'a.b.y=1<group'],
    );
  });

  test('a value hides a table of its name, and a table a value', () => {
    assert.deepEqual(merged({ group: settings('[a]\nx = 1\ny = 2\n'), device: settings('a = "no table"\n') }), [
      'a="no table"<device|1<group|2<group',
    ]);
    assert.deepEqual(merged({ group: settings('a = 1\n'), device: settings('[a]\nx = 2\n') }), [
      'a.x=2<device|1<group',
    ]);
  });

  test('every kind of value is written as TOML writes it, on one line', () => {
    const value = [
      'text = "a\\nb \\" c"',
      'whole = 9007199254740993',
      'float = 2.0',
      'list = [1, 2]',
      'day = 2026-01-02',
      'on = true',
      'none = []',
      '[[tables]]',
      'x = 1',
    ].join('\n');
    assert.deepEqual(merged({ device: settings(value) }), [
      'day=2026-01-02<device',
      'float=2.0<device',
      'list=[ 1, 2 ]<device',
      'none=[]<device',
      'on=true<device',
      'tables=[ { x = 1 } ]<device',
      'text="a\\nb \\" c"<device',
      'whole=9007199254740993<device',
    ]);
  });

  test('malformed and encrypted files are said to be, and the rest is merged', () => {
    const secret = Buffer.alloc(120, 7).fill(4, 0, 1).toString('base64');
    const [found] = effectiveConfig({
      factory: settings('[pacman]\ntags = "main"\n'),
      group: settings('[pacman]\ntags = \n'),
      device: settings(secret, { unencrypted: false }),
    });
    assert.deepEqual(
      (found?.merged?.keys ?? []).map(({ key, from }) => `${key}<${from}`),
      ['tags<factory'],
    );
    const [device, group] = found?.merged?.unreadable ?? [];
    assert.deepEqual(device, { level: 'device', why: 'encrypted' });
    assert.ok(group?.why === 'malformed' && group.line === 2 && group.level === 'group');
    assert.match(group.message, /^Invalid TOML document/);
  });

  test('a megabyte of keys does not block', () => {
    const lines = (value: number) => Array.from({ length: 20_000 }, (_, n) => `key${n} = ${value}`).join('\n');
    const keys = merged({ factory: settings(lines(1)), group: settings(lines(2)), device: settings(lines(3)) });
    assert.equal(keys.length, 20_000);
  });
});
