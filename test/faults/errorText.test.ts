import assert from 'node:assert/strict';
import { setup, suite, test } from 'mocha';
import { FactoryError, type FailureDetails, type FailureKind } from '../../src/api/errors';
import { explain } from '../../src/ui/errorText';
import { clearDesk, desk } from '../support/vscode';

const API = 'https://api.example.com';

suite('Failures in words', () => {
  setup(() => {
    clearDesk();
    desk.settings.set('foundries.apiUrl', `${API}/`);
  });
  const said = (kind: FailureKind, info: Partial<FailureDetails> = {}) =>
    explain(new FactoryError(kind, { request: 'GET /ota/devices/', host: 'api.example.com', base: API, ...info }));

  for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', undefined]) {
    test(`a connection that fails with ${code} names the proxy settings`, () => {
      const { message } = said('network', code === undefined ? {} : { code });
      assert.match(message, /http\.proxy and http\.noProxy/);
    });
  }

  test('an answer that does not come, and a proxy that asks who asks, name them and lead there', () => {
    for (const { message, remedies } of [said('timeout'), said('rejected', { status: 407 })]) {
      assert.match(message, /http\.proxy\b.*http\.noProxy\b/);
      assert.ok(remedies.includes('proxySettings'), message);
    }
    assert.match(said('rejected', { status: 407 }).message, /^A proxy before api\.example\.com asks for a user name/);
    assert.match(said('rejected', { status: 406 }).message, /did not accept the request \(406\)/);
  });

  const aboutAddress: [FailureKind, Partial<FailureDetails>][] = [
    ['network', { code: 'ECONNREFUSED' }],
    ['network', { code: 'ENOTFOUND' }],
    ['tls', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }],
    ['unexpected', { serverMessage: 'the answer is a web page, not data' }],
    ['redirect', { serverMessage: 'other.example answered 403' }],
    ['tooLarge', { status: 200 }],
  ];
  for (const [kind, info] of aboutAddress) {
    const title = [kind, info.code].filter(Boolean).join(' ');
    test(`${title} asks for the setting where the address is that of the settings, else for the account's own`, () => {
      const settingsOnes = said(kind, info);
      assert.match(settingsOnes.message, / Is foundries\.apiUrl right\?$/);
      assert.ok(settingsOnes.remedies.includes('openSettings'));
      assert.equal(settingsOnes.signInAt, undefined);
      desk.settings.set('foundries.apiUrl', 'https://api.foundries.io');
      const own = said(kind, info);
      assert.match(own.message, / Is https:\/\/api\.example\.com right\? .*sign in again to change it\.$/);
      assert.ok(!own.message.includes('foundries.apiUrl'));
      assert.ok(own.remedies.includes('signIn') && !own.remedies.includes('openSettings'));
      assert.equal(own.signInAt, API);
    });
  }

  test('a refused token of an account elsewhere leads to its own server', () => {
    assert.equal(said('unauthorized').signInAt, undefined);
    desk.settings.set('foundries.apiUrl', 'https://api.foundries.io');
    assert.equal(said('unauthorized').signInAt, API);
  });

  for (const path of ['builds/', 'builds/latest/?all=1', 'builds/7/', 'builds/7/runs/a/', 'triggers/']) {
    test(`CI that does not know ${path} may mean that the token may not read it`, () => {
      const { message, remedies } = said('notFound', { request: `GET /projects/acme/lmp/${path}` });
      assert.match(message, /does not know it|shows no builds/);
      assert.match(message, /scope ci:read/);
      assert.deepEqual(remedies, ['signIn', 'retry', 'showLog']);
    });
  }

  test('elsewhere what is not known is not there', () => {
    assert.doesNotMatch(said('notFound').message, /scope/);
    assert.doesNotMatch(said('notFound', { request: 'PATCH /projects/acme/lmp/triggers/1/' }).message, /scope/);
  });
});
