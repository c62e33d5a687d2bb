/** What runs leave behind: console logs and artifacts, made when they are asked for (docs/api.md §2.7). */
import type { EmulatorBody } from '../http';
import { utf8 } from '../http';
import type { Seed } from '../random';
import type { Build } from './ci-build';
import type { Run } from './ci-run';
import type { TargetCatalog } from './target-catalog';

/** A file of a run. */
export interface Artifact {
  readonly path: string;
  readonly size: number;
  readonly contentType: string;
  readonly body: () => EmulatorBody;
}

const PIECE = 65_536;

/** Bytes without end or meaning, in pieces, the same for the same seed. */
async function* noise(seed: Seed, size: number): AsyncGenerator<Uint8Array> {
  const block = Buffer.alloc(PIECE);
  for (let i = 0; i < PIECE; i += 4) {
    block.writeUInt32LE(seed.bits(i), i);
  }
  for (let sent = 0; sent < size; sent += PIECE) {
    const piece = Buffer.from(block.subarray(0, Math.min(PIECE, size - sent)));
    // Each piece is its own, so that a piece lost or doubled shows in a checksum.
    piece.writeUInt32LE(seed.bits(`piece ${sent}`), 0);
    yield piece;
    await Promise.resolve();
  }
}

/** `2026-03-10 15:00:00.000000`, as the runner writes times. */
function runnerTime(time: number): string {
  return `${new Date(time).toISOString().slice(0, 23).replace('T', ' ')}000`;
}

/** What the runner says before it runs the script (docs/api.md §2.7.7). */
function opening(build: Build, run: Run): string[] {
  const at = runnerTime(run.startsAt);
  const step = (title: string): string => `== ${at}: ${title}`;
  const detail = (text: string): string => `   ${at}: INFO  ${text}`;
  const environment = environmentOf(build, run);
  const url = `https://api.foundries.io/projects/${build.factory}/lmp/builds/${build.id}/runs/${run.name}/`;
  return [
    `# Run sent to worker: ${run.worker}`,
    step('Steps to recreate inside simulator'),
    '',
    `    wget -O simulate.sh ${url}/.simulate.sh`,
    "    # wget'ing the file may require the --header flag if the",
    '    # jobserv API requires authentication.',
    '    sh ./simulate.sh',
    step('Pulling container: hub.foundries.io/lmp-sdk'),
    step('Preparing bind mounts'),
    detail('Default docker configuration detected'),
    ...['git.http.extraheader', 'osftok'].map((secret) => detail(`Creating secret: ${secret}`)),
    step('Creating container .netrc file'),
    detail('Creating token for jobserv run access'),
    step('Preparing script'),
    ...cloning(environment, step, detail),
    step('Setting up container environment'),
    detail('Container environment variables:'),
    ...Object.entries({ ...environment, H_RUN_URL: url }).map(([name, value]) => `  ${name}=${value}`),
    step('Running script inside container'),
    detail('Running with "--privileged"'),
  ];
}

function cloning(
  { GIT_URL: address, GIT_SHA: sha }: Record<string, string>,
  step: (title: string) => string,
  detail: (text: string) => string,
): string[] {
  return address === undefined || sha === undefined
    ? []
    : [
        step('Cloning git repository'),
        detail(`Clone_url: ${address}`),
        detail(`Checking to see if ${address} requires authentication.`),
        detail('Adding git.http.extraheader to .gitconfig'),
        detail('Git install supports submodules'),
        "Cloning into '/srv/jobserv-worker/runs/1/repo'...",
        detail(`Checking out: ${sha}`),
        "Switched to branch 'jobserv-run'",
      ];
}

/** The variables of a run, in the order of a real server: the trigger's, the poller's, and those of the run. */
export function environmentOf(build: Build, run: Run): Record<string, string> {
  const { GIT_URL, GIT_REF, ...rest } = gitParameters(build);
  const trigger =
    GIT_URL === undefined || GIT_REF === undefined
      ? {}
      : { GIT_URL, GIT_POLL_REFS: GIT_REF, OTA_LITE_TAG: GIT_REF.replace('refs/heads/', ''), GIT_REF };
  return {
    FACTORY: build.factory,
    ...trigger,
    ...rest,
    H_PROJECT: `${build.factory}/lmp`,
    H_BUILD: String(build.id),
    H_RUN: run.name,
  };
}

/** What the poller passed on to a build (docs/api.md §2.7.5); nothing for others. */
function gitParameters({ reason }: Build): Record<string, string> {
  const end = reason?.startsWith('{') === true ? reason.indexOf('\n}') : -1;
  return reason === null || end < 0 ? {} : (JSON.parse(reason.slice(0, end + 2)) as Record<string, string>);
}

/** What a run's log has until it ends; each line has its share of the run's time. */
function body(build: Build, run: Run): string[] {
  const lines = opening(build, run);
  const steps = run.name.startsWith('build-') ? 160 : run.name === 'publish-compose-apps' ? 90 : 40;
  for (let step = 1; step <= steps; step++) {
    lines.push(`Step ${step}/${steps} : ${run.name} → layer ${(step * 7919) % 1000}`);
  }
  return lines;
}

/** With this the runner ends the log of a run that failed. */
const THUMBS_DOWN = [
  '          ________',
  '          |  o  o|           Thumbs Down',
  '          |___/\\_|________',
  '          |       _____|__|',
  '          |      |     ||',
  '          |______|',
  '          | |  | |',
  '          | |  | |',
  '          |_|  |_|',
  '',
];

function ending(build: Build, run: Run, passed: boolean): string[] {
  const at = runnerTime(run.completesAt);
  return [
    ...(passed
      ? []
      : [`ERROR: ${build.failure ?? 'a command failed with status 1'}`, 'Script completed with error(s)']),
    `== ${at}: Finding artifacts to upload`,
    'Uploading 0 items 0 bytes',
    `== ${at}: Runner has completed`,
    ...(passed ? [] : THUMBS_DOWN),
    ...(run.triggerError === undefined ? [] : ['', '', `== ERROR TRIGGERING RUN: ${run.triggerError}`]),
  ];
}

/** A log as far as it has come. A run that ended has the whole of it. */
export function consoleLog(build: Build, run: Run, now: number): Uint8Array {
  const status = run.status(now);
  const lines = body(build, run);
  if (status === 'RUNNING' || status === 'CANCELLING') {
    const part = (now - run.startsAt) / Math.max(1, run.completesAt - run.startsAt);
    const shown = Math.min(lines.length, Math.max(1, Math.floor(part * (lines.length + 1))));
    return utf8(`${lines.slice(0, shown).join('\n')}\n`);
  }
  // One that could not start what follows it had passed itself.
  const passed = status === 'PASSED' || run.triggerError !== undefined;
  return utf8(`${[...lines, ...(status === 'UPLOADING' ? [] : ending(build, run, passed))].join('\n')}\n`);
}

const BLOCK_LINES = 1000;

/** A log of any length, in pieces, the same for the same seed; the last bytes are its last line. */
async function* longLog(seed: Seed, size: number): AsyncGenerator<Uint8Array> {
  const end = utf8('== Done\n');
  let left = size - end.length;
  for (let block = 0; left > 0; block++) {
    const lines = Array.from({ length: BLOCK_LINES }, (_, line) => {
      const task = block * BLOCK_LINES + line;
      return `NOTE: Running task ${task} (/build/layers/recipe-${seed.bits(line) % 997}.bb:do_compile)\n`;
    });
    const piece = utf8(`${block % 10 === 0 ? `-- Stage ${block / 10}\n` : ''}${lines.join('')}`).subarray(0, left);
    left -= piece.length;
    yield piece;
    await Promise.resolve();
  }
  yield end;
}

function textFile(path: string, contentType: string, content: string): Artifact {
  const bytes = utf8(content);
  return { path, size: bytes.length, contentType, body: () => bytes };
}

const IMAGE_BYTES = 132 * 1024 * 1024;

/** The artifacts of a run. */
export function artifactsOf(
  build: Build,
  run: Run,
  catalog: TargetCatalog,
  seed: Seed,
  now: number,
  logBytes?: number,
): Artifact[] {
  const log = consoleLog(build, run, now);
  const files: Artifact[] = [
    { path: 'console.log', size: log.length, contentType: 'text/plain; charset=utf-8', body: () => log },
  ];
  const targets = (version: number): string => JSON.stringify(Object.fromEntries(catalog.ofVersion(version)), null, 1);
  if (run.name === 'publish-compose-apps') {
    files.push(textFile('targets-before.json', 'application/json', targets(build.id - 1)));
    files.push(textFile('targets-after.json', 'application/json', targets(build.id)));
  } else if (run.name === 'UpdateTargets') {
    files.push(textFile('targets-before.json', 'application/json', targets(build.id - 1)));
    files.push(textFile('targets.json', 'application/json', targets(build.id - 1)));
  } else if (run.name.startsWith('build-')) {
    files.push(textFile('reports/summary.html', 'text/html', `<html><body><h1>${run.name}</h1></body></html>\n`));
  } else {
    const image = seed.child(`image ${build.id} ${run.name}`);
    files.push({
      path: `lmp-factory-image-${run.name}.wic.gz`,
      size: IMAGE_BYTES,
      contentType: 'application/gzip',
      body: () => noise(image, IMAGE_BYTES),
    });
    files.push(textFile('os-release', 'text/plain', `ID=lmp\nVERSION_ID="${build.id}"\n`));
    files.push(textFile('other/manifest with space.xml', 'text/xml', '<manifest/>\n'));
  }
  if (logBytes !== undefined && build.trigger.startsWith('platform-')) {
    const body = (): EmulatorBody => longLog(seed.child(`log ${build.id} ${run.name}`), logBytes);
    files[0] = { path: 'console.log', size: logBytes, contentType: 'text/plain; charset=utf-8', body };
  }
  return files;
}
