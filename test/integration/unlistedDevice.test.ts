import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import * as vscode from 'vscode';
import { FACTORY } from './support/extension';
import { HistoryScene } from './support/historyScene';

suite('Any two versions, and restoring with approval', () => {
  const it = HistoryScene.ofEach({ devices: 40 });

  suite('A device that no list holds', () => {
    const aDevice = async (production: boolean) => {
      const { devices } = await it.factory.connection.client.listDevices({ factory: FACTORY, limit: 100 });
      const { fleet } = it.factory.data;
      return devices.find((one) => one.production === production && fleet.find(one.name) === undefined)!.name;
    };
    const send = (name: string, value: string) =>
      Promise.resolve(vscode.workspace.fs.writeFile(it.factory.uri('hello.txt', name), Buffer.from(value)));

    test('is asked who it is, once: a production device is asked about', async () => {
      const name = await aDevice(true);
      await assert.rejects(send(name, '0'));
      it.answers.set('Send hello.txt', 'Send');
      it.factory.seen();
      await send(name, '1');
      await send(name, '2');
      assert.equal(it.questions.length, 2, 'once more after Cancel, then no more');
      assert.match(it.questions[0]!.detail, /is a production device/);
      assert.ok(!it.factory.seen().includes(`GET /ota/devices/${name}/`));
    });

    test('any other is saved without a question: one GET more, the first time', async () => {
      const name = await aDevice(false);
      await send(name, '0');
      assert.deepEqual(it.questions, []);
      assert.equal(it.factory.seen().filter((request) => request === `GET /ota/devices/${name}/`).length, 1);
      await send(name, '1');
      assert.ok(!it.factory.seen().includes(`GET /ota/devices/${name}/`));
    });

    test('what cannot be found out is asked about; an unreachable service is a failure', async () => {
      const name = await aDevice(false);
      it.factory.fault({ status: 403, count: 2, match: { path: `/ota/devices/${name}/` } });
      await assert.rejects(send(name, '0'));
      assert.match(
        it.questions[0]!.detail,
        /^Whether .+ is a production device could not be found out\. Not permitted/,
      );
      it.factory.server.emulator.faults.clear();
      it.factory.fault({ cut: -1, count: null, match: { path: `/ota/devices/${name}/` } });
      await assert.rejects(send(name, '0'), /was cut|Cannot reach/);
      assert.equal(it.questions.length, 1);
    });
  });
});
