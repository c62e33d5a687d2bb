import * as v from 'valibot';
import { parseTime } from '../model/device';
import type { DeviceDetail } from '../model/deviceDetail';
import { text } from './decode';
import { deviceSchema } from './devices';
import { pathOf, requestJson } from './json';
import type { Transport } from './transport';

const entrySchema = v.object({
  reason: text,
  'created-at': text,
  'applied-at': text,
  files: v.nullish(v.array(v.object({ name: text })), []),
});

const secondarySchema = v.object({ serial: text, 'target-name': text, 'hardware-id': text });

const detailSchema = v.intersect([
  v.pipe(
    deviceSchema,
    v.transform((device) => ({ device })),
  ),
  v.pipe(
    v.object({
      group: v.nullish(v.object({ description: text })),
      'network-info': v.nullish(v.object({ mac: text })),
      'public-key': text,
      'aktualizr-toml': text,
      'change-meta': v.nullish(v.object({ 'created-by': text, 'updated-by': text, 'updated-at': text })),
      'secondary-ecus': v.nullish(v.array(secondarySchema), []),
      'active-config': v.nullish(entrySchema),
      'hardware-info': v.optional(v.unknown()),
    }),
    v.transform((wire) => ({
      groupDescription: wire.group?.description ?? '',
      mac: wire['network-info']?.mac ?? '',
      publicKey: wire['public-key'],
      aktualizrToml: wire['aktualizr-toml'],
      createdBy: wire['change-meta']?.['created-by'] ?? '',
      updatedBy: wire['change-meta']?.['updated-by'] ?? '',
      updatedAt: parseTime(wire['change-meta']?.['updated-at']),
      secondaries: wire['secondary-ecus'].map((ecu) => ({
        serial: ecu.serial,
        target: ecu['target-name'],
        hardwareId: ecu['hardware-id'],
      })),
      activeConfig: activeConfig(wire['active-config'] ?? undefined),
      hardware: wire['hardware-info'] ?? undefined,
    })),
  ),
  v.pipe(
    v.unknown(),
    v.transform((raw) => ({ raw })),
  ),
]);

/**
 * Everything about one device, `GET /ota/devices/D/` (docs/api.md §2.1.2, §2.1.3).
 *
 * @throws {FactoryError} `notFound` where no device has that name
 */
export function getDeviceDetail(
  transport: Transport,
  factory: string,
  name: string,
  signal?: AbortSignal,
): Promise<DeviceDetail> {
  const path = pathOf('ota', 'devices', name);
  return requestJson(transport, { method: 'GET', path, query: { factory } }, detailSchema, signal);
}

function activeConfig(entry: v.InferOutput<typeof entrySchema> | undefined): DeviceDetail['activeConfig'] {
  return entry === undefined
    ? undefined
    : {
        reason: entry.reason,
        createdAt: parseTime(entry['created-at']),
        appliedAt: parseTime(entry['applied-at']),
        files: entry.files.map(({ name }) => name),
      };
}
