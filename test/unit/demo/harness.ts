/* eslint-disable @typescript-eslint/no-unsafe-assignment -- answers are looked into as they came */
/** Talking to an emulator in tests: one call per request, the body read and parsed. */
import { createEmulator, type Emulator, type EmulatorOptions } from '../../../src/demo/emulator';
import { readBody } from '../../../src/demo/http';

/** JSON as tests look into it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

/** An answer, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly json: Json;
}

export const START = Date.UTC(2026, 2, 10, 15, 0, 0);
export const GUIDE_UUID = 'f4120660-ffbf-483f-b2ca-a6186da467f4';
export const FACTORY = '/ota/factories/getting-started';

/** What a request may carry besides method and path. */
export interface Extra {
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Without its handler a file of update settings has no effect (docs/api.md §4.4). */
export function handlerOf(name: string): object {
  return name === 'z-50-fioctl.toml' ? { 'on-changed': ['/usr/share/fioconfig/handlers/aktualizr-toml-update'] } : {};
}

export class Client {
  readonly emulator: Emulator;

  constructor(options: EmulatorOptions = {}) {
    this.emulator = createEmulator({ startTime: START, failureRate: 0, ...options });
  }

  /** Sends a request; a body that is no string goes as JSON, and without a content type. */
  async send(method: string, path: string, { token = 'demo-token', headers = {}, body }: Extra = {}): Promise<Answer> {
    const url = path.startsWith('http') ? path : `http://factory.test${path}`;
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    const response = await this.emulator.handle({
      method,
      url,
      headers: { host: new URL(url).host, ...(token === null ? {} : { 'osf-token': token }), ...headers },
      body: Buffer.from(text),
    });
    const answer = Buffer.from(await readBody(response.body)).toString('utf8');
    let json: Json;
    try {
      json = JSON.parse(answer);
    } catch {
      json = undefined;
    }
    return { status: response.status, headers: response.headers, text: answer, json };
  }

  get(path: string, extra: Extra = {}): Promise<Answer> {
    return this.send('GET', path, extra);
  }

  /** A write to the CI server, which insists on the type. */
  ci(method: string, path: string, body: unknown = {}, token = 'demo-token'): Promise<Answer> {
    return this.send(method, path, { body, token, headers: { 'content-type': 'application/json' } });
  }

  /** A control request. */
  control(action: string, body: unknown = {}): Promise<Answer> {
    return this.send('POST', `/_emulator/${action}`, { body, token: null });
  }

  advance(seconds: number): Promise<Answer> {
    return this.control('clock', { advanceSeconds: seconds });
  }

  async device(name = 'device-01'): Promise<Json> {
    return (await this.get(`/ota/devices/${name}/?factory=getting-started`)).json;
  }

  /** Writes one plain config file of a device; the update settings with their handler. */
  patchFile(device: string, name: string, value: string, more: object = {}): Promise<Answer> {
    const body = { reason: 'test', files: [{ name, value, unencrypted: true, ...handlerOf(name), ...more }] };
    return this.send('PATCH', `/ota/devices/${device}/config/?factory=getting-started`, { body });
  }
}
