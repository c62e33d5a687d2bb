/** The server merges z-50-fioctl.toml as TOML of tables with keys; what does not fit keeps the whole configuration from the device. */
import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { createEmulator, type Emulator } from '../../../src/demo/emulator';
import { decodeTables, encodeTables } from '../../../src/demo/world/toml-tables';
import { FactoryControl } from '../../support/factoryControl';

const DEVICE = 'device-merged';
const HANDLER = '/usr/share/fioconfig/handlers/aktualizr-toml-update';

suite('The server merges z-50-fioctl.toml', () => {
  let emulator: Emulator;
  let control: FactoryControl;
  setup(async () => {
    emulator = createEmulator({ startTime: Date.UTC(2026, 0, 1) });
    control = new FactoryControl(emulator);
    await control.changeDevice({ name: DEVICE, create: true, online: true });
  });
  teardown(() => emulator.requests.clear());

  async function ask(path: string): Promise<unknown> {
    const { body } = await emulator.handle({
      method: 'GET',
      url: `http://factory.test${path}`,
      headers: { 'osf-token': 'demo-token' },
      body: new Uint8Array(),
    });
    return JSON.parse(Buffer.from(body as Uint8Array).toString());
  }
  const files = (value: string) => [{ name: 'z-50-fioctl.toml', value, unencrypted: true, 'on-changed': [HANDLER] }];
  /** The device's tag and apps after it had time to take what the Factory and the device have. */
  async function after(own: string, shared?: string): Promise<{ tag: string; apps: string[]; isApplied: boolean }> {
    if (shared !== undefined) {
      await control.writeConfig({ files: files(shared) });
    }
    await control.writeConfig({ device: DEVICE, files: files(own) });
    for (let times = 0; times < 5; times++) {
      control.advance(600);
      await control.checkIn(DEVICE);
    }
    const device = (await ask(`/ota/devices/${DEVICE}/?factory=getting-started`)) as Record<string, unknown>;
    const { config } = (await ask(`/ota/devices/${DEVICE}/config/?factory=getting-started`)) as {
      config: { 'applied-at': string | null }[];
    };
    return {
      tag: String(device.tag),
      apps: (device['docker-apps'] as string[]).toSorted(),
      isApplied: config[0]?.['applied-at'] !== null,
    };
  }

  test('key by key, and anew, so that every reader takes it', async () => {
    const { tag, apps } = await after(
      'pacman.compose_apps = "shellhttpd" # was "mosquitto"\n',
      "pacman = { tags = 'devel' }\n",
    );
    assert.deepEqual([tag, apps], ['devel', ['shellhttpd']]);
  });

  test('a flag of the Factory that aktualizr-lite rejects stops the device, whose own file is right', async () => {
    const before = await after('[pacman]\n  tags = "devel"\n');
    const { tag } = await after('[pacman]\n  tags = "main"\n', '[pacman]\n  docker_prune = "yes"\n');
    assert.deepEqual([before.tag, tag], ['devel', 'devel']);
  });

  for (const [what, text] of [
    ['a key outside of a table', 'tags = "main"\n'],
    ['a list of tables', '[[pacman]]\ntags = "main"\n'],
    ['what is no TOML', '; c\n[pacman]\ntags = "main"\n'],
    ['a date', '[pacman]\ntags = "main"\n[x]\ny = 2026-01-01\n'],
    ['a number of more than 64 bits', '[pacman]\ntags = "main"\n[x]\ny = 9223372036854775808\n'],
  ] as const) {
    test(`${what} keeps the whole configuration from the device`, async () => {
      const before = await after('[pacman]\n  tags = "devel"\n');
      assert.deepEqual([before.tag, before.isApplied], ['devel', true]);
      assert.deepEqual(await after(text), { ...before, isApplied: false });
      assert.deepEqual(await after('[pacman]\n  tags = "main"\n', text), { ...before, isApplied: false });
    });
  }

  test('what is not closed is no TOML', () => {
    for (const text of [
      '[x]\ny = [1,\n',
      '[x]\ny = {a = 1\n',
      '[x]\ny = "a\n',
      '[x]\ny = """a\n',
      '[x\n',
      '[x]\n"y = 1\n',
    ]) {
      assert.equal(decodeTables(text), undefined, text);
    }
  });

  test('what a table holds beside texts is kept', () => {
    const text =
      '[pacman]\ntags = "a"\n[pacman.extra]\nx = { b = 0x10, a = [1_0, "c\\"d"] }\n[[pacman.list]]\ny = true\n';
    assert.equal(
      encodeTables(decodeTables(text) ?? new Map()),
      '[pacman]\nlist = [{y = true}]\ntags = "a"\n\n[pacman.extra]\n\n[pacman.extra.x]\na = [10, "c\\"d"]\nb = 16\n',
    );
  });
});
