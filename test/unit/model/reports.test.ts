import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { healthOverTime } from '../../../src/model/appHealth';
import type { AppsReport } from '../../../src/model/apps';
import { testDuration, testState, type DeviceTest } from '../../../src/model/deviceTests';
import { safeFileName } from '../../../src/model/safeFileName';
import { bytesText } from '../../../src/model/bytes';
import { hardwareParts, summarizeHardware } from '../../../src/model/hardware';
import { ageAmong, hardwareOf, versionOf } from '../../../src/model/targetAge';
import type { Target } from '../../../src/model/target';
import { detailLines } from '../../../src/model/updateDetails';
import { outcomeOf, type UpdateEvent, type UpdateResult } from '../../../src/model/updates';

const MINUTE = 60_000;

function events(...types: (readonly [type: string, success?: boolean | undefined, details?: string])[]): UpdateEvent[] {
  return types.map(([type, success, details = ''], at) => ({
    type,
    time: at * MINUTE,
    target: 't',
    version: '1',
    success,
    details,
  }));
}

suite('What became of an update', () => {
  const begun = [['EcuDownloadStarted'], ['EcuDownloadCompleted', true], ['EcuInstallationStarted']] as const;
  const cases: [string, UpdateEvent[], UpdateResult, boolean][] = [
    ['no event', [], 'none', false],
    ['fioup prepares', events(['UpdateInitStarted'], ['UpdateInitCompleted', true]), 'preparing', false],
    ['fioup could not prepare', events(['UpdateInitStarted'], ['UpdateInitCompleted', false]), 'failed', true],
    ['download begun', events(begun[0]), 'downloading', false],
    ['downloaded', events(begun[0], begun[1]), 'downloaded', false],
    ['download failed', events(begun[0], ['EcuDownloadCompleted', false, 'full']), 'downloadFailed', true],
    ['installing', events(...begun), 'installing', false],
    ['applied is not installed', events(...begun, ['EcuInstallationApplied']), 'applied', false],
    ['installed', events(...begun, ['EcuInstallationApplied'], ['EcuInstallationCompleted', true]), 'succeeded', true],
    ['rolled back', events(...begun, ['EcuInstallationCompleted', false, 'why']), 'installFailed', true],
    ['null is no failure', events(...begun, ['EcuInstallationCompleted', undefined]), 'ended', true],
    ['metadata', events(['MetadataUpdateCompleted', true]), 'metadataRefreshed', true],
    ['certificate', events(['CertRotationStarted'], ['CertRotationCompleted', false]), 'failed', true],
    ['a step of another name', events(['CertRotationStarted'], ['EstEnrolled']), 'other', false],
  ];
  for (const [name, list, result, final] of cases) {
    test(name, () => {
      const outcome = outcomeOf(list);
      assert.deepEqual([outcome.result, outcome.final], [result, final]);
    });
  }

  test('it took from the first event to the last', () => {
    assert.equal(outcomeOf(events(...begun, ['EcuInstallationCompleted', true])).duration, 3 * MINUTE);
    assert.equal(outcomeOf(events(begun[0])).duration, undefined);
    assert.equal(
      outcomeOf([
        { ...events(begun[0])[0]!, time: undefined },
        { ...events(begun[0])[0]!, time: 5 },
      ]).duration,
      undefined,
    );
  });

  test('the reason is that of the failure, and of nothing else', () => {
    assert.equal(outcomeOf(events(begun[0], ['EcuDownloadCompleted', false, 'full'])).reason, 'full');
    assert.equal(outcomeOf(events(['EcuDownloadStarted', undefined, 'new Target'])).reason, '');
  });

  test('a service that has the newest first is read the right way round', () => {
    const outcome = outcomeOf(events(...begun, ['EcuInstallationCompleted', true]).reverse());
    assert.deepEqual([outcome.result, outcome.duration], ['succeeded', 3 * MINUTE]);
  });

  test('details: text, and the JSON of fioup', () => {
    assert.deepEqual(detailLines(''), []);
    assert.deepEqual(detailLines('one\r\ntwo\n'), ['one', 'two']);
    assert.deepEqual(detailLines('[not json'), ['[not json']);
    assert.deepEqual(
      detailLines('{"error": "no space\\nleft", "blobs": {"total": 3, "ids": ["a", null]}, "none": {}}'),
      ['error: no space', '  left', 'blobs.total: 3', 'blobs.ids[0]: a', 'blobs.ids[1]: null', 'none: '],
    );
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
    assert.ok(detailLines(deep).length > 0);
  });
});

suite('Tests of a device', () => {
  const of = (createdAt?: number, completedAt?: number) => ({ createdAt, completedAt }) as DeviceTest;

  test('how long one took', () => {
    assert.equal(testDuration(of(1000, 3500)), 2500);
    assert.equal(testDuration(of(1000)), undefined);
    assert.equal(testDuration(of(1000, 500)), undefined);
  });

  test('words for the status', () => {
    assert.deepEqual(['PASSED', 'failed', 'RUNNING', 'SKIPPED', 'BLOCKED', ''].map(testState), [
      'passed',
      'failed',
      'running',
      'skipped',
      'other',
      'other',
    ]);
  });

  test('names of files are safe on this machine', () => {
    const names: [string, string][] = [
      ['console.log', 'console.log'],
      ['logs/dmesg.log', 'dmesg.log'],
      ['../../etc/passwd', 'passwd'],
      ['..\\..\\windows\\system.ini', 'system.ini'],
      ['..', 'artifact'],
      ['/', 'artifact'],
      ['', 'artifact'],
      ['.bashrc', 'bashrc'],
      ['a\u0000b\u202ecod.exe', 'a_b_cod.exe'],
      ['C:evil', 'C_evil'],
      ['con', '_con'],
      ['NUL.txt', '_NUL.txt'],
      ['trailing. . ', 'trailing'],
    ];
    for (const [name, safe] of names) {
      assert.equal(safeFileName(name), safe, JSON.stringify(name));
    }
    const long = safeFileName(`${'x'.repeat(1000)}.tar.gz`);
    assert.ok(long.length <= 150 && long.endsWith('.tar.gz'));
  });
});

suite('Hardware', () => {
  test('what lshw tells, summed up', () => {
    const { lines, parts } = summarizeHardware({
      id: 'rpi',
      class: 'system',
      product: 'Raspberry Pi 4 Model B Rev 1.4',
      children: [
        {
          id: 'core',
          class: 'bus',
          children: [
            { id: 'cpu:0', class: 'processor', product: 'cpu', size: 1_500_000_000, units: 'Hz' },
            { id: 'cpu:1', class: 'processor', product: 'cpu', size: 1_500_000_000, units: 'Hz' },
            { id: 'cache', class: 'memory', size: 1024 },
            { id: 'memory', class: 'memory', description: 'System memory', size: 4_026_531_840, units: 'bytes' },
            { id: 'network', class: 'network', logicalname: ['eth0', 'eth1'], serial: 'dc:a6', size: 1_000_000_000 },
          ],
        },
      ],
    });
    assert.equal(parts, 7);
    assert.deepEqual(lines, [
      { kind: 'system', text: 'Raspberry Pi 4 Model B Rev 1.4' },
      { kind: 'processor', text: '2 × cpu, 1.5 GHz' },
      { kind: 'memory', text: 'System memory, 4 GB' },
      { kind: 'network', text: 'eth0 eth1, dc:a6' },
    ]);
  });

  test('a list of parts, nonsense, and a tree without end', () => {
    assert.equal(summarizeHardware([{ class: 'system', product: 'a' }, 'b', null]).lines.length, 1);
    for (const nonsense of ['text', 5, null, undefined, [], {}, { children: 'x', class: 7 }]) {
      assert.deepEqual(summarizeHardware(nonsense).lines, []);
    }
    const round: { class: string; product: string; children: unknown[] } = {
      class: 'disk',
      product: 'd',
      children: [],
    };
    round.children.push(round, round);
    assert.ok(summarizeHardware(round).parts <= 5000);
  });

  test('all parts of the hardware, nested as lshw tells them', () => {
    const tree = {
      id: 'pi',
      class: 'system',
      product: 'Pi 4',
      children: [
        {
          id: 'core',
          class: 'bus',
          description: 'Motherboard',
          children: [{ id: 'cpu', class: 'processor', size: 1.5e9, units: 'Hz' }],
        },
        { id: 'nic', class: 'network', logicalname: ['eth0', 'lan'], serial: 'dc:a6', size: 1e9, units: 'bit/s' },
        7,
        {},
      ],
    };
    assert.deepEqual(
      hardwareParts(tree, 10).map(({ depth, text }) => `${depth} ${text}`),
      [
        '0 pi (system): Pi 4',
        '1 core (bus): Motherboard',
        '2 cpu (processor): 1.5 GHz',
        '1 nic (network): eth0 lan, dc:a6',
        '1 ?',
      ],
    );
    assert.equal(hardwareParts(tree, 2).length, 2);
    for (const nonsense of [undefined, 'a', [[[]]], 7]) {
      assert.deepEqual(hardwareParts(nonsense, 10), []);
    }
    const round: Record<string, unknown> = { id: 'a' };
    round.children = [round, round];
    assert.equal(hardwareParts(round, 500).length, 500);
  });

  test('sizes', () => {
    assert.deepEqual([0, 999, 1500, 4_026_531_840, 123_456_789].map(bytesText), [
      '0 B',
      '999 B',
      '1.5 kB',
      '4 GB',
      '123 MB',
    ]);
  });
});

suite('How old a target is', () => {
  const target = (version: number, tags: string[], hardwareIds = ['rpi']): Target => ({
    name: `${hardwareIds[0] ?? ''}-lmp-${version}`,
    version,
    hardwareIds,
    tags,
    apps: [],
    commits: [],
    ostreeHash: '',
    lmpVersion: '',
    arch: '',
    buildUri: '',
    createdAt: undefined,
  });
  const all = [
    target(1, ['main']),
    target(2, ['main', 'devel']),
    target(3, ['main']),
    target(4, ['devel']),
    target(5, ['main']),
    target(6, ['main'], ['intel']),
  ];

  test('targets of the tag and for the hardware count', () => {
    const age = ageAmong(all, { target: 'rpi-lmp-1', tag: 'main' });
    assert.deepEqual([age.running?.version, age.newest?.version, age.newestVersion, age.newer], [1, 5, 6, 3]);
  });

  test('the newest itself, a tag without targets, a target that is gone', () => {
    assert.equal(ageAmong(all, { target: 'rpi-lmp-5', tag: 'main' }).newer, 0);
    const none = ageAmong(all, { target: 'rpi-lmp-1', tag: 'other' });
    assert.deepEqual([none.newest, none.newestVersion], [undefined, undefined]);
    const gone = ageAmong(all, { target: 'rpi-lmp-0', tag: 'devel' });
    assert.deepEqual([gone.running, gone.newest?.version, gone.newer], [undefined, 4, 2]);
    assert.equal(ageAmong(all, { target: '', tag: 'main' }).newest?.version, 6);
  });

  test('the version is in the name, with a tag behind it or not', () => {
    const names = ['raspberrypi4-64-lmp-42', 'rpi-lmp-42-devel', 'rpi-lmp-42-2024', 'custom-7', 'custom', ''];
    assert.deepEqual(names.map(versionOf), [42, 42, 42, 7, undefined, undefined]);
  });

  test('the hardware is that of the target, else the beginning of its name', () => {
    assert.deepEqual(hardwareOf('rpi-lmp-1', all[5]), ['intel']);
    assert.deepEqual(hardwareOf('raspberrypi4-64-lmp-1', undefined), ['raspberrypi4-64']);
    assert.deepEqual(hardwareOf('custom', undefined), []);
  });
});

suite('The health of apps over time', () => {
  const report = (at: number, states: Record<string, string>): AppsReport => ({
    at,
    apps: Object.entries(states).map(([name, state]) => ({ name, state, uri: '', services: [] })),
  });

  test('since when an app is as it is, and how it was before', () => {
    const [web, broker] = healthOverTime([
      report(50, { web: 'unhealthy', broker: 'healthy' }),
      report(40, { web: 'unhealthy', broker: 'healthy' }),
      report(30, { web: 'healthy', broker: 'healthy' }),
      report(20, { web: 'unhealthy' }),
    ]);
    assert.deepEqual(
      web?.spans.map(({ state, from, to, atLeast }) => [state, from, to, atLeast]),
      [
        ['unhealthy', 40, undefined, false],
        ['healthy', 30, 40, false],
        ['unhealthy', 20, 30, true],
      ],
    );
    assert.deepEqual(
      broker?.spans.map(({ state, from, to, atLeast }) => [state, from, to, atLeast]),
      [['healthy', 30, undefined, false]],
    );
  });

  test('an app that is gone comes last; one that was gone for a while begins anew', () => {
    const apps = healthOverTime([
      report(3, { b: 'healthy' }),
      report(2, { a: 'unhealthy' }),
      report(1, { a: 'unhealthy', b: 'healthy' }),
    ]);
    assert.deepEqual(
      apps.map(({ name, present, spans }) => [name, present, spans.length]),
      [
        ['b', true, 2],
        ['a', false, 1],
      ],
    );
    assert.equal(apps[1]?.spans[0]?.to, 3);
    assert.deepEqual(healthOverTime([]), []);
  });
});
