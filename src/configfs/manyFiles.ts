import { FactoryError } from '../api/errors';
import {
  CONFIG_LIMIT_BYTES,
  configSize,
  currentFile,
  nameProblem,
  newConfigFile,
  sameOrAbsent,
  type ConfigEntry,
  type ConfigFile,
  type ConfigScope,
} from '../model/config';
import { entryKey, type EntryKey } from '../model/configHistory';
import { encryptForDevice } from '../model/encryption';
import { isUnreadable, secrecyOf, withText } from '../model/secrecy';
import { forMany, type Ended, type ForManyOptions } from '../store/forMany';
import type { ConfigAddress } from './address';
import { changeFile, type ChangeHost } from './changeFile';
import type { DocumentsHost } from './documentsHost';
import { explainedByUuid } from './identityGuard';
import { SaveRefused } from './saveRefused';

/** One of the devices that a file is for. */
export interface ManyTarget {
  /** Key of the server (`model/serverKey`). */
  readonly host: string;
  readonly scope: ConfigScope & { readonly kind: 'device' };
  /** Of the device that was chosen; the name alone may move to another. */
  readonly uuid: string;
}

/** What the file is to hold. */
export type ManyContent =
  | { readonly kind: 'plain'; readonly value: string }
  /** Encrypted for each device with its own key. */
  | { readonly kind: 'secret'; readonly value: Uint8Array };

/** One file for many devices. */
export interface ManyChange {
  readonly file: string;
  readonly content: ManyContent;
  /** Handler on devices that do not have the file; the others keep theirs. */
  readonly newHandler: readonly string[] | undefined;
}

/** What is to happen on one device, decided on its configuration as it was read. */
export type DevicePlan = {
  readonly target: ManyTarget;
  readonly address: ConfigAddress;
  /** The file as it is there. */
  readonly seen: ConfigFile | undefined;
  /** The newest entry, read by the device's uuid; undefined where the configuration was never changed, or not read. */
  readonly entry: EntryKey | undefined;
} & (
  | { readonly step: 'create' | 'change' | 'same' }
  /** Nothing can be sent, and why. */
  | { readonly step: 'refused'; readonly error: unknown }
);

export type ManyState =
  | 'done'
  /** The device had exactly that already: nothing was sent. */
  | 'unchanged'
  /** The file is not what the preview showed: nothing was sent. */
  | 'conflict'
  | 'failed'
  /** Not begun. */
  | 'skipped';

export interface DeviceResult {
  readonly plan: DevicePlan;
  readonly state: ManyState;
  /** Why it is not done. */
  readonly error?: unknown;
}

/** The configuration of a device as it was read. */
export type DeviceRead = Ended<ManyTarget, readonly ConfigEntry[]>;

type ManyHost = Pick<DocumentsHost, 'openText' | 'fetchKey'> & ChangeHost;

/** How it is run; what stops it is decided here. */
export type ManyRun = Omit<ForManyOptions, 'stopsAt'>;

/**
 * One file on many devices, as a compare-and-swap for each of them: what is sent replaces what the preview showed, and
 * nothing else.
 */
export class ManyFiles {
  private readonly host: ManyHost;

  constructor(host: ManyHost) {
    this.host = host;
  }

  /**
   * Looks up the names that devices have by now: some were chosen days ago, or before a failure. One GET each.
   *
   * @returns each in its place; one that is no more, or cannot be looked up, as it was: reading it tells why
   */
  async located(targets: readonly ManyTarget[], run: ManyRun): Promise<ManyTarget[]> {
    const task = async ({ host, scope, uuid }: ManyTarget) => this.host.locate?.(host, scope, uuid);
    const found = await forMany(targets, task, { ...run, stopsAt: isEnd });
    return found.map((end) => {
      const { item } = end;
      const name = end.state === 'ok' ? end.value : undefined;
      return name === undefined ? item : { ...item, scope: { ...item.scope, device: name } };
    });
  }

  /**
   * Reads the configuration of each device by its uuid, so that what is read is its own whatever its name is by now: one GET
   * each, none where it was read less than `maxAgeMs` ago.
   *
   * @returns how it ended for each; never rejects
   */
  read(targets: readonly ManyTarget[], maxAgeMs: number, run: ManyRun): Promise<DeviceRead[]> {
    const task = async ({ host, scope, uuid }: ManyTarget) => {
      const configs = this.host.configs(host, scope);
      const place = { host, scope, file: '' };
      if (configs === undefined) {
        throw new SaveRefused('signedOut', place);
      }
      const snapshot = await configs.getOf(scope, uuid, maxAgeMs).catch(async (error: unknown) => {
        throw await explainedByUuid(this.host, place, uuid, error);
      });
      return snapshot.entries;
    };
    return forMany(targets, task, { ...run, stopsAt: isEnd });
  }

  /**
   * @returns what would happen on each device: a plain text that is there already, but marked as encrypted, is sent again as
   *   plain text. Sends nothing and asks nothing.
   */
  plan(reads: readonly DeviceRead[], change: ManyChange): DevicePlan[] {
    return reads.map((read): DevicePlan => {
      const { item: target } = read;
      const address = { host: target.host, scope: target.scope, file: change.file };
      if (read.state !== 'ok') {
        return { target, address, seen: undefined, entry: undefined, step: 'refused', error: read.error };
      }
      const [latest] = read.value;
      const seen = currentFile(read.value, change.file);
      const found = { target, address, seen, entry: latest && entryKey(latest) };
      const refusal = this.refusal(address, change, latest, seen);
      if (refusal !== undefined) {
        return { ...found, step: 'refused', error: refusal };
      }
      if (seen === undefined) {
        return { ...found, step: 'create' };
      }
      const isSame =
        change.content.kind === 'plain' && sameOrAbsent(seen, plainFile(change, change.content.value, seen));
      return { ...found, step: isSame ? 'same' : 'change' };
    });
  }

  /**
   * Sends to each device what was planned: one GET and one PATCH, for a secret one GET more. What is not to be sent costs no
   * request. Ends at the first device for which the token is refused.
   *
   * @returns how it ended for each, in their order; never rejects
   */
  async send(plans: readonly DevicePlan[], change: ManyChange, reason: string, run: ManyRun): Promise<DeviceResult[]> {
    const due = plans.filter(isDue);
    const ended = await forMany(due, (plan) => this.sendOne(plan, change, reason), { ...run, stopsAt: isEnd });
    const results = new Map(ended.map((end) => [end.item, resultOf(end)]));
    return plans.map((plan): DeviceResult => {
      if (plan.step === 'refused') {
        return { plan, state: 'failed', error: plan.error };
      }
      return results.get(plan) ?? { plan, state: 'unchanged' };
    });
  }

  private async sendOne(plan: DevicePlan, change: ManyChange, reason: string): Promise<'done' | 'unchanged'> {
    const { address, target, seen } = plan;
    const { content } = change;
    const meant = { uuid: target.uuid, entry: plan.entry };
    const fileFor =
      content.kind === 'secret'
        ? await this.sealed(plan, change, content.value)
        : (current: ConfigFile | undefined) => plainFile(change, content.value, current);
    const { isSent } = await changeFile(this.host, {
      address,
      meant,
      kind: 'put',
      wasThere: seen !== undefined,
      reason,
      compare: (current) =>
        sameOrAbsent(current, fileFor(current)) ? 'done' : sameOrAbsent(current, seen) ? 'asSeen' : 'changed',
      make: (current, latest) => {
        const refusal = this.refusal(address, change, latest[0], current);
        if (refusal !== undefined) {
          throw refusal;
        }
        return { kind: 'put', file: fileFor(current) };
      },
    });
    return isSent ? 'done' : 'unchanged';
  }

  /**
   * @returns what makes the file with the secret, encrypted with the device's key as it is now
   * @throws {SaveRefused} `otherDevice`
   * @throws {DeviceKeyError} before the configuration is touched
   */
  private async sealed(
    { target, address }: DevicePlan,
    { file, newHandler }: ManyChange,
    secret: Uint8Array,
  ): Promise<(current: ConfigFile | undefined) => ConfigFile> {
    const { host, scope, uuid } = target;
    const key = await this.host.fetchKey(host, scope, uuid).catch(async (error: unknown) => {
      throw await explainedByUuid(this.host, address, uuid, error);
    });
    if (key === undefined) {
      throw new SaveRefused('signedOut', address);
    }
    const value = encryptForDevice(key.publicKey, secret);
    return (current) => ({
      name: file,
      value,
      unencrypted: false,
      onChanged: current === undefined ? newHandler : current.onChanged,
    });
  }

  private refusal(
    address: ConfigAddress,
    { content }: ManyChange,
    latest: ConfigEntry | undefined,
    current: ConfigFile | undefined,
  ): SaveRefused | undefined {
    if (nameProblem(address.file) !== undefined) {
      return new SaveRefused('badName', address);
    }
    const open = this.host.openText(address);
    if (this.host.hasUnsentText?.(address) === true && (content.kind === 'secret' || open?.text !== content.value)) {
      // It would be left in an editor whose file is another by then.
      return new SaveRefused('unsent', address);
    }
    if (content.kind === 'secret') {
      return undefined;
    }
    if (current !== undefined && isUnreadable(address.scope, current)) {
      return new SaveRefused('secretThere', address);
    }
    return tooLarge(address, latest, newConfigFile(address.file, content.value));
  }
}

/** @returns whether something is to be sent */
export function isDue({ step }: DevicePlan): boolean {
  return step === 'create' || step === 'change';
}

/** @returns whether text that is marked as encrypted, which keeps the device from taking any file, is put right by the change */
export function isMended(plan: DevicePlan): boolean {
  return plan.step === 'change' && plan.seen !== undefined && secrecyOf(plan.target.scope, plan.seen) === 'exposed';
}

/** @returns whether it is worth another try */
export function isOpen({ state }: DeviceResult): boolean {
  return state === 'failed' || state === 'conflict' || state === 'skipped';
}

/** @returns whether a plan, made anew, would do what the user agreed to with an earlier one */
export function isAsShown(plan: DevicePlan, before: DevicePlan): boolean {
  return !isDue(plan) || (isDue(before) && sameOrAbsent(plan.seen, before.seen));
}

/**
 * @param most plans at most
 * @param mostBytes of the values on both sides, at most
 * @returns plans for a preview, in their order, when not all can be shown: one of each kind of change before a second of any
 */
export function forPreview(
  plans: readonly DevicePlan[],
  change: ManyChange,
  most: number,
  mostBytes: number,
): DevicePlan[] {
  const kinds = new Set<string>();
  const [first, further]: [DevicePlan[], DevicePlan[]] = [[], []];
  for (const plan of plans.filter(isDue)) {
    const kind = JSON.stringify(plan.seen ?? null);
    (kinds.has(kind) ? further : first).push(plan);
    kinds.add(kind);
  }
  const size = change.content.kind === 'plain' ? Buffer.byteLength(change.content.value, 'utf8') : 0;
  const chosen = new Set<DevicePlan>();
  let bytes = 0;
  for (const plan of [...first, ...further].slice(0, most)) {
    bytes += size + Buffer.byteLength(plan.seen?.value ?? '', 'utf8');
    if (chosen.size > 0 && bytes > mostBytes) {
      break;
    }
    chosen.add(plan);
  }
  return plans.filter((plan) => chosen.has(plan));
}

/** With a token that the service refuses, every further request would be refused too. */
const isEnd = (error: unknown): boolean => error instanceof FactoryError && error.kind === 'unauthorized';

function resultOf(end: Ended<DevicePlan, 'done' | 'unchanged'>): DeviceResult {
  const plan = end.item;
  switch (end.state) {
    case 'ok':
      return { plan, state: end.value };
    case 'skipped':
      return { plan, state: 'skipped', error: end.error };
    case 'failed': {
      const { error } = end;
      const isConflict = error instanceof SaveRefused && (error.kind === 'changed' || error.kind === 'exists');
      return { plan, state: isConflict ? 'conflict' : 'failed', error };
    }
  }
}

function plainFile({ file, newHandler }: ManyChange, value: string, current: ConfigFile | undefined): ConfigFile {
  return current === undefined
    ? { name: file, value, unencrypted: true, onChanged: newHandler }
    : withText({ kind: 'device' }, current, value);
}

function tooLarge(address: ConfigAddress, latest: ConfigEntry | undefined, file: ConfigFile): SaveRefused | undefined {
  const size = configSize(latest, file);
  return size > CONFIG_LIMIT_BYTES
    ? new SaveRefused('tooLarge', address, { size, limit: CONFIG_LIMIT_BYTES })
    : undefined;
}
