import * as vscode from 'vscode';
import { parseReport, type ReportAddress, type ReportSubject } from '../reports/address';
import type { ReportState } from '../store/deviceReports';
import { asLabel } from '../ui/label';
import { showInformation } from '../ui/messages';
import { showFailure } from '../ui/notify';
import { showQuickPick } from '../ui/picks';
import { DeviceRow } from '../views/rows/deviceRow';
import type { CommandContext, Services } from './services';

/** A list read less than this ago is good enough to pick from. */
const FRESH_MS = 30_000;

type Kind = ReportSubject['kind'];

type SubjectOf<K extends Kind> = Extract<ReportSubject, { readonly kind: K }>;

/** Lets a part of what a device reported be picked; undefined where given up. */
type Chooser<K extends Kind> = (context: CommandContext, device: string) => Promise<SubjectOf<K> | undefined>;

/** What a command is about: a row, an editor, or what the user picks. Undefined where given up. */
export async function addressOf(
  services: Services,
  subject: unknown,
  kind: Kind,
  title: string,
): Promise<ReportAddress | undefined> {
  const shown = pageOf(subject);
  if (shown?.subject.kind === kind) {
    return shown;
  }
  return services.withFactory(async (context) => {
    const { connection, factory } = context;
    const named = shown?.device ?? (subject instanceof DeviceRow ? subject.device.name : undefined);
    const device = named ?? (await (await import('./pickDevice')).pickDevice(factory, title))?.name;
    const chosen = device === undefined ? undefined : await CHOOSERS[kind](context, device);
    return device === undefined || chosen === undefined
      ? undefined
      : { host: connection.client.server.key, factory: factory.name, ...shown, device, subject: chosen };
  });
}

/** The page that a row leads to, or that an editor shows. */
function pageOf(subject: unknown): ReportAddress | undefined {
  const uri = subject instanceof vscode.Uri ? subject : undefined;
  return uri === undefined ? (subject as { readonly page?: ReportAddress } | undefined)?.page : parseReport(uri);
}

const chooseUpdate: Chooser<'update'> = async ({ factory }, name) => {
  const { reports, fleet } = factory;
  const state = await reports.updates(name).get(FRESH_MS);
  const device = fleet.find(name);
  const { updateLabel, updateNotes } = await import('../views/rows/reportRowsOnDemand');
  const picked = await pickFrom(state, vscode.l10n.t('Which update of {0}?', name), ({ items }) =>
    items.map((update) => ({
      label: asLabel(updateLabel(update)),
      description: device === undefined ? '' : updateNotes(update, device, reports, false).join(' · '),
      id: update.id,
    })),
  );
  return picked && { kind: 'update', id: picked.id };
};

const chooseTest: Chooser<'test'> = async ({ factory }, name) => {
  const state = await factory.reports.tests(name).get(FRESH_MS);
  const { testLabel, testNotes } = await import('../views/rows/reportRowsOnDemand');
  const picked = await pickFrom(state, vscode.l10n.t('Which action or test of {0}?', name), ({ items }) =>
    items.map((test) => ({ label: asLabel(testLabel(test)), description: testNotes(test).join(' · '), id: test.id })),
  );
  return picked && { kind: 'test', id: picked.id };
};

const chooseArtifact: Chooser<'artifact'> = async (context, name) => {
  const test = await chooseTest(context, name);
  if (test === undefined) {
    return undefined;
  }
  const state = await context.factory.reports.test(name, test.id).get(FRESH_MS);
  const picked = await pickFrom(state, vscode.l10n.t('Which file of {0}?', name), ({ artifacts }) =>
    artifacts.map((artifact) => ({ label: asLabel(artifact), name: artifact })),
  );
  return picked && { kind: 'artifact', id: test.id, name: picked.name };
};

async function pickFrom<T, I extends vscode.QuickPickItem>(
  { value, error }: ReportState<T>,
  title: string,
  items: (value: T) => readonly I[],
): Promise<I | undefined> {
  if (value === undefined) {
    await showFailure(title, error);
    return undefined;
  }
  const shown = items(value);
  if (shown.length === 0) {
    void showInformation(vscode.l10n.t('{0} There are none.', title));
    return undefined;
  }
  return showQuickPick(shown, { title, matchOnDescription: true });
}

const CHOOSERS: { readonly [K in Kind]: Chooser<K> } = {
  details: () => Promise.resolve({ kind: 'details' }),
  json: () => Promise.resolve({ kind: 'json' }),
  health: () => Promise.resolve({ kind: 'health' }),
  update: chooseUpdate,
  test: chooseTest,
  artifact: chooseArtifact,
};
