/** The emulator's command line: `npm run factory -- --help`. */
import { parseArgs } from 'node:util';
import {
  DEFAULT_BUILDS,
  DEFAULT_CHECK_IN_SECONDS,
  DEFAULT_DEVICES,
  DEFAULT_FACTORY,
  DEFAULT_TARGETS,
} from './emulator';
import { startFactoryServer, type ServerOptions } from './server';

const HELP = `Runs a Factory on this machine: the Foundries.io API with simulated devices, targets and CI builds.

  npm run factory -- [options]

  --port N          where to listen (8080; 0: any port that is free)
  --host ADDRESS    the interface to listen on (127.0.0.1)
  --factory NAME    the first Factory's name (${DEFAULT_FACTORY})
  --devices N       how many devices it has (${DEFAULT_DEVICES})
  --targets N       how many targets, at least (${DEFAULT_TARGETS})
  --builds N        how many CI builds are kept (${DEFAULT_BUILDS})
  --seed TEXT       the same seed gives the same Factory (1)
  --time DATE       the time stands still there (2026-03-10T15:00:00Z); without it, it is the real one
  --check-in N      seconds between two check-ins of a device (${DEFAULT_CHECK_IN_SECONDS})
  --update N        seconds that an update takes (0.8 of the above, at least 15)
  --failures P      how likely an update fails, 0 to 1 (0.03)
  --help            this text

Tokens: demo-token (everything), read-only-token, two-factories-token, no-factory-token, member-token.
OAuth:  <address>/oauth with client id demo-client and secret demo-secret.
Tests steer it through <address>/_emulator/ (requests, faults, reset, clock, check-in, config, device).
`;

class UsageError extends Error {
  override readonly name = 'UsageError';
}

function readArguments(args: readonly string[]): ReturnType<typeof parse> {
  try {
    return parse(args);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      factory: { type: 'string' },
      devices: { type: 'string' },
      targets: { type: 'string' },
      builds: { type: 'string' },
      seed: { type: 'string' },
      time: { type: 'string' },
      'check-in': { type: 'string' },
      update: { type: 'string' },
      failures: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  }).values;
}

function readNumber(
  name: string,
  given: string | undefined,
  least: number,
  most: number,
  whole = true,
): number | undefined {
  if (given === undefined) {
    return undefined;
  }
  const value = Number(given);
  if (
    given.trim() === '' ||
    Number.isNaN(value) ||
    value < least ||
    value > most ||
    (whole && !Number.isInteger(value))
  ) {
    throw new UsageError(`--${name}: '${given}' is not a ${whole ? 'whole ' : ''}number from ${least} to ${most}`);
  }
  return value;
}

function readTime(given: string | undefined): number | undefined {
  if (given === undefined) {
    return undefined;
  }
  const time = Date.parse(given);
  if (Number.isNaN(time)) {
    throw new UsageError(`--time: '${given}' is not a date`);
  }
  return time;
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function serverOptions(values: ReturnType<typeof parse>): ServerOptions {
  return withoutUndefined({
    port: readNumber('port', values.port, 0, 65_535) ?? 8080,
    host: values.host,
    factory: values.factory,
    devices: readNumber('devices', values.devices, 1, 10_000_000),
    targets: readNumber('targets', values.targets, 1, 1_000_000),
    builds: readNumber('builds', values.builds, 1, 1_000_000),
    seed: values.seed,
    startTime: readTime(values.time),
    checkInSeconds: readNumber('check-in', values['check-in'], 1, 86_400),
    updateSeconds: readNumber('update', values.update, 0, 86_400),
    failureRate: readNumber('failures', values.failures, 0, 1, false),
  });
}

async function main(): Promise<void> {
  const values = readArguments(process.argv.slice(2));
  if (values.help === true) {
    process.stdout.write(HELP);
    return;
  }
  const options = serverOptions(values);
  const server = await startFactoryServer(options);
  const factory = options.factory ?? DEFAULT_FACTORY;
  console.log(`Factory emulator on ${server.url} (factory ${factory}, token demo-token)`);
  const stop = (): void => {
    void server.close().then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  console.error(error instanceof UsageError ? `${message}\nSee --help.` : `The emulator cannot start: ${message}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
