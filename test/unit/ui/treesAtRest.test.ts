import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { treeChanged, treesAtRest } from '../../../src/ui/treesAtRest';

suite('Trees at rest', () => {
  /** Whether it waits beyond the next turn of the event loop. */
  async function waits(): Promise<boolean> {
    let ended = false;
    void treesAtRest().then(() => (ended = true));
    await new Promise((resolve) => setImmediate(resolve));
    return !ended;
  }

  test('nothing is waited for where no tree has changed', async () => {
    await treesAtRest();
    assert.equal(await waits(), false);
  });

  test('a tree that has changed is waited for, until it is drawn', async () => {
    treeChanged();
    assert.equal(await waits(), true);
    await treesAtRest();
    assert.equal(await waits(), false);
  });

  test('a tree that changes all the time is not waited for without end', async () => {
    treeChanged();
    const changes = setInterval(treeChanged, 20);
    try {
      await treesAtRest();
      assert.equal(await waits(), true);
    } finally {
      clearInterval(changes);
    }
  });
});
