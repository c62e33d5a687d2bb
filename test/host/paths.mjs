// @ts-check
/** Where things are: the repository and the folder that holds what was installed for running it. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** VS Code, browser and runtimes are installed here (git-ignored); several clones can share one through the variable. */
export const installRoot = path.resolve(root, process.env['FOUNDRIES_TEST_DIR'] ?? '.vscode-test');

/** The pinned manifests and lock files of everything that is installed there. */
export const manifests = path.join(root, 'test', 'host', 'vscode');

/** Plain JavaScript in place of native modules that would have to be compiled. */
export const substitutes = path.join(root, 'test', 'host', 'substitutes');

/** The packaged extension, as `npm run package` writes it. */
export const vsixFile = path.join(root, 'foundries-factory.vsix');
