import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setup, suite, teardown, test } from 'mocha';
import { nodeFetch } from '../../../src/api/nodeFetch';
import { foundriesServer } from '../../../src/api/server';
import { Transport, type Sink, type TransportOptions } from '../../../src/api/transport';
import { VirtualClock } from '../support/clock';
import { failure } from '../support/failure';

class Memory implements Sink {
  readonly chunks: Uint8Array[] = [];
  total: number | undefined;
  begin(total: number | undefined): void {
    this.total = total;
  }
  write(chunk: Uint8Array): void {
    this.chunks.push(chunk);
  }
  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }
}

suite('Transport: what is received as it comes in', () => {
  const servers: HttpServer[] = [];
  let seen: { url: string; headers: IncomingHttpHeaders }[];
  let handler: RequestListener;
  let transport: Transport;
  let url: string;
  const logged: unknown[] = [];

  const listen = async (listener: RequestListener): Promise<string> => {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  setup(async () => {
    seen = [];
    logged.length = 0;
    url = await listen((request, response) => {
      seen.push({ url: request.url ?? '', headers: request.headers });
      handler(request, response);
    });
    transport = transportWith();
  });
  teardown(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });
  const transportWith = (more: Partial<TransportOptions> = {}) =>
    new Transport({
      server: foundriesServer(url),
      fetch: nodeFetch,
      token: () => Promise.resolve('demo-token'),
      userAgent: 'test',
      retryDelayMs: 5,
      log: (entry) => logged.push(entry),
      ...more,
    });
  const receive = (sink: Sink, signal?: AbortSignal) =>
    transport.receive({ method: 'GET', path: '/x', accept: '*/*' }, sink, signal);

  test('an answer that the sink does not want is let go of', async () => {
    const ended = new Promise<boolean>((resolve) => {
      handler = (_request, response) => {
        response.on('close', () => resolve(response.writableFinished));
        response.writeHead(200, { 'Content-Length': String(64 * 1024 * 1024) });
        response.write(Buffer.alloc(1024 * 1024));
      };
    });
    const refuses: Sink = {
      begin: () => {
        throw new Error('too large');
      },
      write: () => assert.fail('nothing is wanted'),
    };
    await assert.rejects(transport.receive({ method: 'GET', path: '/f' }, refuses), /too large/);
    assert.equal(await ended, false);
  });

  test('bytes arrive as they are, with their announced length', async () => {
    const bytes = Buffer.from([0, 255, 10, 13, 128, 7]);
    handler = (_request, response) => response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    const sink = new Memory();
    assert.equal(await receive(sink), bytes.length);
    assert.deepEqual(sink.bytes, bytes);
    assert.equal(sink.total, bytes.length);
    assert.equal(seen[0]?.headers.accept, '*/*');
    assert.deepEqual(logged.length, 1);
  });

  test('no announced length, and an empty body', async () => {
    handler = (_request, response) => response.end();
    const sink = new Memory();
    handler = (_request, response) => {
      response.writeHead(200, { 'transfer-encoding': 'chunked' });
      response.end();
    };
    assert.equal(await receive(sink), 0);
    assert.equal(sink.total, undefined);
  });

  test('a redirect to another host is followed without the token', async () => {
    const received: IncomingHttpHeaders[] = [];
    const store = await listen((request, response) => {
      received.push(request.headers);
      response.end('from the store');
    });
    handler = (_request, response) =>
      response.writeHead(302, { location: `${store.replace('127.0.0.1', 'localhost')}/file?Signature=1` }).end();
    const sink = new Memory();
    await receive(sink);
    assert.equal(sink.bytes.toString(), 'from the store');
    assert.equal(received.length, 1);
    assert.equal(JSON.stringify(received).includes('demo-token'), false);
  });

  test('a passing failure is repeated as long as nothing came', async () => {
    let requests = 0;
    handler = (_request, response) => (++requests < 3 ? response.writeHead(503).end('{}') : response.end('there'));
    const sink = new Memory();
    await receive(sink);
    assert.equal(sink.bytes.toString(), 'there');
    assert.equal(requests, 3);
  });

  test('what is cut in the middle is not begun again: the sink has some of it already', async () => {
    let cut = (): void => undefined;
    handler = (_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('half');
      cut = () => response.destroy();
    };
    class Cutting extends Memory {
      override write(chunk: Uint8Array): void {
        super.write(chunk);
        cut();
      }
    }
    const sink = new Cutting();
    assert.equal((await failure(receive(sink))).kind, 'network');
    assert.equal(seen.length, 1);
    assert.equal(sink.bytes.toString(), 'half');
  });

  test('an answer that stops is given up', async () => {
    handler = (_request, response) => {
      response.writeHead(200);
      response.write('half');
    };
    transport = transportWith({ timeoutMs: 100 });
    assert.equal((await failure(receive(new Memory()))).kind, 'timeout');
  });

  test('a slow sink is waited for, and no time-out of the service', async () => {
    let goOn = (): void => undefined;
    handler = (_request, response) => {
      response.write('one');
      goOn = () => response.end('two');
    };
    const clock = new VirtualClock();
    transport = transportWith({
      timeoutMs: 300,
      startTimer: (ms, timeOut) => {
        let timer = clock.after(ms, timeOut);
        const stop = () => timer.dispose();
        return { stop, refresh: () => (stop(), void (timer = clock.after(ms, timeOut))) };
      },
    });
    const taken: string[] = [];
    await receive({
      write: async (chunk) => {
        goOn();
        await clock.pass(200);
        taken.push(Buffer.from(chunk).toString());
      },
    });
    assert.equal(taken.join(''), 'onetwo');
  });

  test('a sink that fails ends it with its own error, once', async () => {
    handler = (_request, response) => response.end('much');
    const full = new Error('no space left');
    await assert.rejects(
      receive({
        write: () => {
          throw full;
        },
      }),
      full,
    );
    assert.equal(seen.length, 1);
  });

  test('a caller can cancel in the middle', async () => {
    handler = (_request, response) => {
      response.writeHead(200);
      response.write('half');
    };
    const stop = new AbortController();
    const running = failure(receive({ write: () => stop.abort() }, stop.signal));
    assert.equal((await running).kind, 'cancelled');
    assert.equal(seen.length, 1);
  });

  test('errors have the words of the service, and the sink is not begun', async () => {
    handler = (_request, response) => response.writeHead(404).end('{"message": "Artifact(x) does not exist"}');
    const sink = new Memory();
    const error = await failure(receive(sink));
    assert.deepEqual([error.kind, error.info.serverMessage], ['notFound', 'Artifact(x) does not exist']);
    assert.equal(sink.chunks.length, 0);
  });
});
