/** What stands around the service: servers with all kinds of certificates, another host, and addresses that lead nowhere. */
import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, LookupFunction } from 'node:net';
import tls from 'node:tls';
import { makeAuthority, makeCertificate, type Certificate } from './certificates';

/** A request as it came in. */
export interface Arrived {
  readonly method: string;
  readonly url: string;
  readonly headers: string;
  readonly body: string;
}

export interface Host {
  readonly origin: string;
  readonly arrived: Arrived[];
}

export interface Hosts {
  /** Takes what comes and writes it down: `/forbidden` in the path answers 403, everything else with the page of a portal. */
  readonly other: Host;
  /** With a good certificate: shows that the others fail for the right reason. */
  readonly trusted: Host;
  readonly expired: Host;
  readonly wrongHost: Host;
  readonly unknownAuthority: Host;
  /** Nobody listens there. */
  readonly refusing: string;
  /** Nobody knows it. */
  readonly unknownName: string;
  close(): Promise<void>;
}

const PORTAL = '<!doctype html><html><head><title>Sign in to the network</title></head><body></body></html>';

async function listen(
  server: http.Server | https.Server,
  scheme: string,
): Promise<Host & { readonly stop: () => Promise<void> }> {
  const arrived: Arrived[] = [];
  server.on('request', (incoming: http.IncomingMessage, outgoing: http.ServerResponse) => {
    let body = '';
    incoming.setEncoding('utf8').on('data', (piece: string) => (body += piece));
    incoming.on('end', () => {
      const { method = '', url = '', rawHeaders } = incoming;
      arrived.push({ method, url, headers: rawHeaders.join('\n'), body });
      const forbidden = url.includes('forbidden');
      outgoing.writeHead(forbidden ? 403 : 200, { 'content-type': 'text/html' });
      outgoing.end(forbidden ? '<html><head><title>AccessDenied</title></head></html>' : PORTAL);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${scheme}://127.0.0.1:${port}`,
    arrived,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Starts them. Until they are closed, this process trusts their authority, and finds no address of `.invalid` names. */
export async function startHosts(): Promise<Hosts> {
  const authority = makeAuthority('Test Authority');
  const names = ['127.0.0.1', 'localhost'];
  const secure = (certificate: Certificate) => listen(https.createServer(certificate), 'https');
  const good = makeCertificate(authority, { names, days: [-1, 30] });
  const all = await Promise.all([
    listen(http.createServer(), 'http'),
    secure(good),
    secure(makeCertificate(authority, { names, days: [-30, -1] })),
    secure(makeCertificate(authority, { names: ['other.example'], days: [-1, 30] })),
    secure(makeCertificate(makeAuthority('Nobody Knows It'), { names, days: [-1, 30] })),
    listen(http.createServer(), 'http'),
  ] as const);
  const [other, trusted, expired, wrongHost, unknownAuthority, closing] = all;
  // Its port was just given back: nobody has it.
  await closing.stop();

  // The types do not tell of it.
  const agents = [http.globalAgent, https.globalAgent] as (http.Agent & { options: { lookup?: LookupFunction } })[];
  const lookup: LookupFunction = (name, options, done) =>
    name.endsWith('.invalid')
      ? done(
          Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), {
            code: 'ENOTFOUND',
            syscall: 'getaddrinfo',
            hostname: name,
          }),
          '',
        )
      : dns.lookup(name, options, done);
  agents.forEach(({ options }) => (options.lookup = lookup));
  // Read once: each connection would read it anew.
  https.globalAgent.options.secureContext = tls.createSecureContext({ ca: authority.cert });
  return {
    other,
    trusted,
    expired,
    wrongHost,
    unknownAuthority,
    refusing: closing.origin,
    unknownName: 'http://factory.invalid',
    close: async () => {
      agents.forEach(({ options }) => delete options.lookup);
      delete https.globalAgent.options.secureContext;
      await Promise.all(all.slice(0, -1).map(({ stop }) => stop()));
    },
  };
}
