// @ts-check
/**
 * Installs what is needed to run a real VS Code on a machine with Node alone, from npm: VS Code as a server, the Node
 * that runs it, and a headless browser. Each part has a pinned manifest and lock file in `test/host/vscode`.
 *
 *   node test/host/install.mjs [VERSION…]
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { npmInstall } from './npm.mjs';
import { installRoot, manifests, substitutes } from './paths.mjs';
import { step } from './progress.mjs';
import { run } from './processes.mjs';

/** The newest VS Code that is tested, and the one the demo runs. */
export const newest = '1.139.1';

/** The oldest one: what `engines.vscode` admits. */
export const oldest = '1.100.3';

/** @type {Record<string, { node: number, size: string }>} each VS Code and the Node it needs */
const versions = {
  [newest]: { node: 24, size: '600 MB' },
  [oldest]: { node: 20, size: '450 MB' },
};

/** VS Code reads its runtime's version strictly: newest needs 24 or later, oldest does not know what came after 20. */
const ownNodeServes = (/** @type {number} */ wanted, /** @type {number} */ own) =>
  wanted === 24 ? own >= 24 : own === wanted;

/** @returns {string[]} the VS Code versions that can be installed */
export function knownVersions() {
  return Object.keys(versions);
}

/**
 * Installs one manifest. An interrupted install leaves no trace: the folder gets its name, by one rename, when
 * everything is in it, and its marker tells whether it is what the lock files ask for now.
 *
 * @param {string} name of the manifest folder
 * @param {string} title shown while it runs
 * @param {(folder: string, finalFolder: string) => Promise<void>} [finish] what comes after `npm ci`
 * @param {string[]} [alsoFrom] further folders it is made from
 * @returns {Promise<string>} the folder
 */
async function installManifest(name, title, finish, alsoFrom = []) {
  const source = path.join(manifests, name);
  const target = path.join(installRoot, name);
  const wanted = fingerprint(source, ...alsoFrom);
  const marker = path.join(target, '.installed');
  if (fs.existsSync(marker) && fs.readFileSync(marker, 'utf8') === wanted) {
    return target;
  }
  return step(title, async () => {
    removeStale(name);
    const partial = `${target}.partial-${process.pid}`;
    fs.mkdirSync(partial, { recursive: true });
    try {
      for (const file of ['package.json', 'package-lock.json']) {
        fs.copyFileSync(path.join(source, file), path.join(partial, file));
      }
      await npmInstall(partial);
      await finish?.(partial, target);
      fs.writeFileSync(path.join(partial, '.installed'), wanted);
      fs.rmSync(target, { recursive: true, force: true });
      fs.renameSync(partial, target);
    } finally {
      fs.rmSync(partial, { recursive: true, force: true });
    }
    return target;
  });
}

/**
 * @param {string[]} folders
 * @returns {string} of their files' contents and of the platform
 */
function fingerprint(...folders) {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}`);
  for (const folder of folders) {
    for (const entry of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
      const file = path.join(folder, entry);
      if (fs.statSync(file).isFile()) {
        hash.update(entry.replaceAll('\\', '/')).update(fs.readFileSync(file));
      }
    }
  }
  return hash.digest('hex');
}

/**
 * Removes what interrupted installs of the same thing left, but not one that is going on in another process.
 *
 * @param {string} name
 */
function removeStale(name) {
  if (!fs.existsSync(installRoot)) {
    return;
  }
  for (const entry of fs.readdirSync(installRoot)) {
    const pid = entry.startsWith(`${name}.partial-`) ? Number(entry.slice(entry.lastIndexOf('-') + 1)) : 0;
    if (pid > 0 && !isRunning(pid)) {
      fs.rmSync(path.join(installRoot, entry), { recursive: true, force: true });
    }
  }
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch {
    return false;
  }
}

/**
 * @param {number} major
 * @returns {Promise<string>} the executable of a Node of that version: the one that runs this, if it serves
 */
async function installNode(major) {
  const own = Number(process.versions.node.split('.')[0]);
  if (ownNodeServes(major, own)) {
    return process.execPath;
  }
  const folder = await installManifest(`node-${major}`, `Installing Node ${major} for VS Code`);
  const packages = path.join(folder, 'node_modules');
  const found = fs.existsSync(packages)
    ? fs.readdirSync(packages).find((name) => name.endsWith(`-${process.platform.replace('32', '')}-${process.arch}`))
    : undefined;
  if (found === undefined) {
    throw new Error(
      `VS Code needs Node ${major} and npm has none for ${process.platform} on ${process.arch}: ` +
        `install Node ${major} and run this again with it.`,
    );
  }
  return path.join(packages, found, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/**
 * @param {string} version
 * @returns {Promise<{ node: string, serverMain: string }>} the runtime and the server's entry point
 */
export async function installVSCode(version) {
  const known = versions[version];
  if (known === undefined) {
    throw new Error(`VS Code ${version} is not among the versions known here: ${knownVersions().join(', ')}.`);
  }
  const node = await installNode(known.node);
  const title = `Installing VS Code ${version} (${known.size} on disk, once)`;
  const server = path.join('node_modules', 'code-server', 'lib', 'vscode');
  const folder = await installManifest(
    version,
    title,
    async (partial) => {
      // What the package brings as a lock misses one entry, so that npm refuses it: ours is the same with that entry.
      const lock = path.join(manifests, version, 'server', 'package-lock.json');
      fs.copyFileSync(lock, path.join(partial, server, 'npm-shrinkwrap.json'));
      await npmInstall(path.join(partial, server), ['--omit=dev']);
      putSubstitutes(path.join(partial, server, 'node_modules'));
    },
    [substitutes],
  );
  return { node, serverMain: path.join(folder, server, 'out', 'server-main.js') };
}

/**
 * Replaces the native modules that VS Code misses at run time: nothing is compiled here.
 *
 * @param {string} packages
 */
function putSubstitutes(packages) {
  const native = {
    '@vscode/spdlog': 'spdlog.js',
    '@vscode/native-watchdog': 'watchdog.js',
    'native-watchdog': 'watchdog.js',
  };
  for (const [name, file] of Object.entries(native)) {
    if (fs.existsSync(path.join(packages, name))) {
      fs.copyFileSync(path.join(substitutes, file), path.join(packages, name, 'index.js'));
    }
  }
}

/** @returns {boolean} whether npm has a browser for this machine */
export function hasChromiumPackage() {
  return process.platform === 'linux' && process.arch === 'x64';
}

/**
 * @returns {Promise<{ executablePath: string, env: NodeJS.ProcessEnv }>} a headless Chromium and what it needs to know
 */
export async function installChromium() {
  const folder = await installManifest('chromium', 'Installing a headless Chromium (280 MB on disk, once)', unpack);
  const bin = path.join(folder, 'bin');
  const executablePath = path.join(bin, 'chromium');
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env };
  if (!fs.existsSync('/etc/fonts/fonts.conf')) {
    env['FONTCONFIG_FILE'] = path.join(bin, 'fonts.conf');
  }
  let missing = await missingLibraries(executablePath, env);
  if (missing.length > 0) {
    // The package brings the libraries of its own (NSS and the like) that a small machine does not have.
    env['LD_LIBRARY_PATH'] = [path.join(bin, 'al2023', 'lib'), process.env['LD_LIBRARY_PATH']]
      .filter(Boolean)
      .join(path.delimiter);
    missing = await missingLibraries(executablePath, env);
  }
  if (missing.length > 0) {
    throw new Error(
      `The headless Chromium from npm cannot run here: ${missing.join('; ')}. Install Chrome or Chromium ` +
        `(on Debian and Ubuntu: apt-get install chromium), or name one in FOUNDRIES_TEST_BROWSER.`,
    );
  }
  return { executablePath, env };
}

/**
 * Unpacks browser, fonts and libraries beside the package rather than in the system's temporary folder, where the
 * package would put them for everyone.
 *
 * @param {string} folder
 * @param {string} finalFolder
 */
async function unpack(folder, finalFolder) {
  const bin = path.join(folder, 'bin');
  fs.mkdirSync(bin, { recursive: true });
  const script = `
    const { inflate } = await import('@sparticuz/chromium');
    for (const name of ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br']) {
      await inflate('node_modules/@sparticuz/chromium/bin/' + name);
    }`;
  const { code, output } = await run(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: folder,
    env: { ...process.env, TMPDIR: bin },
  });
  if (code !== 0) {
    throw new Error(`The browser could not be unpacked:\n${output}`);
  }
  const fonts = path.join(finalFolder, 'bin', 'fonts');
  const config = `<?xml version="1.0"?>\n<fontconfig><dir>${fonts}</dir><cachedir>${fonts}-cache</cachedir></fontconfig>\n`;
  fs.writeFileSync(path.join(bin, 'fonts.conf'), config);
}

/**
 * @param {string} executable
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string[]>} what the dynamic linker does not find
 */
async function missingLibraries(executable, env) {
  const { code, output } = await run(executable, ['--version'], { env, timeout: 30_000 });
  if (code === 0) {
    return [];
  }
  const missing = output.match(/error while loading shared libraries: [^\n]*|version `[^\n]* not found[^\n]*/g);
  return missing ?? [output.trim() || `it ended with ${code}`];
}

/**
 * Installs what tests in a window need, one after the other: npm keeps a core busy.
 *
 * @param {string[]} wanted versions of VS Code, the first one first
 * @returns {Map<string, Promise<void>>} for each version, when it can be started. Failures are printed; whoever starts it meets them again
 */
export function installForTests(wanted) {
  /** @type {Map<string, Promise<void>>} */
  const ready = new Map();
  let last = Promise.resolve();
  for (const version of wanted) {
    const before = last;
    last = (async () => {
      await before;
      try {
        await installVSCode(version);
        if (hasChromiumPackage()) {
          await installChromium();
        }
      } catch (error) {
        console.error(error instanceof Error ? error.message : error);
      }
    })();
    ready.set(version, last);
  }
  return ready;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const asked = process.argv.slice(2);
  for (const version of asked.length > 0 ? asked : [newest]) {
    await installVSCode(version);
  }
  if (hasChromiumPackage()) {
    await installChromium();
  }
}
