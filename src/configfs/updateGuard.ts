import * as vscode from 'vscode';
import { checkUpdateSettings, type CheckedNames, type UpdateFinding } from '../model/updateChecks';
import { readUpdateSettings } from '../model/updateSettings';
import { isRejection } from '../model/updateReaders';
import { findingText } from '../ui/findingText';

/**
 * What a save of `z-50-fioctl.toml` does: it is refused where a program on the device rejects the file, and the user is asked where
 * a program reads it differently, where Problems shows an Error, or where no target has the tag.
 */
export interface Verdict {
  readonly kind: 'refuse' | 'ask';
  /** The reasons in words, each with its line; the first is the most important. */
  readonly reasons: readonly string[];
}

/** What a check knows of tags: the known names, and how to make sure of one that is not among them. */
export interface KnownTags {
  readonly names: CheckedNames | undefined;
  /** @returns whether a target has the tag; undefined where that cannot be found out now */
  hasTargets(tag: string): Promise<boolean | undefined>;
}

const MOST_REASONS = 5;

/**
 * @param before the text on the server, whose tags are not asked about again; `''` for a new file
 * @returns undefined where it is saved without a word
 */
export async function judgeUpdateSettings(
  text: string,
  before: string,
  known: KnownTags,
): Promise<Verdict | undefined> {
  const read = readUpdateSettings(text);
  if (!read.ok) {
    const { line, message } = read.problem;
    return { kind: 'refuse', reasons: [vscode.l10n.t('TOML, line {0}: {1}', line, message)] };
  }
  const names = known.names ?? { apps: undefined, tags: undefined, allTags: false };
  const findings = checkUpdateSettings(text, read.value, names);
  const rejections = findings.filter(isRejection);
  if (rejections.length > 0) {
    return { kind: 'refuse', reasons: inLines(text, rejections) };
  }
  const doubtful = findings.filter((finding) => isReaderDifference(finding) || isError(finding));
  const reasons = [...inLines(text, doubtful), ...(await tagsWithoutTargets(read.value.tags ?? [], before, known))];
  return reasons.length === 0 ? undefined : { kind: 'ask', reasons: reasons.slice(0, MOST_REASONS) };
}

async function tagsWithoutTargets(tags: readonly string[], before: string, known: KnownTags): Promise<string[]> {
  const read = readUpdateSettings(before);
  const kept = new Set(read.ok ? read.value.tags : []);
  const missing: string[] = [];
  for (const tag of tags.filter((one) => !kept.has(one))) {
    if ((await known.hasTargets(tag)) === false) {
      missing.push(vscode.l10n.t('No target has the tag {0}: a device that follows it gets no updates.', tag));
    }
  }
  return missing;
}

function isReaderDifference({ kind }: UpdateFinding): boolean {
  return kind === 'comment' || kind === 'notFound' || kind === 'otherValue' || kind === 'noCommas';
}

const isError = (finding: UpdateFinding): boolean => findingText(finding)[1] === vscode.DiagnosticSeverity.Error;

function inLines(text: string, findings: readonly UpdateFinding[]): string[] {
  return findings
    .slice(0, MOST_REASONS)
    .map((finding) =>
      vscode.l10n.t('Line {0}: {1}', text.slice(0, finding.start).split('\n').length, findingText(finding)[0]),
    );
}
