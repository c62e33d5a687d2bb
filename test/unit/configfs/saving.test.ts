import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import { SaveRefused, type RefusalKind } from '../../../src/configfs/saveRefused';
import { CONFIG_LIMIT_BYTES, configSize, newConfigFile } from '../../../src/model/config';
import { TestMemory, TestWindow } from '../support/editor';
import { DEVICE, FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const GET = `GET /ota/devices/${DEVICE}/config/`;
const PATCH = `PATCH /ota/devices/${DEVICE}/config/`;
const ORIGINAL = '[page]\nurl = "https://foundries.io/"\n';
const SAME_SIZE = '[page]\nurl = "https://FOUNDRIES.io/"\n';
const MINE = '[page]\nurl = "https://example.com/mine"\n';
const THEIRS = '[page]\nurl = "https://example.com/theirs-longer"\n';

suite('Saving a configuration file', () => {
  let factory: TestFactory;
  let memory: TestMemory;
  let window: TestWindow;

  setup(async () => {
    factory = await startTestFactory();
    memory = new TestMemory();
    window = await new TestWindow(factory, memory, 'app.config').open();
    factory.seen();
  });
  teardown(() => factory.close());

  async function refused(kind: RefusalKind, promise: Promise<void>): Promise<SaveRefused> {
    try {
      await promise;
    } catch (error) {
      assert.ok(error instanceof SaveRefused, String(error));
      assert.equal(error.kind, kind);
      assert.equal(window.dirty, true, 'the text is still unsent in the editor');
      return error;
    }
    throw new assert.AssertionError({ message: 'it was saved' });
  }
  const lastBody = () =>
    JSON.parse(factory.server.emulator.requests.all().findLast(({ method }) => method === 'PATCH')?.body ?? '') as {
      reason: string;
      files: object[];
    };
  const theirs = (value: string) => factory.writeAs([{ name: 'app.config', value }]);

  test('one GET and one PATCH, with what belongs to the file', async () => {
    window.type(MINE);
    await window.save();
    assert.deepEqual(lastBody(), {
      reason: 'change app.config',
      files: [{ name: 'app.config', value: MINE, unencrypted: true }],
    });
    assert.deepEqual(factory.seen(), [GET, PATCH]);
    assert.equal(window.dirty, false);
  });

  test('on-changed and unencrypted of the existing file are kept', async () => {
    const settings = await new TestWindow(factory, memory, 'z-50-fioctl.toml').open();
    settings.type('[pacman]\ntags = "main"\n');
    await settings.save();
    assert.deepEqual(lastBody().files, [
      {
        name: 'z-50-fioctl.toml',
        value: '[pacman]\ntags = "main"\n',
        unencrypted: true,
        'on-changed': ['/usr/share/fioconfig/handlers/aktualizr-toml-update'],
      },
    ]);
  });

  test('text that is marked as encrypted, which no device can read, is sent as the plain text that it is', async () => {
    await factory.writeAs([{ name: 'legacy', value: 'a=1\n', unencrypted: false }]);
    const legacy = await new TestWindow(factory, memory, 'legacy').open();
    legacy.type('a=2\n');
    await legacy.save();
    assert.deepEqual(lastBody().files, [{ name: 'legacy', value: 'a=2\n', unencrypted: true }]);
  });

  test('a second change is saved on top of the first', async () => {
    window.type(MINE);
    await window.save();
    window.type(THEIRS);
    await window.save();
    assert.equal(await factory.value('app.config'), THEIRS);
    assert.deepEqual(window.conflicts, []);
  });

  test('unchanged text is not sent again', async () => {
    await window.save();
    window.type(MINE);
    await window.save();
    factory.seen();
    await window.save();
    assert.deepEqual(factory.seen(), [GET]);
  });

  test('unchanged text is not written over a newer value of the same size', async () => {
    await theirs(SAME_SIZE);
    await window.save();
    assert.equal(await factory.value('app.config'), SAME_SIZE);
    assert.equal(window.text, SAME_SIZE, 'the editor shows what is on the server');
    assert.equal(window.dirty, false);
  });

  test('Ctrl+S on unchanged text does no harm without network', async () => {
    await factory.close();
    await window.save();
    assert.equal(window.dirty, false);
  });

  for (const [name, value] of [
    ['another size', THEIRS],
    ['the same size', SAME_SIZE],
  ] as const) {
    test(`a remote change of ${name} is a conflict`, async () => {
      await theirs(value);
      window.type(MINE);
      await refused('conflict', window.save());
      assert.equal(await factory.value('app.config'), value);
      assert.equal(window.text, MINE);
      const [conflict] = window.conflicts;
      assert.deepEqual([conflict?.kind, conflict?.reason], ['changed', 'by somebody else']);
      assert.ok(Math.abs((conflict?.when ?? 0) - Date.now()) < 60_000);
    });
  }

  test('Overwrite sends', async () => {
    await theirs(THEIRS);
    window.answer = 'overwrite';
    window.type(MINE);
    await window.save();
    assert.equal(await factory.value('app.config'), MINE);
    assert.equal(window.conflicts.length, 1);
  });

  test('Overwrite counts for what was seen, not for what came in while one thought', async () => {
    await theirs(SAME_SIZE);
    window.type(MINE);
    const answers = [
      async () => {
        await theirs(THEIRS);
        return 'overwrite' as const;
      },
      () => Promise.resolve('cancel' as const),
    ];
    window.answer = () => answers.shift()!();
    await refused('conflict', window.save());
    assert.equal(window.conflicts.length, 2);
    assert.equal(await factory.value('app.config'), THEIRS);
  });

  test('Overwrite after a comparison sends without asking again, once', async () => {
    await theirs(SAME_SIZE);
    window.type(MINE);
    window.answer = 'compare';
    assert.equal((await refused('conflict', window.save())).details.choice, 'compare');
    await window.overwrite(await window.documents.serverValue(window.address));
    assert.equal(window.conflicts.length, 1);
    assert.equal(await factory.value('app.config'), MINE);
    await theirs(THEIRS);
    window.type(ORIGINAL);
    await refused('conflict', window.save());
  });

  test('Overwrite after a comparison sends also the text that was opened', async () => {
    await theirs(THEIRS);
    window.type(MINE);
    window.answer = 'compare';
    await refused('conflict', window.save());
    window.type(ORIGINAL);
    assert.equal(await window.overwrite(await window.documents.serverValue(window.address)), true);
    assert.equal(await factory.value('app.config'), ORIGINAL);
    assert.deepEqual([window.text, window.dirty], [ORIGINAL, false]);
  });

  test('Overwrite sends from an editor without unsent text, byte for byte', async () => {
    const bytes = '\ufeffa = 1\r\nb = 2\n';
    await theirs(bytes);
    await window.configs.get(window.address.scope, 0);
    await window.idle();
    window.text = 'a = 1\nb = 2\n';
    window.documents.settle(window.address);
    await factory.writeAs([{ name: 'other', value: 'x' }], true);
    assert.equal(await window.documents.serverValue(window.address), undefined);
    await window.idle();
    factory.seen();
    assert.equal(await window.overwrite(undefined), true);
    assert.deepEqual(factory.seen().slice(-2), [GET, PATCH]);
    assert.equal(await factory.value('app.config'), bytes);
    assert.deepEqual([window.dirty, window.conflicts.length], [false, 0]);
    window.type(MINE);
    await window.save();
    assert.equal(await factory.value('app.config'), MINE);
  });

  test('an agreement counts for one save, also where that was refused', async () => {
    await theirs(THEIRS);
    window.type(MINE);
    window.answer = 'compare';
    await refused('conflict', window.save());
    window.type('x'.repeat(1024 * 1024));
    await assert.rejects(window.overwrite(await window.documents.serverValue(window.address)));
    window.type(MINE);
    await refused('conflict', window.save());
    assert.equal(await factory.value('app.config'), THEIRS);
  });

  suite('when the handler was edited meanwhile', () => {
    const HANDLER = ['/usr/share/fioconfig/handlers/aktualizr-toml-update'];
    const edit = (onChanged: readonly string[] | undefined) =>
      window.configs.update(window.address.scope, (latest) => {
        const file = latest[0]!.files.find(({ name }) => name === 'app.config')!;
        return { reason: 'handler', file: { ...file, onChanged } };
      });
    let told: string[];
    setup(() => {
      told = [];
      window.documents.onDidChangeHandler(({ file }) => told.push(file));
    });

    for (const dirty of [false, true]) {
      test(`it is known of the ${dirty ? 'unsent' : 'clean'} text, and told`, async () => {
        if (dirty) {
          window.type(MINE);
        }
        await edit(HANDLER);
        assert.deepEqual(window.documents.handlerOf(window.address), HANDLER);
        await edit(undefined);
        assert.equal(window.documents.handlerOf(window.address), undefined);
        assert.deepEqual(told, ['app.config', 'app.config']);
        assert.equal(window.text, dirty ? MINE : ORIGINAL);
      });
    }

    test('Create Again after a delete sends it', async () => {
      await edit(HANDLER);
      window.type(MINE);
      await factory.writeAs([{ name: 'other', value: 'x' }], true);
      window.answer = 'overwrite';
      await window.save();
      assert.deepEqual(lastBody().files, [
        { name: 'app.config', value: MINE, unencrypted: true, 'on-changed': HANDLER },
      ]);
    });

    test('that of another value belongs to it', async () => {
      window.type(MINE);
      await edit(HANDLER);
      told = [];
      await factory.writeAs([{ name: 'app.config', value: THEIRS }]);
      await window.configs.get(window.address.scope, 0);
      assert.deepEqual(window.documents.handlerOf(window.address), HANDLER);
      assert.deepEqual(told, []);
    });
  });

  test('a merge has the value that was opened as its base, also after a restart', async () => {
    await theirs(THEIRS);
    window.type(MINE);
    await refused('conflict', window.save());
    const again = window.restart();
    assert.equal(await again.documents.baseValue(again.address), ORIGINAL);
    const seen = await again.documents.serverValue(again.address);
    again.documents.rebase(again.address, seen ?? '');
    again.type(`${THEIRS}# and mine\n`);
    await again.save();
    assert.deepEqual(again.conflicts, []);
    assert.equal(await factory.value('app.config'), `${THEIRS}# and mine\n`);
  });

  test('a further change after a merge is a conflict again', async () => {
    await theirs(THEIRS);
    window.type(MINE);
    await refused('conflict', window.save());
    window.documents.rebase(window.address, (await window.documents.serverValue(window.address)) ?? '');
    await theirs(SAME_SIZE);
    await refused('conflict', window.save());
    assert.equal(await factory.value('app.config'), SAME_SIZE);
  });

  test('a base that the history has dropped is not made up', async () => {
    window.type(MINE);
    for (let version = 0; version < 11; version++) {
      await theirs(`version ${version}\n`);
    }
    await refused('conflict', window.save());
    assert.equal(await window.documents.baseValue(window.address), undefined);
  });

  test('reverting takes the server version as the new base', async () => {
    await theirs(THEIRS);
    window.type(MINE);
    await refused('conflict', window.save());
    await window.revert();
    assert.equal(window.text, THEIRS);
    window.type(MINE);
    await window.save();
    assert.equal(await factory.value('app.config'), MINE);
  });

  test('reading by something else does not move the base of unsent text', async () => {
    window.type(MINE);
    await theirs(SAME_SIZE);
    window.configs.invalidate();
    await window.documents.read(window.address);
    await refused('conflict', window.save());
    assert.equal(await factory.value('app.config'), SAME_SIZE);
  });

  test('typing while the editor reads a remote change does not move the base', async () => {
    await theirs(SAME_SIZE);
    window.configs.invalidate();
    // The editor reads, but somebody types before the answer is in: VS Code drops what it read.
    const reading = window.documents.read(window.address);
    window.type(MINE);
    await reading;
    window.documents.settle(window.address);
    await refused('conflict', window.save());
    assert.equal(await factory.value('app.config'), SAME_SIZE);
  });

  test('a read that ends before the first key is no base either while it is not shown', async () => {
    window.follows = false;
    await theirs(SAME_SIZE);
    window.configs.invalidate();
    await window.documents.read(window.address);
    window.type(MINE);
    await refused('conflict', window.save());
    assert.equal(await factory.value('app.config'), SAME_SIZE);
  });

  test('text is never sent in place of an encrypted value', async () => {
    const blob = Buffer.concat([Buffer.from([4]), Buffer.alloc(150, 7)]).toString('base64');
    await factory.writeAs([{ name: 'app.config', value: blob, unencrypted: false }]);
    window.answer = 'overwrite';
    window.type(MINE);
    await refused('encrypted', window.save());
    await assert.rejects(
      window.documents.save({ ...window.address, file: 'app.config' }, Buffer.from('page'), 'unknown'),
      SaveRefused,
    );
    assert.equal(await factory.value('app.config'), blob);
  });

  test('a file that becomes encrypted while it is open becomes its page, and back', async () => {
    const blob = Buffer.concat([Buffer.from([4]), Buffer.alloc(150, 7)]).toString('base64');
    await factory.writeAs([{ name: 'app.config', value: blob, unencrypted: false }]);
    await window.configs.get(window.address.scope, 0);
    await window.idle();
    const view = await window.documents.stat(window.address);
    assert.ok(view !== 'folder' && view.encrypted);
    await assert.rejects(window.documents.save(window.address, Buffer.from('the page'), 'manual'), SaveRefused);
    await theirs(THEIRS);
    await window.configs.get(window.address.scope, 0);
    await window.idle();
    assert.equal(window.text, THEIRS);
    window.type(MINE);
    await window.save();
    assert.equal(await factory.value('app.config'), MINE);
  });

  test('Save As and the Explorer make an empty file first: it is not sent', async () => {
    const fresh = new TestWindow(factory, memory, 'saved-as.toml');
    await fresh.documents.save(fresh.address, new Uint8Array(), 'unknown');
    assert.deepEqual(factory.seen(), [GET]);
    await fresh.open();
    fresh.type('a = 1\n');
    await fresh.save();
    assert.equal(await factory.value('saved-as.toml'), 'a = 1\n');
    assert.equal(factory.seen().filter((request) => request === PATCH).length, 1);
  });

  test('an empty file that nobody opens is no draft for ever, and can be sent', async () => {
    const fresh = new TestWindow(factory, memory, 'dropped');
    const told: string[] = [];
    fresh.documents.onDidChange(({ address, type }) => told.push(`${address.file} ${type}`));
    await fresh.documents.save(fresh.address, new Uint8Array(), 'unknown');
    assert.equal(fresh.documents.forgetUnopened(fresh.address), true);
    assert.deepEqual(told, ['dropped deleted']);
    await assert.rejects(fresh.documents.stat(fresh.address), SaveRefused);
    assert.equal(fresh.documents.forgetUnopened(fresh.address), false);
    assert.equal(await factory.value('dropped'), undefined);
    await fresh.documents.save(fresh.address, new Uint8Array(), 'manual');
    assert.equal(await factory.value('dropped'), '');
  });

  test('an empty file that an editor shows stays one that is to be written', async () => {
    const fresh = new TestWindow(factory, memory, 'new-file');
    await fresh.documents.save(fresh.address, new Uint8Array(), 'unknown');
    await fresh.open();
    assert.equal(fresh.documents.forgetUnopened(fresh.address), false);
    assert.equal(fresh.documents.isDraft(fresh.address), true);
  });

  test('a new file of the name of an unsent one that was deleted on the server is still that one', async () => {
    const settings = await new TestWindow(factory, memory, 'z-50-fioctl.toml').open();
    settings.type('[pacman]\ntags = "mine"\n');
    await factory.writeAs([{ name: 'other', value: 'x' }], true);
    await settings.configs.get(settings.address.scope, 0);
    settings.documents.draft(settings.address);
    await assert.rejects(settings.save(), SaveRefused);
    assert.deepEqual(
      settings.conflicts.map(({ kind }) => kind),
      ['deleted'],
    );
    assert.equal(settings.documents.handlerOf(settings.address)?.length, 1);
  });

  test('Ctrl+S on a clean file whose line ends VS Code made equal sends nothing', async () => {
    await theirs('a = 1\r\nb = 2\nc = 3\n');
    await window.configs.get(window.address.scope, 0);
    await window.idle();
    window.text = 'a = 1\r\nb = 2\r\nc = 3\r\n';
    factory.seen();
    await window.save();
    assert.deepEqual(factory.seen(), [GET]);
    window.type('a = 1\nb = 2\nc = 3\n');
    await window.save();
    assert.equal(await factory.value('app.config'), 'a = 1\nb = 2\nc = 3\n');
  });

  test('a file that is looked for in vain by something else is not made again silently by its editor', async () => {
    await factory.writeAs([{ name: 'other', value: 'x' }], true);
    window.configs.invalidate();
    await assert.rejects(window.documents.read(window.address), SaveRefused);
    window.type(MINE);
    await refused('conflict', window.save());
    assert.equal(window.conflicts[0]?.kind, 'deleted');
  });

  test('what something else read is forgotten when it is gone, and can be made anew', async () => {
    const other = new TestWindow(factory, memory, 'wireguard-client');
    await other.documents.read(other.address);
    await factory.writeAs([{ name: 'app.config', value: ORIGINAL }], true);
    await other.configs.get(other.address.scope, 0);
    await assert.rejects(other.documents.stat(other.address), SaveRefused);
    await other.documents.save(other.address, Buffer.from('new\n'), 'unknown');
    assert.deepEqual(other.conflicts, []);
    assert.equal(await factory.value('wireguard-client'), 'new\n');
  });

  test('a program that writes what it read, where no editor is open, is not told that this was done', async () => {
    const other = new TestWindow(factory, memory, 'wireguard-client');
    const { bytes } = await other.documents.read(other.address);
    await factory.writeAs([{ name: 'wireguard-client', value: 'theirs' }]);
    await assert.rejects(other.documents.save(other.address, bytes, 'unknown'), SaveRefused);
    assert.equal(other.conflicts[0]?.kind, 'changed');
  });

  test('Ctrl+S on a file that was deleted on the server asks, also without an edit', async () => {
    await factory.writeAs([{ name: 'other', value: 'x' }], true);
    await window.configs.get(window.address.scope, 0);
    await window.idle();
    await assert.rejects(window.save(), SaveRefused);
    assert.equal(window.conflicts[0]?.kind, 'deleted');
    window.answer = 'overwrite';
    await window.save();
    assert.equal(await factory.value('app.config'), ORIGINAL);
  });

  test('after undo to the saved text the editor shows what is newer on the server', async () => {
    window.type(MINE);
    await theirs(THEIRS);
    await window.configs.get(window.address.scope, 0);
    window.text = ORIGINAL;
    window.dirty = false;
    window.documents.settle(window.address);
    await window.idle();
    assert.equal(window.text, THEIRS);
  });

  test('a service that trims values is followed, without a false conflict', async () => {
    const files = [{ name: 'app.config', value: MINE.trim(), unencrypted: true }];
    for (const name of ['wireguard-client', 'fio-remote-actions', 'z-50-fioctl.toml']) {
      files.push({ name, value: 'x', unencrypted: true });
    }
    factory.server.emulator.faults.add({
      match: { method: 'PATCH' },
      status: 201,
      body: { 'created-at': '2099-01-01T00:00:00+00:00', files },
    });
    window.type(MINE);
    await window.save();
    assert.equal(window.text, MINE.trim());
    assert.equal(window.dirty, false);
  });

  test('the same change by somebody else needs no write', async () => {
    await theirs(MINE);
    window.type(MINE);
    await window.save();
    assert.deepEqual(factory.seen(), [GET]);
    assert.equal(window.dirty, false);
  });

  test('a change of another file of the device is no conflict', async () => {
    await factory.writeAs([{ name: 'other', value: 'x' }]);
    window.type(MINE);
    await window.save();
    assert.equal(await factory.value('app.config'), MINE);
    assert.equal(await factory.value('other'), 'x');
  });

  test('a file that was deleted on the server is told, and can be made again with its handler', async () => {
    const settings = await new TestWindow(factory, memory, 'z-50-fioctl.toml').open();
    await factory.writeAs([{ name: 'other', value: 'x' }], true);
    settings.type('[pacman]\n');
    await assert.rejects(settings.save(), SaveRefused);
    assert.equal(settings.conflicts[0]?.kind, 'deleted');
    settings.answer = 'overwrite';
    await settings.save();
    assert.deepEqual(lastBody().files, [
      {
        name: 'z-50-fioctl.toml',
        value: '[pacman]\n',
        unencrypted: true,
        'on-changed': ['/usr/share/fioconfig/handlers/aktualizr-toml-update'],
      },
    ]);
  });

  test('auto-save is never sent, and says what to do', async () => {
    window.type(MINE);
    await refused('autoSave', window.save('auto'));
    assert.deepEqual(factory.seen(), []);
    await window.save();
    assert.equal(await factory.value('app.config'), MINE);
  });

  test('a save that nobody announced is taken for an auto-save where an editor has that text', async () => {
    window.type(MINE);
    await refused('unannounced', window.save('unknown'));
    assert.deepEqual(factory.seen(), []);
  });

  test('a program that writes beside unsent text of an editor does not make that text follow: its save is a conflict', async () => {
    window.type(MINE);
    await window.documents.save(window.address, Buffer.from(SAME_SIZE), 'unknown');
    assert.equal(await factory.value('app.config'), SAME_SIZE);
    await refused('conflict', window.save());
    assert.equal(window.conflicts[0]?.kind, 'changed');
    assert.equal(await factory.value('app.config'), SAME_SIZE);
    window.answer = 'overwrite';
    await window.save();
    assert.equal(await factory.value('app.config'), MINE);
  });

  test('an editor without unsent text shows what a program wrote; what is typed before it does is a conflict', async () => {
    await window.documents.save(window.address, Buffer.from(SAME_SIZE), 'unknown');
    await window.idle();
    assert.deepEqual([window.text, window.dirty], [SAME_SIZE, false]);
    window.type(MINE);
    await window.save();
    assert.deepEqual(window.conflicts, []);
    window.follows = false;
    await window.documents.save(window.address, Buffer.from(THEIRS), 'unknown');
    await window.idle();
    window.type(ORIGINAL);
    window.follows = true;
    await assert.rejects(window.save());
    assert.equal(await factory.value('app.config'), THEIRS);
  });

  test('a program may write a file that is in no editor, but not over one it did not read', async () => {
    const elsewhere = { ...window.address, file: 'by-program' };
    await window.documents.save(elsewhere, Buffer.from('x'), 'unknown');
    assert.equal(await factory.value('by-program'), 'x');
    await factory.writeAs([{ name: 'unread', value: 'theirs' }]);
    await assert.rejects(
      window.documents.save({ ...window.address, file: 'unread' }, Buffer.from('x'), 'unknown'),
      SaveRefused,
    );
    assert.equal(await factory.value('unread'), 'theirs');
  });

  test('bytes that are not UTF-8 are refused', async () => {
    await assert.rejects(
      window.documents.save(window.address, Uint8Array.from([0x66, 0xfc, 0x72]), 'manual'),
      (error) => error instanceof SaveRefused && error.kind === 'notText',
    );
    assert.deepEqual(factory.seen(), []);
  });

  test('a view into a larger buffer is read at its own place', async () => {
    const large = Buffer.from(`garbage${MINE}garbage`);
    await window.documents.save(
      window.address,
      new Uint8Array(large.buffer, large.byteOffset + 7, MINE.length),
      'manual',
    );
    assert.equal(await factory.value('app.config'), MINE);
  });

  test('line ends and a byte order mark are kept byte for byte', async () => {
    const value = '\ufeffa=1\r\nb=2\r\n';
    await window.documents.save(window.address, Buffer.from(value, 'utf8'), 'manual');
    assert.equal(await factory.value('app.config'), value);
    const { bytes } = await window.documents.read(window.address);
    assert.deepEqual(Buffer.from(bytes), Buffer.from(value, 'utf8'));
  });

  test('a configuration over 1 MB is refused with the numbers', async () => {
    window.type('x'.repeat(1024 * 1024));
    const { details } = await refused('tooLarge', window.save());
    assert.ok((details.size ?? 0) > (details.limit ?? 0));
    assert.deepEqual(factory.seen(), [GET]);
  });

  test('what just fits is sent, and the service takes it; one byte more is refused here', async () => {
    const [entry] = await factory.client.listConfig(window.address.scope);
    const room = CONFIG_LIMIT_BYTES - configSize(entry, newConfigFile('app.config', ''));
    window.type('x'.repeat(room));
    await window.save();
    assert.equal((await factory.value('app.config'))?.length, room);
    factory.seen();
    window.type('x'.repeat(room + 1));
    const { details } = await refused('tooLarge', window.save());
    assert.equal(details.size, CONFIG_LIMIT_BYTES + 1);
    assert.deepEqual(factory.seen(), [GET]);
  });

  suite('when the service fails', () => {
    const failing: [string, object][] = [
      ['401', { status: 401 }],
      ['403', { status: 403 }],
      ['404', { status: 404 }],
      ['409', { status: 409 }],
      ['413 with HTML', { status: 413, proxyHtml: true }],
      ['429', { retryAfter: 1 }],
      ['500', { status: 500 }],
      ['502 with HTML', { proxyHtml: true }],
      ['a connection cut before the service saw it', { cut: -1, applied: false }],
      ['a service that hangs', { hang: 'before', applied: false }],
    ];
    for (const [name, fault] of failing) {
      test(`${name}: nothing is saved, the text stays unsent, one PATCH`, async () => {
        window.type(MINE);
        factory.server.emulator.faults.add({ ...fault, match: { method: 'PATCH' } });
        await assert.rejects(window.save(), FactoryError);
        assert.equal(window.dirty, true);
        assert.equal(factory.seen().filter((request) => request === PATCH).length, 1);
      });
    }

    for (const [name, fault] of [
      ['cut', { cut: true, applied: true }],
      ['hanging', { hang: 'inside', applied: true }],
      ['garbled', { garbage: true, applied: true }],
      ['missing', { status: 204, body: '', applied: true }],
    ] as const) {
      test(`a ${name} answer to a PATCH that arrived: it is read back and reported as saved`, async () => {
        window.type(MINE);
        factory.server.emulator.faults.add({ ...fault, match: { method: 'PATCH' } });
        await window.save();
        assert.equal(window.dirty, false);
        assert.deepEqual(factory.seen(), [GET, PATCH, GET]);
        assert.equal(await factory.value('app.config'), MINE);
      });
    }

    test('a yes that shows the old value is not reported as saved', async () => {
      const [entry] = await factory.client.listConfig({ kind: 'device', factory: FACTORY, device: DEVICE });
      window.type(MINE);
      factory.server.emulator.faults.add({
        match: { method: 'PATCH' },
        status: 201,
        body: { 'created-at': entry?.createdAt, reason: '', files: entry?.files },
      });
      await assert.rejects(window.save(), FactoryError);
      assert.equal(window.dirty, true);
      assert.equal(await factory.value('app.config'), ORIGINAL);
    });

    test('a yes without effect is not reported as saved', async () => {
      window.type(MINE);
      factory.server.emulator.faults.add({ status: 200, body: {}, match: { method: 'PATCH' } });
      await assert.rejects(window.save(), FactoryError);
      assert.equal(window.dirty, true);
    });

    test('a read that fails before the write: nothing is sent', async () => {
      window.type(MINE);
      factory.server.emulator.faults.add({ status: 500, count: null, match: { method: 'GET' } });
      await assert.rejects(window.save(), FactoryError);
      assert.equal(factory.seen().includes(PATCH), false);
    });

    test('after a failure the next Ctrl+S sends', async () => {
      window.type(MINE);
      factory.server.emulator.faults.add({ status: 500, match: { method: 'PATCH' } });
      await assert.rejects(window.save(), FactoryError);
      await window.save();
      assert.equal(await factory.value('app.config'), MINE);
    });
  });

  suite('after a restart', () => {
    test('unsent text is sent without a read of the editor', async () => {
      window.type(MINE);
      const again = window.restart();
      await again.save();
      assert.equal(await factory.value('app.config'), MINE);
      assert.deepEqual(factory.seen().slice(0, 2), [GET, PATCH]);
    });

    for (const value of [THEIRS, SAME_SIZE]) {
      test(`a change meanwhile is still a conflict (${value.length} bytes)`, async () => {
        window.type(MINE);
        await theirs(value);
        const again = window.restart();
        await assert.rejects(again.save(), SaveRefused);
        assert.equal(await factory.value('app.config'), value);
      });
    }

    test('a new file is still new', async () => {
      const fresh = new TestWindow(factory, memory, 'fresh.toml');
      fresh.documents.draft(fresh.address);
      await fresh.open();
      fresh.type('a = 1\n');
      const again = fresh.restart();
      await again.save();
      assert.equal(await factory.value('fresh.toml'), 'a = 1\n');
    });

    test('what is remembered holds no text of the file', async () => {
      window.type(MINE);
      await window.save();
      assert.equal(memory.dump().includes('example.com'), false);
    });
  });

  suite('new files', () => {
    test('the update settings get their handler', async () => {
      await factory.writeAs([{ name: 'other', value: 'x' }], true);
      const fresh = new TestWindow(factory, memory, 'z-50-fioctl.toml');
      fresh.documents.draft(fresh.address);
      await fresh.open();
      assert.equal(fresh.text, '');
      fresh.type('[pacman]\n');
      await fresh.save();
      assert.deepEqual(lastBody().files, [
        {
          name: 'z-50-fioctl.toml',
          value: '[pacman]\n',
          unencrypted: true,
          'on-changed': ['/usr/share/fioconfig/handlers/aktualizr-toml-update'],
        },
      ]);
    });

    test('somebody made it meanwhile: a conflict', async () => {
      const fresh = new TestWindow(factory, memory, 'fresh');
      fresh.documents.draft(fresh.address);
      await fresh.open();
      await factory.writeAs([{ name: 'fresh', value: 'theirs' }]);
      fresh.type('mine');
      await assert.rejects(fresh.save(), SaveRefused);
      assert.equal(fresh.conflicts[0]?.kind, 'exists');
      assert.equal(await factory.value('fresh'), 'theirs');
    });

    test('an empty one can be made', async () => {
      const fresh = new TestWindow(factory, memory, 'empty');
      fresh.documents.draft(fresh.address);
      await fresh.open();
      await fresh.save();
      assert.equal(await factory.value('empty'), '');
    });

    test('a file that is neither there nor prepared is not found', async () => {
      await assert.rejects(
        new TestWindow(factory, memory, 'nope').open(),
        (error) => error instanceof SaveRefused && error.kind === 'notFound',
      );
    });
  });

  suite('identity', () => {
    /** Gives the name of the device to another one, whose file has the same text. */
    async function replaceDevice(): Promise<void> {
      const { client, transport } = factory;
      const { devices } = await client.listDevices({ factory: FACTORY, limit: 10 });
      const other = devices.find((device) => device.name !== DEVICE)!;
      for (const [from, to] of [
        [DEVICE, 'device-01-old'],
        [other.name, DEVICE],
      ] as const) {
        const path = `/ota/devices/${from}/`;
        await transport.send({ method: 'PATCH', path, query: { factory: FACTORY }, body: { name: to } });
      }
      await factory.writeAs([{ name: 'app.config', value: ORIGINAL }]);
      factory.seen();
    }

    test('a name that moved to another device is not written to', async () => {
      const mine = await new TestWindow(factory, new TestMemory(), 'app.config').open();
      await replaceDevice();
      mine.type(MINE);
      await assert.rejects(mine.save(), (error) => error instanceof SaveRefused && error.kind === 'otherDevice');
      assert.equal(await factory.value('app.config'), ORIGINAL);
    });

    test('a clean editor that followed the name to another device does not write to it', async () => {
      const mine = await new TestWindow(factory, new TestMemory(), 'app.config').open();
      await replaceDevice();
      await mine.configs.get(mine.address.scope, 0);
      await mine.idle();
      mine.type(MINE);
      await assert.rejects(mine.save(), (error) => error instanceof SaveRefused && error.kind === 'otherDevice');
      assert.equal(await factory.value('app.config'), ORIGINAL);
    });

    test('a long history of the same device is no stranger', async () => {
      const mine = await new TestWindow(factory, new TestMemory(), 'app.config').open();
      for (let index = 0; index < 12; index++) {
        await factory.writeAs([{ name: 'other', value: String(index) }]);
      }
      mine.type(MINE);
      await mine.save();
      assert.equal(await factory.value('app.config'), MINE);
    });

    suite('where no list has told which device it is', () => {
      const DEVICE_GET = `GET /ota/devices/${DEVICE}/`;
      const opened = async (file = 'app.config') =>
        new TestWindow(factory, memory, file, null).open().then(async (shown) => {
          await answered();
          return shown;
        });
      /** Until the question that nobody waits for is answered. */
      const answered = () => factory.network.settled();
      const outgrow = async () => {
        for (let index = 0; index < 12; index++) {
          await factory.writeAs([{ name: 'other', value: String(index) }]);
        }
      };
      setup(() => {
        memory = new TestMemory();
      });

      test('it is asked for once, whatever is opened, and saves stay one GET and one PATCH', async () => {
        const mine = await opened();
        await mine.documents.read({ ...mine.address, file: 'z-50-fioctl.toml' });
        await mine.documents.read({ ...mine.address, file: 'wireguard-client' });
        await answered();
        assert.deepEqual(factory.seen(), [GET, DEVICE_GET, GET]);
        mine.type(MINE);
        await mine.save();
        assert.deepEqual(factory.seen(), [GET, PATCH]);
      });

      test('so a name that moved to another device is not written to', async () => {
        const mine = await opened();
        await replaceDevice();
        mine.type(MINE);
        await assert.rejects(mine.save(), (error) => error instanceof SaveRefused && error.kind === 'otherDevice');
        assert.equal(await factory.value('app.config'), ORIGINAL);
      });

      test('and a long history of the same device is no stranger', async () => {
        const mine = await opened();
        await outgrow();
        mine.type(MINE);
        await mine.save();
        assert.deepEqual(mine.conflicts, []);
      });

      test('where even that failed, a save that cannot be proven right asks, and sends if told to', async () => {
        factory.server.emulator.faults.add({ match: { path: '/ota/devices/device-0?/' }, status: 403 });
        const mine = await opened();
        await replaceDevice();
        mine.type(MINE);
        await assert.rejects(mine.save(), (error) => error instanceof SaveRefused && error.kind === 'conflict');
        assert.deepEqual(
          mine.conflicts.map(({ kind }) => kind),
          ['unproven'],
        );
        assert.equal(factory.seen().includes(PATCH), false);
        mine.answer = 'overwrite';
        await mine.save();
        assert.equal(await factory.value('app.config'), MINE);
        mine.type(THEIRS);
        await mine.save();
        assert.equal(mine.conflicts.length, 2, 'asked once more for the save that was sent, and no more');
      });

      test('it is not asked while the history proves it, and learnt at the next look', async () => {
        factory.server.emulator.faults.add({ match: { path: '/ota/devices/device-0?/' }, status: 403 });
        const mine = await opened();
        mine.type(MINE);
        await mine.save();
        assert.deepEqual(mine.conflicts, []);
        factory.seen();
        await mine.documents.revalidate(mine.address);
        await answered();
        assert.deepEqual(factory.seen(), [DEVICE_GET, GET]);
        await outgrow();
        mine.type(THEIRS);
        await mine.save();
        assert.deepEqual(mine.conflicts, []);
      });

      test('what is learnt after the name moved is not taken for the device that was opened', async () => {
        factory.server.emulator.faults.add({ match: { path: '/ota/devices/device-0?/' }, status: 403 });
        const mine = await opened();
        mine.type(MINE);
        await replaceDevice();
        await mine.configs.get(mine.address.scope, 0);
        await mine.documents.revalidate(mine.address);
        await answered();
        await assert.rejects(mine.save(), SaveRefused);
        assert.equal(mine.conflicts[0]?.kind, 'unproven');
        assert.equal(await factory.value('app.config'), ORIGINAL);
      });
    });
  });

  suite('following the server', () => {
    test('an editor without unsent text shows a change of the same size', async () => {
      await theirs(SAME_SIZE);
      await window.configs.get(window.address.scope, 0);
      await window.idle();
      assert.equal(window.text, SAME_SIZE);
      window.type(MINE);
      await window.save();
      assert.deepEqual(window.conflicts, []);
    });

    test('an editor with unsent text keeps it', async () => {
      window.type(MINE);
      await theirs(THEIRS);
      await window.configs.get(window.address.scope, 0);
      await window.idle();
      assert.equal(window.text, MINE);
    });

    test('a file that went and came back is shown again', async () => {
      await factory.writeAs([{ name: 'other', value: 'x' }], true);
      await window.configs.get(window.address.scope, 0);
      await window.idle();
      await theirs(THEIRS);
      await window.configs.get(window.address.scope, 0);
      await window.idle();
      assert.equal(window.text, THEIRS);
    });
  });
});
