import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { setup, suite, teardown, test } from 'mocha';
import * as fc from 'fast-check';
import { createClient } from '../../../src/api/client';
import { FactoryError } from '../../../src/api/errors';
import { nodeFetch } from '../../../src/api/nodeFetch';
import { foundriesServer } from '../../../src/api/server';
import { TargetsParser } from '../../../src/api/targetsParser';
import { threadReader } from '../../../src/api/targetsThread';
import { targetsSchema, toTarget } from '../../../src/api/targetsWire';
import { decode } from '../../../src/api/decode';
import { Transport } from '../../../src/api/transport';
import { TargetPacker, unpackTargets } from '../../../src/model/packedTargets';
import type { Target } from '../../../src/model/target';
import { failure } from '../support/failure';

const WORKER = resolve('dist/targetsWorker.js');
const plain = (targets: readonly Target[]): Target[] => JSON.parse(JSON.stringify(targets)) as Target[];

/** Entries of a Factory: every third has a name and an address without its version. */
function wire(count: number, extra: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const version = index + 1;
      const name =
        index % 3 === 0 ? `hand-made ${'é"\\{[,'.repeat(3)} ${'x'.repeat(index % 7)}${index}é` : `pi-lmp-${version}`;
      return [
        name,
        {
          custom: {
            version: String(version),
            hardwareIds: [index % 2 === 0 ? 'pi' : 'intel'],
            tags: index % 5 === 0 ? ['main', 'stäble'] : ['main'],
            targetFormat: 'OSTREE',
            docker_compose_apps: { b: { uri: `h/b@sha256:${index % 9}` }, a: { uri: `h/a@sha256:${index % 4}` } },
            'containers-sha': `c${index % 10}`,
            'lmp-ver': '4.0.1',
            uri: `https://ci/builds/${version}`,
            origUri: `https://ci/builds/${version - (version % 10)}`,
            createdAt: '2026-03-02T08:11:45Z',
            filler: 'x'.repeat(500),
            ...extra,
          },
          hashes: { sha256: String(index % 6).repeat(64) },
          length: 0,
        },
      ];
    }),
  );
}

function parseIn(text: string, cuts: readonly number[] = []): Target[] {
  const bytes = Buffer.from(text);
  const parser = new TargetsParser();
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  ends.forEach((end, index) => parser.push(bytes.subarray(index === 0 ? 0 : ends[index - 1], end)));
  return unpackTargets(parser.end());
}

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof FactoryError, String(error));
    return `${error.kind}: ${error.info.serverMessage}`;
  }
  throw new assert.AssertionError({ message: 'it was not refused' });
}

suite('Targets: parsed while they come in', () => {
  const reference = (value: Record<string, unknown>): Target[] => {
    const packer = Object.entries(decode(targetsSchema, value, { request: '', host: '' }))
      .flatMap(([name, entry]) => toTarget(name, entry) ?? [])
      .sort((a, b) => b.version - a.version);
    return plain(packer);
  };

  test('as JSON.parse reads them, wherever the bytes are cut', () => {
    const value = wire(60);
    const expected = reference(value);
    const texts = [JSON.stringify(value), `\ufeff \n${JSON.stringify(value, undefined, 2)}\n \n`];
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.array(fc.nat(60_000), { maxLength: 40 }), (text, cuts) => {
        assert.deepEqual(plain(parseIn(text, cuts)), expected);
      }),
      { numRuns: 50 },
    );
  });

  test('large lists too, newest first', () => {
    const value = wire(2000);
    assert.deepEqual(plain(parseIn(JSON.stringify(value))), reference(value));
  });

  test('what is no list of targets is refused in words', () => {
    for (const [text, said] of [
      ['', /empty/],
      ['  \n', /empty/],
      ['<html>no</html>', /web page/],
      ['[]', /received a list/],
      ['[{}]', /received a list|expected/],
      ['"text"', /expected/],
      ['{', /not valid JSON/],
      ['{"a":{}', /not valid JSON/],
      ['{"a":{},}', /not valid JSON/],
      ['{,"a":{}}', /not valid JSON/],
      ['{"a":{}}}', /not valid JSON/],
      ['{"a":{}} {"b":{}}', /not valid JSON/],
      ['{"a":{}]', /not valid JSON/],
      ['{"a":{"custom":]}', /not valid JSON/],
      ['{"a":null}', /^unexpected: a: expected Object, received null/],
      ['{"a":{"custom":{"tags":["x",3]}}}', /a\.custom\.tags\[1\]: expected string, received number/],
      ['{"a":{"custom":{"version":{}}}}', /a\.custom\.version/],
    ] as const) {
      assert.match(
        refusal(() => parseIn(text)),
        said,
        text,
      );
    }
    const cut = JSON.stringify(wire(300));
    assert.match(
      refusal(() => parseIn(cut.slice(0, -100))),
      /not valid JSON/,
    );
    assert.match(
      refusal(() => parseIn(`${cut.slice(0, -1)},,${cut.slice(1)}`)),
      /not valid JSON/,
    );
  });

  test('none are none', () => {
    for (const text of ['null', '{}', ' { } ']) {
      assert.deepEqual(parseIn(text), []);
    }
  });

  test('of two of the same name the later counts', () => {
    const entry = (version: number) => JSON.stringify({ custom: { version } });
    const filler = JSON.stringify(wire(200)).slice(1, -1);
    const targets = parseIn(`{"a-1":${entry(1)},${filler},"a-1":${entry(7000)}}`);
    assert.equal(targets.length, 201);
    assert.deepEqual([targets[0]?.name, targets[0]?.version], ['a-1', 7000]);
  });

  test('packing keeps every text and number', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constantFrom('12', '-12-', '7', ''));
    const target = fc.record({
      name: text,
      version: fc.oneof(fc.constantFrom(12, 7, -3, 1e20), fc.integer()),
      hardwareIds: fc.array(text, { maxLength: 2 }),
      tags: fc.array(text, { maxLength: 3 }),
      apps: fc.array(fc.record({ name: text, uri: text }), { maxLength: 3 }),
      commits: fc.array(fc.record({ repository: text, sha: text }), { maxLength: 3 }),
      ostreeHash: text,
      lmpVersion: text,
      arch: text,
      buildUri: text,
      originUri: text,
      createdAt: fc.option(fc.integer(), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(target, { selector: ({ name }) => name, maxLength: 20 }), (targets) => {
        const packer = new TargetPacker();
        targets.forEach((each) => packer.add(each));
        const unpacked = new Map(unpackTargets(packer.pack()).map((each) => [each.name, each]));
        assert.deepEqual(
          targets.map(({ name }) => plain([unpacked.get(name)!])),
          targets.map((each) => plain([each])),
        );
      }),
    );
  });
});

suite('Targets: read from the service', () => {
  let server: HttpServer;
  let handler: RequestListener;
  let asked: number;
  let transport: Transport;
  /** Called when the first bytes of an answer have come in. */
  let begun: () => void;
  async function* watched(body: AsyncIterable<Uint8Array | string>) {
    for await (const chunk of body) {
      yield chunk;
      begun();
    }
  }
  setup(async () => {
    asked = 0;
    begun = () => undefined;
    server = createServer((request, response) => {
      asked += 1;
      handler(request, response);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    transport = new Transport({
      server: foundriesServer(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
      fetch: async (...of) => {
        const { status, headers, body } = await nodeFetch(...of);
        return { status, headers, body: body && watched(body) };
      },
      token: () => Promise.resolve('demo-token'),
      userAgent: 'test',
      retryDelayMs: 5,
    });
  });
  teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const answer = (text: string) => {
    handler = (_, response) => response.end(text);
  };
  const WAYS = [
    ['in a thread', WORKER],
    ['without a thread that could be started', resolve('dist/no-such-file.js')],
    ['in this thread', undefined],
  ] as const;

  for (const [way, worker] of WAYS) {
    test(`${way}: a large list`, async () => {
      const text = JSON.stringify(wire(3000));
      answer(text);
      const { targets, bytes } = await createClient(transport, worker).readTargets('acme');
      assert.equal(bytes, Buffer.byteLength(text));
      assert.deepEqual(plain(targets), plain(parseIn(text)));
    });

    test(`${way}: wrong types and cut bodies are told with the request`, async () => {
      const client = createClient(transport, worker);
      answer(JSON.stringify({ ...wire(2000), ...{ odd: { custom: { tags: 7 } } } }));
      const wrong = await failure(client.readTargets('acme'));
      assert.equal(wrong.kind, 'unexpected');
      assert.match(wrong.message, /^GET \/ota\/factories\/acme\/targets\/: 200 .*odd\.custom\.tags: expected Array/);
      answer(JSON.stringify(wire(2000)).slice(0, -9000));
      assert.match((await failure(client.readTargets('acme'))).message, /acme\/targets\/: 200 .*not valid JSON/);
    });

    test(`${way}: a transfer that breaks is repeated from its beginning`, async () => {
      const text = JSON.stringify(wire(2000));
      handler = (_, response) => {
        if (asked === 1) {
          response.writeHead(200, { 'content-length': Buffer.byteLength(text) });
          response.write(text.slice(0, 900_000));
          begun = () => response.destroy();
        } else {
          response.end(text);
        }
      };
      const { targets } = await createClient(transport, worker).readTargets('acme');
      assert.deepEqual([targets.length, asked], [2000, 2]);
    });

    test(`${way}: cancelled in the middle`, async () => {
      const text = JSON.stringify(wire(2000));
      const cancel = new AbortController();
      handler = (_, response) => {
        response.write(text.slice(0, 900_000));
        begun = () => cancel.abort();
      };
      assert.equal(
        (await failure(createClient(transport, worker).readTargets('acme', cancel.signal))).kind,
        'cancelled',
      );
    });
  }

  test('a thread that is ended tells so, and does not hang', async () => {
    const reader = await threadReader(WORKER);
    assert.ok(reader);
    await reader.push(Buffer.from('{"a":'));
    const ending = reader.end();
    reader.dispose();
    assert.match((await failure(Promise.resolve(ending))).message, /given up|not valid JSON/);
  });

  test('a failure of the service is not parsed', async () => {
    handler = (_, response) => response.writeHead(403).end('{"message":"no"}');
    assert.equal((await failure(createClient(transport, WORKER).readTargets('acme'))).kind, 'forbidden');
  });
});
