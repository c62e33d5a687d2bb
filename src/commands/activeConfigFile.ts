import * as vscode from 'vscode';
import { SCHEME } from '../configfs/address';

/** @returns the configuration file that the active editor shows; undefined where it shows something else */
export function activeConfigFile(): vscode.Uri | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri?.scheme === SCHEME ? uri : undefined;
}
