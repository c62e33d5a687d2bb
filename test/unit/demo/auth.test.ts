/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return -- answers are looked into as they came */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { demoPrincipal } from '../../../src/demo/auth';
import { Client, FACTORY } from './harness';

suite('emulator: credentials (docs/api.md §1)', () => {
  const devices = '/ota/devices/?factory=getting-started&limit=10';

  test('a token goes as OSF-TOKEN, as a bearer, or as a bearer in base64', async () => {
    const client = new Client();
    const base64 = Buffer.from('demo-token').toString('base64');
    for (const headers of [
      { 'osf-token': 'demo-token' },
      { authorization: 'Bearer demo-token' },
      { authorization: `Bearer ${base64}` },
    ]) {
      const answer = await client.get(devices, { token: null, headers });
      assert.equal(answer.status, 200, JSON.stringify(headers));
    }
  });

  test('an unknown token, or none, is 401 with the reply of the auth service as a string', async () => {
    const client = new Client();
    for (const token of [null, 'nonsense']) {
      const answer = await client.get(devices, { token });
      assert.equal(answer.status, 401);
      const inner = JSON.parse(answer.json['Polis Error']);
      assert.deepEqual(inner, {
        error: 'not_found',
        error_description: 'Cannot find a user with the provided token',
        status: 404,
      });
    }
  });

  test('a missing scope is 403 with a bare JSON string that names it', async () => {
    const client = new Client();
    const token = 'read-only-token';
    assert.equal((await client.get(devices, { token })).status, 200);
    assert.equal((await client.get(`${FACTORY}/targets/`, { token })).status, 200);
    const patch = await client.send('PATCH', '/ota/devices/device-01/config/', {
      token,
      body: { reason: '', files: [] },
    });
    assert.equal(patch.status, 403);
    assert.equal(patch.json, 'Credential used must include one of these scopes: getting-started:devices:read-update');
    const remove = await client.send('DELETE', '/ota/devices/device-01/', { token });
    assert.equal(remove.json, 'Credential used must include one of these scopes: getting-started:devices:delete');
    const tag = await client.send('PATCH', `${FACTORY}/targets/`, { token, body: { targets: {} } });
    assert.equal(tag.json, 'Credential used must include one of these scopes: getting-started:targets:read-update');
  });

  test('a team without the scope is 403 with a message, for lists, too', async () => {
    const idle = { ...demoPrincipal('getting-started'), teamScopes: ['targets:read'] } as const;
    const client = new Client({ tokens: { idle } });
    for (const path of ['/ota/devices/?factory=getting-started', '/ota/devices/', '/ota/devices/device-01/']) {
      const list = await client.get(path, { token: 'idle' });
      assert.equal(list.status, 403);
      assert.equal(list.json.message, 'A factory admin must add you to a team with one of these scopes: devices:read');
    }
    const token = 'member-token';
    assert.equal((await client.get(devices, { token })).status, 200);
    const answer = await client.send('PATCH', '/ota/devices/device-01/', { token, body: { name: 'x' } });
    assert.equal(answer.status, 403);
    assert.equal(
      answer.json.message,
      'A factory admin must add you to a team with one of these scopes: devices:read-update',
    );
  });

  test('each credential lists its Factories; what it does not list may still be named', async () => {
    const client = new Client();
    const names = async (token: string): Promise<string[]> =>
      (await client.get('/ota/factories/', { token })).json.map((factory: { name: string }) => factory.name);
    assert.deepEqual(await names('demo-token'), ['getting-started']);
    assert.deepEqual(await names('two-factories-token'), ['getting-started', 'acme']);
    assert.deepEqual(await names('no-factory-token'), []);
    assert.equal((await client.get(devices, { token: 'no-factory-token' })).status, 200);
  });

  test('a Factory that the credential may not see is unknown', async () => {
    const client = new Client();
    for (const path of ['/ota/factories/acme/targets/', '/ota/devices/?factory=acme', '/ota/factories/nope/users/']) {
      const answer = await client.get(path);
      assert.equal(answer.status, 404, path);
      assert.match(answer.json.message, /^Factory\((acme|nope)\) does not exist$/);
    }
    assert.equal((await client.get('/ota/factories/acme/targets/', { token: 'two-factories-token' })).status, 200);
  });

  test('without a Factory, all devices the credential may see are listed', async () => {
    const client = new Client();
    const one = (await client.get('/ota/devices/')).json;
    const two = (await client.get('/ota/devices/', { token: 'two-factories-token' })).json;
    assert.equal(one.total, 41);
    assert.equal(two.total, 49);
    assert.deepEqual(
      new Set(two.devices.map((device: { factory: string }) => device.factory)),
      new Set(['getting-started', 'acme']),
    );
  });

  test('the CI server calls what a caller may not read unknown, and forbids what it may not write', async () => {
    const client = new Client();
    const path = '/projects/getting-started/lmp/builds/';
    for (const token of [null, 'nonsense', 'member-token']) {
      const answer = await client.get(path, { token });
      assert.equal(answer.status, 404);
      assert.deepEqual(answer.json, { status: 'error', message: `Object does not exist: ${path}` });
    }
    const forbidden = await client.ci('PATCH', `${path}20/`, { annotation: 'x' }, 'read-only-token');
    assert.equal(forbidden.status, 403);
    assert.equal(forbidden.json.status, 'error');
    const unknown = await client.ci('PATCH', `${path}20/`, { annotation: 'x' }, 'nonsense');
    assert.deepEqual([unknown.status, unknown.json.status], [401, 'error']);
  });

  test('who am I', async () => {
    const client = new Client();
    const self = (await client.get(`${FACTORY}/users/self/`)).json;
    assert.equal(self.name, 'Ada Example');
    assert.equal(self.role, 'owner');
    assert.deepEqual(self['effective-scopes'], []);
    const member = (await client.get(`${FACTORY}/users/self/`, { token: 'member-token' })).json;
    assert.deepEqual(member['effective-scopes'], ['getting-started:devices:read', 'getting-started:targets:read']);
    assert.equal(member['teams-ext'][0].members[0].name, 'Bo Example');
    const team = (await client.get(`${FACTORY}/teams/lab-devs`)).json;
    assert.deepEqual(team, member['teams-ext'][0]);
  });
});

suite('emulator: OAuth (docs/api.md §1.2)', () => {
  const form = (fields: Record<string, string>): { body: string; token: null; headers: Record<string, string> } => ({
    body: new URLSearchParams(fields).toString(),
    token: null,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  const credentials = { client_id: 'demo-client', client_secret: 'demo-secret' };
  const usable = async (client: Client, token: string): Promise<number> =>
    (await client.get('/ota/factories/', { token: null, headers: { authorization: `Bearer ${token}` } })).status;

  test('client credentials give a pair of tokens that lasts for a while', async () => {
    const client = new Client();
    const answer = await client.send(
      'POST',
      '/oauth/token/',
      form({ grant_type: 'client_credentials', ...credentials }),
    );
    assert.equal(answer.status, 200);
    assert.deepEqual(Object.keys(answer.json), [
      'token_type',
      'access_token',
      'refresh_token',
      'expires_in',
      'scope',
      'orgs',
    ]);
    assert.deepEqual(answer.json.orgs, [{ name: 'getting-started' }]);
    assert.match(answer.json.scope, /(^| )getting-started:devices:read-update( |$)/);
    const { access_token: access, expires_in: seconds } = answer.json;
    assert.equal(await usable(client, access), 200);
    assert.equal(await usable(client, Buffer.from(access).toString('base64')), 200);
    await client.advance(seconds - 1);
    assert.equal(await usable(client, access), 200);
    await client.advance(1);
    assert.equal(await usable(client, access), 401);
  });

  test('a refresh gives another pair and ends the old one', async () => {
    const client = new Client();
    const first = (
      await client.send('POST', '/oauth/token/', form({ grant_type: 'client_credentials', ...credentials }))
    ).json;
    const refresh = form({ grant_type: 'refresh_token', refresh_token: first.refresh_token, ...credentials });
    const second = await client.send('POST', '/oauth/token/', refresh);
    assert.equal(second.status, 200);
    assert.notEqual(second.json.access_token, first.access_token);
    assert.equal(await usable(client, first.access_token), 401);
    assert.equal(await usable(client, second.json.access_token), 200);
    const again = await client.send('POST', '/oauth/token/', refresh);
    assert.equal(again.status, 400);
    assert.equal(again.json.error, 'invalid_grant');
  });

  test('a wrong secret and an unknown grant are refused in the words of OAuth', async () => {
    const client = new Client();
    const wrong = form({ grant_type: 'client_credentials', client_id: 'demo-client', client_secret: 'x' });
    assert.equal((await client.send('POST', '/oauth/token/', wrong)).status, 401);
    const unknown = await client.send('POST', '/oauth/token/', form({ grant_type: 'password', ...credentials }));
    assert.equal(unknown.status, 400);
    assert.equal(unknown.json.error, 'unsupported_grant_type');
    const waiting = form({
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: 'x',
      client_id: 'y',
    });
    assert.deepEqual((await client.send('POST', '/oauth/token/', waiting)).json, { error: 'authorization_pending' });
  });
});
