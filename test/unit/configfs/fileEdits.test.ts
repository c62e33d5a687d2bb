import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import type { ConfigAddress } from '../../../src/configfs/address';
import type { FileChange } from '../../../src/configfs/conflictFound';
import { FileEdits, type FileEdit } from '../../../src/configfs/fileEdits';
import { SaveRefused, type RefusalKind } from '../../../src/configfs/saveRefused';
import { currentFile, isEncrypted, type ConfigFile, type ConfigScope } from '../../../src/model/config';
import { DeviceKeyError } from '../../../src/model/deviceKeyError';
import { ConfigStore } from '../../../src/store/configStore';
import { DEVICE, FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const GET = `GET /ota/devices/${DEVICE}/config/`;
const PATCH = `PATCH /ota/devices/${DEVICE}/config/`;
const GET_DEVICE = `GET /ota/devices/${DEVICE}/`;
const HANDLER = ['/usr/share/fioconfig/handlers/aktualizr-toml-update'];
const SECRET = 'S3CR3T-Grüße';

const secret = (text: string): FileEdit => ({ kind: 'secret', value: Buffer.from(text) });

suite('Secrets and handlers', () => {
  let factory: TestFactory;
  let configs: ConfigStore;
  let dirty: boolean;
  let publicKey: ((real: string) => string) | undefined;
  let knownUuid: string | undefined;
  let asked: FileChange[];
  let answer: boolean;

  setup(async () => {
    factory = await startTestFactory();
    configs = new ConfigStore(factory.client);
    dirty = false;
    publicKey = undefined;
    knownUuid = undefined;
    asked = [];
    answer = false;
  });
  teardown(() => factory.close());

  const scope: ConfigScope = { kind: 'device', factory: FACTORY, device: DEVICE };
  const address = (file: string, of: ConfigScope = scope): ConfigAddress => ({ host: 'h', scope: of, file });
  const host: ConstructorParameters<typeof FileEdits>[0] = {
    configs: () => configs,
    knownUuid: () => knownUuid,
    fetchUuid: async () => (await factory.client.getDevice(FACTORY, DEVICE)).uuid,
    fetchKey: async (_host, of, uuid) => {
      const key = await factory.client.getDeviceKey(of.factory, uuid === undefined ? of.device : { uuid });
      return publicKey === undefined ? key : { ...key, publicKey: publicKey(key.publicKey) };
    },
    hasUnsentText: () => dirty,
    check: () => Promise.resolve(),
    approve: (_address, isNew, details) => Promise.resolve(`${isNew ? 'new' : 'old'}: ${details?.summary ?? ''}`),
  };
  const edits = new FileEdits(host);
  const apply = (name: string, seen: ConfigFile | undefined, edit: FileEdit, of: ConfigScope = scope) =>
    edits.apply(address(name, of), seen, edit, (change) => {
      asked.push(change);
      return Promise.resolve(answer);
    });
  const onServer = async (name: string, of: ConfigScope = scope) =>
    currentFile(await factory.client.listConfig(of), name);
  /** What the device has after it has fetched its configuration. */
  async function onDevice(): Promise<{ secrets: Record<string, string>; error: string | null }> {
    await factory.control.checkIn(DEVICE);
    const state = await factory.control.device(DEVICE);
    return { secrets: state.secrets as Record<string, string>, error: state['config-error'] as string | null };
  }
  const lastPatch = () =>
    JSON.parse(factory.server.emulator.requests.all().findLast(({ method }) => method === 'PATCH')?.body ?? '{}') as {
      reason: string;
      files: { name: string; value: string; unencrypted: boolean; 'on-changed'?: string[] }[];
    };
  const everythingSent = () => JSON.stringify(factory.server.emulator.requests.all());

  async function refused(kind: RefusalKind, promise: Promise<unknown>): Promise<void> {
    await assert.rejects(promise, (error) => {
      assert.ok(error instanceof SaveRefused, String(error));
      assert.equal(error.kind, kind);
      return true;
    });
    assert.equal(factory.seen().includes(PATCH), false);
  }

  test('a new secret: GET device, GET and PATCH of the configuration; the device reads it', async () => {
    await apply('npmtok', undefined, secret(SECRET));
    assert.ok(!everythingSent().includes('S3CR3T'));
    const { reason, files } = lastPatch();
    assert.equal(reason, 'new: Add secret npmtok');
    assert.deepEqual(
      files.map(({ name, unencrypted }) => ({ name, unencrypted })),
      [{ name: 'npmtok', unencrypted: false }],
    );
    assert.deepEqual(factory.seen(), [GET_DEVICE, GET, PATCH]);
    const { secrets, error } = await onDevice();
    assert.equal(secrets.npmtok, SECRET);
    assert.equal(error, null);
  });

  test('an empty secret is encrypted by the book and does not block the device', async () => {
    await apply('empty', undefined, secret(''));
    assert.notEqual((await onServer('empty'))?.value, '');
    const { secrets, error } = await onDevice();
    assert.equal(secrets.empty, '');
    assert.equal(error, null);
  });

  test('a new file of a known name gets the handler that the name calls for', async () => {
    await apply('wireguard-server', undefined, secret('x'));
    assert.deepEqual((await onServer('wireguard-server'))?.onChanged, [
      '/usr/share/fioconfig/handlers/factory-config-vpn',
    ]);
  });

  test('a file of that name that the user has not seen is asked about; No sends nothing, Yes keeps its handler', async () => {
    await refused('cancelled', apply('z-50-fioctl.toml', undefined, secret(SECRET)));
    assert.equal(asked[0]?.kind, 'exists');
    answer = true;
    await apply('z-50-fioctl.toml', undefined, secret(SECRET));
    const file = await onServer('z-50-fioctl.toml');
    assert.deepEqual([file?.onChanged, file?.unencrypted], [HANDLER, false]);
  });

  test('another value for a secret keeps its handler; the same value makes another text', async () => {
    await apply('tok', undefined, secret(SECRET));
    await apply('tok', await onServer('tok'), { kind: 'handler', onChanged: ['/opt/x', 'a b'] });
    const before = await onServer('tok');
    await apply('tok', before, secret(SECRET));
    const after = await onServer('tok');
    assert.notEqual(after?.value, before?.value);
    assert.deepEqual(after?.onChanged, ['/opt/x', 'a b']);
    assert.equal((await onDevice()).secrets.tok, SECRET);
    assert.equal(asked.length, 0);
  });

  test('a secret that changed since it was seen is asked about, with who, when and why', async () => {
    await apply('tok', undefined, secret('first'));
    const seen = await onServer('tok');
    await factory.writeAs([{ name: 'tok', value: 'theirs' }]);
    factory.seen();
    await refused('cancelled', apply('tok', seen, secret(SECRET)));
    assert.deepEqual(
      asked.map(({ kind, reason, by }) => [kind, reason, by]),
      [['changed', 'by somebody else', '5e13232f73927550af883e7c']],
    );
    answer = true;
    await apply('tok', seen, secret(SECRET));
    assert.equal((await onDevice()).secrets.tok, SECRET);
  });

  test('a third change while the question is open is asked about again', async () => {
    await apply('tok', undefined, secret('first'));
    const seen = await onServer('tok');
    await factory.writeAs([{ name: 'tok', value: 'second' }]);
    const questions: FileChange[] = [];
    await edits.apply(address('tok'), seen, secret(SECRET), async (change) => {
      questions.push(change);
      if (questions.length === 1) {
        await factory.writeAs([{ name: 'tok', value: 'third' }]);
      }
      return true;
    });
    assert.equal(questions.length, 2);
    assert.equal((await onDevice()).secrets.tok, SECRET);
  });

  test('a secret that was deleted meanwhile is asked about, and created again with its handler', async () => {
    await apply('tok', undefined, secret('first'));
    await apply('tok', await onServer('tok'), { kind: 'handler', onChanged: HANDLER });
    const seen = await onServer('tok');
    await factory.writeAs([{ name: 'other', value: '1' }], true);
    answer = true;
    await apply('tok', seen, secret(SECRET));
    assert.equal(asked[0]?.kind, 'deleted');
    assert.deepEqual((await onServer('tok'))?.onChanged, HANDLER);
    assert.equal((await onServer('other'))?.value, '1');
  });

  test('Make Secret: the device has the same value, and the handler stays', async () => {
    const seen = await onServer('z-50-fioctl.toml');
    assert.equal(seen?.unencrypted, true);
    await apply('z-50-fioctl.toml', seen, { kind: 'makeSecret' });
    const after = await onServer('z-50-fioctl.toml');
    assert.equal(isEncrypted(after!), true);
    assert.deepEqual(after?.onChanged, HANDLER);
    assert.equal((await onDevice()).secrets['z-50-fioctl.toml'], seen.value);
  });

  test('Make Secret while the editor holds unsent text, also text typed at the last moment, is refused', async () => {
    const seen = await onServer('app.config');
    dirty = true;
    await refused('unsent', apply('app.config', seen, { kind: 'makeSecret' }));
    dirty = false;
    const late = new FileEdits({ ...host, fetchKey: (...of) => ((dirty = true), host.fetchKey(...of)) });
    await refused(
      'unsent',
      late.apply(address('app.config'), seen, { kind: 'makeSecret' }, () => Promise.resolve(true)),
    );
    assert.deepEqual(await onServer('app.config'), seen);
  });

  test('Make Secret of a value that is not the seen one asks; of one that is secret by now encrypts nothing twice', async () => {
    const seen = await onServer('app.config');
    await factory.writeAs([{ name: 'app.config', value: 'theirs' }]);
    await refused('cancelled', apply('app.config', seen, { kind: 'makeSecret' }));
    answer = true;
    await apply('app.config', seen, { kind: 'makeSecret' });
    assert.equal((await onDevice()).secrets['app.config'], 'theirs');
    const once = await onServer('app.config');
    await apply('app.config', seen, { kind: 'makeSecret' });
    assert.deepEqual(await onServer('app.config'), once);
  });

  test('a file that is gone cannot be made secret, nor get a handler', async () => {
    const seen = await onServer('app.config');
    await factory.writeAs([{ name: 'other', value: '1' }], true);
    factory.seen();
    await refused('notFound', apply('app.config', seen, { kind: 'makeSecret' }));
    await refused('notFound', apply('app.config', seen, { kind: 'handler', onChanged: HANDLER }));
  });

  test('Make Plain: another value, readable, with the handler; no key is asked for', async () => {
    await apply('tok', undefined, secret(SECRET));
    await apply('tok', await onServer('tok'), { kind: 'handler', onChanged: HANDLER });
    const seen = await onServer('tok');
    factory.seen();
    await apply('tok', seen, { kind: 'plain', value: 'a = 1\r\n' });
    assert.deepEqual(factory.seen(), [GET, PATCH]);
    assert.deepEqual(await onServer('tok'), { name: 'tok', value: 'a = 1\r\n', unencrypted: true, onChanged: HANDLER });
  });

  test('a handler: value and flag stay as they are on the server, also where somebody else just changed the value', async () => {
    await apply('tok', undefined, secret(SECRET));
    const seen = await onServer('app.config');
    await factory.writeAs([{ name: 'app.config', value: 'theirs' }]);
    dirty = true;
    factory.seen();
    await apply('app.config', seen, { kind: 'handler', onChanged: HANDLER });
    assert.deepEqual(factory.seen(), [GET, PATCH]);
    assert.deepEqual(await onServer('app.config'), {
      name: 'app.config',
      value: 'theirs',
      unencrypted: true,
      onChanged: HANDLER,
    });
    const blob = await onServer('tok');
    await apply('tok', blob, { kind: 'handler', onChanged: HANDLER });
    assert.deepEqual(await onServer('tok'), { ...blob, onChanged: HANDLER });
    await apply('app.config', await onServer('app.config'), { kind: 'handler', onChanged: undefined });
    assert.equal((await onServer('app.config'))?.onChanged, undefined);
  });

  test('a handler that somebody else changed is asked about; one that is already so costs no PATCH', async () => {
    const seen = await onServer('z-50-fioctl.toml');
    await apply('z-50-fioctl.toml', seen, { kind: 'handler', onChanged: ['/opt/theirs'] });
    factory.seen();
    await refused('cancelled', apply('z-50-fioctl.toml', seen, { kind: 'handler', onChanged: undefined }));
    const file = await onServer('z-50-fioctl.toml');
    assert.equal(await apply('z-50-fioctl.toml', file, { kind: 'handler', onChanged: ['/opt/theirs'] }), false);
    assert.equal(factory.seen().includes(PATCH), false);
  });

  test('keys that nothing can be encrypted with: nothing is sent, and the reason is told', async () => {
    for (const [key, problem] of [
      ['', 'missing'],
      ['-----BEGIN PUBLIC KEY-----\nnope\n-----END PUBLIC KEY-----', 'broken'],
    ] as const) {
      publicKey = () => key;
      await assert.rejects(apply('tok', undefined, secret(SECRET)), (error) => {
        assert.ok(error instanceof DeviceKeyError);
        assert.equal(error.problem, problem);
        return true;
      });
      assert.deepEqual(factory.seen(), [GET_DEVICE]);
    }
  });

  test('a key with CRLF and text before it will do', async () => {
    publicKey = (real) => `the key\r\n${real.replace(/\n/g, '\r\n')}`;
    await apply('tok', undefined, secret(SECRET));
    assert.equal((await onDevice()).secrets.tok, SECRET);
  });

  test('a name that moved to another device gets no handler and no plain value', async () => {
    await factory.writeAs([{ name: 'app.config', value: 'a', unencrypted: true }]);
    await configs.get(scope, 0);
    const seen = currentFile(configs.peek(scope)!.entries, 'app.config');
    knownUuid = 'another-uuid';
    await refused('otherDevice', apply('app.config', seen, { kind: 'handler', onChanged: ['/bin/true'] }));
    await refused('otherDevice', apply('app.config', seen, { kind: 'plain', value: 'b' }));
    assert.equal(await factory.value('app.config'), 'a');
  });

  test('a name that moved to another device gets no secret', async () => {
    knownUuid = 'another-uuid';
    await refused('otherDevice', apply('tok', undefined, secret(SECRET)));
  });

  test('more than the service takes is refused with the numbers, encrypted size counted', async () => {
    await refused('tooLarge', apply('tok', undefined, secret('x'.repeat(800_000))));
  });

  test('two secrets at once: both arrive', async () => {
    await Promise.all([apply('a', undefined, secret('1')), apply('b', undefined, secret('2'))]);
    const { secrets } = await onDevice();
    assert.deepEqual([secrets.a, secrets.b], ['1', '2']);
  });

  test('an answer that was cut is read back', async () => {
    factory.server.emulator.faults.add({ match: { method: 'PATCH' }, cut: true, applied: true });
    await apply('tok', undefined, secret(SECRET));
    assert.equal((await onDevice()).secrets.tok, SECRET);
  });

  test('nobody signed in: nothing is asked', async () => {
    const signedOut = new FileEdits({ ...host, configs: () => undefined });
    await refused(
      'signedOut',
      signedOut.apply(address('tok'), undefined, secret(SECRET), () => Promise.resolve(true)),
    );
    assert.deepEqual(factory.seen(), []);
  });

  test('the Factory: the service encrypts, so the value goes as it is and is marked; bytes that are no text are refused', async () => {
    const shared: ConfigScope = { kind: 'factory', factory: FACTORY };
    await refused('notText', apply('tok', undefined, { kind: 'secret', value: Buffer.from([0xff]) }, shared));
    await apply('tok', undefined, secret(SECRET), shared);
    assert.deepEqual(lastPatch().files, [{ name: 'tok', value: SECRET, unencrypted: false }]);
    assert.equal(factory.seen().includes(GET_DEVICE), false);
  });

  const secrets: [string, string][] = [
    ['a word', SECRET],
    ['with several lines', '-----BEGIN KEY-----\nabc\n-----END KEY-----\n'],
    ['longer than what is told of a complaint', Array.from({ length: 80 }, (_, i) => `part${i}`).join('-')],
  ];
  for (const [what, value] of secrets) {
    test(`a complaint of the service that repeats the secret is not passed on, nor logged: ${what}`, async () => {
      const shared: ConfigScope = { kind: 'factory', factory: FACTORY };
      const file: ConfigFile = { name: 'tok', value, unencrypted: false, onChanged: undefined };
      const writes: [string, () => Promise<unknown>][] = [
        ['PATCH', () => apply('tok', undefined, secret(value), shared)],
        ['POST', () => configs.replace(shared, () => ({ reason: 'r', files: [file] }))],
      ];
      for (const [method, write] of writes) {
        factory.server.emulator.faults.add({
          match: { method },
          status: 400,
          body: { message: `bad value ${value}`, errors: [value] },
        });
        await assert.rejects(write(), (error) => {
          assert.ok(error instanceof FactoryError);
          assert.deepEqual([error.kind, error.info.status], ['rejected', 400]);
          const told = JSON.stringify([error.message, error.info, String(error.cause), factory.log]);
          const [piece = ''] = value.split('\n');
          assert.ok(!told.includes(piece.slice(0, 8)), told);
          return true;
        });
      }
    });
  }

  test('a handler is not sent along with what the service shows of a value that it keeps', async () => {
    const shared: ConfigScope = { kind: 'group', factory: FACTORY, group: 'lab' };
    const seen: ConfigFile = { name: 'tok', value: 'plain then', unencrypted: true, onChanged: undefined };
    await factory.client.patchConfig(shared, { reason: 'r', file: { ...seen, value: '********', unencrypted: false } });
    factory.seen();
    await refused('keptSecret', apply('tok', seen, { kind: 'handler', onChanged: HANDLER }, shared));
    assert.ok(!factory.seen().some((request) => request.startsWith('PATCH')));
  });

  test('what the service says about a plain value is told', async () => {
    factory.server.emulator.faults.add({ match: { method: 'PATCH' }, status: 400, body: { message: 'no good' } });
    await assert.rejects(
      apply('tok', undefined, { kind: 'plain', value: '1' }),
      (error) => error instanceof FactoryError && error.info.serverMessage === 'no good',
    );
  });
});
