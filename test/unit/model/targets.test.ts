import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import * as fc from 'fast-check';
import { groupByTag, groupByVersion, newestFirst, type Target } from '../../../src/model/target';
import { arrangeTargets, passes, targetArrangementOf } from '../../../src/model/targetArrangement';
import { TargetHistory } from '../../../src/model/targetHistory';
import { searchTargets } from '../../../src/model/targetSearch';
import { TargetUse } from '../../../src/model/targetUse';

const make = (name: string, version: number, part: Partial<Target> = {}): Target => ({
  name,
  version,
  hardwareIds: ['pi'],
  tags: ['main'],
  apps: [],
  commits: [],
  ostreeHash: 'os',
  lmpVersion: '',
  arch: '',
  buildUri: '',
  createdAt: undefined,
  ...part,
});
const apps = (digests: Readonly<Record<string, string>>) =>
  Object.entries(digests).map(([name, digest]) => ({ name, uri: `h/${name}@sha256:${digest}` }));

suite('Targets arranged', () => {
  const LIST = newestFirst([
    make('pi-1', 1),
    make('intel-2', 2, { hardwareIds: ['intel'], tags: ['main', 'stable'] }),
    make('pi-2', 2, { tags: ['main', 'stable'] }),
    make('pi-3', 3, { tags: ['devel'] }),
    make('free-4', 4, { tags: [], hardwareIds: [] }),
  ]);
  const shape = (groups: readonly { name: string; versions: readonly { version: number }[] }[]) =>
    groups.map(({ name, versions }) => [name, versions.map(({ version }) => version)]);

  test('by tag, version and hardware, newest first', () => {
    const by = (grouping: 'tag' | 'version' | 'hardware') => arrangeTargets(LIST, { filter: {}, grouping });
    const tags = by('tag');
    assert.deepEqual('groups' in tags && shape(tags.groups), [
      ['devel', [3]],
      ['main', [2, 1]],
      ['stable', [2]],
      ['', [4]],
    ]);
    const hardware = by('hardware');
    assert.deepEqual('groups' in hardware && shape(hardware.groups), [
      ['pi', [3, 2, 1]],
      ['intel', [2]],
      ['', [4]],
    ]);
    const versions = by('version');
    assert.deepEqual(
      'versions' in versions && versions.versions.map(({ version, targets }) => [version, targets.length]),
      [
        [4, 1],
        [3, 1],
        [2, 2],
        [1, 1],
      ],
    );
  });

  test('a filter leaves what fits it, and no other group', () => {
    const arranged = arrangeTargets(LIST, { filter: { tag: 'main', hardware: 'pi' }, grouping: 'tag' });
    assert.deepEqual('groups' in arranged && shape(arranged.groups), [['main', [2, 1]]]);
    assert.equal(arranged.count, 2);
    assert.equal(arrangeTargets(LIST, { filter: { tag: '' }, grouping: 'version' }).count, 1);
    assert.equal(arrangeTargets(LIST, { filter: { tag: 'gone' }, grouping: 'tag' }).count, 0);
  });

  test('what was stored by somebody else is no harm', () => {
    for (const stored of [undefined, null, 7, 'tag', [], { grouping: 'x', filter: 3 }, { filter: { tag: 7 } }]) {
      assert.deepEqual(targetArrangementOf(stored), {
        filter: { tag: undefined, hardware: undefined },
        grouping: 'tag',
      });
    }
    const kept = { filter: { tag: '', hardware: 'pi' }, grouping: 'hardware' };
    assert.deepEqual(targetArrangementOf(JSON.parse(JSON.stringify(kept))), kept);
  });

  const anyTargets = fc
    .array(
      fc.record({
        version: fc.integer({ min: 1, max: 9 }),
        tags: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')),
        hardware: fc.constantFrom('x', 'y'),
      }),
      { maxLength: 30 },
    )
    .map((specs) =>
      specs.map(({ version, tags, hardware }, index) => make(`t${index}`, version, { tags, hardwareIds: [hardware] })),
    );

  test('every arrangement has what passes the filter, and only that', () => {
    fc.assert(
      fc.property(
        anyTargets,
        fc.constantFrom('tag', 'version', 'hardware' as const),
        fc.constantFrom(undefined, 'a', ''),
        fc.constantFrom(undefined, 'x'),
        (targets, grouping, tag, hardware) => {
          const filter = { tag, hardware };
          const arranged = arrangeTargets(targets, { filter, grouping });
          const versions =
            'versions' in arranged ? arranged.versions : arranged.groups.flatMap((group) => group.versions);
          const names = new Set(versions.flatMap((version) => version.targets.map(({ name }) => name)));
          const expected = new Set(targets.filter((target) => passes(target, filter)).map(({ name }) => name));
          assert.deepEqual([...names].sort(), [...expected].sort());
          assert.ok(versions.every(({ version, targets: of }) => of.every((target) => target.version === version)));
        },
      ),
    );
  });

  test('versions descend, and no target is twice in one', () => {
    fc.assert(
      fc.property(anyTargets, (targets) => {
        for (const versions of [groupByVersion(targets), ...groupByTag(targets).map((tag) => tag.versions)]) {
          const numbers = versions.map(({ version }) => version);
          assert.deepEqual(
            numbers,
            [...new Set(numbers)].sort((a, b) => b - a),
          );
          const names = versions.flatMap((version) => version.targets.map(({ name }) => name));
          assert.equal(new Set(names).size, names.length);
        }
      }),
    );
  });
});

suite('What changed with a target', () => {
  const LIST = newestFirst([
    make('pi-9', 9, { apps: apps({ b: '2', c: '1' }), ostreeHash: 'new' }),
    make('intel-8', 8, { hardwareIds: ['intel'], apps: apps({ other: '1' }) }),
    make('pi-7', 7, { tags: ['devel'], apps: apps({ other: '1' }) }),
    make('pi-5', 5, { tags: ['main', 'devel'], apps: apps({ a: '1', b: '1' }) }),
  ]);
  const history = new TargetHistory(LIST);
  const of = (name: string) => LIST.find((target) => target.name === name)!;

  test('against the one before for the same tag and hardware', () => {
    assert.deepEqual(history.changes(of('pi-9'), 'main'), {
      before: of('pi-5'),
      added: ['c'],
      removed: ['a'],
      changed: ['b'],
      system: true,
    });
    assert.equal(history.changes(of('pi-7'), 'devel')?.before.name, 'pi-5');
    assert.equal(history.changes(of('intel-8')), undefined);
    assert.equal(history.changes(of('pi-5')), undefined);
  });

  test('as looking through all would find', () => {
    const spec = fc.record({
      version: fc.integer({ min: 1, max: 12 }),
      tag: fc.constantFrom('a', 'b'),
      hardware: fc.constantFrom('x', 'y'),
    });
    fc.assert(
      fc.property(fc.array(spec, { maxLength: 30 }), (specs) => {
        const targets = newestFirst(
          specs.map(({ version, tag, hardware }, index) =>
            make(`t${index}`, version, { tags: [tag], hardwareIds: [hardware] }),
          ),
        );
        const all = new TargetHistory(targets);
        for (const target of targets) {
          const [tag] = target.tags;
          const expected = targets.find(
            (other) =>
              other.version < target.version && other.tags[0] === tag && other.hardwareIds[0] === target.hardwareIds[0],
          );
          assert.equal(all.before(target, tag)?.version, expected?.version);
        }
      }),
    );
  });
});

suite('Who runs a version', () => {
  const counts = { devices: 0, online: 0, onLatest: 0, onOrphan: 0, latestVersion: 0, groups: [] };
  const use = new TargetUse([
    {
      ...counts,
      tag: 'main',
      production: false,
      targets: [
        { version: 3, devices: 2, orphan: false },
        { version: 1, devices: 1, orphan: true },
      ],
    },
    { ...counts, tag: 'main', production: true, targets: [{ version: 3, devices: 4, orphan: true }] },
    { ...counts, tag: 'devel', production: false, targets: [{ version: 3, devices: 5, orphan: false }] },
  ]);

  test('by tag and in all, with those on an orphan', () => {
    assert.deepEqual(use.of(3, 'main'), { devices: 6, orphaned: 4 });
    assert.deepEqual(use.of(3), { devices: 11, orphaned: 4 });
    assert.deepEqual(use.of(9), { devices: 0, orphaned: 0 });
    assert.deepEqual(use.of(3, 'none'), { devices: 0, orphaned: 0 });
  });

  test('versions that are no more', () => {
    const versions = groupByVersion([make('pi-3', 3)]);
    assert.deepEqual(use.missingIn(versions, 'main'), [{ version: 1, use: { devices: 1, orphaned: 1 } }]);
    assert.deepEqual(use.missingIn(versions, 'devel'), []);
  });
});

suite('Search for targets', () => {
  const LIST = newestFirst([
    make('pi-lmp-42', 42, {
      apps: apps({ shell: '27cd2ffd' }),
      commits: [{ repository: 'containers', sha: '89c38f6a156d' }],
    }),
    make('pi-lmp-41', 41, { tags: ['stable'], apps: apps({ shell: 'c53be5cb' }), ostreeHash: '461ece9a' }),
    make('intel-lmp-142', 142, { hardwareIds: ['intel'] }),
  ]);
  const found = async (text: string, most = 10) => {
    const result = await searchTargets(LIST, text, most, new AbortController().signal);
    return [...result.found.map(({ name }) => name), ...(result.more ? ['…'] : [])];
  };

  test('by version, part of a commit, app, digest, hash, tag, hardware and name', async () => {
    for (const [text, expected] of [
      ['42', ['pi-lmp-42', 'intel-lmp-142']],
      ['89C38f', ['pi-lmp-42']],
      ['sha256:c53b', ['pi-lmp-41']],
      ['Shell', ['pi-lmp-42', 'pi-lmp-41']],
      ['461ece', ['pi-lmp-41']],
      ['stable', ['pi-lmp-41']],
      ['intel', ['intel-lmp-142']],
      ['pi-lmp', ['pi-lmp-42', 'pi-lmp-41']],
      ['shell stable', ['pi-lmp-41']],
      ['shell intel', []],
      ['  ', ['intel-lmp-142', 'pi-lmp-42', 'pi-lmp-41']],
    ] as const) {
      assert.deepEqual(await found(text), expected, text);
    }
  });

  test('says where there is more, and keeps the very version', async () => {
    assert.deepEqual(await found('', 2), ['intel-lmp-142', 'pi-lmp-42', '…']);
    assert.deepEqual(await found('4', 1), ['intel-lmp-142', '…']);
    assert.deepEqual(await found('41', 1), ['pi-lmp-41']);
  });
});
