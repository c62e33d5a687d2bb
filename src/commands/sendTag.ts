import * as vscode from 'vscode';
import { SaveRefused } from '../configfs/saveRefused';
import {
  afterOurs,
  settingsOf,
  type SentSettings,
  type SettingsPlace,
  type SettingsTextEdit,
} from '../configfs/settingsEdits';
import { currentFile, scopeKey, UPDATE_SETTINGS_FILE } from '../model/config';
import type { Device } from '../model/device';
import { knownText } from '../model/secrecy';
import type { UpdateSettings } from '../model/updateSettings';
import { forMany, type Ended } from '../store/forMany';
import { explain, scopeLabel } from '../ui/errorText';
import { showInformation, showProgress, showWarning, tellBriefly } from '../ui/messages';
import { plainText } from '../ui/plainText';
import type { AppServices } from './appServices';
import { attempt, whileBusy } from './fileServices';
import type { CommandContext } from './services';

/** `tags` as it was set when the user began to decide, by the key of its configuration; without those that nobody could read. */
export type SeenTags = ReadonlyMap<string, string | undefined>;

/** Devices that a question names before the rest is left out. */
const LISTED = 20;

/** @returns what is set now; never rejects: without an answer there is nothing to compare with */
export async function readTags({ connection }: CommandContext, places: readonly SettingsPlace[]): Promise<SeenTags> {
  const { readUpdateSettings } = await import('../model/updateSettings');
  const seen = new Map<string, string | undefined>();
  await forMany(places, async (place) => {
    const { scope, uuid } = place;
    const { entries } = await connection.configs.getOf(scope, uuid, 0);
    const text = knownText(scope, currentFile(entries, UPDATE_SETTINGS_FILE));
    const read = text === undefined ? undefined : readUpdateSettings(text);
    if (read?.ok === true) {
      seen.set(keyOf(place), tagsIn(read.value));
    }
  });
  return seen;
}

/** By uuid, too: the name of a device may move to another one meanwhile. */
const keyOf = ({ scope, uuid }: SettingsPlace): string => `${scopeKey(scope)} ${uuid ?? ''}`;

const tagsIn = ({ tags }: UpdateSettings): string | undefined => tags?.join(',');

/** The change of one file. @param wanted undefined: the key goes */
async function editFor(wanted: string | undefined, place: SettingsPlace, seen: SeenTags): Promise<SettingsTextEdit> {
  const { withTag } = await import('../model/updateSettings');
  const key = keyOf(place);
  return {
    change: (text) => withTag(text, wanted),
    isAsSeen: (settings) => {
      const now = tagsIn(settings);
      return !seen.has(key) || now === seen.get(key) || now === wanted;
    },
  };
}

/** Switches one device or group. Where another tag was set since the user began to decide, they decide anew. */
export async function switchOne(
  apps: AppServices,
  context: CommandContext,
  place: SettingsPlace,
  tag: string | undefined,
  seen: SeenTags,
): Promise<void> {
  const label = scopeLabel(place.scope);
  let known = seen;
  await attempt(vscode.l10n.t('Could not switch the tag of {0}', label), async () => {
    let sent: SentSettings | undefined;
    for (;;) {
      const edit = await editFor(tag, place, known);
      try {
        sent = await whileBusy(vscode.l10n.t('Switching the tag of {0}…', label), () =>
          apps.settings.apply(place, edit),
        );
        break;
      } catch (error) {
        if (!isOtherTag(error)) {
          throw error;
        }
        const now = await readTags(context, [place]);
        if (!(await agreeToReplace(apps, [place], tag, known, now))) {
          return;
        }
        known = now;
      }
    }
    if (sent === undefined) {
      void showInformation(vscode.l10n.t('{0} is set so already: nothing was sent.', label));
      return;
    }
    tellOne(apps, place, sent, tag);
  });
}

function tellOne(apps: AppServices, place: SettingsPlace, sent: SentSettings, tag: string | undefined): void {
  const label = scopeLabel(place.scope);
  const undo = vscode.l10n.t('Undo');
  const message =
    tag === undefined
      ? vscode.l10n.t('{0}: no tag is set.', label)
      : vscode.l10n.t('{0} is to follow tag {1}.', label, tag);
  void showInformation(message, undo).then((chosen) => {
    if (chosen === undo) {
      void undoOne(apps, place, sent);
    }
  });
}

/** Tells which tags were set meanwhile, and asks whether they are to be replaced all the same. */
async function agreeToReplace(
  { files }: AppServices,
  places: readonly SettingsPlace[],
  tag: string | undefined,
  seen: SeenTags,
  now: SeenTags,
): Promise<boolean> {
  const go = tag === undefined ? vscode.l10n.t('Remove') : vscode.l10n.t('Switch');
  const [first] = places;
  const place =
    places.length === 1 && first !== undefined ? scopeLabel(first.scope) : vscode.l10n.t('{0} devices', places.length);
  const text = (tags: SeenTags, of: SettingsPlace) => tags.get(keyOf(of)) ?? vscode.l10n.t('no tag');
  const lines = places
    .slice(0, LISTED)
    .map((of) => vscode.l10n.t('{0}: {1}, and before {2}', scopeLabel(of.scope), text(now, of), text(seen, of)));
  const chosen = await files.questions.ask({
    message: plainText(
      tag === undefined
        ? vscode.l10n.t('Another tag was set for {0} meanwhile. Remove it all the same?', place)
        : vscode.l10n.t('Another tag was set for {0} meanwhile. Switch to {1} all the same?', place, tag),
    ),
    detail: [...lines, ...(places.length > LISTED ? ['…'] : [])].map(plainText).join('\n'),
    buttons: [go],
    keep: vscode.l10n.t('Leave As It Is'),
  });
  return chosen === go;
}

async function undoOne(apps: AppServices, place: SettingsPlace, { before, after, entry }: SentSettings): Promise<void> {
  const label = scopeLabel(place.scope);
  await attempt(vscode.l10n.t('Could not undo the switch of {0}', label), async () => {
    const { readUpdateSettings, withTag } = await import('../model/updateSettings');
    const tagIn = (text: string) => {
      const read = readUpdateSettings(text);
      return read.ok ? tagsIn(read.value) : undefined;
    };
    const [was, is] = [tagIn(before?.value ?? ''), tagIn(after.value)];
    await apps.settings.apply(afterOurs(place, entry), {
      change: (text) =>
        text === after.value && before !== undefined ? { ok: true, value: before.value } : withTag(text, was),
      isAsSeen: (settings) => tagsIn(settings) === is,
    });
    tellBriefly(vscode.l10n.t('The tag of {0} is as before.', label), 5000);
  });
}

type Result = Ended<Device, SentSettings | undefined>;

/**
 * Switches several devices, with one reason. Those for which another tag was set since the user began to decide are told
 * and asked about at the end.
 *
 * @param reason where it was asked for already
 */
export async function switchMany(
  apps: AppServices,
  context: CommandContext,
  devices: readonly Device[],
  tag: string | undefined,
  seen: SeenTags,
  reason?: string,
): Promise<void> {
  const { connection, factory } = context;
  const placeOf = (device: Device): SettingsPlace => ({
    host: connection.client.server.key,
    scope: { kind: 'device', factory: factory.name, device: device.name },
    uuid: device.uuid,
  });
  const [first] = devices;
  if (first === undefined) {
    return;
  }
  await attempt(vscode.l10n.t('Could not switch the tag'), async () => {
    const proposed = tag === undefined ? 'Follow the tag of the device' : `Switch to tag ${tag}`;
    const what = vscode.l10n.t('{0} devices', devices.length);
    const about = settingsOf(placeOf(first));
    const why =
      reason ?? (await apps.files.approval.reason(about, `${proposed} from VS Code`, what, devices.length > 1));
    const results = await showProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: vscode.l10n.t('Switching {0} devices', devices.length),
        cancellable: true,
      },
      (progress, cancellation) => {
        const controller = new AbortController();
        cancellation.onCancellationRequested(() => controller.abort());
        const send = async (device: Device) => {
          const place = placeOf(device);
          return apps.settings.apply(place, await editFor(tag, place, seen), why);
        };
        return forMany(devices, send, {
          signal: controller.signal,
          onProgress: (ended, total) =>
            progress.report({ message: vscode.l10n.t('{0} of {1}', ended, total), increment: 100 / total }),
        });
      },
    );
    void tellMany(apps, context, results, tag, seen);
    const others = results.flatMap((result) => (hasOtherTag(result) ? [result.item] : []));
    const places = others.map(placeOf);
    if (places.length === 0) {
      return;
    }
    const now = await readTags(context, places);
    if (await agreeToReplace(apps, places, tag, seen, now)) {
      await switchMany(apps, context, others, tag, now, why);
    }
  });
}

/** Says how it went, with a way to try the rest again. */
async function tellMany(
  apps: AppServices,
  context: CommandContext,
  results: readonly Result[],
  tag: string | undefined,
  seen: SeenTags,
): Promise<void> {
  const others = results.filter(hasOtherTag).length;
  const failed = results.flatMap((result) => (result.state === 'failed' && !hasOtherTag(result) ? [result] : []));
  const skipped = results.filter(({ state }) => state === 'skipped').length;
  const sent = results.filter((result) => result.state === 'ok' && result.value !== undefined).length;
  const same = results.length - sent - failed.length - skipped - others;
  const parts = [
    vscode.l10n.t('{0} of {1} devices switched', sent, results.length),
    ...(same > 0 ? [vscode.l10n.t('{0} were so already', same)] : []),
    ...(others > 0 ? [vscode.l10n.t('{0} were given another tag meanwhile', others)] : []),
    ...(skipped > 0 ? [vscode.l10n.t('{0} not begun', skipped)] : []),
    ...failed.slice(0, 3).map(({ item, error }) => `${item.name}: ${reasonOf(error)}`),
    ...(failed.length > 3 ? [vscode.l10n.t('{0} more failed', failed.length - 3)] : []),
  ];
  const text = `${parts.join('; ')}.`;
  if (failed.length + skipped === 0) {
    void showInformation(text);
    return;
  }
  const again = vscode.l10n.t('Try the Rest Again');
  if ((await showWarning(text, again)) === again) {
    // Who has another tag is asked about apart.
    const rest = results.flatMap((result) => (result.state === 'ok' || hasOtherTag(result) ? [] : [result.item]));
    await switchMany(apps, context, rest, tag, seen);
  }
}

const isOtherTag = (error: unknown): boolean => error instanceof SaveRefused && error.kind === 'changed';
const hasOtherTag = (result: Result): boolean => result.state === 'failed' && isOtherTag(result.error);

const reasonOf = (error: unknown): string =>
  error instanceof SaveRefused && error.kind === 'unsent'
    ? vscode.l10n.t('has unsent text in an editor')
    : explain(error).message.replace(/\.$/, '');
