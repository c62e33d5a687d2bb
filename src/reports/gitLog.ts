import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { isCommit } from '../model/targetDetail';
import { fields, oneLine, reportPage, sentence } from '../ui/reportText';
import { repositoryFolders } from '../ui/repositories';

/** Commits of each direction that are shown. */
const MOST_COMMITS = 200;
const GIT_MS = 20_000;
const MOST_BYTES = 4_000_000;

/** A range of commits of one of a Factory's repositories. */
export interface CommitRange {
  readonly factory: string;
  readonly repository: string;
  readonly from: string;
  readonly to: string;
}

/** A clone in the workspace, and which of the two commits it has. */
interface Clone {
  readonly folder: string;
  readonly hasFrom: boolean;
  readonly hasTo: boolean;
}

/**
 * What git tells of the commits between two targets, from a clone in the workspace. git reads the settings of a clone,
 * which may name programs: it is run in trusted workspaces only, and nothing of it is changed or fetched.
 *
 * @returns the page, or a sentence that says what is missing for it
 */
export async function commitsText(range: CommitRange, signal: AbortSignal): Promise<string> {
  const { factory, repository, from, to } = range;
  if (!isCommit(from) || !isCommit(to)) {
    return vscode.l10n.t('These are not commits of git.');
  }
  if (!vscode.workspace.isTrusted) {
    return vscode.l10n.t('git is not run in a workspace that is not trusted. Trust it, then choose Refresh.');
  }
  const clones = await findClones(range, signal);
  const clone = clones.find(({ hasFrom, hasTo }) => hasFrom && hasTo);
  const [partial] = clones;
  if (clone === undefined) {
    return partial === undefined
      ? vscode.l10n.t(
          'No folder of this workspace is a clone of {0} of the Factory {1}. Add one, then choose Refresh.',
          `${repository}.git`,
          factory,
        )
      : vscode.l10n.t(
          '{0} does not have the commit {1}. Fetch there, then choose Refresh.',
          partial.folder,
          partial.hasTo ? from : to,
        );
  }
  const [added, removed] = await Promise.all([
    log(clone.folder, from, to, signal),
    log(clone.folder, to, from, signal),
  ]);
  return reportPage(
    vscode.l10n.t('{0}: {1} → {2}', repository, from.slice(0, 12), to.slice(0, 12)),
    [vscode.l10n.t('From the clone in {0}.', clone.folder)],
    [
      {
        heading: countText(added, vscode.l10n.t('Commits that are new')),
        lines: added.length === 0 ? [sentence(vscode.l10n.t('None.'))] : commitLines(added),
      },
      {
        heading: countText(removed, vscode.l10n.t('Commits that are not in it any more')),
        lines: commitLines(removed),
      },
    ],
  );
}

interface Commit {
  readonly sha: string;
  readonly date: string;
  readonly author: string;
  readonly subject: string;
}

function countText(commits: readonly Commit[], words: string): string {
  const count =
    commits.length > MOST_COMMITS ? vscode.l10n.t('the newest {0} are shown', MOST_COMMITS) : String(commits.length);
  return `${words} (${count})`;
}

const commitLines = (commits: readonly Commit[]): string[] =>
  fields(
    commits
      .slice(0, MOST_COMMITS)
      .map(({ sha, date, author, subject }): [string, string] => [
        `${sha} ${date}`,
        `${subject === '' ? vscode.l10n.t('(no message)') : subject} (${oneLine(author)})`,
      ]),
  );

async function log(folder: string, from: string, to: string, signal: AbortSignal): Promise<Commit[]> {
  const text = await git(
    folder,
    [
      'log',
      `--max-count=${MOST_COMMITS + 1}`,
      '--no-color',
      '--no-show-signature',
      '--no-ext-diff',
      '--no-textconv',
      '--date=short',
      // Unit separators: none of them can stand in a name or the first line of a message that git shows.
      '--format=%h%x1f%ad%x1f%an%x1f%s',
      `${from}..${to}`,
      '--',
    ],
    signal,
  );
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [sha = '', date = '', author = '', ...subject] = line.split('\u001f');
      return { sha, date, author, subject: subject.join(' ') };
    });
}

/** The clones in the workspace that have one of the commits, or that come from the Factory's repository; the best first. */
async function findClones({ factory, repository, from, to }: CommitRange, signal: AbortSignal): Promise<Clone[]> {
  const found: Clone[] = [];
  // On this machine.
  for (const { fsPath: folder } of await repositoryFolders((scheme) => scheme === 'file')) {
    const [hasFrom, hasTo] = await Promise.all([hasCommit(folder, from, signal), hasCommit(folder, to, signal)]);
    if (hasFrom && hasTo) {
      return [{ folder, hasFrom, hasTo }];
    }
    if (hasFrom || hasTo || (await comesFrom(folder, factory, repository, signal))) {
      found.push({ folder, hasFrom, hasTo });
    }
  }
  return found;
}

function hasCommit(folder: string, sha: string, signal: AbortSignal): Promise<boolean> {
  return git(folder, ['cat-file', '-e', `${sha}^{commit}`], signal).then(
    () => true,
    (error: unknown) => {
      signal.throwIfAborted();
      if ((error as { readonly code?: unknown }).code === 'ENOENT') {
        throw new Error(vscode.l10n.t('git was not found on this machine.'));
      }
      return false;
    },
  );
}

async function comesFrom(folder: string, factory: string, repository: string, signal: AbortSignal): Promise<boolean> {
  const remotes = await git(folder, ['config', '--get-regexp', '^remote\\..*\\.url$'], signal).catch(() => '');
  const end = `/factories/${factory}/${repository}`;
  const ends = [end, `${end}.git`].flatMap((one) => [one, `${one}/`]);
  return remotes.split('\n').some((line) => ends.some((one) => line.trimEnd().endsWith(one)));
}

const run = promisify(execFile);

/** Settings of git in the environment that would lead elsewhere. */
const LEADING_ELSEWHERE = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_OBJECT_DIRECTORY', 'GIT_COMMON_DIR'];

async function git(folder: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  const inherited = Object.entries(process.env).filter(([name]) => !LEADING_ELSEWHERE.includes(name));
  const env = {
    ...Object.fromEntries(inherited),
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_PAGER: 'cat',
  };
  // Not started in the clone: on Windows a program there would be found before git.
  const options = { cwd: homedir(), env, signal, timeout: GIT_MS, maxBuffer: MOST_BYTES, windowsHide: true };
  const careful = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '--no-pager'];
  const { stdout } = await run('git', ['-C', folder, ...careful, ...args], options);
  return stdout;
}
