/** The emulator behind HTTP, on the loopback interface. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { createEmulator, type Emulator, type EmulatorOptions } from './emulator';
import type { EmulatorRequest, EmulatorResponse } from './http';

/** Where to listen. */
export interface ServerOptions extends EmulatorOptions {
  /** 0: any that is free. */
  readonly port?: number;
  readonly host?: string;
}

/** A running server. */
export interface FactoryServer {
  /** The address, without a slash at its end. */
  readonly url: string;
  readonly emulator: Emulator;
  /** Stops, and ends every connection. */
  close(): Promise<void>;
}

/** Starts an emulator behind HTTP. */
export async function startFactoryServer(options: ServerOptions = {}): Promise<FactoryServer> {
  const emulator = createEmulator(options);
  const host = options.host ?? '127.0.0.1';
  const server = createServer((incoming, outgoing) => {
    void serve(emulator, incoming, outgoing);
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const shownHost = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${shownHost}:${port}`,
    emulator,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) {
          socket.destroy();
        }
      }),
  };
}

async function readRequest(incoming: IncomingMessage): Promise<EmulatorRequest> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) {
    pieces.push(piece as Buffer);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) {
      headers[name] = Array.isArray(value) ? value.join(', ') : value;
    }
  }
  const host = headers.host ?? '127.0.0.1';
  return {
    method: incoming.method ?? 'GET',
    url: new URL(incoming.url ?? '/', `http://${host}`).href,
    headers,
    body: Buffer.concat(pieces),
  };
}

async function serve(emulator: Emulator, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  try {
    const request = await readRequest(incoming);
    const response = await emulator.handle(request);
    await send(response, outgoing, request.method === 'HEAD');
  } catch (error) {
    // A client that has gone away is no mistake; anything else is one of the emulator's own.
    if (outgoing.headersSent || outgoing.destroyed) {
      outgoing.destroy();
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    outgoing.writeHead(500, { 'content-type': 'application/json' });
    outgoing.end(JSON.stringify({ message: `Emulator error: ${message}` }));
  }
}

async function send(response: EmulatorResponse, outgoing: ServerResponse, headOnly: boolean): Promise<void> {
  const { transport, body, status } = response;
  if (transport !== undefined) {
    await sendFaulty(response, outgoing);
    return;
  }
  if (body instanceof Uint8Array) {
    outgoing.writeHead(status, { ...response.headers, 'content-length': String(body.length) });
    outgoing.end(headOnly ? undefined : body);
    return;
  }
  outgoing.writeHead(status, response.headers);
  if (!headOnly) {
    for await (const piece of body) {
      if (outgoing.destroyed) {
        return;
      }
      if (!outgoing.write(piece)) {
        await new Promise<void>((resolve) => {
          const go = (): void => {
            outgoing.off('drain', go).off('close', go);
            resolve();
          };
          outgoing.on('drain', go).on('close', go);
        });
      }
    }
  }
  outgoing.end();
}

/** Shows what only a transport can show. The body is whole here. */
async function sendFaulty(response: EmulatorResponse, outgoing: ServerResponse): Promise<void> {
  const { transport, status, headers } = response;
  const body = response.body instanceof Uint8Array ? response.body : new Uint8Array();
  if (transport === undefined || (transport.kind === 'hang' && transport.when === 'before')) {
    return;
  }
  if (transport.kind === 'cut' && transport.afterBytes === -1) {
    outgoing.socket?.destroy();
    return;
  }
  const half = Math.floor(body.length / 2);
  const length = transport.kind === 'hang' || transport.afterBytes === 'half' ? half : transport.afterBytes;
  outgoing.writeHead(status, { ...headers, 'content-length': String(body.length) });
  outgoing.flushHeaders();
  await new Promise<void>((resolve) => {
    outgoing.write(body.subarray(0, length), () => resolve());
  });
  if (transport.kind === 'cut') {
    outgoing.socket?.destroy();
  }
}
