import * as vscode from 'vscode';
import type { RunAddress } from '../api/builds';
import { LOG_FILE, withRunStatus } from '../api/runFiles';
import { followerOf, isCancelable, isFinalStatus, type BuildRun, type BuildStatus } from '../model/build';
import type { Connection } from '../store/connections';
import { cancelOne, rerunOne } from '../store/runWrites';
import { buildStatusText } from '../ui/buildWords';
import { showInformation } from '../ui/messages';
import { showFailure } from '../ui/notify';
import { oneLine } from '../ui/reportText';
import type { BuildRow } from '../views/rows/buildRows';
import { download } from './downloading';
import type { Services } from './services';

/** A run, and the account that shows it. */
export interface ChosenRun extends RunAddress {
  readonly host: string;
  readonly connection: Connection;
}

/** Cancels the runs of a build that can be canceled. */
export async function cancelBuild(services: Services, { build, host, factory }: BuildRow): Promise<void> {
  const connection = services.connections.forFactory(host, factory);
  const runs = build.runs.filter(({ status }) => isCancelable(status));
  if (connection !== undefined) {
    await cancelRuns(
      services,
      runs.map(({ name }) => ({ host, factory, build: build.id, run: name, connection })),
    );
  }
}

/** Cancels run by run, and looks at each just before: canceling the whole build would make its passed runs fail (docs/api.md §2.7.6). */
export async function cancelRuns(services: Services, runs: readonly ChosenRun[]): Promise<void> {
  const [first] = runs;
  if (first === undefined) {
    return;
  }
  const { connection, factory, build } = first;
  const button = vscode.l10n.t('Cancel Run');
  const answer = await services.questions.ask({
    message:
      runs.length === 1
        ? vscode.l10n.t('Cancel the run {0} of build {1}?', oneLine(first.run), build)
        : vscode.l10n.t('Cancel {0} runs of build {1}?', runs.length, build),
    detail: [
      ...(runs.length === 1 ? [] : [runs.map(({ run }) => oneLine(run)).join(', ')]),
      vscode.l10n.t('It ends as failed, and the build makes no target. Runs that have ended are left as they are.'),
    ].join('\n'),
    buttons: [button],
    keep: vscode.l10n.t('Keep Running'),
    close: vscode.l10n.t('Close'),
  });
  if (answer !== button) {
    return;
  }
  const left: string[] = [];
  try {
    for (const run of runs) {
      const status = await cancelOne(connection.client, run);
      if (status !== undefined) {
        left.push(notCanceledText(oneLine(run.run), status));
      }
    }
  } catch (error) {
    await showFailure(vscode.l10n.t('The run could not be canceled'), error, () => cancelRuns(services, runs));
  }
  if (left.length > 0) {
    void showInformation(left.join(' '));
  }
  await lookAgain(connection, factory, build);
}

/** Why a run was left as it is. */
function notCanceledText(run: string, status: BuildStatus): string {
  if (isFinalStatus(status)) {
    return vscode.l10n.t("{0} has ended and wasn't canceled.", run);
  }
  switch (status) {
    case 'CANCELLING':
      return vscode.l10n.t('{0} is already being canceled.', run);
    case 'UPLOADING':
      return vscode.l10n.t("{0} is uploading its files and wasn't canceled: its log would be lost.", run);
    default:
      return vscode.l10n.t("{0} wasn't canceled: it is {1}.", run, buildStatusText(status));
  }
}

/** Queues a run again. A run that CI can't start a second time is offered instead of the one before it. */
export async function rerunRun(services: Services, run: ChosenRun): Promise<void> {
  const { connection, factory, build } = run;
  const follower = await followerNow(run);
  const name = oneLine(run.run);
  const button = follower === undefined ? vscode.l10n.t('Rerun') : vscode.l10n.t('Rerun Anyway');
  const instead = vscode.l10n.t('Rerun {0}', oneLine(follower?.name ?? ''));
  const offersInstead = follower !== undefined && isFinalStatus(follower.status);
  const answer = await services.questions.ask({
    message: vscode.l10n.t('Run {0} of build {1} again?', name, build),
    detail: follower === undefined ? plainDetail() : followerDetail(name, follower),
    buttons: offersInstead ? [instead, button] : [button],
  });
  if (answer === instead && follower !== undefined) {
    await queue(services, { ...run, run: follower.name });
  } else if (answer === button) {
    await queue(services, run);
  } else {
    return;
  }
  await lookAgain(connection, factory, build);
}

const plainDetail = (): string =>
  vscode.l10n.t('The new log replaces the current one. Runs that depend on it start when it has passed.');

function followerDetail(run: string, follower: BuildRun): string {
  const name = oneLine(follower.name);
  return follower.status === 'FAILED'
    ? vscode.l10n.t(
        "The new log replaces the current one. {1} exists already, so it won't start again when {0} has passed: rerun it, too.",
        run,
        name,
      )
    : vscode.l10n.t(
        "The new log replaces the current one. {1} exists already, and CI can't start it twice: when {0} has passed, CI marks it as failed. To publish the apps again, rerun {1} instead.",
        run,
        name,
      );
}

/** The list may be old. Without an answer nothing is known to follow. */
async function followerNow({ connection, factory, build, run }: ChosenRun): Promise<BuildRun | undefined> {
  try {
    return followerOf(await connection.client.getBuild(factory, build), run);
  } catch {
    return undefined;
  }
}

async function queue(services: Services, run: ChosenRun): Promise<void> {
  const name = oneLine(run.run);
  try {
    const status = await rerunOne(run.connection.client, run);
    if (status !== undefined) {
      void showInformation(vscode.l10n.t('{0} has not ended: it is {1}.', name, buildStatusText(status)));
    }
  } catch (error) {
    await showFailure(vscode.l10n.t('{0} could not be queued again', name), error, () => queue(services, run));
  }
}

/** What the service now shows is what the view shows; a failure stands in the view's own words. */
async function lookAgain(connection: Connection, factory: string, build: number): Promise<void> {
  const { builds } = connection.factory(factory);
  await builds.look(build).catch(() => builds.refresh());
}

/** Keeps the log of a run as a file. A run that waits has none yet; that of an unfinished run is only its beginning. */
export async function downloadLog(run: ChosenRun): Promise<void> {
  const { connection, build, run: name } = run;
  const { client } = connection;
  let status: BuildStatus;
  try {
    ({ status } = await client.getRun(run));
  } catch (error) {
    await showFailure(vscode.l10n.t('Could not download {0}', oneLine(name)), error, () => downloadLog(run));
    return;
  }
  if (status === 'QUEUED') {
    void showInformation(noLogYet(oneLine(name)));
    return;
  }
  const shown = oneLine(name);
  const ended = isFinalStatus(status);
  // What it is when the bytes come counts; it may have been queued again meanwhile.
  let sent: BuildStatus | undefined;
  const noticed = (now: BuildStatus | undefined) => {
    sent = now;
    if (now === 'QUEUED') {
      throw new Error(noLogYet(shown));
    }
  };
  await download({
    name: `${name} (${build})${ended ? '' : ` ${vscode.l10n.t('so far')}`}.log`,
    receive: (sink, signal, resume) =>
      client.receiveRunFile({ ...run, path: LOG_FILE }, withRunStatus(sink, noticed), signal, resume),
    warning: () =>
      sent === undefined || isFinalStatus(sent)
        ? ''
        : vscode.l10n.t('This is the log so far: {0} is {1}.', shown, buildStatusText(sent)),
  });
}

const noLogYet = (run: string): string => vscode.l10n.t('{0} has no log yet: it is waiting for a worker.', run);
