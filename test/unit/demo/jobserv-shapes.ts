/**
 * What the answers of a real jobserv hold: every field and its type, as measured (docs/api.md §2.7). A field whose name ends with a
 * question mark may be missing; any other field is always there, and there are no others.
 */

/** A type of a value: a word below, a list of one shape, alternatives, or an object with exactly these fields. */
export type Shape =
  Word | readonly ['list', Shape] | readonly ['either', ...Shape[]] | { readonly [field: string]: Shape };

type Word = keyof typeof WORDS;

const WORDS = {
  string: (value: unknown) => typeof value === 'string',
  int: Number.isInteger,
  bool: (value: unknown) => typeof value === 'boolean',
  null: (value: unknown) => value === null,
  /** Without a fraction, in UTC. */
  time: (value: unknown) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/.test(value),
  url: (value: unknown) => typeof value === 'string' && URL.canParse(value),
  'url/': (value: unknown) => typeof value === 'string' && URL.canParse(value) && value.endsWith('/'),
  'build status': (value: unknown) =>
    ['QUEUED', 'RUNNING', 'RUNNING_WITH_FAILURES', 'PASSED', 'FAILED', 'PROMOTED'].includes(value as string),
  'run status': (value: unknown) =>
    ['QUEUED', 'RUNNING', 'UPLOADING', 'CANCELLING', 'PASSED', 'FAILED'].includes(value as string),
} as const;

/** @returns every place where a value differs from its shape, and how */
export function differences(value: unknown, shape: Shape, path = '$'): string[] {
  if (typeof shape === 'string') {
    return WORDS[shape](value) ? [] : [`${path}: ${JSON.stringify(value)} is no ${shape}`];
  }
  if (isAlternatives(shape)) {
    const [, ...shapes] = shape;
    const all = shapes.map((each) => differences(value, each, path));
    return all.find((found) => found.length === 0) ?? all.at(-1) ?? [];
  }
  if (isList(shape)) {
    return Array.isArray(value)
      ? value.flatMap((item, at) => differences(item, shape[1], `${path}[${at}]`))
      : [`${path}: no list`];
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [`${path}: no object`];
  }
  const fields = new Map(
    Object.entries(shape as Record<string, Shape>).map(([name, inner]) => [name.replace('?', ''), inner]),
  );
  const missing = Object.keys(shape).filter((name) => !name.endsWith('?') && !(name in value));
  return [
    ...missing.map((name) => `${path}.${name}: missing`),
    ...Object.entries(value).flatMap(([name, inner]) => {
      const innerShape = fields.get(name);
      return innerShape === undefined
        ? [`${path}.${name}: the real one has no such field`]
        : differences(inner, innerShape, `${path}.${name}`);
    }),
  ];
}

const isList = (shape: Shape): shape is readonly ['list', Shape] => Array.isArray(shape) && shape[0] === 'list';
const isAlternatives = (shape: Shape): shape is readonly ['either', ...Shape[]] =>
  Array.isArray(shape) && shape[0] === 'either';

const success = (data: Shape): Shape => ({ status: 'string', data });

const RUN = {
  name: 'string',
  url: 'url/',
  status: 'run status',
  log_url: 'url',
  web_url: 'url/',
  'created?': 'time',
  'completed?': 'time',
  host_tag: 'string',
  'tests?': 'url/',
} as const satisfies Shape;

const RUN_DETAIL = {
  ...RUN,
  worker_name: ['either', 'string', 'null'],
  status_events: ['list', { time: 'time', status: 'run status', 'worker?': 'string' }],
} as const satisfies Shape;

const BUILD = {
  build_id: 'int',
  url: 'url/',
  status: 'build status',
  runs: ['list', RUN],
  web_url: 'url',
  'name?': 'string',
  'trigger_name?': 'string',
  created: 'time',
  'completed?': 'time',
} as const satisfies Shape;

const BUILD_DETAIL = {
  ...BUILD,
  status_events: ['list', { time: 'time', status: 'build status' }],
  runs_url: 'url/',
  reason: ['either', 'string', 'null'],
  annotation: ['either', 'string', 'null'],
} as const satisfies Shape;

const paged = (name: string, item: Shape): Shape =>
  success({ limit: 'int', page: 'int', pages: 'int', total: 'int', [name]: ['list', item], 'next?': 'url' });

/** The project itself. */
export const PROJECT: Shape = success({
  project: { name: 'string', 'synchronous-builds': 'bool', url: 'url/', builds_url: 'url/' },
});
export const BUILDS = paged('builds', BUILD);
export const ONE_BUILD = success({ build: BUILD_DETAIL });
export const RUNS = success({ runs: ['list', RUN] });
export const ONE_RUN = success({ run: { ...RUN_DETAIL, artifacts: ['list', 'url'] } });
export const ONE_RUN_V2 = success({
  run: { ...RUN_DETAIL, artifacts: ['list', { url: 'url', size_bytes: 'int' }] },
});
export const HISTORY = paged('runs', { ...RUN_DETAIL, build: 'int', 'duration_seconds?': 'int' });
export const PROMOTED = paged('builds', {
  ...BUILD_DETAIL,
  tests: ['list', 'string'],
  artifacts: ['list', 'string'],
});
const TEST = {
  name: 'string',
  url: 'url/',
  status: 'string',
  context: ['either', 'string', 'null'],
  created: 'time',
} as const satisfies Shape;
export const TESTS = success({ tests: ['list', TEST] });
export const ONE_TEST = success({
  test: {
    ...TEST,
    results: [
      'list',
      {
        name: 'string',
        context: ['either', 'string', 'null'],
        status: 'string',
        output: ['either', 'string', 'null'],
      },
    ],
  },
});
/** `data` is the list itself. */
export const TRIGGERS = success([
  'list',
  {
    id: 'int',
    user: 'string',
    type: 'string',
    project: 'string',
    definition_repo: ['either', 'string', 'null'],
    definition_file: ['either', 'string', 'null'],
    queue_priority: 'int',
    secrets: ['list', { name: 'string' }],
  },
]);
/** Without an envelope. Environment and secrets are maps: their names are the project's. */
export const RUN_DEFINITION: Shape = {
  project: 'string',
  timeout: 'int',
  run_url: 'url/',
  frontend_url: 'url/',
  runner_url: 'url',
  trigger_type: 'string',
  container: 'string',
  'container-auth': ['either', 'string', 'null'],
  privileged: 'bool',
  'cap-add': 'null',
  'cap-drop': 'null',
  'container-user': ['either', 'string', 'null'],
  'container-entrypoint': ['either', 'string', 'null'],
  'test-grepping': ['either', { 'result-pattern': 'string', 'test-pattern?': 'string' }, 'null'],
  'persistent-volumes': 'null',
  'shared-volumes': 'null',
  'host-tag': 'string',
  'console-progress': ['either', { 'progress-pattern': 'string' }, 'null'],
  script: 'string',
};
export const ERROR: Shape = { status: 'string', message: 'string' };
export const ERROR_IN_DATA: Shape = { status: 'string', data: { message: 'string', 'error_msg?': 'string' } };
export const CREATED: Shape = success({ url: 'url/', build_id: 'int', web_url: 'url' });
export const NOTHING: Shape = success({});
