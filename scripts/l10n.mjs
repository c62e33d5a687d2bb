// @ts-check
/**
 * The texts of the code for translators: `npm run l10n` writes `l10n/bundle.l10n.json` and says what each translation lacks.
 *
 *   node scripts/l10n.mjs [--check]   --check writes nothing, and fails where something is missing, left over or wrong
 *
 * A text is found by the type of the argument of `l10n.t`, so that one from a table of constants is found too, and one that
 * only exists at run time, which no translation could have, is an error.
 */
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** @typedef {Record<string, string>} Texts by key; in bundles the key is the English text */

/**
 * @param {string} [folder] with a `tsconfig.json` and `src`
 * @returns {{ texts: Set<string>, mistakes: string[] }} the texts that `l10n.t` is called with
 */
export function textsOfCode(folder = root) {
  const config = ts.readConfigFile(path.join(folder, 'tsconfig.json'), (file) => ts.sys.readFile(file));
  const { options, fileNames } = ts.parseJsonConfigFileContent(config.config, ts.sys, folder);
  const sources = path.join(folder, 'src') + path.sep;
  const own = fileNames.filter((file) => path.resolve(file).startsWith(sources));
  const program = ts.createProgram(own, options);
  const checker = program.getTypeChecker();
  /** @type {Set<string>} */
  const texts = new Set();
  /** @type {string[]} */
  const mistakes = [];

  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isCallExpression(node) && isTranslation(node.expression)) {
      read(node);
    }
    ts.forEachChild(node, visit);
  };

  /** @param {ts.CallExpression} call */
  const read = (call) => {
    const [text, ...values] = call.arguments;
    const file = call.getSourceFile();
    const { line } = file.getLineAndCharacterOfPosition(call.getStart());
    const place = `${path.relative(folder, file.fileName)}:${line + 1}`;
    const found = text === undefined ? undefined : literals(checker.getTypeAtLocation(text));
    if (found === undefined) {
      mistakes.push(`${place}: no constant text, so that it cannot be translated`);
      return;
    }
    for (const one of found) {
      texts.add(one);
      const wanted = placeholders(one).length;
      if (!values.some((value) => ts.isSpreadElement(value)) && wanted !== values.length) {
        mistakes.push(`${place}: ${wanted} placeholders, ${values.length} values: ${one}`);
      }
    }
  };

  for (const source of program.getSourceFiles()) {
    if (path.resolve(source.fileName).startsWith(sources)) {
      visit(source);
    }
  }
  return { texts, mistakes };
}

/**
 * @param {ts.Expression} callee
 * @returns {boolean} whether it is `l10n.t` or `vscode.l10n.t`
 */
function isTranslation(callee) {
  return (
    ts.isPropertyAccessExpression(callee) &&
    callee.name.text === 't' &&
    /(?:^|\.)l10n$/.test(callee.expression.getText())
  );
}

/**
 * @param {ts.Type} type
 * @returns {string[] | undefined} all texts that it admits, undefined where these are not known
 */
function literals(type) {
  if (type.isStringLiteral()) {
    return [type.value];
  }
  if (!type.isUnion()) {
    return undefined;
  }
  const each = type.types.map(literals);
  return each.every((some) => some !== undefined) ? each.flat() : undefined;
}

/**
 * @param {string} text
 * @returns {string[]} its placeholders, each once, and the commands of its links
 */
export function placeholders(text) {
  return [...new Set(text.match(/\{\d+\}|\(command:[^)]*\)/g))].sort();
}

/**
 * @param {Texts} english
 * @param {Texts} translated
 * @returns {string[]} what is missing, left over or not the same
 */
export function compareTexts(english, translated) {
  const missing = Object.keys(english).filter((key) => (translated[key] ?? '').trim() === '');
  const left = Object.keys(translated).filter((key) => !(key in english));
  const other = Object.keys(english).filter(
    (key) =>
      key in translated && placeholders(english[key] ?? '').join() !== placeholders(translated[key] ?? '').join(),
  );
  return [
    ...missing.map((key) => `missing: ${key}`),
    ...left.map((key) => `left over: ${key}`),
    ...other.map((key) => `other placeholders or links: ${key}`),
  ];
}

/**
 * @param {string} folder
 * @param {RegExp} name
 * @returns {string[]} paths
 */
function filesIn(folder, name) {
  return fs.existsSync(folder)
    ? fs
        .readdirSync(folder)
        .filter((file) => name.test(file))
        .sort()
        .map((file) => path.join(folder, file))
    : [];
}

/**
 * @param {string} file
 * @returns {Texts}
 */
const readTexts = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));

/** @returns {string[]} what the translations lack, have too much or have otherwise */
function checkTranslations(/** @type {Texts} */ code, /** @type {Texts} */ manifest) {
  const of = (/** @type {Texts} */ english, /** @type {string} */ file) =>
    compareTexts(english, readTexts(file)).map((text) => `${path.relative(root, file)}: ${text}`);
  return [
    ...filesIn(path.join(root, 'l10n'), /^bundle\.l10n\..+\.json$/)
      .filter((file) => path.basename(file) !== 'bundle.l10n.json')
      .flatMap((file) => of(code, file)),
    ...filesIn(root, /^package\.nls\..+\.json$/)
      .filter((file) => path.basename(file) !== 'package.nls.json')
      .flatMap((file) => of(manifest, file)),
  ];
}

function main() {
  const check = process.argv.includes('--check');
  const { texts, mistakes } = textsOfCode();
  /** @type {Texts} */
  const code = Object.fromEntries([...texts].sort().map((text) => [text, text]));
  const manifest = readTexts(path.join(root, 'package.nls.json'));
  const bundle = path.join(root, 'l10n', 'bundle.l10n.json');
  const written = `${JSON.stringify(code, undefined, 2)}\n`;
  if (!check) {
    fs.mkdirSync(path.dirname(bundle), { recursive: true });
    fs.writeFileSync(bundle, written);
  } else if (!fs.existsSync(bundle) || fs.readFileSync(bundle, 'utf8') !== written) {
    mistakes.push('l10n/bundle.l10n.json is not up to date: npm run l10n writes it');
  }
  const lacks = checkTranslations(code, manifest);
  console.error([...mistakes, ...lacks].join('\n'));
  if (mistakes.length > 0 || (check && lacks.length > 0)) {
    process.exitCode = 1;
  }
  console.log(`${texts.size} texts in the code, ${Object.keys(manifest).length} in the manifest`);
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main();
}
