// @ts-check
/**
 * `npm run screenshots`: pictures of every view, page and state from the real window, in three themes, as a contact sheet in
 * `screenshots/` (git-ignored), and from them those of the README.
 *
 *   node test/host/screenshots.mjs [theme …]   dark, light or contrast; all if none is named
 *
 * What is to be on the sheet is in test/sheet.
 */
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { animate, writeSheet } from '../../scripts/contactSheet.mjs';
import { launchBrowser } from './browser.mjs';
import { checkNode, ensureDependencies } from './dependencies.mjs';
import { runMocha, testFiles } from './mocha.mjs';
import { npm } from './npm.mjs';
import { root, vsixFile } from './paths.mjs';
import { run } from './processes.mjs';

/** Pictures of the README, by what they show. */
const CHOSEN = { Details: 'details', 'Compared with the server': 'compare' };
/** The animation of the README: what it shows, for how many milliseconds. */
const STORY = {
  'A device': 1600,
  'A configuration file': 1600,
  'Unsent text': 1600,
  'Sent, waiting for the device': 2200,
  'Fetched by the device': 2600,
};

/** How long a frame of the film of the first minute is looked at. */
const FRAME = 1500;

const folder = path.join(root, 'screenshots');

/** @returns {{ png: Buffer, milliseconds: number }[]} the film of the first minute, in the dark theme (test/sheet/film.test.ts) */
function film() {
  const frames = fs.readdirSync(folder).filter((name) => /^film-\d+ .*-dark\.png$/.test(name));
  return frames.sort().map((name) => ({ png: fs.readFileSync(path.join(folder, name)), milliseconds: FRAME }));
}

/** @returns {Buffer | undefined} the picture in the dark theme */
function picture(/** @type {string} */ shows) {
  const file = fs.readdirSync(folder).find((name) => name.replace(/^\d+ /, '') === `${shows} (dark).png`);
  return file === undefined ? undefined : fs.readFileSync(path.join(folder, file));
}

async function main() {
  checkNode();
  await ensureDependencies();
  const themes = process.argv.slice(2);
  const built = await run(process.execPath, ['esbuild.js', '--tests'], { cwd: root, show: true });
  const packaged = await npm(['run', '--silent', 'package'], { cwd: root, show: true });
  if (built.code !== 0 || packaged.code !== 0) {
    throw new Error('The extension could not be built.');
  }
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder);
  const { failed } = await runMocha('sheet', {
    files: testFiles('sheet'),
    timeout: 30 * 60_000,
    testTimeout: 120_000,
    env: {
      FOUNDRIES_SCREENSHOTS: folder,
      FOUNDRIES_TEST_VSIX: vsixFile,
      ...(themes.length === 0 ? {} : { FOUNDRIES_SHEET_THEMES: themes.join() }),
    },
  });
  const page = writeSheet(folder);
  const browser = await launchBrowser();
  const sheet = await browser.newPage({ viewport: { width: 1900, height: 1000 } });
  await sheet.goto(pathToFileURL(page).href);
  await sheet.screenshot({ path: path.join(folder, 'sheet.png'), fullPage: true });
  await browser.close();
  console.log(`The contact sheet: ${page}`);
  if (failed > 0) {
    throw new Error('Some states could not be reached, so the pictures of the README stay as they are.');
  }
  if (themes.length === 0 || themes.includes('dark')) {
    const target = path.join(root, 'media', 'readme');
    const frames = Object.entries(STORY).map(([shows, milliseconds]) => ({ png: picture(shows), milliseconds }));
    for (const [shows, name] of Object.entries(CHOSEN)) {
      fs.writeFileSync(path.join(target, `${name}.png`), picture(shows) ?? '');
    }
    fs.writeFileSync(
      path.join(target, 'save.png'),
      animate(frames.flatMap(({ png, milliseconds }) => (png === undefined ? [] : [{ png, milliseconds }]))),
    );
    fs.writeFileSync(path.join(target, 'first-minute.png'), animate(film()));
    console.log(`Those of the README: ${target}`);
  }
}

main().catch((/** @type {unknown} */ error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
