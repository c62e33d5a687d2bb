// @ts-check
/**
 * The licences of the packages whose code is in the bundle: writes `THIRD-PARTY-NOTICES.txt`, which the VSIX holds. Part of
 * `npm run package`. Ends with an error where a package has no licence text, or one that asks for more than to be named.
 */
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { bundledDependencies, readMetafile, root } from './bundle.mjs';

/** They ask for nothing but that the notice goes along. */
const PERMISSIVE = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0'];

/**
 * @param {readonly string[]} names of packages
 * @param {string} [modules] the folder that holds them
 * @returns {string} the text of the file
 * @throws where a licence is missing or not permissive
 */
export function noticesOf(names, modules = path.join(root, 'node_modules')) {
  const parts = [...names].sort().map((name) => {
    const folder = path.join(modules, name);
    /** @type {{ version: string, license?: string, homepage?: string, repository?: string | { url?: string } }} */
    const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
    const { version, license, repository } = manifest;
    if (license === undefined || !PERMISSIVE.includes(license)) {
      throw new Error(`${name} ${version} has the licence ${license ?? '(none)'}: is it fit to be shipped?`);
    }
    const url = typeof repository === 'string' ? repository : repository?.url;
    const source = manifest.homepage ?? url ?? '';
    const heading = [`${name} ${version} (${license})`, ...(source === '' ? [] : [source])].join('\n');
    return `${heading}\n\n${licenceText(folder, name).trim()}\n`;
  });
  const line = `${'-'.repeat(80)}\n\n`;
  return [
    'The code of this extension holds code of these packages, under the licences below.\n\n',
    ...parts.map((part) => `${line}${part}\n`),
  ]
    .join('')
    .replace(/\r\n/g, '\n');
}

/**
 * @param {string} folder
 * @param {string} name
 * @returns {string} of the licence file; of the readme's part where the package has no other
 */
function licenceText(folder, name) {
  const files = fs.readdirSync(folder).sort();
  const file = files.find((candidate) => /^licen[cs]e(?:\.\w+)?$/i.test(candidate));
  if (file !== undefined) {
    return fs.readFileSync(path.join(folder, file), 'utf8');
  }
  const readme = files.find((candidate) => /^readme\.md$/i.test(candidate));
  const text = readme === undefined ? '' : fs.readFileSync(path.join(folder, readme), 'utf8');
  const part =
    /^(?:#+ *licen[cs]e|licen[cs]e\n-{3,}) *\n([\s\S]*?Permission is hereby granted[\s\S]*?)(?=^#|(?![\s\S]))/im.exec(
      text,
    );
  if (part?.[1] === undefined) {
    throw new Error(`${name} has no licence text: neither a file nor a part of its readme.`);
  }
  return part[1];
}

/** Writes the file for the last production build. @returns {string[]} the packages that it names */
export function writeNotices() {
  const names = bundledDependencies(readMetafile()).map(({ name }) => name);
  fs.writeFileSync(path.join(root, 'THIRD-PARTY-NOTICES.txt'), noticesOf(names));
  return names;
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  console.log(writeNotices().join('\n'));
}
