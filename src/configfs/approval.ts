import * as vscode from 'vscode';
import { FactoryError, type FailureKind } from '../api/errors';
import type { ConfigScope } from '../model/config';
import type { Connections } from '../store/connections';
import { askReason } from '../ui/askReason';
import { explain, scopeLabel } from '../ui/errorText';
import { plainText } from '../ui/plainText';
import type { Question, Questions } from '../ui/questions';
import type { ConfigAddress } from './address';
import { reachOf, reachText } from './reach';
import { SaveRefused } from './saveRefused';

/** A configuration that is about to be changed, or one file of it. */
export type ApprovalPlace = Pick<ConfigAddress, 'host' | 'scope'> & { readonly file?: string };

/** Nobody waits longer than this to hear what a device is. */
const PATIENCE_MS = 8000;

/** After these nothing could be sent either, so that there is nothing to ask about. */
const HOPELESS: ReadonlySet<FailureKind> = new Set(['network', 'tls', 'unauthorized', 'notFound', 'redirect']);

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
   * @param confirmed the user has answered a question that held the warning
   * @returns the reason to send
   * @throws {SaveRefused} `cancelled`
   * @throws {FactoryError} where the service cannot be reached
   */
  async approve(address: ConfigAddress, proposedReason: string, confirmed = false): Promise<string> {
    if (!confirmed) {
      await this.confirm(
        address,
        vscode.l10n.t('Send {0} to {1}?', address.file, scopeLabel(address.scope)),
        vscode.l10n.t('Send'),
      );
    }
    return this.reason(address, proposedReason);
  }

  /**
   * Asks whether a change may reach all devices of a group or Factory, or a production device.
   *
   * @param note what is to be said where it has to be asked
   * @returns whether it was asked
   * @throws {SaveRefused} `cancelled`
   * @throws {FactoryError} where the service cannot be reached
   */
  async confirm(address: ConfigAddress, question: string, button: string, note?: string): Promise<boolean> {
    const warning = await this.warning(address.host, address.scope);
    if (warning === undefined) {
      return false;
    }
    const always = vscode.l10n.t("{0} and Don't Ask Again", button);
    const shared = address.scope.kind !== 'device';
    const chosen = await this.questions.ask({
      message: question,
      detail: note === undefined ? warning : `${warning}\n\n${note}`,
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
    return true;
  }

  /**
   * @returns what the user has to know before a change of this configuration; undefined where there is nothing, or no more
   * @throws {FactoryError} where the service cannot be reached
   */
  private async warning(host: string, scope: ConfigScope): Promise<string | undefined> {
    if (scope.kind === 'device') {
      return this.agreed.has(this.agreementKey(host, scope)) ? undefined : this.productionWarning(host, scope);
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

  /**
   * Asks a question of the caller's, with the reach of the change among its facts, so that nobody is asked twice.
   *
   * @param question its buttons go on with the change
   * @param others buttons that do something else first
   * @returns the chosen button; undefined where the question was closed
   * @throws {FactoryError} where the service cannot be reached
   */
  async ask(
    { host, scope }: ApprovalPlace,
    question: Question,
    others: readonly string[] = [],
  ): Promise<string | undefined> {
    const warning = await this.warning(host, scope);
    const detail = [question.detail, warning].filter((part) => part !== undefined && part !== '').join('\n\n');
    const chosen = await this.questions.ask({
      message: plainText(question.message),
      detail: plainText(detail),
      buttons: [...question.buttons, ...others],
    });
    if (chosen !== undefined && question.buttons.includes(chosen)) {
      this.agree(host, scope);
    }
    return chosen;
  }

  /** The user has answered a question that held the warning. */
  agree(host: string, scope: ConfigScope): void {
    if (scope.kind === 'device') {
      this.agreed.add(this.agreementKey(host, scope));
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
    { host, scope, file }: ApprovalPlace,
    proposed: string,
    place = scopeLabel(scope),
    shared = scope.kind !== 'device',
  ): Promise<string> {
    if (!this.asksReason(shared)) {
      return proposed;
    }
    const title =
      file === undefined
        ? vscode.l10n.t('Reason for the change of {0}', place)
        : vscode.l10n.t('Reason for the change of {0} ({1})', file, place);
    const reason = await askReason(title, proposed, this.memory);
    if (reason === undefined) {
      throw new SaveRefused('cancelled', { host, scope, file: file ?? '' });
    }
    return reason;
  }

  /** @returns in words, that the reason which would be asked for goes nowhere; undefined where none would be */
  noReasonNote(scope: ConfigScope): string | undefined {
    return this.asksReason(scope.kind !== 'device')
      ? vscode.l10n.t('You are not asked for a reason: the service takes none for a delete, and writes its own.')
      : undefined;
  }

  /** @returns whether `reason` asks, or takes what is proposed, for a change that reaches several devices or one */
  asksReason(shared: boolean): boolean {
    const asked = vscode.workspace.getConfiguration('foundries').get<string>('config.askForReason', 'groupsAndFactory');
    return asked !== 'never' && (asked === 'always' || shared);
  }

  /** By uuid too: what was agreed to for a device is not for the next one of its name. */
  private agreementKey(host: string, { factory, device }: Extract<ConfigScope, { kind: 'device' }>): string {
    const uuid = this.connections.forFactory(host, factory)?.factory(factory).fleet.find(device)?.uuid ?? '';
    return JSON.stringify([host, factory, device, uuid]);
  }

  /** A device that was seen nowhere is asked for once; a save of a known one is one GET and one PATCH. */
  private async productionWarning(
    host: string,
    { factory, device }: Extract<ConfigScope, { kind: 'device' }>,
  ): Promise<string | undefined> {
    const fleet = this.connections.forFactory(host, factory)?.factory(factory).fleet;
    try {
      const found = await fleet?.lookUp(device, AbortSignal.timeout(PATIENCE_MS));
      return found?.production === true ? vscode.l10n.t('{0} is a production device.', device) : undefined;
    } catch (error) {
      if (error instanceof FactoryError && HOPELESS.has(error.kind)) {
        throw error;
      }
      const why =
        error instanceof FactoryError && error.kind === 'cancelled'
          ? vscode.l10n.t('The service did not answer in time.')
          : explain(error).message;
      return `${vscode.l10n.t('Whether {0} is a production device could not be found out.', device)} ${why}`;
    }
  }
}
