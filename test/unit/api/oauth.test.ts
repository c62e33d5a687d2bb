import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import type { FactoryError } from '../../../src/api/errors';
import { nodeFetch } from '../../../src/api/nodeFetch';
import { OAuthTokens, type AccessToken, type OAuthOptions } from '../../../src/api/oauth';
import { foundriesServer, oauthUrlOf } from '../../../src/api/server';
import { Transport, type RequestLogEntry } from '../../../src/api/transport';
import { startFactoryServer, type FactoryServer } from '../../../src/demo/server';
import { networkOf } from '../../support/network';
import { DEVICE, FACTORY } from '../support/factory';
import { failure } from '../support/failure';

const SECRET = 'demo-secret';

suite('Application credentials', () => {
  let server: FactoryServer;
  let kept: AccessToken | undefined;
  let log: RequestLogEntry[];
  let refusals: FactoryError[];

  setup(async () => {
    server = await startFactoryServer();
    kept = undefined;
    log = [];
    refusals = [];
  });
  teardown(() => server.close());

  const windowOf = (over: { secret?: string; more?: Partial<OAuthOptions> } = {}) => {
    const tokens = new OAuthTokens({
      credential: () =>
        Promise.resolve({
          clientId: 'demo-client',
          clientSecret: over.secret ?? SECRET,
          url: oauthUrlOf(server.url),
        }),
      shelf: {
        read: () => Promise.resolve(kept),
        write: (token) => {
          kept = token;
          return Promise.resolve();
        },
      },
      fetch: networkOf(server.emulator).fetch(nodeFetch),
      startTimer: networkOf(server.emulator).startTimer,
      userAgent: 'test',
      log: (entry) => log.push(entry),
      ...over.more,
    });
    return new Transport({
      server: foundriesServer(server.url, 'bearer'),
      fetch: nodeFetch,
      token: () => tokens.token(),
      renew: (refused) => tokens.renew(refused),
      userAgent: 'test',
      log: (entry) => log.push(entry),
      onUnauthorized: (error) => refusals.push(error),
      retryDelayMs: 5,
    });
  };
  const get = (transport: Transport) => transport.send({ method: 'GET', path: '/ota/factories/' });
  const seen = () => {
    const requests = server.emulator.requests.all().map(({ method, path, status }) => `${method} ${path} ${status}`);
    server.emulator.requests.clear();
    return requests;
  };
  const tokens = (requests = seen()) => requests.filter((request) => request.includes('/oauth/token/')).length;

  test('are exchanged once for all that wait, and sent as a base64 bearer', async () => {
    const transport = windowOf();
    await Promise.all([get(transport), get(transport), get(transport)]);
    const requests = server.emulator.requests.all();
    const [exchange, first] = requests;
    assert.equal(exchange?.path, '/oauth/token/');
    assert.equal(exchange.headers['content-type'], 'application/x-www-form-urlencoded');
    assert.deepEqual(Object.fromEntries(new URLSearchParams(exchange.body)), {
      grant_type: 'client_credentials',
      client_id: 'demo-client',
      client_secret: SECRET,
    });
    assert.equal(first?.headers['osf-token'], undefined);
    assert.equal(first?.headers.authorization, `Bearer ${Buffer.from(kept?.token ?? '').toString('base64')}`);
    assert.equal(tokens(), 1);
  });

  test('the access token is exchanged when it ends, before it is refused', async () => {
    server.emulator.world.oauth.expiresIn = 100;
    let now = Date.now();
    const transport = windowOf({ more: { now: () => now } });
    await get(transport);
    assert.equal(tokens(), 1);
    now += 80_000;
    await get(transport);
    assert.equal(tokens(), 0);
    now += 15_000;
    await Promise.all([get(transport), get(transport)]);
    assert.deepEqual(seen(), ['POST /oauth/token/ 200', 'GET /ota/factories/ 200', 'GET /ota/factories/ 200']);
  });

  test('a 401 is answered with one new token for all requests, and each is sent again, writes too', async () => {
    const transport = windowOf();
    await get(transport);
    seen();
    // The service forgets what it gave out.
    server.emulator.clock.advance(server.emulator.world.oauth.expiresIn + 1);
    const change = { reason: 'test', files: [{ name: 'a', value: 'b', unencrypted: true }] };
    const path = `/ota/devices/${DEVICE}/config/`;
    await Promise.all([
      get(transport),
      transport.send({ method: 'PATCH', path, query: { factory: FACTORY }, body: change }),
    ]);
    const requests = seen();
    assert.equal(tokens(requests), 1);
    assert.deepEqual(
      requests.filter((request) => request.startsWith('PATCH')),
      [`PATCH ${path} 401`, `PATCH ${path} 201`],
    );
    assert.deepEqual(refusals, []);
  });

  test('another window takes the token that is kept, and one that was renewed meanwhile', async () => {
    const first = windowOf();
    await get(first);
    const second = windowOf();
    await get(second);
    assert.equal(tokens(), 1);
    server.emulator.clock.advance(server.emulator.world.oauth.expiresIn + 1);
    await get(first);
    await get(second);
    assert.equal(tokens(), 1);
  });

  test('a token that stays refused is asked for twice, and no more', async () => {
    const transport = windowOf();
    server.emulator.faults.add({ match: { path: '/ota/' }, status: 401, count: null });
    assert.equal((await failure(get(transport))).kind, 'unauthorized');
    assert.deepEqual(seen(), [
      'POST /oauth/token/ 200',
      'GET /ota/factories/ 401',
      'POST /oauth/token/ 200',
      'GET /ota/factories/ 401',
    ]);
    assert.equal((await failure(get(transport))).kind, 'unauthorized');
    assert.deepEqual(seen(), []);
    assert.equal(refusals.length, 1);
  });

  test('credentials that are not known are sent once, and told of once', async () => {
    const transport = windowOf({ secret: 'wrong-secret' });
    const error = await failure(get(transport));
    assert.deepEqual([error.kind, error.info.serverMessage], ['unauthorized', 'Unknown client or wrong secret']);
    assert.equal((await failure(get(transport))).kind, 'unauthorized');
    assert.deepEqual(seen(), ['POST /oauth/token/ 401']);
    assert.equal(refusals.length, 1);
  });

  const passing: [string, object, string][] = [
    ['503', { status: 503 }, 'server'],
    ['a cut connection', { cut: -1 }, 'network'],
    ['no answer', { hang: 'before' }, 'timeout'],
    ['a web page', { status: 200, body: '<html></html>' }, 'unexpected'],
    ['a redirect', { redirect: 'http://localhost:1/elsewhere', status: 307 }, 'redirect'],
  ];
  for (const [name, fault, kind] of passing) {
    test(`${name} of the OAuth service says nothing about the credentials`, async () => {
      const transport = windowOf();
      server.emulator.faults.add({ ...fault, match: { path: '/oauth/' }, count: null });
      assert.equal((await failure(get(transport))).kind, kind);
      server.emulator.faults.clear();
      assert.equal((await get(transport)).status, 200);
      assert.deepEqual(refusals, []);
    });
  }

  test('neither secret nor token comes into words or the log', async () => {
    const transport = windowOf();
    server.emulator.faults.add({
      match: { path: '/oauth/' },
      status: 400,
      body: { error: 'invalid', error_description: `client_secret=${SECRET} is bad` },
    });
    const error = await failure(get(transport));
    assert.match(error.info.serverMessage ?? '', /client_secret=… is bad/);
    const other = windowOf();
    await get(other);
    const token = kept?.token ?? '';
    const echo = Buffer.from(token).toString('base64');
    server.emulator.faults.add({ match: { path: '/ota/' }, status: 400, body: { message: `${token} and ${echo}` } });
    const echoed = await failure(get(other));
    const told = JSON.stringify([error.message, error.info, echoed.message, echoed.info, log]);
    for (const secret of [SECRET, token, echo]) {
      assert.ok(!told.includes(secret), told);
    }
    assert.ok(log.some(({ request }) => request.startsWith('POST /oauth/token/')));
  });

  test('where they are exchanged', () => {
    assert.equal(oauthUrlOf('https://api.foundries.io'), 'https://app.foundries.io/oauth');
    assert.equal(oauthUrlOf('https://api.factory.example.com/'), 'https://app.factory.example.com/oauth');
    assert.equal(oauthUrlOf('http://127.0.0.1:8080'), 'http://127.0.0.1:8080/oauth');
    assert.equal(oauthUrlOf('https://apidae.example/x'), 'https://apidae.example/x/oauth');
  });
});
