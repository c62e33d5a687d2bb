// @ts-check
/** What `npm test` and `npm run test:repeat` can be told. */
import { randomInt } from 'node:crypto';
import process from 'node:process';
import util from 'node:util';
import { knownVersions } from './install.mjs';

/** The parts that `--only` takes. */
export const parts = ['lint', 'unit', 'faults', 'integration', 'e2e'];

/** The options that choose tests, for `util.parseArgs`. */
export const choices = /** @type {const} */ ({
  only: { type: 'string' },
  vscode: { type: 'string' },
  grep: { type: 'string' },
  all: { type: 'boolean' },
  shuffle: { type: 'boolean' },
  seed: { type: 'string' },
});

export const choicesHelp = `  --only PART       one of ${parts.join(', ')}; or several, with commas
  --vscode VERSION  ${knownVersions().join(' or ')}: everything in this version of VS Code, and in no other
  --grep PATTERN    only tests whose title matches
  --all             everything in both versions of VS Code (npm run test:all)
  --shuffle         in a random order, whose seed is printed
  --seed N          in the order of that seed`;

/**
 * Reads options; ends the process where they make no sense, or to print the help.
 *
 * @template {NonNullable<import('node:util').ParseArgsConfig['options']>} T
 * @param {T} config of `util.parseArgs`
 * @param {string} help
 * @param {(values: any) => string | undefined} problem says what is wrong with them
 * @returns {ReturnType<typeof util.parseArgs<{ options: T }>>['values']}
 */
export function readOptions(config, help, problem) {
  /** @type {string | undefined} */
  let wrong;
  try {
    const { values } = util.parseArgs({ options: { ...config, help: { type: /** @type {const} */ ('boolean') } } });
    const given = /** @type {{ help?: boolean }} */ (values);
    if (given.help === true) {
      console.log(help);
      process.exit(0);
    }
    wrong = problem(values);
    if (wrong === undefined) {
      return values;
    }
  } catch (error) {
    wrong = error instanceof Error ? error.message : String(error);
  }
  console.error(`${wrong}\n\n${help}`);
  process.exit(2);
}

/**
 * @param {{ only?: string, vscode?: string, seed?: string }} values
 * @returns {string | undefined} what is wrong with them
 */
export function wrongChoice({ only, vscode, seed }) {
  const unknown = only?.split(',').find((part) => !parts.includes(part));
  if (unknown !== undefined) {
    return `There is no part "${unknown}".`;
  }
  if (vscode !== undefined && !knownVersions().includes(vscode)) {
    return `VS Code ${vscode} is not known here.`;
  }
  return seed === undefined || /^\d+$/.test(seed) ? undefined : `--seed takes a whole number, not "${seed}".`;
}

/**
 * @param {{ shuffle?: boolean, seed?: string }} values
 * @returns {string | undefined} the seed of the order, if tests are to be shuffled
 */
export function seedOf({ shuffle, seed }) {
  return seed ?? (shuffle === true ? String(randomInt(1_000_000)) : undefined);
}
