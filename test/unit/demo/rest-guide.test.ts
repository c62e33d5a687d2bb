/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return -- answers are looked into as they came */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { startFactoryServer, type FactoryServer } from '../../../src/demo/server';
import { START, type Json } from './harness';

/** The commands of the REST guide (docs, "Foundries.io REST API"), with the emulator's address in place of the service's. */
suite("emulator: the REST guide's commands", () => {
  let server: FactoryServer;

  setup(async () => {
    server = await startFactoryServer({ startTime: START });
  });

  teardown(() => server.close());

  /** What curl sends for `-H "OSF-TOKEN: $TOKEN"` and, with data, `--data … -H "Content-Type: application/json" -X PATCH`. */
  async function curl(path: string, data?: string): Promise<{ status: number; json: Json }> {
    const headers = { accept: '*/*', 'user-agent': 'curl/7.88.1', 'osf-token': 'demo-token' };
    const response = await fetch(
      `${server.url}${path}`,
      data === undefined
        ? { headers }
        : { method: 'PATCH', body: data, headers: { ...headers, 'content-type': 'application/json' } },
    );
    return { status: response.status, json: await response.json() };
  }

  test('device list', async () => {
    const { status, json } = await curl('/ota/devices/');
    assert.equal(status, 200);
    const device = json.devices.find((row: Json) => row.name === 'device-01');
    const shown = {
      uuid: 'f4120660-ffbf-483f-b2ca-a6186da467f4',
      owner: '5e13232f73927550af883e7b',
      factory: 'getting-started',
      name: 'device-01',
      'ostree-hash': 'cfacf42873aa06fbf53d7b1bfcb72032f21631b068620e575696ab2ab0670efd',
      'target-name': 'raspberrypi4-64-lmp-2',
      'current-update': '',
      'device-tags': ['devel'],
      tag: 'devel',
      'up-to-date': true,
      'is-prod': false,
      'is-wave': false,
    };
    for (const [field, value] of Object.entries(shown)) {
      assert.deepEqual(device[field], value, field);
    }
    assert.deepEqual(Object.keys(device['network-info']), ['hostname', 'local_ipv4', 'mac']);
    assert.match(device['created-at'], /\+00:00$/);
    assert.ok(Array.isArray(device['docker-apps']));
    assert.deepEqual([json.page, json.pages, json.limit], [1, 1, 1000]);
  });

  test('targets list', async () => {
    const { json } = await curl('/ota/factories/getting-started/targets/');
    const { custom } = json['raspberrypi4-64-lmp-3'];
    for (const field of [
      'arch',
      'cliUploaded',
      'createdAt',
      'hardwareIds',
      'image-file',
      'lmp-manifest-sha',
      'meta-subscriber-overrides-sha',
      'name',
      'tags',
      'targetFormat',
      'updatedAt',
      'uri',
      'version',
    ]) {
      assert.ok(field in custom, field);
    }
    assert.equal(custom.uri, 'https://ci.foundries.io/projects/getting-started/lmp/builds/3');
    assert.match(custom.createdAt, /Z$/);
  });

  test('configure a device', async () => {
    const data =
      '{ "reason": "API test", "files": [{"name":"app.config","unencrypted":true,"value":"[page]\\nurl = \\"https://foundries.io/\\"\\n"}]}';
    const { status, json } = await curl('/ota/devices/device-01/config/', data);
    assert.equal(status, 201);
    assert.equal(json['applied-at'], null);
    assert.equal(json.reason, 'API test');
    assert.match(json['created-at'], /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/);
    assert.deepEqual(
      json.files.find((file: Json) => file.name === 'app.config'),
      { name: 'app.config', value: '[page]\nurl = "https://foundries.io/"\n', unencrypted: true },
    );
  });

  test('enable an application', async () => {
    const data =
      '{ "reason": "API test", "files": [{"name":"z-50-fioctl.toml","on-changed":["/usr/share/fioconfig/handlers/aktualizr-toml-update"],"unencrypted":true,"value":"\\n[pacman]\\n  compose_apps = \\"shellhttpd\\"\\n"}]}';
    const { status, json } = await curl('/ota/devices/device-01/config/', data);
    assert.equal(status, 201);
    assert.deepEqual(
      json.files.map((file: Json) => file.name),
      ['wireguard-client', 'fio-remote-actions', 'z-50-fioctl.toml', 'app.config'],
    );
    assert.equal(json.files[2].value, '\n[pacman]\n  compose_apps = "shellhttpd"\n');
  });
});
