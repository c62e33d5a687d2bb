import * as vscode from 'vscode';
import type { Device } from '../../model/device';
import { DeviceRow } from '../../views/rows/deviceRow';
import { pickDevice } from '../pickDevice';
import { pickDevices } from '../pickDevices';
import type { CommandContext } from '../services';

/** Devices that are named before the rest is counted. */
const NAMED = 20;

/**
 * @returns the devices of rows that a menu or a key means: of all that are selected, or of the one. A row outside the
 *   selection stands for itself alone
 */
export function devicesOfRows(row: unknown, rows: unknown): readonly Device[] {
  const selected = Array.isArray(rows) ? (rows as unknown[]) : [];
  const id = row instanceof DeviceRow ? row.id : undefined;
  const isInside = id === undefined || selected.some((each) => each instanceof DeviceRow && each.id === id);
  const all = selected.length > 0 && isInside ? selected : [row];
  return all.flatMap((each) => (each instanceof DeviceRow ? [each.device] : []));
}

/**
 * The devices that a command is about: of the rows that it was called on, else picked.
 *
 * @param selected devices that are checked at first where they are picked
 * @returns undefined where the user gave up
 */
export async function chosenDevices(
  { factory }: CommandContext,
  row: unknown,
  rows: unknown,
  title: string,
  selected: readonly Device[] = [],
): Promise<readonly Device[] | undefined> {
  const devices = devicesOfRows(row, rows);
  if (devices.length > 0) {
    return devices;
  }
  return row === undefined ? pickDevices(factory, title, selected) : undefined;
}

/** The one device that a command is about: of the row that it was called on, else picked; undefined where given up. */
export async function chosenDevice(
  { factory }: CommandContext,
  row: unknown,
  title: string,
): Promise<Device | undefined> {
  return row instanceof DeviceRow ? row.device : row === undefined ? pickDevice(factory, title) : undefined;
}

/** @returns `device-01`, or `3 devices` */
export function devicesText(devices: readonly Pick<Device, 'name'>[]): string {
  const [first] = devices;
  return devices.length === 1 && first !== undefined
    ? first.name
    : vscode.l10n.t('{0} devices', new Intl.NumberFormat(vscode.env.language).format(devices.length));
}

/** @returns what one has to know of devices before something is done to them; `''` where nothing */
export function devicesDetail(devices: readonly Device[]): string {
  const production = devices.filter((device) => device.production);
  const names = devices.slice(0, NAMED).map(({ name }) => name);
  return [
    production.length === 0
      ? ''
      : devices.length === 1
        ? vscode.l10n.t('It is a production device.')
        : vscode.l10n.t('{0} of them are production devices.', production.length),
    devices.length === 1 ? '' : [...names, ...(devices.length > NAMED ? ['…'] : [])].join(', '),
  ]
    .filter((line) => line !== '')
    .join('\n');
}
