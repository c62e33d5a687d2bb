/** What the measurement of a long list of targets runs: the code of the extension, as it is built. */
export { createClient } from '../../../src/api/client';
export { nodeFetch } from '../../../src/api/nodeFetch';
export { foundriesServer } from '../../../src/api/server';
export { Transport } from '../../../src/api/transport';
export { TargetList } from '../../../src/store/targetList';
