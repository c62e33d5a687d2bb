import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { createEmulator, type Emulator } from '../../../src/demo/emulator';
import { FactoryControl } from '../../support/factoryControl';

const DEVICE = 'device-alone';
const HANDLER = '/usr/share/fioconfig/handlers/aktualizr-toml-update';

suite('The simulated device reads z-50-fioctl.toml as aktualizr-lite does', () => {
  let emulator: Emulator;
  let control: FactoryControl;

  setup(async () => {
    emulator = createEmulator({ startTime: Date.UTC(2026, 0, 1) });
    control = new FactoryControl(emulator);
    // In no group, whose file would be merged with its own.
    await control.changeDevice({ name: DEVICE, create: true, online: true });
  });
  teardown(() => emulator.requests.clear());

  /** The device's tag and apps after it has taken a text. */
  async function after(value: string): Promise<{ tag: string; apps: readonly string[] }> {
    const files = [{ name: 'z-50-fioctl.toml', value, unencrypted: true, 'on-changed': [HANDLER] }];
    await control.writeConfig({ device: DEVICE, files });
    for (let times = 0; times < 5; times++) {
      control.advance(600);
      await control.checkIn(DEVICE);
    }
    const { body } = await emulator.handle({
      method: 'GET',
      url: `http://factory.test/ota/devices/${DEVICE}/?factory=getting-started`,
      headers: { 'osf-token': 'demo-token' },
      body: new Uint8Array(),
    });
    const device = JSON.parse(Buffer.from(body as Uint8Array).toString()) as { tag: string; 'docker-apps': string[] };
    return { tag: device.tag, apps: device['docker-apps'] };
  }

  test('a comment behind a list is part of it, so the app in the comment runs too', async () => {
    const { apps } = await after('[pacman]\n  compose_apps = "shellhttpd" # was "mosquitto"\n');
    assert.deepEqual([...apps].sort(), ['mosquitto', 'shellhttpd']);
  });

  test('a dotted key is not found', async () => {
    const { tag } = await after('[pacman]\n  tags = "devel"\n');
    assert.equal(tag, 'devel');
    assert.notEqual((await after('pacman.tags = "devel"\n')).tag, 'devel');
  });

  test('a file that it rejects changes nothing', async () => {
    const before = await after('[pacman]\n  compose_apps = "shellhttpd"\n');
    assert.deepEqual(await after('[pacman]\n  compose_apps = """\\\n  mosquitto"""\n'), before);
    assert.deepEqual(await after('[pacman]\n  compose_apps = "mosquitto"\n  docker_prune = "yes"\n'), before);
    assert.deepEqual((await after('[pacman]\n  compose_apps = "mosquitto"\n')).apps, ['mosquitto']);
  });
});
