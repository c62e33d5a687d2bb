/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-call -- answers are looked into as they came */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { Client, FACTORY, type Json } from './harness';

const TARGETS = `${FACTORY}/targets/`;
const NAME = 'raspberrypi4-64-lmp-23';
const LOG = (url: string): string => `${url}runs/UpdateTargets/console.log`;

suite('emulator: targets (docs/api.md §2.5, §6)', () => {
  test('the list is a plain map', async () => {
    const { json, headers } = await new Client().get(TARGETS);
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(Object.keys(json).length, 29);
    for (const [name, target] of Object.entries<Json>(json)) {
      const { custom } = target;
      assert.equal(name, `${custom.name}-${custom.version}`);
      assert.match(custom.version, /^\d+$/);
      assert.equal(custom.targetFormat, 'OSTREE');
      assert.equal(custom.hardwareIds.length, 1);
      assert.ok(custom.tags.length > 0);
      assert.match(target.hashes.sha256, /^[0-9a-f]{64}$/);
      assert.equal(target.length, 0);
      assert.equal(custom.uri, `https://ci.foundries.io/projects/getting-started/lmp/builds/${custom.version}`);
      for (const { uri } of Object.values<Json>(custom.docker_compose_apps)) {
        assert.match(uri, /^hub\.foundries\.io\/getting-started\/[a-z]+@sha256:[0-9a-f]{64}$/);
      }
    }
  });

  test("the guide's targets have the guide's hashes and tags", async () => {
    const { json } = await new Client().get(TARGETS);
    const two = json['raspberrypi4-64-lmp-2'];
    const three = json['raspberrypi4-64-lmp-3'];
    assert.equal(two.hashes.sha256, 'cfacf42873aa06fbf53d7b1bfcb72032f21631b068620e575696ab2ab0670efd');
    assert.deepEqual(two.custom.tags, ['devel']);
    assert.equal(three.hashes.sha256, 'f190733c576920a203acd40d8df1cb82135aaf50f0b2c5fa8402745d73a633b3');
    assert.deepEqual(three.custom.tags, ['main']);
  });

  test('a container build keeps the system and names where it is from; a platform build keeps the apps', async () => {
    const { json } = await new Client().get(TARGETS);
    const platform = json['raspberrypi4-64-lmp-11'].custom;
    const containers = json['raspberrypi4-64-lmp-12'];
    assert.equal(containers.hashes.sha256, json['raspberrypi4-64-lmp-11'].hashes.sha256);
    assert.match(containers.custom.origUri, /\/builds\/11$/);
    assert.equal('origUriApps' in containers.custom, false);
    assert.match(platform.origUriApps, /\/builds\/9$/);
    assert.equal(platform['containers-sha'], json['raspberrypi4-64-lmp-9'].custom['containers-sha']);
    assert.notEqual(json['raspberrypi4-64-lmp-11'].hashes.sha256, json['raspberrypi4-64-lmp-9'].hashes.sha256);
  });

  test('one version, one target with and without slash', async () => {
    const client = new Client();
    const all = (await client.get(TARGETS)).json;
    const version = (await client.get(`${TARGETS}?version=23`)).json;
    assert.deepEqual(Object.keys(version).toSorted(), ['intel-corei7-64-lmp-23', NAME]);
    assert.deepEqual(version[NAME], all[NAME]);
    assert.deepEqual((await client.get(`${TARGETS}?version=999`)).json, {});
    assert.deepEqual((await client.get(`${TARGETS}${NAME}`)).json, all[NAME]);
    assert.deepEqual((await client.get(`${TARGETS}${NAME}/`)).json, all[NAME]);
    assert.equal((await client.get(`${TARGETS}raspberrypi4-64-lmp-999`)).status, 404);
    assert.equal((await client.get(`${TARGETS}raspberrypi4-64-lmp-22`)).status, 404, 'that build failed');
  });

  test('the signed document holds the same targets', async () => {
    const client = new Client();
    const { json } = await client.get('/ota/repo/getting-started/api/v1/user_repo/targets.json');
    assert.deepEqual(Object.keys(json), ['signatures', 'signed']);
    assert.equal(json.signed._type, 'Targets');
    assert.deepEqual(json.signed.targets, (await client.get(TARGETS)).json);
    for (const role of ['root', '1.root', 'snapshot', 'timestamp']) {
      const answer = await client.get(`/ota/repo/getting-started/api/v1/user_repo/${role}.json?tag=main`);
      assert.equal(answer.json.signatures.length, 1, role);
    }
  });

  test('what is in an app, and an app that cannot be read', async () => {
    const client = new Client();
    const uri = (await client.get(`${TARGETS}${NAME}`)).json.custom.docker_compose_apps.shellhttpd.uri;
    const app = (await client.get(`${TARGETS}${NAME}/compose-apps/shellhttpd/`)).json;
    assert.equal(app.uri, uri);
    assert.equal(app.error, '');
    assert.ok(app.content.files.includes('docker-compose.yml'));
    assert.match(app.content.compose_spec.services.httpd.image, /@sha256:[0-9a-f]{64}$/);
    const broken = await client.get(`${TARGETS}raspberrypi4-64-lmp-9/compose-apps/telemetry/`);
    assert.equal(broken.status, 400);
    assert.match(broken.json.error, /manifest/);
    assert.equal((await client.get(`${TARGETS}${NAME}/compose-apps/none/`)).status, 404);
    assert.deepEqual(Object.keys((await client.get(`${TARGETS}${NAME}/compose-apps/`)).json), [
      'mosquitto',
      'shellhttpd',
      'telemetry',
    ]);
  });

  test('SBOMs in three forms', async () => {
    const client = new Client();
    const [sbom] = (await client.get(`${TARGETS}${NAME}/sboms/`)).json;
    assert.deepEqual(Object.keys(sbom), ['ci-build', 'ci-run', 'artifact', 'uri']);
    assert.equal(
      (await client.get(sbom.uri, { headers: { accept: 'application/spdx.json' } })).json.spdxVersion,
      'SPDX-2.3',
    );
    assert.equal(
      (await client.get(sbom.uri, { headers: { accept: 'application/cyclone.json' } })).json.bomFormat,
      'CycloneDX',
    );
    assert.match((await client.get(sbom.uri, { headers: { accept: 'text/csv' } })).text, /^name,version/);
    assert.equal((await client.get(`${sbom.uri}x`)).status, 404);
  });

  test('tests of targets', async () => {
    const client = new Client();
    const { versions } = (await client.get(`${FACTORY}/testing/`)).json;
    assert.ok(versions.length > 0);
    const { tests } = (await client.get(`${TARGETS}${versions[0]}/testing/`)).json;
    const test = (await client.get(`${TARGETS}${versions[0]}/testing/${tests[0]['test-id']}/`)).json;
    assert.deepEqual(test.artifacts, ['console.log', 'dmesg.log']);
    assert.match((await client.get(`${TARGETS}${versions[0]}/testing/${test['test-id']}/console.log`)).text, /diag/);
    assert.deepEqual((await client.get(`${TARGETS}2/testing/`)).json.tests, []);
  });
});

suite('emulator: changes of targets are CI jobs (docs/api.md §2.5)', () => {
  const tag = (client: Client, name: string, tags: unknown): Promise<Json> =>
    client.send('PATCH', TARGETS, { body: { targets: { [name]: { custom: { tags } } } } });

  test('a job runs first, and takes effect when it has passed', async () => {
    const client = new Client({ building: false });
    const before = (await client.get(`${TARGETS}${NAME}`)).json;
    const answer = await tag(client, NAME, ['main', 'stable']);
    assert.ok([200, 201, 202].includes(answer.status));
    const url: string = answer.json['jobserv-url'];
    assert.match(url, /^http:\/\/factory\.test\/projects\/getting-started\/lmp\/builds\/24\/$/);
    assert.equal(answer.json['web-url'], 'https://ci.foundries.io/projects/getting-started/lmp/builds/24');
    const states: string[] = [];
    for (let second = 0; second <= 31; second++) {
      const { build } = (await client.get(url)).json.data;
      const log = await client.get(LOG(url));
      const status = log.headers['x-run-status'] ?? '';
      if (states.at(-1) !== status) {
        states.push(status);
      }
      assert.equal(build.runs[0].name, 'UpdateTargets');
      const { custom } = (await client.get(`${TARGETS}${NAME}`)).json;
      assert.deepEqual(custom.tags, status === 'PASSED' ? ['main', 'stable'] : ['main'], `${second}: ${status}`);
      await client.advance(1);
    }
    assert.deepEqual([states[0], states[1], states.at(-1)], ['QUEUED', 'RUNNING', 'PASSED']);
    const after = (await client.get(`${TARGETS}${NAME}`)).json;
    assert.notEqual(after.custom.updatedAt, before.custom.updatedAt);
    assert.deepEqual({ ...after.custom, tags: [], updatedAt: '' }, { ...before.custom, tags: [], updatedAt: '' });
  });

  test('an unknown target, or a value of another type, fails the job and changes nothing', async () => {
    for (const [name, tags] of [
      ['nope-lmp-1', ['x']],
      [NAME, 'x'],
    ] as const) {
      const client = new Client({ building: false });
      const before = (await client.get(TARGETS)).text;
      const answer = await tag(client, name, tags);
      assert.ok(answer.status < 300);
      await client.advance(60);
      const { build } = (await client.get(answer.json['jobserv-url'])).json.data;
      assert.equal(build.status, 'FAILED');
      assert.equal((await client.get(TARGETS)).text, before);
    }
  });

  test('DELETE takes a body with names', async () => {
    const client = new Client({ building: false });
    const answer = await client.send('DELETE', TARGETS, { body: { targets: [NAME, 'intel-corei7-64-lmp-23'] } });
    assert.ok(answer.status < 300);
    assert.equal((await client.get(`${TARGETS}${NAME}`)).status, 200);
    await client.advance(60);
    assert.equal((await client.get(`${TARGETS}${NAME}`)).status, 404);
    assert.deepEqual((await client.get(`${TARGETS}?version=23`)).json, {});
    assert.equal(Object.keys((await client.get(TARGETS)).json).length, 27);
  });

  test('POST adds, PUT replaces everything', async () => {
    const client = new Client({ building: false });
    const target = (await client.get(`${TARGETS}${NAME}`)).json;
    const mine = { ...target, custom: { ...target.custom, version: '50', name: 'mine' } };
    assert.ok((await client.send('POST', TARGETS, { body: { targets: { 'mine-50': mine } } })).status < 300);
    await client.advance(60);
    assert.deepEqual((await client.get(`${TARGETS}mine-50`)).json, mine);
    assert.deepEqual(Object.keys((await client.get(`${TARGETS}?version=50`)).json), ['mine-50']);
    assert.ok((await client.send('PUT', TARGETS, { body: { targets: { [NAME]: target } } })).status < 300);
    await client.advance(60);
    assert.deepEqual((await client.get(TARGETS)).json, { [NAME]: target });
  });

  test('what is no map of targets is refused at once', async () => {
    const client = new Client();
    assert.equal((await client.send('PATCH', TARGETS, { body: { targets: [] } })).status, 400);
    assert.equal((await client.send('DELETE', TARGETS, { body: { targets: {} } })).status, 400);
  });

  test('devices follow a tag that was put on another target', async () => {
    const client = new Client({ building: false, updateSeconds: 30 });
    await tag(client, NAME, ['main', 'devel']);
    await client.advance(900);
    const device = await client.device();
    assert.equal(device.tag, 'devel');
    assert.equal(device['target-name'], NAME);
    assert.deepEqual(device['docker-apps'], ['shellhttpd']);
  });

  test('a push is built, makes targets, and devices take them', async () => {
    const client = new Client({ building: false, updateSeconds: 30 });
    const { build_id: id } = (await client.control('push', { branch: 'main', message: 'hello' })).json;
    const version = `${TARGETS}?version=${id}`;
    await client.advance(30);
    assert.deepEqual((await client.get(version)).json, {});
    await client.advance(120);
    const made = (await client.get(version)).json;
    assert.deepEqual(Object.keys(made).toSorted(), [`intel-corei7-64-lmp-${id}`, `raspberrypi4-64-lmp-${id}`]);
    const { custom, hashes } = made[`raspberrypi4-64-lmp-${id}`];
    const base = (await client.get(`${TARGETS}${NAME}`)).json;
    assert.equal(hashes.sha256, base.hashes.sha256);
    assert.deepEqual(custom.tags, ['main']);
    assert.equal('origUriApps' in base.custom, true);
    assert.equal('origUriApps' in custom, false);
    assert.equal(custom.origUri, base.custom.uri);
    assert.notDeepEqual(custom.docker_compose_apps, base.custom.docker_compose_apps);
    const { build } = (await client.get(`/projects/getting-started/lmp/builds/${id}/`)).json.data;
    assert.equal(build.trigger_name, 'containers-main');
    assert.match(build.reason, new RegExp(`"GIT_SHA": "${custom['containers-sha']}"`));
    await client.advance(900);
    assert.equal((await client.device('meter-01'))['target-name'], `raspberrypi4-64-lmp-${id}`);
  });

  test('a push for a tag without a platform fails', async () => {
    const client = new Client({ building: false });
    const { build_id: id } = (await client.control('push', { branch: 'feature' })).json;
    await client.advance(300);
    const { build } = (await client.get(`/projects/getting-started/lmp/builds/${id}/`)).json.data;
    assert.equal(build.status, 'FAILED');
    assert.equal(build.runs.at(-1).name, 'publish-compose-apps');
    assert.equal(build.runs.at(-1).status, 'FAILED');
  });
});
