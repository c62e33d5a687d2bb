// @ts-check
/**
 * `npm start`: the extension, as it would be installed, in a real VS Code, on a machine with Node alone. The demo Factory is inside
 * the extension; one of another size runs beside it, over HTTP.
 *
 *   node test/host/start.mjs [--port N] [--devices N] [--no-open]
 */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import util from 'node:util';
import { checkNode, ensureDependencies } from './dependencies.mjs';
import { installVSCode, newest } from './install.mjs';
import { npm } from './npm.mjs';
import { hasScreen, openUrl } from './openUrl.mjs';
import { root, vsixFile } from './paths.mjs';
import { step } from './progress.mjs';
import { startGuarded, tail } from './processes.mjs';
import { startVSCode } from './vscode.mjs';

const TOKEN = 'demo-token';
const READY_TIMEOUT = 30_000;

const help = `Usage: npm start -- [options]

  --port N      where VS Code listens (a free port otherwise)
  --devices N   starts a Factory with so many devices beside VS Code, to sign in to; without it the
                extension's own demo is there to be explored
  --no-open     only print the address
  --help        this text`;

/** @type {(() => Promise<unknown> | unknown)[]} what was started, last first */
const undo = [];
let stopping = false;

/**
 * @param {string} message
 * @returns {never}
 */
function refuse(message) {
  console.error(`${message}\n\n${help}`);
  process.exit(2);
}

/**
 * @param {string} name
 * @param {string | undefined} value
 * @param {number} least
 * @param {number} most
 * @returns {number | undefined}
 */
function wholeNumber(name, value, least, most) {
  if (value === undefined) {
    return undefined;
  }
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < least || number > most) {
    refuse(`--${name} takes a whole number from ${least} to ${most}, not "${value}".`);
  }
  return number;
}

function readOptions() {
  /** @type {{ port?: string, devices?: string, 'no-open'?: boolean, help?: boolean }} */
  let values;
  try {
    ({ values } = util.parseArgs({
      options: {
        port: { type: 'string' },
        devices: { type: 'string' },
        'no-open': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }));
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  if (values.help === true) {
    console.log(help);
    process.exit(0);
  }
  return {
    port: wholeNumber('port', values.port, 1, 65_535),
    devices: wholeNumber('devices', values.devices, 1, 1_000_000),
    open: values['no-open'] !== true && hasScreen(),
  };
}

/**
 * Ends all that was started.
 *
 * @param {number} code
 */
async function stop(code) {
  if (stopping) {
    return;
  }
  stopping = true;
  for (const close of undo) {
    try {
      await close();
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
    }
  }
  process.exit(code);
}

/** @returns {Promise<void>} */
async function packageExtension() {
  const { code, output } = await npm(['run', '--silent', 'package'], { cwd: root, timeout: READY_TIMEOUT * 4 });
  if (code !== 0) {
    throw new Error(`npm run package failed:\n${tail(output)}`);
  }
}

/**
 * @param {number} devices
 * @returns {Promise<{ url: string, running: import('./processes.mjs').Running }>}
 */
async function startEmulator(devices) {
  const args = ['dist/factory.js', '--port', '0', '--devices', String(devices)];
  const running = startGuarded('The Factory emulator', process.execPath, args);
  undo.unshift(running.close);
  const [url] = await running.waitFor(/http:\/\/[\w.[\]:]+:\d+/, READY_TIMEOUT);
  return { url, running };
}

/**
 * @param {string} first what to do first
 * @returns {string} a small workspace to look around from
 */
function makeWorkspace(first) {
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'foundries-demo-'));
  undo.unshift(() => fs.rmSync(temporary, { recursive: true, force: true }));
  const folder = path.join(temporary, 'demo');
  fs.mkdirSync(folder);
  fs.writeFileSync(
    path.join(folder, 'README.md'),
    `# Foundries Factory demo\n\nOpen **Foundries** in the activity bar, then ${first}.\n`,
  );
  return folder;
}

async function main() {
  checkNode();
  const options = readOptions();
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (!stopping) {
        console.log('\nStopping …');
      }
      void stop(0);
    });
  }
  console.log('Foundries Factory for VS Code: a demo on this machine');
  await ensureDependencies();
  await step('Building and packaging the extension', packageExtension);
  await installVSCode(newest);
  const { devices } = options;
  const emulator =
    devices === undefined ? undefined : await step('Starting a Factory emulator', () => startEmulator(devices));
  const folder = makeWorkspace(
    emulator === undefined ? 'choose *Explore the Demo Factory*' : `choose *Sign In* and paste \`${TOKEN}\``,
  );
  const vscode = await step(`Starting VS Code ${newest} with the extension`, () =>
    startVSCode({
      ...(options.port === undefined ? {} : { port: options.port }),
      folder,
      installVsix: vsixFile,
      // Anyone on this machine could run code through the port otherwise.
      connectionToken: randomBytes(24).toString('hex'),
      settings: emulator === undefined ? {} : { 'foundries.apiUrl': emulator.url },
    }),
  );
  undo.unshift(vscode.close);

  const hint =
    emulator === undefined
      ? '  Then      Foundries in the activity bar, Explore the Demo Factory'
      : `  Sign in   Foundries in the activity bar, Sign In, then paste this token: ${TOKEN}\n  Factory   ${emulator.url}`;
  console.log(`\n  Open      ${vscode.url}\n${hint}\n\nCtrl+C ends it all.`);
  if (options.open) {
    openUrl(vscode.url);
  }
  const ended = await Promise.race([
    vscode.ended.then(() => ({ name: 'VS Code', log: vscode.log() })),
    ...(emulator === undefined
      ? []
      : [emulator.running.ended.then(() => ({ name: 'The Factory emulator', log: emulator.running.log() }))]),
  ]);
  if (!stopping) {
    console.error(`${ended.name} has ended:\n${tail(ended.log)}`);
    await stop(1);
  }
}

main().catch((/** @type {unknown} */ error) => {
  if (!stopping) {
    console.error(error instanceof Error ? error.message : error);
    void stop(1);
  }
});
