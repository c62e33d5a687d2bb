import * as vscode from 'vscode';
import type { Wave, WaveGroup, WaveRollout, WaveStatus, WaveTarget } from '../../model/waves';
import type { WaveList, WaveListState } from '../../store/waves';
import { staleText } from '../../ui/staleText';
import { ago, dateTime } from '../../ui/time';
import { devicesCount, rolloutText, waveStatusText, withoutRolloutText } from '../../ui/waveTexts';
import { FailureRow } from './failureRow';
import { hover } from './hover';
import { LoadMoreRow } from './loadMoreRow';
import { NoteRow } from './noteRow';
import { idPart } from './idPart';
import type { Row } from './row';

/** What the rows of the Waves view are made from. */
export interface WaveSource {
  readonly waves: WaveList;
  /** Begins the ids of all rows. */
  readonly prefix: string;
  /** Shows a row and what is below it anew. */
  readonly refresh: (id: string) => void;
  /** Name of a user by id; undefined where it cannot be told. */
  readonly userName: (id: string) => Promise<string | undefined>;
  readonly loadMore: () => unknown;
}

/** @returns a row for each wave that is shown, newest first */
export function waveRows(source: WaveSource, { waves, total, hasMore }: WaveListState): Row[] {
  const rows: Row[] = waves.map((wave) => new WaveRow(source, wave));
  const more = () => source.loadMore();
  return hasMore
    ? [...rows, new LoadMoreRow(`${source.prefix}/more`, undefined, { shown: rows.length, total }, more)]
    : rows;
}

/** A wave: how far it has come, and below it groups, targets and rollouts. */
export class WaveRow implements Row {
  readonly id: string;
  readonly parent = undefined;
  readonly wave: Wave;
  private readonly source: WaveSource;

  constructor(source: WaveSource, wave: Wave) {
    this.id = `${source.prefix}/wave/${idPart(wave.name)}`;
    this.source = source;
    this.wave = wave;
  }

  item(): vscode.TreeItem {
    const { wave } = this;
    const item = new vscode.TreeItem(wave.name, vscode.TreeItemCollapsibleState.Collapsed);
    const { status } = this.source.waves.progressOf(wave.name).state;
    item.id = this.id;
    item.description = [
      waveStatusText(wave.status),
      vscode.l10n.t('version {0}', wave.version),
      wave.tag,
      ...(status === undefined ? [] : [progressText(status)]),
    ]
      .filter((part) => part !== '')
      .join(' · ');
    item.iconPath = iconOf(wave);
    item.contextValue = `foundries.wave.${wave.status}`;
    item.accessibilityInformation = {
      label: vscode.l10n.t('wave {0}, {1}', wave.name, item.description),
      role: 'treeitem',
    };
    return item;
  }

  async children(): Promise<Row[]> {
    const { source, wave } = this;
    const state = await source.waves.progressOf(wave.name).load();
    const failure =
      state.error === undefined
        ? []
        : [
            new FailureRow(`${this.id}/failure`, this, vscode.l10n.t('Progress could not be loaded'), state.error, () =>
              source.waves.progressOf(wave.name).refresh(),
            ),
          ];
    const { status } = state;
    return [
      ...(status === undefined
        ? []
        : [new ProgressRow(this, status), ...status.groups.map((group) => new WaveGroupRow(this, wave, group))]),
      ...failure,
      new TargetsRow(this, source, wave),
      ...(wave.rollouts.length === 0 ? [] : [new RolloutsRow(this, source, wave)]),
    ];
  }

  tooltip(): vscode.MarkdownString {
    const { wave } = this;
    const progress = this.source.waves.progressOf(wave.name).state;
    return hover(wave.name, [
      [vscode.l10n.t('State'), waveStatusText(wave.status)],
      [vscode.l10n.t('Version'), String(wave.version)],
      [vscode.l10n.t('Tag'), wave.tag],
      [vscode.l10n.t('Created'), wave.createdAt === undefined ? '' : dateTime(wave.createdAt)],
      [vscode.l10n.t('Rollouts'), String(wave.rollouts.length)],
      [vscode.l10n.t('Progress'), progress.status === undefined ? '' : progressText(progress.status)],
      [vscode.l10n.t('Note'), staleText(progress)],
    ]);
  }
}

const progressText = ({ devices, updated }: Pick<WaveStatus, 'devices' | 'updated'>): string =>
  vscode.l10n.t('{0} of {1} updated', updated, devices);

function iconOf({ status }: Wave): vscode.ThemeIcon {
  switch (status) {
    case 'active':
      return new vscode.ThemeIcon('broadcast', new vscode.ThemeColor('charts.blue'));
    case 'complete':
      return new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'));
    default:
      return new vscode.ThemeIcon('circle-slash');
  }
}

class ProgressRow implements Row {
  readonly id: string;
  readonly parent: Row;
  private readonly status: WaveStatus;

  constructor(parent: Row, status: WaveStatus) {
    this.id = `${parent.id}/progress`;
    this.parent = parent;
    this.status = status;
  }

  item(): vscode.TreeItem {
    const { devices, updated, scheduled, unscheduled } = this.status;
    const item = new vscode.TreeItem(vscode.l10n.t('Progress'));
    item.id = this.id;
    item.description = [
      progressText({ devices, updated }),
      ...(scheduled > 0 ? [vscode.l10n.t('{0} will update', scheduled)] : []),
      ...(unscheduled > 0 ? [vscode.l10n.t('{0} not reached', unscheduled)] : []),
    ].join(' · ');
    item.iconPath = new vscode.ThemeIcon('graph');
    item.contextValue = 'foundries.waveProgress';
    item.accessibilityInformation = { label: `${vscode.l10n.t('Progress')}, ${item.description}`, role: 'treeitem' };
    return item;
  }

  tooltip(): vscode.MarkdownString {
    const { devices, updated, scheduled, unscheduled } = this.status;
    return hover(vscode.l10n.t('Progress'), [
      [vscode.l10n.t('Updated'), vscode.l10n.t('{0} of {1}', updated, devices)],
      [vscode.l10n.t('Will update'), String(scheduled)],
      [vscode.l10n.t('Not reached'), String(unscheduled)],
    ]);
  }
}

/** The production devices of one device group, as far as the wave is for them. */
export class WaveGroupRow implements Row {
  readonly id: string;
  readonly parent: Row;
  readonly wave: Wave;
  readonly group: WaveGroup;

  constructor(parent: Row, wave: Wave, group: WaveGroup) {
    this.id = `${parent.id}/group/${idPart(group.name)}`;
    this.parent = parent;
    this.wave = wave;
    this.group = group;
  }

  item(): vscode.TreeItem {
    const { group, wave } = this;
    const name = group.name === '' ? vscode.l10n.t('(no group)') : group.name;
    const item = new vscode.TreeItem(name);
    item.id = this.id;
    item.description = [
      vscode.l10n.t('{0} of {1} updated', group.onWave + group.onNewer, group.devices),
      ...(group.scheduled > 0 ? [vscode.l10n.t('{0} will update', group.scheduled)] : []),
      vscode.l10n.t('{0} online', group.online),
      group.rolledOut
        ? group.rolledOutAt === undefined
          ? vscode.l10n.t('rolled out')
          : vscode.l10n.t('rolled out {0}', ago(group.rolledOutAt, Date.now()))
        : withoutRolloutText(wave.status),
    ].join(' · ');
    const isDone = group.devices > 0 && group.onWave + group.onNewer >= group.devices;
    item.iconPath = isDone
      ? new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'))
      : new vscode.ThemeIcon(group.rolledOut ? 'sync' : 'server-environment');
    item.contextValue =
      wave.status === 'active' && group.name !== '' ? 'foundries.waveGroup.active' : 'foundries.waveGroup';
    item.accessibilityInformation = {
      label: vscode.l10n.t('group {0}, {1}', name, item.description),
      role: 'treeitem',
    };
    return item;
  }

  tooltip(): vscode.MarkdownString {
    const { group, wave } = this;
    return hover(group.name === '' ? vscode.l10n.t('(no group)') : group.name, [
      [vscode.l10n.t('Updated'), vscode.l10n.t('{0} of {1}', group.onWave + group.onNewer, group.devices)],
      [vscode.l10n.t('Will update'), String(group.scheduled)],
      [vscode.l10n.t('Online'), String(group.online)],
      [
        vscode.l10n.t('Rollout'),
        !group.rolledOut
          ? withoutRolloutText(wave.status)
          : group.rolledOutAt === undefined
            ? vscode.l10n.t('rolled out')
            : dateTime(group.rolledOutAt),
      ],
    ]);
  }
}

class TargetsRow implements Row {
  readonly id: string;
  readonly parent: Row;
  private readonly source: WaveSource;
  private readonly wave: Wave;

  constructor(parent: Row, source: WaveSource, wave: Wave) {
    this.id = `${parent.id}/targets`;
    this.parent = parent;
    this.source = source;
    this.wave = wave;
  }

  item(): vscode.TreeItem {
    const item = new vscode.TreeItem(vscode.l10n.t('Targets'), vscode.TreeItemCollapsibleState.Collapsed);
    item.id = this.id;
    item.iconPath = new vscode.ThemeIcon('package');
    item.contextValue = 'foundries.waveTargets';
    return item;
  }

  async children(): Promise<Row[]> {
    try {
      const targets = await this.source.waves.targetsOf(this.wave.name);
      return targets.length === 0
        ? [new NoteRow(`${this.id}/none`, this, vscode.l10n.t('No targets reported'))]
        : targets.map((target) => new WaveTargetRow(this, target));
    } catch (error) {
      const again = () => this.source.refresh(this.id);
      return [new FailureRow(`${this.id}/failure`, this, vscode.l10n.t('Targets could not be loaded'), error, again)];
    }
  }
}

class WaveTargetRow implements Row {
  readonly id: string;
  readonly parent: Row;
  /** For the clipboard. */
  readonly value: string;
  private readonly target: WaveTarget;

  constructor(parent: Row, target: WaveTarget) {
    this.id = `${parent.id}/${idPart(target.name)}`;
    this.parent = parent;
    this.target = target;
    this.value = target.name;
  }

  item(): vscode.TreeItem {
    const { name, hardwareIds, apps } = this.target;
    const item = new vscode.TreeItem(name);
    item.id = this.id;
    item.description = [hardwareIds.join(', '), apps.join(', ')].filter((part) => part !== '').join(' · ');
    item.iconPath = new vscode.ThemeIcon('circuit-board');
    item.contextValue = 'foundries.detail';
    item.accessibilityInformation = {
      label: vscode.l10n.t('target {0}, {1}', name, item.description),
      role: 'treeitem',
    };
    return item;
  }
}

class RolloutsRow implements Row {
  readonly id: string;
  readonly parent: Row;
  private readonly source: WaveSource;
  private readonly wave: Wave;

  constructor(parent: Row, source: WaveSource, wave: Wave) {
    this.id = `${parent.id}/rollouts`;
    this.parent = parent;
    this.source = source;
    this.wave = wave;
  }

  item(): vscode.TreeItem {
    const item = new vscode.TreeItem(vscode.l10n.t('Rollouts'), vscode.TreeItemCollapsibleState.Collapsed);
    item.id = this.id;
    item.description = String(this.wave.rollouts.length);
    item.iconPath = new vscode.ThemeIcon('history');
    item.contextValue = 'foundries.waveRollouts';
    return item;
  }

  async children(): Promise<Row[]> {
    const { rollouts } = this.wave;
    const names = new Map<string, string | undefined>();
    await Promise.all(
      [...new Set(rollouts.map(({ by }) => by))].map(async (id) =>
        names.set(id, id === '' ? undefined : await this.source.userName(id)),
      ),
    );
    return rollouts.map((rollout, at) => new RolloutRow(this, at, rollout, names.get(rollout.by))).reverse();
  }
}

class RolloutRow implements Row {
  readonly id: string;
  readonly parent: Row;
  private readonly rollout: WaveRollout;
  private readonly by: string | undefined;

  constructor(parent: Row, at: number, rollout: WaveRollout, by: string | undefined) {
    this.id = `${parent.id}/${at}`;
    this.parent = parent;
    this.rollout = rollout;
    this.by = by;
  }

  item(): vscode.TreeItem {
    const { at, devices, wholeGroup } = this.rollout;
    const label = rolloutText(this.rollout);
    const item = new vscode.TreeItem(label);
    item.id = this.id;
    // A part of devices has their number in its label.
    item.description = [wholeGroup ? devicesCount(devices) : '', at === undefined ? '' : dateTime(at), this.by ?? '']
      .filter((part) => part !== '')
      .join(' · ');
    item.iconPath = new vscode.ThemeIcon('rocket');
    item.contextValue = 'foundries.waveRollout';
    item.accessibilityInformation = { label: `${label}, ${item.description}`, role: 'treeitem' };
    return item;
  }
}
