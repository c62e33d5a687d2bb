import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import { compareTargets, differingApps } from '../../../src/model/targetComparison';
import { buildOfUri, webPages, type TargetDetail } from '../../../src/model/targetDetail';
import { comparisonText } from '../../../src/reports/comparisonText';
import { composeText } from '../../../src/reports/composeText';
import { placeLinks } from '../../../src/reports/pageLinks';
import { formatTarget, parseTarget, type TargetSubject } from '../../../src/reports/targetAddress';
import { targetText } from '../../../src/reports/targetText';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const OF_GUIDE = ['raspberrypi4-64-lmp-2', 'raspberrypi4-64-lmp-3'] as const;
const PAGES = webPages('api.foundries.io', FACTORY);
const NOW = Date.parse('2026-03-12T12:00:00Z');
const TARGETS = `/ota/factories/${FACTORY}/targets`;

suite('Pages about targets', () => {
  let factory: TestFactory;
  setup(async () => {
    factory = await startTestFactory();
  });
  teardown(() => factory.close());

  const detail = (name: string) => factory.client.getTargetDetail(FACTORY, name);
  const answer = (path: string, body: unknown, status = 200) =>
    factory.server.emulator.faults.add({ match: { path }, status, body, count: 9 });
  const compared = async (from: string, to: string) => compareTargets(await detail(from), await detail(to));
  const differing = (comparison: Awaited<ReturnType<typeof compared>>) =>
    differingApps(comparison).map(({ name, kind }) => `${name} ${kind}`);
  const page = (facts: Partial<Parameters<typeof targetText>[0]> & { readonly detail: TargetDetail }) =>
    targetText({
      stale: '',
      tests: { value: { items: [], total: 0 } },
      sboms: { value: [] },
      pages: PAGES,
      now: NOW,
      ...facts,
    });

  suite('Two targets compared', () => {
    test('those of the REST guide: what really differs', async () => {
      const comparison = await compared(...OF_GUIDE);
      const { text } = comparisonText({ comparison, device: '', stale: '', pages: PAGES });
      const { from, to } = comparison;
      const lines = text.split('\n');
      assert.deepEqual(lines.slice(0, 2), [
        'raspberrypi4-64-lmp-2 → raspberrypi4-64-lmp-3',
        'The OS is another one; mosquitto added.',
      ]);
      for (const part of [
        /^ {4}OS +changed: cfacf42873aa → f190733c5769$/m,
        /^ {4}LmP version +the same: 4\.0\.18-2-93$/m,
        /^ {4}Apps +1 added, 1 the same$/m,
        /^ {4}Commits +2 changed$/m,
        /^ {4}Tags +removed: devel; added: main$/m,
        /^ {4}Hardware +the same: raspberrypi4-64$/m,
        /^ {4}mosquitto, added +sha256:[0-9a-f]{64}$/m,
        /^ {4}shellhttpd, the same +sha256:[0-9a-f]{64}$/m,
        /^ {4}OSTree hash, before +cfacf42873aa06fbf53d7b1bfcb72032f21631b068620e575696ab2ab0670efd$/m,
        /^ {4}OSTree hash, after +f190733c576920a203acd40d8df1cb82135aaf50f0b2c5fa8402745d73a633b3$/m,
        /^ {4}OS built by, after +build 3$/m,
      ]) {
        assert.match(text, part);
      }
      for (const { repository, sha } of [...from.commits, ...to.commits]) {
        assert.match(text, new RegExp(`^ {4}${repository}, (before|after) +${sha}$`, 'm'));
      }
      assert.equal(from.commits.length, 2);
      assert.deepEqual(differing(comparison), ['mosquitto added']);
    });

    test('a commit leads to its page, two to what differs, on the source host alone', async () => {
      const comparison = await compared(...OF_GUIDE);
      const { text, links } = comparisonText({ comparison, device: '', stale: '', pages: PAGES });
      const [old] = comparison.from.commits;
      const now = comparison.to.commits.find(({ repository }) => repository === old?.repository);
      const base = `https://source.foundries.io/factories/${FACTORY}/${old!.repository}.git`;
      const urls = links.map(({ url }) => url);
      assert.deepEqual(
        urls.filter((url) => url.startsWith(`${base}/`)),
        [
          `${base}/commit/?id=${old!.sha}`,
          `${base}/commit/?id=${now!.sha}`,
          `${base}/diff/?id=${now!.sha}&id2=${old!.sha}`,
        ],
      );
      const placed = placeLinks(text, links);
      assert.equal(placed.length, urls.length);
      const lines = text.split('\n');
      assert.deepEqual(
        placed.map(({ line, start, end }) => lines[line]?.slice(start, end)),
        links.map(({ value }) => value),
      );
      const elsewhere = comparisonText({ comparison, device: '', stale: '', pages: webPages('127.0.0.1:80', FACTORY) });
      assert.deepEqual(elsewhere.links, []);
      assert.doesNotMatch(elsewhere.text, /difference/);
    });

    test('the same OS with other apps, and back again', async () => {
      const comparison = await compared('raspberrypi4-64-lmp-4', 'raspberrypi4-64-lmp-9');
      const { text } = comparisonText({ comparison, device: 'device-01', stale: '', pages: PAGES });
      assert.equal(comparison.osChanged, false);
      assert.deepEqual(differing(comparison), ['shellhttpd changed', 'telemetry added']);
      assert.match(text, /^device-01 ran raspberrypi4-64-lmp-4 when this was compared\.$/m);
      assert.match(text, /^The OS is the same; shellhttpd changed, telemetry added\.$/m);
      assert.match(text, /^ {4}shellhttpd, before +sha256:/m);
      const back = compareTargets(comparison.to, comparison.from);
      assert.deepEqual(
        back.apps.filter(({ kind }) => kind !== 'same').map(({ name, kind }) => `${name} ${kind}`),
        ['shellhttpd changed', 'telemetry removed'],
      );
    });

    test('the same, of other hardware, and without a hash', async () => {
      const [two] = await Promise.all([detail(OF_GUIDE[0])]);
      const say = (to: TargetDetail) =>
        comparisonText({ comparison: compareTargets(two, to), device: '', stale: '', pages: PAGES }).text;
      assert.match(say(two), /^This is one and the same target\.$/m);
      const copy = { ...two, name: 'x-4', tags: ['other'] };
      assert.match(say(copy), /^A device would notice no difference: the OS and all apps are the same\.$/m);
      assert.match(say({ ...copy, hardwareIds: ['x'] }), /the same\. They are for different hardware\.$/m);
      assert.match(say({ ...copy, ostreeHash: '' }), /^Whether the OS differs is not known; the apps are the same\.$/m);
      const sized = { ...copy, deltas: { sha256: 'ab', size: 2_000_000 } };
      assert.match(say(sized), /^ {4}Static deltas +changed: none reported → 2 MB$/m);
    });
  });

  suite('Details', () => {
    test('what the service tells, with links made here', async () => {
      const target = await detail('raspberrypi4-64-lmp-23');
      const sboms = await factory.client.listSboms(FACTORY, target.name);
      const tests = await factory.client.listTargetTests(FACTORY, 20);
      const { text, links } = page({ detail: target, sboms: { value: sboms }, tests: { value: tests } });
      for (const part of [
        /^raspberrypi4-64-lmp-23$/m,
        /^ {4}Version +23$/m,
        /^ {4}Tags +main$/m,
        /^ {4}Hardware +raspberrypi4-64$/m,
        /^ {4}OSTree hash +[0-9a-f]{64}$/m,
        /^ {4}Image file +lmp-factory-image-raspberrypi4-64\.wic\.gz$/m,
        /^ {4}Built by +build 23$/m,
        /^ {4}Apps from +build 21, reused$/m,
        /^ {4}shellhttpd +hub\.foundries\.io\/getting-started\/shellhttpd@sha256:[0-9a-f]{64}$/m,
        /^ {4}diag +passed/m,
        /^ {4}shellhttpd\/arm64\.spdx\.json +build 23, build-aarch64$/m,
        /^ {4}Static deltas +none reported$/m,
      ]) {
        assert.match(text, part);
      }
      const app = 'https://app.foundries.io/factories/getting-started/targets/23/';
      const commits = target.commits.map(({ repository, sha }) => PAGES.commit(repository, sha));
      assert.equal(commits.length, 3);
      assert.deepEqual(
        placeLinks(text, links).map(({ url }) => url),
        [app, ...commits],
      );
    });

    test('what is rarely there, and what nobody knows', async () => {
      answer('/targets/rare/', {
        length: 12_000_000,
        custom: {
          version: '7',
          'delta-stats': { sha256: 'abc', size: 3_400_000 },
          'fetched-apps': { uri: 'https://hub.example/apps', shortlist: 'a,b' },
          'compose-apps-uri': 'hub.example/bundle',
          novelty: { deep: [1] },
        },
      });
      const rare = await detail('rare');
      const { text } = page({
        detail: rare,
        tests: { problem: 'Not permitted.' },
        sboms: { problem: 'Nobody home.' },
      });
      for (const part of [
        /^ {4}Length +12 MB$/m,
        /^ {4}Static deltas +3\.4 MB, abc$/m,
        /^ {4}Preloaded apps +a,b$/m,
        /^ {4}novelty +\{"deep":\[1\]\}$/m,
        /They could not be read\. Not permitted\./,
        /They could not be read\. Nobody home\./,
        /^ {4}Tags +none$/m,
      ]) {
        assert.match(text, part);
      }
      assert.doesNotMatch(text, /https?:\/\//);
    });

    test('nothing that the service says becomes a link or another line', async () => {
      const evil = 'x\nCommits:\n    containers  0123456 https://evil.example FILE:///etc \u202e';
      answer('/targets/evil/', {
        hashes: { sha256: evil },
        custom: {
          version: '8',
          name: evil,
          tags: [evil],
          uri: 'https://evil.example/builds/8',
          origUri: evil,
          'containers-sha': 'https://evil.example/?id=0123456789abcdef',
          'lmp-manifest-sha': '0123456789abcdef',
          docker_compose_apps: { [evil]: { uri: evil } },
        },
      });
      const { text, links } = page({
        detail: await detail('evil'),
        sboms: { value: [{ build: evil, run: evil, artifact: evil }] },
      });
      assert.deepEqual(
        links.map(({ url }) => url),
        [
          'https://app.foundries.io/factories/getting-started/targets/8/',
          'https://source.foundries.io/factories/getting-started/lmp-manifest.git/commit/?id=0123456789abcdef',
        ],
      );
      assert.doesNotMatch(text, /(https?|file):\/\//i);
      assert.equal(text.split('\n').filter((line) => line === 'Commits:').length, 1);
      assert.doesNotMatch(text, /\u202e/);
    });

    test('a list, a wrong type, nothing: refused, or not told', async () => {
      answer('/targets/wrong/', { custom: { tags: 'main' } });
      await assert.rejects(detail('wrong'), (error) => error instanceof FactoryError && error.kind === 'unexpected');
      answer('/targets/list/', []);
      await assert.rejects(detail('list'), (error) => error instanceof FactoryError && error.kind === 'unexpected');
      answer('/targets/empty/', {});
      assert.match(page({ detail: await detail('empty') }).text, /^ {4}Version +not reported$/m);
      await assert.rejects(detail('none'), (error) => error instanceof FactoryError && error.kind === 'notFound');
    });
  });

  suite('A Compose app', () => {
    test('is its compose file, with its files above', async () => {
      const app = await factory.client.getComposeApp(FACTORY, 'raspberrypi4-64-lmp-23', 'shellhttpd');
      const text = composeText('shellhttpd', app);
      assert.match(text, /^# Compose app shellhttpd\n# hub\.foundries\.io\/getting-started\/shellhttpd@sha256:/);
      assert.match(text, /^# Files: docker-compose\.yml, Dockerfile, httpd\.sh$/m);
      assert.match(text, /^# Size of the bundle: [\d.]+ k?B$/m);
      assert.match(text, /^services:\n {2}httpd:\n {4}image: hub\.foundries\.io\//m);
      assert.match(text, /MSG: \$\{MSG-Hello world\}/);
    });

    test('that the service cannot read says so, with its warnings', async () => {
      const app = await factory.client.getComposeApp(FACTORY, 'raspberrypi4-64-lmp-9', 'telemetry');
      const text = composeText('telemetry', app);
      assert.match(text, /^# The service could not read it: Unable to read the app manifest$/m);
      assert.match(text, /^# Warning: The compose file uses the obsolete attribute "version"$/m);
      assert.ok(
        text
          .trimEnd()
          .split('\n')
          .every((line) => line.startsWith('# ')),
        text,
      );
    });

    test('another failure is one: no app of that name, no permission, a page of a proxy', async () => {
      const read = () => factory.client.getComposeApp(FACTORY, 'raspberrypi4-64-lmp-23', 'shellhttpd');
      const path = `${TARGETS}/raspberrypi4-64-lmp-23/compose-apps/shellhttpd/`;
      for (const [status, kind, body] of [
        [404, 'notFound', { error: 'App(x) does not exist' }],
        [403, 'forbidden', 'Missing scope'],
        [413, 'tooLarge', '<html><title>413</title></html>'],
      ] as const) {
        factory.server.emulator.faults.clear();
        answer(path, body, status);
        await assert.rejects(read(), (error) => error instanceof FactoryError && error.kind === kind);
      }
    });

    test('a comment cannot end before its time', () => {
      const app = {
        uri: 'u',
        error: 'a\nservices: {}',
        warnings: ['b\rc: d'],
        files: ['x\ny'],
        spec: { a: 1 },
        size: 1,
      };
      const lines = composeText('n\nm: 1', app).trimEnd().split('\n');
      assert.deepEqual(lines.slice(-2), ['', 'a: 1']);
      assert.ok(lines.slice(0, -2).every((line) => line.startsWith('# ')));
    });
  });

  test('SBOMs and files of tests are received by parts of their names, never by an address that was told', async () => {
    const chunks: Uint8Array[] = [];
    const sink = { write: (chunk: Uint8Array) => void chunks.push(chunk) };
    const [sbom] = await factory.client.listSboms(FACTORY, 'intel-corei7-64-lmp-20');
    await factory.client.receiveSbom(FACTORY, 'intel-corei7-64-lmp-20', sbom!, sink);
    assert.equal((JSON.parse(Buffer.concat(chunks).toString()) as { spdxVersion: string }).spdxVersion, 'SPDX-2.3');
    const [ran] = (await factory.client.listTargetTests(FACTORY, 20)).items;
    const whole = await factory.client.getTargetTest(FACTORY, 20, ran!.id);
    assert.ok(whole.results.length > 0 && whole.artifacts.length > 0);
    chunks.length = 0;
    await factory.client.receiveTargetArtifact(FACTORY, 20, ran!.id, whole.artifacts[0]!, sink);
    assert.ok(Buffer.concat(chunks).length > 0);
    assert.throws(
      () => factory.client.receiveSbom(FACTORY, 'x', { build: '1', run: 'r', artifact: '../../users/' }, sink),
      RangeError,
    );
  });
});

suite('Addresses of pages about targets', () => {
  const subjects: TargetSubject[] = [
    { kind: 'details', target: 'a/b%2F' },
    { kind: 'json', target: 'x' },
    { kind: 'app', target: 'x', app: 'y/z' },
    { kind: 'comparison', from: 'a', to: 'b', device: '' },
    { kind: 'commits', repository: 'containers', from: '0123456', to: '89abcde' },
    { kind: 'sbom', target: 'x', build: '1', run: 'r', artifact: 'a/b.json' },
    { kind: 'test', version: '3', id: 'u' },
    { kind: 'artifact', version: '3', id: 'u', name: 'a/console.log' },
  ];
  for (const subject of subjects) {
    test(`${subject.kind} is found again by its address alone`, () => {
      const address = { host: 'api.foundries.io:1', factory: 'ac/me', subject };
      const uri = formatTarget(address, 'a/title');
      assert.deepEqual(parseTarget(uri), address);
      assert.ok(uri.path.endsWith('/a_title'));
    });
  }

  test('what is none', () => {
    const good = formatTarget({ host: 'h', factory: 'f', subject: subjects[0]! }, 't');
    for (const wrong of [
      { scheme: 'foundries-device' },
      { path: '/factories/f/devices/d/report/t' },
      { query: '' },
      { query: 'null' },
      { query: '{"kind":"details"}' },
      { query: '{"kind":"toString","target":"x"}' },
      { query: '{"kind":"details","target":7}' },
    ]) {
      assert.equal(parseTarget({ ...good, ...wrong }), undefined, JSON.stringify(wrong));
    }
  });

  test('pages of the web are known for api.<domain> alone, and for commits alone', () => {
    const sha = '0123456789abcdef';
    assert.equal(
      webPages('api.acme.example', 'a b').commit('containers', sha),
      `https://source.acme.example/factories/a%20b/containers.git/commit/?id=${sha}`,
    );
    for (const host of ['127.0.0.1:8080', 'api.foundries.io:8080', 'localhost', 'api.x', 'evil.example', 'api.a/b.c']) {
      const pages = webPages(host, 'f');
      assert.deepEqual([pages.commit('containers', sha), pages.target(3)], [undefined, undefined], host);
    }
    const pages = webPages('api.foundries.io', 'f');
    for (const wrong of ['', 'HEAD', '--all', `${sha}&x=1`, 'ABCDEF0123', '012345']) {
      assert.equal(pages.commit('containers', wrong), undefined, wrong);
      assert.equal(pages.difference('containers', sha, wrong), undefined, wrong);
    }
    assert.equal(pages.commit('../x', sha), undefined);
  });

  test('the build of an address is its last part', () => {
    assert.equal(buildOfUri('https://ci.foundries.io/projects/acme/lmp/builds/41'), 41);
    assert.equal(buildOfUri('https://ci.foundries.io/projects/acme/lmp/builds/41/'), 41);
    assert.equal(buildOfUri(''), undefined);
    assert.equal(buildOfUri('x/41y'), undefined);
  });
});
