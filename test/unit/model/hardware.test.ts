import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { bytesText } from '../../../src/model/bytes';
import { hardwareParts, summarizeHardware } from '../../../src/model/hardware';

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
