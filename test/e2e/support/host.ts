/** Reaches the plain Node modules of `test/host`, which also run before anything is bundled. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as BrowserModule from '../../host/browser.mjs';
import type * as VSCodeModule from '../../host/vscode.mjs';

/** The repository, looked for from where the bundle is. */
export const root = findRoot(__dirname);

function findRoot(from: string): string {
  if (existsSync(path.join(from, 'test', 'host', 'vscode.mjs'))) {
    return from;
  }
  const parent = path.dirname(from);
  if (parent === from) {
    throw new Error('These tests run inside the repository.');
  }
  return findRoot(parent);
}

async function load(name: string): Promise<unknown> {
  // A bundle has no place of its own for what these modules compute from their own: they must stay where they are.
  return import(pathToFileURL(path.join(root, 'test', 'host', name)).href);
}

/** Starts VS Code. */
export async function loadVSCode(): Promise<typeof VSCodeModule> {
  return (await load('vscode.mjs')) as typeof VSCodeModule;
}

/** Starts a browser. */
export async function loadBrowser(): Promise<typeof BrowserModule> {
  return (await load('browser.mjs')) as typeof BrowserModule;
}
