/** Runs one benchmark: `node --expose-gc worker.js MODULE [--quick]`, and tells its parent the figures. */
import { fork } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import type { Bench, BenchContext, BenchFactory } from './bench';

const [file = '', mode] = process.argv.slice(2);
const quick = mode === '--quick';

const context: BenchContext = {
  quick,
  rounds: quick ? 7 : 25,
  factory: (options) =>
    new Promise<BenchFactory>((resolve, reject) => {
      const child = fork(path.join(__dirname, 'serve.js'), [JSON.stringify(options)], { execArgv: [] });
      const ended = new Promise<void>((done) => child.once('exit', () => done()));
      child.once('error', reject);
      child.once('message', ({ port }: { port: number }) =>
        resolve({
          url: `http://127.0.0.1:${port}`,
          close: () => {
            child.disconnect();
            return ended;
          },
        }),
      );
    }),
};

/** A bundle is CommonJS, a module that needs none of the product's code is read as it is. */
async function benchIn(module: string): Promise<Bench> {
  const found = module.endsWith('.mjs')
    ? ((await import(pathToFileURL(module).href)) as { readonly default: Bench })
    : // eslint-disable-next-line @typescript-eslint/no-require-imports
      (require(module) as { readonly default: Bench });
  return found.default;
}

async function main(): Promise<void> {
  const figures = await (await benchIn(path.resolve(file)))(context);
  if (process.send === undefined) {
    console.table(figures);
  }
  process.send?.(figures);
  process.exit(0);
}

/** What takes longer hangs. */
AbortSignal.timeout(quick ? 120_000 : 600_000).addEventListener('abort', () => {
  console.error('It takes too long.');
  process.exit(1);
});

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
