import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import { TargetList } from '../../../src/store/targetList';
import { FACTORY, startTestFactory } from '../support/factory';

suite('The target list', () => {
  test('is fetched once and grouped; a failure keeps what is there', async () => {
    const factory = await startTestFactory();
    try {
      const list = new TargetList(factory.client, FACTORY);
      await Promise.all([list.load(), list.load()]);
      assert.ok(list.state.tags.some(({ tag }) => tag === 'devel'));
      factory.server.emulator.faults.add({ status: 500, count: null });
      await list.refresh();
      assert.ok(list.state.tags.length > 0);
      assert.ok(list.state.error instanceof FactoryError);
    } finally {
      await factory.close();
    }
  });
});
