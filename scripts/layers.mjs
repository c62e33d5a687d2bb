// @ts-check
/**
 * Holds `src` to the map in CONTRIBUTING.md: who may import what, who may know VS Code, and that nothing imports itself in
 * a circle. Part of `npm run lint`; a new folder needs a row in the map.
 */
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** @typedef {{ values: string[], types: string[], vscode: boolean }} Rule what may be imported: folders of `src`, or files of them */
/** @typedef {{ to: string, types: boolean, lazy: boolean }} Import `to`: a path below `src`, or the name of a package */

/**
 * @param {string} text of CONTRIBUTING.md, with rows of | `src/folder/` | what | yes or no | what it may import |
 * @returns {Map<string, Rule>} by folder
 */
export function readMap(text) {
  const rows = [...text.matchAll(/^\| `src\/([\w.]+)\/?` *\|[^|]*\| *(yes|no) *\|([^|]*)\|$/gm)];
  const folders = rows.map(([, folder = '']) => folder);
  return new Map(
    rows.map(([, folder = '', vscode, may = '']) => {
      const parts = may.split(',').map((part) => part.trim());
      const named = (/** @type {boolean} */ types) =>
        parts.flatMap((part) => {
          if (/\btypes\b/.test(part) !== types) {
            return [];
          }
          const names = [...part.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
          return /^all/.test(part) ? folders.filter((other) => !names.includes(other)) : names;
        });
      return [folder, { values: named(false), types: named(true), vscode: vscode === 'yes' }];
    }),
  );
}

/**
 * @param {string} src
 * @returns {Map<string, Import[]>} by path below it
 */
export function readImports(src) {
  const files = fs
    .readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => file.endsWith('.ts'))
    .sort();
  return new Map(files.map((file) => [file, importsOf(fs.readFileSync(path.join(src, file), 'utf8'), file)]));
}

/**
 * @param {string} text
 * @param {string} file
 * @returns {Import[]}
 */
function importsOf(text, file) {
  /** @type {Import[]} */
  const found = [];
  const add = (/** @type {ts.Node | undefined} */ node, /** @type {boolean} */ types, lazy = false) => {
    if (node !== undefined && ts.isStringLiteral(node)) {
      const to = node.text.startsWith('.') ? `${path.posix.join(path.posix.dirname(file), node.text)}.ts` : node.text;
      found.push({ to, types, lazy });
    }
  };
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, node.isTypeOnly);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false, true);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, true);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return found;
}

/** @returns the folder of `src` that a file is in; its own name at the top */
const folderOf = (/** @type {string} */ file) => file.split('/')[0] ?? file;

/**
 * @param {Map<string, Rule>} map
 * @param {Map<string, Import[]>} imports
 * @returns {string[]} what is imported against the map
 */
export function againstMap(map, imports) {
  return [...imports].flatMap(([file, all]) => {
    const folder = folderOf(file);
    const rule = map.get(folder);
    if (rule === undefined) {
      return [`src/${file}: the map in CONTRIBUTING.md has no row for src/${folder}`];
    }
    const may = (/** @type {string[]} */ allowed, /** @type {string} */ to) =>
      allowed.includes(folderOf(to)) || allowed.includes(to.replace(/\.ts$/, ''));
    return all
      .filter(({ to, types }) => {
        if (!to.endsWith('.ts')) {
          return to === 'vscode' && !rule.vscode;
        }
        return folderOf(to) !== folder && !may(rule.values, to) && !(types && may(rule.types, to));
      })
      .map(
        ({ to, types }) =>
          `src/${file} may not import ${types ? 'types of ' : ''}${to.endsWith('.ts') ? `src/${to}` : to}`,
      );
  });
}

/**
 * @param {Map<string, Import[]>} imports
 * @returns {string[]} circles of files that need each other when they are loaded
 */
export function circles(imports) {
  /** @type {Map<string, 'open' | 'done'>} */
  const state = new Map();
  /** @type {string[]} */
  const found = [];
  const visit = (/** @type {string} */ file, /** @type {string[]} */ way) => {
    if (state.get(file) === 'open') {
      found.push([...way.slice(way.indexOf(file)), file].map((one) => `src/${one}`).join(' → '));
      return;
    }
    if (state.has(file)) {
      return;
    }
    state.set(file, 'open');
    for (const { to, types, lazy } of imports.get(file) ?? []) {
      if (!types && !lazy) {
        visit(to, [...way, file]);
      }
    }
    state.set(file, 'done');
  };
  for (const file of imports.keys()) {
    visit(file, []);
  }
  return found;
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
  const imports = readImports(path.join(root, 'src'));
  const map = readMap(fs.readFileSync(path.join(root, 'CONTRIBUTING.md'), 'utf8'));
  const wrong = [...againstMap(map, imports), ...circles(imports).map((circle) => `a circle: ${circle}`)];
  for (const line of wrong) {
    console.error(line);
  }
  console.log(`${imports.size} files in ${map.size} folders, ${wrong.length} imports against the map`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
