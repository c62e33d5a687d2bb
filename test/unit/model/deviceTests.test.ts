import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { testDuration, testState, type DeviceTest } from '../../../src/model/deviceTests';
import { safeFileName } from '../../../src/model/safeFileName';

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
