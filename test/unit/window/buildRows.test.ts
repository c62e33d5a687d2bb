import assert from 'node:assert/strict';
import type { RunAddress } from '../../../src/api/builds';
import type { Build } from '../../../src/model/build';
import { BuildList } from '../../../src/store/builds';
import { BuildRow, RunRow, type BuildSource } from '../../../src/views/rows/buildRows';
import type { Row } from '../../../src/views/rows/row';
import { FactoryControl } from '../../support/factoryControl';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';

suite('Rows of builds', () => {
  let factory: TestFactory;
  let control: FactoryControl;
  let source: BuildSource;
  const realNow = Date.now;
  setup(async () => {
    factory = await startTestFactory({ devices: 20, way: 'in process', startTime: Date.UTC(2026, 2, 10) });
    control = new FactoryControl(factory.server.emulator);
    Date.now = () => factory.server.emulator.clock.now();
    source = {
      factory: FACTORY,
      host: 'factory.test',
      prefix: 'test',
      list: new BuildList(factory.client, FACTORY),
      runDetail: (address) => factory.client.getRun(address),
      refresh: () => undefined,
    };
    await source.list.load();
  });
  teardown(async () => {
    Date.now = realNow;
    await factory.close();
  });

  const latest = async (): Promise<Build> => {
    await source.list.refresh();
    return source.list.state.builds[0]!;
  };
  const push = async (titles: readonly string[]): Promise<Build> => {
    await control.send('POST', 'push', { titles });
    return latest();
  };
  const below = (build: Build): Promise<Row[]> => new BuildRow(source, source.list.find(build.id) ?? build).children();
  const runOf = async (build: Build, name: string): Promise<RunRow> =>
    (await below(build)).find((row): row is RunRow => row instanceof RunRow && row.run.name === name)!;
  const said = (row: Row): string => String(row.item().description);

  const untilRunning = async (address: RunAddress): Promise<void> => {
    for (let second = 0; (await factory.client.getRun(address)).status !== 'RUNNING'; second++) {
      assert.ok(second < 100, 'no worker takes it');
      control.advance(1);
    }
  };

  test('the reason is the title of the commit that was built, how many more there are, branch and commit', async () => {
    const build = await push(['Fix the port', 'Second', 'First']);
    const [reason] = await below(build);
    assert.equal(reason?.item().label, 'Fix the port (+2 more)');
    assert.match(said(reason), /^main · [0-9a-f]{12}$/);
    const tooltip = (reason.tooltip?.() as { readonly value: string }).value;
    assert.match(tooltip, /[0-9a-f]{7} Fix the port/);
    assert.doesNotMatch(tooltip, /GIT_SHA|[{}]/);
    const row = new BuildRow(source, source.list.find(build.id)!);
    assert.match(said(row), /Fix the port \(\+2 more\)$/);
    assert.match((reason as Row & { readonly value: string }).value, /^[0-9a-f]{40}$/, 'what is copied');
  });

  test('a push whose commits the git server does not tell', async () => {
    const [reason] = await below(await push([]));
    assert.match(reason?.item().label as string, /^main [0-9a-f]{7}$/);
    assert.equal(said(reason!), '');
  });

  test('a run that is queued again is not said to have waited since its first attempt', async () => {
    const build = await push(['x']);
    control.advance(600);
    const address = { factory: FACTORY, build: build.id, run: 'build-armhf' };
    await factory.client.rerunRun(address);
    await source.list.look(build.id);
    assert.equal(said(await runOf(build, 'build-armhf')), 'waiting for a worker · needs armhf');
    await untilRunning(address);
    await source.list.look(build.id);
    assert.match(said(await runOf(build, 'build-armhf')), /^running for [01] s$/);
  });

  test('a rerun that fails at once did not take as long as both attempts', async () => {
    const build = await push(['x']);
    control.advance(600);
    const address = { factory: FACTORY, build: build.id, run: 'build-armhf' };
    await factory.client.rerunRun(address);
    await untilRunning(address);
    await factory.client.cancelRun(address);
    control.advance(5);
    await source.list.look(build.id);
    assert.match(said(await runOf(build, 'build-armhf')), /^failed after [0-9] s$/);
    const row = new BuildRow(source, source.list.find(build.id)!);
    assert.match(said(row), /failed · |failed after (\d|1\d) s/);
  });

  test('what somebody else queued again is told right when the build is opened', async () => {
    const build = await push(['x']);
    control.advance(600);
    await source.list.look(build.id);
    const address = { factory: FACTORY, build: build.id, run: 'publish-compose-apps' };
    await factory.client.rerunRun(address);
    control.advance(600);
    const now = await latest();
    assert.doesNotMatch(said(new BuildRow(source, now)), /after/, 'a list does not tell when it began');
    assert.match(said(await runOf(now, 'publish-compose-apps')), /^passed after \d+ s$/);
  });

  test('Cancel is offered only for what can be canceled', async () => {
    const build = await push(['x']);
    control.advance(20);
    const address = { factory: FACTORY, build: build.id, run: 'build-aarch64' };
    await source.list.look(build.id);
    assert.equal((await runOf(build, 'build-aarch64')).item().contextValue, 'foundries.run.unfinished');
    await factory.client.cancelRun(address);
    await source.list.look(build.id);
    assert.equal((await runOf(build, 'build-aarch64')).item().contextValue, 'foundries.run.ending');
    control.advance(60);
    await source.list.look(build.id);
    assert.equal((await runOf(build, 'build-aarch64')).item().contextValue, 'foundries.run.ended');
  });
});
