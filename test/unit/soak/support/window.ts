/** A window with the extension in it, as VS Code starts and ends it. */
import type * as vscode from 'vscode';
import { activate, deactivate, type TestApi } from '../../../../src/extension';
import { createClient } from '../../../../src/api/client';
import type { Fetch } from '../../../../src/api/http';
import { foundriesServer } from '../../../../src/api/server';
import { Transport } from '../../../../src/api/transport';
import { FACTORY } from '../../support/factory';
import { close, desk, EventEmitter, Uri } from '../../../support/vscode';

export const TOKEN = 'demo-token';

/** What survives a restart of the extension. */
export class Storage {
  readonly secrets = new Map<string, string>();
  readonly workspace = new Map<string, unknown>();
  readonly global = new Map<string, unknown>();
}

const mementoOf = (kept: Map<string, unknown>) => ({
  keys: () => [...kept.keys()],
  get: (key: string, otherwise?: unknown) => kept.get(key) ?? otherwise,
  update: (key: string, value: unknown) => {
    if (value === undefined) {
      kept.delete(key);
    } else {
      kept.set(key, value);
    }
    return Promise.resolve();
  },
  setKeysForSync: () => undefined,
});

/** A running extension. */
export interface Window {
  readonly api: TestApi;
  signIn(url: string): Promise<void>;
  signOut(): Promise<void>;
  /** Ends the extension: it is deactivated, and what it has registered is disposed of. */
  end(): Promise<void>;
}

export function open(storage = new Storage()): Window {
  desk.viewsVisible = false;
  const changed = new EventEmitter<{ readonly key: string }>();
  const subscriptions: { dispose(): unknown }[] = [];
  const context = {
    subscriptions,
    extensionMode: 3,
    extension: { id: 'test.foundries', packageJSON: { version: '0.0.0' } },
    extensionUri: Uri.file('/extension'),
    globalStorageUri: Uri.file('/storage'),
    asAbsolutePath: (path: string) => path,
    workspaceState: mementoOf(storage.workspace),
    globalState: mementoOf(storage.global),
    secrets: {
      get: (key: string) => Promise.resolve(storage.secrets.get(key)),
      store: (key: string, value: string) => {
        storage.secrets.set(key, value);
        changed.fire({ key });
        return Promise.resolve();
      },
      delete: (key: string) => {
        storage.secrets.delete(key);
        changed.fire({ key });
        return Promise.resolve();
      },
      onDidChange: changed.event,
    },
  };
  const api = activate(context as unknown as vscode.ExtensionContext);
  if (api === undefined) {
    throw new Error('the extension does not know that it is tested');
  }
  return {
    api,
    signIn: (url) =>
      api.accounts.add({ id: 'test', label: 'Test', apiUrl: url, factory: FACTORY, factories: [FACTORY] }, TOKEN),
    signOut: () => api.accounts.remove('test'),
    end: async () => {
      close();
      await deactivate();
      subscriptions.reverse().forEach((subscription) => subscription.dispose());
      changed.dispose();
    },
  };
}

/** From the next connection on, a window asks this network. */
export function connectThrough({ api }: Window, fetch: Fetch): void {
  const connections = api.connections as unknown as { connect: unknown };
  connections.connect = ({ apiUrl }: { readonly apiUrl: string }) =>
    createClient(
      new Transport({
        server: foundriesServer(apiUrl),
        fetch,
        token: () => Promise.resolve(TOKEN),
        userAgent: 'test',
        retryDelayMs: 0,
      }),
    );
}
