import * as vscode from 'vscode';
import { pathOf } from '../../api/json';
import { ROLLOUT_LIMIT, type RolloutPlan, type RolloutWish, type Wave } from '../../model/waves';
import { WaveWrites } from '../../store/waveWrites';
import { showInformation, showInput, showWarning } from '../../ui/messages';
import { showQuickPick } from '../../ui/picks';
import { plainText } from '../../ui/plainText';
import { progressLines, reachLines } from '../../ui/reachText';
import { block } from '../../ui/reportText';
import { devicesCount, wishText } from '../../ui/waveTexts';
import { confirmPlan, type Plan } from '../confirmPlan';
import { whileCounting } from '../counting';
import { attempt, whileBusy } from '../fileServices';
import type { CommandContext, Services } from '../services';
import { pickRolloutGroup } from './pickWave';
import { rolloutFacts, type RolloutFacts } from './waveReach';

/** Devices that are named in the question. */
const NAMED = 20;

/**
 * Hands a wave out to a device group, or to a number or percentage of devices. Whom it would reach is asked without an
 * effect and shown; nothing else is sent, and only after the user's word.
 *
 * @param group the group, where it is known already
 */
export async function rolloutWave(
  services: Services,
  context: CommandContext,
  wave: Wave,
  group?: string,
): Promise<void> {
  await attempt(vscode.l10n.t('Could not roll out the wave {0}', wave.name), async () => {
    const title = plainText(vscode.l10n.t('Roll out wave {0} to whom?', wave.name));
    const chosen = group ?? (await pickRolloutGroup(context, wave, title));
    const wish = chosen === undefined ? undefined : await askWish(wave, chosen);
    if (wish === undefined) {
      return;
    }
    const { factory, connection } = context;
    const writes = new WaveWrites(connection.client, factory.name, factory.waves);
    let plan = await whileBusy(vscode.l10n.t('Asking whom the rollout would reach…'), () =>
      writes.tryRollout(wave.name, wish),
    );
    for (let changed = false; ; changed = true) {
      if (!(await confirmRollout(services, context, wave, plan, changed))) {
        return;
      }
      const asked = plan;
      const end = await whileBusy(vscode.l10n.t('Rolling out the wave {0}…', wave.name), () => writes.rollout(asked));
      if (end.state === 'done') {
        const message = vscode.l10n.t('The wave {0} was rolled out: {1}.', wave.name, devicesCount(end.devices));
        void showInformation(message);
        return;
      }
      ({ plan } = end);
    }
  });
}

type Part = 'all' | 'limit' | 'percentage';

async function askWish(wave: Wave, group: string): Promise<RolloutWish | undefined> {
  const item = (part: Part, label: string, icon: string) => ({ part, label, iconPath: new vscode.ThemeIcon(icon) });
  const picked = await showQuickPick(
    [
      ...(group === '' ? [] : [item('all', vscode.l10n.t('The Whole Group'), 'server-environment')]),
      item('limit', vscode.l10n.t('A Number of Devices…'), 'symbol-number'),
      item('percentage', vscode.l10n.t('A Percentage of the Devices…'), 'pie-chart'),
    ],
    {
      title: plainText(
        group === ''
          ? vscode.l10n.t('Roll out wave {0} to how many devices?', wave.name)
          : vscode.l10n.t('Roll out wave {0} to how many devices of group {1}?', wave.name, group),
      ),
    },
  );
  const of = group === '' ? {} : { group };
  switch (picked?.part) {
    case undefined:
      return undefined;
    case 'all':
      return of;
    case 'limit': {
      const limit = await askNumber(vscode.l10n.t('How many devices?'), ROLLOUT_LIMIT);
      return limit === undefined ? undefined : { ...of, limit };
    }
    case 'percentage': {
      const percentage = await askNumber(vscode.l10n.t('How many devices of a hundred?'), 100);
      return percentage === undefined ? undefined : { ...of, percentage };
    }
  }
}

async function askNumber(title: string, most: number): Promise<number | undefined> {
  const text = await showInput({
    title,
    prompt: vscode.l10n.t('From 1 to {0}. Enter asks first whom that would reach; nothing is rolled out yet.', most),
    ignoreFocusOut: true,
    validateInput: (typed) => (isNumber(typed, most) ? undefined : vscode.l10n.t('A number from 1 to {0}', most)),
  });
  return text === undefined ? undefined : Number(text);
}

const isNumber = (text: string, most: number): boolean =>
  /^\s*\d{1,5}\s*$/.test(text) && Number(text) >= 1 && Number(text) <= most;

async function confirmRollout(
  services: Services,
  context: CommandContext,
  wave: Wave,
  plan: RolloutPlan,
  changed: boolean,
): Promise<boolean> {
  const { devices } = plan.reach;
  if (devices === 0) {
    const nobody = vscode.l10n.t(
      'The wave {0} would reach no further device of {1}: it goes to production devices with the tag {2} that it was not rolled out to before.',
      wave.name,
      wishText({ group: plan.wish.group }),
      wave.tag,
    );
    void showInformation(nobody);
    return false;
  }
  if (devices > ROLLOUT_LIMIT) {
    const many = vscode.l10n.t(
      '{0} at once are too many: the service takes {1}.',
      devicesCount(devices),
      ROLLOUT_LIMIT,
    );
    void showWarning(many);
    return false;
  }
  const facts = await whileCounting(vscode.l10n.t('Counting the devices of the rollout…'), (counting) =>
    rolloutFacts(context, wave, plan, counting),
  );
  return confirmPlan(services.questions, rolloutPlan(context, wave, plan, facts, changed));
}

/** @returns a rollout in words, for the question and its page */
export function rolloutPlan(
  { factory }: Pick<CommandContext, 'factory'>,
  wave: Wave,
  plan: RolloutPlan,
  facts: RolloutFacts,
  changed: boolean,
): Plan {
  const { reach, wish, pinned, body } = plan;
  const names = reach.names.slice(0, NAMED);
  const which = pinned
    ? vscode.l10n.t('Exactly these devices are named to the service.')
    : wish.limit === undefined && wish.percentage === undefined
      ? vscode.l10n.t('Devices that come into the group later get it, too.')
      : vscode.l10n.t('The service did not say which devices: it chooses them when it is sent.');
  const consequence = vscode.l10n.t(
    'They are production devices, and update to version {0} when they check in next. What has updated cannot be taken back by canceling the wave.',
    wave.version,
  );
  const known = [
    reachLines(facts.reach, { kind: 'reached' }).join(' '),
    ...progressLines(facts.progress, { kind: 'wave' }),
  ];
  const moved = changed
    ? [vscode.l10n.t('Not sent: meanwhile it would reach other devices than those that were shown. Look again.')]
    : [];
  return {
    message:
      wish.limit === reach.devices
        ? vscode.l10n.t('Roll out wave {0} (version {1}) to {2}?', wave.name, wave.version, wishText(wish))
        : vscode.l10n.t(
            'Roll out wave {0} (version {1}) to {2}: {3}?',
            wave.name,
            wave.version,
            wishText(wish),
            devicesCount(reach.devices),
          ),
    detail: [
      ...moved,
      ...known,
      consequence,
      which,
      ...(names.length === 0 ? [] : [[...names, ...(reach.devices > names.length ? ['…'] : [])].join(', ')]),
    ].join('\n'),
    go: vscode.l10n.t('Roll Out'),
    keep: vscode.l10n.t('Not Now'),
    page: {
      title: vscode.l10n.t('Rollout of {0}', wave.name),
      intro: [...moved, ...known, consequence, which],
      sections: [
        {
          heading: devicesCount(reach.devices),
          lines:
            reach.names.length === 0
              ? block(vscode.l10n.t('The service does not name them.'))
              : reach.names.flatMap((name) => block(name)),
        },
      ],
    },
    request: { method: 'POST', path: pathOf('ota', 'factories', factory.name, 'waves', wave.name, 'rollout'), body },
  };
}
