import * as vscode from 'vscode';
import { FactoryError } from '../api/errors';
import type { ConfigScope } from '../model/config';
import type { Connection } from '../store/connections';
import { explain } from '../ui/errorText';
import { offlineAfterHours } from '../ui/offlineAfter';

type SharedScope = Exclude<ConfigScope, { kind: 'device' }>;

/** Nobody waits longer than this for numbers before a save. */
const PATIENCE_MS = 8000;

/** How many devices a group's or Factory's configuration reaches; undefined where it could not be found out. */
export interface Reach {
  readonly devices: number | undefined;
  readonly production: number | undefined;
  readonly offline: number | undefined;
  /** Why something is missing. */
  readonly error: unknown;
}

/** Counts the devices that a configuration reaches, with three small requests at once. Never rejects. */
export async function reachOf(connection: Connection, scope: SharedScope): Promise<Reach> {
  const hours = offlineAfterHours();
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const filter = { factory: scope.factory, ...(scope.kind === 'group' ? { group: scope.group } : {}) };
  const { client } = connection;
  const [devices, production, presence] = await Promise.allSettled([
    client.countDevices(filter, signal),
    client.countDevices({ ...filter, production: true }, signal),
    // Without a threshold no device is offline.
    hours > 0 ? client.getPresence(scope.factory, hours, signal) : Promise.resolve(undefined),
  ]);
  const total = devices.status === 'fulfilled' ? devices.value : undefined;
  const failed = [devices, production, presence].find((result) => result.status === 'rejected');
  return {
    devices: total,
    production: production.status === 'fulfilled' ? production.value : undefined,
    offline: presence.status === 'fulfilled' ? offlineIn(presence.value, scope, total) : undefined,
    error: failed?.reason as unknown,
  };
}

function offlineIn(
  presence: Awaited<ReturnType<Connection['client']['getPresence']>> | undefined,
  scope: SharedScope,
  total: number | undefined,
): number | undefined {
  if (presence === undefined) {
    return 0;
  }
  const counted =
    scope.kind === 'factory' ? presence.all : (presence.groups.get(scope.group) ?? { devices: 0, online: 0 });
  // Two counts that do not agree tell nothing about a third.
  return counted.devices === total ? counted.devices - counted.online : undefined;
}

/** @returns the numbers in sentences, and which of them are missing */
export function reachText({ devices, production, offline, error }: Reach): string {
  const format = new Intl.NumberFormat(vscode.env.language);
  const count = (value: number) => format.format(value);
  const lines =
    devices === undefined
      ? [vscode.l10n.t('How many devices it reaches could not be found out.')]
      : devices === 0
        ? [vscode.l10n.t('It reaches no device at present.')]
        : [
            devices === 1
              ? vscode.l10n.t('It reaches 1 device.')
              : vscode.l10n.t('It reaches {0} devices.', count(devices)),
          ];
  if (devices !== 0) {
    lines.push(
      production === undefined
        ? vscode.l10n.t('How many of them are production devices is not known.')
        : production === 0
          ? vscode.l10n.t('None of them is a production device.')
          : vscode.l10n.t('Production devices: {0}.', count(production)),
      offline === undefined
        ? vscode.l10n.t('How many are offline is not known.')
        : offline === 0
          ? vscode.l10n.t('None is offline.')
          : vscode.l10n.t('Offline, to get it when they are back: {0}.', count(offline)),
    );
  }
  if (error !== undefined) {
    lines.push(
      error instanceof FactoryError && error.kind === 'cancelled'
        ? vscode.l10n.t('The service did not answer in time.')
        : explain(error).message,
    );
  }
  return lines.join('\n');
}
