import assert from 'node:assert/strict';
import { suite, suiteSetup, suiteTeardown, test } from 'mocha';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';

/**
 * What the mask of fields saves of a page of devices, where the service heeds it (docs/api.md §2.1.1): of the emulator's
 * 100 devices 54 kB come instead of 101 kB.
 */
suite('The fields that a list of devices asks for', () => {
  let factory: TestFactory;
  suiteSetup(async () => {
    factory = await startTestFactory({ devices: 100 });
  });
  suiteTeardown(() => factory.close());

  test('take at most three fifths of the bytes that all fields take, and bring the same devices', async () => {
    const { devices } = await factory.client.listDevices({ factory: FACTORY, limit: 100 });
    const asked = factory.log.at(-1)!;
    const path = asked.request.slice('GET '.length);
    const answer = await fetch(factory.server.url + path, { headers: { 'OSF-TOKEN': 'demo-token' } });
    const all = await answer.text();
    const { devices: whole } = JSON.parse(all) as { readonly devices: readonly { readonly uuid: string }[] };
    assert.equal(devices.length, 100);
    assert.deepEqual(
      devices.map(({ uuid }) => uuid),
      whole.map(({ uuid }) => uuid),
    );
    const bytes = { asked: asked.bytes, all: Buffer.byteLength(all) };
    assert.ok(bytes.asked > 0 && bytes.asked <= 0.6 * bytes.all, `${bytes.asked} of ${bytes.all} bytes`);
  });
});
