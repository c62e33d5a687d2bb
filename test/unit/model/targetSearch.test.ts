import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { newestFirst } from '../../../src/model/target';
import { searchTargets } from '../../../src/model/targetSearch';
import { appsOf, makeTarget } from '../support/targetValues';

suite('Search for targets', () => {
  const LIST = newestFirst([
    makeTarget('pi-lmp-42', 42, {
      apps: appsOf({ shell: '27cd2ffd' }),
      commits: [{ repository: 'containers', sha: '89c38f6a156d' }],
    }),
    makeTarget('pi-lmp-41', 41, { tags: ['stable'], apps: appsOf({ shell: 'c53be5cb' }), ostreeHash: '461ece9a' }),
    makeTarget('intel-lmp-142', 142, { hardwareIds: ['intel'] }),
  ]);
  const found = async (text: string, most = 10) => {
    const result = await searchTargets(LIST, text, most, new AbortController().signal);
    return [...result.found.map(({ name }) => name), ...(result.more ? ['…'] : [])];
  };

  test('by version, part of a commit, app, digest, hash, tag, hardware and name', async () => {
    for (const [text, expected] of [
      ['42', ['pi-lmp-42', 'intel-lmp-142']],
      ['89C38f', ['pi-lmp-42']],
      ['sha256:c53b', ['pi-lmp-41']],
      ['Shell', ['pi-lmp-42', 'pi-lmp-41']],
      ['461ece', ['pi-lmp-41']],
      ['stable', ['pi-lmp-41']],
      ['intel', ['intel-lmp-142']],
      ['pi-lmp', ['pi-lmp-42', 'pi-lmp-41']],
      ['shell stable', ['pi-lmp-41']],
      ['shell intel', []],
      ['  ', ['intel-lmp-142', 'pi-lmp-42', 'pi-lmp-41']],
    ] as const) {
      assert.deepEqual(await found(text), expected, text);
    }
  });

  test('says where there is more, and keeps the very version', async () => {
    assert.deepEqual(await found('', 2), ['intel-lmp-142', 'pi-lmp-42', '…']);
    assert.deepEqual(await found('4', 1), ['intel-lmp-142', '…']);
    assert.deepEqual(await found('41', 1), ['pi-lmp-41']);
  });
});
