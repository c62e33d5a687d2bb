// @ts-check
/**
 * Whether a version may be released, for `.github/workflows/release.yml`: `node scripts/release.mjs v1.2.3` prints
 * `flags=` for vsce, which are those of a pre-release where the minor is odd.
 */
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/**
 * @param {string} tag
 * @param {string} version of package.json
 * @param {string} changelog
 * @returns {{ preRelease: boolean }}
 * @throws where the tag is not that of the version, or CHANGELOG does not say what is in it
 */
export function releaseOf(tag, version, changelog) {
  const [, minor] = /^\d+\.(\d+)\.\d+$/.exec(version) ?? [];
  if (minor === undefined) {
    throw new Error(`${version} is no version that the Marketplace takes: three numbers.`);
  }
  if (tag !== `v${version}`) {
    throw new Error(`The tag is ${tag}, but package.json has the version ${version}.`);
  }
  if (!changelog.split('\n').some((line) => line.startsWith(`## [${version}]`))) {
    throw new Error(`CHANGELOG.md has no "## [${version}]".`);
  }
  return { preRelease: Number(minor) % 2 === 1 };
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
  const read = (/** @type {string} */ name) => fs.readFileSync(path.join(root, name), 'utf8');
  try {
    const { version } = JSON.parse(read('package.json'));
    const { preRelease } = releaseOf(process.argv[2] ?? '', version, read('CHANGELOG.md'));
    console.log(`flags=${preRelease ? '--pre-release' : ''}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
