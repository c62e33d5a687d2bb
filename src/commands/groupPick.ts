import * as vscode from 'vscode';
import { explain } from '../ui/errorText';
import { asLabel } from '../ui/label';
import { showQuickPick } from '../ui/picks';
import { plainText } from '../ui/plainText';
import type { CommandContext } from './services';

interface GroupItem extends vscode.QuickPickItem {
  readonly group?: string;
  readonly isNew?: true;
}

export interface GroupPickOptions {
  /** Is marked; `''`: none; undefined: nothing is. */
  readonly current?: string | undefined;
  /** Offers to have no group. */
  readonly orNone?: boolean;
  /** Offers a new one, which this makes and names. */
  readonly makeNew?: () => Promise<string | undefined>;
}

/**
 * Lets a device group be picked.
 *
 * @returns its name; `''` for none; undefined where given up
 */
export async function pickGroup(
  { factory }: CommandContext,
  title: string,
  { current, orNone = false, makeNew }: GroupPickOptions = {},
): Promise<string | undefined> {
  const items = async (): Promise<GroupItem[]> => {
    const { groups, error } = await factory.groups.load();
    const now = vscode.l10n.t('in it now');
    return [
      ...groups.map(({ name, description }): GroupItem => ({
        label: asLabel(name),
        description: [asLabel(description), name === current ? now : ''].filter((part) => part !== '').join(' · '),
        iconPath: new vscode.ThemeIcon('server-environment'),
        group: name,
      })),
      ...(error === undefined ? [] : [{ label: explain(error).message, kind: vscode.QuickPickItemKind.Separator }]),
      ...(orNone
        ? [
            { label: '', kind: vscode.QuickPickItemKind.Separator },
            {
              label: vscode.l10n.t('No Group'),
              description: current === '' ? now : '',
              iconPath: new vscode.ThemeIcon('circle-slash'),
              group: '',
            },
          ]
        : []),
      ...(makeNew === undefined
        ? []
        : [
            {
              label: vscode.l10n.t('New Device Group…'),
              iconPath: new vscode.ThemeIcon('add'),
              isNew: true as const,
            },
          ]),
    ];
  };
  const picked = await showQuickPick(items(), { title: plainText(title), matchOnDescription: true });
  return picked?.isNew === true ? makeNew?.() : picked?.group;
}
