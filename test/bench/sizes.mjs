// @ts-check
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import process from 'node:process';

export const names = ['bundle', 'vsix'];

/** What is read at activation, and what is downloaded: both are built here, as they are for a release. */
const bench = () => {
  const built = execFileSync(process.execPath, ['esbuild.js', '--production'], { encoding: 'utf8' });
  const bundle = Number(/at once: ([\d.]+) kB/.exec(built)?.[1]);
  const file = 'out/bench/measured.vsix';
  execFileSync(process.execPath, ['node_modules/@vscode/vsce/vsce', 'package', '--no-dependencies', '--out', file], {
    stdio: 'ignore',
  });
  return Promise.resolve([
    { name: 'bundle', value: bundle, unit: 'kB', limit: 250 },
    { name: 'vsix', value: fs.statSync(file).size / 1000, unit: 'kB', limit: 1000 },
  ]);
};

export default bench;
