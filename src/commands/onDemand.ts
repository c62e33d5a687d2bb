import * as vscode from 'vscode';
import { registerCommand, type CommandId } from './registry';

/** Commands by id. */
export type Family<K extends CommandId> = Readonly<Record<K, (...args: never[]) => unknown>>;

/** Registers commands whose code is read when the first of them runs. */
export function registerOnDemand<K extends CommandId>(
  ids: readonly K[],
  load: () => Promise<Family<K>>,
): vscode.Disposable {
  let family: Promise<Family<K>> | undefined;
  return vscode.Disposable.from(
    ...ids.map((id) =>
      registerCommand(id, async (...args: never[]) => {
        family ??= load();
        return (await family)[id](...args);
      }),
    ),
  );
}
