/** The moment after which nothing more comes of what was done, other than by a timer. */
import * as vscode from 'vscode';
import type { Emulator } from '../../../src/demo/emulator';

/** What an event of the extension can lead to: the window hears of it, asks for the file's state, then for its text. */
const ROUND_TRIPS = 5;

/** Lets the window and the extension host take in all that is on its way between them, and answer it. */
export async function roundTrips(count = ROUND_TRIPS): Promise<void> {
  for (let trip = 0; trip < count; trip++) {
    // Messages keep their order, in both directions.
    await vscode.commands.executeCommand('setContext', 'foundries.test', trip);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** Waits until no request is under way and none has come for as long as an event takes to lead to one. */
export async function quiet(emulator: Emulator): Promise<void> {
  const { requests } = emulator;
  const count = () => requests.all().length;
  for (let before = -1; before !== count();) {
    before = count();
    await roundTrips();
  }
}
