/** A text is found wherever it stands in a configuration that can be read, and opens at its line. */
import assert from 'node:assert/strict';
import { findInConfiguration } from '../../../src/commands/findInConfiguration';
import { findLines } from '../../../src/model/findText';
import { desk } from '../../support/vscode';
import { CommandScene } from '../support/commandScene';
import { DEVICE } from '../support/factory';

interface Item {
  readonly label: string;
  readonly description?: string;
  readonly kind?: number;
}

suite('Find in Configuration', () => {
  let it: CommandScene;
  let listed: Item[];

  setup(async () => {
    it = await CommandScene.start();
    listed = [];
    desk.choose = (items) => {
      listed = items as Item[];
      return undefined;
    };
    desk.type = () => 'MARKED here';
  });
  teardown(() => it.factory.close());

  const control = () => it.factory.control;

  test('lists each line under its place, whatever the case, and writes nothing', async () => {
    await control().writeConfig({
      device: 'bench',
      files: [{ name: 'app/a.conf', value: 'one\n  marked HERE=1\nMarked here\n' }],
    });
    await control().writeConfig({ device: 'twin', files: [{ name: 'b.conf', value: 'not it' }] });
    await findInConfiguration(it.context, []);
    assert.deepEqual(
      listed.map(({ label, description = '' }) => [label, description]),
      [
        ['bench', ''],
        ['marked HERE=1', 'app/a.conf:2'],
        ['Marked here', 'app/a.conf:3'],
      ],
    );
    assert.deepEqual(it.written(), []);
  });

  test('searches no device but the one of the Explorer', async () => {
    for (const device of ['bench', 'twin']) {
      await control().writeConfig({ device, files: [{ name: 'a.conf', value: 'marked here' }] });
    }
    const { context, server } = it;
    const { uriOf } = await import('../../../src/configfs/fileSystem');
    const scope = { kind: 'device', factory: context.factory.name, device: 'twin' } as const;
    await findInConfiguration(context, [], uriOf({ host: server, scope, file: 'a.conf' }));
    assert.deepEqual(
      listed.map(({ label }) => label),
      ['twin', 'marked here'],
    );
  });

  test('does not search encrypted values, and says so', async () => {
    const value = Buffer.concat([Buffer.from([4]), Buffer.alloc(140, 7)]).toString('base64');
    desk.type = () => value.slice(0, 6);
    await control().writeConfig({ device: 'bench', files: [{ name: 'token', value, unencrypted: false }] });
    await findInConfiguration(it.context, []);
    assert.deepEqual(listed, []);
    assert.match(desk.messages.join('\n'), /Encrypted values that were not searched: \d+\./);
  });

  test('a configuration that cannot be read is named, and the others are searched', async () => {
    await control().writeConfig({ device: 'bench', files: [{ name: 'a.conf', value: 'marked here' }] });
    const { configs } = it.context.connection;
    const getOf = configs.getOf.bind(configs);
    configs.getOf = (scope, ...rest) =>
      scope.kind === 'device' && scope.device === DEVICE
        ? Promise.reject(new Error('no answer'))
        : getOf(scope, ...rest);
    await findInConfiguration(it.context, []);
    assert.match(desk.messages.join('\n'), new RegExp(`Not everything was searched \\(${DEVICE}\\)`));
    assert.deepEqual(
      listed.map(({ label }) => label),
      ['bench', 'marked here'],
    );
  });

  test('a long line is shown around what was found', () => {
    const found = findLines(`${'x'.repeat(1000)}needle${'y'.repeat(1000)}`, 'NEEDLE', 10)[0]!;
    assert.equal(found.column, 1000);
    assert.match(found.text, /needle/);
    assert.ok(found.text.length <= 120);
  });
});
