// @ts-check
/**
 * Takes the pictures of the README from the real window: `npm run screenshots`.
 *
 * They are by-products of the end-to-end tests, so they show what the tests have seen to work. All of them stay in the
 * folder that is printed; the chosen ones are copied to media/readme.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { root } from './paths.mjs';
import { run } from './processes.mjs';

/** Pictures of the README, by the name that the tests give them. */
const CHOSEN = {
  '06-saved-dark': 'overview',
  '11-compare-dark': 'compare',
};

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'foundries-screenshots-'));
const { code } = await run(process.execPath, [path.join(root, 'test', 'run.mjs'), '--only', 'e2e'], {
  cwd: root,
  show: true,
  env: { ...process.env, FOUNDRIES_SCREENSHOTS: folder },
});
if (code !== 0) {
  console.error('The end-to-end tests failed, so the pictures are not what they should be: nothing was copied.');
  process.exit(1);
}
const target = path.join(root, 'media', 'readme');
fs.mkdirSync(target, { recursive: true });
for (const [taken, name] of Object.entries(CHOSEN)) {
  fs.copyFileSync(path.join(folder, `${taken}.png`), path.join(target, `${name}.png`));
}
console.log(`All pictures: ${folder}\nThose of the README: ${target}`);
