import * as vscode from 'vscode';
import type { ConnectedAccount, Connections } from '../store/connections';
import type { DeliveryMarks } from './deliveryMarks';

/**
 * The one status bar item: which Factory is shown, and what is on its way to a device. Hidden while nobody is signed in.
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
    const { account } = session.connection;
    const { name } = session.factory;
    const refused = session.state === 'refused';
    const active = vscode.window.activeTextEditor?.document.uri;
    const delivery = active === undefined ? undefined : marks.textFor(active);
    const onItsWay = delivery === undefined ? '' : ` · $(${delivery.icon}) ${delivery.text}`;
    const shown = account.demo === true ? vscode.l10n.t('{0} (Demo)', name) : name;
    const icon = refused ? 'warning' : account.demo === true ? 'beaker' : 'rocket';
    item.text = `$(${icon}) ${shown}${onItsWay}`;
    item.tooltip = refused
      ? refusedText(account)
      : [
          account.demo === true
            ? vscode.l10n.t('Demo Factory {0}: nothing here is real. Select to switch or to leave the demo.', name)
            : vscode.l10n.t('Factory {0} · {1} · {2}. Select to switch.', name, account.label, account.apiUrl),
          ...(delivery === undefined ? [] : [delivery.tooltip]),
        ].join('\n');
    item.accessibilityInformation = {
      label: refused
        ? vscode.l10n.t('Factory {0}, sign-in refused', name)
        : [vscode.l10n.t('Factory {0}', shown), ...(delivery === undefined ? [] : [delivery.text])].join(', '),
    };
    item.command = refused ? 'foundries.signIn' : 'foundries.switchAccount';
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
    ? vscode.l10n.t('{0} refused the token of {1}. Select to sign in again.', apiUrl, label)
    : vscode.l10n.t('The credentials of {0} were refused. Select to sign in again.', label);
}
