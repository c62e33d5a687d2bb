import * as vscode from 'vscode';
import { isDue, isMended, type DevicePlan, type DeviceResult, type ManyChange } from '../../configfs/manyFiles';
import { SaveRefused } from '../../configfs/saveRefused';
import { deviceState, type Device } from '../../model/device';
import { explain } from '../../ui/errorText';
import { offlineAfterHours } from '../../ui/offlineAfter';
import { plainText } from '../../ui/plainText';
import { formatCount } from './placeText';
import type { WhenOver } from './keptDrafts';

/** A file for many devices, as far as it is decided. */
export interface Batch {
  readonly devices: readonly Device[];
  /** The devices as they were when they were chosen, where they were looked up again since: the same list is the same choice. */
  readonly chosen?: readonly Device[];
  readonly change: ManyChange;
  /** What happens on each of them. */
  readonly plans: readonly DevicePlan[];
  /** The reason that was given for an earlier try. */
  readonly reason?: string;
  /** How that ended, for all devices that it was for. */
  readonly earlier?: readonly DeviceResult[];
  /** Told when it was sent or given up, of the devices that do not have it then. */
  readonly whenOver?: WhenOver;
}

/** Devices of a kind that are named before the rest is counted. */
const NAMED = 5;

/** @returns what a batch would do, in numbers: a line for each thing that there is to know before it is sent */
export function batchDetail({ devices, change, plans }: Batch): string {
  const now = Date.now();
  const byUuid = new Map(devices.map((device) => [device.uuid, device]));
  const due = plans.filter(isDue).flatMap(({ target }) => byUuid.get(target.uuid) ?? []);
  const of = (step: DevicePlan['step']) => plans.filter((plan) => plan.step === step);
  const production = due.filter((device) => device.production);
  const offline = due.filter((device) =>
    ['offline', 'neverSeen'].includes(deviceState(device, now, offlineAfterHours())),
  );
  const [changed, create, same, refused] = [of('change'), of('create'), of('same'), of('refused')];
  const mended = plans.filter(isMended);
  const handler = change.newHandler?.join(' ');
  return [
    ...(changed.length === 0
      ? []
      : [
          change.content.kind === 'secret'
            ? changed.length === 1
              ? vscode.l10n.t('1 device gets another value, encrypted for it alone.')
              : vscode.l10n.t('{0} devices get another value, encrypted for each alone.', formatCount(changed.length))
            : changed.length === 1
              ? vscode.l10n.t('1 device gets another text.')
              : vscode.l10n.t('{0} devices get another text.', formatCount(changed.length)),
        ]),
    ...(mended.length === 0
      ? []
      : [
          mended.length === 1
            ? vscode.l10n.t(
                'On 1 device it is marked as encrypted without being so, which the device cannot read: this puts it right.',
              )
            : vscode.l10n.t(
                'On {0} devices it is marked as encrypted without being so, which they cannot read: this puts it right.',
                formatCount(mended.length),
              ),
        ]),
    ...(create.length === 0
      ? []
      : [
          create.length === 1
            ? vscode.l10n.t('1 device gets it as a new file.')
            : vscode.l10n.t('{0} devices get it as a new file.', formatCount(create.length)),
          handler === undefined
            ? vscode.l10n.t('A new file gets no handler.')
            : vscode.l10n.t('A new file gets the handler {0}.', handler),
        ]),
    ...(same.length === 0
      ? []
      : [
          same.length === 1
            ? vscode.l10n.t('1 device has exactly this already, and is left alone.')
            : vscode.l10n.t('{0} devices have exactly this already, and are left alone.', formatCount(same.length)),
        ]),
    production.length === 0
      ? vscode.l10n.t('None of them is a production device.')
      : vscode.l10n.t('Production devices: {0}.', named(production)),
    offline.length === 0
      ? vscode.l10n.t('None is offline.')
      : vscode.l10n.t('Offline, to get it when they are back: {0}.', named(offline)),
    ...refusedLines(refused),
  ]
    .map(plainText)
    .join('\n');
}

/** @returns why devices get nothing, each kind of reason once, in the words of the first device that has it */
function refusedLines(plans: readonly DevicePlan[]): string[] {
  const byReason = new Map<string, { readonly why: string; readonly devices: { readonly name: string }[] }>();
  for (const plan of plans) {
    if (plan.step === 'refused') {
      const { error } = plan;
      const why = error === undefined ? vscode.l10n.t('was not read.') : explain(error).message;
      const reason = error instanceof SaveRefused ? error.kind : why;
      const found = byReason.get(reason) ?? { why, devices: [] };
      found.devices.push({ name: plan.target.scope.device });
      byReason.set(reason, found);
    }
  }
  return [...byReason.values()].map(({ why, devices }) => vscode.l10n.t('Left out, {0}: {1}', named(devices), why));
}

/** @returns `3 (device-01, device-02, device-03)`; of many the first */
function named(devices: readonly Pick<Device, 'name'>[]): string {
  const names = devices.slice(0, NAMED).map(({ name }) => name);
  return `${formatCount(devices.length)} (${[...names, ...(devices.length > NAMED ? ['…'] : [])].join(', ')})`;
}
