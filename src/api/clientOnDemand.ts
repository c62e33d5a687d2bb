import type { FactoryClient } from './client';
import type { Server } from './server';

/**
 * A client whose code is read with the first request: activation does without it.
 *
 * @returns a client that waits for the one that `load` makes, once
 */
export function clientOnDemand(server: Server, load: () => Promise<FactoryClient>): FactoryClient {
  let loading: Promise<FactoryClient> | undefined;
  const target: Pick<FactoryClient, 'server'> = { server };
  return new Proxy(target as FactoryClient, {
    get: (known, name) =>
      // A client is no promise, whoever returns it from an async function.
      name in known || name === 'then' || typeof name === 'symbol'
        ? (Reflect.get(known, name) as unknown)
        : async (...args: unknown[]) => {
            loading ??= load();
            const method = Reflect.get(await loading, name) as (...all: unknown[]) => unknown;
            return method(...args);
          },
  });
}
