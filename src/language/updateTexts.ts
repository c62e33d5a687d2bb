import * as vscode from 'vscode';
import type { AppVersions, OfferedApp } from '../model/newestTargets';
import type { UpdateFinding } from '../model/updateChecks';
import type { UpdateKey } from '../model/updateKeys';
import type { KnownTag } from '../store/updateFacts';
import { literal } from '../ui/plainText';

/** @returns what the fix of a finding does, in words */
export function fixTitle({ kind, fix }: UpdateFinding): string {
  switch (kind) {
    case 'wrongType':
      return vscode.l10n.t('Write {0}', fix?.text ?? '');
    case 'duplicate':
      return vscode.l10n.t('Remove the duplicate');
    case 'otherTwin':
      return vscode.l10n.t('Make docker_apps the Same');
    case 'comment':
      return vscode.l10n.t('Move the comment to a line of its own');
    case 'noTable':
      return vscode.l10n.t('Insert {0} before it', fix?.text.trim() ?? '');
    case 'rejected':
      return fix?.text === ''
        ? vscode.l10n.t('Remove the byte order mark')
        : vscode.l10n.t('Write the value on one line');
    default:
      return vscode.l10n.t('Change to {0}', fix?.text ?? '');
  }
}

/** @returns the meaning and default of a key */
export function keyMarkdown(key: UpdateKey): vscode.MarkdownString {
  // Not as `appendText` does it, which keeps lines from being broken: these texts are ours, and long.
  const markdown = new vscode.MarkdownString().appendMarkdown(literal(vscode.l10n.t(key.meaning)));
  const add = (text: string) => markdown.appendMarkdown(`\n\n${literal(text)}`);
  if (key.insteadOf !== undefined) {
    add(vscode.l10n.t('Set {0} instead.', key.insteadOf));
  }
  if (key.only !== undefined) {
    add(vscode.l10n.t('Read by {0} only.', key.only));
  }
  if (key.range !== undefined && key.range[1] !== Number.MAX_SAFE_INTEGER) {
    add(vscode.l10n.t('From {0} to {1}.', key.range[0], key.range[1]));
  }
  if (key.default !== undefined) {
    add(vscode.l10n.t('Default: {0}', vscode.l10n.t(key.default)));
  }
  return markdown;
}

/** @returns where an app is, with its digest. @param versions all that have it, where these are known */
export function appMarkdown(app: OfferedApp, versions: readonly AppVersions[] | undefined): vscode.MarkdownString {
  const markdown = title(vscode.l10n.t('App {0}', app.name));
  for (const { tag, version, digest } of app.in) {
    item(markdown, vscode.l10n.t('{0}, version {1}: {2}', tag, version, digest));
  }
  for (const { tag, count, oldest, newest } of (versions ?? []).filter(({ tag: of }) => of !== '')) {
    item(
      markdown,
      count === 1
        ? vscode.l10n.t('{0}: in version {1} only', tag, newest)
        : vscode.l10n.t('{0}: in {1} versions, from {2} to {3}', tag, count, oldest, newest),
    );
  }
  return markdown;
}

export function tagMarkdown({ tag, newest }: KnownTag): vscode.MarkdownString {
  const markdown = title(vscode.l10n.t('Tag {0}', tag));
  item(markdown, newest === undefined ? vscode.l10n.t('No targets') : vscode.l10n.t('Newest target: {0}', newest));
  return markdown;
}

function title(text: string): vscode.MarkdownString {
  return new vscode.MarkdownString().appendMarkdown('**').appendText(text).appendMarkdown('**\n\n');
}

function item(markdown: vscode.MarkdownString, text: string): void {
  markdown.appendMarkdown('- ').appendText(text).appendMarkdown('\n');
}
