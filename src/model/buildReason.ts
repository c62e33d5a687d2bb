/** One commit of a push. */
export interface ReasonCommit {
  /** The first characters of its hash: seven, or eight of GitLab. */
  readonly sha: string;
  readonly title: string;
}

/** What a reason tells of the push that started a build (docs/api.md §2.7.5). */
export interface BuildReason {
  /** Repository; `''` if unknown. */
  readonly gitUrl: string;
  /** Branch; `''` if unknown. */
  readonly branch: string;
  /** Commit that was built; `''` if unknown. */
  readonly sha: string;
  /** Newest first; empty if unknown. */
  readonly commits: readonly ReasonCommit[];
  /** One line: the title of the commit that was built, else branch and commit, else the text itself. */
  readonly subject: string;
  /** What is left of the text without its parameters: titles of commits, or why there are none, or all of it. */
  readonly message: string;
}

/** A title may be empty, and hold separators that are line ends to a regular expression. */
const COMMIT = /^([0-9a-f]{7,40}) (.*)$/s;
/** Characters of a hash that stand for it in a line. */
const SHORT_SHA = 7;

/**
 * Reads the reason of a build: the JSON of the CI server's git poller and the titles of commits, the `GIT_…=` lines of an older
 * form, or any other text (docs/api.md §2.7.5).
 */
export function readReason(reason: string): BuildReason {
  const text = reason.replace(/\r\n?/g, '\n');
  const { parameters, rest } = readJson(text) ?? readLines(text);
  const commits = commitsOf(rest);
  const branch = (parameters.get('GIT_REF') ?? '').replace(/^refs\/heads\//, '');
  const sha = parameters.get('GIT_SHA') ?? '';
  const message = rest.trim();
  const built = commits.find((commit) => sha !== '' && sha.startsWith(commit.sha)) ?? commits[0];
  // Of a push whose commits are unknown, the text says why. That is no subject.
  const known = [branch, sha.slice(0, SHORT_SHA)].filter((part) => part !== '').join(' ');
  const title = built?.title ?? '';
  const subject = title !== '' ? title : parameters.isJson && known !== '' ? known : firstLine(message) || known;
  return { gitUrl: parameters.get('GIT_URL') ?? '', branch, sha, commits, subject, message };
}

class Parameters extends Map<string, string> {
  isJson = false;
}

interface Parts {
  readonly parameters: Parameters;
  readonly rest: string;
}

/** The JSON begins in the first line and ends with a line that is a brace. */
function readJson(text: string): Parts | undefined {
  const end = text.startsWith('{') ? text.search(/^\}[ \t]*$/m) : -1;
  if (end < 0) {
    return undefined;
  }
  let value: unknown;
  try {
    value = JSON.parse(text.slice(0, end + 1));
  } catch {
    return undefined;
  }
  const parameters = new Parameters();
  parameters.isJson = true;
  for (const [name, parameter] of Object.entries(value as object)) {
    if (typeof parameter === 'string') {
      parameters.set(name, parameter.trim());
    }
  }
  return { parameters, rest: text.slice(end + 1) };
}

function readLines(text: string): Parts {
  const parameters = new Parameters();
  const lines = text.split('\n');
  let at = 0;
  for (; at < lines.length; at++) {
    const [, name, value] = /^(GIT_[A-Z_]+)=(.*)$/.exec(lines[at] ?? '') ?? [];
    if (name !== undefined && value !== undefined) {
      parameters.set(name, value.trim());
    } else if (lines[at]?.trim() !== '') {
      break;
    }
  }
  return { parameters, rest: lines.slice(at).join('\n') };
}

/** @returns the commits, if the lines are those of commits */
function commitsOf(text: string): ReasonCommit[] {
  const commits: ReasonCommit[] = [];
  for (const line of text.split('\n')) {
    const [, sha, title] = COMMIT.exec(line) ?? [];
    if (sha !== undefined && title !== undefined) {
      commits.push({ sha, title: title.trim() });
    } else if (line.trim() !== '') {
      return [];
    }
  }
  return commits;
}

/** A text that looks like JSON but is not begins with a brace, which says nothing: then all of it is one line. */
function firstLine(message: string): string {
  const line = message.split('\n', 1)[0]?.trim() ?? '';
  return /^[{[]?$/.test(line) ? message.replace(/\s+/g, ' ') : line;
}
