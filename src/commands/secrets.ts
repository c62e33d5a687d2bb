import * as vscode from 'vscode';
import type { ConfigAddress } from '../configfs/address';
import type { FileEdit } from '../configfs/fileEdits';
import { hasUnsentText, tabsOf } from '../configfs/editorHost';
import { uriOf } from '../configfs/fileSystem';
import { meantAt } from '../configfs/identityGuard';
import { SaveRefused } from '../configfs/saveRefused';
import { textOf } from '../configfs/text';
import { isSecret, mustStayPlain } from '../model/config';
import { secrecyOf } from '../model/secrecy';
import { scopeLabel } from '../ui/errorText';
import { showInput } from '../ui/messages';
import { showFailure } from '../ui/notify';
import { plainText } from '../ui/plainText';
import { scopeOfRow, uuidOfRow } from '../views/rows/configFileRows';
import { applyEdit } from './applyEdit';
import { askValue } from './askValue';
import { nameHint } from './configFiles';
import { subjectIn } from './explorerSubject';
import { findConfigFile, type FileTarget } from './pickConfigFile';
import { pickPlace } from './pickPlace';
import type { CommandContext, Services } from './services';

/** Commands about values that cannot be read back. */
export function secretCommands(services: Services) {
  return {
    'foundries.newSecret': (from?: unknown) => services.withFactory((context) => newSecret(services, context, from)),
    'foundries.replaceValue': (from?: unknown) => replaceValue(services, from),
    'foundries.makeSecret': (from?: unknown) => makeSecret(services, from),
    'foundries.makePlain': (from?: unknown) => makePlain(services, from),
  };
}

async function newSecret(services: Services, context: CommandContext, argument: unknown): Promise<void> {
  const { connection } = context;
  const from = subjectIn(context, argument);
  if (from === 'refused') {
    return;
  }
  const row = scopeOfRow(from);
  const picked = row === undefined ? await pickPlace(context, vscode.l10n.t('A new secret for what?')) : undefined;
  const scope = row ?? picked?.scope;
  if (scope === undefined) {
    return;
  }
  const place = scopeLabel(scope);
  const { key: host } = connection.client.server;
  const meant = meantAt(services.changes, { host, scope }, uuidOfRow(from) ?? picked?.uuid);
  const existing = new Set(connection.configs.peek(scope)?.entries[0]?.files.map(({ name }) => name));
  const title = vscode.l10n.t('New secret for {0}', place);
  const file = await showInput({
    title,
    prompt:
      scope.kind === 'device'
        ? vscode.l10n.t('Name of the file. Its value is encrypted here: only {0} can read it.', place)
        : vscode.l10n.t('Name of the file. Its value is kept encrypted by the service.'),
    placeHolder: 'npmtok',
    ignoreFocusOut: true,
    validateInput: (name) => nameHint(name, scope) ?? nameWarning(name, existing, place),
  });
  if (file === undefined) {
    return;
  }
  const address: ConfigAddress = { host, scope, file };
  const value = await askValue(services.questions, address, vscode.l10n.t('Value of {0} for {1}', file, place), true);
  if (value !== undefined) {
    const edit: FileEdit = { kind: 'secret', value };
    await applyEdit(services, { connection, address, meant, seen: undefined, edit, anyway: vscode.l10n.t('Replace') });
  }
}

function nameWarning(
  name: string,
  existing: ReadonlySet<string>,
  place: string,
): vscode.InputBoxValidationMessage | undefined {
  const severity = vscode.InputBoxValidationSeverity.Warning;
  if (existing.has(name)) {
    return {
      message: plainText(vscode.l10n.t('{0} has this file: you will be asked before it is replaced.', place)),
      severity,
    };
  }
  return mustStayPlain(name) ? { message: othersReadIt(name), severity } : undefined;
}

const othersReadIt = (name: string): string =>
  vscode.l10n.t('{0} is read by the service and by other tools: as a secret it has no effect there.', name);

async function replaceValue(services: Services, from: unknown): Promise<void> {
  const target = await findConfigFile(services, from, {
    title: vscode.l10n.t('Replace the value of which secret?'),
    fits: (_scope, file) => !file.unencrypted,
    none: (place) => vscode.l10n.t('There is no secret here to replace: {0} can read and show it.', place),
  });
  if (target === undefined) {
    return;
  }
  const { address } = target;
  const title = vscode.l10n.t('New value of {0} for {1}', address.file, scopeLabel(address.scope));
  const value = await askValue(services.questions, address, title, true);
  if (value !== undefined) {
    const edit: FileEdit = { kind: 'secret', value };
    await applyEdit(services, { ...target, edit, anyway: vscode.l10n.t('Replace') });
  }
}

async function makeSecret(services: Services, from: unknown): Promise<void> {
  const target = await findConfigFile(services, from, {
    title: vscode.l10n.t('Make which file secret?'),
    fits: (scope, file) => !isSecret(scope, file),
    none: (place) => vscode.l10n.t('{0} has no plain file here: what is encrypted is secret already.', place),
  });
  if (target === undefined) {
    return;
  }
  const { address } = target;
  const { file, scope } = address;
  const place = scopeLabel(scope);
  const uri = uriOf(address);
  if (hasUnsentText(address)) {
    // Said before the question: the answer would be for another text than the one in sight.
    await showFailure(vscode.l10n.t('Could not change {0} of {1}', file, place), new SaveRefused('unsent', address));
    return;
  }
  const facts = [
    scope.kind === 'device'
      ? vscode.l10n.t('Its value stays the same and is encrypted on this machine, for {0} alone.', place)
      : vscode.l10n.t('Its value stays the same and is kept encrypted by the service.'),
    scope.kind === 'device'
      ? vscode.l10n.t(
          'It cannot be read back afterwards, neither here nor from the service: keep a copy if you need one.',
        )
      : vscode.l10n.t('Do not count on reading it back afterwards: keep a copy if you need one.'),
    vscode.l10n.t('The history keeps the last ten changes, so for a while the plain value can still be seen there.'),
    ...(mustStayPlain(file) ? [othersReadIt(file)] : []),
  ];
  if (
    await agreed(services, target, {
      message: vscode.l10n.t('Make {0} of {1} secret?', file, place),
      facts,
      yes: vscode.l10n.t('Make Secret'),
    })
  ) {
    const edit: FileEdit = { kind: 'makeSecret' };
    const anyway = vscode.l10n.t('Make Secret Anyway');
    await applyEdit(services, { ...target, edit, anyway, confirmed: true }, () => forgetText(uri));
  }
}

/** The one question before a change of secrecy, with everything that it means and how far it reaches. */
async function agreed(
  { approval }: Services,
  { address, meant }: FileTarget,
  { message, facts, yes }: { readonly message: string; readonly facts: readonly string[]; readonly yes: string },
): Promise<boolean> {
  try {
    return (
      (await approval.ask(
        { ...address, uuid: meant.uuid },
        { message, detail: facts.join('\n\n'), buttons: [yes], keep: vscode.l10n.t('Leave As It Is') },
      )) === yes
    );
  } catch (error) {
    const place = scopeLabel(address.scope);
    await showFailure(vscode.l10n.t('Could not change {0} of {1}', address.file, place), error);
    return false;
  }
}

async function makePlain(services: Services, from: unknown): Promise<void> {
  const target = await findConfigFile(services, from, {
    title: vscode.l10n.t('Make which secret plain?'),
    fits: (_scope, file) => !file.unencrypted,
    none: (place) => vscode.l10n.t('{0} has no secret here: what is not encrypted is plain already.', place),
  });
  if (target === undefined) {
    return;
  }
  const { address } = target;
  const { file, scope } = address;
  const place = scopeLabel(scope);
  const show = () => vscode.window.showTextDocument(uriOf(address), { preview: false });
  const message = vscode.l10n.t('Make {0} of {1} plain?', file, place);
  if (secrecyOf(scope, target.seen) === 'exposed') {
    const facts = [
      vscode.l10n.t('It is not encrypted, only marked as if it were: {0} fails to decrypt it.', place),
      vscode.l10n.t('Its value stays the same and is marked as plain text.'),
    ];
    if (await agreed(services, target, { message, facts, yes: vscode.l10n.t('Make Plain') })) {
      const edit: FileEdit = { kind: 'plain', value: target.seen.value };
      const anyway = vscode.l10n.t('Make Plain Anyway');
      await applyEdit(services, { ...target, edit, anyway, confirmed: true }, show);
    }
    return;
  }
  const facts = [
    scope.kind === 'device'
      ? vscode.l10n.t('Its present value cannot be read, so it needs a new one.')
      : vscode.l10n.t('What the service shows of a secret need not be its value, so it needs a new one.'),
    vscode.l10n.t('Everybody who may see the configuration will be able to read the new value.'),
  ];
  if (!(await agreed(services, target, { message, facts, yes: vscode.l10n.t('Give It a Plain Value…') }))) {
    return;
  }
  const bytes = await askValue(
    services.questions,
    address,
    vscode.l10n.t('Plain value of {0} for {1}', file, place),
    false,
  );
  if (bytes === undefined) {
    return;
  }
  const value = textOf(bytes);
  if (value === undefined) {
    const what = vscode.l10n.t('Could not change {0} of {1}', file, place);
    await showFailure(what, new SaveRefused('notText', address));
    return;
  }
  const edit: FileEdit = { kind: 'plain', value };
  await applyEdit(services, { ...target, edit, anyway: vscode.l10n.t('Replace'), confirmed: true }, show);
}

/** Opens the tabs of a file anew: the undo history of a document would keep the plain text. */
async function forgetText(uri: vscode.Uri): Promise<void> {
  // Only what has nothing unsent: a question about that was asked before. Whether a tab is in front is gone once it is closed.
  const closing = tabsOf(uri)
    .filter(({ isDirty }) => !isDirty)
    .map((tab) => ({ tab, viewColumn: tab.group.viewColumn, active: tab.isActive }));
  await vscode.window.tabGroups.close(
    closing.map(({ tab }) => tab),
    true,
  );
  for (const { viewColumn, active } of closing) {
    await vscode.window.showTextDocument(uri, { viewColumn, preview: false, preserveFocus: !active });
  }
}
