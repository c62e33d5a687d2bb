/** Targets and what is in them (docs/api.md §2.5). */
import type { Scope } from '../auth';
import { otaError } from '../errors';
import { json, text, utf8, type EmulatorResponse } from '../http';
import { paged } from '../paging';
import type { Call, Route } from '../router';
import { brokenComposeApp, composeApp } from '../world/compose-apps';
import type { Factory } from '../world/factory';
import { runAction, testToWire, type TestRecord } from '../world/remote-action';
import type { Target } from '../world/target-catalog';
import { factoryOf } from './access';

const TARGETS_PER_PIECE = 100;

/** Writes a map of targets piece by piece: a Factory of 20 000 answers 25 MB. */
export async function* writeMap(
  entries: Iterable<[string, Target]>,
  before: string,
  after: string,
): AsyncGenerator<Uint8Array> {
  let piece = before;
  let count = 0;
  for (const [name, target] of entries) {
    piece += `${count === 0 ? '' : ','}${JSON.stringify(name)}:${JSON.stringify(target)}`;
    count += 1;
    if (count % TARGETS_PER_PIECE === 0) {
      yield utf8(piece);
      piece = '';
      // Lets others have their turn between two pieces.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  yield utf8(piece + after);
}

/** An answer that is written while it is made. */
export function streamed(body: AsyncGenerator<Uint8Array>): EmulatorResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
}

/** `GET …/targets/[?version=]`: name → target, no envelope, no paging. */
function list(call: Call): EmulatorResponse {
  const factory = factoryOf(call, 'targets:read');
  const version = call.query.get('version');
  if (version !== null) {
    return json(Object.fromEntries(factory.catalog.ofVersion(Number(version))));
  }
  return streamed(writeMap(factory.catalog.all(), '{', '}\n'));
}

/** The target of the path. */
export function targetNamed(call: Call, scope: Scope): { factory: Factory; name: string; target: Target } {
  const factory = factoryOf(call, scope);
  const name = call.params.target ?? '';
  const target = factory.catalog.get(name);
  if (target === undefined) {
    throw otaError(404, `Target(${name}) does not exist`);
  }
  return { factory, name, target };
}

function one(call: Call): EmulatorResponse {
  return json(targetNamed(call, 'targets:read').target);
}

/** The shape of this list was not read anywhere: app → pinned URI. */
function composeApps(call: Call): EmulatorResponse {
  return json(targetNamed(call, 'targets:read').target.custom.docker_compose_apps ?? {});
}

function oneComposeApp(call: Call): EmulatorResponse {
  const { factory, target } = targetNamed(call, 'targets:read');
  const app = call.params.app ?? '';
  const uri = target.custom.docker_compose_apps?.[app]?.uri;
  if (uri === undefined) {
    throw otaError(404, `App(${app}) does not exist`);
  }
  // One version whose telemetry cannot be read, so that a client meets the body of an error, too.
  return app === 'telemetry' && target.custom.version === '9'
    ? json(brokenComposeApp(uri), 400)
    : json(composeApp(factory.seed, app, uri));
}

interface Sbom {
  readonly build: string;
  readonly run: string;
  readonly artifact: string;
}

function sbomsOf(target: Target): Sbom[] {
  const { version, arch } = target.custom;
  const cpu = arch === 'x86_64' ? 'amd64' : 'arm64';
  const apps = Object.keys(target.custom.docker_compose_apps ?? {});
  const machine = target.custom.hardwareIds[0] ?? '';
  return [
    ...apps.map((app) => ({
      build: version,
      run: cpu === 'amd64' ? 'build-amd64' : 'build-aarch64',
      artifact: `${app}/${cpu}.spdx.json`,
    })),
    { build: version, run: machine, artifact: `lmp-factory-image-${machine}.spdx.tar.zst` },
  ];
}

function sboms(call: Call): EmulatorResponse {
  const { name, target, factory } = targetNamed(call, 'targets:read');
  const base = `${call.url.origin}/ota/factories/${factory.name}/targets/${name}/sboms`;
  return json(
    sbomsOf(target).map(({ build, run, artifact }) => ({
      'ci-build': build,
      'ci-run': run,
      artifact,
      uri: `${base}/${build}/${run}/${artifact}`,
    })),
  );
}

function oneSbom(call: Call): EmulatorResponse {
  const { target } = targetNamed(call, 'targets:read');
  const { build = '', run = '', artifact = '' } = call.params;
  if (!sbomsOf(target).some((sbom) => sbom.build === build && sbom.run === run && sbom.artifact === artifact)) {
    throw otaError(404, `SBOM(${artifact}) does not exist`);
  }
  switch (call.request.headers.accept) {
    case 'text/csv':
      return text('name,version,license\nbusybox,1.36.1,GPL-2.0-only\n', 200, 'text/csv');
    case 'application/cyclone.json':
      return json({ bomFormat: 'CycloneDX', specVersion: '1.5', components: [{ name: 'busybox', version: '1.36.1' }] });
    default:
      return json({
        spdxVersion: 'SPDX-2.3',
        name: artifact,
        packages: [
          {
            name: 'busybox',
            versionInfo: '1.36.1',
            licenseConcluded: 'GPL-2.0-only',
            licenseDeclared: 'GPL-2.0-only',
          },
        ],
      });
  }
}

/** The versions that were tested: every fifth with targets. */
function testedVersions(factory: Factory): number[] {
  return factory.catalog.testedVersions();
}

function testing(call: Call): EmulatorResponse {
  return json({ versions: testedVersions(factoryOf(call, 'targets:read')) });
}

function testsOf(call: Call, factory: Factory): TestRecord[] {
  const version = Number(call.params.target);
  return testedVersions(factory).includes(version)
    ? [
        runAction(
          'diag',
          factory.seed.uuid(`test ${version}`),
          factory.catalog.builtAt(version) + 60_000,
          ['diag'],
          'device-01',
        ),
      ]
    : [];
}

/** Every version was tested on the first device. */
function tester(call: Call): { readonly uuid: string; readonly name: string } {
  const factory = factoryOf(call, 'targets:read');
  return factory.settings.devices === 0 ? { uuid: '', name: '' } : factory.device(0, call.now);
}

function targetTests(call: Call): EmulatorResponse {
  const factory = factoryOf(call, 'targets:read');
  return json(paged(call, 'tests', testsOf(call, factory), (test) => testToWire(test, tester(call), call.now, false)));
}

function findTest(call: Call): TestRecord {
  const test = testsOf(call, factoryOf(call, 'targets:read')).find(({ id }) => id === call.params.test);
  if (test === undefined) {
    throw otaError(404, `Test(${call.params.test ?? ''}) does not exist`);
  }
  return test;
}

function testArtifact(call: Call): EmulatorResponse {
  const content = findTest(call).artifacts.get(call.params.artifact ?? '');
  if (content === undefined) {
    throw otaError(404, `Artifact(${call.params.artifact ?? ''}) does not exist`);
  }
  return text(content);
}

const TARGET = '/ota/factories/:factory/targets/:target/';

export const targetRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/ota/factories/:factory/targets/', handler: list },
  { method: 'GET', pattern: `${TARGET}?`, handler: one },
  { method: 'GET', pattern: `${TARGET}compose-apps/`, handler: composeApps },
  { method: 'GET', pattern: `${TARGET}compose-apps/:app/`, handler: oneComposeApp },
  { method: 'GET', pattern: `${TARGET}sboms/`, handler: sboms },
  { method: 'GET', pattern: `${TARGET}sboms/:build/:run/*artifact`, handler: oneSbom },
  { method: 'GET', pattern: '/ota/factories/:factory/testing/', handler: testing },
  { method: 'GET', pattern: `${TARGET}testing/`, handler: targetTests },
  {
    method: 'GET',
    pattern: `${TARGET}testing/:test/`,
    handler: (call) => json(testToWire(findTest(call), tester(call), call.now, true)),
  },
  { method: 'GET', pattern: `${TARGET}testing/:test/*artifact`, handler: testArtifact },
];
