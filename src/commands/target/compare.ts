import * as vscode from 'vscode';
import type { Device } from '../../model/device';
import { hardwareOf, versionOf } from '../../model/targetAge';
import { compareTargets, differingApps, type Change } from '../../model/targetComparison';
import { isCommit } from '../../model/targetDetail';
import { parseReport } from '../../reports/address';
import { withSignal } from '../../reports/artifactText';
import type { TargetAddress, TargetSubject } from '../../reports/targetAddress';
import { composeSideUri } from '../../reports/targetPages';
import type { Report } from '../../store/deviceReports';
import { forMany } from '../../store/forMany';
import { targetReportsOf } from '../../store/targetReports';
import { explain } from '../../ui/errorText';
import { serverLabel } from '../../ui/hostLabel';
import { asLabel } from '../../ui/label';
import { showInformation, showProgress, showWarning } from '../../ui/messages';
import { showFailure } from '../../ui/notify';
import { showQuickPick } from '../../ui/picks';
import { plainText } from '../../ui/plainText';
import { pickDevice } from '../pickDevice';
import type { CommandContext, Services } from '../services';
import { chosenTarget, pickTarget, targetOf, type ChosenTarget } from './chosen';
import type { TargetDocuments } from './documents';
import { targetPageOf } from './page';

const FRESH_MS = 30_000;

type Comparison = TargetAddress & { readonly subject: Extract<TargetSubject, { readonly kind: 'comparison' }> };

/** Compares two targets: those of two selected rows, that of one row with a picked one, or two picked ones. */
export async function compareTwo(
  services: Services,
  documents: TargetDocuments,
  row: unknown,
  rows: unknown,
): Promise<void> {
  const pair = await pairOf(services, row, rows);
  if (pair !== undefined) {
    await documents.show(addressOf(pair));
  }
}

interface Pair {
  readonly context: CommandContext;
  readonly from: string;
  readonly to: string;
  readonly device: string;
}

async function pairOf(services: Services, row: unknown, rows: unknown): Promise<Pair | undefined> {
  const selected = Array.isArray(rows) && rows.length > 1 ? (rows as unknown[]) : [row];
  if (selected.length > 2) {
    void showInformation(vscode.l10n.t('Two targets can be compared. Select two.'));
    return undefined;
  }
  const title = vscode.l10n.t('Compare which target?');
  const first = await chosenTarget(services, selected[0], title);
  if (first === undefined) {
    return undefined;
  }
  const { context, name } = first;
  const asked = vscode.l10n.t('Compare {0} with which target?', name);
  const other = selected.length === 2 ? await targetOf(services, selected[1], asked) : undefined;
  const hardware = hardwareOf(name, undefined);
  const second = other ?? (await pickTarget(context, asked, { except: name, hardware }));
  return second === undefined || second === 'given up' ? undefined : ordered(first, second);
}

/** The older first, as far as that is known. */
function ordered(a: ChosenTarget, b: ChosenTarget): Pair {
  const versionIn = ({ name, version }: ChosenTarget) => version ?? versionOf(name) ?? 0;
  const [from, to] = versionIn(a) <= versionIn(b) ? [a, b] : [b, a];
  return { context: a.context, from: from.name, to: to.name, device: '' };
}

function addressOf({ context, from, to, device }: Pair): Comparison {
  const { connection, factory } = context;
  return {
    host: connection.client.server.key,
    factory: factory.name,
    subject: { kind: 'comparison', from, to, device },
  };
}

/** Compares what a device runs with the newest target for it, or with another one. */
export async function compareDevice(services: Services, documents: TargetDocuments, subject: unknown): Promise<void> {
  const found = await deviceOf(services, subject);
  if (found === undefined) {
    return;
  }
  const { context, device } = found;
  if (device.target === '') {
    const words = vscode.l10n.t('{0} has not reported yet which target it runs.', device.name);
    void showInformation(words);
    return;
  }
  const title = vscode.l10n.t('Compare {0} with which target?', device.name);
  const chosen = await showQuickPick(newestItems(context, device), {
    title,
    placeHolder: vscode.l10n.t('It runs {0}', device.target),
  });
  const { context: at, device: name } = { context, device: device.name };
  if (chosen === undefined) {
    return;
  }
  const hardware = hardwareOf(device.target, undefined);
  const to = chosen.target ?? (await pickTarget(at, title, { except: device.target, hardware }))?.name;
  if (to !== undefined) {
    await documents.show(addressOf({ context: at, from: device.target, to, device: name }));
  }
}

interface NewestItem extends vscode.QuickPickItem {
  /** Undefined: another one is to be picked. */
  readonly target?: string;
}

async function newestItems({ factory }: CommandContext, device: Device): Promise<NewestItem[]> {
  const other: NewestItem = {
    label: vscode.l10n.t('Another Target…'),
    iconPath: new vscode.ThemeIcon('list-unordered'),
  };
  try {
    const { newest } = await factory.reports.targetAge(device);
    if (newest === undefined) {
      return [{ ...other, description: vscode.l10n.t('there is no newest one for its tag and hardware') }];
    }
    return [
      {
        label: vscode.l10n.t('The Newest for Tag {0}', asLabel(device.tag)),
        description: asLabel(newest.name),
        detail: newest.name === device.target ? vscode.l10n.t('The device runs this one.') : '',
        iconPath: new vscode.ThemeIcon('tag'),
        target: newest.name,
      },
      other,
    ];
  } catch (error) {
    return [{ ...other, detail: vscode.l10n.t('The newest is not known. {0}', explain(error).message) }];
  }
}

async function deviceOf(
  services: Services,
  subject: unknown,
): Promise<{ readonly context: CommandContext; readonly device: Device } | undefined> {
  const page = subject instanceof vscode.Uri ? parseReport(subject) : undefined;
  const connection = page === undefined ? undefined : services.connections.forFactory(page.host, page.factory);
  if (page !== undefined && connection !== undefined) {
    const factory = connection.factory(page.factory);
    const { value, error } = await factory.reports.detail(page.device).get(FRESH_MS);
    if (value === undefined) {
      await showFailure(vscode.l10n.t('Could not read {0}', page.device), error);
      return undefined;
    }
    return { context: { connection, factory }, device: value.device };
  }
  const ofRow = (subject as { readonly device?: Device } | undefined)?.device;
  return services.withFactory(async (context) => {
    const device = ofRow ?? (await pickDevice(context.factory, vscode.l10n.t('Compare the target of which device?')));
    return device === undefined ? undefined : { context, device };
  });
}

/** The comparison that an editor shows; else of two targets that are picked. */
async function comparisonOf(services: Services, subject: unknown): Promise<Comparison | undefined> {
  const page = targetPageOf(subject);
  if (page?.subject.kind === 'comparison') {
    return { ...page, subject: page.subject };
  }
  const pair = await pairOf(services, undefined, undefined);
  return pair && addressOf(pair);
}

/** What is read of a target or an app. @throws why there is nothing */
async function read<T>(report: Report<T>): Promise<T> {
  const { value, error } = await report.get(FRESH_MS);
  if (value === undefined) {
    throw error;
  }
  return value;
}

async function compared(services: Services, { host, factory: name, subject: { from, to } }: Comparison) {
  const connection = services.connections.forFactory(host, name);
  if (connection === undefined) {
    void showInformation(vscode.l10n.t('You are not signed in to {0}.', serverLabel(host)));
    return undefined;
  }
  const reports = targetReportsOf(connection, connection.factory(name));
  const [before, after] = await Promise.all([read(reports.detail(from)), read(reports.detail(to))]);
  return { reports, comparison: compareTargets(before, after) };
}

/** Shows the compose files of the apps that differ between two targets, side by side, those of one target alone too; says for which that is not possible. */
export async function compareComposeFiles(services: Services, subject: unknown): Promise<void> {
  const address = await comparisonOf(services, subject);
  if (address === undefined) {
    return;
  }
  const { from, to } = address.subject;
  const title = vscode.l10n.t('Compose files: {0} ↔ {1}', from, to);
  try {
    const found = await compared(services, address);
    if (found === undefined) {
      return;
    }
    const apps = differingApps(found.comparison);
    if (apps.length === 0) {
      void showInformation(vscode.l10n.t('{0} and {1} have no app that differs between them.', from, to));
      return;
    }
    const { reports } = found;
    const targetsOf = (app: Change) => [
      ...(app.from === undefined ? [] : [from]),
      ...(app.to === undefined ? [] : [to]),
    ];
    const readBoth = (app: Change) =>
      Promise.all(
        targetsOf(app).map(async (target) => {
          const { error, spec } = await read(reports.app(target, app.name));
          if (spec === undefined) {
            const why = error === '' ? vscode.l10n.t('the service shows no compose file') : error;
            throw new Error(vscode.l10n.t('{0}: {1}', target, why));
          }
        }),
      );
    const results = await showProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      (progress, token) =>
        withSignal(token, async (signal) => {
          const onProgress = (ended: number, total: number) =>
            progress.report({ message: vscode.l10n.t('{0} of {1}', ended, total), increment: 100 / total });
          const ended = forMany(apps, readBoth, { signal, onProgress });
          const cancelled = new Promise<undefined>((resolve) => {
            signal.addEventListener('abort', () => resolve(undefined), { once: true });
          });
          return Promise.race([ended, cancelled]);
        }),
    );
    if (results === undefined) {
      return;
    }
    const uriOf = (target: string, app: string) => composeSideUri(address, app, target, `${from}...${to}`);
    const sides = results
      .filter(({ state }) => state === 'ok')
      .map(({ item }) => ({
        app: item.name,
        left: item.from === undefined ? undefined : uriOf(from, item.name),
        right: item.to === undefined ? undefined : uriOf(to, item.name),
      }));
    const [only] = sides;
    if (sides.length === 1 && only?.left !== undefined && only.right !== undefined) {
      const { app, left, right } = only;
      await vscode.commands.executeCommand('vscode.diff', left, right, `${app}: ${from} ↔ ${to}`, { preview: true });
    } else if (sides.length > 0) {
      const list = sides.map(({ left, right }) => [right ?? left, left, right]);
      await vscode.commands.executeCommand('vscode.changes', title, list);
    }
    const failed = results.flatMap((result) =>
      result.state === 'failed' ? [`${result.item.name}: ${explain(result.error).message}`] : [],
    );
    if (failed.length > 0) {
      void showWarning(vscode.l10n.t('Not compared: {0}', failed.join(' ')).replace(/\s+/g, ' '));
    }
  } catch (error) {
    await showFailure(title, error, () => compareComposeFiles(services, subject));
  }
}

/** Shows what git tells of the commits between two targets, from a clone in the workspace. */
export async function showCommits(services: Services, documents: TargetDocuments, subject: unknown): Promise<void> {
  const address = await comparisonOf(services, subject);
  if (address === undefined) {
    return;
  }
  const title = vscode.l10n.t('Commits between {0} and {1}', address.subject.from, address.subject.to);
  try {
    const found = await compared(services, address);
    const changed = (found?.comparison.commits ?? []).flatMap(({ name, from, to }) =>
      from !== undefined && to !== undefined && from !== to && isCommit(from) && isCommit(to)
        ? [{ label: name, description: `${from.slice(0, 12)} → ${to.slice(0, 12)}`, from, to }]
        : [],
    );
    const [first] = changed;
    if (found === undefined || first === undefined) {
      if (found !== undefined) {
        void showInformation(vscode.l10n.t('There is no repository of which the two targets name different commits.'));
      }
      return;
    }
    const picked =
      changed.length === 1
        ? first
        : await showQuickPick(changed, {
            title: plainText(title),
            placeHolder: vscode.l10n.t('Of which repository?'),
          });
    if (picked === undefined) {
      return;
    }
    const { label: repository, from, to } = picked;
    const { commitsText } = await import('../../reports/gitLog');
    const text = await showProgress(
      { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Asking git…'), cancellable: true },
      (_, token) =>
        withSignal(token, (signal) => commitsText({ factory: address.factory, repository, from, to }, signal)),
    );
    await documents.show({ ...address, subject: { kind: 'commits', repository, from, to } }, text);
  } catch (error) {
    if ((error as Error).name !== 'AbortError') {
      await showFailure(plainText(title), error, () => showCommits(services, documents, subject));
    }
  }
}
