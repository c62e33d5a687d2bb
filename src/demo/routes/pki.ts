/** The PKI of a Factory (docs/api.md §2.5). */
import { isoOffset } from '../clock';
import { json, type EmulatorResponse } from '../http';
import { CERTS_CREATE_STATUS } from '../inferred';
import { jsonBody, type Call, type Route } from '../router';
import { factoryOf } from './access';

/** `GET …/certs/`: 206 while no PKI has been set up. */
function get(call: Call): EmulatorResponse {
  const certs = factoryOf(call, 'devices:read').pki.toWire(isoOffset);
  return certs === undefined ? json({}, 206) : json(certs);
}

/** `POST …/certs/`: requests for what the service needs signed. */
function create(call: Call): EmulatorResponse {
  return json(factoryOf(call, 'devices:read-update').pki.request(jsonBody(call.request)), CERTS_CREATE_STATUS);
}

function patch(call: Call): EmulatorResponse {
  factoryOf(call, 'devices:read-update').pki.store(jsonBody(call.request), call.principal.user, call.now);
  return json({});
}

const CERTS = '/ota/factories/:factory/certs/';

export const pkiRoutes: readonly Route[] = [
  { method: 'GET', pattern: CERTS, handler: get },
  { method: 'POST', pattern: CERTS, handler: create },
  { method: 'PATCH', pattern: CERTS, handler: patch },
];
