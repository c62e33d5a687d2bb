import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import type { TagStatus } from '../../../src/model/fleetStatus';
import { rollsOut, type WaveUnderWay } from '../../../src/model/inProgress';
import { reachOfDevices, reachOfTags, reachOfWave, sumOfReach, unknownReach } from '../../../src/model/reach';
import { touchedTags } from '../../../src/model/targetChanges';
import type { WaveStatus } from '../../../src/model/waves';

const HOUR = 3_600_000;

suite('How many devices a change concerns', () => {
  const device = (uuid: string, production: boolean, hoursAgo: number | undefined) => ({
    uuid,
    production,
    lastSeen: hoursAgo === undefined ? undefined : -hoursAgo * HOUR,
  });

  test('each device is counted once; one that was never seen is offline', () => {
    const devices = [device('a', true, 1), device('a', true, 1), device('b', false, 5), device('c', true, undefined)];
    assert.deepEqual(reachOfDevices(devices, 0, 4), { devices: 3, production: 2, offline: 2, error: undefined });
  });

  test('without a threshold none is offline', () => {
    assert.equal(reachOfDevices([device('a', true, undefined)], 0, 0).offline, 0);
  });

  test('the devices of tags, in production or not', () => {
    const tag = (name: string, production: boolean, devices: number, online: number): TagStatus => ({
      tag: name,
      production,
      devices,
      online,
      onLatest: 0,
      onOrphan: 0,
      latestVersion: 0,
      targets: [],
      groups: [],
    });
    const status = [tag('main', false, 6, 4), tag('main', true, 3, 3), tag('stable', true, 2, 0), tag('', false, 9, 9)];
    assert.deepEqual(reachOfTags(status, ['main'], 4), { devices: 9, production: 3, offline: 2, error: undefined });
    assert.deepEqual(reachOfTags(status, ['main', 'stable', 'main'], 4), {
      devices: 11,
      production: 5,
      offline: 4,
      error: undefined,
    });
    assert.equal(reachOfTags(status, ['none'], 4).devices, 0);
    assert.equal(reachOfTags(status, ['main'], 0).offline, 0);
  });

  test('what one part does not know the sum does not know', () => {
    const error = new Error('no');
    const known = { devices: 2, production: 1, offline: 1, error: undefined };
    assert.deepEqual(sumOfReach([known, known]), { devices: 4, production: 2, offline: 2, error: undefined });
    assert.deepEqual(sumOfReach([known, unknownReach(error)]), unknownReach(error));
  });

  test('a wave whose groups do not add up tells nothing of who is offline', () => {
    const group = {
      name: '',
      rolledOut: false,
      rolledOutAt: undefined,
      onWave: 0,
      onNewer: 0,
      onOlder: 0,
      scheduled: 0,
    };
    const status = (devices: number): WaveStatus => ({
      devices,
      updated: 0,
      scheduled: 0,
      unscheduled: 0,
      groups: [
        { ...group, devices: 3, online: 1 },
        { ...group, devices: 1, online: 1 },
      ],
    });
    assert.deepEqual(reachOfWave(status(4), 4), { devices: 4, production: 4, offline: 2, error: undefined });
    assert.equal(reachOfWave(status(5), 4).offline, undefined);
    assert.equal(reachOfWave(status(4), 0).offline, 0);
  });

  test('a wave rolls a target out by name; by version where its targets are not known', () => {
    const under = (targets: WaveUnderWay['targets']): WaveUnderWay => ({
      wave: { name: 'w', version: 7, tag: 'main', status: 'active', createdAt: 0, rollouts: [] },
      status: undefined,
      targets,
    });
    const target = { name: 'pi-lmp-7', version: 7 };
    assert.equal(rollsOut(under(new Set(['pi-lmp-7'])), [target]), true);
    assert.equal(rollsOut(under(new Set(['intel-lmp-7'])), [target]), false);
    assert.equal(rollsOut(under(undefined), [target]), true);
    assert.equal(rollsOut(under(undefined), [{ ...target, version: 8 }]), false);
  });

  test('the tags that a change gives and takes', () => {
    const change = (before: string[], after: string[]) => ({ name: 't', version: 1, before, after });
    assert.deepEqual(touchedTags([change(['main'], ['main', 'stable']), change(['old', 'main'], ['main'])]), [
      'old',
      'stable',
    ]);
  });
});
