/** What VS Code runs as `extensionTestsPath`: mocha over the integration tests, inside the extension host. */
import { appendFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';

const TEST_TIMEOUT = 30_000;

/** @returns Every `*.test.js` below the folder. */
function testFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.js'))
    .sort()
    .map((name) => path.join(folder, name));
}

/** Runs them all; rejects when one fails or when there is none. */
export async function run(): Promise<void> {
  const grep = process.env.FOUNDRIES_TEST_GREP;
  const output = process.env.FOUNDRIES_TEST_OUTPUT;
  if (output !== undefined && output !== '') {
    // The console of the extension host is full of VS Code's own lines.
    Mocha.reporters.Base.consoleLog = (...values: unknown[]) => appendFileSync(output, `${format(...values)}\n`);
  }
  const mocha = new Mocha({
    ui: 'tdd',
    color: false,
    timeout: TEST_TIMEOUT,
    // A window on a busy machine may be late; what is wrong fails twice.
    retries: 1,
    reporter: path.resolve(__dirname, '../../test/host/reporter.js'),
    ...(grep === undefined || grep === '' ? {} : { grep }),
  });
  const files = testFiles(__dirname);
  if (files.length === 0) {
    throw new Error(`No test was found in ${__dirname}.`);
  }
  for (const file of files) {
    mocha.addFile(file);
  }
  await mocha.loadFilesAsync();
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
