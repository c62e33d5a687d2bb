/** The texts of what is wrong in update settings, for Problems and for the prompt before a save. */
import * as vscode from 'vscode';
import type { GoFault } from '../model/goTomlReader';
import type { IniFault } from '../model/iniReader';
import type { UpdateFinding } from '../model/updateChecks';

/** @returns the text of a finding and its severity in Problems */
export function findingText(finding: UpdateFinding): [message: string, severity: vscode.DiagnosticSeverity] {
  const { Error, Information, Warning } = vscode.DiagnosticSeverity;
  switch (finding.kind) {
    case 'wrongType':
      return finding.expected === 'string'
        ? [vscode.l10n.t('{0} must be a text in quotes: the device reads nothing else here.', finding.key), Error]
        : [vscode.l10n.t('{0} must be a whole number without quotes.', finding.key), Error];
    case 'unknownApp':
      return [vscode.l10n.t('The newest target has no app {0}: the device ignores the name.', finding.app), Warning];
    case 'unknownTag':
      return finding.certain
        ? [vscode.l10n.t('No target has the tag {0}: a device that follows it gets no updates.', finding.tag), Warning]
        : [
            vscode.l10n.t(
              'No device follows the tag {0} yet. Whether it has targets is known once the Targets view has loaded them.',
              finding.tag,
            ),
            Information,
          ];
    case 'severalTags':
      return [
        vscode.l10n.t('A device follows one tag. The service and the programs on the device support no more.'),
        Warning,
      ];
    case 'otherTwin':
      return [
        vscode.l10n.t(
          'docker_apps lists other apps than compose_apps. Devices ignore it, but fioctl compares with it alone: it would say “No changes found” where there are some.',
        ),
        Warning,
      ];
    case 'duplicate':
      return [vscode.l10n.t('{0} is in the list already.', finding.name), Warning];
    case 'unknownKey':
      return [
        finding.nearest === undefined
          ? vscode.l10n.t('{0} is not a documented key. Check its spelling.', finding.key)
          : vscode.l10n.t('{0} is not a documented key. Is {1} meant?', finding.key, finding.nearest),
        Warning,
      ];
    case 'unknownTable':
      return [
        finding.nearest === undefined
          ? vscode.l10n.t('{0} is not a documented table. Check its spelling.', finding.table)
          : vscode.l10n.t('{0} is not a documented table. Is {1} meant?', finding.table, finding.nearest),
        Information,
      ];
    case 'rejected':
      return [rejectionText(finding.fault), Error];
    case 'flag':
      return [
        vscode.l10n.t('{0} must be "0" or "1". aktualizr-lite does not start with any other value.', finding.key),
        Error,
      ];
    case 'noTable':
      return [
        vscode.l10n.t(
          '{0} is outside of a table: aktualizr-lite ignores it, and update-server rejects the whole configuration.',
          finding.key,
        ),
        Error,
      ];
    case 'comment':
      return finding.isText
        ? [
            vscode.l10n.t(
              'aktualizr-lite reads this comment as part of {0}. Move it to a line of its own.',
              finding.key,
            ),
            Error,
          ]
        : [
            vscode.l10n.t(
              'With this comment, {0} is not a number for aktualizr-lite, which uses the default. Move it to a line of its own.',
              finding.key,
            ),
            Warning,
          ];
    case 'notFound':
      return [
        vscode.l10n.t(
          'aktualizr-lite does not find {0} in this form. Write it without quotes or dots, on a line below its table.',
          finding.key,
        ),
        Error,
      ];
    case 'otherValue':
      return [
        vscode.l10n.t('aktualizr-lite reads {0} as: {1}', finding.key, finding.value === '' ? '""' : finding.value),
        Error,
      ];
    case 'noCommas':
      return [
        vscode.l10n.t('Separate the names in {0} with commas: fioup reads them as one name.', finding.key),
        Warning,
      ];
    case 'outOfRange': {
      const [min, max] = finding.range;
      return [
        max === Number.MAX_SAFE_INTEGER
          ? vscode.l10n.t('{0} must be a whole number of at least {1}.', finding.key, min)
          : vscode.l10n.t('{0} must be a whole number from {1} to {2}.', finding.key, min, max),
        Warning,
      ];
    }
  }
}

function rejectionText(fault: IniFault | GoFault): string {
  switch (fault) {
    case 'listOfTables':
      return vscode.l10n.t(
        'update-server rejects the whole configuration because of a list of tables, and aktualizr-lite does not find the keys in it. Write the name in single brackets.',
      );
    case 'bracketInName':
      return vscode.l10n.t('fioctl and fioconfig reject the file: the name of a table must not hold a bracket.');
    case 'quoteInName':
      return vscode.l10n.t('fioctl and fioconfig reject the file: a name must not hold a double quote.');
    case 'quoteAtEnd':
      return vscode.l10n.t('fioctl and fioconfig reject the file: this text ends with more than three quotes.');
    case 'tooLarge':
      return vscode.l10n.t('fioctl and fioconfig reject the file: this number is too large.');
    case 'date':
      return vscode.l10n.t('fioctl and fioconfig reject the file: they do not know this form of date or time.');
    case 'noEquals':
      return vscode.l10n.t(
        'aktualizr-lite rejects the file: every line needs a key, an equals sign and a value. It would not start.',
      );
    case 'noKey':
      return vscode.l10n.t(
        'aktualizr-lite rejects the file: there is no key before the equals sign. It would not start.',
      );
    case 'openSection':
      return vscode.l10n.t('aktualizr-lite rejects the file: a line that begins with [ needs a ]. It would not start.');
    case 'duplicateSection':
    case 'duplicateKey':
      return vscode.l10n.t('aktualizr-lite rejects the file: this name is there twice. It would not start.');
    case 'byteOrderMark':
      return vscode.l10n.t('aktualizr-lite rejects the file because of its byte order mark. It would not start.');
  }
}
