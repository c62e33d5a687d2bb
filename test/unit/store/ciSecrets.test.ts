import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import { CiSecrets } from '../../../src/store/ciSecrets';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const VALUE = 'pa55"wörd\n\u2028 of the registry';
const TRIGGERS = `/projects/${FACTORY}/lmp/triggers/`;

suite('CI secrets', () => {
  let factory: TestFactory;
  let secrets: CiSecrets;
  setup(async () => {
    factory = await startTestFactory();
    secrets = new CiSecrets(factory.client, FACTORY);
  });
  teardown(() => factory.close());

  const trigger = async () => (await secrets.triggers())[0]!;
  const fault = (rule: object) => factory.server.emulator.faults.add(rule);
  const stored = () => [...factory.server.emulator.world.factories.get(FACTORY)!.ci.triggers[0]!.secrets];

  test('names, and nothing else', async () => {
    assert.deepEqual(await secrets.triggers(), [{ id: 17, type: 'git_poller', secrets: ['npmtok', 'osftok'] }]);
    assert.deepEqual(factory.seen(), [`GET ${TRIGGERS}`]);
  });

  test('one secret is set by one request, in the form that the service documents', async () => {
    const of = await trigger();
    factory.server.emulator.requests.clear();
    await secrets.set(of, 'newtok', VALUE);
    const [request, ...others] = factory.server.emulator.requests.all();
    assert.deepEqual([request?.method, request?.path, others.length], ['PATCH', `${TRIGGERS}17/`, 0]);
    assert.equal(
      request?.body,
      `{"type":"git_poller","id":17,"secrets":[{"name":"newtok","value":${JSON.stringify(VALUE)}}]}`,
    );
    assert.deepEqual(new Map(stored()).get('newtok'), VALUE);
    assert.equal(stored().length, 3);
  });

  test('one is deleted, the others stay', async () => {
    await secrets.remove(await trigger(), 'npmtok');
    assert.deepEqual(
      stored().map(([name]) => name),
      ['osftok'],
    );
    assert.equal(
      factory.server.emulator.requests.all().at(-1)?.body,
      '{"type":"git_poller","id":17,"secrets":[{"name":"npmtok","value":null}]}',
    );
  });

  test('the value is in no log, no error and no request of others, also where the service repeats it', async () => {
    const of = await trigger();
    for (const body of [
      { status: 'error', message: `Invalid secret value(x): ${VALUE}` },
      { status: 'error', data: { message: VALUE } },
      `Bad: ${VALUE}`,
    ]) {
      fault({ match: { method: 'PATCH' }, status: 400, body });
      await assert.rejects(secrets.set(of, 'npmtok', VALUE), (error) => {
        assert.ok(error instanceof FactoryError && error.info.withheld === true);
        assert.ok(!all(error).includes('pa55'));
        return true;
      });
    }
    await secrets.set(of, 'npmtok', VALUE);
    await secrets.triggers();
    assert.ok(!all(factory.log).includes('pa55'));
    assert.ok(!all(secrets).includes('pa55'));
    const carrying = factory.server.emulator.requests.all().filter((request) => all(request).includes('pa55'));
    assert.ok(carrying.every(({ method, path }) => method === 'PATCH' && path === `${TRIGGERS}17/`));
    assert.ok(carrying.every((request) => !all([request.path, request.query, request.headers]).includes('pa55')));
  });

  test('a lost answer: a new name that is there then was taken; a replaced value cannot be told', async () => {
    fault({ match: { method: 'PATCH' }, status: 502, applied: true });
    await secrets.set(await trigger(), 'newtok', 'a');
    fault({ match: { method: 'PATCH' }, status: 502, applied: true });
    await assert.rejects(secrets.set(await trigger(), 'newtok', 'b'));
    fault({ match: { method: 'PATCH' }, status: 502, applied: true });
    await secrets.remove(await trigger(), 'newtok');
    fault({ match: { method: 'PATCH' }, status: 502 });
    await assert.rejects(secrets.remove(await trigger(), 'npmtok'));
  });

  test('a token that may not see them is told so, as far as CI tells', async () => {
    await factory.close();
    factory = await startTestFactory({ token: () => Promise.resolve('read-only-token') });
    await assert.rejects(
      new CiSecrets(factory.client, FACTORY).triggers(),
      (error) => error instanceof FactoryError && ['notFound', 'forbidden'].includes(error.kind),
    );
  });
});

/** Everything that an object holds, its causes included. */
const all = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    each instanceof Error
      ? { ...Object.fromEntries(Object.entries(each)), message: each.message, stack: each.stack, cause: each.cause }
      : each,
  );
