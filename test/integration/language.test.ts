import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { until } from '../support/until';
import { replaceText } from './support/editors';
import { FACTORY } from './support/extension';
import { ExtensionClock } from './support/extensionClock';
import { roundTrips } from './support/quiet';
import { SignedIn } from './support/signedIn';

const SETTINGS = 'z-50-fioctl.toml';
const LISTS = [`GET /ota/factories/${FACTORY}/targets/`];

suite('The language of update settings', () => {
  let factory: SignedIn;

  setup(async () => {
    factory = await SignedIn.start();
  });
  teardown(() => factory.stop());

  /** Lets the extension look at a text that has come to rest, and ask for what it names. */
  const settle = async (clock: ExtensionClock) => {
    await roundTrips();
    clock.advance(2_000);
    await factory.quiet();
  };
  const targets = () => {
    const { session } = factory.api.connections;
    assert.ok('factory' in session);
    return session.factory.targets;
  };
  /** Opens the settings with a text; `|` is where the cursor goes. */
  const open = async (marked: string) => {
    const editor = await factory.open(SETTINGS);
    await replaceText(editor, marked.replace('|', ''));
    return { editor, uri: editor.document.uri, at: editor.document.positionAt(Math.max(0, marked.indexOf('|'))) };
  };
  const complete = async (marked: string, trigger?: string) => {
    const { uri, at } = await open(marked);
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      uri,
      at,
      trigger,
    );
    // Words of the text are VS Code's own proposals.
    return items.filter(({ kind }) => kind !== vscode.CompletionItemKind.Text);
  };
  const labels = (items: readonly vscode.CompletionItem[]) =>
    items.map(({ label }) => (typeof label === 'string' ? label : label.label));
  const hover = async (marked: string) => {
    const { uri, at } = await open(marked);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, at);
    return hovers.flatMap(({ contents }) => contents.map((part) => (part as vscode.MarkdownString).value)).join('\n');
  };
  const problems = (uri: vscode.Uri) =>
    vscode.languages
      .getDiagnostics(uri)
      .map(({ code, message }) => `${typeof code === 'string' ? code : ''}: ${message}`);
  const fixes = (uri: vscode.Uri, range: vscode.Range) =>
    vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      range,
      vscode.CodeActionKind.QuickFix.value,
    );
  const lenses = async (uri: vscode.Uri) =>
    (await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 20)).map(
      ({ command }) => command?.title ?? '',
    );

  test('the document is of our language, which colours it', async () => {
    const { document } = await factory.open(SETTINGS);
    assert.equal(document.languageId, 'foundries-config-toml');
  });

  test('a file of that name in a folder is coloured too, and saved as the user has it', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'language-'));
    try {
      const file = path.join(folder, SETTINGS);
      writeFileSync(file, '[pacman]\n');
      const document = await vscode.workspace.openTextDocument(file);
      assert.equal(document.languageId, 'foundries-update-settings');
      for (const scope of [document, await vscode.workspace.openTextDocument(factory.uri(SETTINGS))]) {
        const isOurs = scope !== document;
        const { defaultLanguageValue } = vscode.workspace.getConfiguration('files', scope).inspect('autoSave') ?? {};
        assert.equal(defaultLanguageValue, isOurs ? 'off' : undefined);
        assert.equal(scope.languageId === 'foundries-config-toml', isOurs);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('tables, and keys that are not there yet', async () => {
    assert.ok(labels(await complete('|')).includes('[pacman]'));
    assert.deepEqual(labels(await complete('[pacman]\n[|')).sort(), ['bootloader', 'logger', 'uptane']);
    const keys = await complete('[pacman]\ntags = "main"\n|');
    assert.ok(labels(keys).includes('compose_apps'));
    assert.ok(!labels(keys).includes('tags'));
    const apps = keys.find(({ label }) => label === 'compose_apps');
    assert.match((apps?.documentation as vscode.MarkdownString).value, /separated by commas/);
    assert.equal((apps?.insertText as vscode.SnippetString).value, 'compose_apps = "$1"');
  });

  test('apps of the newest target that are not in the list yet, with two small requests', async () => {
    const items = await complete('[pacman]\ntags = "main"\ncompose_apps = "shellhttpd,|"\n');
    assert.deepEqual(factory.seen().filter((request) => LISTS.includes(request)).length, 1);
    assert.equal(targets().state.fetchedAt, undefined, 'not the list of all targets');
    const { tags } = await targets().load();
    const newest = tags.find(({ tag }) => tag === 'main')!.versions[0]!;
    const offered = new Set(newest.targets.flatMap(({ apps }) => apps.map(({ name }) => name)));
    assert.ok(offered.delete('shellhttpd'));
    assert.deepEqual(labels(items).sort(), [...offered].sort());
  });

  test('tags, the newest first', async () => {
    await targets().load();
    const items = await complete('[pacman]\ntags = "|"\n', '"');
    const newest = new Map(targets().state.tags.map(({ tag, versions }) => [tag, versions[0]!.version]));
    newest.delete('');
    assert.deepEqual(labels(items).sort(), [...newest.keys()].sort());
    const main = items.find(({ label }) => label === 'main');
    assert.equal(main?.detail, `newest target: ${newest.get('main')}`);
  });

  test('hovers with meaning and default, digest and versions, newest target', async () => {
    await targets().load();
    assert.match(await hover('[pacman]\nstorage_water|mark = "90"\n'), /Default: 80/);
    assert.match(await hover('[uptane]\npolling|_sec = 60\n'), /aktualizr/);
    const app = await hover('[pacman]\ntags = "main"\ncompose_apps = "shell|httpd"\n');
    assert.match(app, /sha256/);
    assert.match(app, /in(?:&nbsp;| )\d+(?:&nbsp;| )versions/);
    assert.match(await hover('[pacman]\ntags = "ma|in"\n'), /Newest(?:&nbsp;| )target/);
  });

  test('problems are found, mended one by one, and the mended text is right', async () => {
    await targets().load();
    const { editor, uri } = await open(
      '# mine\n[pacman]\ntags = "mian"\ncompose_apps = "shellhttpd,shellhttpd"\nstorage_watermark = 90\nown = "1"\n',
    );
    await until('four problems', () => problems(uri).length === 4);
    assert.deepEqual(
      vscode.languages.getDiagnostics(uri).map(({ code, severity }) => [code, severity]),
      [
        ['unknownTag', vscode.DiagnosticSeverity.Warning],
        ['duplicate', vscode.DiagnosticSeverity.Warning],
        ['wrongType', vscode.DiagnosticSeverity.Error],
        ['unknownKey', vscode.DiagnosticSeverity.Warning],
      ],
    );
    for (const code of ['wrongType', 'duplicate', 'unknownTag']) {
      const found = vscode.languages.getDiagnostics(uri).find((problem) => problem.code === code)!;
      const [fix] = await fixes(uri, found.range);
      assert.ok(fix?.edit !== undefined, code);
      assert.equal(fix.isPreferred, true);
      await vscode.workspace.applyEdit(fix.edit);
      await until(`${code} gone`, () => !problems(uri).some((text) => text.startsWith(code)));
    }
    assert.equal(
      editor.document.getText(),
      '# mine\n[pacman]\ntags = "main"\ncompose_apps = "shellhttpd"\nstorage_watermark = "90"\nown = "1"\n',
    );
  });

  test('an app that the newest target does not have is marked after small requests only', async () => {
    const { uri } = await open('[pacman]\ntags = "main"\ncompose_apps = "shelhttpd"\n');
    await until('a problem', () => problems(uri).length === 1);
    assert.match(problems(uri)[0]!, /^unknownApp: .*shelhttpd/);
    assert.equal(targets().state.fetchedAt, undefined);
    const [problem] = vscode.languages.getDiagnostics(uri);
    assert.deepEqual(
      (await fixes(uri, problem!.range)).map(({ title }) => title),
      ['Change to shellhttpd'],
    );
  });

  test('a syntax error is one problem, and nothing is said twice', () =>
    ExtensionClock.during(async (clock) => {
      const { uri } = await open('[pacman]\ntags = main\n');
      await until('a problem', () => problems(uri).length === 1);
      await settle(clock);
      assert.equal(problems(uri).length, 1);
    }));

  test('the lens tells apps and the newest target, and follows the text', async () => {
    await targets().load();
    const { editor, uri } = await open('[pacman]\ntags = "main"\ncompose_apps = "shellhttpd"\n');
    const newest = targets().state.tags.find(({ tag }) => tag === 'main')!.versions[0]!.version;
    const titles = await lenses(uri);
    assert.match(titles[0]!, /^1 of \d apps enabled$/);
    assert.match(titles[1]!, new RegExp(`^newest target for main( on \\S+)?: ${newest}$`));
    await replaceText(editor, '[pacman]\ntags = "main"\ncompose_apps = ""\n');
    assert.equal((await lenses(uri))[0], 'no apps enabled');
    await replaceText(editor, '[pacman]\ntags = "main"\n');
    assert.match((await lenses(uri))[0]!, /^all apps of the target enabled \(\d\)$/);
  });

  test('signed out, keys are completed, and nothing is asked', () =>
    ExtensionClock.during(async (clock) => {
      const { editor } = await open('[pacman]\n');
      const [account] = factory.api.accounts.accounts;
      await factory.api.accounts.remove(account!.id);
      factory.seen();
      await replaceText(editor, '[pacman]\ntags = "mian"\ncompose_apps = ""\n');
      const { uri } = editor.document;
      const at = new vscode.Position(2, 16);
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        uri,
        at,
      );
      assert.deepEqual(labels(items.filter(({ kind }) => kind !== vscode.CompletionItemKind.Text)), []);
      await settle(clock);
      assert.deepEqual(problems(uri), []);
      assert.deepEqual(factory.seen(), []);
    }));

  test('a large text is completed at once, and not checked', async () => {
    await targets().load();
    const filler = Array.from({ length: 32_000 }, (_, index) => `key_${index} = "some value that is ${index}"`);
    const text = `[mine]\n${filler.join('\n')}\n[pacman]\ntags = "main"\ncompose_apps = ""\n`;
    assert.ok(text.length > 1_000_000);
    const { editor, uri } = await open(text);
    await until('a note', () => problems(uri).some((problem) => problem.startsWith('tooLarge')));
    const at = editor.document.positionAt(text.length - 2);
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      uri,
      at,
      '"',
    );
    assert.ok(labels(items).includes('shellhttpd'));
    assert.equal(problems(uri).length, 1);
  });
});
