import * as vscode from 'vscode';
import { parseAddress, type ConfigAddress } from '../configfs/address';
import { handlerChange } from '../configfs/fileSystemOperations';
import type { Meant, MeantFile } from '../configfs/identityGuard';
import type { Source } from '../configfs/operations';
import { SaveRefused } from '../configfs/saveRefused';
import { decodeText } from '../configfs/text';
import {
  CONFIG_LIMIT_BYTES,
  currentFile,
  sameFile,
  scopeKey,
  type ConfigFile,
  type ConfigScope,
} from '../model/config';
import { explain, scopeLabel } from '../ui/errorText';
import { showInformation, showInput, showProgress } from '../ui/messages';
import { showFailure } from '../ui/notify';
import { nameHint } from './configFiles';
import { attempt, whileBusy, type FileServices } from './fileServices';

/** One copy as it is going to be made. */
interface Step {
  readonly target: MeantFile;
  readonly file: ConfigFile;
  /** What is there now. */
  readonly there: ConfigFile | undefined;
  readonly from: string;
}

/** Where files are copied to. */
type Place = Pick<ConfigAddress, 'host' | 'scope'> & {
  /** Of the device whose row was chosen; without it the one that is known by the name counts. */
  readonly uuid?: string | undefined;
  /** As it was shown when it was chosen, where a question was open since. */
  readonly meant?: Meant | undefined;
};

/** A file to be copied, and the device that it was seen on. */
export interface CopiedFile {
  readonly uri: vscode.Uri;
  readonly meant?: Meant | undefined;
}

/**
 * Copies files onto a device, a group or the Factory: configuration files, or any files that VS Code can read. Says first
 * what goes where; nothing is sent before that is agreed to.
 */
export async function copyFilesTo(services: FileServices, sources: readonly CopiedFile[], to: Place): Promise<void> {
  const place = scopeLabel(to.scope);
  await attempt(vscode.l10n.t('Could not copy to {0}', place), async () => {
    const { steps, refused } = await whileBusy(vscode.l10n.t('Reading what is there…'), () =>
      plan(services, sources, to),
    );
    const due = steps.filter(({ file, there }) => there === undefined || !sameFile(file, there));
    if (due.length === 0) {
      const [error] = refused;
      if (error !== undefined) {
        throw error;
      }
      if (steps.length > 0) {
        void showInformation(vscode.l10n.t('{0} has this already: nothing was sent.', place));
      }
      return;
    }
    const agreed = await agree(services, due, refused, to);
    const [first] = agreed;
    if (first === undefined) {
      return;
    }
    const reason = await services.approval.reason(first.target, reasonFor(agreed));
    await send(services, agreed, reason, place);
  });
}

/** Looks at the sources and at what is there. */
async function plan(
  services: FileServices,
  sources: readonly CopiedFile[],
  to: Place,
): Promise<{ steps: Step[]; refused: Error[] }> {
  const configs = services.connections.forFactory(to.host, to.scope.factory)?.configs;
  const place = { host: to.host, scope: to.scope };
  if (configs === undefined) {
    throw new SaveRefused('signedOut', { ...place, file: '' });
  }
  // What is there is read of the very device that the copy is for. A group is the one that was shown, not the one that has its
  // name once it is read.
  const shown = to.meant ?? services.operations.meant(place, to.uuid);
  const { entries } = await configs.getOf(to.scope, shown.uuid, 0);
  const meant = to.scope.kind === 'device' ? services.operations.meant(place, shown.uuid) : shown;
  const steps: Step[] = [];
  const refused: Error[] = [];
  for (const copied of sources) {
    try {
      const { source, from } = await read(services, copied, place);
      const inPlace = from?.host === to.host && scopeKey(from.scope) === scopeKey(to.scope);
      const name = inPlace ? await askName(source.name, entries[0]?.files ?? [], to.scope) : source.name;
      if (name === undefined) {
        continue;
      }
      const target = { ...place, file: name, meant };
      const there = currentFile(entries, name);
      const file = services.operations.plan(source, from, target, there);
      if (there === undefined || !sameFile(file, there)) {
        await services.operations.check(target, file);
      }
      steps.push({ target, file, there, from: from === undefined ? copied.uri.path : scopeLabel(from.scope) });
    } catch (error) {
      refused.push(error instanceof Error ? error : new Error(String(error)));
    }
  }
  return { steps, refused };
}

async function read(
  services: FileServices,
  { uri, meant }: CopiedFile,
  to: Place,
): Promise<{ source: Source; from: ConfigAddress | undefined }> {
  const from = parseAddress(uri);
  if (from !== undefined) {
    const source = await services.operations.look({ ...from, meant });
    if (source === undefined) {
      throw new SaveRefused('notFound', from);
    }
    return { source, from };
  }
  const target = { ...to, file: uri.path.slice(uri.path.lastIndexOf('/') + 1) };
  const { type, size } = await vscode.workspace.fs.stat(uri);
  if ((type & vscode.FileType.File) === 0) {
    throw new SaveRefused('notMovable', target);
  }
  if (size > CONFIG_LIMIT_BYTES) {
    throw new SaveRefused('tooLarge', target, { size, limit: CONFIG_LIMIT_BYTES });
  }
  const value = decodeText(target, await vscode.workspace.fs.readFile(uri));
  return { source: { name: target.file, value }, from: undefined };
}

function askName(name: string, files: readonly ConfigFile[], scope: ConfigScope): Thenable<string | undefined> {
  const taken = new Set(files.map((file) => file.name));
  return showInput({
    title: vscode.l10n.t('Name of the copy of {0} ({1})', name, scopeLabel(scope)),
    value: freeName(name, taken),
    ignoreFocusOut: true,
    validateInput: (value) =>
      taken.has(value) ? vscode.l10n.t('{0} already has this file.', scopeLabel(scope)) : nameHint(value, scope),
  });
}

/** @returns `app copy.config`, or with a number where that is taken */
function freeName(name: string, taken: ReadonlySet<string>): string {
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > name.lastIndexOf('/') + 1 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  for (let number = 1; ; number++) {
    const candidate = `${stem}-copy${number === 1 ? '' : String(number)}${extension}`;
    if (!taken.has(candidate)) {
      return candidate;
    }
  }
}

/** Says what goes where, and asks. Returns what may be sent. */
async function agree(
  { approval }: FileServices,
  steps: readonly Step[],
  refused: readonly Error[],
  to: Place,
): Promise<readonly Step[]> {
  const place = scopeLabel(to.scope);
  const fresh = steps.filter(({ there }) => there === undefined);
  const replaces = fresh.length < steps.length;
  const copy = replaces ? vscode.l10n.t('Replace') : vscode.l10n.t('Copy');
  const skip = vscode.l10n.t('Skip Existing');
  const [only] = steps;
  // Of the device whose files were looked at: by now the name may be another's.
  const chosen = await approval.ask(
    { ...to, uuid: only?.target.meant?.uuid ?? to.uuid },
    {
      message:
        steps.length === 1 && only !== undefined
          ? vscode.l10n.t('Copy {0} from {1} to {2}?', only.file.name, only.from, place)
          : vscode.l10n.t('Copy {0} files to {1}?', steps.length, place),
      detail: [
        ...steps.flatMap(({ file, there, from }) =>
          there === undefined
            ? [vscode.l10n.t('New: {0} from {1}', file.name, from)]
            : [
                vscode.l10n.t('Replaces the present {0}: from {1}', file.name, from),
                handlerChange(file, there),
                file.unencrypted && !there.unencrypted
                  ? vscode.l10n.t('{0}: now marked as plain text', file.name)
                  : undefined,
              ].filter((line) => line !== undefined),
        ),
        ...refused.map((error) => vscode.l10n.t('Left out: {0}', explain(error).message)),
      ].join('\n'),
      buttons: replaces && fresh.length > 0 ? [copy, skip] : [copy],
      ...(replaces ? { keep: vscode.l10n.t('Leave As It Is') } : {}),
    },
  );
  if (chosen !== copy && chosen !== skip) {
    return [];
  }
  return chosen === skip ? fresh : steps;
}

async function send(
  { operations }: FileServices,
  steps: readonly Step[],
  reason: string,
  place: string,
): Promise<void> {
  const failed: { readonly name: string; readonly error: unknown }[] = [];
  let done = 0;
  await showProgress(
    {
      location: steps.length > 1 ? vscode.ProgressLocation.Notification : vscode.ProgressLocation.Window,
      title: vscode.l10n.t('Copying to {0}', place),
      cancellable: true,
    },
    async (progress, cancelled) => {
      for (const { target, file, there } of steps) {
        if (cancelled.isCancellationRequested) {
          return;
        }
        progress.report({ message: file.name, increment: 100 / steps.length });
        try {
          await operations.put(target, file, there, reason);
          done += 1;
        } catch (error) {
          failed.push({ name: file.name, error });
        }
      }
    },
  );
  const [first] = failed;
  if (first !== undefined) {
    const names = failed.map(({ name }) => name).join(', ');
    void showFailure(vscode.l10n.t('Could not copy {0} to {1}', names, place), first.error);
  } else if (done < steps.length) {
    void showInformation(vscode.l10n.t('Stopped: {0} of {1} files were copied to {2}.', done, steps.length, place));
  }
}

function reasonFor(steps: readonly Step[]): string {
  const names = steps.map(({ file }) => file.name).join(', ');
  const sources = [...new Set(steps.map(({ from }) => from.slice(from.lastIndexOf('/') + 1)))].join(', ');
  return `Copy ${names} from ${sources} in VS Code`;
}
