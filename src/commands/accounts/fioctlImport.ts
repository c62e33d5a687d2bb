import { open } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { FactoryError } from '../../api/errors';
import { foundriesServer } from '../../api/server';
import type { Account } from '../../auth/accountStore';
import { readFioctlConfig, type FioctlConfig, type FioctlProblem } from '../../model/fioctlConfig';
import { showError, showInformation, showProgress } from '../../ui/messages';
import { showFailure } from '../../ui/notify';
import { chooseFactory, listFactories } from './factories';
import { keepAccount, type Accepted } from './keepAccount';
import type { AccountServices } from './services';
import { isPlainHttp, tryApplication } from './signIn';

/** A settings file is some hundred bytes; what is larger is something else. */
const MOST_BYTES = 256 * 1024;

/**
 * Takes over what the CLI is logged in with, after saying what that is and where it goes. The file is only read.
 *
 * @returns the account; undefined where nothing was taken over, with a message unless the user gave up
 */
export async function importFromFioctl(services: AccountServices): Promise<Account | undefined> {
  const file = fioctlFile();
  let text;
  try {
    text = await readSmall(file);
  } catch (error) {
    say(unreadable(file, error));
    return undefined;
  }
  const config = text === undefined ? undefined : readFioctlConfig(text);
  if (config === undefined) {
    say(vscode.l10n.t('{0} is too large to be the configuration of fioctl.', file));
    return undefined;
  }
  if ('problem' in config) {
    say(problemText(file, config));
    return undefined;
  }
  try {
    foundriesServer(config.apiUrl);
  } catch {
    say(problemText(file, { problem: 'address', key: 'server.url' }));
    return undefined;
  }
  const go = vscode.l10n.t('Import');
  const answer = await showInformation(
    vscode.l10n.t('Sign in with what fioctl uses?'),
    { modal: true, detail: whatItHolds(file, config) },
    go,
  );
  return answer === go ? take(services, config) : undefined;
}

async function take(services: AccountServices, config: FioctlConfig): Promise<Account | undefined> {
  let accepted: Accepted;
  const { label } = foundriesServer(config.apiUrl);
  try {
    accepted = await showProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: vscode.l10n.t('Signing in to {0}…', label),
        cancellable: true,
      },
      async (_progress, cancel) => {
        const stop = new AbortController();
        cancel.onCancellationRequested(() => stop.abort());
        return check(services, config, stop.signal);
      },
    );
  } catch (error) {
    if (error instanceof FactoryError && error.kind === 'cancelled') {
      return undefined;
    }
    await showFailure(vscode.l10n.t('What fioctl uses could not be taken over'), error);
    return undefined;
  }
  const { client, factories } = accepted;
  const known = config.factory !== '' && (factories.length === 0 || factories.includes(config.factory));
  const factory = known ? config.factory : await chooseFactory(client, factories);
  return factory === undefined ? undefined : keepAccount(services, accepted, factory);
}

async function check(services: AccountServices, config: FioctlConfig, signal: AbortSignal): Promise<Accepted> {
  const { credential, apiUrl } = config;
  if (credential.kind === 'application') {
    return tryApplication(services, apiUrl, credential, signal);
  }
  const client = services.clients.tryToken(apiUrl, credential.token);
  return { client, credential: credential.token, factories: await listFactories(client, signal) };
}

/** As the CLI finds it: `FIOCTL_CONFIG`, else below the home folder on every system (docs/api.md §1.6). */
function fioctlFile(): string {
  const { FIOCTL_CONFIG } = process.env;
  return FIOCTL_CONFIG === undefined || FIOCTL_CONFIG === ''
    ? path.join(os.homedir(), '.config', 'fioctl.yaml')
    : path.resolve(FIOCTL_CONFIG);
}

/** @returns the text; undefined where the file is too large. Rejects where it cannot be read. */
async function readSmall(file: string): Promise<string | undefined> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    return size > MOST_BYTES ? undefined : await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

function say(message: string): void {
  void showError(message);
}

function unreadable(file: string, error: unknown): string {
  const { code } = error as { code?: unknown };
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return vscode.l10n.t(
        'There is no {0} on {1}: fioctl was not set up there (fioctl login). Another place can be named by the environment variable FIOCTL_CONFIG.',
        file,
        machine(),
      );
    case 'EACCES':
    case 'EPERM':
      return vscode.l10n.t('You may not read {0}.', file);
    case 'EISDIR':
      return vscode.l10n.t('{0} is a folder.', file);
    default:
      return vscode.l10n.t('{0} cannot be read: {1}', file, error instanceof Error ? error.message : String(error));
  }
}

function problemText(file: string, found: FioctlProblem): string {
  switch (found.problem) {
    case 'syntax':
      return vscode.l10n.t('{0} is not valid YAML (line {1}).', file, found.line);
    case 'notSettings':
      return vscode.l10n.t('{0} does not hold settings of fioctl.', file);
    case 'wrongType':
      return vscode.l10n.t('{0}: the value of {1} is not what fioctl writes there.', file, found.key);
    case 'address':
      return vscode.l10n.t('{0}: {1} is not an http(s) address.', file, found.key);
    case 'noCredential':
      return vscode.l10n.t(
        '{0} holds neither a token nor a client ID with its secret. Run fioctl login first, or sign in here.',
        file,
      );
  }
}

/** What is going to be done, before it is done. */
function whatItHolds(file: string, config: FioctlConfig): string {
  const { credential, apiUrl, factory } = config;
  const isToken = credential.kind === 'token';
  return [
    vscode.l10n.t('{0} on {1} holds:', file, machine()),
    isToken
      ? vscode.l10n.t('• an API token')
      : vscode.l10n.t('• application credentials: client ID {0} and its secret', credential.clientId),
    ...(factory === '' ? [] : [vscode.l10n.t('• the Factory {0}', factory)]),
    '',
    isToken
      ? vscode.l10n.t('The token is copied to the secret storage of VS Code, and sent to {0} only.', apiUrl)
      : vscode.l10n.t(
          'They are copied to the secret storage of VS Code, and sent to {0} only, for access tokens of their own that are sent to {1}. Those of fioctl are not used.',
          credential.oauthUrl,
          apiUrl,
        ),
    ...[...new Set([...(isToken ? [] : [credential.oauthUrl]), apiUrl])]
      .filter(isPlainHttp)
      .map((address) => vscode.l10n.t('Mind that {0} is not encrypted.', address)),
    vscode.l10n.t('The file is not changed.'),
    ...(config.extraHeaders ? [vscode.l10n.t('Its extra headers are not taken over.')] : []),
    ...(config.insecure ? [vscode.l10n.t('Certificates are checked here, although the file switches that off.')] : []),
  ].join('\n');
}

/** Where this code runs, which need not be where the window is. */
function machine(): string {
  return vscode.env.remoteName === undefined ? vscode.l10n.t('this machine') : os.hostname();
}
