/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument -- answers are looked into as they came */
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { suite, test } from 'mocha';
import { publicKeyOfCsr } from '../../../src/demo/world/csr';
import { SEQUENCES, type Kept, type Sequence, type Step } from './fioctl-sequences';
import * as go from './go-types';
import { Client, type Answer, type Json } from './harness';

/** What the CLI takes for a success (docs/api.md §9.2). */
const SUCCESS = [200, 201, 202, 204];
const F = '/ota/factories/acme';
const REPO = '/ota/repo/acme/api/v1/user_repo';

async function send(client: Client, step: Step, kept: Kept): Promise<Answer> {
  const path = typeof step.path === 'function' ? step.path(kept) : step.path;
  const body: unknown = typeof step.body === 'function' ? (step.body as (kept: Kept) => unknown)(kept) : step.body;
  const headers = {
    'user-agent': 'fioctl-v0.46-10-g9b0a6e7',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...step.headers,
  };
  const extra = { headers, ...(body === undefined ? {} : { body }) };
  const answer = await client.send(step.method, path, extra);
  // The CLI follows redirects, to the file store too.
  return [302, 308].includes(answer.status) ? client.send(step.method, answer.headers.location ?? '', extra) : answer;
}

async function run(client: Client, { command, after = [], steps }: Sequence): Promise<void> {
  for (const before of after) {
    const found = SEQUENCES.find((sequence) => sequence.command === before);
    assert.ok(found !== undefined, `there is no command ${before}`);
    await run(client, { ...found, after: [] });
  }
  const kept: Record<string, Json> = {};
  for (const step of steps) {
    const answer = await send(client, step, kept);
    const what = `${command}: ${step.method} ${typeof step.path === 'string' ? step.path : '…'}: ${answer.text.slice(0, 200)}`;
    if (step.status === undefined) {
      assert.ok(SUCCESS.includes(answer.status), `${answer.status} ${what}`);
    } else {
      assert.equal(answer.status, step.status, what);
    }
    assert.deepEqual(go.mismatches(answer.json, step.type), [], what);
    if (step.keep !== undefined) {
      kept[step.keep] = answer.json;
    }
  }
}

const named = (command: string): Sequence => {
  const found = SEQUENCES.find((sequence) => sequence.command.startsWith(command));
  assert.ok(found !== undefined);
  return found;
};

suite('emulator: the real CLI (docs/api.md §9), request after request', () => {
  const acme = (): Client => new Client({ factory: 'acme', building: false });
  /** The names that the commands use. */
  const prepared = async (): Promise<Client> => {
    const client = acme();
    await client.control('device', { create: true, name: 'dev-a' });
    return client;
  };
  for (const sequence of SEQUENCES) {
    test(`fioctl ${sequence.command}`, async () => run(await prepared(), sequence));
  }
});

suite('emulator: TUF roots (docs/api.md §2.5)', () => {
  const acme = (): Client => new Client({ factory: 'acme', building: false });
  const rootOf = async (client: Client, role: string): Promise<Answer> => client.get(`${REPO}/${role}`);

  test('a version exists from 1 to that of the newest root', async () => {
    const client = acme();
    const statuses = async (): Promise<number[]> =>
      Promise.all([0, 1, 2, 3].map(async (version) => (await rootOf(client, `${version}.root.json`)).status));
    assert.deepEqual(await statuses(), [404, 200, 404, 404]);
    await run(client, named('keys tuf rotate-offline-key --role=root'));
    assert.deepEqual(await statuses(), [404, 200, 200, 404]);
    assert.equal((await rootOf(client, 'root.json')).json.signed.version, 2);
    assert.equal((await rootOf(client, '1.root.json')).json.signed.version, 1);
    assert.equal((await rootOf(client, '1.targets.json')).status, 404);
  });

  test('its keys are real: the first root and the small roles are signed with them', async () => {
    const client = acme();
    const { signed: root } = (await rootOf(client, 'root.json')).json;
    for (const role of ['root', 'snapshot', 'timestamp']) {
      const { signatures, signed } = (await rootOf(client, `${role}.json`)).json;
      const [{ keyid, sig }] = signatures;
      assert.deepEqual(root.roles[role].keyids, [keyid]);
      const raw = Buffer.from(root.keys[keyid].keyval.public, 'hex');
      const key = createPublicKey({
        key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]),
        format: 'der',
        type: 'spki',
      });
      const sorted = (value: Json): Json =>
        typeof value !== 'object' || value === null || Array.isArray(value)
          ? value
          : Object.fromEntries(
              Object.keys(value)
                .sort()
                .map((name) => [name, sorted(value[name])]),
            );
      assert.ok(verify(null, Buffer.from(JSON.stringify(sorted(signed))), key, Buffer.from(sig, 'base64')), role);
    }
    const online = (await client.get(`${F}/ci-targets.pub`)).json;
    assert.equal(root.keys[root.roles.targets.keyids[0]].keyval.public, online.keyval.public);
  });

  test('the first key is given away until it is rotated', async () => {
    const client = acme();
    assert.match((await client.get(`${F}/first_root.sec`)).json.keyval.private, /^[0-9a-f]{64}$/);
    await run(client, named('keys tuf rotate-offline-key --role=root'));
    assert.equal((await client.get(`${F}/first_root.sec`)).status, 404);
    const again = { message: 'x', 'first-time': true };
    assert.equal((await client.send('POST', `${REPO}/root/updates`, { body: again })).status, 400);
  });

  test('what is staged needs signatures before it is applied', async () => {
    const client = acme();
    await client.send('POST', `${REPO}/root/updates`, { body: { message: 'x' } });
    const refused = await client.send('POST', `${REPO}/root/updates/apply`, { body: {} });
    assert.equal(refused.status, 400);
    assert.deepEqual(refused.json.errors, ['The staged root has too few signatures of root keys']);
    assert.equal((await rootOf(client, '2.root.json')).status, 404);
    const wrong = await client.send('POST', `${REPO}/root/updates/apply`, { body: { txid: 'nope' } });
    assert.equal(wrong.status, 403);
  });

  test('keys of targets are not rotated while a wave is active', async () => {
    const client = acme();
    const { steps } = named('keys tuf rotate-offline-key --role=targets');
    const [begin, review] = steps;
    const put = steps.find(({ method }) => method === 'PUT');
    assert.ok(begin !== undefined && review !== undefined && put !== undefined);
    await send(client, begin, {});
    const updates = (await send(client, review, {})).json;
    const refused = await send(client, put, { updates });
    assert.equal(refused.status, 400);
    assert.match(refused.json.message, /active wave/);
  });

  test('certificate requests can be read', async () => {
    const client = acme();
    const body = { 'ca-csr': true, 'tls-csr': true, 'est-tls-csr': true };
    const requests = (await client.send('POST', `${F}/certs/`, { body })).json;
    assert.deepEqual(Object.keys(requests).sort(), ['ca-csr', 'est-tls-csr', 'tls-csr']);
    for (const pem of Object.values<string>(requests)) {
      const key = createPublicKey(publicKeyOfCsr(pem) ?? '');
      assert.equal(key.asymmetricKeyDetails?.namedCurve, 'prime256v1');
    }
  });
});
