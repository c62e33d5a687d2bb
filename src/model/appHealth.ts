import type { AppReport, AppsReport, ServiceReport } from './apps';

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
  const byName = reports.map(({ apps }) => new Map(apps.map((app) => [app.name, app])));
  const names = new Set(byName.flatMap((apps) => [...apps.keys()]));
  return [...names]
    .map((name): AppHealth => {
      const spans: HealthSpan[] = [];
      let later: number | undefined;
      let previous: string | undefined;
      for (const [at, report] of reports.entries()) {
        const app = byName[at]?.get(name);
        const last = spans.at(-1);
        const atLeast = at === reports.length - 1;
        const state = app && appHealth(app);
        if (app !== undefined && last !== undefined && previous === state) {
          spans[spans.length - 1] = { ...last, from: report.at, atLeast };
        } else if (app !== undefined && state !== undefined) {
          spans.push({ state, from: report.at, to: at === 0 ? undefined : later, atLeast, report: app });
        }
        previous = state;
        later = report.at;
      }
      const present = byName[0]?.has(name) ?? false;
      return { name, spans, present };
    })
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

/** How a service of an app does. */
export type ServiceCondition =
  /** It runs, or it did its work and ended with 0. */
  | 'fine'
  /** Its health check has not passed yet. */
  | 'starting'
  /** It does not run, though nothing says that it failed: it is restarting, paused, or not started. */
  | 'stopped'
  | 'failed';

/**
 * @returns how a service does, from Docker's words (docs/api.md §2.1.6). fioup sends no health for a service without a check, so its
 *   state decides; one that restarts does not run, whatever its last check said
 */
export function serviceCondition({ state, status, health }: ServiceReport): ServiceCondition {
  switch (state.toLowerCase()) {
    case 'restarting':
    case 'paused':
    case 'created':
    case 'removing':
      return 'stopped';
    case 'exited':
      return /^exited \(0\)/i.test(status) || (health.toLowerCase() === 'healthy' && !/^exited \(/i.test(status))
        ? 'fine'
        : 'failed';
    case 'dead':
      return 'failed';
  }
  switch (health.toLowerCase()) {
    case 'unhealthy':
      return 'failed';
    case 'starting':
      return 'starting';
    case 'healthy':
      return 'fine';
  }
  return ['running', ''].includes(state.toLowerCase()) ? 'fine' : 'stopped';
}

/**
 * @returns the device's word for an app; `starting` where it calls the app unhealthy only because a service has not passed its check
 *   yet, as aktualizr-lite does
 */
export function appHealth({ state, services }: AppReport): string {
  const conditions = new Set(services.map(serviceCondition));
  const isStarting = conditions.has('starting') && !conditions.has('failed') && !conditions.has('stopped');
  return state.toLowerCase() === 'unhealthy' && isStarting ? 'starting' : state;
}

/** @returns whether a state is one to worry about; a device may have other words than the two that are documented */
export function isHealthy(state: string): boolean {
  return state.toLowerCase() === 'healthy';
}

const rank = ({ present, spans }: AppHealth): number => (!present ? 2 : isHealthy(spans[0]?.state ?? '') ? 1 : 0);
