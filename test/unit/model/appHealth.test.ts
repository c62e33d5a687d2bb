import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { healthOverTime } from '../../../src/model/appHealth';
import type { AppsReport } from '../../../src/model/apps';

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
