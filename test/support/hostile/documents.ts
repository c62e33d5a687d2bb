import { checkSyntax, type CheckedLanguage } from '../../../src/language/checks';
import { effectiveConfig } from '../../../src/model/effectiveConfig';
import { mergeTexts } from '../../../src/model/merging';
import { contextAt } from '../../../src/model/tomlContext';
import { checkUpdateSettings } from '../../../src/model/updateChecks';
import { changeInWords, editSettings, readUpdateSettings } from '../../../src/model/updateSettings';
import { LARGE, numbered, repeated, type HostileCase } from './hostile';

const syntax = (language: CheckedLanguage) => (text: string) => checkSyntax(language, text);
const [toml, json, yaml] = [syntax('TOML'), syntax('JSON'), syntax('YAML')];

/** Texts of files in each language that is checked. */
const SYNTAX: readonly HostileCase[] = [
  numbered('a YAML file of many keys', yaml, (at) => `key${at}: ${at}\n`),
  numbered('a YAML file of many keys in a flow', yaml, (at) => (at === 0 ? '{' : '') + `k${at}: 1, `),
  numbered('a YAML file of many documents', yaml, (at) => `---\na: ${at}\n`),
  numbered('a YAML file of many anchors', yaml, (at) => `- &a${at} x\n- *a${at}\n`),
  numbered('a YAML file of many tags', yaml, (at) => `- !<tag:${at}> x\n`),
  numbered('a YAML file of the same key', yaml, () => 'a: 1\n'),
  repeated('a YAML file', yaml, '['),
  repeated('a YAML file', yaml, '- '),
  repeated('a YAML file', yaml, '? '),
  repeated('a YAML file', yaml, '{a: '),
  repeated('a YAML file', yaml, '#\n', { after: 'a' }),
  repeated('a YAML file', yaml, '\n', { before: 'a: |', after: 'b' }),
  repeated('a YAML file', yaml, ' ', { before: 'a: "', after: '\n' }),
  repeated('a YAML file', yaml, '\t', { before: 'a: x' }),
  repeated('a YAML file', yaml, "''", { before: "a: '" }),
  repeated('a YAML file', yaml, ':', { before: 'a' }),
  repeated('a YAML file', yaml, '\\x4', { before: 'a: "', after: '"' }),
  repeated('a YAML file', yaml, '}', { large: 8 * LARGE }),
  repeated('a YAML file', yaml, '- @\n'),
  repeated('a YAML file', yaml, '...\n'),
  repeated('a YAML file', yaml, '- *a\n'),
  repeated('a JSON file', json, '['),
  repeated('a JSON file', json, '{"a":'),
  repeated('a JSON file', json, ','),
  repeated('a JSON file', json, '"a" ', { large: 20 * LARGE }),
  repeated('a JSON file', json, '/*'),
  repeated('a JSON file', json, '\\', { before: '"' }),
  repeated('a TOML file', toml, '[', { before: 'a = ' }),
  repeated('a TOML file', toml, '{a = ', { before: 'a = ' }),
  repeated('a TOML file', toml, 'a.', { after: 'a = 1' }),
  repeated('a TOML file', toml, 'a.', { before: '[', after: 'a]' }),
  repeated('a TOML file', toml, '#\n'),
  repeated('a TOML file', toml, ' ', { before: 'a = 1', after: 'x' }),
  repeated('a TOML file', toml, '"', { before: 'a = "', large: 20 * LARGE }),
  repeated('a TOML file', toml, "'' ", { large: 20 * LARGE }),
  repeated('a TOML file', toml, '1_', { before: 'a = ' }),
  numbered('a TOML file of many keys', toml, (at) => `key${at} = ${at}\n`),
  numbered('a TOML file of many tables', toml, (at) => `[table${at}]\na = 1\n`),
  numbered('a TOML file of many tables in a list', toml, () => '[[list]]\na = 1\n'),
  numbered('a TOML file of many dotted keys', toml, (at) => `a.b.c${at} = ${at}\n`),
];

const settings = (text: string) => {
  const read = readUpdateSettings(text);
  const names = new Set(Array.from({ length: 50 }, (_, at) => `app-${at}`));
  return [
    read.ok ? checkUpdateSettings(text, read.value, { apps: names, tags: names, allTags: true }) : [],
    editSettings(text, [
      { key: 'tags', value: 'main' },
      { key: 'compose_apps', value: undefined },
    ]),
    changeInWords(text, '[pacman]\ncompose_apps = "a"\n'),
  ];
};
/** The editor asks no more of a larger one. */
const SETTINGS_SIZE = 300_000;

/** Update settings, as they are checked, changed and told of. */
const SETTINGS: readonly HostileCase[] = [
  numbered('update settings of many keys', settings, (at) => `key${at} = ${at}\n`, SETTINGS_SIZE),
  numbered(
    'update settings of many keys of a table',
    settings,
    (at) => (at === 0 ? '[pacman]\n' : `k${at} = "1"\n`),
    SETTINGS_SIZE,
  ),
  numbered('update settings of many tables', settings, (at) => `[table${at}]\na = 1\n`, SETTINGS_SIZE),
  numbered('update settings of many lists', settings, () => '[[list]]\na = 1\n', SETTINGS_SIZE),
  numbered('update settings of many comments', settings, (at) => `# ${at}\n`, SETTINGS_SIZE),
  numbered('update settings of many dotted keys', settings, (at) => `pacman.key${at} = ${at}\n`, SETTINGS_SIZE),
  {
    name: 'update settings of many apps',
    make: (size) => {
      const apps = Array.from({ length: size / 6 }, (_, at) => `a${at}`).join(',');
      const text = `[pacman]\ntags = "${apps}"\ncompose_apps = "${apps}"\ndocker_apps = "${apps}x"\n`;
      return () => settings(text);
    },
    large: SETTINGS_SIZE,
  },
  {
    name: 'update settings of one app, many times',
    make: (size) => {
      const text = `[pacman]\ncompose_apps = "${'a,'.repeat(size / 2)}"\n`;
      return () => settings(text);
    },
    large: SETTINGS_SIZE,
  },
  repeated('update settings', settings, '[', { before: 'a = ', large: SETTINGS_SIZE }),
  repeated('update settings', settings, '{a = ', { before: 'a = ', large: SETTINGS_SIZE }),
  repeated('update settings', settings, 'a.', { after: 'a = 1', large: SETTINGS_SIZE }),
  repeated('update settings', settings, 'a.', { before: '[', after: 'a]', large: SETTINGS_SIZE }),
  repeated('update settings', settings, ' ', { before: 'a = 1', after: 'x', large: SETTINGS_SIZE }),
  repeated('update settings', settings, '1, ', {
    before: '[pacman]\ncompose_apps = [',
    after: '1]\n',
    large: SETTINGS_SIZE,
  }),
];

const context = (text: string) => {
  const found = contextAt(text, text.length);
  return [found?.siblings.has('x'), found?.tables().size];
};

/** What is suggested where somebody types, at the end of a file. */
const COMPLETION: readonly HostileCase[] = [
  repeated('what is suggested in update settings', context, '\\"""\n', { before: '"""\n' }),
  repeated('what is suggested in update settings', context, '"""\n'),
  repeated('what is suggested in update settings', context, "'''\n"),
  repeated('what is suggested in update settings', context, 'a = [\n'),
  repeated('what is suggested in update settings', context, ' = [\n'),
  repeated('what is suggested in update settings', context, '[', { before: 'a = ' }),
  repeated('what is suggested in update settings', context, '[\n', { before: 'a = ' }),
  repeated('what is suggested in update settings', context, "'a' = 1\n"),
  repeated('what is suggested in update settings', context, 'a.'),
  repeated('what is suggested in update settings', context, '"a\n'),
  repeated('what is suggested in update settings', context, ' '),
  repeated('what is suggested in update settings', context, '\r'),
  repeated('what is suggested in update settings', context, '\\', { before: '"' }),
  {
    name: 'what is suggested in update settings: a long table of keys in quotes',
    make: (size) => {
      const text = `[${'t'.repeat(size / 2)}]\n${"'k' = 1\n".repeat(size / 16)}`;
      return () => context(text);
    },
    large: LARGE,
  },
];

const levels = (factory: string, device = factory) => {
  const file = (value: string) => [{ name: 'z-50-fioctl.toml', value, unencrypted: true, onChanged: undefined }];
  return effectiveConfig({ factory: file(factory), group: file(factory), device: file(device) });
};

/** Update settings of a device, its group and its Factory, taken together. */
const EFFECTIVE: readonly HostileCase[] = [
  numbered('update settings of three levels', levels, (at) => `key${at} = ${at}\n`),
  numbered(
    'update settings of three levels',
    (text) => levels(text, 'a = 1'),
    (at) => `a.b${at} = "x"\n`,
  ),
  numbered('update settings of three levels, in tables', levels, (at) => `[table${at}]\na = 1\n`),
  repeated('update settings of three levels', levels, ' ', { before: "a = '", after: "x'" }),
  repeated('update settings of three levels', levels, '\\n', { before: 'a = "', after: 'x"' }),
  repeated('update settings of three levels', levels, '"", ', { before: 'a = [', after: '""]' }),
  repeated('update settings of three levels', levels, 'a.', { after: 'a = 1' }),
  repeated('update settings of three levels', levels, '[', { before: 'a = ' }),
];

const merge = (base: string, mine: string, theirs: string) =>
  mergeTexts(base, mine, theirs, { mine: 'mine', theirs: 'theirs' });
const changed = (text: string, to: string) => merge(text, `${to}\n${text}${to}\n`, `x${to}\n${text}x${to}\n`);

/** Two changes of one text. */
const MERGES: readonly HostileCase[] = [
  numbered(
    'a merge of different lines',
    (text) => changed(text, 'new'),
    (at) => `line ${at}\n`,
  ),
  repeated('a merge', (text) => changed(text, 'new'), '\n'),
  repeated('a merge', (text) => changed(text, 'new'), 'a\nb\n'),
  repeated('a merge', (text) => merge(text, text.replaceAll('b', 'c'), text.replaceAll('b', 'd')), 'a\nb\n'),
  repeated('a merge', (text) => merge(text, text.replaceAll('\n', '\n\n'), text.replaceAll('a', '')), 'a\n'),
  repeated('a merge', (text) => merge('', text, `${text}x`), 'a\n'),
  repeated('a merge of one line', (text) => merge(text, `${text}a`, `${text}b`), 'a'),
  numbered(
    'a merge of lines in another order',
    (text) => merge(text, text.split('\n').reverse().join('\n'), text.split('\n').sort().join('\n')),
    (at) => `line ${at}\n`,
  ),
];

/** Files as they are read, checked, suggested for, taken together and merged. */
export const DOCUMENTS: readonly HostileCase[] = [...SYNTAX, ...SETTINGS, ...COMPLETION, ...EFFECTIVE, ...MERGES];
