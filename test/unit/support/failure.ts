import assert from 'node:assert/strict';
import { FactoryError } from '../../../src/api/errors';

/** Waits for something to fail, as what asks the service does. */
export async function failure(promise: Promise<unknown>): Promise<FactoryError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof FactoryError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: 'it did not fail' });
}
