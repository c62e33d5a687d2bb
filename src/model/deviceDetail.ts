import type { Device } from './device';

/** Everything that the service tells of one device (docs/api.md §2.1.2). */
export interface DeviceDetail {
  readonly device: Device;
  readonly groupDescription: string;
  readonly mac: string;
  /** PEM; `''` where the device never sent one. */
  readonly publicKey: string;
  /** The configuration of its update client, as the device reported it. */
  readonly aktualizrToml: string;
  /** Ids of users, and times in milliseconds since the epoch. */
  readonly createdBy: string;
  readonly updatedBy: string;
  readonly updatedAt: number | undefined;
  readonly secondaries: readonly SecondaryEcu[];
  /** The configuration that it applied last; undefined where it never did. */
  readonly activeConfig: ActiveConfig | undefined;
  /** What lshw told, as it is; undefined where the device told nothing. */
  readonly hardware: unknown;
  /** The whole answer. */
  readonly raw: unknown;
}

export interface SecondaryEcu {
  readonly serial: string;
  readonly target: string;
  readonly hardwareId: string;
}

export interface ActiveConfig {
  readonly reason: string;
  readonly createdAt: number | undefined;
  readonly appliedAt: number | undefined;
  readonly files: readonly string[];
}
