import * as vscode from 'vscode';
import type { Sbom } from '../../model/targetDetail';
import { newestWithApp } from '../../model/newestTargets';
import type { TargetAddress, TargetSubject } from '../../reports/targetAddress';
import type { Report } from '../../store/deviceReports';
import { targetReportsOf } from '../../store/targetReports';
import { asLabel } from '../../ui/label';
import { showInformation, showProgress } from '../../ui/messages';
import { showFailure } from '../../ui/notify';
import { showQuickPick } from '../../ui/picks';
import { plainText } from '../../ui/plainText';
import { testText } from '../../ui/testWords';
import { dateTime } from '../../ui/time';
import { openText } from '../artifacts';
import { download, type Download } from '../downloading';
import type { CommandContext, Services } from '../services';
import { chosenTarget, type ChosenTarget } from './chosen';
import { compareComposeFiles, compareDevice, compareTwo, showCommits } from './compare';
import type { TargetDocuments } from './documents';
import { targetPageOf } from './page';

const FRESH_MS = 30_000;

/** The commands that show what targets are and how they differ. */
export function targetCommands(services: Services, documents: TargetDocuments) {
  const show = (kind: 'details' | 'json', title: string) => async (subject?: unknown) => {
    const chosen = await chosenTarget(services, subject, title);
    if (chosen !== undefined) {
      await documents.show(addressOf(chosen.context, { kind, target: chosen.name }));
    }
  };
  return {
    'foundries.showTargetDetails': show('details', vscode.l10n.t('Details of which target?')),
    'foundries.showTargetJson': show('json', vscode.l10n.t('Raw JSON of which target?')),
    'foundries.openComposeApp': (subject?: unknown) => openComposeApp(services, documents, subject),
    'foundries.openSbom': (subject?: unknown) => openSbom(services, documents, subject),
    'foundries.downloadSbom': (subject?: unknown, where?: unknown) => downloadSbom(services, subject, where),
    'foundries.showTargetTest': async (subject?: unknown) => {
      const found = await chooseTest(services, subject);
      if (found !== undefined) {
        const { context, version, id } = found;
        await documents.show(addressOf(context, { kind: 'test', version: String(version), id }));
      }
    },
    'foundries.openTestFile': (subject?: unknown) => openTestFile(services, documents, subject),
    'foundries.downloadTestFile': (subject?: unknown, where?: unknown) => downloadTestFile(services, subject, where),
    'foundries.compareTargets': (row?: unknown, rows?: unknown) => compareTwo(services, documents, row, rows),
    'foundries.compareDeviceWithTarget': (subject?: unknown) => compareDevice(services, documents, subject),
    'foundries.compareComposeFiles': (subject?: unknown) => compareComposeFiles(services, subject),
    'foundries.showCommits': (subject?: unknown) => showCommits(services, documents, subject),
    'foundries.refreshTargetPage': async (subject?: unknown) => {
      const uri = subject instanceof vscode.Uri ? subject : vscode.window.activeTextEditor?.document.uri;
      if (uri !== undefined && targetPageOf(uri) !== undefined) {
        await documents.refresh(uri);
      }
    },
  };
}

function addressOf({ connection, factory }: CommandContext, subject: TargetSubject): TargetAddress {
  return { host: connection.client.server.key, factory: factory.name, subject };
}

const reportsIn = ({ connection, factory }: CommandContext) => targetReportsOf(connection, factory);

/** Reads something that is picked from; what went wrong is told. Undefined where there is nothing. */
async function readToPick<T>(report: Report<T>, title: string): Promise<T | undefined> {
  const { value, error } = await showProgress({ location: vscode.ProgressLocation.Window, title }, () =>
    report.get(FRESH_MS),
  );
  if (value === undefined) {
    await showFailure(plainText(title), error);
  }
  return value;
}

async function pickFrom<I extends vscode.QuickPickItem>(items: readonly I[], title: string): Promise<I | undefined> {
  if (items.length === 0) {
    void showInformation(vscode.l10n.t('{0} There are none.', title));
    return undefined;
  }
  return showQuickPick(items, { title, matchOnDescription: true, matchOnDetail: true });
}

interface AppSubject {
  readonly app?: string | { readonly name?: unknown };
  /** Of the row of an app of a device or group. */
  readonly context?: { readonly place?: { readonly scope?: { readonly kind: string; readonly device?: string } } };
}

/** The compose file of an app: of the row of an app, of a target's row, or picked. */
async function openComposeApp(services: Services, documents: TargetDocuments, subject: unknown): Promise<void> {
  const { app, context: ofApp } = (subject ?? {}) as AppSubject;
  const name = typeof app === 'string' ? app : app?.name;
  const known = typeof name === 'string' ? name : undefined;
  const title =
    known === undefined
      ? vscode.l10n.t('A Compose app of which target?')
      : vscode.l10n.t('{0} of which target?', known);
  const target =
    known !== undefined && ofApp?.place !== undefined
      ? await targetOfApp(services, ofApp.place.scope, known)
      : undefined;
  const chosen = target ?? (await chosenTarget(services, subject, title));
  if (chosen === undefined) {
    return;
  }
  const picked = known ?? (await pickApp(chosen));
  if (picked !== undefined) {
    await documents.show(addressOf(chosen.context, { kind: 'app', target: chosen.name, app: picked }));
  }
}

/** Where an app of a device or group comes from: the target that the device runs, else the newest that has it. */
function targetOfApp(
  services: Services,
  scope: { readonly kind: string; readonly device?: string } | undefined,
  app: string,
): Promise<ChosenTarget | undefined> {
  return services.withFactory(async (context) => {
    const { fleet, targets } = context.factory;
    const running = scope?.kind === 'device' ? fleet.find(scope.device ?? '')?.target : undefined;
    if (running !== undefined && running !== '') {
      return { context, name: running, version: undefined };
    }
    const newest = newestWithApp((await targets.load()).tags, app)?.target;
    return newest && { context, name: newest.name, version: newest.version };
  });
}

async function pickApp({ context, name }: ChosenTarget): Promise<string | undefined> {
  const title = vscode.l10n.t('Which app of {0}?', name);
  const detail = await readToPick(reportsIn(context).detail(name), title);
  const items = detail?.apps.map((app) => ({
    label: asLabel(app.name),
    description: asLabel(app.uri),
    name: app.name,
  }));
  return items && (await pickFrom(items, title))?.name;
}

interface ChosenSbom extends ChosenTarget {
  readonly sbom: Sbom;
}

async function chooseSbom(services: Services, subject: unknown): Promise<ChosenSbom | undefined> {
  const page = targetPageOf(subject);
  const chosen = await chosenTarget(services, subject, vscode.l10n.t('An SBOM of which target?'));
  if (chosen === undefined) {
    return undefined;
  }
  if (subject instanceof vscode.Uri && page?.subject.kind === 'sbom') {
    return { ...chosen, sbom: page.subject };
  }
  const title = vscode.l10n.t('Which SBOM of {0}?', chosen.name);
  const sboms = await readToPick(reportsIn(chosen.context).sboms(chosen.name), title);
  const items = sboms?.map((sbom) => ({
    label: asLabel(sbom.artifact),
    description: asLabel(vscode.l10n.t('build {0}, {1}', sbom.build, sbom.run)),
    sbom,
  }));
  const picked = items && (await pickFrom(items, title));
  return picked && { ...chosen, sbom: picked.sbom };
}

async function openSbom(services: Services, documents: TargetDocuments, subject: unknown): Promise<void> {
  const chosen = await chooseSbom(services, subject);
  if (chosen === undefined) {
    return;
  }
  const { context, name, sbom } = chosen;
  const { build, run, artifact } = sbom;
  const address = addressOf(context, { kind: 'sbom', target: name, build, run, artifact });
  await openText(fileOfSbom(chosen), (text) => documents.show(address, text));
}

async function downloadSbom(services: Services, subject: unknown, where: unknown): Promise<void> {
  const chosen = await chooseSbom(services, subject);
  if (chosen !== undefined) {
    await download(fileOfSbom(chosen), where instanceof vscode.Uri ? where : undefined);
  }
}

const fileOfSbom = ({ context, name, sbom }: ChosenSbom): Download => ({
  name: sbom.artifact,
  receive: (sink, signal) => context.connection.client.receiveSbom(context.factory.name, name, sbom, sink, signal),
});

interface ChosenTest {
  readonly context: CommandContext;
  readonly version: number;
  readonly id: string;
}

/** A test that an editor shows, or one that is picked of a target's version. */
async function chooseTest(services: Services, subject: unknown): Promise<ChosenTest | undefined> {
  const page = subject instanceof vscode.Uri ? targetPageOf(subject) : undefined;
  if (page !== undefined && (page.subject.kind === 'test' || page.subject.kind === 'artifact')) {
    const connection = services.connections.forFactory(page.host, page.factory);
    const { version, id } = page.subject;
    return connection === undefined
      ? undefined
      : { context: { connection, factory: connection.factory(page.factory) }, version: Number(version), id };
  }
  const chosen = await chosenTarget(services, subject, vscode.l10n.t('A test of which target?'));
  if (chosen === undefined) {
    return undefined;
  }
  const { context, name } = chosen;
  const title = vscode.l10n.t('Which test of {0}?', name);
  const version = chosen.version ?? (await readToPick(reportsIn(context).detail(name), title))?.version;
  if (version === undefined) {
    return undefined;
  }
  const tests = await readToPick(reportsIn(context).tests(version), title);
  const items = tests?.items.map((test) => ({
    label: asLabel(test.name === '' ? test.id : test.name),
    description: asLabel(testText(test)),
    detail: asLabel(test.createdAt === undefined ? test.id : `${dateTime(test.createdAt)} · ${test.id}`),
    id: test.id,
  }));
  const picked = items && (await pickFrom(items, title));
  return picked && { context, version, id: picked.id };
}

async function chooseTestFile(
  services: Services,
  subject: unknown,
): Promise<(ChosenTest & { file: string }) | undefined> {
  const page = targetPageOf(subject);
  const test = await chooseTest(services, subject);
  if (test === undefined) {
    return undefined;
  }
  if (subject instanceof vscode.Uri && page?.subject.kind === 'artifact') {
    return { ...test, file: page.subject.name };
  }
  const title = vscode.l10n.t('Which file of the test?');
  const { version, id } = test;
  const value = await readToPick(reportsIn(test.context).test(version, id), title);
  const items = value?.artifacts.map((file) => ({ label: asLabel(file), file }));
  const picked = items && (await pickFrom(items, title));
  return picked && { ...test, file: picked.file };
}

async function openTestFile(services: Services, documents: TargetDocuments, subject: unknown): Promise<void> {
  const chosen = await chooseTestFile(services, subject);
  if (chosen === undefined) {
    return;
  }
  const { context, version, id, file } = chosen;
  const address = addressOf(context, { kind: 'artifact', version: String(version), id, name: file });
  await openText(fileOfTest(chosen), (text) => documents.show(address, text));
}

async function downloadTestFile(services: Services, subject: unknown, where: unknown): Promise<void> {
  const chosen = await chooseTestFile(services, subject);
  if (chosen !== undefined) {
    await download(fileOfTest(chosen), where instanceof vscode.Uri ? where : undefined);
  }
}

const fileOfTest = ({ context, version, id, file }: ChosenTest & { readonly file: string }): Download => ({
  name: file,
  receive: (sink, signal) =>
    context.connection.client.receiveTargetArtifact(context.factory.name, version, id, file, sink, signal),
});
