import * as vscode from 'vscode';
import type { Approval } from '../../configfs/approval';
import { forPreview, isDue, type DevicePlan } from '../../configfs/manyFiles';
import { SaveRefused } from '../../configfs/saveRefused';
import { isUnreadable } from '../../model/secrecy';
import type { Device } from '../../model/device';
import { setContext } from '../../ui/contextKeys';
import { showInformation } from '../../ui/messages';
import { plainText } from '../../ui/plainText';
import type { Questions } from '../../ui/questions';
import { batchDetail, type Batch } from './batch';
import { formatCount, placeText } from './placeText';

/** Scheme of the two sides of a preview; read-only, and only while the preview is open. */
const PREVIEW_SCHEME = 'foundries-preview';

/** Devices in one preview at most: the editor makes all of its documents at once, two for each. */
const MOST_SHOWN = 100;
/** Bytes of all its documents at most. */
const MOST_BYTES = 16 * 1024 * 1024;

interface Pending {
  readonly id: number;
  readonly batch: Batch;
  readonly due: readonly DevicePlan[];
  readonly shown: readonly DevicePlan[];
  /** Begins the label of the preview's tab, by which it is found again. */
  readonly title: string;
  /** Ended when it is given up or replaced, with any question that is open about it. */
  readonly over: AbortController;
}

/**
 * What would change on many devices, as one diff editor, and the way from there to sending it. A preview waits for the
 * user's word as long as it takes: a message, buttons in its title and an item of the status bar lead to the question, and
 * nothing is sent before that was answered.
 */
export class Preview implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly questions: Questions;
  private readonly approval: Approval;
  private readonly send: (batch: Batch, reason: string) => unknown;
  private readonly subscriptions: vscode.Disposable;
  private readonly status = vscode.window.createStatusBarItem(
    'foundries.preview',
    vscode.StatusBarAlignment.Left,
    Number.NEGATIVE_INFINITY,
  );
  private pending: Pending | undefined;
  /** Which preview is asked about. */
  private asking: Pending | undefined;
  private count = 0;

  constructor(questions: Questions, approval: Approval, send: (batch: Batch, reason: string) => unknown) {
    this.questions = questions;
    this.approval = approval;
    this.send = send;
    this.status.name = vscode.l10n.t('Foundries: not sent yet');
    this.status.command = 'foundries.sendToDevices';
    this.status.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
    this.subscriptions = vscode.Disposable.from(
      this.status,
      vscode.workspace.registerTextDocumentContentProvider(PREVIEW_SCHEME, this),
    );
  }

  /**
   * Before something else is begun: a preview that waits must be given up first.
   *
   * @returns whether nothing waits any more
   */
  async mayBegin(): Promise<boolean> {
    const { pending } = this;
    if (pending === undefined) {
      return true;
    }
    const show = vscode.l10n.t('Show the Preview');
    const giveUp = vscode.l10n.t('Give It Up');
    const chosen = await this.questions.ask({
      message: plainText(
        vscode.l10n.t(
          '{0} for {1} was previewed and not sent.',
          pending.batch.change.file,
          placeText(pending.batch.devices),
        ),
      ),
      detail: vscode.l10n.t('Send it or give it up before another file is set on devices.'),
      buttons: [show, giveUp],
    });
    if (chosen === show) {
      await this.open(pending);
    } else if (chosen === giveUp) {
      await this.discard();
    }
    return chosen === giveUp;
  }

  /**
   * Shows what would change, in place of an earlier preview for the same devices, and says how to send it.
   *
   * @returns whether it waits for the user's word
   */
  async show(batch: Batch): Promise<boolean> {
    if (this.pending !== undefined && chosenIn(this.pending.batch) === chosenIn(batch)) {
      await this.close();
    } else if (!(await this.mayBegin())) {
      return false;
    }
    const due = batch.plans.filter(isDue);
    const shown = forPreview(batch.plans, batch.change, MOST_SHOWN, MOST_BYTES);
    const { file } = batch.change;
    this.count += 1;
    const place = placeText(due.map(({ target }) => nameOf(target)));
    const title = vscode.l10n.t('Preview: {0} for {1}', file, place);
    const pending = (this.pending = { id: this.count, batch, due, shown, title, over: new AbortController() });
    setContext('foundries.unsentPreview', true);
    const waiting = plainText(vscode.l10n.t('Not sent yet: {0} for {1}', file, place));
    this.status.text = `$(cloud-upload) ${waiting}`;
    this.status.tooltip = vscode.l10n.t('Select to send it, or to give it up.');
    this.status.accessibilityInformation = { label: waiting, role: 'button' };
    this.status.show();
    await this.open(pending);
    void this.offer(pending);
    return true;
  }

  /** Asks why, and then whether to send what was previewed: nothing is asked after that. */
  async confirm(): Promise<void> {
    const { pending } = this;
    if (pending === undefined || this.asking === pending) {
      return;
    }
    this.asking = pending;
    try {
      const { batch, due } = pending;
      const { file } = batch.change;
      const place = placeText(due.map(({ target }) => nameOf(target)));
      const send = vscode.l10n.t('Send');
      const giveUp = vscode.l10n.t("Don't Send");
      const [first] = due;
      if (first === undefined) {
        return;
      }
      const proposed =
        batch.reason ?? `Set ${file} on ${due.length === 1 ? place : `${due.length} devices`} from VS Code`;
      const reason = await this.approval.reason(first.address, proposed, place, due.length > 1, pending.over.signal);
      if (this.isOver(pending)) {
        // Given up or replaced while the reason was asked for.
        return;
      }
      const chosen = await this.questions.ask({
        message: plainText(vscode.l10n.t('Send {0} to {1}?', file, place)),
        detail: [
          batchDetail(batch),
          plainText(vscode.l10n.t('Reason: {0}', reason)),
          '',
          vscode.l10n.t('Cancel goes back to the preview.'),
        ].join('\n'),
        buttons: [send, giveUp],
      });
      if (chosen === giveUp) {
        await this.discard();
      } else if (chosen === undefined && tabsOf(pending).length === 0) {
        await this.open(pending);
      }
      if (chosen !== send || this.isOver(pending)) {
        return;
      }
      due.forEach(({ target }) => this.approval.agree(target));
      await this.close();
      void this.send(batch, reason);
    } catch (error) {
      // Without a reason nothing is sent, and the preview waits on.
      if (!(error instanceof SaveRefused && error.kind === 'cancelled')) {
        throw error;
      }
    } finally {
      if (this.asking === pending) {
        this.asking = undefined;
      }
    }
  }

  private isOver(pending: Pending): boolean {
    return this.pending !== pending;
  }

  /** Forgets what was previewed: nothing is sent. */
  async discard(): Promise<void> {
    const { pending } = this;
    await this.close();
    await pending?.batch.whenOver?.(pending.batch.devices, false);
  }

  private async close(): Promise<void> {
    const { pending } = this;
    if (pending === undefined) {
      return;
    }
    this.pending = undefined;
    pending.over.abort();
    setContext('foundries.unsentPreview', false);
    this.status.hide();
    await vscode.window.tabGroups.close(tabsOf(pending));
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const { pending } = this;
    const [id, at, side] = uri.query.split('/');
    const plan = pending?.shown[Number(at)];
    if (pending === undefined || String(pending.id) !== id || plan === undefined) {
      return vscode.l10n.t('This preview is over: nothing is sent from here.');
    }
    const { content } = pending.batch.change;
    const place = plan.target.scope.device;
    if (side === 'new') {
      return content.kind === 'plain'
        ? content.value
        : `${vscode.l10n.t('A new secret value.')}\n${vscode.l10n.t('Encrypted for {0} alone when sent.', place)}\n`;
    }
    return plan.seen !== undefined && isUnreadable(plan.target.scope, plan.seen)
      ? `${vscode.l10n.t('Encrypted value. Only {0} can read it.', place)}\n`
      : (plan.seen?.value ?? '');
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private async open({ id, shown, title }: Pending): Promise<void> {
    const list = shown.map(({ address: { scope, file, host }, target, seen }, at) => {
      const side = (name: string) =>
        vscode.Uri.from({
          scheme: PREVIEW_SCHEME,
          authority: host,
          // The ending that languages are bound to, below the device's name, which the editor shows.
          path: `/factories/${scope.factory.replace(/\//g, '_')}/devices/${target.scope.device.replace(/\//g, '_')}/config/${file}`,
          query: `${id}/${at}/${name}`,
        });
      const right = side('new');
      return [right, seen === undefined ? undefined : side('old'), right];
    });
    await vscode.commands.executeCommand('vscode.changes', title, list);
  }

  /** A message that leads on; it may be closed, there are other ways. */
  private async offer(pending: Pending): Promise<void> {
    const { due, shown, batch } = pending;
    const send = vscode.l10n.t('Send…');
    const giveUp = vscode.l10n.t("Don't Send");
    const place = placeText(due.map(({ target }) => nameOf(target)));
    const message =
      shown.length < due.length
        ? vscode.l10n.t(
            'The preview shows {0} of {1} devices, differing ones first. Send {2} to all of them?',
            formatCount(shown.length),
            formatCount(due.length),
            batch.change.file,
          )
        : vscode.l10n.t('Look at the preview, then send {0} to {1}.', batch.change.file, place);
    const chosen = await showInformation(message, send, giveUp);
    if (this.pending !== pending) {
      return;
    }
    if (chosen === send) {
      await this.confirm();
    } else if (chosen === giveUp) {
      await this.discard();
    }
  }
}

/** What tells a choice of devices from another one. */
const chosenIn = ({ chosen, devices }: Batch): readonly Device[] => chosen ?? devices;

/** VS Code does not tell what such a tab shows; its label goes on with the number of files. */
const tabsOf = ({ title }: Pending): vscode.Tab[] =>
  vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(({ label }) => label.startsWith(title));

const nameOf = ({ scope }: DevicePlan['target']): { name: string } => ({ name: scope.device });
