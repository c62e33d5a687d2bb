import * as vscode from 'vscode';
import { literal } from '../../ui/plainText';

/**
 * What all rows show where the pointer rests on them. Names and values may come from the network: they become no links.
 *
 * @param facts those without a value are left out
 * @param text below the facts
 * @returns the title, a line for each fact, and the text
 */
export function hover(
  title: string,
  facts: readonly (readonly [name: string, value: string])[],
  text = '',
): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString().appendMarkdown('**').appendText(oneLine(title)).appendMarkdown('**\n\n');
  for (const [name, value] of facts.filter(([, known]) => known !== '')) {
    markdown
      .appendMarkdown('- ')
      .appendMarkdown(literal(oneLine(name)))
      .appendMarkdown(': ');
    markdown.appendText(oneLine(value)).appendMarkdown('\n');
  }
  return text === '' ? markdown : markdown.appendMarkdown('\n\n').appendText(text);
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
