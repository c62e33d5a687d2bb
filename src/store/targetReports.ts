import type { FactoryClient } from '../api/client';
import type { ReportPage } from '../api/deviceReports';
import type { DeviceTest } from '../model/deviceTests';
import { LastUsed } from '../model/lastUsed';
import type { ComposeAppContent, Sbom, TargetDetail } from '../model/targetDetail';
import type { Connection, FactoryData } from './connections';
import { Report } from './deviceReports';

/** Things that are kept, of all targets together. */
const MOST_KEPT = 200;

const made = new WeakMap<FactoryData, TargetReports>();

/** @returns what is known of single targets of a Factory, the same for all who ask */
export function targetReportsOf(connection: Connection, factory: FactoryData): TargetReports {
  let reports = made.get(factory);
  if (reports === undefined) {
    reports = new TargetReports(connection.client, factory.name);
    made.set(factory, reports);
  }
  return reports;
}

/** What the service tells about single targets: fetched when somebody looks, once for all who look at the same time. */
export class TargetReports {
  private readonly client: FactoryClient;
  private readonly factory: string;
  private readonly kept = new LastUsed<unknown>(MOST_KEPT);

  constructor(client: FactoryClient, factory: string) {
    this.client = client;
    this.factory = factory;
  }

  detail(target: string): Report<TargetDetail> {
    return this.keep(
      ['detail', target],
      () => new Report((signal) => this.client.getTargetDetail(this.factory, target, signal), never),
    );
  }

  /** The content of an app; one that could be read cannot change, as its digest is in its address. */
  app(target: string, app: string): Report<ComposeAppContent> {
    return this.keep(['app', target, app], () => {
      const fetch = (signal?: AbortSignal) => this.client.getComposeApp(this.factory, target, app, signal);
      return new Report(fetch, never, ({ error, spec }) => error === '' && spec !== undefined);
    });
  }

  sboms(target: string): Report<readonly Sbom[]> {
    return this.keep(
      ['sboms', target],
      () => new Report((signal) => this.client.listSboms(this.factory, target, signal), never),
    );
  }

  /** The newest tests of a version; how many there are in all is told. */
  tests(version: number): Report<ReportPage<DeviceTest>> {
    return this.keep(
      ['tests', String(version)],
      () => new Report((signal) => this.client.listTargetTests(this.factory, version, undefined, signal), never),
    );
  }

  test(version: number, id: string): Report<DeviceTest> {
    return this.keep(['test', String(version), id], () => {
      const fetch = (signal?: AbortSignal) => this.client.getTargetTest(this.factory, version, id, signal);
      return new Report(fetch, never, ({ completedAt }) => completedAt !== undefined);
    });
  }

  /** @param what names the report; its first word its type */
  private keep<R>(what: readonly string[], make: () => R): R {
    const key = JSON.stringify(what);
    const report = (this.kept.get(key) as R | undefined) ?? make();
    this.kept.set(key, report);
    return report;
  }
}

const never = (): boolean => false;
