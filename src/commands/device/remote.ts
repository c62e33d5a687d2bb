import * as vscode from 'vscode';
import type { DevicesView } from '../../views/devicesView';
import { DeviceRow } from '../../views/rows/deviceRow';
import type { Services } from '../services';
import { chosenDevices } from './chosen';
import { RemoteActions } from './remoteAction';
import { switchVpn } from './vpn';

/** The commands that make a device do something: remote actions, and the VPN. */
export function remoteCommands(services: Services, view: DevicesView) {
  const actions = new RemoteActions(services);
  const selected = () => view.tree.selection.flatMap((row) => (row instanceof DeviceRow ? [row.device] : []));
  const vpn = (enabled: boolean) => (row?: unknown, rows?: unknown) =>
    services.withFactory(async (context) => {
      const title = enabled
        ? vscode.l10n.t('Enable WireGuard on which devices?')
        : vscode.l10n.t('Disable WireGuard on which devices?');
      const devices = await chosenDevices(context, row, rows, title, selected());
      return devices && switchVpn(services, context, devices, enabled);
    });
  return {
    /** Who asks by program may say which action. */
    'foundries.runRemoteAction': (row?: unknown, rows?: unknown, action?: unknown) =>
      services.withFactory(async (context) => {
        const title = vscode.l10n.t('Run a remote action on which devices?');
        const devices = await chosenDevices(context, row, rows, title, selected());
        return devices && actions.run(context, devices, typeof action === 'string' ? action : undefined);
      }),
    'foundries.enableWireguard': vpn(true),
    'foundries.disableWireguard': vpn(false),
  };
}
