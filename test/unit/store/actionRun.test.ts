import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import { newRunId, offeredActions, oneshotFile } from '../../../src/model/remoteActions';
import { firstFreeAddress, vpnServerAddress, withVpn } from '../../../src/model/wireguard';
import { followRun, type FollowOptions } from '../../../src/store/actionRun';
import { ConfigStore } from '../../../src/store/configStore';
import { Emitter } from '../../../src/store/emitter';
import { VirtualClock } from '../support/clock';
import { DEVICE, DEVICE_UUID, FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const SCOPE = { kind: 'device', factory: FACTORY, device: DEVICE } as const;

suite('A run of a remote action', () => {
  let factory: TestFactory;
  let configs: ConfigStore;
  setup(async () => {
    factory = await startTestFactory({ devices: 130 });
    configs = new ConfigStore(factory.client);
  });
  teardown(() => factory.close());

  const start = async (action: string) => {
    const id = newRunId(action);
    await configs.update(SCOPE, () => ({ reason: 'test', file: oneshotFile(action, id) }));
    return id;
  };
  const record = (id: string) => factory.client.getTest(FACTORY, { uuid: DEVICE_UUID }, id);

  test('what the device offers is run once it has checked in, and tells what it wrote', async () => {
    const { entries } = await configs.get(SCOPE, 0);
    assert.deepEqual(offeredActions(entries), ['diag', 'reboot']);
    const id = await start('diag');
    await assert.rejects(record(id), (error: FactoryError) => error.kind === 'notFound');
    await factory.control.checkIn(DEVICE);
    factory.control.advance(2);
    assert.equal((await record(id)).status, 'RUNNING');
    factory.control.advance(10);
    const done = await record(id);
    assert.equal(done.status, 'PASSED');
    assert.deepEqual(done.artifacts, ['console.log', 'dmesg.log']);
    let output = '';
    const artifact = { factory: FACTORY, device: DEVICE, test: id, name: 'console.log' };
    await factory.client.receiveArtifact(artifact, {
      write: (chunk) => {
        output += Buffer.from(chunk).toString();
      },
    });
    assert.match(output, /diag done/);
  });

  interface Following {
    readonly clock: VirtualClock;
    readonly stop: AbortController;
    readonly changed: Emitter<void>;
    watched: boolean;
    looks: number;
  }
  const following = (): Following => ({
    clock: new VirtualClock(),
    stop: new AbortController(),
    changed: new Emitter<void>(),
    watched: true,
    looks: 0,
  });
  const optionsOf = (it: Following): FollowOptions => ({
    clock: it.clock,
    signal: it.stop.signal,
    isWatched: () => it.watched,
    onDidChangeWatched: it.changed.event,
  });
  const passed = {
    id: 'x',
    name: 'diag',
    status: 'PASSED',
    details: '',
    createdAt: 0,
    completedAt: 1,
    results: [],
    artifacts: [],
  };
  const notYet = () => Promise.reject(new FactoryError('notFound', { request: '', host: '' }));

  test('is looked at ever more rarely: some dozen requests in ten minutes', async () => {
    const it = following();
    const end = followRun(() => {
      it.looks += 1;
      return notYet();
    }, optionsOf(it));
    await it.clock.pass(600_000);
    assert.ok(it.looks >= 15 && it.looks <= 30, String(it.looks));
    it.stop.abort();
    assert.equal(await end, undefined);
    assert.equal(it.clock.waiting, 0);
  });

  test('is not looked at while nobody watches, and at once when somebody does again', async () => {
    const it = following();
    const end = followRun(() => {
      it.looks += 1;
      return it.looks > 1 ? Promise.resolve(passed) : notYet();
    }, optionsOf(it));
    await it.clock.pass(0);
    it.watched = false;
    await it.clock.pass(600_000);
    assert.equal(it.looks, 1);
    it.watched = true;
    it.changed.fire();
    assert.deepEqual(await end, passed);
  });

  test('passing failures are waited out, a refusal ends it', async () => {
    const it = following();
    const failure = (kind: 'server' | 'forbidden') => new FactoryError(kind, { request: '', host: '' });
    const end = followRun(() => {
      it.looks += 1;
      return it.looks < 3 ? Promise.reject(failure('server')) : Promise.reject(failure('forbidden'));
    }, optionsOf(it));
    const refused = assert.rejects(end, (error: FactoryError) => error.kind === 'forbidden');
    await it.clock.pass(120_000);
    await refused;
    assert.equal(it.looks, 3);
  });

  test('WireGuard: the address that is given out is free, and the Factory then shows it', async () => {
    const [{ entries }, taken] = await Promise.all([
      configs.get({ kind: 'factory', factory: FACTORY }, 0),
      factory.client.listVpnAddresses(FACTORY),
    ]);
    assert.ok(taken.length > 0);
    const address = firstFreeAddress(vpnServerAddress(entries), new Set(taken.map(({ ip }) => ip)));
    await configs.update(SCOPE, ([latest]) => {
      const file = withVpn(
        latest?.files.find(({ name }) => name === 'wireguard-client'),
        true,
        () => address,
      );
      return file && { reason: 'test', file };
    });
    const now = await factory.client.listVpnAddresses(FACTORY);
    assert.deepEqual(
      now.filter(({ ip }) => ip === address),
      [{ device: DEVICE, ip: address, enabled: true }],
    );
  });
});
