/** The object store that finished logs and artifacts are fetched from: another host, signed addresses, no token (docs/api.md §2.7). */
import { text, type EmulatorBody, type EmulatorResponse } from '../http';
import type { Call, Route } from '../router';
import { artifactsOf } from '../world/ci-files';

const OTHER_NAMES: Partial<Record<string, string>> = {
  '127.0.0.1': 'localhost',
  localhost: '127.0.0.1',
  '[::1]': 'localhost',
};

/** Another name for the same server: a client must take it for a stranger. */
export function storageOrigin(url: URL): string {
  const other = new URL(url.origin);
  other.hostname = OTHER_NAMES[url.hostname] ?? `storage.${url.hostname}`;
  return other.origin;
}

/** A signed address that is good for some seconds. */
export function storageUrl(call: Call, path: string, seconds: number): string {
  const expires = Math.floor(call.now / 1000) + seconds;
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const signature = call.world.seed.hex(40, `${path} ${expires}`);
  return `${storageOrigin(call.url)}/storage/${encoded}?Expires=${expires}&Signature=${signature}`;
}

function xml(status: number, code: string, message: string): EmulatorResponse {
  const body = `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return text(body, status, 'application/xml; charset=UTF-8');
}

/** The complete file, whatever offset is asked for. */
function get(call: Call): EmulatorResponse {
  const { factory: name = '', build: id = '', run: runName = '', path = '' } = call.params;
  const expires = Number(call.query.get('Expires'));
  const expected = call.world.seed.hex(40, `${name}/lmp/${id}/${runName}/${path} ${expires}`);
  if (call.query.get('Signature') !== expected) {
    return xml(403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match.');
  }
  if (call.now / 1000 > expires) {
    return xml(400, 'ExpiredToken', 'The provided token has expired.');
  }
  const factory = call.world.factories.get(name);
  const build = factory?.ci.build(Number(id));
  const run = build?.run(runName, call.now);
  const files =
    factory === undefined || build === undefined || run?.hasLog(call.now) !== true
      ? []
      : artifactsOf(build, run, factory.catalog, factory.seed, call.now, call.world.settings.logBytes);
  const file = files.find((candidate) => candidate.path === path);
  if (file === undefined) {
    return xml(404, 'NoSuchKey', 'The specified key does not exist.');
  }
  // As Google's object store does (inferred: which one the hosted service uses is seen from jobserv's own source alone).
  const etag = `"${call.world.seed.hex(32, `${name} ${id} ${runName} ${path} ${file.size}`)}"`;
  const headers = { 'content-type': file.contentType, etag, 'accept-ranges': 'bytes' };
  const asked = /^bytes=(\d+)-$/.exec(call.request.headers.range ?? '');
  const condition = call.request.headers['if-range'];
  if (asked === null || (condition !== undefined && condition !== etag)) {
    return { status: 200, headers: { ...headers, 'content-length': String(file.size) }, body: file.body() };
  }
  const from = Number(asked[1]);
  if (from >= file.size) {
    const refused = xml(416, 'InvalidRange', 'The requested range cannot be satisfied.');
    return { ...refused, headers: { ...refused.headers, 'content-range': `bytes */${file.size}` } };
  }
  return {
    status: 206,
    headers: {
      ...headers,
      'content-length': String(file.size - from),
      'content-range': `bytes ${from}-${file.size - 1}/${file.size}`,
    },
    body: after(file.body(), from),
  };
}

/** What comes after so many bytes. */
async function* after(body: EmulatorBody, from: number): AsyncGenerator<Uint8Array> {
  let skip = from;
  for await (const piece of body instanceof Uint8Array ? [body] : body) {
    const rest = piece.subarray(Math.min(skip, piece.length));
    skip -= piece.length - rest.length;
    if (rest.length > 0) {
      yield rest;
    }
  }
}

export const storageRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/storage/:factory/lmp/:build/:run/*path', handler: get },
];
