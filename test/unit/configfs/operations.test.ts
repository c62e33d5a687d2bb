import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import type { ConfigAddress } from '../../../src/configfs/address';
import { ConfigOperations } from '../../../src/configfs/operations';
import { SaveRefused, type RefusalKind } from '../../../src/configfs/saveRefused';
import type { ConfigFile, ConfigScope } from '../../../src/model/config';
import { ConfigStore } from '../../../src/store/configStore';
import { DEVICE, DEVICE_UUID, FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const device = (name: string): ConfigScope => ({ kind: 'device', factory: FACTORY, device: name });
const at = (file: string, scope: ConfigScope = device(DEVICE)): ConfigAddress => ({ host: 'h', scope, file });
const whole: ConfigScope = { kind: 'factory', factory: FACTORY };
const lab: ConfigScope = { kind: 'group', factory: FACTORY, group: 'lab' };
/** Of the shape of an encrypted value, from no key. */
const SECRET = Buffer.concat([Buffer.from([4]), Buffer.alloc(140, 7)]).toString('base64');

suite('Deleting, renaming and copying', () => {
  let factory: TestFactory;
  let unsent: string[];
  let checked: string[];
  let store: ConfigStore | undefined;
  let operations: ConfigOperations;
  let uuid: string | undefined;
  setup(async () => {
    factory = await startTestFactory();
    unsent = [];
    checked = [];
    store = new ConfigStore(factory.client);
    uuid = undefined;
    operations = new ConfigOperations({
      configs: () => store,
      hasUnsentText: ({ file }) => unsent.includes(file),
      knownUuid: (_host, scope) => (scope.kind === 'device' && scope.device === DEVICE ? uuid : undefined),
      fetchUuid: async () => (await factory.client.getDevice(FACTORY, DEVICE)).uuid,
      check: (address, value) => {
        checked.push(`${address.file}: ${value}`);
        return Promise.resolve();
      },
    });
  });
  teardown(() => factory.close());

  const writes = () => factory.seen().filter((request) => !request.startsWith('GET'));
  const look = async (file: string): Promise<ConfigFile> => (await operations.look(at(file)))!;
  const refused = (kind: RefusalKind) => (error: unknown) => error instanceof SaveRefused && error.kind === kind;

  test('a file that changed since it was shown is not deleted, nor renamed', async () => {
    const seen = await look('app.config');
    await factory.writeAs([{ name: 'app.config', value: seen.value.toUpperCase() }]);
    await assert.rejects(operations.remove(at('app.config'), seen), refused('changed'));
    await assert.rejects(operations.rename(at('app.config'), 'b', seen, 'r'), refused('changed'));
    assert.deepEqual(writes(), []);
    assert.equal(await factory.value('app.config'), seen.value.toUpperCase());
  });

  test('a change of another file is no hindrance, and stays', async () => {
    const seen = await look('app.config');
    await factory.writeAs([{ name: 'other', value: '1' }]);
    await operations.rename(at('app.config'), 'app/page.config', seen, 'r');
    assert.equal(await factory.value('other'), '1');
    assert.equal(await factory.value('app/page.config'), seen.value);
    assert.equal(await factory.value('app.config'), undefined);
  });

  test('deleted by somebody else: said so, nothing sent', async () => {
    const seen = await look('app.config');
    await operations.remove(at('app.config'), seen);
    factory.seen();
    await assert.rejects(operations.remove(at('app.config'), seen), refused('notFound'));
    assert.deepEqual(writes(), []);
  });

  test('a name that moved to another device: its files are not deleted, renamed or written', async () => {
    const seen = await operations.look(at('app.config'));
    assert.ok(seen !== undefined);
    factory.seen();
    uuid = 'of-the-list';
    await assert.rejects(operations.remove(at('app.config'), 'unseen'), refused('otherDevice'));
    await assert.rejects(operations.rename(at('app.config'), 'b', 'unseen', 'r'), refused('otherDevice'));
    await assert.rejects(operations.put(at('c'), { ...seen, name: 'c' }, undefined, 'r'), refused('otherDevice'));
    assert.ok(factory.seen().every((request) => request.startsWith('GET')));
    uuid = DEVICE_UUID;
    await operations.put(at('c'), { ...seen, name: 'c' }, undefined, 'r');
    assert.equal(await factory.value('c'), seen.value);
  });

  test('unsent text of an editor is in the way of delete, rename and copy', async () => {
    const seen = await look('app.config');
    unsent = ['app.config'];
    await assert.rejects(operations.remove(at('app.config'), seen), refused('unsent'));
    await assert.rejects(operations.rename(at('app.config'), 'b', seen, 'r'), refused('unsent'));
    await assert.rejects(operations.put(at('app.config'), { ...seen, value: '1' }, seen, 'r'), refused('unsent'));
    unsent = ['b'];
    await assert.rejects(operations.rename(at('app.config'), 'b', seen, 'r'), refused('unsent'));
    assert.deepEqual(writes(), []);
  });

  test('a name that is taken, wrong or useless there is refused', async () => {
    const seen = await look('app.config');
    const rename = (name: string) => operations.rename(at('app.config'), name, seen, 'r');
    await assert.rejects(rename('z-50-fioctl.toml'), refused('exists'));
    for (const name of ['', '/etc/passwd', '../x', 'a//b', ' a', 'a\n']) {
      await assert.rejects(rename(name), refused('badName'), JSON.stringify(name));
    }
    assert.throws(() => operations.plan(seen, at(''), at('z-50-fioctl.toml', whole), undefined), refused('notOffered'));
    assert.deepEqual(writes(), []);
  });

  test('an encrypted file is renamed with its value as it is, and copied to nobody', async () => {
    await factory.writeAs([{ name: 'secret', value: SECRET, unencrypted: false }]);
    const seen = await look('secret');
    for (const target of [at('secret', device('device-02')), at('secret', lab), at('secret', whole)]) {
      assert.throws(() => operations.plan(seen, at('secret'), target, undefined), refused('foreignSecret'));
    }
    assert.equal(operations.plan(seen, at('secret'), at('again'), undefined).value, SECRET);
    await operations.rename(at('secret'), 'token', seen, 'r');
    const renamed = await look('token');
    assert.deepEqual(renamed, { ...seen, name: 'token' });
  });

  test('a secret of a group in plain text would block a device: it is not copied there', () => {
    const secret: ConfigFile = { name: 'AWS_REGION', value: 'eu', unencrypted: false, onChanged: undefined };
    assert.throws(() => operations.plan(secret, at('', lab), at('AWS_REGION'), undefined), refused('foreignSecret'));
  });

  for (const shown of ['********', 'shown-as-it-may-be', SECRET]) {
    test(`a secret that the service keeps is not given another name, nor copied, with what is shown of it: ${shown.slice(0, 20)}`, async () => {
      const file: ConfigFile = { name: 'npmtok', value: shown, unencrypted: false, onChanged: undefined };
      for (const scope of [lab, whole]) {
        await factory.client.patchConfig(scope, { reason: 'r', file });
        const seen = await operations.look(at('npmtok', scope));
        factory.seen();
        await assert.rejects(operations.rename(at('npmtok', scope), 'token', seen, 'r'), refused('keptSecret'));
        for (const target of [at('token', scope), at('npmtok', scope === lab ? whole : lab)]) {
          assert.throws(() => operations.plan(seen!, at('npmtok', scope), target, undefined), refused('foreignSecret'));
        }
        assert.deepEqual(writes(), []);
      }
    });
  }

  test('beside a secret that the service keeps, a plain file of a group is renamed', async () => {
    const secret: ConfigFile = { name: 'npmtok', value: '********', unencrypted: false, onChanged: undefined };
    await factory.client.patchConfig(lab, { reason: 'r', file: secret });
    await factory.client.patchConfig(lab, {
      reason: 'r',
      file: { ...secret, name: 'a', value: '1', unencrypted: true },
    });
    await operations.rename(at('a', lab), 'b', 'unseen', 'r');
    assert.equal((await operations.look(at('b', lab)))?.value, '1');
    assert.equal(await operations.look(at('a', lab)), undefined);
  });

  test('plain text never takes the place of an encrypted value', () => {
    const there: ConfigFile = { name: 'secret', value: SECRET, unencrypted: false, onChanged: undefined };
    const source = { name: 'secret', value: 'hello' };
    assert.throws(() => operations.plan(source, undefined, at('secret'), there), refused('secretThere'));
  });

  test('a device gets no plain text that is marked as encrypted; a group keeps the mark', () => {
    const there: ConfigFile = { name: 'a', value: 'eu', unencrypted: false, onChanged: ['/h'] };
    const text = { name: 'a', value: 'y' };
    assert.deepEqual(operations.plan(text, undefined, at('a'), there), { ...there, value: 'y', unencrypted: true });
    assert.deepEqual(operations.plan(there, at('a'), at('b'), undefined), { ...there, name: 'b', unencrypted: true });
    assert.deepEqual(operations.plan(text, undefined, at('a', lab), there), { ...there, value: 'y' });
    assert.equal(operations.plan({ ...text, value: SECRET }, undefined, at('a'), there).unencrypted, false);
  });

  test('a copy takes handler and plainness along; a text from elsewhere keeps those that are there', async () => {
    const source = await look('z-50-fioctl.toml');
    const target = at('z-50-fioctl.toml', device('device-02'));
    assert.deepEqual(operations.plan(source, at(''), target, undefined), source);
    const text = { name: 'z-50-fioctl.toml', value: '[pacman]\n' };
    assert.deepEqual(operations.plan(text, undefined, target, source).onChanged, source.onChanged);
    assert.equal(operations.plan(text, undefined, target, undefined).onChanged?.length, 1, 'the handler of that name');
  });

  test('a copy keeps the handler of what it replaces, unless it brings one; update settings always have theirs', async () => {
    const handled = (handler: string | undefined, name = 'a'): ConfigFile => ({
      name,
      value: '1',
      unencrypted: true,
      onChanged: handler === undefined ? undefined : [handler],
    });
    const plan = (source: ConfigFile, there: ConfigFile | undefined, name = 'a') =>
      operations.plan(source, at(source.name), at(name, device('device-02')), there).onChanged;
    assert.deepEqual(plan(handled(undefined), handled('/h')), ['/h']);
    assert.deepEqual(plan({ ...handled(undefined), onChanged: [] }, handled('/h')), ['/h']);
    assert.deepEqual(plan(handled('/mine'), handled('/h')), ['/mine']);
    assert.equal(plan(handled(undefined), undefined), undefined);
    const settings = (await look('z-50-fioctl.toml')).onChanged;
    assert.match(settings?.[0] ?? '', /aktualizr-toml-update$/);
    assert.deepEqual(plan(handled(undefined), undefined, 'z-50-fioctl.toml'), settings);
    assert.deepEqual(plan(handled(undefined), handled('/h'), 'z-50-fioctl.toml'), ['/h']);
  });

  test('what gets the name of update settings gets their handler', async () => {
    const settings = await look('z-50-fioctl.toml');
    await operations.rename(at('z-50-fioctl.toml'), 'old.toml', settings, 'r');
    await operations.rename(at('app.config'), 'z-50-fioctl.toml', 'unseen', 'r');
    assert.deepEqual((await look('z-50-fioctl.toml')).onChanged, settings.onChanged);
    assert.deepEqual((await look('old.toml')).onChanged, settings.onChanged);
  });

  test('a text is looked at under its new name, but not one that is encrypted, unless it is of update settings', async () => {
    const file = await look('app.config');
    const secret: ConfigFile = { name: 'a', value: SECRET, unencrypted: false, onChanged: undefined };
    await operations.check(at('a.json'), file);
    await operations.check(at('b.json'), secret);
    await operations.check(at('z-50-fioctl.toml'), secret);
    assert.deepEqual(checked, [`a.json: ${file.value}`, `z-50-fioctl.toml: ${SECRET}`]);
  });

  test('a copy is one GET and one PATCH, and none where it is there already', async () => {
    const source = await look('app.config');
    const target = at('copy.config', lab);
    factory.seen();
    const file = operations.plan(source, at(''), target, undefined);
    await operations.put(target, file, undefined, 'r');
    const path = `/ota/factories/${FACTORY}/device-groups/lab/config/`;
    assert.deepEqual(factory.seen(), [`GET ${path}`, `PATCH ${path}`]);
    await operations.put(target, file, undefined, 'r');
    assert.deepEqual(factory.seen(), [`GET ${path}`]);
  });

  test('what came to be in the place of a copy meanwhile is not overwritten', async () => {
    const seen = await look('app.config');
    const file = { ...seen, name: 'new', value: 'mine' };
    await factory.writeAs([{ name: 'new', value: 'theirs' }]);
    await assert.rejects(operations.put(at('new'), file, undefined, 'r'), refused('exists'));
    await assert.rejects(operations.put(at('app.config'), file, { ...seen, value: 'older' }, 'r'), refused('changed'));
    assert.equal(await factory.value('new'), 'theirs');
  });

  test('a reason for a removal goes with the POST that a name with a slash needs, and not with a DELETE', async () => {
    await factory.writeAs([{ name: 'app/page.config', value: '1' }]);
    const secret: ConfigFile = { name: 'npmtok', value: '****', unencrypted: false, onChanged: undefined };
    await factory.client.patchConfig(lab, { reason: 'r', file: secret });
    await look('app.config');
    await operations.look(at('a/b', lab));
    const takes = (file: string, scope?: ConfigScope) => operations.takesReason(at(file, scope));
    assert.deepEqual([takes('app.config'), takes('app/page.config'), takes('a/b', lab)], [false, true, false]);
    await operations.remove(at('app/page.config'), 'unseen', 'Not in use');
    const [latest] = await factory.client.listConfig(device(DEVICE));
    assert.equal(latest?.reason, 'Not in use');
  });

  test('what the service would not take is refused with the numbers', async () => {
    const file = { ...(await look('app.config')), value: 'x'.repeat(1024 * 1024) };
    await assert.rejects(
      operations.put(at('app.config'), file, 'unseen', 'r'),
      (error) => error instanceof SaveRefused && error.kind === 'tooLarge' && (error.details.size ?? 0) > 1024 * 1024,
    );
  });

  test('signed out, nothing is asked', async () => {
    store = undefined;
    await assert.rejects(operations.remove(at('app.config'), 'unseen'), refused('signedOut'));
    assert.deepEqual(factory.seen(), []);
  });

  test('who shows files is told of every one that came or went', async () => {
    const told: string[] = [];
    operations.onDidChange(({ address, type }) => told.push(`${type} ${address.file}`));
    await operations.rename(at('app.config'), 'b', 'unseen', 'r');
    await operations.remove(at('b'), 'unseen');
    assert.deepEqual(told, ['deleted app.config', 'created b', 'deleted b']);
  });
});
