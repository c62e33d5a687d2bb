import { l10n } from 'vscode';
import { DEMO_HOST } from '../api/server';
import { serverName } from '../model/serverKey';

/** @returns the name of a host for people: that of the demo Factory is no address */
export function hostLabel(host: string): string {
  return host === DEMO_HOST ? l10n.t('Demo') : host;
}

/** @returns the name of a server for people, from its key */
export function serverLabel(key: string): string {
  return hostLabel(serverName(key));
}
