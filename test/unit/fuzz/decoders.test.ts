import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { suite, suiteSetup, suiteTeardown, test } from 'mocha';
import { createClient, type FactoryClient } from '../../../src/api/client';
import { FactoryError } from '../../../src/api/errors';
import type { Fetch } from '../../../src/api/http';
import { nodeFetch } from '../../../src/api/nodeFetch';
import { foundriesServer } from '../../../src/api/server';
import { Transport } from '../../../src/api/transport';
import { startFactoryServer, type FactoryServer } from '../../../src/demo/server';
import { OPERATIONS } from '../../faults/operations';
import type { Hosts } from '../../faults/support/hosts';
import { World } from '../../faults/support/world';
import { checkPrototypes, runsOf, spoiled, spoilings, type Spoiling } from '../support/garbage';

const TOKEN = 'demo-token';

/** An answer as it came. */
interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

const clientWith = (url: string, fetch: Fetch): FactoryClient =>
  createClient(
    new Transport({
      server: foundriesServer(url),
      fetch,
      token: () => Promise.resolve(TOKEN),
      userAgent: 'test',
      retryDelayMs: 0,
    }),
  );

suite('Garbage: what decoders make of it', () => {
  let server: FactoryServer;
  suiteSetup(async () => {
    server = await startFactoryServer({ devices: 12, storage: 'local', building: false });
  });
  suiteTeardown(() => server.close());

  for (const [name, operation] of Object.entries(OPERATIONS)) {
    test(`${name}: what is declared, or an error that names the request`, async function () {
      this.timeout(600_000);
      server.emulator.reset();
      const world = new World(server, {} as Hosts, { name: 'no fault', kinds: [] }, true);
      const act = await operation.prepare(world);
      const answers: Answer[] = [];
      const shape = new Shape();
      shape.learn(
        await act(
          clientWith(server.url, async (url, init) => {
            const { status, headers, body } = await nodeFetch(url, init);
            let text = '';
            for await (const piece of body ?? []) {
              text += Buffer.from(piece as Uint8Array).toString();
            }
            const type = headers.get('content-type') ?? '';
            answers.push({ status, headers: new Map([['content-type', type]]), text });
            return { status, headers, body: bytes(text) };
          }),
        ),
      );
      const failed = (error: unknown) => error;
      const check = async (how: readonly Spoiling[], status: number) => {
        const asked: string[] = [];
        const client = clientWith(server.url, (url, init) => {
          const answer = answers[Math.min(asked.length, answers.length - 1)]!;
          asked.push(`${init.method} ${url.slice(server.url.length)}`);
          return Promise.resolve({
            status: status === 0 ? answer.status : status,
            headers: { get: (header) => answer.headers.get(header.toLowerCase()) ?? null },
            body: bytes(status === 0 ? spoiled(answer.text, how) : spoiled(ERROR_BODY, how)),
          });
        });
        const result = await act(client).then((value) => ({ value }), failed);
        checkPrototypes();
        assert.ok(asked.length < 10, 'it does not end');
        if (result instanceof FactoryError) {
          assert.ok(
            asked.some((request) => request === result.info.request || result.info.request.startsWith('GET ')),
            result.message,
          );
          assert.doesNotMatch(result.message, /\n|\[object |undefined: /);
          assert.ok(result.message.length < 3000, `an error of ${result.message.length} characters`);
        } else if (result instanceof Error) {
          throw result;
        } else {
          shape.check((result as { value: unknown }).value, name);
        }
      };
      await fc.assert(fc.asyncProperty(spoilings, fc.constantFrom(0, 0, 0, 0, 0, 400, 403, 404, 500), check), {
        numRuns: runsOf(40),
        seed: 20261123,
      });
    });
  }
});

const ERROR_BODY = JSON.stringify({
  status: 'error',
  message: 'no',
  msg: 'no',
  error_msg: 'sql',
  errors: { field: 'wrong', other: ['a'] },
  data: { message: 'x' },
  wrapped: '{"message":"inner","error":"e"}',
});

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield Buffer.from(text);
}

/** What the service's own data is to be taken as: handed on as it is, and only shown as JSON. */
const RAW = new Set(['raw', 'hardware', 'spec', 'body']);

/** What types a decoder gives, learned from what it makes of good answers. */
class Shape {
  private readonly types = new Map<string, Set<string>>();

  learn(value: unknown, at = ''): void {
    const known = this.types.get(at) ?? new Set();
    this.types.set(at, known.add(typeOf(value)));
    for (const [path, inner] of inside(value, at)) {
      this.learn(inner, path);
    }
  }

  check(value: unknown, name: string, at = ''): void {
    const known = this.types.get(at);
    const type = typeOf(value);
    assert.ok(
      known === undefined || known.has(type) || type === 'undefined' || (known.has('undefined') && known.size === 1),
      `${name}${at}: ${type} in the place of ${[...(known ?? [])].join(' or ')}`,
    );
    if (typeof value === 'number') {
      // It says so of a target whose version is not told.
      assert.ok(Number.isFinite(value) || `${name}${at}` === 'getTargetDetail.version', `${name}${at}: ${value}`);
    }
    for (const [path, inner] of inside(value, at)) {
      this.check(inner, name, path);
    }
  }
}

const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'list' : value instanceof Map ? 'map' : typeof value;

function inside(value: unknown, at: string): [string, unknown][] {
  if (Array.isArray(value)) {
    return value.map((item) => [`${at}[]`, item]);
  }
  if (value instanceof Map) {
    return [...value.values()].map((item) => [`${at}{}`, item]);
  }
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, item]) =>
        RAW.has(key) ? [] : [[`${at}.${key}`, item] as [string, unknown]],
      )
    : [];
}
