import * as vscode from 'vscode';
import { FactoryError } from '../api/errors';
import { LOG_FILE, type RunFile } from '../api/runFiles';
import { isCancelable, isFinalStatus, statusOf, type Build, type BuildRun } from '../model/build';
import { readReason } from '../model/buildReason';
import { bytesText } from '../model/bytes';
import { MOST_BYTES, NotShown, receivedText, withSignal } from '../reports/artifactText';
import { parseRunPage } from '../reports/runAddress';
import { goToTrouble, type RunPages } from '../reports/runPages';
import { buildStatusIcon, buildStatusText, reasonText } from '../ui/buildWords';
import { asLabel } from '../ui/label';
import { showInformation } from '../ui/messages';
import { showFailure } from '../ui/notify';
import { showQuickPick } from '../ui/picks';
import { oneLine } from '../ui/reportText';
import { ago } from '../ui/time';
import type { BuildsView } from '../views/buildsView';
import { BuildRow, RunFileRow, RunRow } from '../views/rows/buildRows';
import { download, isCancelled, shownWhenSlow } from './downloading';
import { cancelBuild, cancelRuns, downloadLog, rerunRun, type ChosenRun } from './runActions';
import type { CommandContext, Services } from './services';

/** A file of a run. */
interface ChosenFile extends ChosenRun, RunFile {
  readonly size: number | undefined;
}

/** What is shown of a file at most, even where somebody insists; VS Code itself gives up at 50 MB. */
const MOST_SHOWN = 40_000_000;

/** The commands about CI builds, their runs and the files of these. */
export function buildCommands(services: Services, view: BuildsView, pages: () => Promise<RunPages>) {
  const onRun =
    (title: string, fits: (run: BuildRun) => boolean, act: (run: ChosenRun) => unknown) =>
    async (subject?: unknown) => {
      const run = await chosenRun(services, subject, title, fits);
      await (run && act(run));
    };
  const any = () => true;
  const begun = ({ status }: BuildRun) => status !== 'QUEUED';
  const cancelable = ({ status }: BuildRun) => isCancelable(status);
  const ended = ({ status }: BuildRun) => isFinalStatus(status);
  const onFile =
    (title: string, act: (file: ChosenFile, where?: vscode.Uri) => unknown) =>
    async (subject?: unknown, where?: unknown) => {
      const file = await chosenFile(services, subject, title);
      // A menu gives the selected rows in this place.
      await (file && act(file, where instanceof vscode.Uri ? where : undefined));
    };
  return {
    'foundries.showRunLog': onRun(vscode.l10n.t('The log of which run?'), any, async (run) =>
      (await pages()).showLog(run),
    ),
    'foundries.downloadRunLog': onRun(vscode.l10n.t('Download the log of which run?'), begun, downloadLog),
    'foundries.cancelRun': async (subject?: unknown) => {
      if (subject instanceof BuildRow) {
        await cancelBuild(services, subject);
      } else {
        await onRun(vscode.l10n.t('Cancel which run?'), cancelable, (run) => cancelRuns(services, [run]))(subject);
      }
    },
    'foundries.rerunRun': onRun(vscode.l10n.t('Rerun which run?'), ended, (run) => rerunRun(services, run)),
    'foundries.openRunFile': onFile(vscode.l10n.t('A file of which run?'), async (file) =>
      openFile(file, await pages()),
    ),
    'foundries.downloadRunFile': onFile(vscode.l10n.t('A file of which run?'), (file, where) =>
      download(
        {
          name: file.path.split('/').at(-1) ?? file.path,
          size: file.size,
          receive: (sink, signal, resume) => file.connection.client.receiveRunFile(file, sink, signal, resume),
        },
        where,
      ),
    ),
    'foundries.showLatestBuild': () => services.withFactory((context) => showLatest(context, view)),
    'foundries.openBuildPage': (subject?: unknown) =>
      withPage(services, subject, (url) => vscode.env.openExternal(vscode.Uri.parse(url, true))),
    'foundries.copyBuildPage': (subject?: unknown) =>
      withPage(services, subject, (url) => vscode.env.clipboard.writeText(url)),
    'foundries.nextLogError': () => goToTrouble(vscode.window.activeTextEditor, 1),
    'foundries.previousLogError': () => goToTrouble(vscode.window.activeTextEditor, -1),
  };
}

async function showLatest({ connection, factory }: CommandContext, view: BuildsView): Promise<void> {
  try {
    const build = await connection.client.getLatestBuild(factory.name, { all: true });
    await factory.builds.load();
    if (factory.builds.find(build.id) === undefined) {
      await factory.builds.refresh();
    }
    factory.builds.heard(build);
    await vscode.commands.executeCommand('foundries.builds.focus');
    await view.reveal(build.id);
  } catch (error) {
    const failed = vscode.l10n.t('The latest build could not be shown');
    if (!(error instanceof FactoryError && error.kind === 'notFound')) {
      await showFailure(failed, error);
      return;
    }
    // A token that may not read builds is answered the same; the list tells the one from the other.
    await factory.builds.refresh();
    const { state } = factory.builds;
    if (state.error === undefined && state.builds.length === 0) {
      void showInformation(vscode.l10n.t('{0} has no builds.', factory.name));
    } else {
      await showFailure(failed, state.error ?? error);
    }
  }
}

async function openFile(file: ChosenFile, pages: RunPages): Promise<void> {
  if (file.path === LOG_FILE) {
    await pages.showLog(file);
    return;
  }
  const name = oneLine(file.path);
  const { client } = file.connection;
  const { size = 0 } = file;
  const large = size > MOST_BYTES;
  const downloading = vscode.l10n.t('Download…');
  const open = vscode.l10n.t('Open Anyway');
  const keep = () => vscode.commands.executeCommand('foundries.downloadRunFile', file);
  if (large) {
    const words = vscode.l10n.t('{0} has {1}, which is a lot for an editor.', name, bytesText(size));
    const chosen = await showInformation(words, downloading, ...(size <= MOST_SHOWN ? [open] : []));
    if (chosen !== open) {
      await (chosen === downloading ? keep() : undefined);
      return;
    }
  }
  try {
    const text = await shownWhenSlow(vscode.l10n.t('Reading {0}…', name), (token) =>
      withSignal(token, (signal) =>
        receivedText((sink, stop) => client.receiveRunFile(file, sink, stop), signal, large ? MOST_SHOWN : MOST_BYTES),
      ),
    );
    await pages.showFile(file, text);
  } catch (error) {
    if (error instanceof NotShown) {
      const chosen = await showInformation(`${name}: ${error.message}`, downloading);
      await (chosen === downloading ? keep() : undefined);
    } else if (!isCancelled(error)) {
      await showFailure(vscode.l10n.t('Could not read {0}', name), error, () => openFile(file, pages));
    }
  }
}

/** The run of a row, or of the log in front, or one that is picked. Undefined where given up. */
async function chosenRun(
  services: Services,
  subject: unknown,
  title: string,
  fits: (run: BuildRun) => boolean,
): Promise<ChosenRun | undefined> {
  const shown =
    subject instanceof RunRow || subject instanceof RunFileRow
      ? { ...subject.address, host: subject.host }
      : subject instanceof vscode.Uri
        ? parseRunPage(subject)
        : // In the link of a message.
          typeof subject === 'string' && URL.canParse(subject)
          ? parseRunPage(vscode.Uri.parse(subject))
          : undefined;
  const there = shown === undefined ? undefined : services.connections.forFactory(shown.host, shown.factory);
  if (shown !== undefined && there !== undefined) {
    return { ...shown, connection: there };
  }
  return services.withFactory(async (context) => {
    const { connection, factory } = context;
    const build =
      subject instanceof BuildRow ? subject.build : await pickBuild(context, title, ({ runs }) => runs.some(fits));
    const runs = build?.runs.filter(fits) ?? [];
    if (build === undefined || runs.length === 0) {
      return undefined;
    }
    const picked = await showQuickPick(
      runs.map((run) => ({
        label: asLabel(run.name),
        description: buildStatusText(run.status),
        iconPath: buildStatusIcon(run.status),
        run,
      })),
      { title },
    );
    const { key: host } = connection.client.server;
    return picked && { host, connection, factory: factory.name, build: build.id, run: picked.run.name };
  });
}

async function pickBuild(
  { factory }: CommandContext,
  title: string,
  fits: (build: Build) => boolean,
): Promise<Build | undefined> {
  const { builds, error } = await factory.builds.load();
  if (builds.length === 0 && error !== undefined) {
    await showFailure(title, error);
    return undefined;
  }
  const found = builds.filter(fits);
  if (found.length === 0) {
    void showInformation(vscode.l10n.t('{0} There are none.', title));
    return undefined;
  }
  const picked = await showQuickPick(
    found.map((build) => ({
      label: vscode.l10n.t('Build {0}', build.id),
      description: [asLabel(build.trigger), buildStatusText(statusOf(build))].join(' · '),
      detail: [
        build.createdAt === undefined ? '' : ago(build.createdAt, Date.now()),
        build.reason === undefined ? '' : asLabel(reasonText(readReason(build.reason))),
      ]
        .filter((part) => part !== '')
        .join(' · '),
      iconPath: buildStatusIcon(statusOf(build)),
      build,
    })),
    { title, matchOnDescription: true, matchOnDetail: true },
  );
  return picked?.build;
}

async function chosenFile(services: Services, subject: unknown, title: string) {
  if (subject instanceof RunFileRow) {
    const connection = services.connections.forFactory(subject.host, subject.address.factory);
    const { address, host, artifact } = subject;
    return connection && { ...address, host, connection, path: artifact.path, size: artifact.size };
  }
  if (isFile(subject)) {
    return subject;
  }
  const page = subject instanceof vscode.Uri ? parseRunPage(subject) : undefined;
  const there = page === undefined ? undefined : services.connections.forFactory(page.host, page.factory);
  if (page !== undefined && there !== undefined) {
    return { ...page, connection: there, size: undefined };
  }
  const run = await chosenRun(services, subject, title, ({ status }) => isFinalStatus(status));
  if (run === undefined) {
    return undefined;
  }
  try {
    const { artifacts } = await run.connection.client.getRun(run);
    const picked = await showQuickPick(
      artifacts.map(({ path, size }) => ({
        label: asLabel(path),
        description: size === undefined ? '' : bytesText(size),
        path,
        size,
      })),
      { title, placeHolder: artifacts.length === 0 ? vscode.l10n.t('It left no files') : '' },
    );
    return picked && { ...run, path: picked.path, size: picked.size };
  } catch (error) {
    await showFailure(title, error);
    return undefined;
  }
}

function isFile(subject: unknown): subject is ChosenFile {
  return typeof subject === 'object' && subject !== null && 'connection' in subject && 'path' in subject;
}

/** The page of a build or a run; without a row, that of a build that is picked. */
async function withPage(services: Services, subject: unknown, act: (url: string) => unknown): Promise<void> {
  const { session } = services.connections;
  if ('connection' in session && session.connection.account.demo === true) {
    void showInformation(vscode.l10n.t('The demo Factory has no web UI.'));
    return;
  }
  const row = subject instanceof RunRow ? subject.run : subject instanceof BuildRow ? subject.build : undefined;
  const url =
    row?.webUrl ??
    (await services.withFactory((context) => pickBuild(context, vscode.l10n.t('The page of which build?'), () => true)))
      ?.webUrl;
  if (url === undefined) {
    return;
  }
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) {
    await act(url);
  } else {
    void showInformation(vscode.l10n.t('The service names no page for it.'));
  }
}
