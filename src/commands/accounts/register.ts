import * as vscode from 'vscode';
import { setContext } from '../../ui/contextKeys';
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
  return vscode.Disposable.from(
    vscode.Disposable.from(shown.onDidChange(follow)),
    registerOnDemand(
      ['foundries.signIn', 'foundries.signInAsApplication', 'foundries.signInElsewhere', 'foundries.createToken'],
      async () => {
        const { createToken, signIn, signInAsApplication, signInElsewhere } = await import('./signIn');
        return {
          'foundries.signIn': () => signIn(services),
          'foundries.signInAsApplication': () => signInAsApplication(services),
          'foundries.signInElsewhere': () => signInElsewhere(services),
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
        'foundries.switchAccount': () => switchAccount(services),
        'foundries.signOut': () => signOut(services, beforeLeaving),
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
