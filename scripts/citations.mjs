// @ts-check
/**
 * Finds comments that cite what a reader cannot open: a file that is not in the repository, or a section that `docs/api.md`
 * does not have. Public sources are cited with the name of their repository: `foundriesio/jobserv jobserv/models.py`.
 */
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const REFERENCE = 'docs/api.md';
const FOLDERS = ['src', 'test', 'scripts', 'docs'];
/** A file as comments name one. Data files are left out: most of those named are of devices or of a Factory. */
const CITED = /(?<![\w./*<>{}-])(?:[\w.-]+\/)*[\w-][\w.-]*\.(?:md|ts|mjs|tsx)(?![\w/*-]|\.\w)/g;
/** A public repository just before a path, or its address. */
const PUBLIC = /(?:foundriesio|microsoft)\/[\w-]+[`:,]? `?$|https?:\/\/\S*$/;

/**
 * @param {string} text of docs/api.md
 * @returns {Set<string>} numbers of its headings, and of the items that begin with a bold number
 */
export function readSections(text) {
  return new Set(
    [...text.matchAll(/^(?:#{2,4} |- \*\*)(\d+(?:\.\d+)*)(?:\.? |\*\*)/gm)].map(([, number = '']) => number),
  );
}

/**
 * @param {string} text of a program
 * @returns {string} the same with everything but its comments blanked, so that places stay the same
 */
function commentsOf(text) {
  const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true);
  /** @type {Map<number, number>} */
  const ranges = new Map();
  const visit = (/** @type {ts.Node} */ node) => {
    for (const found of [
      ...(ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(text, node.getEnd()) ?? []),
    ]) {
      ranges.set(found.pos, found.end);
    }
    node.getChildren(source).forEach(visit);
  };
  visit(source);
  let comments = '';
  for (const [from, to] of [...ranges].sort(([a], [b]) => a - b)) {
    if (from >= comments.length) {
      comments += text.slice(comments.length, from).replace(/[^\n]/g, ' ') + text.slice(from, to);
    }
  }
  return comments;
}

/**
 * @param {Map<string, string>} texts by path from the root of the repository
 * @param {Set<string>} sections of docs/api.md
 * @param {Set<string>} files all there are, by path from the root
 * @returns {string[]} what is cited and is not there, as `path:line: what`
 */
export function findBrokenCitations(texts, sections, files) {
  const names = [...files];
  const exists = (/** @type {string} */ cited, /** @type {string} */ from) =>
    files.has(cited) ||
    files.has(path.posix.join(path.posix.dirname(from), cited)) ||
    names.some((name) => name.endsWith(`/${cited}`));
  return [...texts].flatMap(([file, text]) => {
    const prose = file.endsWith('.md');
    const comments = prose ? text : commentsOf(text);
    const told = (/** @type {number | undefined} */ at, /** @type {string} */ what) =>
      `${file}:${text.slice(0, at).split('\n').length}: ${what}`;
    const unknownFiles = [...comments.matchAll(CITED)]
      .filter(
        ({ 0: cited, index }) => !exists(cited, file) && !PUBLIC.test(comments.slice(Math.max(0, index - 80), index)),
      )
      .map(({ 0: cited, index }) => told(index, `${cited} is not in the repository`));
    // A test's title may cite a section, too.
    const unknownSections = [...text.matchAll(/§(\d+(?:\.\d+)*)/g)]
      .filter(([, section = '']) => !sections.has(section))
      .map(({ 0: cited, index }) => told(index, `${REFERENCE} has no ${cited}`));
    return [...unknownFiles, ...unknownSections];
  });
}

/**
 * @param {string} root of the repository
 * @returns {string[]}
 */
function check(root) {
  const all = [
    ...fs.readdirSync(root),
    ...FOLDERS.flatMap((folder) =>
      fs
        .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
        .map((file) => `${folder}/${file.split(path.sep).join('/')}`),
    ),
  ].filter((file) => !file.includes('/node_modules/'));
  const read = (/** @type {string} */ file) => fs.readFileSync(path.join(root, file), 'utf8');
  const checked = all.filter((file) => /\.(ts|mjs|md)$/.test(file) && file !== 'CHANGELOG.md');
  return findBrokenCitations(
    new Map(checked.map((file) => [file, read(file)])),
    readSections(read(REFERENCE)),
    new Set(all),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = check(path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..'));
  for (const problem of problems) {
    console.error(problem);
  }
  process.exitCode = problems.length > 0 ? 1 : 0;
}
