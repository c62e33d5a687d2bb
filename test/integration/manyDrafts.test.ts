/** Texts that are written for many devices. */
import assert from 'node:assert/strict';
import { test } from 'mocha';
import * as vscode from 'vscode';
import { until } from '../support/until';
import { ctrlS, replaceText, tabs } from './support/editors';
import { ExtensionClock } from './support/extensionClock';
import { ManyScene, DRAFT, textsOf } from './support/manyScene';
import { roundTrips } from './support/quiet';
import { setSetting, suiteWithSettings } from './support/settings';

suiteWithSettings('One file on many devices', { 'foundries.config.askForReason': 'never' }, () => {
  const it = ManyScene.ofEach();

  test('a text that was saved and not sent outlives its tab, and auto-save does not save it', async () => {
    await it.write('many = 1\n');
    const draft = textsOf(DRAFT).at(-1)!;
    assert.equal(draft.languageId, 'foundries-config');
    await vscode.commands.executeCommand('foundries.discardPreview');
    await setSetting('files.autoSaveDelay', 10);
    await setSetting('foundries-config:files.autoSave', 'afterDelay');
    let tried = false;
    const saves = vscode.workspace.onWillSaveTextDocument(({ document, reason }) => {
      tried ||= document === draft && reason === vscode.TextDocumentSaveReason.AfterDelay;
    });
    await replaceText(await vscode.window.showTextDocument(draft.uri), 'many = 2\n');
    await until('the auto-save', () => tried);
    saves.dispose();
    await roundTrips();
    assert.equal(draft.isDirty, true);
    await setSetting('foundries-config:files.autoSave', undefined);
    await ctrlS();
    await until('the preview', () => it.isPreviewed);
    await vscode.commands.executeCommand('foundries.discardPreview');
    const mine = () =>
      tabs().filter(
        ({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === draft.uri.toString(),
      );
    await ExtensionClock.during(async (clock) => {
      await vscode.window.tabGroups.close(mine());
      await until('the tab to go', () => mine().length === 0);
      // What is kept of a text without a tab is looked through a moment later.
      await roundTrips();
      clock.advance(2_000);
    });
    const again = await vscode.window.showTextDocument(draft.uri);
    assert.equal(again.document.getText(), 'many = 2\n');
    await vscode.commands.executeCommand('foundries.continueToPreview');
    await until('the preview', () => it.isPreviewed);
    it.answer = () => 'Send';
    await it.send();
    await it.ended(/^app\.config on 3 devices: 3 sent$/);
    await until('the tab to go', () => mine().length === 0);
  });

  test('a text that some devices did not take is for those alone from then on', async () => {
    await it.write('many = 3\n');
    const draft = textsOf(DRAFT).at(-1)!;
    const mine = () =>
      tabs().filter(
        ({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === draft.uri.toString(),
      );
    await vscode.window.tabGroups.close(mine());
    await it.factory.writeAs('app.config', 'theirs = 1\n');
    it.answer = () => 'Send';
    await it.send();
    await it.ended(/^app\.config on 3 devices: 2 sent, 1 conflict$/);
    const sent = it.writes().length;
    await vscode.window.showTextDocument(draft.uri);
    await vscode.commands.executeCommand('foundries.continueToPreview');
    await until('the preview', () => it.isPreviewed);
    await it.send();
    await it.ended(/^app\.config on device-01: 1 sent$/);
    assert.equal(it.writes().length, sent + 1);
    await until('the tab to go', () => mine().length === 0);
  });
});
