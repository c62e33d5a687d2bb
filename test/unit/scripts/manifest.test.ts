import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { suite, test } from 'mocha';
import { root } from '../support/scripts';

interface Manifest {
  contributes: {
    commands: { command: string; title: string; icon?: string; enablement?: string }[];
    configuration: { properties: Record<string, Record<string, unknown>> };
    menus: Record<string, { command?: string; when?: string }[]>;
    views: Record<string, { id: string; icon?: string }[]>;
    viewsWelcome: { view: string; when: string; contents: string }[];
    keybindings: { command: string }[];
  };
  categories: string[];
  keywords: string[];
  icon: string;
  extensionKind: string[];
  capabilities: { untrustedWorkspaces: { supported: unknown; restrictedConfigurations: string[] } };
}

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const texts = JSON.parse(read('package.nls.json')) as Record<string, string>;
const textOf = (key: unknown): string => texts[String(key).replace(/%/g, '')] ?? '';
const sources = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file: file.split(path.sep).join('/'), text: read(path.join('src', file)) }));

/** Commands that do something for everybody, signed in or not. */
const FOR_ALL = [
  'foundries.signIn',
  'foundries.signInAsApplication',
  'foundries.signInElsewhere',
  'foundries.importFromFioctl',
  'foundries.switchAccount',
  'foundries.createToken',
  'foundries.openSettings',
  'foundries.showLog',
];

/** Every condition of the manifest. */
function conditions(value: unknown = manifest.contributes): string[] {
  // What completes a step of the walkthrough.
  if (typeof value === 'string' && value.startsWith('onContext:')) {
    return [value.slice('onContext:'.length)];
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([name, part]: [string, unknown]) =>
    (name === 'when' || name === 'enablement') && typeof part === 'string' ? [part] : conditions(part),
  );
}

/** The context keys that a condition asks for: of each comparison what is compared, and the list that it is looked for in. */
function keysOf(condition: string): string[] {
  return condition
    .split(/&&|\|\|/)
    .map((part) => part.replace(/[()]|!(?!=)/g, ' ').trim())
    .flatMap((part) => {
      const [key = '', list] = part.split(/\s+not in\s+|\s+in\s+/);
      return [key.split(/\s*(?:==|!=|=~|<|>)/)[0]?.trim() ?? '', ...(list === undefined ? [] : [list.trim()])];
    });
}

suite('The manifest without VS Code', () => {
  const declared = [...read('src/ui/contextKeys.ts').matchAll(/^ {2}'(foundries\.\w+)': /gm)].map(
    ([, key = '']) => key,
  );
  const used = new Set(conditions().flatMap(keysOf));

  test('context keys of ours are declared once, set by somebody, and asked for by somebody', () => {
    assert.ok(declared.length >= 10);
    assert.deepEqual(declared, [...new Set(declared)]);
    const ours = [...used].filter((key) => key.startsWith('foundries.'));
    assert.deepEqual([...ours].sort(), [...declared].sort());
    const code = sources.filter(({ file }) => file !== 'ui/contextKeys.ts');
    for (const key of declared) {
      assert.ok(
        code.some(({ text }) => new RegExp(`(?:setContext\\(\\s*|key: )'${key}'`).test(text)),
        `${key} is set by nobody`,
      );
    }
    const elsewhere = code.filter(({ text }) => /executeCommand\(\s*'setContext'/.test(text)).map(({ file }) => file);
    assert.deepEqual(elsewhere, [], 'keys are set by ui/contextKeys only');
  });

  test('every command that is run or registered is contributed', () => {
    const known = new Set(manifest.contributes.commands.map(({ command }) => command));
    const views = Object.values(manifest.contributes.views).flat();
    const ofVSCode = new Set(views.flatMap(({ id }) => [`${id}.focus`, `${id}.open`]));
    const registering = sources
      .filter(({ text }) => text.includes('commands.registerCommand('))
      .map(({ file }) => file);
    assert.deepEqual(
      registering,
      ['commands/registry.ts'],
      'by registerCommand of commands/registry, which knows the ids',
    );
    for (const { file, text } of sources) {
      for (const [, command = ''] of text.matchAll(/executeCommand\(\s*'(foundries\.[\w.]+)'/g)) {
        assert.ok(known.has(command) || ofVSCode.has(command), `${command} in ${file}`);
      }
    }
    for (const { command } of manifest.contributes.keybindings) {
      assert.ok(known.has(command), command);
    }
  });

  test('the palette shows no command that cannot run', () => {
    const palette = new Map(manifest.contributes.menus.commandPalette?.map(({ command, when }) => [command, when]));
    const open = manifest.contributes.commands.map(({ command }) => command).filter((command) => !palette.has(command));
    assert.deepEqual([...open].sort(), [...FOR_ALL].sort());
    // Before a view is opened nothing of ours has run, and the state is not known: a command that then runs finds out.
    const hidden = [...palette]
      .filter(([, when]) => (when ?? '').includes('foundries.state == '))
      .map(([command]) => command);
    assert.deepEqual(hidden, [], 'use foundries.state != signedOut');
    const unable = [...palette].filter(
      ([command, when = '']) =>
        command !== 'foundries.refresh' &&
        when.includes('foundries.state != signedOut') !== when.includes('foundries.state != storageFailed'),
    );
    assert.deepEqual(unable, [], 'nothing but a refresh, which reads it again, can run without secret storage');
    assert.equal(palette.size, manifest.contributes.menus.commandPalette?.length, 'one condition for each command');
    assert.equal(palette.get('foundries.undoAppChange'), 'foundries.undoableAppChange');
    assert.equal(palette.get('foundries.retryOnDevices'), 'foundries.devicesLeft');
    assert.match(palette.get('foundries.showCommits') ?? '', /isWorkspaceTrusted/);
  });

  test('every view says why it is empty, with something to do', () => {
    const { views, viewsWelcome } = manifest.contributes;
    for (const { id } of Object.values(views).flat()) {
      for (const state of ['signedOut', 'refused', 'storageFailed']) {
        const welcomes = viewsWelcome.filter(
          ({ view, when }) =>
            view === id &&
            (when === `foundries.state == ${state}` || when.startsWith(`foundries.state == ${state} && `)),
        );
        assert.ok(welcomes.length > 0, `${id}, ${state}`);
        for (const { contents } of welcomes) {
          assert.match(textOf(contents), /\]\(command:foundries\.\w+\)/, `${id}, ${state}`);
        }
      }
    }
    const commands = new Set(manifest.contributes.commands.map(({ command }) => command));
    for (const text of Object.values(texts)) {
      for (const [, command = ''] of text.matchAll(/\]\(command:(foundries\.\w+)\)/g)) {
        assert.ok(commands.has(command), command);
      }
    }
  });

  test('who is signed out sees one button to sign in: the other views have a line with a link', () => {
    const { views, viewsWelcome } = manifest.contributes;
    const [first = '', ...others] = Object.values(views)
      .flat()
      .map(({ id }) => id);
    assert.equal(first, 'foundries.devices');
    const buttons = (id: string) =>
      viewsWelcome
        .filter(({ view, when }) => view === id && /== (?:signedOut|refused)/.test(when))
        .map(({ contents }) => textOf(contents).match(/^\[[^\]]*\]\(command:foundries\.signIn\)$/gm)?.length ?? 0);
    assert.deepEqual([...new Set(buttons(first))], [1]);
    for (const id of others) {
      assert.deepEqual([...new Set(buttons(id))], [0], id);
    }
  });

  test('every setting has a default, a scope and a description, and is in the README', () => {
    const readme = read('README.md');
    for (const [name, setting] of Object.entries(manifest.contributes.configuration.properties)) {
      assert.ok('default' in setting && 'scope' in setting, name);
      assert.ok(textOf(setting.markdownDescription ?? setting.description).length > 20, name);
      assert.ok(readme.includes(`\`${name}\``), `${name} in the README`);
      if (setting.enum !== undefined) {
        const described = setting.enumDescriptions as string[];
        assert.equal(described.filter((key) => textOf(key) !== '').length, (setting.enum as string[]).length, name);
      }
    }
  });

  test('the demo offers no page of the web: those that its builds name are real ones of somebody else', () => {
    const pages = ['foundries.openInWebUi', 'foundries.openBuildPage', 'foundries.copyBuildPage'];
    const offered = Object.values(manifest.contributes.menus)
      .flat()
      .filter(({ command }) => pages.includes(command ?? ''));
    assert.equal(offered.length, 2 * pages.length);
    for (const { command, when } of offered) {
      // The second is so where the address of the API tells where its web interface is, which that of the demo does not.
      assert.match(when ?? '', /&& (!foundries\.demo|foundries\.hasWebUi)$/, command);
    }
  });

  test('every command of a button has an icon', () => {
    const icons = new Map(manifest.contributes.commands.map(({ command, icon }) => [command, icon]));
    const buttons = Object.entries(manifest.contributes.menus).flatMap(([menu, items]) =>
      (items as { command?: string; group?: string }[]).filter(
        ({ group }) =>
          /^(?:view|editor)\/title$|^view\/item\/context$/.test(menu) && /^(?:navigation|inline)/.test(group ?? ''),
      ),
    );
    assert.ok(buttons.length > 0);
    for (const { command } of buttons.filter(({ command }) => command !== undefined)) {
      assert.ok(icons.get(command ?? '') !== undefined, command);
    }
  });

  test('what the gallery shows is there', () => {
    const png = readFileSync(path.join(root, manifest.icon));
    assert.equal(png.subarray(1, 4).toString(), 'PNG');
    assert.ok(png.readUInt32BE(16) >= 256 && png.readUInt32BE(16) === png.readUInt32BE(20), 'a square of 256 or more');
    assert.ok(manifest.keywords.length <= 30 && new Set(manifest.keywords).size === manifest.keywords.length);
    const svg = read(Object.values(manifest.contributes.views).flat()[0]?.icon ?? '');
    assert.ok(
      svg.includes('viewBox="0 0 24 24"') && !/#[0-9a-f]{3,6}/i.test(svg),
      'an outline of 24, in the colour of the theme',
    );
  });

  test('a folder that is not trusted sets nothing, and no folder decides where a token goes or drops a question', () => {
    const { supported, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    assert.equal(supported, 'limited');
    const properties = manifest.contributes.configuration.properties;
    assert.deepEqual([...restrictedConfigurations].sort(), Object.keys(properties).sort());
    assert.equal(properties['foundries.config.confirmGroupSaves']?.scope, 'application');
    for (const [name, { format, scope }] of Object.entries(properties)) {
      if (format === 'uri') {
        assert.ok(restrictedConfigurations.includes(name) && scope === 'application', name);
      }
    }
    // Nothing of a folder is run. Only git is asked about its commits, and in a trusted folder alone.
    const running = sources.filter(({ text }) => /child_process|createTerminal|ShellExecution|\beval\(/.test(text));
    assert.deepEqual(
      running.map(({ file }) => file),
      ['reports/gitLog.ts'],
    );
    assert.match(running[0]?.text ?? '', /if \(!vscode\.workspace\.isTrusted\)/);
  });
});
