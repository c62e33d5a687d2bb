import type { FactoryServer } from '../../../src/demo/server';
import { namedPath } from '../../support/configPaths';

/** @returns what came in since it was cleared, oldest first; configurations of devices by name, however they were addressed */
export function requestsOf({ emulator }: FactoryServer) {
  return emulator.requests.all().map((request) => ({ ...request, path: namedPath(emulator, request.path) }));
}
