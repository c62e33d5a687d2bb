// @ts-check
/**
 * `npm run package`: the VSIX. The same input gives the same bytes, whenever, wherever and by whom it is packaged, as long as
 * the version of Node (whose zlib compresses) is the same.
 *
 *   node scripts/package.mjs [--pre-release] [--check]   --check packages twice and compares
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { bundledDependencies, bundleSizes, readMetafile, root } from './bundle.mjs';

const VSIX = path.join(root, 'foundries-factory.vsix');
/** Decimal, as everything that is said about sizes here. */
const LIMITS = { atStart: 250_000, vsix: 1_000_000 };
/** Any would do: it is what the files in the archive are dated. */
const EPOCH = '1577836800';

/** Builds and packages. @returns {Buffer} the archive */
function packageOnce() {
  fs.rmSync(VSIX, { force: true });
  const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  const args = ['package', '--no-dependencies', '--out', VSIX];
  const { status } = spawnSync(
    process.execPath,
    [vsce, ...args, ...(process.argv.includes('--pre-release') ? ['--pre-release'] : [])],
    {
      cwd: root,
      stdio: 'inherit',
      // With a date from here vsce also sorts what it packs. Dates in a ZIP are local.
      env: { ...process.env, SOURCE_DATE_EPOCH: process.env['SOURCE_DATE_EPOCH'] ?? EPOCH, TZ: 'UTC' },
    },
  );
  if (status !== 0) {
    process.exit(status ?? 1);
  }
  const archive = fs.readFileSync(VSIX);
  withoutModes(archive);
  fs.writeFileSync(VSIX, archive);
  return archive;
}

/**
 * Gives each file of a ZIP the same mode: that of the working copy depends on system and umask.
 *
 * @param {Buffer} archive changed in place
 */
function withoutModes(archive) {
  // Fields as in APPNOTE.TXT, 4.3.12 and 4.3.16.
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    if (archive.readUInt32LE(at) !== 0x02014b50) {
      throw new Error('The VSIX is not a ZIP as expected.');
    }
    archive.writeUInt32LE((0o100644 << 16) >>> 0, at + 38);
    at += 46 + archive.readUInt16LE(at + 28) + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
}

/**
 * @param {string} what
 * @param {number} bytes
 * @param {number} limit
 */
function keepWithin(what, bytes, limit) {
  const said = `${what}: ${(bytes / 1000).toFixed(1)} of ${limit / 1000} kB`;
  if (bytes > limit) {
    throw new Error(`${said}. npm run sizes says what takes how much.`);
  }
  console.log(said);
}

/** Each package that was chosen, and not only came with another one, is accounted for. */
function keepTable() {
  const { devDependencies = {} } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const table = fs.readFileSync(path.join(root, 'CONTRIBUTING.md'), 'utf8');
  for (const { name } of bundledDependencies(readMetafile())) {
    if (name in devDependencies && !table.includes(`\n| \`${name}\` `)) {
      throw new Error(`${name} is bundled, but not in the table of dependencies in CONTRIBUTING.md.`);
    }
  }
}

const hash = (/** @type {Buffer} */ bytes) => createHash('sha256').update(bytes).digest('hex');

function main() {
  const archive = packageOnce();
  keepWithin('Read at activation', bundleSizes(readMetafile()).atStart, LIMITS.atStart);
  keepTable();
  keepWithin('VSIX', archive.length, LIMITS.vsix);
  console.log(`sha256 ${hash(archive)}`);
  if (process.argv.includes('--check')) {
    const again = hash(packageOnce());
    if (again !== hash(archive)) {
      throw new Error(`Packaged again, the VSIX differs: sha256 ${again}`);
    }
    console.log('Packaged again: the same');
  }
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
