import * as vscode from 'vscode';
import { LOG_FILE } from '../../api/runFiles';
import type { JobReference } from '../../api/targetChanges';
import type { Build } from '../../model/build';
import { formatRunPage } from '../../reports/runAddress';
import { followBuild } from '../../store/buildRun';
import { UPDATE_TARGETS } from '../../store/targetChanges';
import { buildStatusText } from '../../ui/buildWords';
import { showError, showInformation, showProgress, showWarning, type ProgressStep } from '../../ui/messages';
import { showFailure } from '../../ui/notify';
import type { CommandContext } from '../services';

/** A change of targets that CI carries out. */
export interface JobOfTargets {
  /** `Pruning 3 targets` */
  readonly title: string;
  /** What is told when it is done: `3 targets were pruned.` */
  readonly done: string;
  readonly job: JobReference;
  /** Names of targets that are not as they should be although the job has passed. */
  readonly wrong: () => Promise<readonly string[]>;
}

/**
 * Follows the CI job of a change to its end, with progress. The list of targets is read anew when it has passed. Never
 * rejects.
 */
export async function followJob(context: CommandContext, change: JobOfTargets): Promise<void> {
  const { title, job } = change;
  const { connection, factory } = context;
  if (job.build === undefined) {
    const told = vscode.l10n.t(
      '{0}: CI was asked, and did not say which job does it. Refresh the targets in a while.',
      title,
    );
    void showInformation(told);
    return;
  }
  const id = job.build;
  try {
    const build = await showProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (progress, token) => {
        const stop = new AbortController();
        const subscription = token.onCancellationRequested(() => stop.abort());
        // Such a message has no buttons; a link in it opens the log, which grows while it is looked at.
        let link: ProgressStep['link'];
        const say = (words: string) =>
          progress.report({
            message: vscode.l10n.t('build {0}, {1}', id, words),
            ...(link === undefined ? {} : { link }),
          });
        say(vscode.l10n.t('started. Cancel ends only the waiting.'));
        try {
          return await followBuild(connection.client, factory.name, id, {
            signal: stop.signal,
            isWatched: () => vscode.window.state.focused,
            onDidChangeWatched: (listener) => vscode.window.onDidChangeWindowState(listener),
            onChange: (seen) => {
              link = seen.runs.length > 0 ? logLink(context, seen) : undefined;
              say(buildStatusText(seen.status));
            },
            onTrouble: () => say(vscode.l10n.t('no answer; trying again')),
          });
        } finally {
          subscription.dispose();
        }
      },
    );
    if (build === undefined) {
      factory.targets.awaitJob(id);
      const again = vscode.l10n.t('Follow Again');
      const message = vscode.l10n.t('{0}: build {1} goes on all the same.', title, id);
      if ((await showInformation(message, again)) === again) {
        await followJob(context, change);
      }
      return;
    }
    await tell(context, change, build);
  } catch (error) {
    factory.targets.awaitJob(id);
    await showFailure(vscode.l10n.t('Could not follow build {0}', id), error, () => followJob(context, change));
  }
}

async function tell(context: CommandContext, change: JobOfTargets, build: Build): Promise<void> {
  const { factory } = context;
  await factory.targets.jobsEnded(build.id);
  const passed = build.status === 'PASSED' || build.status === 'PROMOTED';
  const wrong = passed ? await change.wrong() : [];
  const log = vscode.l10n.t('Show Log');
  const web = vscode.l10n.t('Open in Browser');
  // The pages that builds of the demo name are those of somebody else's Factory.
  const isDemo = context.connection.account.demo === true;
  const page = isDemo ? undefined : (pageOf(build.webUrl) ?? pageOf(change.job.webUrl));
  const buttons = [log, ...(page === undefined ? [] : [web])];
  const chosen =
    passed && wrong.length === 0
      ? await showInformation(change.done, ...buttons)
      : passed
        ? await showWarning(
            vscode.l10n.t(
              '{0}: build {1} has passed, but these targets are not as they should be: {2}',
              change.title,
              build.id,
              wrong.join(', '),
            ),
            ...buttons,
          )
        : await showError(
            vscode.l10n.t('{0}: build {1} failed. Its log says why.', change.title, build.id),
            ...buttons,
          );
  if (chosen === log) {
    await showLog(context, build);
  } else if (chosen === web && page !== undefined) {
    await vscode.env.openExternal(page);
  }
}

/** Shows what the job wrote. */
function showLog(context: CommandContext, build: Build): Thenable<unknown> {
  return vscode.commands.executeCommand('foundries.showRunLog', logOf(context, build));
}

/** The same as a link of a message. */
const logLink = (context: CommandContext, build: Build): NonNullable<ProgressStep['link']> => ({
  label: vscode.l10n.t('Show Log'),
  command: 'foundries.showRunLog',
  argument: logOf(context, build).toString(),
});

function logOf({ connection, factory }: CommandContext, build: Build): vscode.Uri {
  const run = (build.runs.find(({ name }) => name === UPDATE_TARGETS) ?? build.runs[0])?.name ?? UPDATE_TARGETS;
  const { key: host } = connection.client.server;
  return vscode.Uri.from(formatRunPage({ host, factory: factory.name, build: build.id, run, path: LOG_FILE }));
}

/** A page that the service names is opened only where it is one of the web. */
function pageOf(url: string): vscode.Uri | undefined {
  return /^https?:\/\//.test(url) && URL.canParse(url) ? vscode.Uri.parse(url) : undefined;
}
