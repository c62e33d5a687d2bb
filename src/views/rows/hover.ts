import * as vscode from 'vscode';

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
    const escaped = oneLine(name).replace(/[!-/:-@[-`{-~]/g, '\\$&');
    markdown.appendMarkdown(`- ${escaped}: `).appendText(oneLine(value)).appendMarkdown('\n');
  }
  return text === '' ? markdown : markdown.appendMarkdown('\n\n').appendText(text);
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
