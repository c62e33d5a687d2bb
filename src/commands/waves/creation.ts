import * as vscode from 'vscode';
import { shellWord } from '../../model/shellCommands';
import type { WaveUnderWay } from '../../model/inProgress';
import { wavesInProgress } from '../../store/inProgress';
import { fleetCounts, tagsReach } from '../../store/reach';
import { asLabel } from '../../ui/label';
import { showInformation } from '../../ui/messages';
import { showQuickPick } from '../../ui/picks';
import { progressLines, reachLines } from '../../ui/reachText';
import { whileCounting } from '../counting';
import type { CommandContext } from '../services';

interface CommandItem extends vscode.QuickPickItem {
  readonly line?: string;
}

/** A tag that production devices follow, for which a wave can be. */
interface TagOfProduction {
  readonly tag: string;
  /** Whom a wave for it reaches, and what is in progress, in words. */
  readonly words: string;
}

/** What needs the offline key is done where that key is: with the CLI. */
export async function explainCreation(context: CommandContext): Promise<void> {
  const factory = shellWord(context.factory.name);
  const { tags, problem } = await tagsOfProduction(context);
  const init = (tag: string) =>
    `fioctl waves init --factory ${factory} --keys path/to/targets.only.key.tgz <wave> <version> ${tag}`;
  const item = (label: string, line: string, icon: string, detail = line): CommandItem => ({
    label,
    detail,
    iconPath: new vscode.ThemeIcon(icon),
    line,
  });
  const sign = `fioctl waves sign --factory ${factory} --keys path/to/targets.only.key.tgz <wave>`;
  const picked = await showQuickPick<CommandItem>(
    [
      item(vscode.l10n.t('Create a Wave'), init('<tag>'), 'terminal'),
      item(vscode.l10n.t('Sign a Wave'), sign, 'terminal'),
      {
        label: problem === '' ? vscode.l10n.t('For production devices with a tag') : problem,
        kind: vscode.QuickPickItemKind.Separator,
      },
      ...tags.map(({ tag, words }) =>
        item(asLabel(vscode.l10n.t('Create a Wave for Tag {0}', tag)), init(shellWord(tag)), 'tag', asLabel(words)),
      ),
    ],
    {
      title: vscode.l10n.t('Waves are created with fioctl'),
      placeHolder: vscode.l10n.t(
        'Both need the offline key of the Factory, which should not leave its machine: copy the command to run there',
      ),
    },
  );
  if (picked?.line !== undefined) {
    await vscode.env.clipboard.writeText(picked.line);
    void showInformation(
      vscode.l10n.t('Copied. Put in the path of the key, name, version and tag, and run it where the key is.'),
    );
  }
}

/** @returns the tags that production devices follow; where they could not be counted, why */
async function tagsOfProduction({
  connection: { client },
  factory,
}: CommandContext): Promise<{ readonly tags: readonly TagOfProduction[]; readonly problem: string }> {
  return whileCounting(vscode.l10n.t('Counting the production devices…'), async (counting) => {
    const [counts, { waves, wavesError }] = await Promise.all([
      fleetCounts(client, factory.name, counting),
      wavesInProgress({ client, factory: factory.name, waves: factory.waves }, () => true, counting),
    ]);
    const { presence } = counts;
    const production =
      presence === undefined
        ? counts
        : { presence: { ...presence, tags: presence.tags.filter((tag) => tag.production) } };
    const names = production.presence?.tags.flatMap(({ tag }) => (tag === '' ? [] : [tag])) ?? [];
    const told = (tag: string) => {
      const wave = waves?.find((each: WaveUnderWay) => each.wave.tag === tag);
      const progress = { waves: waves && (wave === undefined ? [] : [wave]), wavesError, jobs: [] };
      const reach = tagsReach(production, [tag], counting);
      return [...reachLines(reach, { kind: 'reached' }), ...progressLines(progress, { kind: 'wave' })].join(' ');
    };
    const tags = [...new Set([...names, ...(waves ?? []).map(({ wave }) => wave.tag)])].sort();
    return {
      tags: tags.map((tag) => ({ tag, words: told(tag) })),
      problem: presence === undefined ? reachLines(tagsReach(counts, [], counting), { kind: 'reached' }).join(' ') : '',
    };
  });
}
