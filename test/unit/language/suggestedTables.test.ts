import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { completionsAt } from '../../../src/language/updateCompletion';
import { Uri, type Document } from '../../support/vscode';
import { Document as Text } from '../../support/vscode/documents';

suite('Tables that are suggested in update settings', () => {
  const suggested = async (text: string): Promise<readonly unknown[]> => {
    const document: Document = new Text(Uri.file('/z-50-fioctl.toml'), text);
    const items = await completionsAt(
      document as unknown as vscode.TextDocument,
      document.positionAt(text.length) as never,
      undefined,
      undefined as never,
    );
    return items.map((item) => (item as unknown as { made: readonly unknown[] }).made[0]);
  };

  test('none that is there already, in whatever form', async () => {
    for (const text of ['[pacman]\n', 'pacman.tags = "a"\n', 'pacman = { tags = "a" }\n']) {
      const labels = await suggested(text);
      assert.ok(!labels.includes('[pacman]'), `${text}: ${labels.join(' ')}`);
      assert.ok(labels.includes('[uptane]'), `${text}: ${labels.join(' ')}`);
    }
    assert.ok((await suggested('')).includes('[pacman]'));
  });
});
