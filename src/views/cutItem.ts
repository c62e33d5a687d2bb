import type * as vscode from 'vscode';

/** Characters of a label or a description that are drawn: no side bar is so wide. */
const LONGEST_LABEL = 300;
/** Characters of a tooltip. */
const LONGEST_TOOLTIP = 5000;

/**
 * Cuts what is drawn of a row. Devices give themselves names of any length, and the window lays out all of a text. What is
 * asked for is asked for by the whole name: neither the id nor the address of the row is touched.
 */
export function cutItem(item: vscode.TreeItem): vscode.TreeItem {
  if (typeof item.label === 'string') {
    item.label = cut(item.label, LONGEST_LABEL);
  }
  if (typeof item.description === 'string') {
    item.description = cut(item.description, LONGEST_LABEL);
  }
  const said = item.accessibilityInformation;
  if (said !== undefined) {
    item.accessibilityInformation = { ...said, label: cut(said.label, LONGEST_LABEL) };
  }
  const box = item.checkboxState;
  if (
    typeof box === 'object' &&
    (box.tooltip ?? '').length + (box.accessibilityInformation?.label ?? '').length > LONGEST_LABEL
  ) {
    item.checkboxState = { state: box.state, tooltip: cut(box.tooltip ?? '', LONGEST_LABEL) };
  }
  if (item.tooltip !== undefined) {
    item.tooltip = cutTooltip(item.tooltip);
  }
  return item;
}

/** @returns a tooltip that is not too long to be drawn */
export function cutTooltip(tooltip: vscode.MarkdownString | string): vscode.MarkdownString | string {
  if (typeof tooltip === 'string') {
    return cut(tooltip, LONGEST_TOOLTIP);
  }
  // Texts of the network are escaped character by character: their beginning is as harmless as the whole.
  tooltip.value = cut(tooltip.value, LONGEST_TOOLTIP);
  return tooltip;
}

const cut = (text: string, longest: number): string =>
  text.length > longest ? `${text.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}…` : text;
