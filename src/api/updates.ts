import * as v from 'valibot';
import { parseTime } from '../model/device';
import type { DeviceUpdate, UpdateEvent } from '../model/updates';
import { maybeFlag, number, text } from './decode';
import { requestPage, type ReportPage } from './deviceReports';
import { pathOf, requestJson } from './json';
import type { Transport } from './transport';

/** A string on the wire; a number would be no surprise. */
const version = v.pipe(
  v.nullish(v.union([v.string(), number]), ''),
  v.transform((value) => String(value)),
);

const updateSchema = v.pipe(
  v.object({ 'correlation-id': v.string(), target: text, version, time: text }),
  v.transform((wire): DeviceUpdate => ({
    id: wire['correlation-id'],
    target: wire.target,
    version: wire.version,
    time: parseTime(wire.time),
  })),
);

const eventSchema = v.pipe(
  v.object({
    deviceTime: text,
    eventType: v.nullish(v.object({ id: text })),
    event: v.nullish(v.object({ targetName: text, version, success: maybeFlag, details: text })),
  }),
  v.transform(({ deviceTime, eventType, event }): UpdateEvent => ({
    type: eventType?.id ?? '',
    time: parseTime(deviceTime),
    target: event?.targetName ?? '',
    version: event?.version ?? '',
    success: event?.success ?? undefined,
    details: event?.details ?? '',
  })),
);

/**
 * A page of the updates of a device, newest first, `GET /ota/devices/D/updates/` (docs/api.md §2.1.4).
 *
 * @throws {FactoryError}
 */
export function listUpdates(
  transport: Transport,
  factory: string,
  device: string,
  page?: number,
  signal?: AbortSignal,
): Promise<ReportPage<DeviceUpdate>> {
  const path = pathOf('ota', 'devices', device, 'updates');
  return requestPage(transport, { method: 'GET', path, query: { factory } }, 'updates', updateSchema, page, signal);
}

/**
 * What happened in an update, in the service's order, `GET /ota/devices/D/updates/<correlation-id>/` (docs/api.md
 * §2.1.5).
 *
 * @throws {FactoryError} `notFound` where the service does not keep it any more
 */
export async function listUpdateEvents(
  transport: Transport,
  factory: string,
  device: string,
  id: string,
  signal?: AbortSignal,
): Promise<readonly UpdateEvent[]> {
  const path = pathOf('ota', 'devices', device, 'updates', id);
  const schema = v.nullable(v.array(eventSchema));
  return (await requestJson(transport, { method: 'GET', path, query: { factory } }, schema, signal)) ?? [];
}
