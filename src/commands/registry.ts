import * as vscode from 'vscode';

/** Every command of the extension. A test holds this list against package.json, both ways. */
export const COMMANDS = [
  'foundries.signIn',
  'foundries.signOut',
  'foundries.createToken',
  'foundries.selectFactory',
  'foundries.refresh',
  'foundries.refreshDevices',
  'foundries.refreshTargets',
  'foundries.refreshConfiguration',
  'foundries.loadMore',
  'foundries.retry',
  'foundries.copyValue',
  'foundries.findDevice',
  'foundries.filterDevices',
  'foundries.clearDeviceFilter',
  'foundries.sortDevices',
  'foundries.groupDevices',
  'foundries.openConfigFile',
  'foundries.newConfigFile',
  'foundries.deleteConfigFile',
  'foundries.renameConfigFile',
  'foundries.copyConfigFile',
  'foundries.pasteConfigFile',
  'foundries.copyConfigFileTo',
  'foundries.addWorkspaceFolder',
  'foundries.newSecret',
  'foundries.replaceValue',
  'foundries.makeSecret',
  'foundries.makePlain',
  'foundries.editHandler',
  'foundries.compareWithServer',
  'foundries.overwriteOnServer',
  'foundries.useServerVersion',
  'foundries.mergeWithServer',
  'foundries.notifyWhenApplied',
  'foundries.completeMerge',
  'foundries.showConfigHistory',
  'foundries.compareVersion',
  'foundries.restoreVersion',
  'foundries.showEffectiveConfig',
  'foundries.compareConfigs',
  'foundries.showDeviceDetails',
  'foundries.showDeviceJson',
  'foundries.showAppHealth',
  'foundries.showUpdate',
  'foundries.showTest',
  'foundries.openArtifact',
  'foundries.downloadArtifact',
  'foundries.refreshPage',
  'foundries.openSettings',
  'foundries.showLog',
] as const;

export type CommandId = (typeof COMMANDS)[number];

/** Registers a command of the list. */
export function registerCommand(id: CommandId, handler: (...args: never[]) => unknown): vscode.Disposable {
  return vscode.commands.registerCommand(id, handler as (...args: unknown[]) => unknown);
}
