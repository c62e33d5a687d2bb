import * as vscode from 'vscode';
import type { Connections } from '../store/connections';
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
    const refused = session.state === 'refused';
    const active = vscode.window.activeTextEditor?.document.uri;
    const delivery = active === undefined ? undefined : marks.textFor(active);
    const onItsWay = delivery === undefined ? '' : ` · $(${delivery.icon}) ${delivery.text}`;
    item.text = `${refused ? '$(warning)' : '$(rocket)'} ${session.factory.name}${onItsWay}`;
    item.tooltip = refused
      ? vscode.l10n.t('{0} refused the token of {1}. Select to sign in again.', account.apiUrl, account.label)
      : [
          vscode.l10n.t('Factory {0} · {1} · {2}', session.factory.name, account.label, account.apiUrl),
          ...(delivery === undefined ? [] : [delivery.tooltip]),
        ].join('\n');
    item.accessibilityInformation = {
      label: refused
        ? vscode.l10n.t('Factory {0}, token refused', session.factory.name)
        : [vscode.l10n.t('Factory {0}', session.factory.name), ...(delivery === undefined ? [] : [delivery.text])].join(
            ', ',
          ),
    };
    item.command = refused ? 'foundries.signIn' : 'foundries.selectFactory';
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
