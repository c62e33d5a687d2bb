import * as vscode from 'vscode';
import type { Device } from '../../model/device';

/** @returns `device-01`, or `12 devices` */
export function placeText(devices: readonly Pick<Device, 'name'>[]): string {
  const [first] = devices;
  return devices.length === 1 && first !== undefined
    ? first.name
    : vscode.l10n.t('{0} devices', formatCount(devices.length));
}

/** @returns a number as one writes it */
export function formatCount(count: number): string {
  return new Intl.NumberFormat(vscode.env.language).format(count);
}
