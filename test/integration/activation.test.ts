import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { activation } from './support/activation';
import { SignedIn } from './support/signedIn';

suite('Activation', () => {
  test('asks nothing of the network', () => {
    assert.deepEqual(activation(), { first: true, asked: [] });
  });

  test('signed in, nothing is asked while no view and no file is open', async () => {
    const factory = await SignedIn.start();
    try {
      await factory.quiet();
      assert.deepEqual(factory.seen(), []);
    } finally {
      await factory.stop();
    }
  });
});
