import assert from 'node:assert/strict';
import { RemoteActions } from '../../../src/commands/device/remoteAction';
import { switchVpn } from '../../../src/commands/device/vpn';
import type { CommandContext, Services } from '../../../src/commands/services';
import type { ChangeHost } from '../../../src/configfs/changeFile';
import type { Device } from '../../../src/model/device';
import { Connections } from '../../../src/store/connections';
import { until } from '../../support/until';
import { clearDesk, desk } from '../../support/vscode';
import { DEVICE, FACTORY, startTestFactory, type TestFactory } from '../support/factory';

suite('A name that has moved to another device', () => {
  let factory: TestFactory;
  let context: CommandContext;
  let services: Services;
  let row: Device;
  /** Runs while a question is shown. */
  let meanwhile: () => Promise<unknown>;

  setup(async () => {
    clearDesk();
    meanwhile = () => Promise.resolve();
    factory = await startTestFactory({ devices: 20, way: 'in process' });
    const account = { id: 'test', label: 'Test', apiUrl: factory.server.url, factory: FACTORY, factories: [FACTORY] };
    const connections = new Connections(
      { accounts: [account] },
      () => factory.client,
      () => ({ apiUrl: factory.server.url, factory: '' }),
      () => 4,
    );
    connections.update();
    const { session } = connections;
    assert.ok(session.state === 'signedIn');
    context = session;
    const { connection, factory: data } = session;
    const changes: ChangeHost = {
      configs: () => connection.configs,
      knownUuid: (_host, scope) => (scope.kind === 'device' ? data.fleet.find(scope.device)?.uuid : undefined),
      fetchUuid: async (_host, scope) =>
        scope.kind === 'device' ? (await factory.client.getDevice(FACTORY, scope.device)).uuid : undefined,
      locate: async (_host, _scope, uuid) => (await data.fleet.look(uuid))?.name,
    };
    const ask = async (_place: unknown, question: { readonly buttons: readonly string[] }) => {
      await meanwhile();
      return question.buttons[0];
    };
    services = {
      changes,
      approval: { ask, approve: () => meanwhile().then(() => 'why'), reason: () => Promise.resolve('why') },
      questions: { ask: (question: { readonly buttons: readonly string[] }) => ask(undefined, question) },
    } as unknown as Services;
    await data.fleet.all.load();
    row = data.fleet.find(DEVICE)!;
  });
  teardown(() => factory.close());

  /** A colleague renames the device of the row, and gives its name to another one. */
  async function swap(): Promise<void> {
    const { devices } = await factory.client.listDevices({ factory: FACTORY, limit: 20 });
    const other = devices.find(({ name }) => name !== DEVICE)!;
    await factory.client.changeDevice(FACTORY, row.uuid, { name: 'elsewhere' });
    await factory.client.changeDevice(FACTORY, other.uuid, { name: DEVICE });
    factory.seen();
  }

  const written = () =>
    factory.log.flatMap(({ request }) => (/^(PATCH|PUT|POST) .*config/.test(request) ? [request] : []));
  const told = () => desk.messages.join('\n');

  test('is not put into the VPN in its place', async () => {
    await swap();
    await switchVpn(services, context, [row], true);
    assert.deepEqual(written(), [], told());
    assert.match(told(), /the name device-01 now belongs to another device/);
  });

  test('runs no action that was agreed to for the other one', async () => {
    meanwhile = swap;
    await new RemoteActions(services).run(context, [row], 'diag');
    assert.deepEqual(written(), [], told());
    assert.match(told(), /the name device-01 now belongs to another device/);
  });

  test('is left alone where what failed is tried again later', async () => {
    const { devices } = await factory.client.listDevices({ factory: FACTORY, limit: 20 });
    const third = devices.find(({ name }) => name !== DEVICE)!;
    const { configs } = context.connection;
    const update = configs.update.bind(configs);
    const retried: { again?: true } = {};
    // The first try fails; hours later the rest is tried again.
    configs.update = () => Promise.reject(new Error('no network'));
    desk.answer = (_message, buttons) => {
      const retry = buttons.find((button) => button === 'Try the Rest Again');
      if (retry === undefined || retried.again) {
        return undefined;
      }
      retried.again = true;
      configs.update = update;
      return retry;
    };
    const before = context.factory.fleet.find(third.name)!;
    await factory.client.changeDevice(FACTORY, row.uuid, { name: 'elsewhere' });
    await factory.client.changeDevice(FACTORY, third.uuid, { name: DEVICE });
    factory.seen();
    await switchVpn(services, context, [row, before], false);
    await until('how the second try ended is told', () => desk.messages.length === 2);
    assert.ok(retried.again);
    assert.deepEqual(written(), [], told());
    assert.match(told(), /now belongs to another device/);
  });

  test('a device that kept its name gets what it was meant to get', async () => {
    await switchVpn(services, context, [row], false);
    await switchVpn(services, context, [row], true);
    assert.ok(written().length > 0, told());
  });
});
