/** What the files of a Git repository say. Somebody else may have written them, so each line is read once, on its own. */

/** @returns the addresses of the remotes in a Git configuration, in its order */
export function remoteUrls(gitConfig: string): string[] {
  return linesOf(gitConfig).flatMap((line) => {
    const at = line.indexOf('=');
    if (at < 0 || line.slice(0, at).trimEnd() !== 'url') {
      return [];
    }
    const value = line.slice(at + 1).trim();
    return [value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value];
  });
}

/** @returns the folder that the file `.git` of a worktree or submodule names; undefined where it names none */
export function gitFolderOf(dotGit: string): string | undefined {
  return valueAfter(dotGit, 'gitdir:');
}

/** @returns the branch that the file `HEAD` names; undefined where it names a commit */
export function branchOfHead(head: string): string | undefined {
  return valueAfter(head, 'ref: refs/heads/');
}

function valueAfter(text: string, prefix: string): string | undefined {
  const value = linesOf(text)
    .find((line) => line.startsWith(prefix))
    ?.slice(prefix.length)
    .trim();
  return value === '' ? undefined : value;
}

const linesOf = (text: string): string[] => text.split('\n').map((line) => line.trim());
