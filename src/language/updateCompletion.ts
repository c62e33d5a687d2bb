import * as vscode from 'vscode';
import { splitNames } from '../model/appsSetting';
import { contextAt, namesOfList, type TomlContext } from '../model/tomlContext';
import { quoted, type TextRange } from '../model/tomlKeys';
import { updateKey } from '../model/updateChecks';
import { UPDATE_KEYS, type UpdateKey } from '../model/updateKeys';
import { knownOffer, offer, type Subject } from './offers';
import { appMarkdown, keyMarkdown, tagMarkdown } from './updateTexts';

const SUGGEST: vscode.Command = { command: 'editor.action.triggerSuggest', title: '' };

/**
 * What can be written at a place of the update settings: tables, keys, apps, tags, values.
 *
 * @param subject undefined where nobody is signed in: then there are no names
 */
export async function completionsAt(
  document: vscode.TextDocument,
  position: vscode.Position,
  subject: Subject | undefined,
  token: vscode.CancellationToken,
): Promise<vscode.CompletionItem[]> {
  const text = document.getText();
  const offset = document.offsetAt(position);
  const context = contextAt(text, offset);
  switch (context?.kind) {
    case 'table':
      return tableItems(context, rangeIn(document, context.span), (table) => table);
    case 'key': {
      const range = rangeIn(document, context.span);
      const keys = keyItems(context, range);
      // A header goes where a line begins with nothing.
      const { start, end } = context.span;
      return start === end ? [...keys, ...tableItems(context, range, (table) => `[${table}]\n`)] : keys;
    }
    case 'value': {
      const key = updateKey(context.table, context.key);
      return key === undefined
        ? []
        : key.names === undefined
          ? valueItems(context, key, rangeIn(document, context.span))
          : nameItems(document, text, offset, context, key.names, subject, token);
    }
    case undefined:
      return [];
  }
}

/** Explains what the pointer is on. */
export function hoverAt(
  document: vscode.TextDocument,
  position: vscode.Position,
  subject: Subject | undefined,
): vscode.Hover | undefined {
  const text = document.getText();
  const offset = document.offsetAt(position);
  const context = contextAt(text, offset);
  const key = context && context.kind !== 'table' ? updateKey(context.table, context.key) : undefined;
  if (context === undefined || key === undefined) {
    return undefined;
  }
  const name = namesOfList(text, context.span)?.names.find(({ start, end }) => start <= offset && offset < end);
  if (context.kind === 'key' || key.names === undefined || name === undefined || subject === undefined) {
    const { start, end } = context.span;
    return new vscode.Hover(keyMarkdown(key), rangeIn(document, { start, end }));
  }
  const range = rangeIn(document, name);
  if (key.names === 'tags') {
    const tag = subject.facts.knownTags()?.tags.find((candidate) => candidate.tag === name.name);
    return tag && new vscode.Hover(tagMarkdown(tag), range);
  }
  const app = knownOffer(subject, writtenTags(text, context)).apps.find((candidate) => candidate.name === name.name);
  return app && new vscode.Hover(appMarkdown(app, subject.facts.versionsOf(app.name)), range);
}

function tableItems(
  { kind, table, tables }: TomlContext,
  range: vscode.Range,
  insert: (table: string) => string,
): vscode.CompletionItem[] {
  const others = tables();
  // Of a header that is being written, the name may be its own; a line below it is no place for a second one.
  const isThere = (name: string) => others.has(name) || (kind === 'key' && name === table);
  const missing = new Set(UPDATE_KEYS.map((key) => key.table).filter((name) => !isThere(name)));
  return [...missing].map((name) => {
    const item = new vscode.CompletionItem(insert(name).trim(), vscode.CompletionItemKind.Module);
    item.insertText = insert(name);
    item.range = range;
    item.sortText = `1${name}`;
    item.detail = UPDATE_KEYS.filter((key) => key.table === name)
      .map(({ key }) => key)
      .join(', ');
    return item;
  });
}

function keyItems({ table, siblings, complete }: TomlContext, range: vscode.Range): vscode.CompletionItem[] {
  return UPDATE_KEYS.filter((key) => key.table === table && !siblings.has(key.key)).map((key, index) => {
    const item = new vscode.CompletionItem(key.key, vscode.CompletionItemKind.Property);
    item.range = range;
    item.sortText = `0${String(index).padStart(2, '0')}`;
    item.documentation = keyMarkdown(key);
    if (key.default !== undefined) {
      item.detail = vscode.l10n.t('Default: {0}', vscode.l10n.t(key.default));
    }
    if (!complete) {
      item.insertText = new vscode.SnippetString(key.type === 'string' ? `${key.key} = "$1"` : `${key.key} = $1`);
      if (key.names !== undefined || key.values !== undefined) {
        item.command = SUGGEST;
      }
    }
    return item;
  });
}

function valueItems({ table }: TomlContext, key: UpdateKey, range: vscode.Range): vscode.CompletionItem[] {
  // A default of `[pacman]` may be a sentence; one in a place with values is a value.
  const values = key.values ?? (key.range !== undefined && key.default !== undefined ? [key.default] : []);
  return values.map((value) => {
    const written = key.type === 'string' ? quoted(value) : value;
    const item = new vscode.CompletionItem(written, vscode.CompletionItemKind.Value);
    item.range = range;
    if (value === key.default) {
      item.detail = vscode.l10n.t('Default of {0}', `${table}.${key.key}`);
    }
    return item;
  });
}

async function nameItems(
  document: vscode.TextDocument,
  text: string,
  offset: number,
  context: TomlContext,
  names: 'apps' | 'tags',
  subject: Subject | undefined,
  token: vscode.CancellationToken,
): Promise<vscode.CompletionItem[]> {
  const { span } = context;
  const isEmpty = span.start === span.end;
  const list = isEmpty ? undefined : namesOfList(text, span);
  if (
    subject === undefined ||
    (!isEmpty && (list === undefined || offset < list.inner.start || offset > list.inner.end))
  ) {
    return [];
  }
  const here = list?.names.find(({ start, end }) => start <= offset && offset <= end);
  const listed = new Set(list?.names.filter((entry) => entry !== here).map(({ name }) => name));
  const range = here
    ? { inserting: rangeIn(document, { start: here.start, end: offset }), replacing: rangeIn(document, here) }
    : rangeIn(document, { start: offset, end: offset });
  const offered = await unlessCancelled(token, offeredNames(names, subject, writtenTags(text, context)));
  return (offered ?? [])
    .filter(({ name }) => !listed.has(name))
    .map(({ name, item }) => {
      item.range = range;
      if (isEmpty) {
        item.insertText = quoted(name);
      }
      return item;
    });
}

interface NameItem {
  readonly name: string;
  readonly item: vscode.CompletionItem;
}

async function offeredNames(
  names: 'apps' | 'tags',
  subject: Subject,
  written: readonly string[] | undefined,
): Promise<NameItem[]> {
  if (names === 'tags') {
    const known = await subject.facts.tags();
    const newestFirst = [...(known?.tags ?? [])].sort((a, b) => (b.newest ?? 0) - (a.newest ?? 0));
    return newestFirst.map((tag, index) => {
      const item = new vscode.CompletionItem(tag.tag, vscode.CompletionItemKind.EnumMember);
      item.sortText = String(index).padStart(5, '0');
      item.detail =
        tag.newest === undefined ? vscode.l10n.t('no targets') : vscode.l10n.t('newest target: {0}', tag.newest);
      item.documentation = tagMarkdown(tag);
      return { name: tag.tag, item };
    });
  }
  const { apps } = await offer(subject, written);
  return apps.map((app) => {
    const item = new vscode.CompletionItem(app.name, vscode.CompletionItemKind.Module);
    item.detail = app.in.map(({ tag, version }) => `${tag} ${version}`).join(', ');
    item.documentation = appMarkdown(app, subject.facts.versionsOf(app.name));
    return { name: app.name, item };
  });
}

/** The tags that the text sets; undefined where it sets none. */
function writtenTags(text: string, { table, key, span, siblings }: TomlContext): readonly string[] | undefined {
  if (table !== 'pacman') {
    return undefined;
  }
  const value = key === 'tags' ? span : siblings.valueOf('tags');
  const names =
    value &&
    namesOfList(text, value)
      ?.names.map(({ name }) => name)
      .join(',');
  return names === undefined ? undefined : splitNames(names);
}

/** What is no longer wanted is not waited for. */
function unlessCancelled<T>(token: vscode.CancellationToken, task: Promise<T>): Promise<T | undefined> {
  let subscription: { dispose(): void } | undefined;
  const cancelled = new Promise<undefined>((resolve) => {
    subscription = token.onCancellationRequested(() => resolve(undefined));
  });
  return Promise.race([cancelled, task]).finally(() => {
    subscription?.dispose();
  });
}

function rangeIn(document: vscode.TextDocument, { start, end }: TextRange): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}
