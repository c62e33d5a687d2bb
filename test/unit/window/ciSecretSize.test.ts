import assert from 'node:assert/strict';
import { failureToSet } from '../../../src/commands/ciSecrets';
import { CiSecrets } from '../../../src/store/ciSecrets';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';

suite('CI secrets: what does not fit', () => {
  let factory: TestFactory;
  setup(async () => {
    factory = await startTestFactory({ devices: 20, way: 'in process' });
  });
  teardown(() => factory.close());

  /** What is said of a value that CI refuses. */
  async function refusal(name: string, value: string): Promise<string> {
    const secrets = new CiSecrets(factory.client, FACTORY);
    const [trigger] = await secrets.triggers();
    const error: unknown = await secrets.set(trigger!, name, value).then(
      () => assert.fail('it was taken'),
      (reason: unknown) => reason,
    );
    return failureToSet(error, name, Buffer.byteLength(value));
  }

  test('a value that is too long beside the others', async () => {
    const secrets = new CiSecrets(factory.client, FACTORY);
    const [trigger] = await secrets.triggers();
    await secrets.set(trigger!, 'first', 'x'.repeat(30_000));
    assert.match(await refusal('second', 'x'.repeat(20_000)), /which has 20 kB\. All CI secrets together .* 48 kB/);
  });

  test('a value whose characters count six times', async () => {
    assert.match(await refusal('umlauts', 'ü'.repeat(9000)), /characters beyond ASCII count six times/);
  });

  test('a name that is refused is no matter of size', async () => {
    assert.equal(await refusal('a b', 'short'), 'Could not set the CI secret a b');
  });
});
