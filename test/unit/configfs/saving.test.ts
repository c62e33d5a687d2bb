/** What is sent, and what becomes of it. */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import { SaveRefused } from '../../../src/configfs/saveRefused';
import { CONFIG_LIMIT_BYTES, configSize, newConfigFile } from '../../../src/model/config';
import { TestWindow } from '../support/editor';
import { DEVICE, FACTORY } from '../support/factory';
import { GET, PATCH, ORIGINAL, SAME_SIZE, MINE, THEIRS, SavingScene } from '../support/savingScene';

suite('Saving a configuration file', () => {
  const it = SavingScene.ofEach();

  test('one GET and one PATCH, with what belongs to the file', async () => {
    it.window.type(MINE);
    await it.window.save();
    assert.deepEqual(it.lastBody(), {
      reason: 'change app.config',
      files: [{ name: 'app.config', value: MINE, unencrypted: true }],
    });
    assert.deepEqual(it.factory.seen(), [GET, PATCH]);
    assert.equal(it.window.dirty, false);
  });

  test('on-changed and unencrypted of the existing file are kept', async () => {
    const settings = await new TestWindow(it.factory, it.memory, 'z-50-fioctl.toml').open();
    settings.type('[pacman]\ntags = "main"\n');
    await settings.save();
    assert.deepEqual(it.lastBody().files, [
      {
        name: 'z-50-fioctl.toml',
        value: '[pacman]\ntags = "main"\n',
        unencrypted: true,
        'on-changed': ['/usr/share/fioconfig/handlers/aktualizr-toml-update'],
      },
    ]);
  });

  test('text that is marked as encrypted, which no device can read, is sent as the plain text that it is', async () => {
    await it.factory.writeAs([{ name: 'legacy', value: 'a=1\n', unencrypted: false }]);
    const legacy = await new TestWindow(it.factory, it.memory, 'legacy').open();
    legacy.type('a=2\n');
    await legacy.save();
    assert.deepEqual(it.lastBody().files, [{ name: 'legacy', value: 'a=2\n', unencrypted: true }]);
  });

  test('a second change is saved on top of the first', async () => {
    it.window.type(MINE);
    await it.window.save();
    it.window.type(THEIRS);
    await it.window.save();
    assert.equal(await it.factory.value('app.config'), THEIRS);
    assert.deepEqual(it.window.conflicts, []);
  });

  test('unchanged text is not sent again', async () => {
    await it.window.save();
    it.window.type(MINE);
    await it.window.save();
    it.factory.seen();
    await it.window.save();
    assert.deepEqual(it.factory.seen(), [GET]);
  });

  test('unchanged text is not written over a newer value of the same size', async () => {
    await it.theirs(SAME_SIZE);
    await it.window.save();
    assert.equal(await it.factory.value('app.config'), SAME_SIZE);
    assert.equal(it.window.text, SAME_SIZE, 'the editor shows what is on the server');
    assert.equal(it.window.dirty, false);
  });

  test('Ctrl+S on unchanged text does no harm without network', async () => {
    await it.factory.close();
    await it.window.save();
    assert.equal(it.window.dirty, false);
  });

  test('the same change by somebody else needs no write', async () => {
    await it.theirs(MINE);
    it.window.type(MINE);
    await it.window.save();
    assert.deepEqual(it.factory.seen(), [GET]);
    assert.equal(it.window.dirty, false);
  });

  test('a change of another file of the device is no conflict', async () => {
    await it.factory.writeAs([{ name: 'other', value: 'x' }]);
    it.window.type(MINE);
    await it.window.save();
    assert.equal(await it.factory.value('app.config'), MINE);
    assert.equal(await it.factory.value('other'), 'x');
  });

  test('bytes that are not UTF-8 are refused', async () => {
    await assert.rejects(
      it.window.documents.save(it.window.address, Uint8Array.from([0x66, 0xfc, 0x72]), 'manual'),
      (error) => error instanceof SaveRefused && error.kind === 'notText',
    );
    assert.deepEqual(it.factory.seen(), []);
  });

  test('a view into a larger buffer is read at its own place', async () => {
    const large = Buffer.from(`garbage${MINE}garbage`);
    await it.window.documents.save(
      it.window.address,
      new Uint8Array(large.buffer, large.byteOffset + 7, MINE.length),
      'manual',
    );
    assert.equal(await it.factory.value('app.config'), MINE);
  });

  test('line ends and a byte order mark are kept byte for byte', async () => {
    const value = '\ufeffa=1\r\nb=2\r\n';
    await it.window.documents.save(it.window.address, Buffer.from(value, 'utf8'), 'manual');
    assert.equal(await it.factory.value('app.config'), value);
    const { bytes } = await it.window.documents.read(it.window.address);
    assert.deepEqual(Buffer.from(bytes), Buffer.from(value, 'utf8'));
  });

  test('a configuration over 1 MB is refused with the numbers', async () => {
    it.window.type('x'.repeat(1024 * 1024));
    const { details } = await it.refused('tooLarge', it.window.save());
    assert.ok((details.size ?? 0) > (details.limit ?? 0));
    assert.deepEqual(it.factory.seen(), [GET]);
  });

  test('what just fits is sent, and the service takes it; one byte more is refused here', async () => {
    const [entry] = await it.factory.client.listConfig(it.window.address.scope);
    const room = CONFIG_LIMIT_BYTES - configSize(entry, newConfigFile('app.config', ''));
    it.window.type('x'.repeat(room));
    await it.window.save();
    assert.equal((await it.factory.value('app.config'))?.length, room);
    it.factory.seen();
    it.window.type('x'.repeat(room + 1));
    const { details } = await it.refused('tooLarge', it.window.save());
    assert.equal(details.size, CONFIG_LIMIT_BYTES + 1);
    assert.deepEqual(it.factory.seen(), [GET]);
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
        it.window.type(MINE);
        it.factory.server.emulator.faults.add({ ...fault, match: { method: 'PATCH' } });
        await assert.rejects(it.window.save(), FactoryError);
        assert.equal(it.window.dirty, true);
        assert.equal(it.factory.seen().filter((request) => request === PATCH).length, 1);
      });
    }

    for (const [name, fault] of [
      ['cut', { cut: true, applied: true }],
      ['hanging', { hang: 'inside', applied: true }],
      ['garbled', { garbage: true, applied: true }],
      ['missing', { status: 204, body: '', applied: true }],
    ] as const) {
      test(`a ${name} answer to a PATCH that arrived: it is read back and reported as saved`, async () => {
        it.window.type(MINE);
        it.factory.server.emulator.faults.add({ ...fault, match: { method: 'PATCH' } });
        await it.window.save();
        assert.equal(it.window.dirty, false);
        assert.deepEqual(it.factory.seen(), [GET, PATCH, GET]);
        assert.equal(await it.factory.value('app.config'), MINE);
      });
    }

    test('a yes that shows the old value is not reported as saved', async () => {
      const [entry] = await it.factory.client.listConfig({ kind: 'device', factory: FACTORY, device: DEVICE });
      it.window.type(MINE);
      it.factory.server.emulator.faults.add({
        match: { method: 'PATCH' },
        status: 201,
        body: { 'created-at': entry?.createdAt, reason: '', files: entry?.files },
      });
      await assert.rejects(it.window.save(), FactoryError);
      assert.equal(it.window.dirty, true);
      assert.equal(await it.factory.value('app.config'), ORIGINAL);
    });

    test('a yes without effect is not reported as saved', async () => {
      it.window.type(MINE);
      it.factory.server.emulator.faults.add({ status: 200, body: {}, match: { method: 'PATCH' } });
      await assert.rejects(it.window.save(), FactoryError);
      assert.equal(it.window.dirty, true);
    });

    test('a read that fails before the write: nothing is sent', async () => {
      it.window.type(MINE);
      it.factory.server.emulator.faults.add({ status: 500, count: null, match: { method: 'GET' } });
      await assert.rejects(it.window.save(), FactoryError);
      assert.equal(it.factory.seen().includes(PATCH), false);
    });

    test('after a failure the next Ctrl+S sends', async () => {
      it.window.type(MINE);
      it.factory.server.emulator.faults.add({ status: 500, match: { method: 'PATCH' } });
      await assert.rejects(it.window.save(), FactoryError);
      await it.window.save();
      assert.equal(await it.factory.value('app.config'), MINE);
    });
  });
});
