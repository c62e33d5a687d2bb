import * as vscode from 'vscode';
import { FactoryError, type FailureKind } from '../api/errors';
import type { ConfigScope } from '../model/config';
import type { Connections } from '../store/connections';
import { askReason } from '../ui/askReason';
import { explain, scopeLabel } from '../ui/errorText';
import { showProgress } from '../ui/messages';
import { plainText } from '../ui/plainText';
import type { Question, Questions } from '../ui/questions';
import { Turns } from '../ui/turns';
import type { Place } from './identityGuard';
import { SaveRefused } from './saveRefused';

/** A configuration that is about to be changed, or one file of it. */
export interface ApprovalPlace extends Place {
  /** The device that is written to; undefined: the one that is known by the name. */
  readonly uuid?: string | undefined;
}

/** Nobody waits longer than this to hear what a device is. */
const PATIENCE_MS = 8000;

/** After these nothing could be sent either, so that there is nothing to ask about. */
const HOPELESS: ReadonlySet<FailureKind> = new Set(['network', 'tls', 'unauthorized', 'notFound', 'redirect']);

/**
 * What is asked before a change goes out: whether it may reach so many devices or production, and why it is made. Of several
 * changes at once, as Save All makes them, each is asked about in its turn.
 */
export class Approval {
  private readonly connections: Connections;
  private readonly questions: Questions;
  private readonly memory: vscode.Memento;
  /** Production devices whose first change was agreed to in this window. */
  private readonly agreed = new Set<string>();
  private readonly turns = new Turns();

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
  async approve(
    address: ApprovalPlace & { readonly file: string },
    proposedReason: string,
    confirmed = false,
  ): Promise<string> {
    const { scope } = address;
    const warning = confirmed ? undefined : await this.warning(address);
    if (warning === undefined && !this.asksReason(isShared(scope))) {
      return proposedReason;
    }
    const place = scopeLabel(scope);
    // Both questions about one change in one turn.
    const reason = await this.turns.take(async () => {
      if (warning !== undefined) {
        const question = vscode.l10n.t('Send {0} to {1}?', address.file, place);
        await this.askToGo(address, warning, question, vscode.l10n.t('Send'));
      }
      return this.askForReason(address, proposedReason, place, isShared(scope));
    });
    return reason ?? proposedReason;
  }

  /**
   * Asks whether a change may reach all devices of a group or Factory, or a production device.
   *
   * @param more `note`: what is to be said where it has to be asked; `keep`: as in a question
   * @returns whether it was asked
   * @throws {SaveRefused} `cancelled`
   * @throws {FactoryError} where the service cannot be reached
   */
  async confirm(
    address: ApprovalPlace,
    question: string,
    button: string,
    more: { readonly note?: string | undefined; readonly keep?: string } = {},
  ): Promise<boolean> {
    const warning = await this.warning(address);
    if (warning === undefined) {
      return false;
    }
    const asked = await this.turns.take(() => this.askToGo(address, warning, question, button, more));
    return asked === true;
  }

  /** @returns whether it asked; the user then agreed */
  private async askToGo(
    address: ApprovalPlace,
    warning: string,
    question: string,
    button: string,
    { note, keep }: { readonly note?: string | undefined; readonly keep?: string } = {},
  ): Promise<boolean> {
    if (!this.mayWarn(address)) {
      // Answered meanwhile, for another file.
      return false;
    }
    const always = vscode.l10n.t("{0} and Don't Ask Again", button);
    const chosen = await this.questions.ask({
      message: question,
      detail: note === undefined ? warning : `${warning}\n\n${note}`,
      buttons: isShared(address.scope) ? [button, always] : [button],
      ...(keep === undefined ? {} : { keep }),
    });
    if (chosen !== button && chosen !== always) {
      throw cancelled(address);
    }
    this.agree(address);
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
  private async warning(place: ApprovalPlace): Promise<string | undefined> {
    const { host, scope } = place;
    if (!this.mayWarn(place)) {
      return undefined;
    }
    if (scope.kind === 'device') {
      return this.productionWarning(host, scope, place.uuid);
    }
    const connection = this.connections.forFactory(host, scope.factory);
    if (connection === undefined) {
      return undefined;
    }
    const title = vscode.l10n.t('Counting the devices of {0}…', scopeLabel(scope));
    return showProgress({ location: vscode.ProgressLocation.Window, title }, async () => {
      const { configurationReachText } = await import('./reach');
      return configurationReachText(connection, scope);
    });
  }

  /** @returns whether a change may need a warning that was not answered for good */
  private mayWarn({ host, scope, uuid }: ApprovalPlace): boolean {
    return scope.kind === 'device'
      ? !this.agreed.has(this.agreementKey(host, scope, uuid))
      : vscode.workspace.getConfiguration('foundries').get<boolean>('config.confirmGroupSaves', true);
  }

  /**
   * Asks a question of the caller's, with the reach of the change among its facts, so that nobody is asked twice.
   *
   * @param question its buttons go on with the change
   * @param others buttons that do something else first
   * @returns the chosen button; undefined where the question was closed
   * @throws {FactoryError} where the service cannot be reached
   */
  async ask(place: ApprovalPlace, question: Question, others: readonly string[] = []): Promise<string | undefined> {
    const warning = await this.warning(place);
    const detail = [question.detail, warning].filter((part) => part !== undefined && part !== '').join('\n\n');
    const chosen = await this.turns.take(() =>
      this.questions.ask({
        message: plainText(question.message),
        detail: plainText(detail),
        buttons: [...question.buttons, ...others],
        ...(question.keep === undefined ? {} : { keep: question.keep }),
      }),
    );
    if (chosen !== undefined && question.buttons.includes(chosen)) {
      this.agree(place);
    }
    return chosen;
  }

  /** The user has answered a question that held the warning. */
  agree({ host, scope, uuid }: ApprovalPlace): void {
    if (scope.kind === 'device') {
      this.agreed.add(this.agreementKey(host, scope, uuid));
    }
  }

  /**
   * Asks for the reason of a change, as the setting wants it.
   *
   * @param place what is changed, in words
   * @param shared whether it is a change of several devices, as one of a group is
   * @param signal closes the question, or takes it back before its turn
   * @throws {SaveRefused} `cancelled`
   */
  async reason(
    about: ApprovalPlace,
    proposed: string,
    place = scopeLabel(about.scope),
    shared = isShared(about.scope),
    signal?: AbortSignal,
  ): Promise<string> {
    if (!this.asksReason(shared)) {
      return proposed;
    }
    const reason = await this.turns.take(() => this.askForReason(about, proposed, place, shared, signal), signal);
    if (reason === undefined) {
      throw cancelled(about);
    }
    return reason;
  }

  private async askForReason(
    about: ApprovalPlace,
    proposed: string,
    place: string,
    shared: boolean,
    signal?: AbortSignal,
  ): Promise<string> {
    if (!this.asksReason(shared)) {
      return proposed;
    }
    const title =
      about.file === undefined
        ? vscode.l10n.t('Reason for the change of {0}', place)
        : vscode.l10n.t('Reason for the change of {0} ({1})', about.file, place);
    const reason = await askReason(title, proposed, this.memory, signal);
    if (reason === undefined) {
      throw cancelled(about);
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
  private agreementKey(
    host: string,
    { factory, device }: Extract<ConfigScope, { kind: 'device' }>,
    uuid = this.connections.forFactory(host, factory)?.factory(factory).fleet.find(device)?.uuid ?? '',
  ): string {
    return JSON.stringify([host, factory, device, uuid]);
  }

  /**
   * Looks at the very device that is written to. One that was seen nowhere is asked for once; a save of a known one is one GET
   * and one PATCH.
   */
  private async productionWarning(
    host: string,
    { factory, device }: Extract<ConfigScope, { kind: 'device' }>,
    uuid: string | undefined,
  ): Promise<string | undefined> {
    const fleet = this.connections.forFactory(host, factory)?.factory(factory).fleet;
    const patience = AbortSignal.timeout(PATIENCE_MS);
    try {
      const known = fleet?.find(device);
      const found = await (uuid === undefined || known?.uuid === uuid
        ? fleet?.lookUp(device, patience)
        : fleet?.look(uuid, patience));
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

const isShared = ({ kind }: ConfigScope): boolean => kind !== 'device';

const cancelled = ({ host, scope, file }: ApprovalPlace): SaveRefused =>
  new SaveRefused('cancelled', { host, scope, file: file ?? '' });
