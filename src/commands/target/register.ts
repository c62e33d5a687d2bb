import * as vscode from 'vscode';
import { ReportOutline } from '../../reports/outline';
import { TARGET_SCHEME } from '../../reports/targetScheme';
import { registerOnDemand } from '../onDemand';
import type { Services } from '../services';
import { TargetDocuments } from './documents';

/** Registers what shows what a target is, what is in it, and how it differs from another one. */
export function registerTarget(services: Services): vscode.Disposable {
  const documents = new TargetDocuments(services);
  return vscode.Disposable.from(
    documents,
    vscode.workspace.registerTextDocumentContentProvider(TARGET_SCHEME, documents),
    vscode.languages.registerDocumentLinkProvider({ language: 'foundries-target', scheme: TARGET_SCHEME }, documents),
    vscode.languages.registerDocumentSymbolProvider({ language: 'foundries-target' }, new ReportOutline()),
    registerOnDemand(
      [
        'foundries.showTargetDetails',
        'foundries.showTargetJson',
        'foundries.openComposeApp',
        'foundries.openSbom',
        'foundries.downloadSbom',
        'foundries.showTargetTest',
        'foundries.openTestFile',
        'foundries.downloadTestFile',
        'foundries.compareTargets',
        'foundries.compareDeviceWithTarget',
        'foundries.compareComposeFiles',
        'foundries.showCommits',
        'foundries.refreshTargetPage',
      ],
      async () => (await import('./targetCommands')).targetCommands(services, documents),
    ),
  );
}
