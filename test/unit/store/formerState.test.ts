import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { KeptDrafts } from '../../../src/commands/many/keptDrafts';
import type { ConfigAddress } from '../../../src/configfs/address';
import { StoredBaselines, type Baseline } from '../../../src/configfs/baseline';
import { Connections, type ConnectedAccount } from '../../../src/store/connections';
import { Deliveries, type Delivery, type KeptDelivery } from '../../../src/store/deliveries';
import { TestMemory } from '../support/editor';

const account = (apiUrl: string): ConnectedAccount => ({
  id: apiUrl,
  label: 'Ada',
  apiUrl,
  factory: 'acme',
  factories: ['acme'],
});

suite('What an earlier version kept of a server, by its host', () => {
  let memory: TestMemory;
  setup(() => {
    memory = new TestMemory();
  });

  test('is of the only server on that host that somebody is signed in to, and of none where there are several', () => {
    const on = (host: string, ...urls: string[]) =>
      new Connections(
        { accounts: urls.map(account) },
        () => ({}) as never,
        () => ({ apiUrl: '', factory: '' }),
      ).serverOn(host);
    assert.equal(on('gw', 'https://gw', 'https://gw', 'https://other/staging'), 'gw');
    assert.equal(on('gw', 'https://gw/staging'), 'https_staging@gw');
    assert.equal(on('gw:8080', 'http://gw:8080'), 'http@gw:8080');
    assert.equal(on('gw', 'https://gw/staging', 'https://gw/prod'), undefined);
    assert.equal(on('gw', 'https://gw', 'http://gw'), undefined);
    assert.equal(on('gw', 'https://other', 'not an address'), 'gw', 'nobody is signed in there');
  });

  suite('deliveries', () => {
    const kept = { host: 'gw', factory: 'acme', device: 'bench', uuid: 'u', at: 't', wanted: false };
    const opened: Deliveries[] = [];
    const open = () => {
      opened.forEach((one) => one.dispose());
      opened.push(new Deliveries(() => false, undefined, memory));
      return opened.at(-1)!;
    };
    teardown(() => opened.splice(0).forEach((one) => one.dispose()));
    const delivery = (host: string): Delivery => ({
      host,
      scope: { kind: 'device', factory: 'acme', device: 'bench' },
      configs: {} as never,
    });
    /** @returns what a window is asked to go on with */
    const asked = (deliveries: Deliveries, host?: string) => {
      const all: KeptDelivery[] = [];
      deliveries.resume((one) => {
        all.push(one);
        return host === undefined ? undefined : delivery(host);
      });
      return all;
    };

    test('are kept as they are until it is clear which server they are of, and then by its key', async () => {
      await memory.update('foundries.deliveries', [kept]);
      const first = open();
      assert.deepEqual(asked(first), [{ ...kept, isFormer: true }]);
      const second = open();
      assert.equal(asked(second, 'https_staging@gw').length, 1);
      second.watch({ ...delivery('gw'), configs: { peek: () => undefined } as never });
      assert.deepEqual(
        (memory.get('foundries.deliveries') as object[]).map((one) => Object.entries(one)[0]),
        [
          ['server', 'https_staging@gw'],
          ['server', 'gw'],
        ],
      );
      const third = open();
      assert.deepEqual(
        asked(third).map(({ host, isFormer }) => [host, isFormer]),
        [
          ['https_staging@gw', undefined],
          ['gw', undefined],
        ],
      );
    });

    test('that are watched anew meanwhile are not watched twice', async () => {
      await memory.update('foundries.deliveries', [kept]);
      const deliveries = open();
      deliveries.watch({ ...delivery('gw'), configs: { peek: () => undefined } as never });
      assert.equal(asked(deliveries, 'gw').length, 1);
      assert.equal(asked(deliveries).length, 0);
      assert.equal(deliveries.pending.length, 1);
      assert.equal((memory.get('foundries.deliveries') as object[]).length, 1);
    });
  });

  test('drafts say that they are such, until they are saved with a server', async () => {
    const draft = { host: 'gw', factory: 'f', file: 'x', place: 'p', devices: [], text: 'a', known: '', mtime: 1 };
    await memory.update('foundries.drafts', { one: draft, two: { ...draft, host: undefined } });
    const drafts = new KeptDrafts(memory);
    assert.deepEqual(drafts.get('one'), { ...draft, isFormer: true });
    assert.equal(drafts.get('two'), undefined);
    await drafts.set('two', { ...draft, host: 'https_staging@gw' });
    const again = new KeptDrafts(memory);
    assert.deepEqual(again.get('one'), { ...draft, isFormer: true });
    assert.deepEqual(again.get('two'), { ...draft, host: 'https_staging@gw' });
    const { one } = memory.get('foundries.drafts') as Record<string, unknown>;
    assert.deepEqual(one, draft, 'an earlier version can still read it');
  });

  suite('open files', () => {
    const scope = { kind: 'factory', factory: 'acme' } as const;
    const at = (file: string): ConfigAddress => ({ host: 'gw', scope, file });
    const base = (hash: string): Baseline => ({ hash, mtime: 1, size: 1 });
    const open = () => new StoredBaselines(memory, ({ file }) => file, at);
    setup(() => memory.update('foundries.openFiles', { a: base('1'), b: base('2'), c: base('3') }));
    const former = () => ['a', 'b', 'c', 'd'].filter((file) => open().isFormer(at(file)));

    test('are such until they are closed, or read anew', () => {
      const baselines = open();
      assert.deepEqual(former(), ['a', 'b', 'c']);
      baselines.set(at('d'), base('4'));
      assert.deepEqual(former(), ['a', 'b', 'c'], 'after a restart too');
      baselines.delete(at('a'));
      assert.deepEqual(former(), ['b', 'c']);
      baselines.set(at('b'), { ...base('2'), uuid: 'u' });
      assert.deepEqual(former(), ['b', 'c'], 'what is learned of it says nothing of the server');
      baselines.set(at('b'), base('5'));
      assert.deepEqual(former(), ['c']);
      baselines.delete(at('c'));
      assert.deepEqual(former(), []);
      baselines.set(at('c'), base('3'));
      assert.deepEqual(former(), []);
    });

    test('of a first start are not', () => {
      const fresh = new TestMemory();
      const baselines = new StoredBaselines(fresh, ({ file }) => file, at);
      baselines.set(at('a'), base('1'));
      assert.equal(new StoredBaselines(fresh, ({ file }) => file, at).isFormer(at('a')), false);
    });
  });
});
