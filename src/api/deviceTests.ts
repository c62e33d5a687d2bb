import * as v from 'valibot';
import type { DeviceTest } from '../model/deviceTests';
import { number, text, texts } from './decode';
import { requestPage, type ReportPage } from './deviceReports';
import type { DeviceName } from './devices';
import { pathOf, requestJson } from './json';
import type { Sink, Transport } from './transport';

/** The last moment that a date can hold, in milliseconds. */
const LAST_MOMENT = 8.64e15;

/** Seconds since the epoch with a fraction, 0 when unset. */
const seconds = v.pipe(
  v.nullish(number, 0),
  v.transform((value) => (value > 0 && value * 1000 <= LAST_MOMENT ? Math.round(value * 1000) : undefined)),
);

const resultSchema = v.object({ name: text, status: text, details: text });

/** A test as the service tells it (docs/api.md §2.1.7). */
export const testSchema = v.pipe(
  v.object({
    name: text,
    'test-id': v.string(),
    status: text,
    details: text,
    'created-on': seconds,
    'completed-on': seconds,
    results: v.nullish(v.array(resultSchema), []),
    artifacts: texts,
  }),
  v.transform((wire): DeviceTest => ({
    id: wire['test-id'],
    name: wire.name,
    status: wire.status,
    details: wire.details,
    createdAt: wire['created-on'],
    completedAt: wire['completed-on'],
    results: wire.results,
    artifacts: wire.artifacts,
  })),
);

/** A file that a test left. */
export interface Artifact {
  readonly factory: string;
  readonly device: string;
  readonly test: string;
  /** May hold slashes. */
  readonly name: string;
}

/**
 * A page of the tests of a device, without their results, `GET /ota/devices/D/tests/` (docs/api.md §2.1.7).
 *
 * @throws {FactoryError}
 */
export function listTests(
  transport: Transport,
  factory: string,
  device: string,
  page?: number,
  signal?: AbortSignal,
): Promise<ReportPage<DeviceTest>> {
  const path = pathOf('ota', 'devices', device, 'tests');
  return requestPage(transport, { method: 'GET', path, query: { factory } }, 'tests', testSchema, page, signal);
}

/**
 * One test with its results, `GET /ota/devices/D/tests/<test-id>` (docs/api.md §2.1.7; §3.6: without a slash at the
 * end).
 *
 * @throws {FactoryError} `notFound` also where the device has not begun it yet (§4.5)
 */
export function getTest(
  transport: Transport,
  factory: string,
  device: DeviceName,
  id: string,
  signal?: AbortSignal,
): Promise<DeviceTest> {
  const [name, query] = typeof device === 'string' ? [device, { factory }] : [device.uuid, { factory, 'by-uuid': 1 }];
  const path = withoutSlash(pathOf('ota', 'devices', name, 'tests', id));
  return requestJson(transport, { method: 'GET', path, query }, testSchema, signal);
}

/**
 * The bytes of an artifact as they come in, `GET /ota/devices/D/tests/<test-id>/<artifact>` (docs/api.md §2.1.7).
 * They may come from another host, which gets no token (docs/api.md §2.7.8).
 *
 * @returns how many bytes there were
 * @throws {FactoryError}
 * @throws {RangeError} for a name that would lead to another address
 */
export function receiveArtifact(
  transport: Transport,
  { factory, device, test, name }: Artifact,
  sink: Sink,
  signal?: AbortSignal,
): Promise<number> {
  const path = withoutSlash(pathOf('ota', 'devices', device, 'tests', test, ...name.split('/')));
  return transport.receive({ method: 'GET', path, query: { factory }, accept: '*/*', isFile: true }, sink, signal);
}

const withoutSlash = (path: string): string => path.replace(/\/$/, '');
