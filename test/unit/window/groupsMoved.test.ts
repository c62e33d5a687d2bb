/** What is chosen for a group reaches that group, or nothing: also after its name went to another one with the same files. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { AppCommandFamily } from '../../../src/commands/apps';
import type { AppServices } from '../../../src/commands/appServices';
import { groupCommands } from '../../../src/commands/groups';
import { switchTag } from '../../../src/commands/switchTag';
import { copyFilesTo } from '../../../src/commands/copyConfigFiles';
import { AppChanges } from '../../../src/configfs/appChanges';
import { uriOf } from '../../../src/configfs/fileSystem';
import { meantAt } from '../../../src/configfs/identityGuard';
import { ConfigOperations } from '../../../src/configfs/operations';
import { SettingsEdits } from '../../../src/configfs/settingsEdits';
import { AppsBranch } from '../../../src/views/appsBranch';
import type { DeviceArrangements } from '../../../src/views/deviceArrangements';
import { GroupRow } from '../../../src/views/rows/ownerRows';
import { until } from '../../support/until';
import type { Question } from '../../../src/ui/questions';
import { desk, type ShownInput } from '../../support/vscode';
import { CommandScene, labelled } from '../support/commandScene';
import { FACTORY } from '../support/factory';

const GROUP = { kind: 'group', factory: FACTORY, group: 'rack' } as const;
const SETTINGS = [
  {
    name: 'z-50-fioctl.toml',
    value: '[pacman]\ntags = "main"\ncompose_apps = "shellhttpd"\n',
    unencrypted: true,
    onChanged: undefined,
  },
];

suite('A group whose name has moved', () => {
  let it: CommandScene;
  let apps: AppServices;
  let changes: AppChanges;
  const row = { scope: GROUP };

  setup(async () => {
    it = await CommandScene.start();
    for (const group of ['rack', 'shelf']) {
      await it.factory.client.createGroup(FACTORY, { name: group, description: '' });
      await it.factory.client.postConfig({ ...GROUP, group }, { reason: `of ${group}`, files: SETTINGS });
    }
    const { connections, approval, questions } = it.services;
    const settings = new SettingsEdits(it.host);
    changes = new AppChanges(settings, 0);
    const files = { connections, operations: new ConfigOperations(it.host), approval, questions };
    apps = { services: it.services, files, settings, changes };
    it.factory.log.length = 0;
    desk.meet = (box) => void box.enter();
  });
  teardown(async () => {
    changes.dispose();
    await it.factory.close();
  });

  /** A colleague gives the name to another group, and the tree is read anew. */
  async function swap(): Promise<void> {
    const { client } = it.factory;
    // Both get the same text.
    const { configs } = it.context.connection;
    const [newest] = (await configs.get(GROUP, 0)).entries;
    await client.postConfig({ ...GROUP, group: 'shelf' }, { reason: 'the same', files: newest?.files ?? [] });
    await client.changeGroup(FACTORY, 'rack', { name: 'rack-old' });
    await client.changeGroup(FACTORY, 'shelf', { name: 'rack' });
    await configs.get(GROUP, 0);
    it.factory.log.length = 0;
  }
  const told = () => desk.messages.join('\n');
  const nothingIsSent = () => {
    assert.deepEqual(it.written(), [], told());
    assert.match(told(), /group rack is (still|now another group than) the one that you meant/);
  };

  test('does not follow another tag that was picked for it', async () => {
    desk.choose = async (items) => {
      await swap();
      return labelled('Set no tag')(items);
    };
    await switchTag(apps, it.context, row, undefined);
    await until('it is told', () => desk.messages.length > 0);
    nothingIsSent();
  });

  test('takes no tag back that was set for another one', async () => {
    desk.choose = labelled('Set no tag');
    let undone = false;
    desk.answer = (_message, buttons) => {
      const undo = buttons.find((button) => button === 'Undo');
      undone ||= undo !== undefined;
      return undo;
    };
    const apply = apps.settings.apply.bind(apps.settings);
    apps.settings.apply = async (...args) => {
      if (undone) {
        await swap();
      }
      return apply(...args);
    };
    await switchTag(apps, it.context, row, undefined);
    await until('both are told', () => desk.messages.length > 1);
    nothingIsSent();
  });

  for (const command of ['rename', 'describe', 'delete'] as const) {
    test(`is not the one that is meant to ${command}: another one has its name`, async () => {
      const { groups } = it.context.factory;
      await groups.load();
      const moved = async () => {
        await it.factory.client.changeGroup(FACTORY, 'rack', { name: 'rack-old' });
        await it.factory.client.changeGroup(FACTORY, 'shelf', { name: 'rack' });
        it.factory.log.length = 0;
      };
      // In the box that asks for the text, which goes on asking, or in the question.
      desk.meet = (box) => {
        const input = box as ShownInput;
        void (async () => {
          await moved();
          input.type('other');
          await input.enter();
          await until('it is told', () => input.validationMessage !== undefined);
          desk.messages.push(JSON.stringify(input.validationMessage));
          input.hide();
        })();
      };
      Object.assign(it.services.questions, {
        ask: async ({ buttons }: Question) => {
          await moved();
          return buttons[0];
        },
      });
      const arrangements = {} as unknown as DeviceArrangements;
      const row = new GroupRow('foundries.configuration', FACTORY, { name: 'rack', description: '' }, () =>
        Promise.resolve([]),
      );
      await groupCommands(it.services, arrangements)[`foundries.${command}Group`](row);
      await until('it is told', () => desk.messages.length > 0);
      nothingIsSent();
      const requests = it.factory.log.map(({ request }) => request);
      assert.ok(
        requests.every((request) => request.startsWith('GET')),
        requests.join('\n'),
      );
    });
  }

  test('gets no file that was pasted on another one of its name', async () => {
    const { key: host } = it.context.connection.client.server;
    const file = { name: 'app.config', value: 'mine', unencrypted: true, onChanged: undefined };
    await it.factory.client.patchConfig({ kind: 'factory', factory: FACTORY }, { reason: 'r', file });
    // What the tree shows when the user pastes.
    await it.context.connection.configs.get(GROUP, 0);
    await it.factory.client.changeGroup(FACTORY, 'rack', { name: 'rack-old' });
    await it.factory.client.changeGroup(FACTORY, 'shelf', { name: 'rack' });
    it.factory.log.length = 0;
    const uri = uriOf({ host, scope: { kind: 'factory', factory: FACTORY }, file: 'app.config' });
    await copyFilesTo(apps.files, [{ uri }], { host, scope: GROUP });
    await until('it is told', () => desk.messages.length > 0);
    nothingIsSent();
  });

  test('keeps its settings when apps are put back that were set for another one', async () => {
    const { client } = it.factory;
    const { connection, factory } = it.context;
    const files = [{ name: 'a', value: 'x', unencrypted: true, onChanged: undefined }];
    await client.postConfig(GROUP, { reason: 'no settings', files });
    await factory.groups.load();
    await connection.configs.get(GROUP, 0);
    const family = new AppCommandFamily(apps);
    changes.onDidSend((change) => family.sent(change));
    const settled = changes.settled.bind(changes);
    changes.settled = async (place) => {
      await settled(place);
      await swap();
      // *Refresh*: lists and configurations are those of the other group.
      await factory.groups.readAgain();
      connection.configs.invalidate();
      await connection.configs.get(GROUP, 0);
    };
    desk.answer = (_message, buttons) => buttons.find((button) => button === 'Undo');
    const place = { host: connection.client.server.key, scope: GROUP };
    const none = { kind: 'default' } as const;
    changes.set(
      { ...place, meant: meantAt(it.host, place) },
      { own: none, effective: none, offered: ['shellhttpd'] },
      { kind: 'none' },
    );
    await until('both are told', () => desk.messages.length > 1);
    nothingIsSent();
  });

  test('has no app turned off by a box that was shown for another one', async () => {
    const family = new AppCommandFamily(apps);
    changes.onDidFail((failed) => family.failed(failed));
    const branch = new AppsBranch(changes);
    const owner = new GroupRow('foundries.configuration', FACTORY, { name: 'rack', description: '' }, () =>
      Promise.resolve([]),
    );
    const [appsRow] = branch.rowsOf(it.context, owner, () => undefined);
    const rows = (await appsRow?.children?.()) ?? [];
    const box = rows.find((one) => one.id.endsWith('/app/shellhttpd'));
    assert.ok(box);
    await swap();
    branch.checked({ items: [[box, vscode.TreeItemCheckboxState.Unchecked]] });
    await until('it is told', () => desk.messages.length > 0);
    nothingIsSent();
    branch.dispose();
  });
});
