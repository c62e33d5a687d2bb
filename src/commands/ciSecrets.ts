import * as vscode from 'vscode';
import { FactoryError } from '../api/errors';
import { CI_SECRET_NAME, CI_SECRETS_BYTES, type CiTrigger } from '../api/triggers';
import { bytesText } from '../model/bytes';
import { textOf } from '../configfs/text';
import { CiSecrets, type CiSecret } from '../store/ciSecrets';
import { showFailure } from '../ui/notify';
import { plainText } from '../ui/plainText';
import { asLabel } from '../ui/label';
import { showInformation, showInput } from '../ui/messages';
import { showQuickPick } from '../ui/picks';
import { askValueOf } from './askValue';
import { attempt, whileBusy } from './fileServices';
import type { CommandContext, Services } from './services';

/** Bytes of a value that CI may have refused because it does not fit beside the others. */
const LARGE_BYTES = 1000;

interface SecretItem extends vscode.QuickPickItem {
  readonly secret?: CiSecret;
  readonly makesIn?: CiTrigger;
}

/** *Manage CI Secrets…*: names are listed; a value is set or deleted, and shown, kept or logged nowhere. */
export function ciSecretsCommands(services: Services) {
  return {
    'foundries.ciSecrets': () =>
      services.withFactory((context) =>
        attempt(vscode.l10n.t('Could not read the CI secrets'), () => showSecrets(services, context)),
      ),
  };
}

async function showSecrets(services: Services, { connection, factory }: CommandContext): Promise<void> {
  const secrets = new CiSecrets(connection.client, factory.name);
  const triggers = await whileBusy(vscode.l10n.t('Asking for the CI secrets…'), () => secrets.triggers());
  if (triggers.length === 0) {
    // Another trigger could never be deleted (there is no request for it): not made as a by-product of a secret.
    void showInformation(
      vscode.l10n.t(
        'The CI of {0} has no trigger that could hold secrets: it gets one with its first git repository.',
        factory.name,
      ),
    );
    return;
  }
  const picked = await showQuickPick(itemsOf(triggers), {
    title: plainText(vscode.l10n.t('CI secrets of {0}', factory.name)),
    placeHolder: vscode.l10n.t('Names only: nobody can read a value back'),
    matchOnDescription: true,
  });
  if (picked?.makesIn !== undefined) {
    await newSecret(services, secrets, picked.makesIn);
  } else if (picked?.secret !== undefined) {
    await changeSecret(services, secrets, picked.secret);
  }
}

function itemsOf(triggers: readonly CiTrigger[]): SecretItem[] {
  const many = triggers.length > 1;
  const of = ({ type, id }: CiTrigger) => (many ? vscode.l10n.t('trigger {0} ({1})', id, type) : '');
  return triggers.flatMap((trigger) => [
    ...(many ? [{ label: of(trigger), kind: vscode.QuickPickItemKind.Separator }] : []),
    ...trigger.secrets.map((name): SecretItem => ({
      label: asLabel(name),
      description: of(trigger),
      iconPath: new vscode.ThemeIcon('key'),
      secret: { name, trigger },
    })),
    {
      label: vscode.l10n.t('New CI Secret…'),
      description: of(trigger),
      iconPath: new vscode.ThemeIcon('add'),
      makesIn: trigger,
    },
  ]);
}

async function newSecret(services: Services, secrets: CiSecrets, trigger: CiTrigger): Promise<void> {
  const name = await showInput({
    title: vscode.l10n.t('New CI secret'),
    prompt: vscode.l10n.t('Its name, as builds see it. The value is asked next.'),
    ignoreFocusOut: true,
    validateInput: (typed) =>
      !CI_SECRET_NAME.test(typed.trim())
        ? vscode.l10n.t('Letters, digits, dots, hyphens and underscores')
        : trigger.secrets.includes(typed.trim())
          ? vscode.l10n.t('There is a secret with this name: pick it in the list to replace its value.')
          : undefined,
  });
  if (name !== undefined) {
    await setValue(services, secrets, { name: name.trim(), trigger });
  }
}

async function changeSecret(services: Services, secrets: CiSecrets, secret: CiSecret): Promise<void> {
  const replace = { label: vscode.l10n.t('Replace Value…'), iconPath: new vscode.ThemeIcon('key') };
  const remove = { label: vscode.l10n.t('Delete…'), iconPath: new vscode.ThemeIcon('trash') };
  const picked = await showQuickPick([replace, remove], {
    title: plainText(vscode.l10n.t('CI secret {0}', secret.name)),
  });
  if (picked === replace) {
    await setValue(services, secrets, secret);
  } else if (picked === remove) {
    await removeSecret(services, secrets, secret);
  }
}

async function setValue({ questions }: Services, secrets: CiSecrets, { name, trigger }: CiSecret): Promise<void> {
  const place = vscode.l10n.t('CI');
  const tooLarge = (size: number) =>
    size > CI_SECRETS_BYTES
      ? new Error(
          vscode.l10n.t(
            'It has {0}. All CI secrets together may have about {1}.',
            bytesText(size),
            bytesText(CI_SECRETS_BYTES),
          ),
        )
      : undefined;
  const bytes = await askValueOf(
    questions,
    { name, place, tooLarge },
    plainText(vscode.l10n.t('Value of the CI secret {0}', name)),
    true,
  );
  if (bytes === undefined) {
    return;
  }
  const failure = vscode.l10n.t('Could not set the CI secret {0}', name);
  const value = textOf(bytes);
  if (value === undefined || bytes.length > CI_SECRETS_BYTES) {
    await showFailure(failure, tooLarge(bytes.length) ?? new Error(vscode.l10n.t('The value is not UTF-8 text.')));
    return;
  }
  try {
    await whileBusy(vscode.l10n.t('Setting the CI secret {0}…', name), () => secrets.set(trigger, name, value));
  } catch (error) {
    // No way to try again from here: that would keep the value for as long as the message stands.
    await showFailure(failureToSet(error, name, bytes.length), error);
    return;
  }
  void showInformation(vscode.l10n.t('The CI secret {0} was set. Builds that start from now on get it.', name));
}

/**
 * @param size bytes of the value
 * @returns what could not be done. CI does not say itself that a value is too long beside the others: it answers with words of
 *   its database
 */
export function failureToSet(error: unknown, name: string, size: number): string {
  const isTooMuch =
    error instanceof FactoryError && error.kind === 'rejected' && error.info.status === 400 && size >= LARGE_BYTES;
  return isTooMuch
    ? vscode.l10n.t(
        'Could not set the CI secret {0}, which has {1}. All CI secrets together may have about {2}, and characters beyond ASCII count six times',
        name,
        bytesText(size),
        bytesText(CI_SECRETS_BYTES),
      )
    : vscode.l10n.t('Could not set the CI secret {0}', name);
}

async function removeSecret({ questions }: Services, secrets: CiSecrets, { name, trigger }: CiSecret): Promise<void> {
  const go = vscode.l10n.t('Delete');
  const chosen = await questions.ask({
    message: plainText(vscode.l10n.t('Delete the CI secret {0}?', name)),
    detail: vscode.l10n.t('Builds that need it fail from then on. Its value cannot be brought back.'),
    buttons: [go],
    keep: vscode.l10n.t('Keep'),
  });
  if (chosen !== go) {
    return;
  }
  await attempt(vscode.l10n.t('Could not delete the CI secret {0}', name), async () => {
    await whileBusy(vscode.l10n.t('Deleting the CI secret {0}…', name), () => secrets.remove(trigger, name));
    void showInformation(vscode.l10n.t('The CI secret {0} was deleted.', name));
  });
}
