import type { ConfigAddress } from '../../../src/configfs/address';
import { MeantDevices } from '../../../src/configfs/meantDevices';
import type { ConfigScope } from '../../../src/model/config';
import { ConfigStore, type ConfigStoreOptions } from '../../../src/store/configStore';
import { FACTORY, type TestFactory } from './factory';

/** Of the world around changes, what a test may want otherwise. */
export interface TestHostOptions {
  /** What a list of devices has told. */
  readonly uuidOf?: (device: string) => string | undefined;
  /** Whether an editor holds unsent text. */
  readonly unsent?: (address: ConfigAddress) => boolean;
  /** Runs while the user is asked. */
  readonly approve?: (address: ConfigAddress) => Promise<string>;
  readonly store?: ConfigStoreOptions;
}

/** @returns what changes of configuration files need around them: a window without editors, whose user agrees to all */
export function testHost(
  factory: TestFactory,
  { uuidOf = () => undefined, unsent = () => false, approve, store }: TestHostOptions = {},
) {
  const configs = new ConfigStore(factory.client, { checkAfterMs: 0, ...store });
  const nameOf = (scope: ConfigScope) => (scope.kind === 'device' ? scope.device : '');
  const host = {
    configs: () => configs,
    knownUuid: (_host: string, scope: ConfigScope) => (scope.kind === 'device' ? uuidOf(scope.device) : undefined),
    fetchUuid: async (_host: string, scope: ConfigScope) =>
      scope.kind === 'device' ? (await factory.client.getDevice(FACTORY, nameOf(scope))).uuid : undefined,
    fetchKey: (_host: string, scope: ConfigScope & { readonly kind: 'device' }) =>
      factory.client.getDeviceKey(FACTORY, scope.device),
    hasUnsentText: unsent,
    openText: () => undefined,
    check: () => Promise.resolve(),
    approve: approve ?? (() => Promise.resolve('why')),
  };
  const meant = new MeantDevices(host);
  configs.onDidChange((scope) => meant.saw({ host: 'h', scope }));
  return { configs, host: { ...host, meant: meant.meant.bind(meant) } };
}
