import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { turn } from '../../support/clock';
import { inVirtualTime } from '../../support/virtualTime';
import { treeChanged, treesAtRest } from '../../../src/ui/treesAtRest';

suite('Trees at rest', () => {
  /** Whether it waits beyond the next turn of the event loop. */
  async function waits(): Promise<boolean> {
    let ended = false;
    void treesAtRest().then(() => (ended = true));
    await turn();
    return !ended;
  }

  test('nothing is waited for where no tree has changed', () =>
    inVirtualTime(async (time) => {
      // Other tests may have changed one just now.
      await time.pass(2000);
      assert.equal(await waits(), false);
    }));

  test('a tree that has changed is waited for, until it is drawn', () =>
    inVirtualTime(async (time) => {
      treeChanged();
      assert.equal(await waits(), true);
      await time.pass(299);
      assert.equal(await waits(), true);
      await time.pass(1);
      assert.equal(await waits(), false);
    }));

  test('a tree that changes all the time is not waited for without end', () =>
    inVirtualTime(async (time) => {
      treeChanged();
      let rested = false;
      void treesAtRest().then(() => (rested = true));
      for (let passed = 0; passed < 500; passed += 20) {
        assert.equal(rested, false, `after ${passed} ms`);
        await time.pass(20);
        treeChanged();
      }
      assert.equal(rested, true);
      assert.equal(await waits(), true);
    }));
});
