// @ts-check
/**
 * Takes the pictures of the README from the real window: `npm run screenshots`.
 *
 * They are by-products of the end-to-end tests, so they show what the tests have seen to work. All of them stay in the
 * folder that is printed; the chosen ones are copied to media/readme, and those of the walkthrough, in both themes, made small
 * for media/walkthrough.
 *
 *   node test/host/screenshots.mjs [--only-walkthrough [FOLDER]]
 *
 * With --only-walkthrough only the tests of the demo are run; with a folder of pictures none at all.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { launchBrowser } from './browser.mjs';
import { root } from './paths.mjs';
import { run } from './processes.mjs';

/** Pictures of the README, by the name that the tests give them. */
const CHOSEN = {
  '06-saved-dark': 'overview',
  '11-compare-dark': 'compare',
};

/** Steps of the walkthrough, by the name that package.json gives them. */
const STEPS = ['enter', 'devices', 'edit', 'apps', 'history'];
const QUALITY = 0.82;

const onlyWalkthrough = process.argv.includes('--only-walkthrough');
const taken = onlyWalkthrough ? process.argv.at(process.argv.indexOf('--only-walkthrough') + 1) : undefined;
const folder = taken ?? fs.mkdtempSync(path.join(os.tmpdir(), 'foundries-screenshots-'));

async function take() {
  const args = [path.join(root, 'test', 'run.mjs'), '--only', 'e2e'];
  const { code } = await run(process.execPath, onlyWalkthrough ? [...args, '--grep', 'demo Factory'] : args, {
    cwd: root,
    show: true,
    env: { ...process.env, FOUNDRIES_SCREENSHOTS: folder },
  });
  if (code !== 0) {
    console.error('The end-to-end tests failed, so the pictures are not what they should be: nothing was copied.');
    process.exit(1);
  }
}

function copyForReadme() {
  const target = path.join(root, 'media', 'readme');
  fs.mkdirSync(target, { recursive: true });
  for (const [from, name] of Object.entries(CHOSEN)) {
    fs.copyFileSync(path.join(folder, `${from}.png`), path.join(target, `${name}.png`));
  }
}

/** The browser makes WebP of them, a third of the size. */
async function makeWalkthrough() {
  const target = path.join(root, 'media', 'walkthrough');
  fs.mkdirSync(target, { recursive: true });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    for (const name of STEPS.flatMap((step) => [`${step}-dark`, `${step}-light`])) {
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
if (!onlyWalkthrough) {
  copyForReadme();
}
await makeWalkthrough();
console.log(`All pictures: ${folder}\nThose that are kept: ${path.join(root, 'media')}`);
