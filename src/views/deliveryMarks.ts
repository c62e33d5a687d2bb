import * as vscode from 'vscode';
import { formatAddress, parseAddress, SCHEME, type ConfigAddress } from '../configfs/address';
import { hasUnsentText } from '../configfs/editorHost';
import { currentFile, isPending } from '../model/config';
import { parseTime } from '../model/device';
import type { Connections } from '../store/connections';
import type { Deliveries, Delivery } from '../store/deliveries';
import type { Disposable } from '../store/emitter';
import { serverLabel } from '../ui/hostLabel';
import { plainText } from '../ui/plainText';
import { deliveryText, sentHint, sentText } from '../ui/deliveryText';
import { showInformation, tellBriefly } from '../ui/messages';
import { clockTime } from '../ui/time';

/**
 * Shows whether a configuration file has arrived: a mark on tabs and rows, a text for the status bar, and a message where
 * somebody asked for one.
 */
export class DeliveryMarks implements vscode.FileDecorationProvider, vscode.Disposable {
  private readonly connections: Connections;
  private readonly deliveries: Deliveries;
  private readonly changed = new vscode.EventEmitter<vscode.Uri | vscode.Uri[] | undefined>();
  private readonly subscriptions: Disposable[];
  /** Files with unsent text: what was sent before is not what their editors show. */
  private readonly unsent = new Set<string>();
  readonly onDidChangeFileDecorations = this.changed.event;

  constructor(connections: Connections, deliveries: Deliveries) {
    this.connections = connections;
    this.deliveries = deliveries;
    this.subscriptions = [
      this.changed,
      vscode.window.registerFileDecorationProvider(this),
      connections.onDidConnect(({ client, configs }) => {
        const { key: host } = client.server;
        // A connection outlives no window, so neither do these.
        configs.onDidWrite((scope) => {
          if (scope.kind === 'device') {
            deliveries.watch(this.deliveryOf(host, scope, configs));
          }
        });
        configs.onDidChange(() => {
          this.changed.fire(undefined);
          this.followEditors();
        });
      }),
      connections.onDidChange(() => {
        deliveries.keep(({ host, scope, configs }) => connections.forFactory(host, scope.factory)?.configs === configs);
        deliveries.resume(({ host: kept, isFormer, factory, device }) => {
          const host = isFormer === true ? connections.serverOn(kept) : kept;
          const connection = host === undefined ? undefined : connections.forFactory(host, factory);
          return host === undefined ||
            connection === undefined ||
            connection.refused ||
            !connection.account.factories.includes(factory)
            ? undefined
            : { host, scope: { kind: 'device', factory, device }, configs: connection.configs };
        });
      }),
      deliveries.onDidApply(({ delivery, wanted, appliedAt }) => {
        this.changed.fire(undefined);
        const { factory, device } = delivery.scope;
        const uuid = connections.forFactory(delivery.host, factory)?.factory(factory).fleet.find(device)?.uuid;
        // After a restart the name may be another device's.
        if (wanted && (delivery.uuid === undefined || uuid === undefined || delivery.uuid === uuid)) {
          this.tell(delivery, appliedAt);
        }
      }),
      // Also told when a text has become unsent, or is so no more.
      vscode.workspace.onDidChangeTextDocument(({ document: { uri, isDirty } }) => {
        const key = uri.toString();
        if (uri.scheme === SCHEME && isDirty !== this.unsent.has(key)) {
          this.unsent[isDirty ? 'add' : 'delete'](key);
          this.changed.fire(uri);
        }
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.unsent.delete(uri.toString())),
      vscode.window.onDidChangeWindowState(({ focused }) => (focused ? deliveries.lookedAt() : undefined)),
      vscode.window.onDidChangeVisibleTextEditors(() => {
        this.followEditors();
        deliveries.lookedAt();
      }),
    ];
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    const address = uri.scheme === SCHEME ? parseAddress(uri) : undefined;
    if (address === undefined || !this.isWaiting(address) || hasUnsentText(address)) {
      return undefined;
    }
    const place = address.scope.kind === 'device' ? address.scope.device : '';
    return new vscode.FileDecoration('↑', vscode.l10n.t('Sent, waiting for {0}', place));
  }

  /** @returns how far a file has come, for the status bar; undefined where there is nothing to say */
  textFor(uri: vscode.Uri): { readonly icon: string; readonly text: string; readonly tooltip: string } | undefined {
    const address = uri.scheme === SCHEME ? parseAddress(uri) : undefined;
    if (address === undefined || hasUnsentText(address)) {
      return undefined;
    }
    const { factory } = address.scope;
    const connection = this.connections.forFactory(address.host, factory);
    const entries = connection?.configs.peek(address.scope)?.entries ?? [];
    const file = currentFile(entries, address.file);
    if (address.scope.kind !== 'device') {
      const sent = file === undefined ? '' : sentText(entries, file, Date.now());
      return sent === ''
        ? undefined
        : { icon: 'cloud-upload', text: plainText(`${address.file}: ${sent}`), tooltip: sentHint() };
    }
    const { device } = address.scope;
    const text =
      file === undefined
        ? ''
        : deliveryText(entries, file, connection?.factory(factory).fleet.find(device), Date.now());
    if (file === undefined || text === '') {
      return undefined;
    }
    const waiting = isPending(entries, file);
    return {
      icon: waiting ? 'cloud-upload' : 'check',
      text: plainText(`${address.file}: ${text}`),
      tooltip: waiting
        ? vscode.l10n.t('Sent. A device fetches its configuration every five minutes, unless set otherwise.')
        : vscode.l10n.t('{0} has fetched it.', device),
    };
  }

  /** Asks for a message when the device has fetched a file. */
  notify(uri: vscode.Uri): void {
    const address = parseAddress(uri);
    if (address?.scope.kind !== 'device') {
      return;
    }
    const { scope, host, file } = address;
    const configs = this.connections.forFactory(host, scope.factory)?.configs;
    if (configs === undefined || !this.isWaiting(address)) {
      void showInformation(vscode.l10n.t('{0} has {1} as it is on the server.', scope.device, file));
      return;
    }
    this.deliveries.want(this.deliveryOf(host, scope, configs));
    tellBriefly(vscode.l10n.t('You will be told when {0} has {1}.', scope.device, file), 5000);
  }

  dispose(): void {
    this.subscriptions.forEach((subscription) => subscription.dispose());
  }

  private deliveryOf(host: string, scope: Delivery['scope'], configs: Delivery['configs']): Delivery {
    const { fleet } = this.connections.forFactory(host, scope.factory)?.factory(scope.factory) ?? {};
    return { host, scope, configs, uuid: fleet?.find(scope.device)?.uuid };
  }

  /** What an editor shows as waiting has to become applied, whoever sent it. */
  private followEditors(): void {
    for (const { document } of vscode.window.visibleTextEditors) {
      const address = document.uri.scheme === SCHEME ? parseAddress(document.uri) : undefined;
      if (address?.scope.kind === 'device' && this.isWaiting(address)) {
        const { host, scope } = address;
        const configs = this.connections.forFactory(host, scope.factory)?.configs;
        if (configs !== undefined) {
          this.deliveries.follow(this.deliveryOf(host, address.scope, configs));
        }
      }
    }
  }

  private isWaiting({ host, scope, file }: ConfigAddress): boolean {
    if (scope.kind !== 'device') {
      return false;
    }
    const entries = this.connections.forFactory(host, scope.factory)?.configs.peek(scope)?.entries ?? [];
    const current = currentFile(entries, file);
    return current !== undefined && isPending(entries, current);
  }

  private tell({ host, scope }: Delivery, appliedAt: string): void {
    const time = parseTime(appliedAt);
    const at = time === undefined ? '' : clockTime(time);
    const server = serverLabel(host);
    void showInformation(vscode.l10n.t('{0} on {1} has fetched its configuration at {2}.', scope.device, server, at));
  }
}

/** @returns whether somebody sees how far a delivery has come: one of its files, or the Devices view */
export function isDeliveryLookedAt({ host, scope }: Delivery, devicesVisible: boolean): boolean {
  if (!vscode.window.state.focused) {
    return false;
  }
  const folder = formatAddress({ host, scope, file: '' }).path;
  return (
    devicesVisible ||
    vscode.window.visibleTextEditors.some(
      ({ document: { uri } }) => uri.scheme === SCHEME && uri.authority === host && uri.path.startsWith(folder),
    )
  );
}
