import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { suite, test } from 'mocha';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/commands/registry';
import { extension } from './support/extension';

interface Manifest {
  contributes: {
    commands: { command: string; title: string; category: string }[];
    configuration: { properties: Record<string, { markdownDescription?: string; default: unknown; scope: string }> };
    menus: Record<string, { command?: string; submenu?: string; when?: string }[]>;
    submenus: { id: string }[];
    languages: { id: string; filenamePatterns?: string[] }[];
    configurationDefaults: Record<string, Record<string, unknown>>;
    walkthroughs: { steps: { id: string; media: { image: Record<string, string> }; completionEvents: string[] }[] }[];
    viewsWelcome: { when: string; contents: string }[];
  };
  capabilities: { virtualWorkspaces: boolean; untrustedWorkspaces: { restrictedConfigurations: string[] } };
}

const source = (): Manifest =>
  JSON.parse(readFileSync(path.join(extension().extensionPath, 'package.json'), 'utf8')) as Manifest;
const texts = (): Record<string, string> =>
  JSON.parse(readFileSync(path.join(extension().extensionPath, 'package.nls.json'), 'utf8')) as Record<string, string>;

suite('The manifest', () => {
  test('every command is contributed and registered', async () => {
    await extension().activate();
    const contributed = source().contributes.commands.map(({ command }) => command);
    assert.deepEqual([...contributed].sort(), [...COMMANDS].sort());
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      COMMANDS.filter((command) => !registered.has(command)),
      [],
    );
  });

  test('every command in a menu exists, and every command has its category', () => {
    const { commands, menus, submenus } = source().contributes;
    const known = new Set(commands.map(({ command }) => command));
    const used = Object.values(menus).flatMap((items) => items.flatMap(({ command }) => command ?? []));
    assert.deepEqual(
      used.filter((command) => !known.has(command)),
      [],
    );
    const shown = Object.values(menus).flatMap((items) => items.flatMap(({ submenu }) => submenu ?? []));
    assert.deepEqual(
      submenus.map(({ id }) => id),
      [...new Set(shown)],
    );
    assert.ok(commands.every(({ category }) => category === 'Foundries'));
  });

  test('every text key is defined, and every defined key is used', () => {
    const manifest = JSON.stringify(source());
    const used = new Set([...manifest.matchAll(/%([\w.]+)%/g)].map(([, key]) => key));
    assert.deepEqual([...used].sort(), Object.keys(texts()).sort());
  });

  test('context keys in conditions are those that the code sets', () => {
    const keys = readFileSync(path.join(extension().extensionPath, 'src/ui/contextKeys.ts'), 'utf8');
    const conditions = [...Object.values(source().contributes.menus).flat(), ...source().contributes.viewsWelcome].map(
      ({ when }) => when ?? '',
    );
    const used = new Set(
      conditions.flatMap((when) =>
        [...when.matchAll(/(?<![=] |[\w.])foundries\.(?:state|no\w+|compared)\b/g)].map(([key]) => key),
      ),
    );
    assert.ok(used.size >= 4, [...used].join());
    for (const key of used) {
      assert.ok(keys.includes(`'${key}'`), key);
    }
  });

  test('what is loaded on demand is packaged, and activation does without it', () => {
    const root = extension().extensionPath;
    const packaged = readFileSync(path.join(root, '.vscodeignore'), 'utf8').split('\n');
    assert.ok(packaged.includes('!dist/chunks/*.js'));
    const chunks = readdirSync(path.join(root, 'dist', 'chunks'));
    for (const name of ['nodeFetch', 'client', 'checks', 'signIn', 'secrets', 'configHistory', 'demoFactory']) {
      assert.ok(
        chunks.some((chunk) => chunk.startsWith(`${name}-`)),
        name,
      );
    }
  });

  test('every step of the walkthrough has its pictures, which are packaged, and ends', () => {
    const root = extension().extensionPath;
    const packaged = readFileSync(path.join(root, '.vscodeignore'), 'utf8').split('\n');
    assert.ok(packaged.includes('!media/walkthrough/*.webp'));
    const [{ steps } = { steps: [] }] = source().contributes.walkthroughs;
    assert.equal(steps.length, 5);
    for (const { id, media, completionEvents } of steps) {
      for (const picture of Object.values(media.image)) {
        assert.match(picture, /^media\/walkthrough\/[a-z]+-(dark|light)\.webp$/, id);
        assert.ok(readFileSync(path.join(root, picture)).length < 60_000, picture);
      }
      assert.ok(completionEvents.length > 0, id);
    }
  });

  test('a folder cannot redirect a token', () => {
    const { contributes, capabilities } = source();
    assert.equal(contributes.configuration.properties['foundries.apiUrl']?.scope, 'application');
    assert.ok(capabilities.untrustedWorkspaces.restrictedConfigurations.includes('foundries.apiUrl'));
    assert.equal(capabilities.virtualWorkspaces, true);
  });

  test('every setting is described', () => {
    for (const [name, setting] of Object.entries(source().contributes.configuration.properties)) {
      const key = setting.markdownDescription?.slice(1, -1) ?? '';
      assert.ok((texts()[key] ?? '').length > 20, name);
    }
  });

  test('every language bound by address switches auto-save off and keeps bytes as they are, and no other does', () => {
    const { languages, configurationDefaults } = source().contributes;
    assert.ok(languages.length > 0);
    const isBound = ({ filenamePatterns = [] }: { filenamePatterns?: string[] }) =>
      filenamePatterns.every((pattern) => pattern.startsWith('/factories/'));
    for (const { id } of languages.filter((language) => !isBound(language))) {
      assert.equal(configurationDefaults[`[${id}]`], undefined, id);
    }
    for (const { id } of languages.filter(isBound)) {
      const defaults = configurationDefaults[`[${id}]`];
      assert.equal(defaults?.['files.autoSave'], 'off', id);
      assert.equal(defaults['files.insertFinalNewline'], false, id);
      assert.equal(defaults['editor.formatOnSave'], false, id);
    }
  });
});
