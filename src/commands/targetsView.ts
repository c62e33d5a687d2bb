import * as vscode from 'vscode';
import type { TargetArrangements } from '../views/targetArrangements';
import type { TargetsView } from '../views/targetsView';
import { registerOnDemand } from './onDemand';
import type { Services } from './services';

/** Registers what is done with the Targets view as a whole. */
export function registerTargetsView(
  services: Services,
  view: TargetsView,
  arrangements: TargetArrangements,
): vscode.Disposable {
  return vscode.Disposable.from(
    registerOnDemand(['foundries.filterTargets', 'foundries.clearTargetFilter', 'foundries.groupTargets'], async () =>
      (await import('./arrangeTargets')).arrangeTargetsCommands(services, view, arrangements),
    ),
    registerOnDemand(['foundries.findTarget'], async () =>
      (await import('./findTarget')).findTargetCommands(services, view),
    ),
  );
}
