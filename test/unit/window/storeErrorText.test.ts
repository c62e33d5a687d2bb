import assert from 'node:assert/strict';
import { FactoryError, type FailureDetails, type FailureKind } from '../../../src/api/errors';
import { explain } from '../../../src/ui/errorText';

suite('Files from a store: failures in words', () => {
  const said = (kind: FailureKind, info: Partial<FailureDetails>) =>
    explain(
      new FactoryError(kind, {
        request: 'GET /projects/acme/lmp/builds/7/runs/a/console.log',
        host: 'api.example.com',
        base: 'https://api.example.com',
        ...info,
      }),
    );
  const STORE = { store: 'storage.example.com' };

  test('a file that is gone says nothing of token or address', () => {
    const { message, remedies } = said('notFound', { ...STORE, status: 404, runStatus: 'FAILED' });
    assert.match(message, /^The file store storage\.example\.com has no such file/);
    assert.deepEqual(remedies, ['retry', 'showLog']);
  });

  test('a refusal of the store is none of the token', () => {
    const { message, remedies } = said('rejected', { ...STORE, status: 403 });
    assert.match(message, /^The file store storage\.example\.com refused the download \(403\)/);
    assert.match(message, /Your token is not the reason/);
    assert.deepEqual(remedies, ['retry', 'showLog']);
  });

  for (const [kind, info] of [
    ['server', { status: 503 }],
    ['rateLimited', { status: 429 }],
    ['network', { code: 'ECONNREFUSED' }],
    ['network', { code: 'ENOTFOUND' }],
    ['tls', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }],
    ['timeout', {}],
    ['unexpected', { status: 206 }],
  ] as const) {
    test(`${kind} ${JSON.stringify(info)} names the store, not the setting of the API`, () => {
      const { message, remedies } = said(kind, { ...STORE, ...info });
      assert.match(message, /storage\.example\.com/);
      assert.doesNotMatch(message, /foundries\.apiUrl|api\.example\.com/);
      assert.ok(!remedies.includes('openSettings') && !remedies.includes('signIn'), remedies.join());
    });
  }

  test('CI that names the run but has no log shows that the token is fine', () => {
    const { message, remedies } = said('notFound', {
      status: 404,
      runStatus: 'FAILED',
      serverMessage: 'File not found',
    });
    assert.equal(message, 'The run has no such file. File not found.');
    assert.deepEqual(remedies, ['retry', 'showLog']);
  });
});
