import * as vscode from 'vscode';
import type { Target } from '../../model/target';
import { parseReport } from '../../reports/address';
import { parseTarget } from '../../reports/targetAddress';
import { asLabel } from '../../ui/label';
import { showFailure } from '../../ui/notify';
import { showQuickPick } from '../../ui/picks';
import { ago } from '../../ui/time';
import type { CommandContext, Services } from '../services';

/** A target that a command is about, and where it is. */
export interface ChosenTarget {
  readonly context: CommandContext;
  readonly name: string;
  /** Undefined where only its name is known. */
  readonly version: number | undefined;
}

/** What a row may be about; rows of all views are looked at alike. */
interface Subject {
  readonly target?: { readonly name?: unknown; readonly version?: unknown };
  readonly device?: { readonly target?: unknown };
  readonly children?: () => unknown;
}

/**
 * The target that a command is about: that of a row, the running one of a device, that of a page; of a version for several
 * hardware ids the one that is picked.
 *
 * @param subject what a menu gave
 * @returns undefined where it is about none
 */
export async function targetOf(
  services: Services,
  subject: unknown,
  title: string,
): Promise<ChosenTarget | 'given up' | undefined> {
  if (subject instanceof vscode.Uri) {
    return targetOfPage(services, subject);
  }
  const [first, ...others] = await targetsIn(subject);
  if (first === undefined) {
    return undefined;
  }
  return services.withFactory(async (context) => {
    const target = others.length === 0 ? first : await pickHardware([first, ...others], title);
    return target === undefined ? 'given up' : { context, name: target.name, version: target.version };
  });
}

type Named = Pick<Target, 'name'> & { readonly version: number | undefined } & Partial<Pick<Target, 'hardwareIds'>>;

async function targetsIn(subject: unknown): Promise<readonly Named[]> {
  const { target, device, children } = (subject ?? {}) as Subject;
  if (typeof target?.name === 'string') {
    return [target as Named];
  }
  if (typeof device?.target === 'string') {
    return device.target === '' ? [] : [{ name: device.target, version: undefined }];
  }
  const below = typeof children === 'function' ? await children.call(subject) : [];
  return (Array.isArray(below) ? (below as Subject[]) : []).flatMap((row) =>
    typeof row.target?.name === 'string' ? [row.target as Named] : [],
  );
}

/** A page of a target, or the page of a device, which runs one. */
async function targetOfPage(services: Services, uri: vscode.Uri): Promise<ChosenTarget | undefined> {
  const page = parseTarget(uri);
  const device = parseReport(uri);
  const { host, factory: name } = page ?? device ?? { host: '', factory: '' };
  const connection = services.connections.forFactory(host, name);
  if (connection === undefined) {
    return undefined;
  }
  const factory = connection.factory(name);
  const context = { connection, factory };
  if (page !== undefined) {
    return 'target' in page.subject ? { context, name: page.subject.target, version: undefined } : undefined;
  }
  const target = (await factory.reports.detail(device?.device ?? '').get(30_000)).value?.device.target ?? '';
  return target === '' ? undefined : { context, name: target, version: undefined };
}

/** As `targetOf`; where it is about none, the target is picked from all of the Factory. */
export async function chosenTarget(
  services: Services,
  subject: unknown,
  title: string,
): Promise<ChosenTarget | undefined> {
  const found = await targetOf(services, subject, title);
  if (found !== undefined) {
    return found === 'given up' ? undefined : found;
  }
  return services.withFactory((context) => pickTarget(context, title));
}

/** What a picker of targets prefers. */
export interface PickOptions {
  /** A target that is not offered. */
  readonly except?: string;
  /** A version with a target for one of these is not asked about further. */
  readonly hardware?: readonly string[];
}

/** Lets a target be picked from all of the Factory: a version, newest first, and then its hardware. */
export async function pickTarget(
  context: CommandContext,
  title: string,
  { except, hardware = [] }: PickOptions = {},
): Promise<ChosenTarget | undefined> {
  const stop = new vscode.CancellationTokenSource();
  let failure: unknown;
  const items = context.factory.targets.load().then(({ tags, fetchedAt, error }) => {
    if (fetchedAt === undefined) {
      failure = error;
      stop.cancel();
    }
    const versions = new Map<number, Map<string, Target>>();
    for (const target of tags.flatMap((tag) => tag.versions.flatMap(({ targets }) => targets))) {
      if (target.name !== except) {
        const known = versions.get(target.version) ?? new Map<string, Target>();
        versions.set(target.version, known.set(target.name, target));
      }
    }
    return [...versions]
      .sort(([a], [b]) => b - a)
      .map(([version, targets]) => versionItem(version, [...targets.values()]));
  });
  const picked = await showQuickPick(
    items,
    {
      title,
      placeHolder: vscode.l10n.t('Type a version, tag, hardware or app'),
      matchOnDescription: true,
      matchOnDetail: true,
    },
    stop.token,
  );
  if (failure !== undefined) {
    await showFailure(vscode.l10n.t('Targets could not be loaded'), failure);
    return undefined;
  }
  const fitting = picked?.targets.filter(({ hardwareIds }) => hardwareIds.some((id) => hardware.includes(id))) ?? [];
  const offered = fitting.length === 1 ? fitting : (picked?.targets ?? []);
  const target = offered.length > 1 ? await pickHardware(offered, title) : offered[0];
  return target === undefined ? undefined : { context, name: target.name, version: target.version };
}

function versionItem(
  version: number,
  targets: readonly Target[],
): vscode.QuickPickItem & { targets: readonly Target[] } {
  const all = (of: (target: Target) => readonly string[]) => [...new Set(targets.flatMap(of))].join(', ');
  const created = targets[0]?.createdAt;
  return {
    label: String(version),
    description: asLabel(
      [
        all(({ tags }) => tags),
        all(({ hardwareIds }) => hardwareIds),
        created === undefined ? '' : ago(created, Date.now()),
      ]
        .filter((part) => part !== '')
        .join(' · '),
    ),
    detail: asLabel(all(({ apps }) => apps.map(({ name }) => name))),
    targets,
  };
}

async function pickHardware<T extends Named>(targets: readonly T[], title: string): Promise<T | undefined> {
  const items = targets.map((target) => ({
    label: asLabel(target.hardwareIds?.join(', ') ?? target.name),
    description: asLabel(target.name),
    target,
  }));
  const placeHolder = vscode.l10n.t('For which hardware?');
  return (await showQuickPick(items, { title, placeHolder, matchOnDescription: true }))?.target;
}
