import * as vscode from 'vscode';

/** @returns what is wrong with the name of a device or group; undefined where nothing is */
export function ownerNameProblem(name: string): string | undefined {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(name)) {
    return vscode.l10n.t('A name holds no control characters.');
  }
  return name === ''
    ? vscode.l10n.t('Type a name.')
    : name === '.' || name === '..'
      ? vscode.l10n.t('{0} cannot be a name.', name)
      : undefined;
}
