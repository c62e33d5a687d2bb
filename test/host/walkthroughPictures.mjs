// @ts-check
/**
 * The pictures of the walkthrough, in both themes, from the tests of the demo in the real window, made small for
 * media/walkthrough.
 *
 *   node test/host/walkthroughPictures.mjs [FOLDER]
 *
 * With a folder of pictures no test is run.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { launchBrowser } from './browser.mjs';
import { root } from './paths.mjs';
import { run } from './processes.mjs';

/** Steps of the walkthrough, by the name that package.json gives them. */
const STEPS = ['enter', 'devices', 'edit', 'apps', 'history'];
const THEMES = ['dark', 'light'];
const QUALITY = 0.82;

const taken = process.argv[2];
const folder = taken ?? fs.mkdtempSync(path.join(os.tmpdir(), 'foundries-screenshots-'));

async function take() {
  const args = [path.join(root, 'test', 'run.mjs'), '--only', 'e2e'];
  for (const theme of THEMES) {
    const { code } = await run(process.execPath, [...args, '--grep', 'demo Factory'], {
      cwd: root,
      show: true,
      env: { ...process.env, FOUNDRIES_SCREENSHOTS: folder, FOUNDRIES_TEST_THEME: theme },
    });
    if (code !== 0) {
      console.error('The end-to-end tests failed, so the pictures are not what they should be: nothing was copied.');
      process.exit(1);
    }
  }
}

/** The browser makes WebP of them, a third of the size. */
async function makeWalkthrough() {
  const target = path.join(root, 'media', 'walkthrough');
  fs.mkdirSync(target, { recursive: true });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    for (const name of STEPS.flatMap((step) => THEMES.map((theme) => `${step}-${theme}`))) {
      const png = fs.readFileSync(path.join(folder, `walkthrough-${name}.png`)).toString('base64');
      const source = `data:image/png;base64,${png}`;
      // As text, for it runs in the browser.
      const webp = String(
        await page.evaluate(`(async () => {
          const image = new Image();
          image.src = ${JSON.stringify(source)};
          await image.decode();
          const canvas = document.createElement('canvas');
          canvas.width = image.naturalWidth;
          canvas.height = image.naturalHeight;
          canvas.getContext('2d').drawImage(image, 0, 0);
          return canvas.toDataURL('image/webp', ${QUALITY});
        })()`),
      );
      fs.writeFileSync(path.join(target, `${name}.webp`), Buffer.from(webp.slice(webp.indexOf(',') + 1), 'base64'));
    }
  } finally {
    await browser.close();
  }
}

if (taken === undefined) {
  await take();
}
await makeWalkthrough();
console.log(`All pictures: ${folder}\nThose that are kept: ${path.join(root, 'media')}`);
