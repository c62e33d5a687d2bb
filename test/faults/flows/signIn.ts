/** Signing in, and choosing a Factory: what the user types, and what they are told in the box. */
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AccountStore, type Account } from '../../../src/auth/accountStore';
import type { ShownAccount } from '../../../src/auth/shownAccount';
import type { Clients } from '../../../src/clients';
import { importFromFioctl } from '../../../src/commands/accounts/fioctlImport';
import type { AccountServices } from '../../../src/commands/accounts/services';
import { signIn, signInAsApplication, signInElsewhere } from '../../../src/commands/accounts/signIn';
import { selectFactory } from '../../../src/commands/accounts/switchAccount';
import { Connections } from '../../../src/store/connections';
import { FACTORY } from '../../unit/support/factory';
import { TOKEN } from '../faults';
import { Told } from '../support/cells';
import type { World } from '../support/world';
import type { Flow } from './flow';

/** Accounts in a storage of their own; the clients are those that the fault hits. */
function servicesOf(world: World) {
  const stored = new Map<string, string>();
  const accounts = new AccountStore({
    get: (key) => Promise.resolve(stored.get(key)),
    store: (key, value) => Promise.resolve(void stored.set(key, value)),
    delete: (key) => Promise.resolve(void stored.delete(key)),
    onDidChange: () => ({ dispose: () => undefined }),
  });
  let shownNow: string | undefined;
  const choose = (_account: string, factory: string) => {
    shownNow = factory;
    return Promise.resolve();
  };
  const connections = new Connections(
    accounts,
    () => world.client,
    () => ({ apiUrl: world.server.url, factory: '' }),
  );
  const clients: Pick<Clients, 'tryToken' | 'tryApplication'> = {
    tryToken: () => world.client,
    tryApplication: (_apiUrl, { got }) => world.applicationClient(got),
  };
  const services: AccountServices = {
    accounts,
    shown: { inDemo: false, choose } as unknown as ShownAccount,
    clients: clients as Clients,
    connections,
    ready: () => Promise.resolve(),
    configuredApi: () => world.settingsApi,
  };
  return { services, accounts, shown: () => shownNow };
}

/** @param sign what the user does; undefined comes of it where they were told why not */
const signing =
  (
    typed: Readonly<Record<string, string>>,
    sign: (services: AccountServices, world: World) => Promise<Account | undefined>,
    more: { readonly elsewhere?: boolean } = {},
  ): Flow['begin'] =>
  (world) => {
    const { services, accounts, shown } = servicesOf(world);
    Object.entries({ 'Factory name': FACTORY, ...typed }).forEach(([box, text]) => world.typed.set(box, text));
    if (more.elsewhere === true) {
      world.settingsApi = 'https://api.foundries.io';
      world.typed.set('api.example.com', world.server.url);
    }
    return Promise.resolve({
      act: async () => {
        if ((await sign(services, world)) === undefined) {
          throw new Told(world.said.at(-1) ?? '');
        }
      },
      done: () => Promise.resolve(accounts.accounts.length === 1 && shown() === FACTORY),
    });
  };

/** @returns the file as `fioctl login` leaves it, for as long as it is read */
async function withFioctlFile<T>(world: World, run: () => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'foundries-fioctl-'));
  const file = path.join(folder, 'fioctl.yaml');
  writeFileSync(file, `token: ${TOKEN}\nfactory: ${FACTORY}\nserver:\n  url: ${world.server.url}\n`);
  // Read before anything is waited for.
  process.env.FIOCTL_CONFIG = file;
  try {
    return await run();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const SIGN_IN_FLOWS: readonly Flow[] = [
  {
    title: 'signs in with a token',
    does: 'read',
    begin: signing({ 'API token': TOKEN }, (services) => signIn(services)),
  },
  {
    title: 'signs in with application credentials',
    does: 'read',
    begin: signing({ 'Client ID': 'demo-client', 'Client secret': TOKEN }, (services) => signInAsApplication(services)),
  },
  {
    title: 'signs in to another server than that of the settings',
    does: 'read',
    begin: signing({ 'API token': TOKEN }, (services) => signInElsewhere(services), { elsewhere: true }),
  },
  {
    title: 'signs in with what fioctl uses, at another server',
    does: 'read',
    begin: signing({}, (services, world) => withFioctlFile(world, () => importFromFioctl(services)), {
      elsewhere: true,
    }),
  },
  {
    title: 'chooses the Factory of an account',
    does: 'read',
    begin: async (world) => {
      const { services, accounts, shown } = servicesOf(world);
      world.typed.set('Factory name', FACTORY);
      await accounts.add({ id: 'a', label: 'a', apiUrl: world.server.url, factory: FACTORY, factories: [] }, TOKEN);
      services.connections.update();
      return {
        act: async () => {
          await selectFactory(services);
          if (shown() === undefined) {
            throw new Told(world.said.at(-1) ?? '');
          }
        },
        done: () => Promise.resolve(shown() === FACTORY),
      };
    },
  },
];
