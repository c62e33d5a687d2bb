import * as vscode from 'vscode';
import { FactoryError } from '../api/errors';
import { compareTargets } from '../model/targetComparison';
import { webPages } from '../model/targetDetail';
import type { Connection, Connections, FactoryData } from '../store/connections';
import type { Report, ReportState } from '../store/deviceReports';
import { targetReportsOf, type TargetReports } from '../store/targetReports';
import { explain } from '../ui/errorText';
import { serverLabel } from '../ui/hostLabel';
import { oneLine } from '../ui/reportText';
import { staleText } from '../ui/staleText';
import { receivedText, withSignal } from './artifactText';
import { asJson } from './jsonText';
import { placeLinks, type LinkedPage, type PlacedLink } from './pageLinks';
import { formatTarget, parseTarget, type TargetAddress, type TargetSubject } from './targetAddress';

/** What a page that is opened again may be made from without asking. */
const FRESH_MS = 30_000;

/** Where the pages take their facts from. */
export interface TargetPageSource {
  ready(): Promise<void>;
  readonly connections: Pick<Connections, 'forFactory'>;
}

/** What a page says, and whether it waits for somebody to sign in. */
interface Made extends LinkedPage {
  readonly waits?: boolean;
}

/** The texts of read-only documents about targets. Plain text, for the same reasons as those about devices. */
export class TargetPages {
  private readonly source: TargetPageSource;
  private readonly links = new Map<string, LinkedPage['links']>();
  /** Pages that are to be asked for again, whatever is still known. */
  private readonly forced = new Set<string>();
  /** Texts that were read just now, for the pages that are about to show them. */
  private readonly read = new Map<string, string>();
  /** Pages that wait for somebody to sign in. */
  readonly waiting = new Set<string>();

  constructor(source: TargetPageSource) {
    this.source = source;
  }

  /** The next text of this page is asked for, whatever its age. */
  force(uri: vscode.Uri): void {
    this.forced.add(uri.toString());
  }

  /** Gives the text of a page that was read just now. */
  give(uri: vscode.Uri, text: string): void {
    this.read.set(uri.toString(), text);
  }

  /** The page shows what it was given; from now on it is asked for. */
  taken(uri: vscode.Uri): void {
    this.read.delete(uri.toString());
  }

  forget(uri: vscode.Uri): void {
    const key = uri.toString();
    this.links.delete(key);
    this.forced.delete(key);
    this.read.delete(key);
    this.waiting.delete(key);
  }

  /** @returns the text of a page, or a sentence in its place that says why there is none; never rejects */
  async text(uri: vscode.Uri, token?: vscode.CancellationToken): Promise<string> {
    const key = uri.toString();
    const given = this.read.get(key);
    if (given !== undefined) {
      return given;
    }
    const maxAge = this.forced.delete(key) ? Number.NEGATIVE_INFINITY : FRESH_MS;
    const { text, links, waits } = await this.make(uri, maxAge, token);
    this.links.set(key, links);
    if (waits === true) {
      this.waiting.add(key);
    } else {
      this.waiting.delete(key);
    }
    return text;
  }

  /** @returns where a page that is shown leads to */
  linksIn(document: vscode.TextDocument): PlacedLink[] {
    return placeLinks(document.getText().replace(/\r\n/g, '\n'), this.links.get(document.uri.toString()) ?? []);
  }

  private async make(uri: vscode.Uri, maxAge: number, token: vscode.CancellationToken | undefined): Promise<Made> {
    const address = parseTarget(uri);
    if (address === undefined) {
      return plain(vscode.l10n.t('This is not the address of a page about a target.'));
    }
    try {
      await this.source.ready();
      const connection = this.source.connections.forFactory(address.host, address.factory);
      if (connection === undefined) {
        const text = vscode.l10n.t('Not signed in to {0}: this page appears when you are.', serverLabel(address.host));
        return { ...plain(text), waits: true };
      }
      return await withSignal(token, (signal) =>
        pageOf(address, connection, connection.factory(address.factory), maxAge, signal),
      );
    } catch (error) {
      const words = vscode.l10n.t(
        '{0}: this could not be read. {1} Refresh tries again.',
        titleOf(address.subject),
        explain(error).message,
      );
      return plain(oneLine(words));
    }
  }
}

/** @returns the URI of a page, with a name for its tab */
export function targetPageUri(address: TargetAddress): vscode.Uri {
  return vscode.Uri.from(formatTarget(address, titleOf(address.subject)));
}

/**
 * @returns the URI of the compose file of an app of a target, as a side of a comparison: both sides have one path, so that
 *   they read as one file that changed
 */
export function composeSideUri(
  { host, factory }: TargetAddress,
  app: string,
  target: string,
  both: string,
): vscode.Uri {
  const subject = { kind: 'app', target, app } as const;
  return vscode.Uri.from(formatTarget({ host, factory, subject }, oneLine(app), both));
}

/** @returns a page in words, for its tab and for messages */
export function titleOf(subject: TargetSubject): string {
  return oneLine(wordsOf(subject));
}

function wordsOf(subject: TargetSubject): string {
  switch (subject.kind) {
    case 'details':
      return vscode.l10n.t('{0} (details)', subject.target);
    case 'json':
      return `${subject.target}.json`;
    case 'app':
      return vscode.l10n.t('{0} ({1})', subject.app, subject.target);
    case 'comparison':
      return vscode.l10n.t('{0} → {1}', subject.from, subject.to);
    case 'commits':
      return vscode.l10n.t('{0} ({1} → {2})', subject.repository, subject.from.slice(0, 8), subject.to.slice(0, 8));
    case 'sbom':
      return subject.artifact.split('/').slice(-2).join(' ');
    case 'test':
      return vscode.l10n.t('test {0} of version {1}', subject.id.slice(0, 8), subject.version);
    case 'artifact':
      return subject.name.split('/').at(-1) ?? subject.name;
  }
}

const plain = (text: string): LinkedPage => ({ text, links: [] });

async function pageOf(
  { host, factory: name, subject }: TargetAddress,
  connection: Connection,
  factory: FactoryData,
  maxAge: number,
  signal: AbortSignal,
): Promise<LinkedPage> {
  const reports = targetReportsOf(connection, factory);
  const { client } = connection;
  switch (subject.kind) {
    case 'details':
      return detailsPage(host, name, reports, subject.target, maxAge);
    case 'comparison':
      return comparisonPage(host, name, reports, subject, maxAge);
    case 'json':
      return plain(asJson((await loaded(reports.detail(subject.target), maxAge)).value.raw));
    case 'app': {
      const { value } = await loaded(reports.app(subject.target, subject.app), maxAge);
      const { composeText } = await import('./targetTexts');
      return plain(composeText(subject.app, value));
    }
    case 'commits': {
      const { commitsText } = await import('./gitLog');
      return plain(await commitsText({ ...subject, factory: name }, signal));
    }
    case 'test': {
      const { value, stale } = await loaded(reports.test(Number(subject.version), subject.id), maxAge);
      const { testPageText } = await import('./texts');
      return plain(testPageText({ device: vscode.l10n.t('version {0}', subject.version), test: value, stale }));
    }
    case 'sbom':
      return plain(
        await receivedText((sink, stop) => client.receiveSbom(name, subject.target, subject, sink, stop), signal),
      );
    case 'artifact': {
      const { version, id, name: file } = subject;
      return plain(
        await receivedText(
          (sink, stop) => client.receiveTargetArtifact(name, Number(version), id, file, sink, stop),
          signal,
        ),
      );
    }
  }
}

async function detailsPage(
  host: string,
  factory: string,
  reports: TargetReports,
  target: string,
  maxAge: number,
): Promise<LinkedPage> {
  const [{ value: detail, stale }, sboms, { targetText }] = await Promise.all([
    loaded(reports.detail(target), maxAge),
    partOf(reports.sboms(target), maxAge, []),
    import('./targetTexts'),
  ]);
  const none = { items: [], total: 0, nextPage: undefined };
  const tests = Number.isSafeInteger(detail.version)
    ? await partOf(reports.tests(detail.version), maxAge, none)
    : { value: none };
  return targetText({ detail, stale, tests, sboms, pages: webPages(host, factory), now: Date.now() });
}

async function comparisonPage(
  host: string,
  factory: string,
  reports: TargetReports,
  { from, to, device }: Extract<TargetSubject, { readonly kind: 'comparison' }>,
  maxAge: number,
): Promise<LinkedPage> {
  const [before, after, { comparisonText }] = await Promise.all([
    loaded(reports.detail(from), maxAge),
    loaded(reports.detail(to), maxAge),
    import('./targetTexts'),
  ]);
  return comparisonText({
    comparison: compareTargets(before.value, after.value),
    device,
    stale: before.stale || after.stale,
    pages: webPages(host, factory),
  });
}

/** @throws what went wrong, where there is nothing that could be shown */
async function loaded<T>(report: Report<T>, maxAge: number): Promise<{ readonly value: T; readonly stale: string }> {
  const state: ReportState<T> = await report.get(maxAge);
  if (state.value === undefined) {
    throw state.error;
  }
  return { value: state.value, stale: staleText(state) };
}

/** A part of a page that does without it. @param none what there is where the service knows nothing of the kind */
async function partOf<T>(
  report: Report<T>,
  maxAge: number,
  none: T,
): Promise<{ readonly value: T } | { readonly problem: string }> {
  const { value, error } = await report.get(maxAge);
  return value !== undefined
    ? { value }
    : error instanceof FactoryError && error.kind === 'notFound'
      ? { value: none }
      : { problem: explain(error).message };
}
