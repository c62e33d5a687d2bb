/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument -- answers are looked into as they came */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { suite, test } from 'mocha';
import { Seed } from '../../../src/demo/random';
import { FleetLayout } from '../../../src/demo/world/fleet-layout';
import { Client, FACTORY } from './harness';

const READS = [
  '/ota/devices/?factory=getting-started&limit=1000',
  '/ota/devices/device-01/?factory=getting-started',
  '/ota/devices/display-01/?factory=getting-started',
  '/ota/devices/display-01/config/',
  '/ota/devices/display-02/updates/',
  '/ota/devices/display-02/apps-states/',
  `${FACTORY}/targets/`,
  `${FACTORY}/status/`,
  `${FACTORY}/waves/`,
  `${FACTORY}/config/`,
  '/projects/getting-started/lmp/builds/',
  '/projects/getting-started/lmp/builds/24/runs/build-aarch64/console.log',
  '/_emulator/requests',
] as const;

async function story(client: Client): Promise<string> {
  const told: string[] = [];
  const read = async (): Promise<void> => {
    for (const path of READS) {
      const { status, headers, text } = await client.get(path);
      told.push(`${path} ${status} ${JSON.stringify(headers)}\n${text}`);
    }
  };
  await read();
  await client.patchFile('device-01', 'z-50-fioctl.toml', '\n[pacman]\n  tags = "main"\n');
  await client.send('PATCH', `${FACTORY}/targets/`, {
    body: { targets: { 'raspberrypi4-64-lmp-23': { custom: { tags: ['main', 'devel'] } } } },
  });
  await client.control('push', {});
  await client.advance(700);
  await read();
  return told.join('\n');
}

suite('emulator: the same seed gives the same bytes', () => {
  test('two emulators tell the same story', async () => {
    const [one, two] = [await story(new Client({ failureRate: 0.5 })), await story(new Client({ failureRate: 0.5 }))];
    assert.equal(one, two);
  });

  test('after a reset, the story is the same again', async () => {
    const client = new Client();
    const first = await story(client);
    await client.control('reset');
    assert.equal(await story(client), first);
  });

  test('another seed tells another', async () => {
    const list = '/ota/devices/?factory=getting-started';
    const [one, two] = [await new Client({ seed: 'a' }).get(list), await new Client({ seed: 'b' }).get(list)];
    assert.notEqual(one.text, two.text);
    assert.equal(one.json.devices[0].name, two.json.devices[0].name);
  });

  test('the time it begins at moves every date', async () => {
    const later = Date.UTC(2027, 0, 1);
    const { json } = await new Client({ startTime: later }).get('/ota/devices/?factory=getting-started&name=device-01');
    const age = later - Date.parse(json.devices[0]['last-seen']);
    assert.ok(age >= 0 && age <= 300_000);
  });

  test('names and UUIDs lead back to the number they were made from', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000 }), fc.nat(), fc.nat(), (count, seed, place) => {
        const layout = new FleetLayout(new Seed(seed), count, true);
        const index = place % count;
        assert.equal(layout.byName(layout.name(index)), index);
        assert.equal(layout.byUuid(layout.uuid(index)), index);
        if (index > 0) {
          const [before, after] = [index - 1, index].map((at) => `${layout.owner(at)} ${layout.name(at)}`);
          assert.ok((before ?? '') < (after ?? ''), `${before ?? ''} before ${after ?? ''}`);
        }
      }),
    );
  });
});

suite('emulator: scale', function () {
  // 25 MB of targets are made and parsed here.
  this.timeout(20_000);

  const big = (): Client => new Client({ devices: 100_000, targets: 20_000, builds: 5000 });
  const made = (client: Client): number => client.emulator.world.factories.get('getting-started')?.fleet.made ?? -1;

  test('nothing is made before it is asked for, and a page makes a page', async () => {
    const client = big();
    assert.equal(made(client), 0);
    const list = '/ota/devices/?factory=getting-started';
    let before = 0;
    for (const query of [
      '&limit=100',
      '&limit=100&page=1000',
      '&limit=100&sortby=name&page=500',
      '&limit=100&sortby=-last_seen',
      '&limit=100&name=*77*',
      '&limit=100&match_tag=main',
      '&limit=100&group=lab&prod=1',
      '&limit=100&target_name=raspberrypi*',
    ]) {
      const { json } = await client.get(list + query);
      assert.equal(json.devices.length, 100, query);
      assert.equal(made(client) - before, 100, query);
      before = made(client);
    }
    await client.get(`${FACTORY}/status/`);
    assert.equal(made(client), before, 'the status counts without making anything');
    assert.equal((await client.get(list)).json.total, 100_000);
    await client.get('/ota/devices/sensor-12345/');
    assert.equal(made(client) - before, 1001);
  });

  test('what was changed is found on its page', async () => {
    const client = big();
    await client.send('PATCH', '/ota/devices/sensor-12345/', { body: { name: 'display-00000' } });
    const { json } = await client.get('/ota/devices/?factory=getting-started&limit=10&sortby=name');
    assert.equal(json.devices[1].name, 'display-00000');
    assert.equal((await client.get('/ota/devices/sensor-12345/')).status, 404);
  });

  test('20 000 targets come in pieces, 5000 builds by page', async () => {
    const client = big();
    const response = await client.emulator.handle({
      method: 'GET',
      url: `http://factory.test${FACTORY}/targets/`,
      headers: { 'osf-token': 'demo-token' },
      body: new Uint8Array(),
    });
    assert.ok(!(response.body instanceof Uint8Array));
    const pieces: Buffer[] = [];
    for await (const piece of response.body) {
      pieces.push(Buffer.from(piece));
    }
    assert.ok(pieces.length >= 200);
    const targets = JSON.parse(Buffer.concat(pieces).toString('utf8')) as object;
    assert.ok(Object.keys(targets).length >= 20_000);
    const { data } = (await client.get('/projects/getting-started/lmp/builds/?limit=25')).json;
    assert.equal(data.total, 5000);
    assert.equal(data.builds.length, 25);
    const oldest = data.builds[0].build_id - 4999;
    assert.equal((await client.get(`/projects/getting-started/lmp/builds/${oldest}/`)).status, 200);
    assert.equal((await client.get(`/projects/getting-started/lmp/builds/${oldest - 1}/`)).status, 404);
  });

  test('the status of a large fleet makes few devices, and counts all', async () => {
    const client = big();
    const status = (await client.get(`${FACTORY}/status/`)).json;
    assert.equal(status['total-devices'], 100_000);
    assert.ok(made(client) <= 100_000 / 20 + 1, String(made(client)));
  });
});
