import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import * as vscode from 'vscode';
import { RowTree } from '../../../src/views/rowTree';
import type { Row } from '../../../src/views/rows/row';

const LONG = 'n'.repeat(1_000_000);

const textOf = (text: unknown): string => (typeof text === 'string' ? text : '');

/** All that is drawn of a row. */
function drawn(row: Row): string[] {
  const tree = new RowTree(() => [row]);
  const item = tree.getTreeItem(row);
  tree.resolveTreeItem(item, row);
  const { label, description, tooltip, accessibilityInformation, checkboxState } = item;
  tree.dispose();
  const text = typeof tooltip === 'object' ? tooltip.value : (tooltip ?? '');
  return [
    textOf(label),
    textOf(description),
    text,
    accessibilityInformation?.label ?? '',
    JSON.stringify(checkboxState),
  ];
}

function named(name: string, text: string): Row {
  return {
    id: name,
    parent: undefined,
    tooltip: () => new vscode.MarkdownString(text),
    item: () => {
      const item = new vscode.TreeItem(name);
      item.id = name;
      item.description = name;
      item.accessibilityInformation = { label: name };
      item.checkboxState = {
        state: vscode.TreeItemCheckboxState.Checked,
        tooltip: name,
        accessibilityInformation: { label: name, role: 'checkbox' },
      };
      return item;
    },
  };
}

suite('Rows of long names', () => {
  test('are cut where they are drawn', () => {
    const row = named(LONG, LONG);
    for (const text of drawn(row)) {
      assert.ok(text.length > 100 && text.length < 6000, String(text.length));
    }
    assert.equal(new RowTree(() => [row]).getTreeItem(row).id, LONG);
  });

  test('no character is cut in two', () => {
    const [label] = drawn(named('a' + '\u{1f600}'.repeat(1000), ''));
    assert.match(label!, /^a\u{1f600}+…$/u);
  });

  test('others are drawn as they are', () => {
    const [label, description, , said, box] = drawn(named('device', 'tip'));
    assert.deepEqual([label, description, said], ['device', 'device', 'device']);
    assert.match(box!, /"role":"checkbox"/);
  });
});
