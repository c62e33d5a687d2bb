/** What a test does to a Factory that runs in its own process: what other users, devices, CI and time do. */
import type { Emulator } from '../../src/demo/emulator';

/** A configuration file as the emulator takes it. */
export interface WrittenFile {
  readonly name: string;
  readonly value: string;
  readonly unencrypted?: boolean;
  readonly 'on-changed'?: readonly string[];
}

/** Somebody else's write. */
export interface ForeignWrite {
  /** A device; `group` for a group, neither for the Factory. */
  readonly device?: string;
  readonly group?: string;
  readonly factory?: string;
  readonly files: readonly WrittenFile[];
  readonly reason?: string;
  /** A user id, or `device`. */
  readonly as?: string;
  /** Names of files that go. */
  readonly remove?: readonly string[];
  /** Whether the files are all that there is afterwards. */
  readonly replace?: boolean;
}

/** Steers the emulator by its `/_emulator/` routes (`src/demo/control.ts`), without a connection. */
export class FactoryControl {
  constructor(private readonly emulator: Emulator) {}

  /** Moves the Factory's time forward. */
  advance(seconds: number): void {
    this.emulator.clock.advance(seconds);
  }

  /** Lets a device check in now; every device that is kept, without a name. */
  async checkIn(device?: string): Promise<void> {
    await this.send('POST', 'check-in', device === undefined ? {} : { device });
  }

  /** Writes configuration files as somebody else. */
  async writeConfig(write: ForeignWrite): Promise<void> {
    await this.send('POST', 'config', { reason: 'by somebody else', ...write });
  }

  /** Pushes to containers.git, which starts a build. */
  async push(push: { branch?: string; message?: string; failing?: boolean | string } = {}): Promise<void> {
    await this.send('POST', 'push', push);
  }

  /** Adds rules of failure (`src/demo/fault-rule.ts`). */
  async fault(...rules: readonly object[]): Promise<void> {
    await this.send('POST', 'faults', rules);
  }

  /** Reads what the simulated device itself knows. */
  async device(name: string): Promise<Record<string, unknown>> {
    return (await this.send('GET', `device?name=${encodeURIComponent(name)}`)) as Record<string, unknown>;
  }

  /** Makes or changes a device: `online`, `failNextUpdate`, `isProd`, `lastSeenSecondsAgo`, `create`. */
  async changeDevice(change: { name: string } & Readonly<Record<string, unknown>>): Promise<void> {
    await this.send('POST', 'device', change);
  }

  /** @returns `METHOD path` of what came in since the last call, oldest first */
  seen(): string[] {
    const requests = this.emulator.requests.all().map(({ method, path }) => `${method} ${path}`);
    this.emulator.requests.clear();
    return requests;
  }

  /** @throws Error with the emulator's answer when it refuses */
  async send(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
    const { status, body: answer } = await this.emulator.handle({
      method,
      url: `http://factory.test/_emulator/${path}`,
      headers: {},
      body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    });
    // Control routes answer at once, never in pieces.
    const text = Buffer.from(answer as Uint8Array).toString();
    if (status >= 300) {
      throw new Error(`/_emulator/${path}: ${status} ${text}`);
    }
    return text === '' ? undefined : JSON.parse(text);
  }
}
