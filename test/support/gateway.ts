/** Several Factories behind one address, each below a path of its own, as behind a gateway. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Emulator } from '../../src/demo/emulator';
import { readBody } from '../../src/demo/http';

export interface Gateway {
  /** `http://127.0.0.1:8080`, without a path. */
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * Starts a gateway over HTTP. A Factory knows nothing of the path that it is behind; what no path leads to is answered with 404.
 *
 * @param behind the Factories by path: `/staging`
 */
export async function startGateway(behind: Readonly<Record<string, Emulator>>): Promise<Gateway> {
  const server = createServer((incoming, outgoing) => void pass(behind, incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function pass(
  behind: Readonly<Record<string, Emulator>>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const address = incoming.url ?? '/';
  const path = Object.keys(behind).find((prefix) => address.startsWith(`${prefix}/`)) ?? '';
  const emulator = behind[path];
  const pieces: Buffer[] = [];
  for await (const piece of incoming) {
    pieces.push(piece as Buffer);
  }
  if (emulator === undefined) {
    outgoing.writeHead(404).end();
    return;
  }
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  const origin = `http://${incoming.headers.host ?? ''}`;
  const {
    status,
    headers: answered,
    body,
  } = await emulator.handle({
    method: incoming.method ?? 'GET',
    url: origin + address.slice(path.length),
    headers,
    body: Buffer.concat(pieces),
  });
  const { location } = answered;
  // As a gateway does: the Factory names itself without its path.
  const inside = location?.startsWith(`${origin}/`) === true ? location.slice(origin.length) : location;
  const moved = inside?.startsWith('/') === true ? { location: path + inside } : {};
  outgoing.writeHead(status, { ...answered, ...moved });
  outgoing.end(await readBody(body));
}
