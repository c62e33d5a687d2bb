/** What a device reports: updates, events, health of apps, tests (docs/api.md §2.1.4 to §2.1.7). */
import { otaError } from '../errors';
import { json, text, type EmulatorResponse } from '../http';
import { APPS_STATES_KEPT, TEST_BEFORE_RUN_STATUS } from '../inferred';
import { paged } from '../paging';
import type { Call, Route } from '../router';
import { testToWire, type TestRecord } from '../world/remote-action';
import { eventsToWire, updateToWire } from '../world/update-run';
import { deviceOf } from './access';

/** The service keeps the details of so many updates (docs/api.md §3.3). */
const UPDATES_KEPT = 10;

function updates(call: Call): EmulatorResponse {
  const { device } = deviceOf(call, 'devices:read');
  return json(paged(call, 'updates', device.updates.slice(0, UPDATES_KEPT), updateToWire));
}

/** A bare array (docs/api.md §2.1.5). */
function events(call: Call): EmulatorResponse {
  const { device } = deviceOf(call, 'devices:read');
  const id = call.params.update ?? '';
  const update = device.updates.slice(0, UPDATES_KEPT).find(({ correlationId }) => correlationId === id);
  if (update === undefined) {
    throw otaError(404, `Update(${id}) does not exist`);
  }
  return json(eventsToWire(update, call.now));
}

function appsStates(call: Call): EmulatorResponse {
  const { device } = deviceOf(call, 'devices:read');
  return json({ 'apps-states': device.appsStates.slice(0, APPS_STATES_KEPT) });
}

/** The tests that the device has begun. */
function visibleTests(call: Call): { tests: TestRecord[]; device: { uuid: string; name: string } } {
  const { device } = deviceOf(call, 'devices:read');
  return { device, tests: device.tests.filter((test) => test.createdAt <= call.now) };
}

function tests(call: Call): EmulatorResponse {
  const { device, tests: all } = visibleTests(call);
  return json(paged(call, 'tests', all, (test) => testToWire(test, device, call.now, false)));
}

function findTest(call: Call): { test: TestRecord; device: { uuid: string; name: string } } {
  const { device, tests: all } = visibleTests(call);
  const test = all.find(({ id }) => id === call.params.test);
  if (test === undefined) {
    throw otaError(TEST_BEFORE_RUN_STATUS, `Test(${call.params.test ?? ''}) does not exist`);
  }
  return { device, test };
}

function oneTest(call: Call): EmulatorResponse {
  const { device, test } = findTest(call);
  return json(testToWire(test, device, call.now, true));
}

function testArtifact(call: Call): EmulatorResponse {
  const { test } = findTest(call);
  const content = test.completedAt <= call.now ? test.artifacts.get(call.params.artifact ?? '') : undefined;
  if (content === undefined) {
    throw otaError(404, `Artifact(${call.params.artifact ?? ''}) does not exist`);
  }
  return text(content);
}

const DEVICE = '/ota/devices/:device/';

export const deviceReportRoutes: readonly Route[] = [
  { method: 'GET', pattern: `${DEVICE}updates/`, handler: updates },
  { method: 'GET', pattern: `${DEVICE}updates/:update/`, handler: events },
  { method: 'GET', pattern: `${DEVICE}apps-states/`, handler: appsStates },
  { method: 'GET', pattern: `${DEVICE}tests/`, handler: tests },
  { method: 'GET', pattern: `${DEVICE}tests/:test`, handler: oneTest },
  { method: 'GET', pattern: `${DEVICE}tests/:test/*artifact`, handler: testArtifact },
];
