import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { VERSION_SCHEME } from '../../src/configfs/versions';
import { until } from '../support/until';
import { activeDiff, activeTab, textOf } from './support/editors';
import { deviceRow, BO, HistoryScene } from './support/historyScene';

suite('Any two versions, and restoring with approval', () => {
  const it = HistoryScene.ofEach({ devices: 40 }, BO);

  suite('Comparing', () => {
    test('two versions of a file, in any order: the older one left, without what is the same', async () => {
      await it.write('One', { 'app.config': '1' });
      await it.write('Two', { 'app.config': '2' });
      await it.write('One again', { 'app.config': '1' });
      const count = it.inputs.picks.length;
      await it.run('foundries.compareVersions', it.factory.uri('app.config'), 'Two', 'API test');
      const { original, modified } = await activeDiff();
      assert.deepEqual([original.scheme, modified.scheme], [VERSION_SCHEME, VERSION_SCHEME]);
      assert.match(await textOf(original), /foundries\.io/);
      assert.equal(await textOf(modified), '2');
      assert.match(it.inputs.picks[count + 1]?.title ?? '', /^Compare app\.config of device-01 as of .+ with…$/);
      await it.run('foundries.compareVersions', it.factory.uri('app.config'), 'One again', 'Two');
      const second = it.inputs.picks.at(-1)!.items.map(({ label }) => label);
      assert.deepEqual(second, ['Two', 'API test'], 'not itself, not the equal one');
    });

    test('with the one in force: the right side is the document of the file', async () => {
      await it.write('One', { 'app.config': '1' });
      await it.write('Two', { 'app.config': '2' });
      await it.run('foundries.compareVersions', it.factory.uri('app.config'), 'Two', 'One');
      const { original, modified } = await activeDiff();
      assert.equal(await textOf(original), '1');
      assert.equal(modified.toString(), it.factory.uri('app.config').toString());
    });

    test('two versions of a device: all files that differ, together; of one second to the second', async () => {
      await it.write('One', { a: '1', b: '1' });
      await it.write('Two', { a: '2', c: '2' });
      await it.write('Three', { a: '3' });
      await it.run('foundries.compareVersions', deviceRow, 'Two', 'API test');
      await until('the files', () => activeTab()?.label.includes('↔') === true);
      assert.match(activeTab()?.label ?? '', /^device-01: .+ ↔ .+3 files/);
    });

    test('of the document of an old version: only the other one is asked for', async () => {
      await it.write('One', { 'app.config': '1' });
      await it.write('Two', { 'app.config': '2' });
      await it.run('foundries.showConfigHistory', it.factory.uri('app.config'), 'One');
      const { modified: one } = await activeDiff();
      await it.run('foundries.compareVersions', one, 'Two');
      await until('now', async () => (await activeDiff()).modified.scheme === 'foundries');
      assert.equal(await textOf((await activeDiff()).original), '1');
    });

    test('encrypted values are words that say when they were set, not noise', async () => {
      const blob = (seed: number) => Buffer.alloc(130, seed).fill(4, 0, 1).toString('base64');
      await it.write('First', { token: blob(1) }, { unencrypted: false });
      it.factory.control.advance(90);
      await it.write('Second', { token: blob(2) }, { unencrypted: false });
      it.factory.control.advance(90);
      await it.write('Third', { token: blob(3) }, { unencrypted: false });
      await it.run('foundries.compareVersions', it.factory.uri('token'), 'First', 'Second');
      const { original, modified } = await activeDiff();
      const [a, b] = [await textOf(original), await textOf(modified)];
      assert.match(a, /^Encrypted value, set .+\.\nOnly device-01 can read it/);
      assert.notEqual(a, b);
    });
  });
});
