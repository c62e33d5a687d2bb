import { isIP } from 'node:net';
import * as vscode from 'vscode';
import type { Device } from '../../model/device';
import {
  curlCommand,
  fioctlCommand,
  sshCommand,
  type CommandAim,
  type CommandSubject,
} from '../../model/shellCommands';
import { webDevicesPage } from '../../model/webUi';
import { showInformation, tellBriefly } from '../../ui/messages';
import { showQuickPick } from '../../ui/picks';
import { plainText } from '../../ui/plainText';
import { pickDevice } from '../pickDevice';
import type { CommandContext, Services } from '../services';
import { chosenDevices, devicesOfRows, devicesText } from './chosen';

/** @returns a text for each device; undefined for those that have none */
type TextOf = (device: Device, context: CommandContext) => string | undefined;

interface Copied {
  /** `Name`, as it is offered. */
  readonly label: string;
  readonly icon: string;
  readonly textOf: TextOf;
  /** What is said where no device has it. */
  readonly none?: string;
}

/** The commands that put something of a device on the clipboard, and the one that opens its page. */
export function copyCommands(services: Services) {
  const kinds = copiedKinds();
  const copying = (kind: Copied) => (row?: unknown, rows?: unknown) =>
    services.withFactory(async (context) => {
      const devices = await chosenDevices(context, row, rows, vscode.l10n.t('Copy of which devices?'));
      await copy(context, devices ?? [], kind);
    });
  const copyingLine =
    (lineOf: (subject: CommandSubject, aim: CommandAim) => string) => (row?: unknown, rows?: unknown) =>
      services.withFactory(async (context) => {
        const devices = await chosenDevices(context, row, rows, vscode.l10n.t('Copy a command for which devices?'));
        const aim = devices === undefined ? undefined : await pickAim(devices, context, lineOf);
        await (aim &&
          copy(
            context,
            devices ?? [],
            lines((subject) => lineOf(subject, aim)),
          ));
      });
  return {
    'foundries.copyDeviceName': copying(kinds.name),
    'foundries.copyDeviceUuid': copying(kinds.uuid),
    'foundries.copyDeviceIp': copying(kinds.ip),
    'foundries.copySshCommand': copying(kinds.ssh),
    'foundries.copyAsFioctl': copyingLine(fioctlCommand),
    'foundries.copyAsCurl': copyingLine(curlCommand),
    'foundries.copyOfDevice': (row?: unknown, rows?: unknown) =>
      services.withFactory((context) => copyAny(context, devicesOfRows(row, rows))),
    'foundries.openInWebUi': (row?: unknown) => services.withFactory((context) => openInWebUi(context, row)),
  };
}

function copiedKinds() {
  return {
    name: { label: vscode.l10n.t('Name'), icon: 'symbol-string', textOf: ({ name }) => name },
    uuid: { label: vscode.l10n.t('UUID'), icon: 'key', textOf: ({ uuid }) => uuid },
    ip: {
      label: vscode.l10n.t('IP Address'),
      icon: 'globe',
      textOf: ({ ip }) => (isIP(ip) === 0 ? undefined : ip),
      none: vscode.l10n.t('has not reported an IP address yet'),
    },
    ssh: {
      label: vscode.l10n.t('SSH Command'),
      icon: 'terminal',
      textOf: ({ ip }) => sshCommand(ip),
      none: vscode.l10n.t('has not reported an IP address yet'),
    },
  } satisfies Record<string, Copied>;
}

const lines = (lineOf: (subject: CommandSubject) => string): Copied => ({
  label: '',
  icon: 'terminal',
  textOf: (device, context) => lineOf(subjectOf(device, context)),
});

const subjectOf = ({ name, uuid }: Device, { factory, connection }: CommandContext): CommandSubject => ({
  factory: factory.name,
  name,
  uuid,
  baseUrl: connection.client.server.baseUrl,
  bearer: connection.account.oauthUrl !== undefined,
});

async function copy(context: CommandContext, devices: readonly Device[], kind: Copied): Promise<void> {
  const texts = devices.flatMap((device) => kind.textOf(device, context) ?? []);
  if (devices.length === 0) {
    return;
  }
  if (texts.length === 0) {
    void showInformation(`${vscode.l10n.t('Nothing was copied')}: ${devicesText(devices)} ${kind.none ?? ''}`);
    return;
  }
  await vscode.env.clipboard.writeText(texts.join('\n'));
  const said =
    texts.length === 1
      ? vscode.l10n.t('Copied: {0}', texts[0] ?? '')
      : vscode.l10n.t('Copied: {0} lines, of {1} devices', texts.length, devices.length);
  tellBriefly(said, 4000);
}

async function pickAim(
  devices: readonly Device[],
  context: CommandContext,
  lineOf: (subject: CommandSubject, aim: CommandAim) => string,
): Promise<CommandAim | undefined> {
  const [first] = devices;
  if (first === undefined) {
    return undefined;
  }
  const item = (aim: CommandAim, label: string, icon: string) => ({
    aim,
    label,
    detail: lineOf(subjectOf(first, context), aim).replace(/\$\(/g, '\\$('),
    iconPath: new vscode.ThemeIcon(icon),
  });
  const picked = await showQuickPick(
    [
      item('device', vscode.l10n.t('The Device'), 'vm'),
      item('config', vscode.l10n.t('Its Configuration'), 'settings'),
      item('updates', vscode.l10n.t('Its Updates'), 'history'),
    ],
    { title: plainText(vscode.l10n.t('Copy a command that shows what of {0}?', devicesText(devices))) },
  );
  return picked?.aim;
}

interface AnyItem extends vscode.QuickPickItem {
  run(): unknown;
}

/** `Copy…`: a device, and then what of it, each with what would be copied. */
async function copyAny(context: CommandContext, known: readonly Device[]): Promise<void> {
  const picked = known[0] ?? (await pickDevice(context.factory, vscode.l10n.t('Copy of which device?')));
  if (picked === undefined) {
    return;
  }
  const devices = known.length === 0 ? [picked] : known;
  const plain = Object.values(copiedKinds() as Record<string, Copied>).map((kind): AnyItem => {
    const text = kind.textOf(picked, context);
    return {
      label: kind.label,
      description: plainText(text ?? kind.none ?? '').replace(/\$\(/g, '\\$('),
      iconPath: new vscode.ThemeIcon(kind.icon),
      run: () => copy(context, devices, kind),
    };
  });
  const line = (label: string, lineOf: (subject: CommandSubject, aim: CommandAim) => string): AnyItem => ({
    label,
    iconPath: new vscode.ThemeIcon('terminal'),
    run: async () => {
      const aim = await pickAim(devices, context, lineOf);
      await (aim &&
        copy(
          context,
          devices,
          lines((subject) => lineOf(subject, aim)),
        ));
    },
  });
  const chosen = await showQuickPick(
    [
      ...plain,
      line(vscode.l10n.t('fioctl Command…'), fioctlCommand),
      line(vscode.l10n.t('curl Command…'), curlCommand),
    ],
    { title: plainText(vscode.l10n.t('Copy what of {0}?', devicesText(devices))), matchOnDescription: true },
  );
  await chosen?.run();
}

/** The web interface has a page of the Factory's devices. */
async function openInWebUi({ factory, connection }: CommandContext, row: unknown): Promise<void> {
  const { label, baseUrl } = connection.client.server;
  if (connection.account.demo === true) {
    void showInformation(vscode.l10n.t('The demo Factory has no web UI.'));
    return;
  }
  const page = webDevicesPage(baseUrl, factory.name);
  if (page === undefined) {
    void showInformation(vscode.l10n.t('The address of {0} does not say where its web UI is.', label));
    return;
  }
  const [device] = devicesOfRows(row, undefined);
  if (device !== undefined) {
    // Its search box takes names.
    await vscode.env.clipboard.writeText(device.name);
    tellBriefly(vscode.l10n.t('The name of the device was copied, for the search there.'), 6000);
  }
  await vscode.env.openExternal(vscode.Uri.parse(page));
}
