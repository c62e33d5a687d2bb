import { l10n } from 'vscode';
import { stringify } from 'yaml';
import { withoutDeepParts } from '../model/nesting';
import type { ComposeAppContent } from '../model/targetDetail';
import { bytesText } from '../model/bytes';
import { oneLine } from '../ui/reportText';

/**
 * @returns the compose file of an app as YAML, with its address, its files and the service's warnings as comments above;
 *   the comments alone where the service has no compose file to show
 */
export function composeText(app: string, content: ComposeAppContent): string {
  const { uri, error, warnings, files, spec, size } = content;
  const said = [
    l10n.t('Compose app {0}', app),
    uri,
    ...(files.length === 0 ? [] : [l10n.t('Files: {0}', files.map(oneLine).join(', '))]),
    ...(size === undefined ? [] : [l10n.t('Size of the bundle: {0}', bytesText(size))]),
    ...warnings.map((warning) => l10n.t('Warning: {0}', warning)),
    ...(error === '' ? [] : [l10n.t('The service could not read it: {0}', error)]),
    ...(spec === undefined ? [l10n.t('The service shows no compose file of this app.')] : []),
  ];
  const comments = said.filter((line) => line !== '').map((line) => `# ${oneLine(line)}`);
  return (
    [
      ...comments,
      ...(spec === undefined
        ? []
        : ['', stringify(withoutDeepParts(spec), { lineWidth: 0, aliasDuplicateObjects: false })]),
    ]
      .join('\n')
      .trimEnd() + '\n'
  );
}
