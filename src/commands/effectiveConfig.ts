import * as vscode from 'vscode';
import { FactoryError } from '../api/errors';
import { EFFECTIVE_SCHEME, formatAddress, parseFolder, SCHEME } from '../configfs/address';
import type { ConfigFile, ConfigScope } from '../model/config';
import type { ConfigLevel } from '../model/effectiveConfig';
import type { Connection } from '../store/connections';
import { effectivePage } from '../ui/effectivePage';
import { explain } from '../ui/errorText';
import { serverLabel } from '../ui/hostLabel';
import { showProgress } from '../ui/messages';
import { showFailure } from '../ui/notify';
import { subjectIn } from './explorerSubject';
import { pickDevice } from './pickDevice';
import type { Services } from './services';

/** Pages that show what a device receives from its Factory, its group and its own configuration. */
export class EffectivePages implements vscode.Disposable {
  private readonly services: Services;
  /** Pages as they were last made, by URI. */
  private readonly pages = new Map<string, string>();
  private readonly changed: vscode.EventEmitter<vscode.Uri>;
  private readonly subscription: vscode.Disposable;

  /** @param changed told of pages that are others now */
  constructor(services: Services, changed: vscode.EventEmitter<vscode.Uri>) {
    this.services = services;
    this.changed = changed;
    this.subscription = vscode.workspace.onDidCloseTextDocument(({ uri }) => this.pages.delete(uri.toString()));
  }

  /** @param subject the row of a device; without one it is picked */
  async show(subject: unknown): Promise<void> {
    await this.services.withFactory(async (context) => {
      const { connection, factory } = context;
      const row = subjectIn(context, subject);
      if (row === 'refused') {
        return;
      }
      const given = deviceIn(row, factory.name);
      const name =
        given?.device ??
        (await pickDevice(factory, vscode.l10n.t('Show the effective configuration of which device?')))?.name;
      if (name !== undefined) {
        await this.open(connection, given?.factory ?? factory.name, name);
      }
    });
  }

  /** The page of a tab that was restored; never rejects. */
  async text(uri: vscode.Uri): Promise<string> {
    const known = this.pages.get(uri.toString());
    if (known !== undefined) {
      return known;
    }
    const path = uri.path.replace(/\/effective\/[^/]*$/, '/config');
    const folder = parseFolder({ scheme: SCHEME, authority: uri.authority, path });
    await this.services.ready();
    const { scope, host } = folder ?? {};
    const connection = scope && host ? this.services.connections.forFactory(host, scope.factory) : undefined;
    if (scope?.kind !== 'device' || connection === undefined) {
      return vscode.l10n.t('Not signed in to {0}. Sign in, then open this page again.', serverLabel(uri.authority));
    }
    try {
      return await readEffective(connection, scope.factory, scope.device);
    } catch (error) {
      return vscode.l10n.t('The configuration could not be read. {0}', explain(error).message);
    }
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private async open(connection: Connection, factory: string, device: string): Promise<void> {
    const uri = pageUri(connection.client.server.key, factory, device);
    try {
      const page = await showProgress(
        {
          location: vscode.ProgressLocation.Window,
          title: vscode.l10n.t('Reading the configuration of {0}…', device),
        },
        () => readEffective(connection, factory, device),
      );
      this.pages.set(uri.toString(), page);
      // Also a page that is open already shows what was read now.
      this.changed.fire(uri);
      await vscode.window.showTextDocument(uri, { preview: true });
    } catch (error) {
      await showFailure(vscode.l10n.t('Could not read the configuration of {0}', device), error, () =>
        this.open(connection, factory, device),
      );
    }
  }
}

function pageUri(host: string, factory: string, device: string): vscode.Uri {
  // A folder of its own beside the device's files, by which the page has its language.
  const { path } = formatAddress({ host, scope: { kind: 'device', factory, device }, file: 'x' });
  const name = vscode.l10n.t('{0} (effective configuration)', device.replace(/\//g, '_'));
  return vscode.Uri.from({
    scheme: EFFECTIVE_SCHEME,
    authority: host,
    path: path.replace(/config\/x$/, () => `effective/${name}`),
  });
}

function deviceIn(subject: unknown, factory: string): { device: string; factory: string } | undefined {
  const { device, scope } = (subject ?? {}) as { device?: { name?: unknown }; scope?: ConfigScope };
  return scope?.kind === 'device'
    ? scope
    : typeof device?.name === 'string'
      ? { device: device.name, factory }
      : undefined;
}

/**
 * Asks for the device, for its group's name, and for the three configurations, as many at once as can be: three requests
 * for a device in no group, four otherwise.
 *
 * @returns the page
 * @throws {FactoryError} where the device or its own configuration cannot be read
 */
export async function readEffective(
  { client, configs }: Pick<Connection, 'client' | 'configs'>,
  factory: string,
  name: string,
): Promise<string> {
  const latest = async (scope: ConfigScope): Promise<readonly ConfigFile[]> =>
    (await configs.get(scope, 0)).entries[0]?.files ?? [];
  const missing: { level: ConfigLevel; why: string }[] = [];
  /** Not everybody may see the configuration that devices share: then the rest is still worth showing. */
  const optional = async (level: ConfigLevel, scope: ConfigScope): Promise<readonly ConfigFile[]> => {
    try {
      return await latest(scope);
    } catch (error) {
      if (!(error instanceof FactoryError) || error.kind === 'unauthorized') {
        throw error;
      }
      missing.push({ level, why: explain(error).message });
      return [];
    }
  };
  const device = client.getDevice(factory, name);
  const [{ group }, own, shared, ofGroup] = await Promise.all([
    device,
    latest({ kind: 'device', factory, device: name }),
    optional('factory', { kind: 'factory', factory }),
    device.then(({ group: inGroup }) =>
      inGroup === '' ? [] : optional('group', { kind: 'group', factory, group: inGroup }),
    ),
  ]);
  // With its TOML parser, for those who look.
  const { effectiveConfig, LEVELS } = await import('../model/effectiveConfig');
  return effectivePage({
    device: name,
    factory,
    group,
    files: effectiveConfig({ factory: shared, group: ofGroup, device: own }),
    missing: missing.sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level)),
    fetchedAt: Date.now(),
  });
}
