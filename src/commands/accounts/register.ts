import * as vscode from 'vscode';
import { setContext } from '../../ui/contextKeys';
import { tellUnreadable } from '../../ui/notify';
import { registerOnDemand } from '../onDemand';
import type { Services } from '../services';
import type { AccountServices } from './services';

/** Registers what adds, removes and switches accounts, and the demo. */
export function registerAccounts(
  services: AccountServices,
  { withFactory }: Pick<Services, 'withFactory'>,
  beforeLeaving: () => Promise<void>,
): vscode.Disposable {
  const { shown, connections } = services;
  let wasInDemo = shown.inDemo;
  const follow = () => {
    setContext('foundries.demo', shown.inDemo);
    connections.update();
    if (wasInDemo && !shown.inDemo) {
      void import('./demo').then(({ closeDemoTabs }) => closeDemoTabs());
    }
    wasInDemo = shown.inDemo;
  };
  setContext('foundries.demo', wasInDemo);
  const whenReady = async (run: () => Promise<void>) => {
    try {
      await services.ready();
    } catch (error) {
      await tellUnreadable(error);
      return;
    }
    await run();
  };
  return vscode.Disposable.from(
    vscode.Disposable.from(shown.onDidChange(follow)),
    registerOnDemand(
      ['foundries.signIn', 'foundries.signInAsApplication', 'foundries.signInElsewhere', 'foundries.createToken'],
      async () => {
        const { createToken, signIn, signInAsApplication, signInElsewhere } = await import('./signIn');
        return {
          'foundries.signIn': () => signIn(services, refusedAt(connections)),
          'foundries.signInAsApplication': () => signInAsApplication(services, refusedAt(connections)),
          // With an address from a message; it is shown, and Enter takes it.
          'foundries.signInElsewhere': (address?: unknown) =>
            signInElsewhere(services, typeof address === 'string' ? address : undefined),
          'foundries.createToken': () => createToken(services),
        };
      },
    ),
    registerOnDemand(['foundries.importFromFioctl'], async () => {
      const { importFromFioctl } = await import('./fioctlImport');
      return { 'foundries.importFromFioctl': () => importFromFioctl(services) };
    }),
    registerOnDemand(['foundries.selectFactory', 'foundries.switchAccount', 'foundries.signOut'], async () => {
      const { selectFactory, signOut, switchAccount } = await import('./switchAccount');
      return {
        'foundries.selectFactory': () => withFactory(() => selectFactory(services)),
        'foundries.switchAccount': () => whenReady(() => switchAccount(services)),
        'foundries.signOut': () => whenReady(() => signOut(services, beforeLeaving)),
      };
    }),
    registerOnDemand(['foundries.exploreDemo', 'foundries.leaveDemo', 'foundries.resetDemo'], async () => {
      const { exploreDemo, leaveDemo, resetDemo } = await import('./demo');
      return {
        'foundries.exploreDemo': () => exploreDemo(services),
        'foundries.leaveDemo': async () => {
          await beforeLeaving();
          await leaveDemo(services);
        },
        'foundries.resetDemo': () => resetDemo(services),
      };
    }),
  );
}

/** @returns the address of the account that is shown and whose token was refused: another one is wanted for there */
function refusedAt({ session }: AccountServices['connections']): string | undefined {
  return session.state === 'refused' && session.connection.account.demo !== true
    ? session.connection.account.apiUrl
    : undefined;
}
