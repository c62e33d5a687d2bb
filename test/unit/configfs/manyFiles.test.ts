import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import {
  forPreview,
  isAsShown,
  isDue,
  isMended,
  isOpen,
  ManyFiles,
  type DevicePlan,
  type DeviceResult,
  type ManyChange,
  type ManyTarget,
} from '../../../src/configfs/manyFiles';
import { SaveRefused } from '../../../src/configfs/saveRefused';
import { CONFIG_LIMIT_BYTES } from '../../../src/model/config';
import { DeviceKeyError } from '../../../src/model/deviceKeyError';
import { ConfigStore } from '../../../src/store/configStore';
import { namedPath } from '../../support/configPaths';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const NAMES = ['many-01', 'many-02', 'many-03', 'many-04', 'many-05'];
const HANDLER = ['/usr/share/fioconfig/handlers/own'];
const SECRET = 'S3CR3T-Grüße';

suite('One file on many devices', () => {
  let factory: TestFactory;
  let configs: ConfigStore;
  let unsent: { device: string; text: string } | undefined;
  let keys: Map<string, string>;
  let targets: ManyTarget[];
  let files: ManyFiles;

  setup(async () => {
    factory = await startTestFactory();
    configs = new ConfigStore(factory.client);
    unsent = undefined;
    keys = new Map();
    targets = [];
    for (const name of NAMES) {
      const { uuid } = (await post('device', { name, create: true })) as { uuid: string };
      targets.push({ host: 'h', scope: { kind: 'device', factory: FACTORY, device: name }, uuid });
      await write(name, { name: 'other', value: `of ${name}` });
    }
    files = new ManyFiles({
      configs: () => configs,
      fetchUuid: async (_host, scope) =>
        scope.kind === 'device' ? (await factory.client.getDevice(FACTORY, scope.device)).uuid : undefined,
      knownUuid: () => undefined,
      fetchKey: async (_host, scope, uuid) => {
        const key = await factory.client.getDeviceKey(FACTORY, uuid === undefined ? scope.device : { uuid });
        return { ...key, publicKey: keys.get(scope.device) ?? key.publicKey };
      },
      hasUnsentText: ({ scope }) => scope.kind === 'device' && scope.device === unsent?.device,
      openText: ({ scope }) =>
        scope.kind === 'device' && scope.device === unsent?.device ? { text: unsent.text, dirty: true } : undefined,
    });
    factory.seen();
  });
  teardown(() => factory.close());

  const post = (path: string, body: unknown) => factory.control.send('POST', path, body);
  const write = (device: string, file: object) =>
    post('config', { device, files: [file], as: '5e13232f73927550af883e7c' });
  const fault = (rule: object) => post('faults', rule);
  const plain = (value: string, newHandler?: readonly string[]): ManyChange => ({
    file: 'app.config',
    content: { kind: 'plain', value },
    newHandler,
  });
  const secret = (value: string): ManyChange => ({
    file: 'npmtok',
    content: { kind: 'secret', value: Buffer.from(value) },
    newHandler: undefined,
  });
  const plan = async (change: ManyChange) => files.plan(await files.read(targets, 0, {}), change);
  const send = (plans: readonly DevicePlan[], change: ManyChange, signal?: AbortSignal) =>
    files.send(plans, change, 'why', { parallel: 2, ...(signal === undefined ? {} : { signal }) });
  const states = (results: readonly DeviceResult[]) => results.map(({ state }) => state);
  const sent = () => factory.seen().filter((request) => !request.startsWith('GET '));
  const latest = async (device: string) => {
    const [entry] = await factory.client.listConfig({ kind: 'device', factory: FACTORY, device });
    return entry?.files ?? [];
  };
  const value = async (device: string, name = 'app.config') =>
    (await latest(device)).find((file) => file.name === name)?.value;
  const path = (method: string, device: string) => `${method} /ota/devices/${device}/config/`;

  test('a preview costs one GET for each device, sends nothing, and says what would happen', async () => {
    await write('many-01', { name: 'app.config', value: 'new' });
    await write('many-02', { name: 'app.config', value: 'old', 'on-changed': HANDLER });
    factory.seen();
    const plans = await plan(plain('new'));
    assert.deepEqual(
      plans.map(({ step }) => step),
      ['same', 'change', 'create', 'create', 'create'],
    );
    assert.deepEqual(
      factory.seen().sort(),
      NAMES.map((name) => path('GET', name)),
    );
  });

  test('one GET and one PATCH for each; other files and each handler stay; what is the same costs nothing', async () => {
    await write('many-01', { name: 'app.config', value: 'new' });
    await write('many-02', { name: 'app.config', value: 'old', 'on-changed': HANDLER });
    const change = plain('new', ['/usr/share/fioconfig/handlers/for-new']);
    const plans = await plan(change);
    factory.seen();
    const results = await send(plans, change);
    assert.deepEqual(states(results), ['unchanged', 'done', 'done', 'done', 'done']);
    assert.deepEqual(
      factory.seen().sort(),
      NAMES.slice(1)
        .flatMap((name) => [path('GET', name), path('PATCH', name)])
        .sort(),
    );
    assert.deepEqual(
      (await latest('many-02'))
        .filter(({ name }) => name !== 'fio-remote-actions')
        .map((file) => [file.name, file.value, file.onChanged, file.unencrypted])
        .sort(),
      [
        ['app.config', 'new', HANDLER, true],
        ['other', 'of many-02', undefined, true],
      ],
    );
    assert.deepEqual((await latest('many-03')).find(({ name }) => name === 'app.config')?.onChanged, [
      '/usr/share/fioconfig/handlers/for-new',
    ]);
  });

  test('a file that was changed, made or deleted after the preview is a conflict, and stays as it is', async () => {
    for (const name of NAMES.slice(0, 3)) {
      await write(name, { name: 'app.config', value: 'old' });
    }
    const change = plain('new');
    const plans = await plan(change);
    await write('many-01', { name: 'app.config', value: 'odd' });
    await post('config', { device: 'many-02', files: [], remove: ['app.config'] });
    await write('many-04', { name: 'app.config', value: 'made' });
    // What somebody else did to another file, or what is the wanted text by now, is none.
    await write('many-03', { name: 'other', value: 'changed too' });
    await write('many-05', { name: 'app.config', value: 'new' });
    factory.seen();
    const results = await send(plans, change);
    assert.deepEqual(states(results), ['conflict', 'conflict', 'done', 'conflict', 'unchanged']);
    assert.deepEqual(sent(), [path('PATCH', 'many-03')]);
    assert.deepEqual(
      [await value('many-01'), await value('many-02'), await value('many-04')],
      ['odd', undefined, 'made'],
    );
    assert.equal(await value('many-03', 'other'), 'changed too');
    // Tried again: the new plans are not what was agreed to.
    const open = results.filter(isOpen);
    const again = files.plan(
      await files.read(
        open.map((result) => result.plan.target),
        0,
        {},
      ),
      change,
    );
    assert.deepEqual(
      again.map((next, at) => isAsShown(next, open[at]!.plan)),
      [false, false, false],
    );
    assert.deepEqual(states(await send(again, change)), ['done', 'done', 'done']);
  });

  test('faults on some devices leave results that are true, and a retry does only what is left', async () => {
    const change = plain('new');
    const plans = await plan(change);
    await fault([
      { match: { method: 'PATCH', path: '/many-01/' }, status: 500 },
      { match: { method: 'PATCH', path: '/many-02/' }, status: 409, body: { error: 'busy' } },
      // Cut after it was done: only a look tells.
      { match: { method: 'PATCH', path: '/many-03/' }, cut: -1, applied: true },
      { match: { method: 'PATCH', path: '/many-04/' }, cut: -1, applied: false },
    ]);
    const results = await send(plans, change);
    assert.deepEqual(states(results), ['failed', 'failed', 'done', 'failed', 'done']);
    for (const [at, name] of NAMES.entries()) {
      assert.equal(await value(name), results[at]?.state === 'done' ? 'new' : undefined, name);
    }
    const open = results.filter(isOpen);
    const reads = await files.read(
      open.map((result) => result.plan.target),
      0,
      {},
    );
    const again = files.plan(reads, change);
    assert.ok(again.every((next, at) => isAsShown(next, open[at]!.plan)));
    factory.seen();
    assert.deepEqual(states(await send(again, change)), ['done', 'done', 'done']);
    assert.deepEqual(
      sent().sort(),
      ['many-01', 'many-02', 'many-04'].map((name) => path('PATCH', name)),
    );
  });

  test('a refused token ends it: nothing more is sent, and the rest is told why', async () => {
    const change = plain('new');
    const plans = await plan(change);
    factory.seen();
    await fault({ match: { method: 'PATCH' }, status: 401, count: null });
    const results = await files.send(plans, change, 'why', { parallel: 1 });
    assert.deepEqual(states(results), ['failed', 'skipped', 'skipped', 'skipped', 'skipped']);
    assert.ok(results.every(({ error }) => error instanceof FactoryError && error.kind === 'unauthorized'));
    assert.deepEqual(factory.seen(), [path('GET', 'many-01'), path('PATCH', 'many-01')]);
  });

  test('a cancel lets what is under way end; the rest is skipped and not sent', async () => {
    const change = plain('new');
    const plans = await plan(change);
    factory.seen();
    const stop = new AbortController();
    const results = await files.send(plans, change, 'why', {
      parallel: 2,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    assert.deepEqual(states(results), ['done', 'done', 'skipped', 'skipped', 'skipped']);
    assert.deepEqual(sent().sort(), [path('PATCH', 'many-01'), path('PATCH', 'many-02')]);
    assert.equal(results[2]?.error, undefined);
  });

  test('a device whose configuration cannot be read is left out, with the reason', async () => {
    await fault({ match: { method: 'GET', path: '/many-02/' }, status: 403, count: null });
    const change = plain('new');
    const plans = await plan(change);
    assert.equal(plans[1]?.step, 'refused');
    const results = await send(plans, change);
    assert.deepEqual(states(results), ['done', 'failed', 'done', 'done', 'done']);
    assert.ok(results[1]?.error instanceof FactoryError && results[1].error.kind === 'forbidden');
  });

  test('secrets are encrypted for each device, which reads it; the plain text is in nothing that was sent', async () => {
    await write('many-01', { name: 'npmtok', value: 'plain', 'on-changed': HANDLER });
    const change = secret(SECRET);
    const plans = await plan(change);
    factory.server.emulator.requests.clear();
    const results = await send(plans, change);
    assert.deepEqual(states(results), ['done', 'done', 'done', 'done', 'done']);
    const requests = factory.server.emulator.requests.all();
    assert.ok(!JSON.stringify(requests).includes('S3CR3T'));
    assert.deepEqual(
      requests.map(({ method, path: to }) => `${method} ${namedPath(factory.server.emulator, to)}`).sort(),
      targets
        .flatMap(({ scope: { device }, uuid }) => [
          `GET /ota/devices/${uuid}/`,
          path('GET', device),
          path('PATCH', device),
        ])
        .sort(),
    );
    for (const name of NAMES) {
      await factory.control.checkIn(name);
      const known = await factory.control.device(name);
      assert.deepEqual([(known.secrets as Record<string, string>).npmtok, known['config-error']], [SECRET, null]);
    }
    assert.deepEqual((await latest('many-01')).find(({ name }) => name === 'npmtok')?.onChanged, HANDLER);
    const blobs = new Set(await Promise.all(NAMES.map((name) => value(name, 'npmtok'))));
    assert.equal(blobs.size, NAMES.length);
  });

  test('without a usable key a secret is not sent, and its configuration is not touched', async () => {
    keys.set('many-02', '');
    keys.set('many-03', '-----BEGIN RSA PUBLIC KEY-----\nMA==\n-----END RSA PUBLIC KEY-----\n');
    const change = secret(SECRET);
    const plans = await plan(change);
    factory.seen();
    const results = await send(plans, change);
    assert.deepEqual(states(results), ['done', 'failed', 'failed', 'done', 'done']);
    assert.deepEqual(
      results.map(({ error }) => (error instanceof DeviceKeyError ? error.problem : '')),
      ['', 'missing', 'unsupported', '', ''],
    );
    const requests = factory.seen();
    assert.ok(!requests.some((request) => /many-0[23]\/config/.test(request)));
  });

  test('what is marked as encrypted without being so is put right, and said', async () => {
    await write('many-01', { name: 'app.config', value: 'new', unencrypted: false });
    await write('many-02', { name: 'app.config', value: 'old', unencrypted: false });
    await write('many-03', { name: 'app.config', value: 'old' });
    await write('many-04', { name: 'app.config', value: 'new' });
    const change = plain('new');
    const plans = await plan(change);
    assert.deepEqual(
      plans.map((one) => [one.step, isMended(one)]),
      [
        ['change', true],
        ['change', true],
        ['change', false],
        ['same', false],
        ['create', false],
      ],
    );
    assert.deepEqual(states(await send(plans, change)), ['done', 'done', 'done', 'unchanged', 'done']);
    for (const device of NAMES) {
      const file = (await latest(device)).find(({ name }) => name === 'app.config');
      assert.deepEqual([file?.value, file?.unencrypted], ['new', true], device);
    }
  });

  test('a service that repeats a secret in its complaint does not get it into the result', async () => {
    const change = secret(SECRET);
    const plans = await plan(change);
    await fault({ match: { method: 'PATCH', path: '/many-01/' }, status: 400, body: { error: `bad ${SECRET}` } });
    const [first] = await send(plans, change);
    assert.ok(first?.error instanceof FactoryError);
    assert.ok(!JSON.stringify(first.error.info).includes(SECRET));
  });

  test('plain text does not take the place of a secret, also one that came after the preview', async () => {
    const secretOf = async (device: string) =>
      (await latest(device)).find(({ name }) => name === 'npmtok')?.value ?? '';
    await send(await plan(secret(SECRET)), secret(SECRET));
    const blob = await secretOf('many-01');
    await write('many-01', { name: 'app.config', value: blob, unencrypted: false });
    const change = plain('new');
    const plans = await plan(change);
    assert.equal(plans[0]?.step, 'refused');
    await write('many-02', { name: 'app.config', value: blob, unencrypted: false });
    factory.seen();
    const results = await send(plans, change);
    assert.deepEqual(states(results), ['failed', 'conflict', 'done', 'done', 'done']);
    assert.deepEqual([await value('many-01'), await value('many-02')], [blob, blob]);
  });

  test('a name that belongs to another device by now gets neither text nor secret', async () => {
    for (const change of [plain('new'), secret(SECRET)]) {
      const plans = await plan(change);
      // As if the device that was chosen were no more.
      const moved = plans.map((one, at) => (at === 0 ? { ...one, target: { ...one.target, uuid: 'another' } } : one));
      factory.seen();
      const results = await send(moved, change);
      assert.deepEqual(states(results), ['failed', 'done', 'done', 'done', 'done']);
      const [first] = results;
      assert.ok(first?.error instanceof SaveRefused && first.error.kind === 'otherDevice');
      assert.ok(!sent().includes(path('PATCH', 'many-01')));
    }
  });

  test('too much, a bad name and unsent text are refused in the preview already', async () => {
    const kind = ({ error }: { error?: unknown }) => (error instanceof SaveRefused ? error.kind : '');
    const [tooLarge] = await plan(plain('x'.repeat(CONFIG_LIMIT_BYTES)));
    assert.equal(tooLarge?.step === 'refused' && kind(tooLarge), 'tooLarge');
    const [badName] = await plan({ ...plain('x'), file: '../etc' });
    assert.equal(badName?.step === 'refused' && kind(badName), 'badName');
    unsent = { device: 'many-03', text: 'typed' };
    const plans = await plan(plain('x'));
    assert.deepEqual(
      plans.map(({ step }) => step),
      ['create', 'create', 'refused', 'create', 'create'],
    );
    // The very text that is sent may be open and unsent.
    unsent = { device: 'many-03', text: 'x' };
    assert.ok((await plan(plain('x'))).every(isDue));
  });

  test('text that was typed between preview and sending keeps its file from being sent', async () => {
    const change = plain('x');
    const plans = await plan(change);
    unsent = { device: 'many-03', text: 'typed' };
    const results = await send(plans, change);
    assert.deepEqual(states(results), ['done', 'done', 'failed', 'done', 'done']);
    assert.equal(await value('many-03'), undefined);
  });

  test('a preview that cannot show all shows one of each kind of change first', async () => {
    await write('many-05', { name: 'app.config', value: 'odd' });
    const change = plain('new');
    const plans = await plan(change);
    const names = (most: number, bytes: number) =>
      forPreview(plans, change, most, bytes).map(({ target }) => target.scope.device);
    assert.deepEqual(names(2, 1000), ['many-01', 'many-05']);
    assert.deepEqual(names(3, 1000), ['many-01', 'many-02', 'many-05']);
    assert.deepEqual(names(9, 9), ['many-01', 'many-05']);
    assert.deepEqual(names(9, 0), ['many-01']);
    assert.deepEqual(names(9, 1000), NAMES);
  });
});
