import { ConfigDocuments } from '../../src/configfs/documents';
import type { ConfigAddress } from '../../src/configfs/address';
import { StoredBaselines } from '../../src/configfs/baseline';
import { ConfigStore } from '../../src/store/configStore';
import { nextLook } from '../support/clock';
import type { Bench } from './support/bench';
import { interleaved } from './support/measure';
import { bare, connect, FACTORY } from './support/product';

export const names = ['open-file', 'save-file'];

const DEVICE = 'device-01';
const FILE = 'bench.toml';
/** Milliseconds in which the check after a save begins and ends. */
const CHECKED_MS = 2000;

/** Opening and saving a configuration file, against the same calls made bare. */
const bench: Bench = async ({ rounds, factory }) => {
  const { url, close } = await factory({});
  const { client, log } = connect(url);
  const pathOf = (device: string) => `/ota/devices/${device}/config/?factory=${FACTORY}`;
  const { devices } = await client.listDevices({ factory: FACTORY, limit: 10 });
  const [mine, another] = [devices.find(({ name }) => name === DEVICE), devices.find(({ name }) => name !== DEVICE)];
  const uuid = mine!.uuid;
  // What is done bare is done to another one: it would be a conflict else.
  const other = another!.name;
  const scopeOf = (device: string) => ({ kind: 'device', factory: FACTORY, device }) as const;
  const address: ConfigAddress = { host: client.server.key, scope: scopeOf(DEVICE), file: FILE };
  for (const device of [DEVICE, other]) {
    const files = [{ name: FILE, value: textOf(0), unencrypted: true, onChanged: undefined }];
    await client.postConfig(scopeOf(device), { reason: 'bench', files });
  }
  let text = textOf(0);

  /** A window that was just opened. */
  const window = () => {
    const store = new ConfigStore(client, { uuidOf: () => uuid });
    const memory = new Map<string, unknown>();
    const documents = new ConfigDocuments(
      {
        configs: () => store,
        knownUuid: () => uuid,
        fetchUuid: () => Promise.resolve(uuid),
        fetchKey: () => Promise.resolve(undefined),
        openText: () => ({ text, dirty: false }),
        resolveConflict: () => Promise.resolve('cancel'),
        check: () => Promise.resolve(),
        approve: () => Promise.resolve('bench'),
      },
      new StoredBaselines(
        { get: (key: string) => memory.get(key), update: (key, value) => Promise.resolve(void memory.set(key, value)) },
        ({ file }) => file,
        (file) => ({ ...address, file }),
      ),
    );
    return documents;
  };
  const open = async () => {
    const documents = window();
    await documents.stat(address);
    await documents.read(address);
    await documents.stat(address);
    return documents;
  };

  let count = 0;
  const reading = await interleaved(rounds * 8, { ours: open, bare: () => bare(url, [pathOf(DEVICE)]) });
  log.length = 0;
  await open();
  const opened = log.map(({ request }) => request);

  const documents = await open();
  const save = async () => {
    text = textOf(++count);
    await documents.stat(address);
    await documents.save(address, Buffer.from(text), 'manual');
    await documents.stat(address);
    documents.settle(address);
  };
  const saveBare = async () => {
    const path = pathOf(other);
    await bare(url, [path]);
    const files = [{ name: FILE, value: textOf(++count), unencrypted: true }];
    await bare(url, [path], undefined, { method: 'PATCH', body: JSON.stringify({ reason: 'bench', files }) });
  };
  const saving = await interleaved(rounds * 8, { ours: save, bare: saveBare });
  // The checks of the saves before have ended by then.
  await documents.revalidate(address);
  await nextLook(CHECKED_MS);
  log.length = 0;
  await save();
  const methods = () => log.map(({ request }) => request.replace(/ .*/, ''));
  const saved = methods();
  // Off its way, a look at what somebody else wrote between the GET and the PATCH.
  await nextLook(CHECKED_MS);
  const all = methods();
  await close();
  if (saved.join() !== 'GET,PATCH' || all.join() !== 'GET,PATCH,GET') {
    throw new Error(`a save is ${saved.join()}, and with its check ${all.join()}`);
  }
  return [
    { name: 'open-file', value: reading.ours / reading.bare, unit: 'x', limit: 1.3 },
    { name: 'open-file-requests', value: opened.length, unit: 'requests', limit: 1 },
    { name: 'open-file time', value: reading.ours, unit: 'ms' },
    { name: 'save-file', value: saving.ours / saving.bare, unit: 'x', limit: 1.3 },
    { name: 'save-file-requests', value: saved.length, unit: 'requests', limit: 2 },
    { name: 'save-file-requests with the check', value: all.length, unit: 'requests', limit: 3 },
    { name: 'save-file time', value: saving.ours, unit: 'ms' },
  ];
};

const textOf = (count: number) => `[bench]\ncount = ${count}\n`;

export default bench;
