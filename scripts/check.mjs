// @ts-check
/**
 * Checks types and runs ESLint over everything, in one process: both read the same program, which is most of the work.
 *
 *   node scripts/check.mjs
 *
 * What was found to be right is not looked at again until something changes that it depends on. `node_modules/.cache` remembers it by
 * content, so that what another branch left there is never wrong.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ESLint } from 'eslint';
import ts from 'typescript';
import { root } from './bundle.mjs';

const cache = path.join(root, 'node_modules', '.cache', 'foundries-check');
const lintCache = path.join(cache, 'eslint.json');

/** @returns {{ builder: ts.EmitAndSemanticDiagnosticsBuilderProgram, wrong: readonly ts.Diagnostic[] }} all that `tsconfig.json` names */
function readProgram() {
  const config = path.join(root, 'tsconfig.json');
  const parsed = ts.getParsedCommandLineOfConfigFile(
    config,
    { incremental: true, tsBuildInfoFile: path.join(cache, 'types.tsbuildinfo') },
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
        throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
      },
    },
  );
  if (parsed === undefined) {
    throw new Error(`${config} cannot be read.`);
  }
  const builder = ts.createIncrementalProgram({ rootNames: parsed.fileNames, options: parsed.options });
  return { builder, wrong: parsed.errors };
}

/**
 * @param {ts.EmitAndSemanticDiagnosticsBuilderProgram} builder
 * @returns {ts.Diagnostic[]}
 */
function typeErrors(builder) {
  const found = [
    ...builder.getConfigFileParsingDiagnostics(),
    ...builder.getOptionsDiagnostics(),
    ...builder.getSyntacticDiagnostics(),
    ...builder.getGlobalDiagnostics(),
    ...builder.getSemanticDiagnostics(),
  ];
  // Nothing but the account of what was checked.
  builder.emit();
  return found;
}

/**
 * @param {ts.BuilderProgram} builder
 * @returns {(file: string) => string} a hash of all that decides what ESLint says of a file: its text, that of all it imports in
 *   turn, the rules and the tools
 */
function fingerprints(builder) {
  const common = createHash('sha256').update(process.version);
  for (const name of ['eslint.config.mjs', 'tsconfig.json', 'package-lock.json']) {
    common.update(fs.readFileSync(path.join(root, name)));
  }
  const start = common.digest('hex');
  /** @type {Map<string, string>} */
  const texts = new Map();
  const hashOf = (/** @type {string} */ file) => {
    const text = builder.getSourceFile(file)?.text ?? fs.readFileSync(file, 'utf8');
    const hash = texts.get(file) ?? createHash('sha256').update(text).digest('hex');
    texts.set(file, hash);
    return hash;
  };
  return (file) => {
    const source = builder.getSourceFile(file);
    const hash = createHash('sha256').update(start);
    for (const name of source === undefined ? [file] : [...builder.getAllDependencies(source), file]) {
      hash.update(hashOf(name));
    }
    return hash.digest('hex');
  };
}

/**
 * @param {ts.BuilderProgram} builder
 * @returns {Promise<{ text: string, failed: boolean }>} what ESLint says
 */
async function lint(builder) {
  const fingerprint = fingerprints(builder);
  /** @type {Record<string, string>} by file, relative to the repository */
  const known = fs.existsSync(lintCache) ? JSON.parse(fs.readFileSync(lintCache, 'utf8')) : {};
  const right = Object.fromEntries(
    Object.entries(known).filter(([name, hash]) => {
      const file = path.join(root, name);
      return fs.existsSync(file) && fingerprint(file) === hash;
    }),
  );
  const eslint = new ESLint({
    cwd: root,
    errorOnUnmatchedPattern: false,
    overrideConfig: [
      { ignores: Object.keys(right).map((name) => name.replace(/[\\[\]{}()*?!+@]/g, '\\$&')) },
      {
        files: ['**/*.ts'],
        languageOptions: { parserOptions: { projectService: false, programs: [builder.getProgram()] } },
      },
    ],
  });
  const results = await eslint.lintFiles(['.']);
  for (const { filePath, messages } of results) {
    if (messages.length === 0) {
      right[path.relative(root, filePath).split(path.sep).join('/')] = fingerprint(filePath);
    }
  }
  fs.mkdirSync(cache, { recursive: true });
  fs.writeFileSync(lintCache, JSON.stringify(right));
  const formatter = await eslint.loadFormatter('stylish');
  // Warnings too: there are none that may stay.
  return { text: await formatter.format(results), failed: results.some(({ messages }) => messages.length > 0) };
}

async function main() {
  const { builder, wrong } = readProgram();
  const errors = [...wrong, ...typeErrors(builder)];
  if (errors.length > 0) {
    console.error(
      ts.formatDiagnostics(errors, {
        getCanonicalFileName: (name) => name,
        getCurrentDirectory: () => root,
        getNewLine: () => '\n',
      }),
    );
  }
  const { text, failed } = await lint(builder);
  if (text !== '') {
    console.error(text);
  }
  process.exitCode = errors.length > 0 || failed ? 1 : 0;
}

await main();
