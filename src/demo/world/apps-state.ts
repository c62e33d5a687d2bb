/** Reports on the health of apps (docs/api.md §2.1.6). */
import { isoZulu } from '../clock';
import type { Seed } from '../random';
import type { AppsState } from './device';

const SERVICES: Partial<Record<string, string>> = { shellhttpd: 'httpd', mosquitto: 'broker', telemetry: 'agent' };

/** What a report is about. */
export interface AppsReport {
  readonly seed: Seed;
  readonly at: number;
  readonly ostree: string;
  /** App → pinned URI, of the running target. */
  readonly uris: ReadonlyMap<string, string>;
  readonly apps: readonly string[];
  /** The app that does not come up. */
  readonly unhealthy?: string;
  readonly upFor: string;
}

/** Makes a report. */
export function makeAppsState(report: AppsReport): AppsState {
  const apps: Record<string, unknown> = {};
  for (const app of report.apps) {
    const uri = report.uris.get(app) ?? '';
    const ill = app === report.unhealthy;
    const repository = uri.slice(0, uri.indexOf('@'));
    apps[app] = {
      state: ill ? 'unhealthy' : 'healthy',
      uri,
      services: [
        {
          name: SERVICES[app] ?? 'main',
          hash: report.seed.hex(64, `compose hash ${uri}`),
          state: ill ? 'restarting' : 'running',
          status: ill ? 'Restarting (1) 3 seconds ago' : `Up ${report.upFor}`,
          health: ill ? 'unhealthy' : 'healthy',
          image: `${repository}@sha256:${report.seed.hex(64, `image ${uri}`)}`,
          ...(ill ? { logs: `/bin/sh: /home/${app}/${app}.conf: not found\n${SERVICES[app] ?? app}: exiting\n` } : {}),
        },
      ],
    };
  }
  return { ostree: report.ostree, deviceTime: isoZulu(report.at), apps };
}
