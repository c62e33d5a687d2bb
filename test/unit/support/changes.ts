import type { ConfigAddress } from '../../../src/configfs/address';
import { complete } from '../../../src/configfs/completing';
import type { ApprovalDetails } from '../../../src/configfs/documentsHost';
import { restoreAll as restoreAllOf, restoreFiles } from '../../../src/configfs/restoring';
import type { ConfigEntry, ConfigFile, ConfigReplacement, ConfigScope } from '../../../src/model/config';
import { changesBetween, entryKey, fileOf } from '../../../src/model/configHistory';
import { ConfigStore, type ConfigSnapshot, type ConfigStoreOptions } from '../../../src/store/configStore';
import type { Overwritten } from '../../../src/store/overwritten';
import { FACTORY, type TestFactory } from './factory';

/** Of the world around changes, what a test may want otherwise. */
export interface TestHostOptions {
  /** What a list of devices has told. */
  readonly uuidOf?: (device: string) => string | undefined;
  /** What a list of groups has told. */
  readonly groupOf?: (group: string) => number | undefined;
  /** Whether an editor holds unsent text. */
  readonly unsent?: (address: ConfigAddress) => boolean;
  /** Runs while the user is asked. */
  readonly approve?: (address: ConfigAddress, details: ApprovalDetails | undefined) => Promise<string>;
  readonly store?: ConfigStoreOptions;
}

/** @returns what changes of configuration files need around them: a window without editors, whose user agrees to all */
export function testHost(
  factory: TestFactory,
  { uuidOf = () => undefined, groupOf = () => undefined, unsent = () => false, approve, store }: TestHostOptions = {},
) {
  const { client } = factory;
  const configs = new ConfigStore(client, {
    uuidOf: ({ device }) => uuidOf(device),
    groupOf: ({ group }) => groupOf(group),
    checkAfterMs: 0,
    ...store,
  });
  const host = {
    configs: () => configs,
    knownUuid: (_host: string, scope: ConfigScope) => (scope.kind === 'device' ? uuidOf(scope.device) : undefined),
    fetchUuid: async (_host: string, scope: ConfigScope) =>
      scope.kind === 'device' ? (await client.getDevice(FACTORY, scope.device)).uuid : undefined,
    knownGroup: (_host: string, scope: ConfigScope) => (scope.kind === 'group' ? groupOf(scope.group) : undefined),
    fetchGroup: async (_host: string, scope: ConfigScope) =>
      scope.kind === 'group'
        ? (await client.listGroups(FACTORY)).find(({ name }) => name === scope.group)?.id
        : undefined,
    locate: async (_host: string, _scope: ConfigScope, uuid: string) =>
      (await client.listDevices({ factory: FACTORY, uuid, limit: 10 })).devices[0]?.name,
    fetchKey: (_host: string, scope: ConfigScope & { readonly kind: 'device' }, uuid: string | undefined) =>
      client.getDeviceKey(FACTORY, uuid === undefined ? scope.device : { uuid }),
    hasUnsentText: unsent,
    openText: () => undefined,
    check: () => Promise.resolve(),
    approve: (address: ConfigAddress, _isNew: boolean, details?: ApprovalDetails) =>
      approve?.(address, details) ?? Promise.resolve('why'),
  };
  return { configs, host };
}

/**
 * Hears of what writes have replaced, and brings back what belongs to them, as a window does.
 *
 * @param tell told of what the user is to decide
 * @param unsent whether an editor holds unsent text
 */
export function followOverwritten(
  store: ConfigStore,
  tell: (overwritten: Overwritten) => void,
  unsent: (address: ConfigAddress) => boolean = () => false,
): void {
  const { host } = around(store, { kind: 'factory', factory: FACTORY }, undefined);
  const known = () => ({ names: undefined, before: '', hasTargets: () => Promise.resolve(undefined) });
  store.onDidOverwrite((overwritten) => {
    if (overwritten.completion === undefined) {
      tell(overwritten);
      return;
    }
    void complete({ ...host, hasUnsentText: unsent }, 'h', overwritten, known).then((isDone) =>
      isDone ? undefined : tell(overwritten),
    );
  });
}

/** Around a restore that is told of no device: the history alone has to lead back to what was seen. */
function around(store: ConfigStore, scope: ConfigScope, newest: ConfigEntry | undefined) {
  const host = {
    configs: () => store,
    knownUuid: () => undefined,
    fetchUuid: () => Promise.resolve(undefined),
  };
  const meant = { entry: newest && entryKey(newest) };
  return { host, seen: { place: { host: 'h', scope }, meant, newest } };
}

export async function restoreAll(
  store: ConfigStore,
  scope: ConfigScope,
  set: ConfigReplacement,
  newest: ConfigEntry | undefined,
): Promise<ConfigSnapshot> {
  const { host, seen } = around(store, scope, newest);
  await restoreAllOf(host, seen, set);
  return store.peek(scope)!;
}

export async function restoreOne(
  store: ConfigStore,
  scope: ConfigScope,
  { reason, file }: { readonly reason: string; readonly file: ConfigFile },
  newest: ConfigEntry | undefined,
): Promise<void> {
  await restoreFile(store, scope, { name: file.name, reason, after: file }, newest);
}

export async function removeOne(
  store: ConfigStore,
  scope: ConfigScope,
  { reason, name }: { readonly reason: string; readonly name: string },
  newest: ConfigEntry | undefined,
): Promise<void> {
  await restoreFile(store, scope, { name, reason, after: undefined }, newest);
}

async function restoreFile(
  store: ConfigStore,
  scope: ConfigScope,
  { name, reason, after }: { readonly name: string; readonly reason: string; readonly after: ConfigFile | undefined },
  newest: ConfigEntry | undefined,
): Promise<void> {
  const { host, seen } = around(store, scope, newest);
  const before = fileOf(newest, name);
  const [change] = changesBetween(before ? [before] : [], after ? [after] : []);
  const same = { name, kind: 'changed', aspects: [], before, after } as const;
  await restoreFiles(host, seen, [change ?? same], reason);
}
