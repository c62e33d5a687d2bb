import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';

export const FACTORY = 'getting-started';
export const DEVICE = 'device-01';
export const TOKEN = 'demo-token';

/** @returns the extension under test */
export function extension(): vscode.Extension<TestApi> {
  const found = vscode.extensions.getExtension<TestApi>('foundries-factory-tools.foundries-factory');
  if (found === undefined) {
    throw new Error('The extension is not installed.');
  }
  return found;
}
