import { l10n } from 'vscode';
import { devicesByVersion, type FleetStatus } from '../../model/fleetStatus';
import type { Target } from '../../model/target';
import { forMany } from '../../store/forMany';
import { offlineAfterHours } from '../../ui/offlineAfter';
import type { CommandContext } from '../services';
import type { RunningTarget } from './changePlans';

/** Targets whose devices are asked for by name. */
const MOST_TARGETS = 40;
/** Devices that are named of one target. */
const NAMED = 100;

/** @returns how many devices run what, now; undefined where the service does not tell */
export async function statusOf({ connection, factory }: CommandContext): Promise<FleetStatus | undefined> {
  try {
    return await connection.client.getFleetStatus(factory.name, offlineAfterHours());
  } catch {
    return undefined;
  }
}

/**
 * Which targets devices run. The service counts by version; only targets of versions that run are asked for by name.
 *
 * @param status undefined where it is not known
 * @returns undefined where it cannot be told
 */
export async function devicesRunning(
  { connection, factory }: CommandContext,
  targets: readonly Target[],
  status: FleetStatus | undefined,
): Promise<readonly RunningTarget[] | undefined> {
  if (status === undefined) {
    return undefined;
  }
  const counts = devicesByVersion(status);
  const running = targets.filter(({ version }) => counts.has(version));
  const asked = running.slice(0, MOST_TARGETS);
  const rest = new Set(running.slice(MOST_TARGETS).map(({ version }) => version));
  const answers = await forMany(asked, ({ name }) =>
    connection.client.listDevices({ factory: factory.name, target: name, limit: NAMED }),
  );
  return [
    ...answers.flatMap((answer): RunningTarget[] => {
      const { name, version } = answer.item;
      if (answer.state !== 'ok') {
        return [ofVersion(version, counts.get(version)?.devices ?? 0)];
      }
      const { devices, total } = answer.value;
      return devices.length === 0
        ? []
        : [{ target: name, devices: Math.max(total, devices.length), names: devices.map((device) => device.name) }];
    }),
    ...[...rest].map((version) => ofVersion(version, counts.get(version)?.devices ?? 0)),
  ];
}

const ofVersion = (version: number, devices: number): RunningTarget => ({
  target: l10n.t('version {0}', version),
  devices,
  names: [],
});
