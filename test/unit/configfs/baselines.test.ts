/** What is kept of files that were read: the bases of open editors, and of a limited number of others. */
import assert from 'node:assert/strict';
import { setup, suite, test } from 'mocha';
import type { ConfigAddress } from '../../../src/configfs/address';
import { StoredBaselines } from '../../../src/configfs/baseline';
import { TestMemory } from '../support/editor';

const at = (file: string): ConfigAddress => ({
  host: 'h',
  scope: { kind: 'device', factory: 'f', device: 'd' },
  file,
});
const base = (count: number) => ({ hash: String(count), mtime: count, size: count });

suite('Bases of files', () => {
  let memory: TestMemory;
  let open: Set<string>;
  const make = () =>
    new StoredBaselines(
      memory,
      ({ file }) => file,
      at,
      ({ file }) => open.has(file),
    );
  setup(() => {
    memory = new TestMemory();
    open = new Set();
  });
  const readOthers = (baselines: StoredBaselines, count: number) => {
    for (let other = 0; other < count; other++) {
      baselines.set(at(`other-${other}`), base(other));
    }
  };

  for (const others of [1, 499, 500, 501, 2000]) {
    test(`that of an open editor is kept however many other files are read (${others})`, () => {
      open.add('open');
      const baselines = make();
      baselines.set(at('open'), base(7));
      readOthers(baselines, others);
      assert.equal(baselines.get(at('open'))?.hash, '7');
      assert.ok(baselines.addresses().length <= 501);
      assert.equal(make().get(at('open'))?.hash, '7', 'after a restart, too');
    });
  }

  test('of more open editors than that, all are kept, and still the newest of the others', () => {
    const baselines = make();
    for (let count = 0; count < 700; count++) {
      open.add(`open-${count}`);
      baselines.set(at(`open-${count}`), base(count));
    }
    readOthers(baselines, 50);
    for (let count = 0; count < 700; count++) {
      assert.equal(baselines.get(at(`open-${count}`))?.hash, String(count));
    }
    assert.equal(baselines.get(at('other-49'))?.hash, '49');
    assert.equal(baselines.addresses().length, 701);
  });

  test('once it is closed, it goes like the others, the oldest first', () => {
    open.add('open');
    const baselines = make();
    baselines.set(at('open'), base(7));
    open.clear();
    readOthers(baselines, 600);
    assert.equal(baselines.get(at('open')), undefined);
    assert.deepEqual([baselines.get(at('other-99')), baselines.get(at('other-100'))?.hash], [undefined, '100']);
  });
});
