import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import type { FactoryClient } from '../../../src/api/client';
import type { Device } from '../../../src/model/device';
import { Fleet } from '../../../src/store/fleet';
import { until } from '../../support/until';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';

suite('Asking anew about many devices', () => {
  let factory: TestFactory;
  let answers: Map<string, () => void>;
  let fleet: Fleet;
  let told: ReadonlyMap<string, Device>[];
  setup(async () => {
    factory = await startTestFactory();
    answers = new Map();
    const { client: real } = factory;
    const client: FactoryClient = {
      ...real,
      listDevices: async (query, signal) => {
        const answer = await real.listDevices(query, signal);
        if (query.uuid !== undefined) {
          await new Promise<void>((resolve) => answers.set(query.uuid ?? '', resolve));
        }
        return answer;
      },
    };
    fleet = new Fleet(client, FACTORY, () => 4);
    await fleet.all.load();
    told = [];
    fleet.onDidUpdate((devices) => told.push(devices));
  });
  teardown(() => factory.close());
  const all = () => fleet.all.state.devices.map(({ uuid }) => uuid);
  const answered = async (uuids: readonly string[]) => {
    await until('the questions', () => uuids.every((uuid) => answers.has(uuid)));
    uuids.forEach((uuid) => answers.get(uuid)?.());
  };

  test('looks through the lists a few times, not once for each', async () => {
    const uuids = all();
    const refresh = fleet.refreshDevices(uuids);
    await answered(uuids);
    await refresh;
    assert.ok(uuids.length > 30 && told.length <= 8, `${told.length} times for ${uuids.length}`);
    assert.deepEqual(told.flatMap((devices) => [...devices.keys()]).sort(), uuids.toSorted());
  });

  test('shows the first answers while others are waited for', async () => {
    const [first = '', second = '', third = ''] = all();
    const refresh = fleet.refreshDevices([first, second, third]);
    await answered([first]);
    await until('the first', () => told.some((devices) => devices.has(first)));
    await answered([second, third]);
    await refresh;
    assert.equal(
      told.reduce((sum, { size }) => sum + size, 0),
      3,
    );
  });

  test('does not show an answer over what was told since', async () => {
    const uuids = all().slice(0, 4);
    const refresh = fleet.refreshDevices(uuids);
    const [first = '', second = '', third = '', fourth = ''] = uuids;
    await answered([first, second]);
    await until('the first', () => told.flatMap((devices) => [...devices.keys()]).includes(second));
    await answered([third]);
    // One more waits to be shown with the last one.
    await fleet.search('no such device');
    const device = fleet.all.state.devices.find(({ uuid }) => uuid === third)!;
    fleet.heard({ ...device, name: 'renamed-since' });
    await answered([fourth]);
    await refresh;
    assert.equal(fleet.all.state.devices.find(({ uuid }) => uuid === third)?.name, 'renamed-since');
  });
});
