import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { appHealth, serviceCondition } from '../../../src/model/appHealth';
import type { ServiceReport } from '../../../src/model/apps';

const service = (state: string, status = '', health = ''): ServiceReport => ({
  name: 's',
  state,
  status,
  health,
  image: 'x',
  logs: '',
});

suite('How services and apps do', () => {
  for (const [state, status, health, expected] of [
    ['exited', 'Exited (0) 3 minutes ago', '', 'fine'],
    ['exited', 'exited (0)', 'unhealthy', 'fine'],
    ['exited', 'Exited (137) 1 second ago', '', 'failed'],
    ['exited', 'Exited (1) 1 second ago', 'healthy', 'failed'],
    ['exited', '', '', 'failed'],
    ['restarting', 'Restarting', 'healthy', 'stopped'],
    ['restarting', 'Restarting (1) 2 seconds ago', '', 'stopped'],
    ['running', 'Up 3 hours', '', 'fine'],
    ['running', 'Up 3 hours (healthy)', 'healthy', 'fine'],
    ['running', 'Up 3 seconds (health: starting)', 'starting', 'starting'],
    ['running', 'Up 3 hours (unhealthy)', 'unhealthy', 'failed'],
    ['Running', 'Up', 'none', 'fine'],
    ['created', 'Created', '', 'stopped'],
    ['paused', 'Up (Paused)', 'healthy', 'stopped'],
    ['dead', 'Dead', '', 'failed'],
    ['', '', 'healthy', 'fine'],
  ] as const) {
    test(`${state} "${status}" ${health}: ${expected}`, () =>
      assert.equal(serviceCondition(service(state, status, health)), expected));
  }

  const app = (state: string, ...services: ServiceReport[]) => appHealth({ name: 'a', state, uri: '', services });

  test('an app is starting while a check has not passed yet, though the device calls it unhealthy', () => {
    const starting = service('running', '', 'starting');
    assert.equal(app('unhealthy', service('running'), starting), 'starting');
    assert.equal(app('unhealthy', starting, service('exited', 'Exited (1)')), 'unhealthy');
    assert.equal(app('unhealthy', starting, service('restarting')), 'unhealthy');
    assert.equal(app('unhealthy', service('running')), 'unhealthy');
    assert.equal(app('healthy', starting), 'healthy');
  });
});
