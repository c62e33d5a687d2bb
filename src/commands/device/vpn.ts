import * as vscode from 'vscode';
import type { ConfigAddress } from '../../configfs/address';
import { changeFile } from '../../configfs/changeFile';
import type { Device } from '../../model/device';
import {
  firstFreeAddress,
  VPN_CLIENT_FILE,
  vpnAddressOf,
  vpnServerAddress,
  WireguardError,
  withVpn,
  type WireguardTrouble,
} from '../../model/wireguard';
import { showWarning } from '../../ui/messages';
import { plainText } from '../../ui/plainText';
import { attempt, whileBusy } from '../fileServices';
import type { CommandContext, Services } from '../services';
import { devicesDetail, devicesText } from './chosen';
import { doOnDevices } from './onDevices';

/** Puts devices into the Factory's VPN, or takes them out. Each gets the first address that is free. */
export async function switchVpn(
  { approval, changes, questions }: Services,
  context: CommandContext,
  devices: readonly Device[],
  enabled: boolean,
): Promise<void> {
  const { connection, factory } = context;
  const { client } = connection;
  const what = devicesText(devices);
  const failure = enabled
    ? vscode.l10n.t('Could not enable WireGuard on {0}', what)
    : vscode.l10n.t('Could not disable WireGuard on {0}', what);
  const addressOf = (device: string): ConfigAddress => ({
    host: client.server.key,
    scope: { kind: 'device', factory: factory.name, device },
    file: VPN_CLIENT_FILE,
  });
  const [first] = devices;
  if (first === undefined) {
    return;
  }
  const setUp = async () => {
    // Before anything is asked: without a server there is nothing to agree to.
    const allot = enabled
      ? await whileBusy(vscode.l10n.t('Reading the addresses of the VPN…'), () => allotment(context))
      : () => '';
    if (devices.length > 1) {
      const go = enabled ? vscode.l10n.t('Enable') : vscode.l10n.t('Disable');
      const message = enabled
        ? vscode.l10n.t('Enable WireGuard on {0}?', what)
        : vscode.l10n.t('Disable WireGuard on {0}?', what);
      if ((await questions.ask({ message, detail: plainText(devicesDetail(devices)), buttons: [go] })) !== go) {
        return;
      }
    }
    const proposed = `${enabled ? 'Enable' : 'Disable'} WireGuard from VS Code`;
    const reason =
      devices.length > 1
        ? await approval.reason(addressOf(first.name), proposed, what, true)
        : await approval.approve({ ...addressOf(first.name), uuid: first.uuid }, proposed);
    const mine = new Map<string, string>();
    const done = await doOnDevices(
      {
        title: enabled
          ? vscode.l10n.t('Enabling WireGuard on {0}', what)
          : vscode.l10n.t('Disabling WireGuard on {0}', what),
        failure,
        done: (those) => {
          const [only] = those;
          const address = those.length === 1 && only !== undefined ? mine.get(only.uuid) : undefined;
          return !enabled
            ? vscode.l10n.t('WireGuard is off from the next check-in of {0} on.', devicesText(those))
            : address === undefined
              ? vscode.l10n.t('WireGuard is on from the next check-in of {0} on.', devicesText(those))
              : vscode.l10n.t(
                  'WireGuard is on from the next check-in of {0} on, with {1}.',
                  devicesText(those),
                  address,
                );
        },
        why: troubleText,
        task: async ({ name, uuid }) => {
          const address = addressOf(name);
          await changeFile(changes, {
            address,
            meant: { uuid },
            kind: 'put',
            wasThere: true,
            reason,
            closed: [address],
            compare: () => 'asSeen',
            make: (before) => {
              const file = withVpn(before, enabled, allot);
              mine.set(uuid, vpnAddressOf(file ?? before) ?? '');
              return file && { kind: 'put', file };
            },
          });
        },
      },
      devices,
    );
    if (enabled && done.length > 0) {
      await warnOfTwins(context, done, mine);
    }
  };
  await attempt(failure, async () => {
    try {
      await setUp();
    } catch (error) {
      const trouble = troubleText(error);
      if (trouble === undefined) {
        throw error;
      }
      void showWarning(`${failure}: ${trouble}`);
    }
  });
}

/** @returns what gives out addresses, none of them twice */
async function allotment({ connection, factory }: CommandContext): Promise<() => string> {
  const [{ entries }, addresses] = await Promise.all([
    connection.configs.get({ kind: 'factory', factory: factory.name }, 0),
    connection.client.listVpnAddresses(factory.name),
  ]);
  const server = vpnServerAddress(entries);
  const taken = new Set(addresses.map(({ ip }) => ip));
  return () => {
    const address = firstFreeAddress(server, taken);
    taken.add(address);
    return address;
  };
}

/** Somebody else may have given out the same address at the same time: the service does not keep them apart. */
async function warnOfTwins(
  { connection, factory }: CommandContext,
  done: readonly Device[],
  mine: ReadonlyMap<string, string>,
): Promise<void> {
  const addresses = await connection.client.listVpnAddresses(factory.name).catch(() => []);
  for (const { name, uuid } of done) {
    const ip = mine.get(uuid);
    const twin = addresses.find((other) => other.ip === ip && other.device !== name);
    if (twin !== undefined) {
      void showWarning(
        vscode.l10n.t(
          '{0} and {1} have the same address {2} in the VPN now. Disable WireGuard on one of them and give it another address in {3}.',
          name,
          twin.device,
          twin.ip,
          VPN_CLIENT_FILE,
        ),
      );
    }
  }
}

function troubleText(error: unknown): string | undefined {
  return error instanceof WireguardError ? textOf(error.trouble) : undefined;
}

function textOf(trouble: WireguardTrouble): string {
  switch (trouble) {
    case 'noServer':
      return vscode.l10n.t('the Factory has no WireGuard server. Set one up first (wireguard-server of the Factory).');
    case 'serverOff':
      return vscode.l10n.t('the WireGuard server of the Factory is disabled.');
    case 'noKey':
      return vscode.l10n.t(
        'the device has not reported its WireGuard key. It does so when it checks in, if it has WireGuard.',
      );
    case 'unknownKey':
      return vscode.l10n.t(
        'its file wireguard-client has a line that the program on the device would end at. Open it and remove that first.',
      );
    case 'noAddress':
      return vscode.l10n.t('no address is free above that of the server.');
  }
}
