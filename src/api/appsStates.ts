import * as v from 'valibot';
import type { AppReport, AppsReport, ServiceReport } from '../model/apps';
import { parseTime } from '../model/device';
import { text } from './decode';
import { pathOf, requestJson } from './json';
import type { Transport } from './transport';

const serviceSchema = v.pipe(
  v.object({ name: text, state: text, status: text, health: text, image: text, logs: text }),
  v.transform((wire): ServiceReport => wire),
);

const appSchema = v.object({ state: text, uri: text, services: v.nullish(v.array(serviceSchema), []) });

const reportSchema = v.pipe(
  v.object({ deviceTime: text, apps: v.nullish(v.record(v.string(), appSchema), {}) }),
  v.transform(({ deviceTime, apps }): AppsReport => ({
    at: parseTime(deviceTime),
    apps: Object.entries(apps)
      .map(([name, app]): AppReport => ({ name, ...app }))
      .sort((a, b) => a.name.localeCompare(b.name)),
  })),
);

/** Reports that are looked through for each app; a service keeps some tens. */
const MOST_REPORTS = 200;

/**
 * What a device told of its apps, newest first, `GET /ota/devices/D/apps-states/` (docs/api.md §2.1.6).
 *
 * @throws {FactoryError} `notFound` where no device has that name
 */
export async function listAppsReports(
  transport: Transport,
  factory: string,
  device: string,
  signal?: AbortSignal,
): Promise<readonly AppsReport[]> {
  const path = pathOf('ota', 'devices', device, 'apps-states');
  const schema = v.object({ 'apps-states': v.nullish(v.array(reportSchema), []) });
  const answer = await requestJson(transport, { method: 'GET', path, query: { factory } }, schema, signal);
  return answer['apps-states'].slice(0, MOST_REPORTS);
}

/**
 * What a device last told of its apps (docs/api.md §2.1.6).
 *
 * @returns undefined where it has told nothing yet
 * @throws {FactoryError} `notFound` where no device has that name
 */
export async function newestAppsReport(
  transport: Transport,
  factory: string,
  device: string,
  signal?: AbortSignal,
): Promise<AppsReport | undefined> {
  return (await listAppsReports(transport, factory, device, signal))[0];
}
