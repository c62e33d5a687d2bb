import { l10n } from 'vscode';
import { parseTime, type Device } from '../model/device';
import type { ActiveConfig, DeviceDetail } from '../model/deviceDetail';
import { hardwareParts, summarizeHardware, type HardwareKind } from '../model/hardware';
import { versionOf, type TargetAge } from '../model/targetAge';
import type { Target } from '../model/target';
import { block, fields, oneLine, reportPage, sentence } from '../ui/reportText';
import { ago, dateTime } from '../ui/time';

/** Parts of the hardware that are listed. */
const MOST_PARTS = 500;

/** What the page of a device is made from. */
export interface DetailsFacts {
  readonly detail: DeviceDetail;
  /** Why what is shown is old; `''` where it is not. */
  readonly stale: string;
  /** How old its target is, or why nobody knows. */
  readonly age: TargetAge | { readonly problem: string };
  /** Names of users; ids for those that are not known. */
  readonly nameOf: (id: string) => string;
  /** What it is doing, in words. */
  readonly state: string;
  readonly now: number;
}

/** @returns the page *Device Details* */
export function detailsText({ detail, stale, age, nameOf, state, now }: DetailsFacts): string {
  const { device } = detail;
  const yesNo = (yes: boolean) => (yes ? l10n.t('yes') : l10n.t('no'));
  const seen =
    device.lastSeen === undefined ? l10n.t('never') : `${dateTime(device.lastSeen)} (${ago(device.lastSeen, now)})`;
  const by = (at: number | undefined, id: string) =>
    at === undefined ? '' : id === '' ? dateTime(at) : l10n.t('{0} by {1}', dateTime(at), nameOf(id));
  const running = 'problem' in age ? undefined : age.running;
  return reportPage(
    l10n.t('{0}: {1}', device.name, state),
    [...(stale === '' ? [] : [stale])],
    [
      {
        heading: l10n.t('Identity'),
        lines: fields([
          [l10n.t('Name'), device.name],
          ['UUID', device.uuid],
          [l10n.t('Factory'), device.factory],
          [l10n.t('Owner'), device.owner === '' ? '' : nameOf(device.owner)],
          [
            l10n.t('Device group'),
            device.group === ''
              ? l10n.t('none')
              : detail.groupDescription === ''
                ? device.group
                : `${device.group} (${detail.groupDescription})`,
          ],
          [l10n.t('Production device'), yesNo(device.production)],
          [l10n.t('In an active wave'), yesNo(device.inWave)],
          [l10n.t('Created'), by(parseTime(device.createdAt), detail.createdBy)],
          [l10n.t('Changed'), by(detail.updatedAt, detail.updatedBy)],
        ]),
      },
      {
        heading: l10n.t('Software'),
        lines: fields([
          [l10n.t('Target'), device.target === '' ? l10n.t('not reported') : withDate(device.target, running, now)],
          [l10n.t('Tag'), device.tag === '' ? l10n.t('none') : device.tag],
          [l10n.t('Newest'), newestText(device, age, now)],
          [l10n.t('Up to date'), device.upToDate === undefined ? l10n.t('not reported') : yesNo(device.upToDate)],
          [l10n.t('Status'), device.status],
          [l10n.t('Update in progress'), device.currentUpdate],
          [l10n.t('LmP version'), device.lmpVersion],
          ['OSTree', device.ostreeHash],
          [l10n.t('Apps'), device.apps.length === 0 ? l10n.t('none reported') : device.apps.join(', ')],
        ]),
      },
      {
        heading: l10n.t('Network'),
        lines: fields([
          [l10n.t('Last seen'), seen],
          [l10n.t('Host name'), device.hostname],
          [l10n.t('IP address'), device.ip],
          [l10n.t('MAC address'), detail.mac],
        ]),
      },
      { heading: l10n.t('Applied configuration'), lines: configLines(detail.activeConfig) },
      { heading: l10n.t('Hardware'), lines: hardwareLines(detail.hardware) },
      {
        heading: l10n.t('Secondary ECUs'),
        lines: fields(
          detail.secondaries.map((ecu): [string, string] => [
            ecu.serial === '' ? l10n.t('without a serial') : ecu.serial,
            [ecu.target, ecu.hardwareId].filter((text) => text !== '').join(', ') || l10n.t('nothing reported'),
          ]),
        ),
      },
      {
        heading: l10n.t('Public key'),
        lines:
          detail.publicKey.trim() === ''
            ? [sentence(l10n.t('The device has not sent one: values cannot be encrypted for it.'))]
            : block(detail.publicKey),
      },
      {
        heading: l10n.t('Update client (TOML, as the device reported it)'),
        lines:
          detail.aktualizrToml.trim() === '' ? [sentence(l10n.t('Nothing reported.'))] : block(detail.aktualizrToml),
      },
    ],
  );
}

function withDate(name: string, target: Target | undefined, now: number): string {
  return target?.createdAt === undefined
    ? name
    : l10n.t('{0}, built {1} ({2})', name, dateTime(target.createdAt), ago(target.createdAt, now));
}

function newestText(device: Device, age: DetailsFacts['age'], now: number): string {
  if ('problem' in age) {
    return l10n.t('Not known. {0}', age.problem);
  }
  const { newest, newestVersion, newer, running } = age;
  if (newest === undefined) {
    return newestVersion === undefined
      ? device.tag === ''
        ? l10n.t('Not known: the device follows no tag.')
        : l10n.t('There is no target for this tag.')
      : l10n.t('Version {0} is the newest for this tag, but there is none for this hardware.', newestVersion);
  }
  const gone =
    running === undefined && device.target !== '' ? [l10n.t('The Factory no longer has what the device runs.')] : [];
  const version = running?.version ?? versionOf(device.target);
  const described = withDate(newest.name, newest, now);
  const others =
    newestVersion !== undefined && newestVersion > newest.version
      ? [l10n.t('Version {0} of this tag has nothing for this hardware.', newestVersion)]
      : [];
  if (version === newest.version) {
    return [l10n.t('It runs the newest.'), ...others, ...gone].join(' ');
  }
  if (version !== undefined && version > newest.version) {
    return [
      l10n.t('{0}. What the device runs is newer than that: another tag, or a target was removed.', described),
      ...gone,
    ].join(' ');
  }
  const behind =
    version === undefined
      ? []
      : newer === undefined
        ? [l10n.t('Behind: it runs version {0}, the newest is {1}.', version, newest.version)]
        : newer === 1
          ? [l10n.t('Behind by 1 target: from version {0} to {1}.', version, newest.version)]
          : [l10n.t('Behind by {0} targets: from version {1} to {2}.', newer, version, newest.version)];
  return [`${described}.`, ...behind, ...others, ...gone].join(' ');
}

function configLines(config: ActiveConfig | undefined): string[] {
  return config === undefined
    ? [sentence(l10n.t('The device has applied none yet.'))]
    : fields([
        [l10n.t('Applied'), config.appliedAt === undefined ? l10n.t('not reported') : dateTime(config.appliedAt)],
        [l10n.t('Written'), config.createdAt === undefined ? '' : dateTime(config.createdAt)],
        [l10n.t('Reason'), config.reason],
        [l10n.t('Files'), config.files.map(oneLine).join(', ')],
      ]);
}

function hardwareLines(tree: unknown): string[] {
  if (tree === undefined) {
    return [sentence(l10n.t('The device has reported nothing.'))];
  }
  const { lines, parts } = summarizeHardware(tree);
  return [
    ...fields(lines.map(({ kind, text }): [string, string] => [kindText(kind), text])),
    sentence(parts === 1 ? l10n.t('1 part in all:') : l10n.t('{0} parts in all:', parts)),
    ...hardwareParts(tree, MOST_PARTS).map(({ depth, text }) => sentence(text, depth + 2)),
    ...(parts > MOST_PARTS ? [sentence(l10n.t('More is in “Show Raw JSON of Device”.'), 2)] : []),
  ];
}

function kindText(kind: HardwareKind): string {
  switch (kind) {
    case 'system':
      return l10n.t('System');
    case 'processor':
      return l10n.t('Processor');
    case 'memory':
      return l10n.t('Memory');
    case 'storage':
      return l10n.t('Storage');
    case 'network':
      return l10n.t('Network');
    case 'display':
      return l10n.t('Display');
  }
}
