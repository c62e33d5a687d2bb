import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import * as vscode from 'vscode';
import { entryUri } from '../../src/configfs/versions';
import type { ConfigEntry, ConfigScope } from '../../src/model/config';
import { until } from '../support/until';
import { activeDiff, textOf } from './support/editors';
import { DEVICE, FACTORY } from './support/extension';
import { BO, HistoryScene } from './support/historyScene';
import { setSetting } from './support/settings';

const device: ConfigScope = { kind: 'device', factory: FACTORY, device: DEVICE };
const lab: ConfigScope = { kind: 'group', factory: FACTORY, group: 'lab' };

suite('Any two versions, and restoring with approval', () => {
  const it = HistoryScene.ofEach({ devices: 40 }, BO);

  suite('A change that was replaced', () => {
    /** Somebody writes between our look and our POST. */
    function race(change: () => Promise<void>): void {
      const { client } = it.factory.connection as { client: { postConfig: (...call: unknown[]) => Promise<unknown> } };
      const { postConfig } = client;
      client.postConfig = async (...call) => {
        client.postConfig = postConfig;
        await change();
        return postConfig(...call);
      };
    }
    const restoreFirst = async () => {
      const [, old] = await it.factory.entries(device);
      it.answers.set(`Restore ${DEVICE}`, 'Restore');
      await vscode.commands.executeCommand('foundries.restoreVersion', entryUri(it.factory.host, device, old!, ''));
    };
    const files = (entry: ConfigEntry | undefined) =>
      Object.fromEntries((entry?.files ?? []).map(({ name, value }) => [name, value]));

    test('by a restore: who, when and what; put back file by file, as any change is', async () => {
      await it.write('Old', { a: 'old', b: 'old' });
      await it.write('New', { a: 'new', b: 'new' });
      race(() => it.write('Urgent fix', { a: 'fixed' }));
      it.answers.set('replaced one', 'Put It Back…');
      it.answers.set('Put back what', 'Put It Back');
      await restoreFirst();
      await until('theirs', async () => (await it.factory.value('a')) === 'fixed');
      assert.match(
        it.told[0] ?? '',
        /^Your change of device-01 replaced one that Bo Example made .+“Urgent fix”\): a\.$/,
      );
      assert.match(it.questions.at(-1)!.detail, /^This will be changed:\na: changed$/);
      const [now, ours] = await it.factory.entries(device);
      assert.deepEqual([files(now).b, files(ours).a], ['old', 'old']);
      assert.equal(now?.reason, 'Put back "Urgent fix", replaced by mistake');
    });

    test('not to another device that got the name while the message, or the question, was open', async () => {
      await it.write('Old', { a: 'old' });
      await it.write('New', { a: 'new' });
      const list = it.factory.data.fleet.all;
      const { devices } = await list.load();
      const [mine, other] = [
        devices.find(({ name }) => name === DEVICE)!,
        devices.find(({ name }) => name !== DEVICE)!,
      ];
      await it.factory.control.writeConfig({
        device: other.name,
        files: [{ name: 'a', value: 'old' }],
        reason: 'Another device',
      });
      const { client } = it.factory.connection;
      const swap = async () => {
        await client.changeDevice(FACTORY, mine.uuid, { name: 'retired' });
        await client.changeDevice(FACTORY, other.uuid, { name: DEVICE });
      };
      race(() => it.write('Urgent fix', { a: 'fixed' }));
      it.answers.set('replaced one', async () => {
        await swap();
        it.factory.seen();
        return 'Put It Back…';
      });
      it.answers.set('Put back what', 'Put It Back');
      await restoreFirst();
      await until('the message that it was not done', () => it.told.length > 1);
      assert.match(it.told[1]!, /device-01 now belongs to another device/);
      assert.deepEqual(it.factory.writes(), []);
      // And a restore whose question was open meanwhile.
      await client.changeDevice(FACTORY, other.uuid, { name: 'another' });
      await client.changeDevice(FACTORY, mine.uuid, { name: DEVICE });
      await list.load();
      const [, old] = await it.factory.entries(device);
      const before = it.questions.length;
      it.answers.set(`Restore ${DEVICE}`, async () => {
        await swap();
        it.factory.seen();
        return 'Restore';
      });
      await vscode.commands.executeCommand('foundries.restoreVersion', entryUri(it.factory.host, device, old!, 'a'));
      assert.equal(it.questions.length, before + 1);
      assert.deepEqual(it.factory.writes(), []);
    });

    test('by a rename: their text goes to the new name, and what they deleted is deleted', async () => {
      await it.write('Files', { a: '1', b: '1' });
      race(() =>
        it.factory.control.writeConfig({
          device: DEVICE,
          files: [{ name: 'a', value: 'theirs' }],
          remove: ['b'],
          reason: 'R',
          as: BO,
        }),
      );
      it.answers.set('replaced one', 'Put It Back…');
      it.answers.set('Put back what', 'Put It Back');
      await vscode.workspace.fs.rename(it.factory.uri('a'), it.factory.uri('c'));
      await until('theirs', async () => (await it.factory.value('c')) === 'theirs');
      await until('b gone', async () => (await it.factory.value('b')) === undefined);
      assert.equal(await it.factory.value('a'), undefined);
    });

    test('a secret of a group that the service does not show is not sent back as what it shows', async () => {
      const put = (reason: string, name: string, value: string, unencrypted: boolean) =>
        it.factory.put(lab, { name, value, unencrypted }, reason);
      await setSetting('foundries.config.askForReason', 'never');
      await put('Old', 'a', '1', true);
      await put('New', 'a', '2', true);
      race(() => put('Theirs', 'token', '********', false).then(() => undefined));
      it.answers.set('replaced', 'Put It Back…');
      it.answers.set('Restore group lab', 'Restore');
      await vscode.commands.executeCommand(
        'foundries.restoreVersion',
        entryUri(it.factory.host, lab, (await it.factory.entries(lab))[1]!, ''),
      );
      await until('what to do', () => it.told.some((message) => message.includes('does not show the value of token')));
      assert.equal(
        (await it.factory.entries(lab))[0]?.files.some(({ name }) => name === 'token'),
        false,
      );
    });

    test('left alone it stays replaced; Compare shows both', async () => {
      await it.write('Old', { a: 'old' });
      await it.write('New', { a: 'new' });
      race(() => it.write('Theirs', { a: 'theirs' }));
      it.answers.set('replaced one', 'Compare');
      await restoreFirst();
      const { original, modified } = await activeDiff();
      assert.deepEqual([await textOf(original), await textOf(modified)], ['theirs', 'old']);
      assert.equal(await it.factory.value('a'), 'old');
    });
  });
});
