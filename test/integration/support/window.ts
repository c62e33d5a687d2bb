/** The state in which each test finds its window, whatever ran before. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Suite } from 'mocha';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { PLAIN } from '../../../src/model/deviceSelection';
import { closeEverything } from './editors';
import { extension } from './extension';
import { resetSettings } from './settings';

/** Brings the window to the state that every test starts with. */
export async function knownState(suite: Suite | undefined): Promise<void> {
  await cleanWindow();
  const { workspaceState, globalState } = (await extension().activate()).context;
  for (const memory of [workspaceState, globalState]) {
    for (const key of memory.keys()) {
      await memory.update(key, undefined);
    }
  }
  const { contributes } = extension().packageJSON as {
    contributes: { configuration: { properties: Record<string, unknown> } };
  };
  await resetSettings(suite, Object.keys(contributes.configuration.properties));
}

/** Closes everything and signs out. */
export async function cleanWindow(): Promise<void> {
  const api = await extension().activate();
  await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
  api.answerQuestions(undefined);
  api.answerConflicts(undefined);
  api.answerSyntax(undefined);
  await closeEverything();
  api.deliveries.keep(() => false);
  await signOut(api);
  api.arrangements.change(PLAIN);
  api.targetArrangements.change({ filter: {}, grouping: 'tag' });
  // A view of ours would ask for its rows once somebody is signed in.
  const { devices, targets, configuration, builds, waves } = api;
  if ([devices.tree, targets.tree, configuration.view, builds.tree, waves.tree].some(({ visible }) => visible)) {
    await vscode.commands.executeCommand('workbench.view.explorer');
  }
  emptyFolder();
  await vscode.commands.executeCommand('notifications.clearAll');
}

async function signOut(api: TestApi): Promise<void> {
  if (api.shown.inDemo) {
    await api.shown.leaveDemo();
  }
  for (const { id } of [...api.accounts.accounts]) {
    await api.accounts.remove(id);
  }
}

/** The folder of the window has nothing in it. */
function emptyFolder(): void {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  if (folder !== undefined && existsSync(folder)) {
    for (const name of readdirSync(folder)) {
      rmSync(path.join(folder, name), { recursive: true, force: true });
    }
  }
}
