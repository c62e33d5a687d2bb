import * as vscode from 'vscode';
import { parseFolder, parsePlace, SCHEME } from '../configfs/address';
import type { ConfigScope } from '../model/config';
import { serverLabel } from '../ui/hostLabel';
import { showInformation } from '../ui/messages';
import type { CommandContext } from './services';

/** @returns the device, group or Factory whose folder a URI names, or whose file; undefined for others */
export function scopeOfUri(uri: vscode.Uri): { readonly host: string; readonly scope: ConfigScope } | undefined {
  if (uri.scheme !== SCHEME) {
    return undefined;
  }
  const place = parsePlace(uri);
  const scope: ConfigScope | undefined =
    place?.kind === 'owner'
      ? place.scope
      : place?.kind === 'root'
        ? { kind: 'factory', factory: place.factory }
        : parseFolder(uri)?.scope;
  return scope && { host: uri.authority, scope };
}

/**
 * What a command of rows was called on, where that was the Explorer: a stand-in for the row. A folder of another Factory than the one
 * that is shown is refused: names of both may be the same.
 *
 * @returns what it was called with, from anywhere else; `refused` where the user was told that it does not work there
 */
export function subjectIn({ connection, factory }: CommandContext, argument: unknown): unknown {
  const given = argument instanceof vscode.Uri ? scopeOfUri(argument) : (argument as Partial<{ host: string }>);
  if (typeof given?.host !== 'string') {
    return argument;
  }
  const { host, scope } = given as { readonly host: string; readonly scope: ConfigScope };
  if (host !== connection.client.server.key || scope.factory !== factory.name) {
    void showInformation(
      vscode.l10n.t(
        'This folder belongs to the Factory {0} on {1}. Switch to it first, with “Foundries: Switch Factory or Account…”.',
        scope.factory,
        serverLabel(host),
      ),
    );
    return 'refused';
  }
  const device = scope.kind === 'device' ? factory.fleet.find(scope.device) : undefined;
  return { scope, ...(device === undefined ? {} : { device }) };
}
