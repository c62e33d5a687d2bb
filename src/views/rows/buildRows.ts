import * as vscode from 'vscode';
import type { RunAddress } from '../../api/builds';
import {
  hasEnded,
  isCancelable,
  isFinalStatus,
  statusOf,
  type Build,
  type BuildRun,
  type BuildRunDetail,
  type RunArtifact,
} from '../../model/build';
import { readReason } from '../../model/buildReason';
import { durationOf } from '../../model/buildTimes';
import { bytesText } from '../../model/bytes';
import type { BuildList, BuildListState } from '../../store/builds';
import { buildStatusIcon, buildStatusText, reasonText } from '../../ui/buildWords';
import { oneLine } from '../../ui/reportText';
import { ago, dateTime } from '../../ui/time';
import { durationText } from '../../ui/updateWords';
import { FailureRow } from './failureRow';
import { hover } from './hover';
import { LoadMoreRow } from './loadMoreRow';
import { NoteRow } from './noteRow';
import { idPart } from './idPart';
import type { Row } from './row';

/** Where rows of builds take what is below them from. */
export interface BuildSource {
  readonly factory: string;
  readonly host: string;
  readonly prefix: string;
  readonly list: BuildList;
  /** What a run tells of itself, its files too; asked for once after it has ended. */
  runDetail(run: RunAddress, status: BuildRun): Promise<BuildRunDetail>;
  refresh(id: string): void;
}

/** @returns the rows of the builds that are loaded */
export function buildRows(source: BuildSource, { builds, total, hasMore, error, fetchedAt }: BuildListState): Row[] {
  const rows: Row[] = builds.map((build) => new BuildRow(source, build));
  if (hasMore) {
    const more = () => source.list.loadMore();
    rows.push(new LoadMoreRow(`${source.prefix}/more`, undefined, { shown: builds.length, total }, more));
  }
  if (error !== undefined && fetchedAt !== undefined && hasMore) {
    const retry = () => source.list.loadMore();
    const words = vscode.l10n.t('Builds could not be loaded');
    rows.push(new FailureRow(`${source.prefix}/failure`, undefined, words, error, retry));
  }
  return rows;
}

/** A CI build with its runs. */
export class BuildRow implements Row {
  readonly id: string;
  readonly parent = undefined;
  readonly build: Build;
  readonly host: string;
  readonly factory: string;
  private readonly source: BuildSource;

  constructor(source: BuildSource, build: Build) {
    this.id = `${source.prefix}/build/${build.id}`;
    this.source = source;
    this.build = build;
    this.host = source.host;
    this.factory = source.factory;
  }

  /** For the clipboard: its page, or its number where it has none. */
  get value(): string {
    return this.build.webUrl === '' ? String(this.build.id) : this.build.webUrl;
  }

  item(): vscode.TreeItem {
    const { build } = this;
    const status = statusOf(build);
    const ended = hasEnded(build);
    const item = new vscode.TreeItem(vscode.l10n.t('Build {0}', build.id), vscode.TreeItemCollapsibleState.Collapsed);
    item.id = this.id;
    const subject = build.reason === undefined ? '' : oneLine(reasonText(readReason(build.reason)));
    const joined = (...parts: string[]) => parts.filter((part) => part !== '').join(' · ');
    const [trigger, name, end] = [oneLine(build.trigger), oneLine(build.name), outcome({ ...build, status })];
    const said = joined(trigger, name, end, age(build), subject);
    // How it ended is seen of the icon, and the end of a long row is not seen.
    item.description = ended ? joined(trigger, age(build), name, end, subject) : said;
    item.iconPath = buildStatusIcon(status);
    item.contextValue = ended
      ? 'foundries.build.ended'
      : build.runs.some((run) => isCancelable(run.status))
        ? 'foundries.build.running'
        : 'foundries.build.ending';
    item.accessibilityInformation = { label: `${item.label as string}, ${said}`, role: 'treeitem' };
    return item;
  }

  tooltip(): vscode.MarkdownString {
    const { build } = this;
    const reason = build.reason === undefined ? undefined : readReason(build.reason);
    return hover(vscode.l10n.t('Build {0}', build.id), [
      [vscode.l10n.t('Status'), buildStatusText(statusOf(build))],
      [vscode.l10n.t('Trigger'), build.trigger],
      [vscode.l10n.t('Promoted as'), build.name],
      [vscode.l10n.t('Reason'), reason?.message ?? ''],
      [vscode.l10n.t('Branch'), reason?.branch ?? ''],
      [vscode.l10n.t('Commit'), reason?.sha ?? ''],
      [vscode.l10n.t('Note'), build.annotation ?? ''],
      ...times({ ...build, status: statusOf(build) }),
      ...build.runs.map((run): [string, string] => [run.name, buildStatusText(run.status)]),
    ]);
  }

  async children(): Promise<Row[]> {
    const { source } = this;
    let { build } = this;
    let failure: Row[] = [];
    if (build.reason === undefined) {
      try {
        build = await source.list.look(build.id);
      } catch (error) {
        const words = vscode.l10n.t('The reason of the build could not be loaded');
        const retry = () => source.refresh(this.id);
        failure = [new FailureRow(`${this.id}/failure`, this, words, error, retry)];
      }
    }
    const runs = (await this.withStarts(build.runs)).map((run) => new RunRow(source, this, run));
    const none = runs.length === 0 ? [new NoteRow(`${this.id}/none`, this, vscode.l10n.t('It has no runs yet'))] : [];
    const reason = build.reason === undefined || build.reason.trim() === '' ? [] : [new ReasonRow(this, build.reason)];
    return [...reason, ...runs, ...none, ...failure];
  }

  /** Of runs that began more than once only their own details tell when this attempt began; it stays unknown if they fail. */
  private async withStarts(runs: readonly BuildRun[]): Promise<readonly BuildRun[]> {
    const { factory } = this.source;
    return Promise.all(
      runs.map(async (run) => {
        if (!run.isRerun || run.status === 'QUEUED') {
          return run;
        }
        const address = { factory, build: this.build.id, run: run.name };
        const detail = await this.source.runDetail(address, run).catch(() => undefined);
        return detail === undefined ? run : { ...run, startedAt: detail.startedAt };
      }),
    );
  }
}

/** Why a build was started: the words of a commit, and which one. */
class ReasonRow implements Row {
  readonly id: string;
  /** For the clipboard: the commit where there is one. */
  readonly value: string;

  constructor(
    readonly parent: BuildRow,
    private readonly reason: string,
  ) {
    this.id = `${parent.id}/reason`;
    const { sha, message } = readReason(reason);
    this.value = sha === '' ? message : sha;
  }

  item(): vscode.TreeItem {
    const reason = readReason(this.reason);
    const { sha, branch, commits } = reason;
    const subject = oneLine(reasonText(reason));
    const item = new vscode.TreeItem(subject || vscode.l10n.t('Reason'));
    item.id = this.id;
    // Without titles of commits, branch and commit are the label already.
    const isLabel = commits.length === 0 && sha !== '' && subject.endsWith(sha.slice(0, 7));
    item.description = isLabel ? '' : [branch, sha.slice(0, 12)].filter((part) => part !== '').join(' · ');
    item.iconPath = new vscode.ThemeIcon(sha === '' ? 'comment' : 'git-commit');
    item.contextValue = 'foundries.buildReason';
    item.accessibilityInformation = {
      label: [vscode.l10n.t('reason: {0}', subject), item.description].filter((part) => part !== '').join(', '),
      role: 'treeitem',
    };
    return item;
  }

  tooltip(): vscode.MarkdownString {
    const { message, gitUrl, branch, sha } = readReason(this.reason);
    return hover(vscode.l10n.t('Reason'), [
      [vscode.l10n.t('Repository'), gitUrl],
      [vscode.l10n.t('Branch'), branch],
      [vscode.l10n.t('Commit'), sha],
      [vscode.l10n.t('Reason'), message],
    ]);
  }
}

/** One run of a build, with the files that it left. */
export class RunRow implements Row {
  readonly id: string;
  readonly parent: BuildRow;
  readonly run: BuildRun;
  readonly address: RunAddress;
  readonly host: string;
  private readonly source: BuildSource;

  constructor(source: BuildSource, parent: BuildRow, run: BuildRun) {
    this.id = `${parent.id}/run/${idPart(run.name)}`;
    this.source = source;
    this.parent = parent;
    this.run = run;
    this.host = source.host;
    this.address = { factory: source.factory, build: parent.build.id, run: run.name };
  }

  get value(): string {
    return this.run.webUrl === '' ? this.run.name : this.run.webUrl;
  }

  item(): vscode.TreeItem {
    const { run } = this;
    const item = new vscode.TreeItem(oneLine(run.name), vscode.TreeItemCollapsibleState.Collapsed);
    item.id = this.id;
    const tag = run.status === 'QUEUED' && run.hostTag !== '' ? vscode.l10n.t('needs {0}', oneLine(run.hostTag)) : '';
    item.description = [outcome(run), tag].filter((part) => part !== '').join(' · ');
    item.iconPath = buildStatusIcon(run.status);
    item.contextValue = isFinalStatus(run.status)
      ? 'foundries.run.ended'
      : isCancelable(run.status)
        ? 'foundries.run.unfinished'
        : 'foundries.run.ending';
    item.accessibilityInformation = {
      label: `${vscode.l10n.t('run {0}', oneLine(run.name))}, ${item.description}`,
      role: 'treeitem',
    };
    item.command = { command: 'foundries.showRunLog', title: vscode.l10n.t('Show Log'), arguments: [this] };
    return item;
  }

  tooltip(): vscode.MarkdownString {
    const { run } = this;
    return hover(run.name, [
      [vscode.l10n.t('Status'), buildStatusText(run.status)],
      [vscode.l10n.t('Kind of worker'), run.hostTag],
      ...times(run),
    ]);
  }

  async children(): Promise<Row[]> {
    const { run, source } = this;
    if (!isFinalStatus(run.status)) {
      return [new NoteRow(`${this.id}/early`, this, vscode.l10n.t('Its files can be read when it has ended'))];
    }
    try {
      const { artifacts } = await source.runDetail(this.address, run);
      return artifacts.length === 0
        ? [new NoteRow(`${this.id}/none`, this, vscode.l10n.t('It left no files'))]
        : artifactRows(this, this, artifacts, '');
    } catch (error) {
      const retry = () => source.refresh(this.id);
      const words = vscode.l10n.t('Its files could not be loaded');
      return [new FailureRow(`${this.id}/failure`, this, words, error, retry)];
    }
  }
}

/** @returns a row for each folder and file right below a folder, folders first */
function artifactRows(run: RunRow, parent: Row, artifacts: readonly RunArtifact[], folder: string): Row[] {
  const folders = new Map<string, RunArtifact[]>();
  const files: Row[] = [];
  for (const artifact of artifacts) {
    const rest = artifact.path.slice(folder.length);
    const slash = rest.indexOf('/');
    if (slash < 0) {
      files.push(new RunFileRow(run, parent, artifact, rest));
    } else {
      const name = rest.slice(0, slash);
      const inside = folders.get(name);
      if (inside === undefined) {
        folders.set(name, [artifact]);
      } else {
        inside.push(artifact);
      }
    }
  }
  return [
    ...[...folders].map(([name, inside]) => new ArtifactFolderRow(run, parent, inside, `${folder}${name}/`, name)),
    ...files,
  ];
}

class ArtifactFolderRow implements Row {
  readonly id: string;

  constructor(
    private readonly run: RunRow,
    readonly parent: Row,
    private readonly inside: readonly RunArtifact[],
    private readonly folder: string,
    private readonly name: string,
  ) {
    this.id = `${run.id}/folder/${idPart(folder)}`;
  }

  item(): vscode.TreeItem {
    const item = new vscode.TreeItem(oneLine(this.name), vscode.TreeItemCollapsibleState.Collapsed);
    item.id = this.id;
    item.description =
      this.inside.length === 1 ? vscode.l10n.t('1 file') : vscode.l10n.t('{0} files', this.inside.length);
    item.iconPath = vscode.ThemeIcon.Folder;
    item.contextValue = 'foundries.runFolder';
    item.accessibilityInformation = {
      label: `${vscode.l10n.t('folder {0}', oneLine(this.name))}, ${item.description}`,
      role: 'treeitem',
    };
    return item;
  }

  children(): Row[] {
    return artifactRows(this.run, this, this.inside, this.folder);
  }
}

/** A file that a run left. */
export class RunFileRow implements Row {
  readonly id: string;
  readonly address: RunAddress;
  readonly host: string;
  readonly value: string;

  constructor(
    run: RunRow,
    readonly parent: Row,
    readonly artifact: RunArtifact,
    private readonly name: string,
  ) {
    this.id = `${run.id}/file/${idPart(artifact.path)}`;
    this.address = run.address;
    this.host = run.host;
    this.value = artifact.path;
  }

  item(): vscode.TreeItem {
    const { size } = this.artifact;
    const item = new vscode.TreeItem(oneLine(this.name), vscode.TreeItemCollapsibleState.None);
    item.id = this.id;
    item.description = size === undefined ? '' : bytesText(size);
    item.iconPath = vscode.ThemeIcon.File;
    item.contextValue = 'foundries.runFile';
    item.accessibilityInformation = {
      label: [vscode.l10n.t('file {0}', oneLine(this.name)), item.description].filter((part) => part !== '').join(', '),
      role: 'treeitem',
    };
    item.command = { command: 'foundries.openRunFile', title: vscode.l10n.t('Open'), arguments: [this] };
    return item;
  }
}

type Timed = Parameters<typeof durationOf>[0];

/** @returns `passed after 12 min`, `running for 3 min`, `waiting for a worker` */
function outcome(of: Timed): string {
  const ms = durationOf(of, Date.now());
  const words = buildStatusText(of.status);
  return ms === undefined
    ? words
    : isFinalStatus(of.status)
      ? vscode.l10n.t('{0} after {1}', words, durationText(ms))
      : vscode.l10n.t('{0} for {1}', words, durationText(Math.round(ms / 1000) * 1000));
}

const age = ({ createdAt }: Timed): string => (createdAt === undefined ? '' : ago(createdAt, Date.now()));

function times(of: Timed): [string, string][] {
  const { status, createdAt, startedAt, completedAt, isRerun } = of;
  const ms = durationOf(of, Date.now());
  const began = startedAt ?? (isRerun ? undefined : createdAt);
  return [
    [vscode.l10n.t('Started'), began === undefined ? '' : dateTime(began, 'second')],
    [
      vscode.l10n.t('Ended'),
      completedAt === undefined || !isFinalStatus(status) ? '' : dateTime(completedAt, 'second'),
    ],
    [vscode.l10n.t('Duration'), ms === undefined ? '' : durationText(Math.round(ms / 1000) * 1000)],
  ];
}
