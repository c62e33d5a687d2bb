import * as vscode from 'vscode';
import type { Target } from '../model/target';
import { searchTargets } from '../model/targetSearch';
import type { TargetsView } from '../views/targetsView';
import { loadTargets } from './arrangeTargets';
import type { CommandContext, Services } from './services';

/** Targets that a search shows at once. */
const MOST_SHOWN = 100;
/** Milliseconds of rest before a text is searched for. */
const REST_MS = 80;

/** `Find Target…`: any target of the Factory, shown in the view. */
export function findTargetCommands(services: Services, view: TargetsView) {
  return {
    'foundries.findTarget': () =>
      services.withFactory(async (context) => {
        const target = await pickTarget(context, view);
        if (target !== undefined) {
          await vscode.commands.executeCommand('foundries.targets.focus');
          await view.reveal(target.tags[0] ?? '', target.version, target.name);
        }
      }),
  };
}

type TargetItem = vscode.QuickPickItem & { readonly target?: Target };

async function pickTarget(context: CommandContext, view: TargetsView): Promise<Target | undefined> {
  const targets = await loadTargets(context, view);
  if (targets === undefined) {
    return undefined;
  }
  const pick = vscode.window.createQuickPick<TargetItem>();
  pick.title = vscode.l10n.t('Find Target of {0}', context.factory.name);
  pick.placeholder = vscode.l10n.t('Version, name, tag, hardware, app, digest, OS hash or commit; parts will do');
  // What was found is shown, also what was found by something that an item does not show.
  const isFound = { alwaysShow: true };
  const format = new Intl.NumberFormat(vscode.env.language);
  let running = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const search = async (text: string) => {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    pick.busy = true;
    const { found, more } = await searchTargets(targets, text, MOST_SHOWN, signal);
    if (signal.aborted) {
      return;
    }
    pick.busy = false;
    pick.items = [
      ...found.map((target) => ({ ...itemOf(target, text), ...isFound, target })),
      ...(more ? [{ label: vscode.l10n.t('There are more: type on to narrow them down'), ...isFound }] : []),
      ...(found.length === 0
        ? [
            {
              label:
                targets.length === 0
                  ? vscode.l10n.t('{0} has no targets yet', context.factory.name)
                  : targets.length === 1
                    ? vscode.l10n.t('The only target does not have “{0}”', text.trim())
                    : vscode.l10n.t('None of {0} targets has “{1}”', format.format(targets.length), text.trim()),
              ...isFound,
            },
          ]
        : []),
    ];
  };
  try {
    return await new Promise<Target | undefined>((resolve) => {
      pick.onDidChangeValue((text) => {
        clearTimeout(timer);
        timer = setTimeout(() => void search(text), REST_MS);
      });
      pick.onDidAccept(() => {
        const target = pick.selectedItems[0]?.target;
        if (target !== undefined) {
          resolve(target);
        }
      });
      pick.onDidHide(() => resolve(undefined));
      pick.show();
      void search('');
    });
  } finally {
    clearTimeout(timer);
    running.abort();
    pick.dispose();
  }
}

function itemOf(target: Target, text: string): vscode.QuickPickItem {
  const words = text.toLowerCase().split(/\s+/);
  const has = (value: string) => words.some((word) => word !== '' && value.toLowerCase().includes(word));
  const apps = target.apps.filter(({ name, uri }) => has(name) || has(uri)).map(({ name, uri }) => shown(name, uri));
  const commits = target.commits.filter(({ sha }) => has(sha)).map(({ repository, sha }) => shown(repository, sha));
  const system = has(target.ostreeHash) ? [shown(vscode.l10n.t('OS'), target.ostreeHash)] : [];
  const found = [...apps, ...commits, ...system].join(', ');
  return {
    label: `$(package) ${target.version}`,
    description: [target.hardwareIds.join(', '), target.tags.join(', '), target.name]
      .filter((part) => part !== '')
      .join(' · '),
    ...(found === '' ? {} : { detail: found }),
  };
}

/** A name with the beginning of what follows the last colon: a digest, or a hash. */
const shown = (name: string, value: string): string =>
  `${name} ${value.slice(value.lastIndexOf(':') + 1).slice(0, 12)}`;
