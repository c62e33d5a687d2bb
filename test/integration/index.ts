/** What VS Code runs as `extensionTestsPath`: mocha over the integration tests, inside the extension host. */
import { appendFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';
import { activateWatched } from './support/activation';
import { refuseOtherHosts } from './support/network';
import { knownState } from './support/window';

/** Longer than any wait for a condition, which says what it waited for. */
const TEST_TIMEOUT = 150_000;
const host = path.resolve(__dirname, '../../test/host');

/** @returns the test files in the folder: all, or those that FOUNDRIES_TEST_FILES names */
function testFiles(folder: string): string[] {
  const wanted = list('FOUNDRIES_TEST_FILES');
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.js'));
  const found = all.filter((name) => wanted.length === 0 || wanted.includes(path.basename(name, '.test.js')));
  const missing = wanted.filter((name) => !found.some((file) => path.basename(file, '.test.js') === name));
  if (missing.length > 0 || found.length === 0) {
    throw new Error(`No test file was found in ${folder} for: ${missing.join(', ')}`);
  }
  return found.sort().map((name) => path.join(folder, name));
}

function list(variable: string): string[] {
  return (process.env[variable] ?? '').split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
}

/** Runs them all; rejects when one fails or when there is none. */
export async function run(): Promise<void> {
  const {
    FOUNDRIES_TEST_GREP: grep = '',
    FOUNDRIES_TEST_OUTPUT: output = '',
    FOUNDRIES_TEST_SEED: seed = '',
  } = process.env;
  if (output !== '') {
    // The console of the extension host is full of VS Code's own lines.
    Mocha.reporters.Base.consoleLog = (...values: unknown[]) => appendFileSync(output, `${format(...values)}\n`);
  }
  const mocha = new Mocha({
    ui: 'tdd',
    color: false,
    timeout: TEST_TIMEOUT,
    reporter: path.join(host, 'reporter.js'),
    rootHooks: {
      async beforeAll() {
        refuseOtherHosts();
        await activateWatched();
      },
      beforeEach(this: Mocha.Context) {
        return knownState(this.currentTest?.parent);
      },
    },
    ...(grep === '' ? {} : { grep }),
  });
  for (const file of testFiles(__dirname)) {
    mocha.addFile(file);
  }
  await mocha.loadFilesAsync();
  if (seed !== '') {
    Mocha.reporters.Base.consoleLog(`Seed: ${seed}`);
    // Not bundled: it is plain JavaScript, and the same for all suites.
    const { shuffleSuite } = createRequire(__filename)(path.join(host, 'shuffle.js')) as {
      shuffleSuite: (suite: Mocha.Suite, seed: string) => void;
    };
    shuffleSuite(mocha.suite, seed);
  }
  await new Promise<void>((resolve, reject) => {
    mocha.run((failures) => {
      if (failures > 0) {
        reject(new Error(`${failures} integration tests failed`));
      } else {
        resolve();
      }
    });
  });
}
