import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import type { Connection } from '../../../src/store/connections';
import { configFileRows, type OwnerRow } from '../../../src/views/rows/configFileRows';
import { LoadMoreRow } from '../../../src/views/rows/loadMoreRow';
import { entry, plainFile } from '../../support/hostile/lists';

/** As much of a connection as rows of files ask for. */
function connectionWith(files: number): Connection {
  const entries = [entry(Array.from({ length: files }, (_, at) => plainFile(`file-${at}`, 'x')))];
  return {
    client: { server: { key: 'api.foundries.io' } },
    configs: { getOf: () => Promise.resolve({ entries }) },
    factory: () => ({ fleet: { find: () => undefined } }),
  } as never;
}

const owner = { id: 'owner', parent: undefined, scope: { kind: 'device', factory: 'f', device: 'd' } } as OwnerRow;

suite('A configuration of many files', () => {
  test('is shown by page', async () => {
    const connection = connectionWith(100_000);
    let refreshed = 0;
    const rows = () => configFileRows(connection, owner, () => (refreshed += 1));
    const first = await rows();
    const more = first.at(-1);
    assert.ok(more instanceof LoadMoreRow);
    assert.equal(first.length, 501);
    await more.more();
    assert.deepEqual([refreshed, (await rows()).length], [1, 1001]);
    assert.equal((await configFileRows(connectionWith(501), owner, () => 0)).length, 501);
  });

  test('is shown whole where it is of usual size', async () => {
    const rows = await configFileRows(connectionWith(500), owner, () => 0);
    assert.equal(rows.length, 500);
    assert.ok(!rows.some((row) => row instanceof LoadMoreRow));
  });
});
