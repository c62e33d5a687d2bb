import * as vscode from 'vscode';
import { parseAddress, SCHEME } from '../configfs/address';
import type { ConnectedAccount, Connections } from '../store/connections';
import { serverLabel } from '../ui/hostLabel';
import type { DeliveryMarks } from './deliveryMarks';

/**
 * The one status bar item: which Factory the views show, or the active file is of, and what is on its way to a device. Hidden while
 * nobody is signed in.
 */
export function showStatus(connections: Connections, marks: DeliveryMarks): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('foundries.factory', vscode.StatusBarAlignment.Left, 0);
  item.name = vscode.l10n.t('Foundries Factory');
  const update = () => {
    const { session } = connections;
    if (!('factory' in session)) {
      item.hide();
      return;
    }
    const active = vscode.window.activeTextEditor?.document.uri;
    const file = active?.scheme === SCHEME ? parseAddress(active) : undefined;
    const { key } = session.connection.client.server;
    // Two servers may have a Factory and a device of the same names: what is said is about the file that is looked at.
    const isElsewhere = file !== undefined && (file.host !== key || file.scope.factory !== session.factory.name);
    const connection = isElsewhere ? connections.forFactory(file.host, file.scope.factory) : session.connection;
    const name = isElsewhere ? file.scope.factory : session.factory.name;
    const account = connection?.account;
    const isDemo = account?.demo === true;
    const refused = connection?.refused === true;
    const delivery = active === undefined ? undefined : marks.textFor(active);
    const onItsWay = delivery === undefined ? '' : ` · $(${delivery.icon}) ${delivery.text}`;
    const named = isDemo ? vscode.l10n.t('{0} (Demo)', name) : name;
    const shown = isElsewhere && !isDemo ? `${named} · ${serverLabel(file.host)}` : named;
    const icon = refused || account === undefined ? 'warning' : isDemo ? 'beaker' : 'rocket';
    item.text = `$(${icon}) ${shown}${onItsWay}`;
    item.tooltip =
      account === undefined
        ? vscode.l10n.t('Not signed in to {0}. Sign in, then try again.', shown)
        : refused
          ? refusedText(account)
          : [
              isDemo
                ? vscode.l10n.t('Demo Factory {0}: nothing here is real. Select to switch or to leave the demo.', name)
                : vscode.l10n.t('Factory {0} · {1} · {2}. Select to switch.', name, account.label, account.apiUrl),
              ...(isElsewhere
                ? [vscode.l10n.t('This file belongs to {0}. The views show {1}.', shown, session.factory.name)]
                : []),
              ...(delivery === undefined ? [] : [delivery.tooltip]),
            ].join('\n');
    item.accessibilityInformation = {
      label: refused
        ? vscode.l10n.t('Factory {0}, sign-in refused', name)
        : [vscode.l10n.t('Factory {0}', shown), ...(delivery === undefined ? [] : [delivery.text])].join(', '),
    };
    item.command = !refused
      ? 'foundries.switchAccount'
      : isElsewhere && account !== undefined
        ? { title: '', command: 'foundries.signInElsewhere', arguments: [account.apiUrl] }
        : 'foundries.signIn';
    item.show();
  };
  update();
  return vscode.Disposable.from(
    item,
    connections.onDidChange(update),
    marks.onDidChangeFileDecorations(update),
    vscode.window.onDidChangeActiveTextEditor(update),
  );
}

function refusedText({ apiUrl, label, oauthUrl }: ConnectedAccount): string {
  return oauthUrl === undefined
    ? vscode.l10n.t('{0} refused the token ({1}). Select to sign in again.', apiUrl, label)
    : vscode.l10n.t('The credentials of {0} were refused. Select to sign in again.', label);
}
