import { l10n } from 'vscode';
import { DEMO_HOST } from '../api/server';

/** @returns the name of a host for people: that of the demo Factory is no address */
export function hostLabel(host: string): string {
  return host === DEMO_HOST ? l10n.t('Demo') : host;
}
