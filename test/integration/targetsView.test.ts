import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import type { Target } from '../../src/model/target';
import type { Row } from '../../src/views/rows/row';
import { until } from '../support/until';
import { FACTORY } from './support/extension';
import { SignedIn } from './support/signedIn';

const LIST = `GET /ota/factories/${FACTORY}/targets/`;
const STATUS = `GET /ota/factories/${FACTORY}/status/`;

suite('The Targets view', () => {
  let factory: SignedIn;
  const view = () => factory.api.targets;
  const children = (row?: Row) => view().children(row);
  const arrange = (part: Parameters<SignedIn['api']['targetArrangements']['change']>[0]) =>
    factory.api.targetArrangements.change(part);

  setup(async () => {
    factory = await SignedIn.start({ targets: 400 });
  });
  teardown(() => factory.stop());
  const counts = async () => {
    const { session } = factory.api.connections;
    assert.ok('factory' in session);
    await session.factory.fleet.status.load();
  };

  test('a version tells what changed, who runs it, and in its tooltip how it was made', async () => {
    const [first] = await children();
    await counts();
    assert.deepEqual(factory.seen().sort(), [STATUS, LIST]);
    const tags = await children();
    assert.equal(tags[0]?.id, first?.id, 'the same rows');
    const main = tags.find((row) => labelOf(row) === 'main')!;
    const versions = await children(main);
    assert.equal(versions.filter((row) => 'targets' in row).length, 50);
    assert.equal(labelOf(versions.at(-1)), 'Load More');
    const described = versions.map((row) => String(row.item().description));
    assert.ok(
      described.some((text) => /\w+ changed/.test(text)),
      described.join('\n'),
    );
    const run = versions.find((row) => /\d+ devices?/.test(String(row.item().description)));
    assert.ok(run, described.join('\n'));
    assert.match(run.item().accessibilityInformation?.label ?? '', /^version \d+, .*\d+ devices?/);
    const tooltip = versions[1]!.tooltip!().value;
    for (const fact of ['Created', 'Build', 'LmP version', 'Commits', 'Compared with', 'Devices']) {
      assert.match(tooltip, new RegExp(`- ${fact}: .+`));
    }
    assert.deepEqual(factory.seen(), [], 'nothing more is asked');
  });

  test('Load More shows the next page, and ids stay', async () => {
    const before = await children((await children()).find((row) => labelOf(row) === 'main'));
    await vscode.commands.executeCommand('foundries.loadMore', before.at(-1));
    const after = await children((await children()).find((row) => labelOf(row) === 'main'));
    assert.equal(after.filter((row) => 'targets' in row).length, 100);
    assert.deepEqual(
      after.slice(0, 50).map(({ id }) => id),
      before.slice(0, 50).map(({ id }) => id),
    );
  });

  test('by version and by hardware, filtered, and remembered', async () => {
    arrange({ grouping: 'version' });
    const [newest] = (await children()) as (Row & { version: number; targets: readonly Target[] })[];
    assert.equal(labelOf(newest), String(newest?.version));
    assert.ok(newest!.targets.length > 0);
    arrange({ grouping: 'hardware', filter: { hardware: 'intel-corei7-64' } });
    assert.deepEqual((await children()).map(labelOf), ['intel-corei7-64']);
    assert.match(view().tree.message ?? '', /^Only targets: hardware intel-corei7-64\. \d+ of 4\d\d\.$/);
    assert.deepEqual(factory.api.context.workspaceState.get('foundries.targets.arrangement'), {
      grouping: 'hardware',
      filter: { hardware: 'intel-corei7-64' },
    });
    arrange({ filter: { tag: 'no-such-tag' } });
    assert.deepEqual(await children(), []);
    await vscode.commands.executeCommand('foundries.clearTargetFilter');
    assert.ok((await children()).length > 1);
    assert.equal(view().tree.message ?? '', '');
  });

  test('a count of devices that is of more hardware than the row says so', async () => {
    arrange({ grouping: 'hardware' });
    await children();
    await counts();
    const described = async (hardware: string) => {
      const row = (await children()).find((each) => labelOf(each) === hardware);
      return (await children(row)).map((each) => String(each.item().description));
    };
    const texts = [...(await described('intel-corei7-64')), ...(await described('raspberrypi4-64'))];
    const counted = texts.filter((text) => /\d+ devices?/.test(text));
    assert.ok(
      counted.some((text) => text.includes('on all hardware')),
      texts.join('\n'),
    );
    arrange({ grouping: 'version' });
    const whole = (await children()).map((each) => String(each.item().description));
    assert.ok(whole.every((text) => !text.includes('on all hardware')));
  });

  test('Find Target finds by part of a digest and reveals, whatever filter hides it', async () => {
    await vscode.commands.executeCommand('foundries.targets.focus');
    const { session } = factory.api.connections;
    assert.ok('factory' in session);
    const { targets } = await session.factory.targets.load();
    const wanted = targets.at(-1)!;
    arrange({ filter: { hardware: 'intel-corei7-64' }, grouping: 'tag' });
    assert.ok(!wanted.hardwareIds.includes('intel-corei7-64'));
    await view().reveal(wanted.tags[0]!, wanted.version, wanted.name);
    await until('a selection', () => view().tree.selection.length === 1);
    assert.equal((view().tree.selection[0] as Row & { target?: Target }).target?.name, wanted.name);
    assert.deepEqual(factory.api.targetArrangements.current.filter, {});
    arrange({ grouping: 'hardware' });
    await view().reveal(wanted.tags[0]!, wanted.version, wanted.name);
    assert.match(view().tree.selection[0]!.id, /\/hardware\/.*\/target\//);
  });

  test('without counts the versions are there all the same', async () => {
    factory.fault({ match: { path: '/status/' }, status: 403, body: '{}', count: 5 });
    const main = (await children()).find((row) => labelOf(row) === 'main')!;
    await counts();
    const [version] = await children(main);
    assert.match(version!.tooltip!().value, /- Devices: not&nbsp;known/);
  });
});

const labelOf = (row: Row | undefined): string => {
  const label = row?.item().label;
  return typeof label === 'string' ? label : '';
};
