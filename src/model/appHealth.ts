import type { AppReport, AppsReport } from './apps';

/** The same state of an app in reports that follow each other. */
export interface HealthSpan {
  readonly state: string;
  /** Milliseconds since the epoch of the first report that has it; undefined where not told. */
  readonly from: number | undefined;
  /** Of the first report that has it no more; undefined where it still is so. */
  readonly to: number | undefined;
  /** Nobody knows how long it was so before: there is no older report. */
  readonly atLeast: boolean;
  /** As the newest report of the span has it. */
  readonly report: AppReport;
}

/** The health of an app as far as reports tell. */
export interface AppHealth {
  readonly name: string;
  /** Newest first; never empty. */
  readonly spans: readonly HealthSpan[];
  /** The newest report still has the app. */
  readonly present: boolean;
}

/**
 * @param reports newest first, as the service has them
 * @returns for each app how its health changed; those that are not healthy now first, then by name
 */
export function healthOverTime(reports: readonly AppsReport[]): AppHealth[] {
  const names = new Set(reports.flatMap(({ apps }) => apps.map(({ name }) => name)));
  return [...names]
    .map((name): AppHealth => {
      const spans: HealthSpan[] = [];
      let later: number | undefined;
      let previous: string | undefined;
      for (const [at, report] of reports.entries()) {
        const app = report.apps.find((candidate) => candidate.name === name);
        const last = spans.at(-1);
        const atLeast = at === reports.length - 1;
        if (app !== undefined && last !== undefined && previous === app.state) {
          spans[spans.length - 1] = { ...last, from: report.at, atLeast };
        } else if (app !== undefined) {
          spans.push({ state: app.state, from: report.at, to: at === 0 ? undefined : later, atLeast, report: app });
        }
        previous = app?.state;
        later = report.at;
      }
      const present = reports[0]?.apps.some((app) => app.name === name) ?? false;
      return { name, spans, present };
    })
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

/** @returns whether a state is one to worry about; a device may have other words than the two that are documented */
export function isHealthy(state: string): boolean {
  return state.toLowerCase() === 'healthy';
}

const rank = ({ present, spans }: AppHealth): number => (!present ? 2 : isHealthy(spans[0]?.state ?? '') ? 1 : 0);
