import assert from 'node:assert/strict';
import { listFactories } from '../../../src/commands/accounts/factories';
import { FactoryError } from '../../../src/api/errors';
import { explain } from '../../../src/ui/errorText';
import { FactoryControl } from '../../support/factoryControl';
import { startTestFactory, type TestFactory } from '../support/factory';

suite('Signing in to a server that is not a Foundries API', () => {
  let factory: TestFactory;
  let control: FactoryControl;
  setup(async () => {
    factory = await startTestFactory({ devices: 20, way: 'in process' });
    control = new FactoryControl(factory.server.emulator);
  });
  teardown(() => factory.close());
  const list = () => listFactories(factory.client, new AbortController().signal);

  test('404 for the list of Factories is told as what it is, and no name is asked for', async () => {
    await control.fault({ status: 404, body: 'not found', contentType: 'text/plain' });
    const error = await list().then(
      () => assert.fail('it listed Factories'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof FactoryError);
    const { message, remedies } = explain(error);
    assert.match(message, /^factory\.test doesn't answer like the Foundries API\. Check /);
    assert.ok(!remedies.includes('retry'), remedies.join());
  });

  test('a token that may not list Factories is good for the one that is typed in', async () => {
    await control.fault({ status: 403, body: { message: 'no' } });
    assert.deepEqual(await list(), []);
  });
});
