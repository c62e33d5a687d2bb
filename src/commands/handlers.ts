import * as vscode from 'vscode';
import type { FileEdit } from '../configfs/fileEdits';
import { HANDLERS_FOLDER, isHandlerRun, isSecret } from '../model/config';
import { formatCommandLine, KNOWN_HANDLERS, parseCommandLine, type KnownHandler } from '../model/handlers';
import { scopeLabel } from '../ui/errorText';
import { showInput } from '../ui/messages';
import { showQuickPick } from '../ui/picks';
import { applyEdit } from './applyEdit';
import { askValue } from './askValue';
import { findConfigFile, type FileTarget } from './pickConfigFile';
import type { Services } from './services';

/** The command about what a device runs after a file has changed. */
export function handlerCommands(services: Services) {
  return { 'foundries.editHandler': (from?: unknown) => editHandler(services, from) };
}

async function editHandler(services: Services, from: unknown): Promise<void> {
  const target = await findConfigFile(services, from, {
    title: vscode.l10n.t('Edit the handler of which file?'),
    fits: () => true,
    none: (place) => vscode.l10n.t('{0} has no configuration files.', place),
  });
  if (target === undefined) {
    return;
  }
  const chosen = await chooseHandler(target);
  if (chosen === undefined) {
    return;
  }
  const { address, seen } = target;
  const onChanged = chosen.length === 0 ? undefined : chosen;
  let edit: FileEdit = { kind: 'handler', onChanged };
  if (address.scope.kind !== 'device' && isSecret(address.scope, seen)) {
    // A change names the value too, and what the service shows of this one need not be what was set.
    const title = vscode.l10n.t(
      'The value of {0} goes along with its handler, and cannot be read: give it again',
      address.file,
    );
    const value = await askValue(services.questions, address, title, true);
    if (value === undefined) {
      return;
    }
    edit = { kind: 'secret', value, onChanged };
  }
  await applyEdit(services, { ...target, edit, anyway: vscode.l10n.t('Set Anyway') });
}

interface HandlerItem extends vscode.QuickPickItem {
  /** undefined: to be typed; it begins with `prefill`. */
  readonly argv?: readonly string[];
  readonly prefill?: string;
}

function chooseHandler({ address, seen }: FileTarget): Promise<readonly string[] | undefined> {
  const title = vscode.l10n.t('Handler of {0} on {1}', address.file, scopeLabel(address.scope));
  return pickHandler(title, seen.onChanged ?? [], vscode.l10n.t('in use'));
}

/**
 * Lets a handler be picked or typed.
 *
 * @param current the one that Enter takes; empty for none
 * @param note what is said of that one
 * @returns the command line; empty for none; undefined where the user gave up
 */
export async function pickHandler(
  title: string,
  current: readonly string[],
  note: string,
): Promise<readonly string[] | undefined> {
  const picked = await showQuickPick(handlerItems(current, note), {
    title,
    placeHolder: vscode.l10n.t('The device runs it each time the value of the file has changed; not now'),
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  return picked === undefined ? undefined : (picked.argv ?? typeHandler(title, picked.prefill ?? ''));
}

/** The one in use comes first: Enter alone changes nothing. */
function handlerItems(current: readonly string[], note: string): HandlerItem[] {
  const [program] = current;
  const isKnown = KNOWN_HANDLERS.some((name) => program === `${HANDLERS_FOLDER}${name}`);
  const items: (HandlerItem & { readonly inUse: boolean; readonly icon: string })[] = [
    ...KNOWN_HANDLERS.map((name) => {
      const path = `${HANDLERS_FOLDER}${name}`;
      const inUse = program === path;
      return {
        inUse,
        icon: 'gear',
        label: name,
        detail: whatItDoes(name),
        ...(name === 'fioconfig-oneshot'
          ? { prefill: inUse ? formatCommandLine(current) : `${path} diag` }
          : { argv: inUse ? current : [path] }),
      };
    }),
    {
      inUse: program === undefined,
      icon: 'circle-slash',
      label: vscode.l10n.t('No Handler'),
      detail: vscode.l10n.t('The file is written, and nothing is run. Apps see it in /var/run/secrets.'),
      argv: [],
    },
    {
      inUse: program !== undefined && !isKnown,
      icon: 'edit',
      label: vscode.l10n.t('Other Command Line…'),
      detail: program === undefined ? vscode.l10n.t('A program and its arguments') : formatCommandLine(current),
      prefill: program === undefined ? HANDLERS_FOLDER : formatCommandLine(current),
    },
  ];
  return items
    .toSorted((a, b) => Number(b.inUse) - Number(a.inUse))
    .map(({ inUse, icon, ...item }) => ({
      ...item,
      description: inUse ? note : '',
      iconPath: new vscode.ThemeIcon(inUse ? 'check' : icon),
    }));
}

function whatItDoes(name: KnownHandler): string {
  switch (name) {
    case 'aktualizr-toml-update':
      return vscode.l10n.t('Copies the file to /etc/sota/conf.d and restarts the update client; for z-50-fioctl.toml');
    case 'factory-config-vpn':
      return vscode.l10n.t('Sets up the WireGuard VPN of the Factory; for wireguard-client');
    case 'renew-client-cert':
      return vscode.l10n.t("Renews the device's certificate; for fio-rotate-certs");
    case 'fioconfig-oneshot':
      return vscode.l10n.t('Runs a remote action once and reports it as a test; takes the name of the action');
  }
}

async function typeHandler(title: string, prefill: string): Promise<readonly string[] | undefined> {
  const text = await showInput({
    title,
    value: prefill,
    valueSelection: [prefill.length, prefill.length],
    prompt: vscode.l10n.t('A program and its arguments. Quote what holds blanks; nothing is expanded by a shell.'),
    ignoreFocusOut: true,
    validateInput: handlerHint,
  });
  const argv = text === undefined ? undefined : parseCommandLine(text);
  return typeof argv === 'string' ? undefined : argv;
}

function handlerHint(text: string): string | vscode.InputBoxValidationMessage | undefined {
  const argv = parseCommandLine(text);
  switch (argv) {
    case 'empty':
      return vscode.l10n.t('Type a program. To have none, go back and choose No Handler.');
    case 'openQuote':
      return vscode.l10n.t('A quote is not closed.');
    case 'openEscape':
      return vscode.l10n.t('Nothing follows the backslash at the end.');
    default:
      return isHandlerRun(argv)
        ? undefined
        : {
            message: vscode.l10n.t(
              'Devices skip handlers outside {0}, unless they are set up otherwise.',
              HANDLERS_FOLDER,
            ),
            severity: vscode.InputBoxValidationSeverity.Warning,
          };
  }
}
