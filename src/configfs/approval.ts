import * as vscode from 'vscode';
import type { ConfigScope } from '../model/config';
import type { Connections } from '../store/connections';
import { askReason } from '../ui/askReason';
import { scopeLabel } from '../ui/errorText';
import type { Questions } from '../ui/questions';
import type { ConfigAddress } from './address';
import { reachOf, reachText } from './reach';
import { SaveRefused } from './saveRefused';

/** What is asked before a change goes out: whether it may reach so many devices or production, and why it is made. */
export class Approval {
  private readonly connections: Connections;
  private readonly questions: Questions;
  private readonly memory: vscode.Memento;
  /** Production devices whose first change was agreed to in this window. */
  private readonly agreed = new Set<string>();

  constructor(connections: Connections, questions: Questions, memory: vscode.Memento) {
    this.connections = connections;
    this.questions = questions;
    this.memory = memory;
  }

  /**
   * Asks what has to be asked before a file is sent.
   *
   * @returns the reason to send
   * @throws {SaveRefused} `cancelled`
   */
  async approve(address: ConfigAddress, proposedReason: string): Promise<string> {
    await this.confirm(
      address,
      vscode.l10n.t('Send {0} to {1}?', address.file, scopeLabel(address.scope)),
      vscode.l10n.t('Send'),
    );
    return this.reason(address, proposedReason);
  }

  /**
   * Asks whether a change may reach all devices of a group or Factory, or a production device.
   *
   * @throws {SaveRefused} `cancelled`
   */
  async confirm(address: ConfigAddress, question: string, button: string): Promise<void> {
    const warning = await this.warning(address.host, address.scope);
    if (warning === undefined) {
      return;
    }
    const always = vscode.l10n.t("{0} and Don't Ask Again", button);
    const shared = address.scope.kind !== 'device';
    const chosen = await this.questions.ask({
      message: question,
      detail: warning,
      buttons: shared ? [button, always] : [button],
    });
    if (chosen !== button && chosen !== always) {
      throw new SaveRefused('cancelled', address);
    }
    this.agree(address.host, address.scope);
    if (chosen === always) {
      await vscode.workspace
        .getConfiguration('foundries')
        .update('config.confirmGroupSaves', false, vscode.ConfigurationTarget.Global);
    }
  }

  /** @returns what the user has to know before a change of this configuration; undefined where there is nothing, or no more */
  async warning(host: string, scope: ConfigScope): Promise<string | undefined> {
    if (scope.kind === 'device') {
      return this.isProduction(host, scope) && !this.agreed.has(agreementKey(host, scope))
        ? vscode.l10n.t('{0} is a production device.', scope.device)
        : undefined;
    }
    if (!vscode.workspace.getConfiguration('foundries').get<boolean>('config.confirmGroupSaves', true)) {
      return undefined;
    }
    const connection = this.connections.forFactory(host, scope.factory);
    if (connection === undefined) {
      return undefined;
    }
    const title = vscode.l10n.t('Counting the devices of {0}…', scopeLabel(scope));
    const reach = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
      reachOf(connection, scope),
    );
    return reachText(reach);
  }

  /** The user has answered a question that held the warning. */
  agree(host: string, scope: ConfigScope): void {
    if (scope.kind === 'device') {
      this.agreed.add(agreementKey(host, scope));
    }
  }

  /**
   * Asks for the reason of a change, as the setting wants it.
   *
   * @param place what is changed, in words
   * @param shared whether it is a change of several devices, as one of a group is
   * @throws {SaveRefused} `cancelled`
   */
  async reason(
    address: ConfigAddress,
    proposed: string,
    place = scopeLabel(address.scope),
    shared = address.scope.kind !== 'device',
  ): Promise<string> {
    const asked = vscode.workspace.getConfiguration('foundries').get<string>('config.askForReason', 'groupsAndFactory');
    if (asked === 'never' || (asked !== 'always' && !shared)) {
      return proposed;
    }
    const title = vscode.l10n.t('Reason for the change of {0} ({1})', address.file, place);
    const reason = await askReason(title, proposed, this.memory);
    if (reason === undefined) {
      throw new SaveRefused('cancelled', address);
    }
    return reason;
  }

  /** As far as it is known: a save of one file is one GET and one PATCH. */
  private isProduction(host: string, { factory, device }: Extract<ConfigScope, { kind: 'device' }>): boolean {
    return this.connections.forFactory(host, factory)?.factory(factory).fleet.find(device)?.production === true;
  }
}

const agreementKey = (host: string, { factory, device }: Extract<ConfigScope, { kind: 'device' }>): string =>
  JSON.stringify([host, factory, device]);
