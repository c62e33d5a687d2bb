import assert from 'node:assert/strict';
import fc from 'fast-check';
import { suite, test } from 'mocha';
import { baseOf, isBelow, serverBase, serverKey, serverName } from '../../../src/model/serverKey';

/** Base addresses as people configure them, and as nobody would. */
const base = fc
  .record({
    scheme: fc.constantFrom('http', 'https'),
    host: fc.constantFrom(
      'gw',
      'gw.example',
      'staging',
      'api.foundries.io',
      'xn--mnchen-3ya.de',
      '127.0.0.1',
      '[::1]',
      'http',
      'https_a',
    ),
    port: fc.constantFrom('', ':80', ':443', ':8080', ':1'),
    path: fc.array(
      fc.oneof(
        fc.constantFrom(
          'staging',
          'Staging',
          'STAGING',
          'prod',
          'v1',
          '~73taging',
          '_',
          '~',
          '@',
          ':',
          '%2F',
          '%2f',
          'a.b',
          '-',
        ),
        fc.string({ unit: 'grapheme', maxLength: 6 }).map(encodeURIComponent),
        fc.string({ unit: 'grapheme-ascii', maxLength: 6 }).map((text) => text.replace(/[?#]/g, '')),
      ),
      { maxLength: 3 },
    ),
  })
  .map(({ scheme, host, port, path }) => baseOf(new URL(`${scheme}://${host}${port}/${path.join('/')}`)));

suite('Keys of servers', () => {
  for (const [address, key] of [
    ['https://api.foundries.io', 'api.foundries.io'],
    ['https://api.foundries.io/', 'api.foundries.io'],
    ['https://API.foundries.io:443/', 'api.foundries.io'],
    ['https://gw.example:8443', 'gw.example:8443'],
    ['https://[::1]:8443', '[::1]:8443'],
    ['https://demo.invalid', 'demo.invalid'],
  ] as const) {
    test(`${address} is its host, as it was in all earlier versions`, () => {
      assert.equal(serverKey(address), key);
      assert.equal(new URL(address).host, key);
      assert.equal(serverName(key), key);
      assert.equal(serverBase(key), `https://${key}`);
    });
  }

  for (const [address, key] of [
    ['http://localhost:8080', 'http@localhost:8080'],
    ['http://gw', 'http@gw'],
    ['http://[::1]:8080/', 'http@[::1]:8080'],
    ['https://gw/staging', 'https_staging@gw'],
    ['https://gw/staging//', 'https_staging@gw'],
    ['http://gw/staging', 'http_staging@gw'],
    ['https://gw:8443/Staging/v1', 'https_~53taging_v1@gw:8443'],
    ['https://gw/a%2Fb', 'https_a~252~46b@gw'],
    ['https://gw/a_b~c', 'https_a~5fb~7ec@gw'],
    ['https://gw//', 'gw'],
    ['https://gw//x', 'https__x@gw'],
  ] as const) {
    test(`${address} is told by more than its host`, () => {
      assert.equal(serverKey(address), key);
      assert.equal(serverBase(key), baseOf(new URL(address)));
      assert.equal(serverName(key), baseOf(new URL(address)).replace(/^https:\/\/gw$/, 'gw'));
    });
  }

  test('lead back to the address, whatever it is', () => {
    fc.assert(
      fc.property(base, (address) => {
        const key = serverKey(address);
        assert.equal(serverBase(key), address);
        assert.equal(serverKey(`${address}/`), key);
      }),
      { numRuns: 2000 },
    );
  });

  test('tell any two addresses apart, also where case does not count', () => {
    fc.assert(
      fc.property(base, base, (one, other) => {
        assert.equal(serverKey(one).toLowerCase() === serverKey(other).toLowerCase(), one === other);
      }),
      { numRuns: 5000 },
    );
  });

  test('have no capital letter, no slash, and nothing that a URI escapes', () => {
    fc.assert(
      fc.property(base, (address) => {
        assert.match(serverKey(address), /^(https?[a-z0-9._~-]*@)?([a-z0-9._-]+|\[[0-9a-f:]+\])(:\d+)?$/);
      }),
      { numRuns: 2000 },
    );
  });

  for (const wrong of [
    '',
    'https@gw',
    'HTTP@gw',
    'ftp@gw',
    'http@',
    '@gw',
    'http@a@b',
    'https_Staging@gw',
    'https_~41~~@gw',
    'https_~7a@gw',
    'https_~g0@gw',
    'https_..@gw',
    'https_@gw',
    'gw/staging',
    'gw:443',
    'GW',
    'a b',
    'gw?x',
    'user:pw@gw',
  ]) {
    test(`${JSON.stringify(wrong)} is none`, () => {
      assert.equal(serverBase(wrong), undefined);
      assert.equal(serverName(wrong), wrong);
    });
  }

  test('an address of another kind has none', () => {
    assert.throws(() => serverKey('ftp://gw'), TypeError);
    assert.throws(() => serverKey('gw'), TypeError);
  });
});

suite('What is below a base address', () => {
  const check = (address: string, of: string) => isBelow(new URL(address), of);

  test('is on its origin, and in its path', () => {
    assert.equal(check('https://gw/ota/devices/', 'https://gw'), true);
    assert.equal(check('https://gw/staging/ota/?x=/prod', 'https://gw/staging'), true);
    assert.equal(check('https://gw/staging', 'https://gw/staging'), true);
    assert.equal(check('http://gw/ota/', 'https://gw'), false);
    assert.equal(check('https://gw:8443/ota/', 'https://gw'), false);
    assert.equal(check('https://other/ota/', 'https://gw'), false);
  });

  for (const address of [
    'https://gw/prod/ota/',
    'https://gw/',
    'https://gw/Staging/ota/',
    'https://gw/staging2/ota/',
    'https://gw/staging/../prod/',
    'https://gw/staging/%2e%2E/prod/',
    'https://gw/staging/..%2fprod/',
    'https://gw/staging/x%2F%2e.%2f..%2Fprod/',
    'https://gw/staging/..%5cprod/',
    String.raw`https://gw/staging\..\prod`,
  ]) {
    test(`${address} is not below https://gw/staging`, () => {
      assert.equal(check(address, 'https://gw/staging'), false);
    });
  }
});
