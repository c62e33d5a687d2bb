import * as vscode from 'vscode';
import type { Approval } from '../../configfs/approval';
import {
  isDue,
  type DeviceRead,
  type ManyChange,
  type ManyContent,
  ManyFiles,
  type ManyTarget,
} from '../../configfs/manyFiles';
import type { DocumentsHost } from '../../configfs/documentsHost';
import { SaveRefused } from '../../configfs/saveRefused';
import { decodeText } from '../../configfs/text';
import { guardSyntax, knownForCheck, type AskToSend } from '../../configfs/syntaxGuard';
import { UPDATE_SETTINGS_FILE } from '../../model/config';
import type { Device } from '../../model/device';
import { explain } from '../../ui/errorText';
import { showError } from '../../ui/messages';
import { showFailure } from '../../ui/notify';
import { plainText } from '../../ui/plainText';
import type { DevicesView } from '../../views/devicesView';
import type { OperationsHost } from '../../configfs/operations';
import { scopeOfRow } from '../../views/rows/configFileRows';
import type { DeviceRow } from '../../views/rows/deviceRow';
import { askValue } from '../askValue';
import { pickDevices } from '../pickDevices';
import type { CommandContext, Services } from '../services';
import { batchDetail, type Batch } from './batch';
import { placeText } from './placeText';
import type { WhenOver } from './keptDrafts';
import { chooseFile, chooseHandler, chooseSource, editorText, holdersOf } from './content';
import type { Drafts } from './drafts';
import type { Draft } from './keptDrafts';
import { Preview } from './preview';
import { readAll, Sending } from './sending';

/** What the commands on many devices are built from. */
export interface ManyServices extends Services {
  readonly host: DocumentsHost & OperationsHost;
  readonly approval: Approval;
  readonly devices: DevicesView;
}

/** A configuration read less than this ago is shown without asking again; what is sent is compared with the server anyway. */
const FRESH_MS = 60_000;

/** The commands that set one configuration file on many devices. */
export class ManyCommands implements vscode.Disposable {
  private readonly sending: Sending;
  private readonly preview: Preview;
  private readonly flow: SetConfigFile;

  constructor(services: ManyServices, drafts: Drafts) {
    const manyFiles = new ManyFiles(services.host);
    this.sending = new Sending(manyFiles, (batch) => this.preview.show(batch));
    this.preview = new Preview(services.questions, services.approval, (batch, reason) =>
      this.sending.send(batch, reason),
    );
    this.flow = new SetConfigFile(services, manyFiles, this.preview, drafts);
  }

  get commands() {
    return {
      'foundries.setConfigFileOnDevices': (row?: unknown, selected?: unknown) => this.flow.start(row, selected),
      'foundries.sendToDevices': () => this.preview.confirm(),
      'foundries.discardPreview': () => this.preview.discard(),
      'foundries.showDevicesResult': () => this.sending.show(),
      'foundries.retryOnDevices': () => this.sending.retry(),
    };
  }

  /** Goes on with a text that was written: to the preview. */
  proceed(draft: Draft, text: string, whenOver: WhenOver): Promise<void> {
    return this.flow.proceed(draft, text, whenOver);
  }

  dispose(): void {
    this.sending.dispose();
    this.preview.dispose();
  }
}

/** The devices that a file is for. */
interface Chosen {
  readonly devices: readonly Device[];
  /** As they were chosen, where they were looked up again since. */
  readonly chosen?: readonly Device[];
  readonly targets: readonly ManyTarget[];
}

/** From devices to a preview: which file, and what it is to hold. Sends nothing. */
class SetConfigFile {
  private readonly services: ManyServices;
  private readonly manyFiles: ManyFiles;
  private readonly preview: Preview;
  private readonly drafts: Drafts;

  constructor(services: ManyServices, manyFiles: ManyFiles, preview: Preview, drafts: Drafts) {
    this.services = services;
    this.manyFiles = manyFiles;
    this.preview = preview;
    this.drafts = drafts;
  }

  /**
   * @param row the row that the command was called on; without one the devices are picked
   * @param selected all rows that are selected
   */
  async start(row: unknown, selected: unknown): Promise<void> {
    await this.services.withFactory(async (context) => {
      if (!(await this.preview.mayBegin())) {
        return;
      }
      const devices =
        row === undefined
          ? await this.pick(context)
          : devicesIn(Array.isArray(selected) && selected.length > 0 ? (selected as unknown[]) : [row]);
      if (devices !== undefined && devices.length > 0) {
        const { key: host } = context.connection.client.server;
        const factory = context.factory.name;
        await this.ask({ devices, targets: targetsOf(host, factory, devices) });
      }
    });
  }

  /** From a text that was written, maybe before the window was reloaded, to the preview. */
  async proceed(draft: Draft, value: string, whenOver: WhenOver): Promise<void> {
    const { factory, file, newHandler } = draft;
    const isPreviewed = await this.services.withFactory(async () => {
      const host = draft.isFormer === true ? this.services.connections.serverOn(draft.host) : draft.host;
      if (host === undefined) {
        void showError(
          vscode.l10n.t(
            'You are signed in to several servers on {0}, and an earlier version did not keep which one this text is for. Copy it, then run “Foundries: Set Config File on Devices…” again.',
            draft.host,
          ),
        );
        return false;
      }
      try {
        // The text may have been written for days: the devices count, not the names that they had.
        const targets = await this.manyFiles.located(targetsOf(host, factory, draft.devices), {});
        const fleet = this.services.connections.forFactory(host, factory)?.factory(factory).fleet;
        const devices = draft.devices.map((device, at) => {
          const now = fleet?.find(targets[at]?.scope.device ?? device.name);
          return now?.uuid === device.uuid ? now : device;
        });
        const chosen = { devices, targets, chosen: draft.devices };
        const change: ManyChange = { file, content: { kind: 'plain', value }, newHandler };
        return await this.toPreview(chosen, change, whenOver);
      } catch (error) {
        await showFailure(vscode.l10n.t('Could not set a file on {0}', draft.place), error, () =>
          this.proceed(draft, value, whenOver),
        );
        return false;
      }
    });
    if (isPreviewed !== true) {
      await whenOver(draft.devices, false);
    }
  }

  private pick({ factory }: CommandContext): Promise<readonly Device[] | undefined> {
    const selected = devicesIn(this.services.devices.tree.selection);
    return pickDevices(
      factory,
      vscode.l10n.t('Set a configuration file on which devices?'),
      selected.length > 1 ? selected : [],
    );
  }

  private async ask(chosen: Chosen): Promise<void> {
    const { devices, targets } = chosen;
    const reads = await readAll(this.manyFiles, targets, FRESH_MS);
    if (reads === undefined) {
      return;
    }
    const place = placeText(devices);
    const failed = reads.find((read) => read.state !== 'ok');
    if (failed !== undefined && !reads.some(({ state }) => state === 'ok')) {
      const what = vscode.l10n.t('Could not read the configuration of {0}', place);
      await showFailure(what, 'error' in failed ? failed.error : undefined, () => this.ask(chosen));
      return;
    }
    try {
      await this.askContent(chosen, reads);
    } catch (error) {
      await showFailure(vscode.l10n.t('Could not set a file on {0}', place), error, () => this.ask(chosen));
    }
  }

  private async askContent(chosen: Chosen, reads: readonly DeviceRead[]): Promise<void> {
    const place = placeText(chosen.devices);
    const editor = editorText(this.services.connections);
    const picked = await chooseFile(reads, editor, vscode.l10n.t('Set a configuration file on {0}', place));
    if (picked === undefined) {
      return;
    }
    const { name: file, text } = picked;
    const title = vscode.l10n.t('Set {0} on {1}', file, place);
    const held = holdersOf(reads, file);
    const source = text === undefined ? await chooseSource(held, editor, title) : ({ kind: 'text', text } as const);
    if (source === undefined) {
      return;
    }
    const known = reads.filter(({ state }) => state === 'ok').length;
    const handler = await chooseHandler(held, known, title);
    if (handler === undefined) {
      return;
    }
    const newHandler = handler === 'none' ? undefined : handler;
    const go = (content: ManyContent) => this.toPreview(chosen, { file, content, newHandler }, undefined);
    switch (source.kind) {
      case 'text':
        await go({ kind: 'plain', value: source.text });
        return;
      case 'write': {
        const [first] = chosen.targets;
        if (first !== undefined) {
          const { host, scope } = first;
          const { devices } = chosen;
          const draft = { host, factory: scope.factory, file, place, devices };
          await this.drafts.open({ ...draft, ...(newHandler === undefined ? {} : { newHandler }) }, source.start);
        }
        return;
      }
      case 'secret': {
        const [first] = chosen.targets;
        const address = first && { host: first.host, scope: first.scope, file };
        const value =
          address &&
          (await askValue(this.services.questions, address, vscode.l10n.t('Value: {0}', title), true, place));
        if (value !== undefined) {
          await go({ kind: 'secret', value });
        }
      }
    }
  }

  /** @returns whether a preview waits for the user's word */
  private async toPreview(
    { devices, targets, chosen }: Chosen,
    change: ManyChange,
    whenOver: WhenOver | undefined,
  ): Promise<boolean> {
    const { file, content } = change;
    const place = placeText(devices);
    if (!(await this.mayBeSent(file, content, targets, place))) {
      return false;
    }
    const reads = await readAll(this.manyFiles, targets, FRESH_MS);
    if (reads === undefined) {
      return false;
    }
    const plans = this.manyFiles.plan(reads, change);
    const batch: Batch = {
      devices,
      change,
      plans,
      ...(chosen === undefined ? {} : { chosen }),
      ...(whenOver === undefined ? {} : { whenOver }),
    };
    if (batch.plans.some(isDue)) {
      return this.preview.show(batch);
    }
    // Nothing can be sent: says why, as the question before sending would.
    const message = batch.plans.every(({ step }) => step === 'same')
      ? vscode.l10n.t('{0} on {1} is exactly so already: there is nothing to send.', file, place)
      : vscode.l10n.t('{0} cannot be sent to any of {1}.', file, place);
    await this.services.questions.ask({ message: plainText(message), detail: batchDetail(batch), buttons: [] });
    return false;
  }

  /** Update settings that a program on the device rejects are not sent; otherwise the user decides. */
  private async mayBeSent(
    file: string,
    content: ManyContent,
    targets: readonly ManyTarget[],
    place: string,
  ): Promise<boolean> {
    const [target] = targets;
    if (target === undefined || (content.kind === 'secret' && file !== UPDATE_SETTINGS_FILE)) {
      return true;
    }
    const ask: AskToSend = async (_address, language, problem) => {
      const send = vscode.l10n.t('Preview Anyway');
      const message =
        language === undefined
          ? vscode.l10n.t('The devices may not do what {0} says. Send it to {1} anyway?', file, place)
          : vscode.l10n.t('{0} is not valid {1}. Send it to {2} all the same?', file, language, place);
      const chosen = await this.services.questions.ask({
        message: plainText(message),
        detail: problem,
        buttons: [send],
      });
      return chosen === send;
    };
    try {
      const address = { host: target.host, scope: target.scope, file };
      // A secret has no syntax, but devices read update settings as they were before they were encrypted.
      const value = content.kind === 'plain' ? content.value : decodeText(address, content.value);
      await guardSyntax(address, value, ask, knownForCheck(this.services.connections, targets.length > 1));
      return true;
    } catch (error) {
      if (!(error instanceof SaveRefused && error.kind === 'cancelled')) {
        void showError(explain(error).message);
      }
      return false;
    }
  }
}

function targetsOf(host: string, factory: string, devices: readonly Device[]): ManyTarget[] {
  return devices.map(({ name, uuid }) => ({ host, scope: { kind: 'device', factory, device: name }, uuid }));
}

/** @returns the devices among rows of a tree */
function devicesIn(rows: readonly unknown[]): Device[] {
  return rows.flatMap((row) =>
    scopeOfRow(row)?.kind === 'device' && 'device' in (row as object) ? [(row as DeviceRow).device] : [],
  );
}
