/** The emulator behind HTTP, on the loopback interface. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { createEmulator, type Emulator, type EmulatorOptions } from './emulator';
import { ApiError, text, type EmulatorRequest, type EmulatorResponse } from './http';
import { otaError } from './errors';

/** Where to listen. */
export interface ServerOptions extends EmulatorOptions {
  /** 0: any that is free. */
  readonly port?: number;
  readonly host?: string;
  /** The largest body that is taken; 64 MiB if not given, which is more than twice a map of 20 000 targets. */
  readonly maxBodyBytes?: number;
}

const MAX_BODY_BYTES = 64 * 1024 * 1024;

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
    void serve(emulator, incoming, outgoing, options.maxBodyBytes ?? MAX_BODY_BYTES);
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

/** The page of the proxy in front of the service when a body is too large (docs/api.md §2.5). */
const TOO_LARGE = `<html>
<head><title>413 Request Entity Too Large</title></head>
<body>
<center><h1>413 Request Entity Too Large</h1></center>
<hr><center>nginx</center>
</body>
</html>
`;

async function readBytes(incoming: IncomingMessage, most: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of incoming) {
    length += (piece as Buffer).length;
    // What is too much is read to its end, or the client would not read the answer.
    if (length <= most) {
      pieces.push(piece as Buffer);
    }
  }
  if (length > most) {
    throw new ApiError(text(TOO_LARGE, 413, 'text/html'));
  }
  return Buffer.concat(pieces);
}

/** The address as it was sent: what a client did not tidy up must not be tidied up here. */
function addressOf(incoming: IncomingMessage): string {
  const target = incoming.url ?? '/';
  const host = incoming.headers.host ?? '127.0.0.1';
  const address = /^https?:/i.test(target) ? target : `http://${host}${target.startsWith('/') ? '' : '/'}${target}`;
  if (host === '' || /[/?#@\\]/.test(host) || !URL.canParse(address)) {
    throw otaError(400, 'The browser (or proxy) sent a request that this server could not understand.');
  }
  return address;
}

async function readRequest(incoming: IncomingMessage, maxBodyBytes: number): Promise<EmulatorRequest> {
  const body = await readBytes(incoming, maxBodyBytes);
  const url = addressOf(incoming);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) {
      headers[name] = Array.isArray(value) ? value.join(', ') : value;
    }
  }
  return { method: incoming.method ?? 'GET', url, headers, body };
}

async function serve(
  emulator: Emulator,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  maxBodyBytes: number,
): Promise<void> {
  try {
    const request = await readRequest(incoming, maxBodyBytes);
    const response = await emulator.handle(request);
    await send(response, outgoing, request.method === 'HEAD');
  } catch (error) {
    // A client that has gone away is no mistake; anything else is one of the emulator's own.
    if (outgoing.headersSent || outgoing.destroyed) {
      outgoing.destroy();
      return;
    }
    if (error instanceof ApiError) {
      await send(error.response, outgoing, incoming.method === 'HEAD');
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
