import * as vscode from 'vscode';
import type { Target } from '../../model/target';
import { olderThan, type OldTargets } from '../../model/targetChanges';
import { TargetChanges, type PrunePlan } from '../../store/targetChanges';
import { asLabel } from '../../ui/label';
import { showInformation, showInput } from '../../ui/messages';
import { showQuickPick } from '../../ui/picks';
import { plainText } from '../../ui/plainText';
import { confirmPlan } from '../confirmPlan';
import { whileCounting } from '../counting';
import { attempt, whileBusy } from '../fileServices';
import type { CommandContext, Services } from '../services';
import { prunePlan } from './changePlans';
import { chosenTargets, hardwareOfRow, tagOfRow, targetsOfNow, targetsOfRows, targetsText } from './chosenTargets';
import { followJob } from './followJob';
import { aroundPrune } from './surroundings';

/** What is to be pruned. */
interface Wish {
  readonly targets: readonly Target[];
  /** Old ones that stay. */
  readonly staying: Pick<OldTargets, 'shared' | 'newest'>;
}

const NONE: Wish['staying'] = { shared: [], newest: [] };

/** *Prune Targets…*: of single targets, or of all but the newest versions of a tag. */
export async function pruneTargets(services: Services, context: CommandContext, row: unknown, rows: unknown) {
  await attempt(vscode.l10n.t('Could not prune targets'), async () => {
    const wish = await askWish(context, row, rows);
    if (wish !== undefined) {
      await prune(services, context, wish);
    }
  });
}

async function askWish(context: CommandContext, row: unknown, rows: unknown): Promise<Wish | undefined> {
  const tag = tagOfRow(row);
  if (tag !== undefined) {
    return olderOfTag(context, tag, hardwareOfRow(row));
  }
  const chosen = targetsOfRows(row, rows);
  if (row !== undefined || chosen.length > 0) {
    return chosen.length === 0 ? undefined : { targets: chosen, staying: NONE };
  }
  const single = { label: vscode.l10n.t('Single Targets…'), iconPath: new vscode.ThemeIcon('circuit-board') };
  const old = { label: vscode.l10n.t('Old Versions of a Tag…'), iconPath: new vscode.ThemeIcon('tag') };
  const picked = await showQuickPick([single, old], { title: vscode.l10n.t('Prune what?') });
  if (picked === single) {
    const targets = await chosenTargets(context, undefined, undefined, vscode.l10n.t('Prune which targets?'));
    return targets && { targets, staying: NONE };
  }
  return picked === old ? olderOfPickedTag(context) : undefined;
}

async function olderOfPickedTag(context: CommandContext): Promise<Wish | undefined> {
  await targetsOfNow(context);
  const items = context.factory.targets.state.tags.map(({ tag, versions }) => ({
    label: tag === '' ? vscode.l10n.t('(no tag)') : asLabel(tag),
    description: versions.length === 1 ? vscode.l10n.t('1 version') : vscode.l10n.t('{0} versions', versions.length),
    iconPath: new vscode.ThemeIcon('tag'),
    tag,
  }));
  const title = vscode.l10n.t('Prune old versions of which tag?');
  const picked = await showQuickPick(items, { title });
  return picked && olderOfTag(context, picked.tag);
}

/** @param hardware only targets for it; undefined: for all */
async function olderOfTag(context: CommandContext, tag: string, hardware?: string): Promise<Wish | undefined> {
  const targets = await targetsOfNow(context);
  const tagName = tag === '' ? vscode.l10n.t('(no tag)') : tag;
  const name = hardware === undefined ? tagName : vscode.l10n.t('{0} for {1}', tagName, hardware);
  const text = await showInput({
    title: plainText(vscode.l10n.t('Prune old versions of tag {0}', name)),
    prompt: vscode.l10n.t(
      'How many of the newest versions stay, for each hardware? Enter shows what would go; nothing is pruned yet.',
    ),
    value: '10',
    ignoreFocusOut: true,
    validateInput: (typed) => (/^\s*[1-9]\d{0,5}\s*$/.test(typed) ? undefined : vscode.l10n.t('A number, at least 1')),
  });
  if (text === undefined) {
    return undefined;
  }
  const { pruned, ...staying } = olderThan(targets, tag, Number(text), hardware);
  if (pruned.length === 0) {
    void showInformation(nothingOld(name, staying));
    return undefined;
  }
  return { targets: pruned, staying };
}

function nothingOld(name: string, { shared, newest }: Wish['staying']): string {
  if (shared.length > 0) {
    return shared.length === 1
      ? vscode.l10n.t('Nothing to prune: the older target of tag {0} has further tags, too.', name)
      : vscode.l10n.t(
          'Nothing to prune: the {1} older targets of tag {0} have further tags, too.',
          name,
          shared.length,
        );
  }
  if (newest.length === 1) {
    return vscode.l10n.t('Nothing to prune: the older target of tag {0} is among the newest for its hardware.', name);
  }
  return newest.length === 0
    ? vscode.l10n.t('Nothing to prune: tag {0} has no older versions.', name)
    : vscode.l10n.t(
        'Nothing to prune: the {1} older targets of tag {0} are among the newest for their hardware.',
        name,
        newest.length,
      );
}

async function prune({ questions }: Services, context: CommandContext, { targets, staying }: Wish): Promise<void> {
  const { factory, connection } = context;
  const changes = new TargetChanges(connection.client, factory.name, factory.targets);
  let plan: PrunePlan = await whileBusy(vscode.l10n.t('Finding what would be pruned…'), () =>
    changes.planPrune(targets),
  );
  for (let changed = false; ; changed = true) {
    const shown = plan;
    if (shown.targets.length === 0) {
      void showInformation(vscode.l10n.t('Nothing to prune: they are no longer there.'));
      return;
    }
    const { around, running } = await whileCounting(vscode.l10n.t('Asking which devices run them…'), (counting) =>
      aroundPrune(context, shown.targets, counting),
    );
    if (!(await confirmPlan(questions, prunePlan(shown, running, staying, { ...around, changed })))) {
      return;
    }
    const end = await whileBusy(vscode.l10n.t('Asking CI to prune…'), () => changes.sendPrune(shown));
    if (end.state === 'started') {
      const what = targetsText(shown.targets);
      void followJob(context, {
        title: vscode.l10n.t('Pruning {0}', what),
        done: vscode.l10n.t('Pruned: {0}.', what),
        job: end.job,
        wrong: () => changes.notPruned(shown.targets),
      });
      return;
    }
    ({ plan } = end);
  }
}
