/** A Factory in a process of its own: `node serve.js OPTIONS`, told to end by the end of its parent. */
import { createServer } from 'node:http';
import process from 'node:process';
import { createEmulator } from '../../../src/demo/emulator';
import { readBody } from '../../../src/demo/http';
import type { FactoryOptions } from './bench';

const { replay, ...options } = JSON.parse(process.argv[2] ?? '{}') as FactoryOptions;
const emulator = createEmulator(options);
const answers = new Map<string, { status: number; headers: Readonly<Record<string, string>>; body: Uint8Array }>();

const server = createServer((incoming, outgoing) => {
  void (async () => {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) {
      pieces.push(piece as Buffer);
    }
    const method = incoming.method ?? 'GET';
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as const),
    );
    const url = `http://${headers.host ?? ''}${incoming.url ?? ''}`;
    const key = `${method} ${url} ${headers['x-fields'] ?? ''}`;
    let answer = replay === true && method === 'GET' ? answers.get(key) : undefined;
    if (answer === undefined) {
      const response = await emulator.handle({ method, url, headers, body: Buffer.concat(pieces) });
      answer = { status: response.status, headers: response.headers, body: await readBody(response.body) };
      if (replay === true && method === 'GET') {
        answers.set(key, answer);
      }
      emulator.requests.clear();
    }
    outgoing.writeHead(answer.status, { ...answer.headers, 'content-length': String(answer.body.length) });
    outgoing.end(answer.body);
  })();
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined });
});
process.on('disconnect', () => process.exit(0));
