import * as vscode from 'vscode';
import type { Target } from '../../model/target';
import { TAG_NAME, type TagEdit } from '../../model/targetChanges';
import { TargetChanges, type TagPlan } from '../../store/targetChanges';
import { asLabel } from '../../ui/label';
import { showInformation, showInput } from '../../ui/messages';
import { showQuickPick } from '../../ui/picks';
import { plainText } from '../../ui/plainText';
import { confirmPlan } from '../confirmPlan';
import { whileCounting } from '../counting';
import { attempt, whileBusy } from '../fileServices';
import type { CommandContext, Services } from '../services';
import { tagsPlan } from './changePlans';
import { allTargets, chosenTargets, targetsText } from './chosenTargets';
import { followJob } from './followJob';
import { aroundTags } from './surroundings';

/** *Edit Target Tags…*: adds, removes or replaces tags of one or several targets. */
export async function editTargetTags(services: Services, context: CommandContext, row: unknown, rows: unknown) {
  await attempt(vscode.l10n.t('Could not change tags'), async () => {
    const title = vscode.l10n.t('Edit the tags of which targets?');
    const targets = await chosenTargets(context, row, rows, title);
    const edit = targets === undefined ? undefined : await askEdit(context, targets);
    if (targets !== undefined && edit !== undefined) {
      await changeTags(services, context, targets, edit, vscode.l10n.t('Change Tags'));
    }
  });
}

/** *Promote Target to Tag…*: gives targets one more tag. */
export async function promoteTargets(services: Services, context: CommandContext, row: unknown, rows: unknown) {
  await attempt(vscode.l10n.t('Could not promote targets'), async () => {
    const targets = await chosenTargets(context, row, rows, vscode.l10n.t('Promote which targets?'));
    if (targets === undefined) {
      return;
    }
    const title = plainText(vscode.l10n.t('Promote {0} to which tag?', targetsText(targets)));
    const carried = tagsThatAllHave(targets);
    const tags = await pickTags(context, title, { without: carried, many: false });
    if (tags !== undefined) {
      await changeTags(services, context, targets, { kind: 'add', tags }, vscode.l10n.t('Promote'));
    }
  });
}

/** Works out the change from what the service has, shows it, sends it after a word of the user, and follows the job. */
export async function changeTags(
  { questions }: Services,
  context: CommandContext,
  targets: readonly Target[],
  edit: TagEdit,
  go: string,
): Promise<void> {
  const { factory, connection } = context;
  const changes = new TargetChanges(connection.client, factory.name, factory.targets);
  let plan: TagPlan = await whileBusy(vscode.l10n.t('Reading the tags of {0}…', targetsText(targets)), () =>
    changes.planTags(targets, edit),
  );
  for (let changed = false; ; changed = true) {
    if (plan.changes.length === 0) {
      void showInformation(
        plan.gone.length > 0
          ? vscode.l10n.t('Nothing to change. No longer there: {0}.', plan.gone.join(', '))
          : vscode.l10n.t('Nothing to change: {0} has these tags already.', targetsText(targets)),
      );
      return;
    }
    const shown = plan;
    const around = await whileCounting(vscode.l10n.t('Counting the devices that follow the tags…'), (counting) =>
      aroundTags(context, shown.changes, counting),
    );
    if (!(await confirmPlan(questions, tagsPlan(shown, go, { ...around, changed })))) {
      return;
    }
    const end = await whileBusy(vscode.l10n.t('Asking CI to change tags…'), () => changes.sendTags(shown));
    if (end.state === 'started') {
      const what = targetsText(shown.changes);
      void followJob(context, {
        title: vscode.l10n.t('Changing the tags of {0}', what),
        done: vscode.l10n.t('The tags of {0} were changed.', what),
        job: end.job,
        wrong: () => changes.notTagged(shown.changes),
      });
      return;
    }
    ({ plan } = end);
  }
}

async function askEdit(context: CommandContext, targets: readonly Target[]): Promise<TagEdit | undefined> {
  const carried = [...new Set(targets.flatMap(({ tags }) => tags))].sort();
  const now = carried.join(', ') || vscode.l10n.t('no tag');
  const what = targetsText(targets);
  const item = (how: TagEdit['kind'], label: string, icon: string) => ({
    how,
    label,
    iconPath: new vscode.ThemeIcon(icon),
  });
  const picked = await showQuickPick(
    [
      item('add', vscode.l10n.t('Add Tags…'), 'add'),
      ...(carried.length === 0 ? [] : [item('remove', vscode.l10n.t('Remove Tags…'), 'remove')]),
      item('replace', vscode.l10n.t('Replace All Tags…'), 'replace-all'),
    ],
    { title: plainText(vscode.l10n.t('Tags of {0}: {1}', what, now)) },
  );
  switch (picked?.how) {
    case undefined:
      return undefined;
    case 'add': {
      const title = plainText(vscode.l10n.t('Add which tags to {0}?', what));
      const tags = await pickTags(context, title, { without: tagsThatAllHave(targets), many: true });
      return tags && { kind: 'add', tags };
    }
    case 'remove': {
      const title = plainText(vscode.l10n.t('Remove which tags from {0}?', what));
      const tags = await showQuickPick(carried, { title, canPickMany: true, ignoreFocusOut: true });
      return tags === undefined || tags.length === 0 ? undefined : { kind: 'remove', tags };
    }
    case 'replace':
      return replaceAll(what, carried);
  }
}

async function replaceAll(what: string, carried: readonly string[]): Promise<TagEdit | undefined> {
  const text = await showInput({
    title: plainText(vscode.l10n.t('All tags of {0}', what)),
    prompt: vscode.l10n.t('Separated by commas; empty for no tag. Each target gets exactly these.'),
    value: carried.join(','),
    ignoreFocusOut: true,
    validateInput: (typed) => tagProblem(split(typed)),
  });
  return text === undefined ? undefined : { kind: 'replace', tags: split(text) };
}

const split = (text: string): string[] =>
  text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');

const tagProblem = (tags: readonly string[]): string | undefined => {
  const wrong = tags.find((tag) => !TAG_NAME.test(tag));
  return wrong === undefined
    ? undefined
    : vscode.l10n.t('{0} cannot be a tag: letters, digits, and _ - . + only', wrong);
};

function tagsThatAllHave(targets: readonly Target[]): readonly string[] {
  const [first, ...others] = targets;
  return first?.tags.filter((tag) => others.every(({ tags }) => tags.includes(tag))) ?? [];
}

interface TagItem extends vscode.QuickPickItem {
  readonly tag?: string;
  readonly isNew?: true;
}

/** Lets tags be picked that targets of the Factory have, or a new one be named; undefined where given up. */
async function pickTags(
  context: CommandContext,
  title: string,
  { without, many }: { readonly without: readonly string[]; readonly many: boolean },
): Promise<readonly string[] | undefined> {
  await allTargets(context);
  const { tags } = context.factory.targets.state;
  const items = [
    ...tags
      .filter(({ tag }) => tag !== '' && !without.includes(tag))
      .map(({ tag, versions }): TagItem => ({
        label: asLabel(tag),
        description: vscode.l10n.t('newest version {0}', versions[0]?.version ?? 0),
        iconPath: new vscode.ThemeIcon('tag'),
        tag,
      })),
    { label: vscode.l10n.t('Another Tag…'), iconPath: new vscode.ThemeIcon('add'), isNew: true as const },
  ];
  const picked: readonly TagItem[] | undefined = many
    ? await showQuickPick<TagItem>(items, { title, canPickMany: true, ignoreFocusOut: true })
    : await showQuickPick<TagItem>(items, { title }).then((item) => item && [item]);
  if (picked === undefined || picked.length === 0) {
    return undefined;
  }
  const chosen = picked.flatMap(({ tag }) => tag ?? []);
  if (picked.every(({ isNew }) => isNew === undefined)) {
    return chosen;
  }
  const named = await showInput({
    title,
    prompt: vscode.l10n.t('Name of the tag'),
    ignoreFocusOut: true,
    validateInput: (typed) =>
      split(typed).length !== 1 ? vscode.l10n.t('One name, without commas') : tagProblem(split(typed)),
  });
  return named === undefined ? undefined : [...chosen, ...split(named)];
}
