/** What the benchmarks of large logs and artifacts run: the real code path, bundled for node (see `largeFiles.mjs`). */
import { createClient } from '../../../src/api/client';
import { nodeFetch } from '../../../src/api/nodeFetch';
import { foundriesServer } from '../../../src/api/server';
import { Transport } from '../../../src/api/transport';
import { downloadToFile } from '../../../src/commands/downloadToFile';
import { LogBuffer } from '../../../src/model/logText';
import { followLog } from '../../../src/store/runLog';

const FACTORY = 'getting-started';

/** @returns what a benchmark needs of the client, and the run of a platform build that has passed */
export async function open(url: string) {
  const client = createClient(
    new Transport({
      server: foundriesServer(url),
      fetch: nodeFetch,
      token: () => Promise.resolve('demo-token'),
      userAgent: 'bench',
    }),
  );
  const { builds } = await client.listBuilds(FACTORY, { limit: 25 });
  const build = builds.find(({ trigger, status }) => trigger.startsWith('platform-') && status === 'PASSED');
  const run = build?.runs[0];
  if (build === undefined || run === undefined) {
    throw new Error('the Factory has no platform build');
  }
  const address = { factory: FACTORY, build: build.id, run: run.name };
  const { artifacts } = await client.getRun(address);
  const image = artifacts.find(({ path }) => path.endsWith('.wic.gz'));
  if (image === undefined) {
    throw new Error('the run has no image');
  }
  const [small] = [...artifacts].sort((a, b) => (a.size ?? 0) - (b.size ?? 0));
  if (small === undefined || small === image) {
    throw new Error('the run has no small file');
  }
  const signal = new AbortController().signal;
  const path = (name: string) =>
    `/projects/${FACTORY}/lmp/builds/${build.id}/runs/${run.name}/${name.split('/').map(encodeURIComponent).join('/')}`;
  return {
    paths: { log: path('console.log'), artifact: path(image.path), small: path(small.path) },
    /** Something of a few bytes, as *Download* does it. */
    small: (file: string) =>
      downloadToFile(
        file,
        (sink, stop, resume) => client.receiveRunFile({ ...address, path: small.path }, sink, stop, resume),
        { signal },
      ),
    /** As *Download* does it. */
    artifact: (file: string) =>
      downloadToFile(
        file,
        (sink, stop, resume) => client.receiveRunFile({ ...address, path: image.path }, sink, stop, resume),
        {
          signal,
          size: image.size,
        },
      ),
    /** As *Download Whole Log* does it. */
    logToFile: (file: string) =>
      downloadToFile(
        file,
        (sink, stop, resume) => client.receiveRunFile({ ...address, path: 'console.log' }, sink, stop, resume),
        {
          signal,
        },
      ),
    /** As an editor is given it; resolves to the bytes that were read and the characters that are shown. */
    logToScreen: async () => {
      const buffer = new LogBuffer({ headBytes: 500_000, tailBytes: 2_000_000 });
      await followLog(client, address, {
        signal,
        write: (chunk) => buffer.write(chunk),
        onStatus: () => undefined,
        isWatched: () => true,
        onDidChangeWatched: () => ({ dispose: () => undefined }),
      });
      const { head, tail } = buffer.kept();
      return { bytes: buffer.bytes, shown: [...head, ...tail].reduce((sum, line) => sum + line.length + 1, 0) };
    },
  };
}
